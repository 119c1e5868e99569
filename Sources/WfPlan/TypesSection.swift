// The section `types`: a type table as bytes, and what the verifier needs to know of each type at once.
// Knows the table's encoding only by name (`TypeTable.encode`), and no use of a type.
import WfValue

extension TypeTable {
    /// The content of the section `types`.
    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.toArray()
    }

    /// Reads the section `types`.
    init(section content: UnsafeRawBufferPointer) throws(PlanError) {
        do throws(DecodeError) {
            var reader = ByteReader(content)
            try self.init(decoding: &reader)
            try reader.expectEnd()
        } catch {
            throw PlanError(.notEncoded, .types, index: error.offset, "byte of the section; \(error)")
        }
    }
}

/// What the verifier asks of types, in flat arrays by type number, gathered in linear time.
struct TypeFacts {
    private(set) var kinds: [TypeKind] = []
    /// Bit 0: one machine word; bit 1: can be stored and sent.
    private(set) var flags: [UInt8] = []
    /// List and optional: the element; map: the value; else 0.
    private(set) var elements: [UInt32] = []
    /// The type with Secret for String, by its first number; see `mayBecome`.
    private var secretForms: [UInt32] = []
    /// Whether a String was replaced there.
    private var hasString: [Bool] = []

    static var wordFlag: UInt8 { 1 }
    static var storableFlag: UInt8 { 2 }

    init(_ table: TypeTable) {
        let count = table.count
        kinds.reserveCapacity(count)
        elements.reserveCapacity(count)
        flags = [UInt8](repeating: TypeFacts.storableFlag, count: count)
        // (part, whole): when the part cannot be stored, the whole cannot.
        var uses: [(part: UInt32, whole: UInt32)] = []
        var unstorable: [UInt32] = []
        for raw in 0..<count {
            let type = TypeId(raw: UInt32(raw))
            let kind = table.kind(of: type)
            kinds.append(kind)
            if !table.isReference(type) { flags[raw] |= TypeFacts.wordFlag }
            var element: UInt32 = 0
            func include(_ part: TypeId) { uses.append((part.raw, type.raw)) }
            switch kind {
            case .poison, .variable, .function: unstorable.append(type.raw)
            case .never, .unit, .bool, .int, .float, .decimal, .string, .bytes, .duration, .time, .json,
                .path, .secret, .range:
                break
            case .list, .optional:
                element = table.element(of: type).raw
                include(table.element(of: type))
            case .map:
                element = table.value(of: type).raw
                include(table.key(of: type))
                include(table.value(of: type))
            case .tuple:
                for index in 0..<table.memberCount(of: type) {
                    include(table.tupleElement(of: type, at: index))
                }
            case .record:
                for index in 0..<table.fieldCount(of: type) {
                    uses.append((table.fieldType(of: type, at: index).raw, type.raw))
                }
            case .enumeration:
                for index in 0..<table.caseCount(of: type) {
                    for place in 0..<table.payloadCount(of: type, case: index) {
                        uses.append((table.payloadType(of: type, case: index, at: place).raw, type.raw))
                    }
                }
            }
            elements.append(element)
        }
        spread(unstorable, uses)
        findSecretForms(table)
    }

    /// Lists, optionals, values of maps and tuples have a form of their own; all else is what it is.
    private mutating func findSecretForms(_ table: TypeTable) {
        var known: [[UInt32]: UInt32] = [:]
        for raw in 0..<UInt32(kinds.count) {
            let type = TypeId(raw: raw)
            var parts: [TypeId] = []
            var key: [UInt32] = [UInt32(kinds[Int(raw)].rawValue)]
            switch kinds[Int(raw)] {
            case .list, .optional: parts = [table.element(of: type)]
            case .map:
                key.append(table.key(of: type).raw)
                parts = [table.value(of: type)]
            case .tuple: parts = table.tupleElements(of: type)
            default: break
            }
            // parts come before the whole
            let isWhole = parts.isEmpty || parts.contains { $0.raw >= raw }
            if isWhole {
                secretForms.append(raw == TypeId.string.raw ? TypeId.secret.raw : raw)
                hasString.append(raw == TypeId.string.raw)
            } else {
                key += parts.map { secretForms[$0.index] }
                let form = known[key] ?? raw
                known[key] = form
                secretForms.append(form)
                hasString.append(parts.contains { hasString[$0.index] })
            }
        }
    }

    private mutating func spread(_ unstorable: [UInt32], _ uses: [(part: UInt32, whole: UInt32)]) {
        // Users of each type, side by side: those of type t are users[starts[t]..<starts[t + 1]].
        var starts = [Int](repeating: 0, count: kinds.count + 1)
        for use in uses { starts[Int(use.part) + 1] += 1 }
        for type in 0..<kinds.count { starts[type + 1] += starts[type] }
        var next = starts
        var users = [UInt32](repeating: 0, count: uses.count)
        for use in uses {
            users[next[Int(use.part)]] = use.whole
            next[Int(use.part)] += 1
        }
        var work = unstorable
        for type in unstorable { flags[Int(type)] &= ~TypeFacts.storableFlag }
        while let type = work.popLast() {
            for user in users[starts[Int(type)]..<starts[Int(type) + 1]]
            where flags[Int(user)] & TypeFacts.storableFlag != 0 {
                flags[Int(user)] &= ~TypeFacts.storableFlag
                work.append(user)
            }
        }
    }

    var count: Int { kinds.count }

    @inline(__always)
    func isWord(_ type: UInt32) -> Bool { flags[Int(type)] & TypeFacts.wordFlag != 0 }

    /// Whether values of the type can be stored and sent.
    @inline(__always)
    func isStorable(_ type: UInt32) -> Bool { flags[Int(type)] & TypeFacts.storableFlag != 0 }

    /// Whether a register of one type may take the content of the other: equal types, or both words.
    @inline(__always)
    func agree(_ left: UInt32, _ right: UInt32) -> Bool {
        left == right || (isWord(left) && isWord(right))
    }

    /// Whether a value of one type is one of the other as it stands: a String is a Secret, also inside lists, maps,
    /// tuples and optionals. A Secret is never a String.
    func mayBecome(_ type: UInt32, _ target: UInt32) -> Bool {
        secretForms[Int(type)] == secretForms[Int(target)] && !hasString[Int(target)]
    }

    /// Whether `type` is `wrapped?`, where `T??` is `T?`.
    func isOptional(_ type: UInt32, of wrapped: UInt32) -> Bool {
        guard kinds[Int(type)] == .optional else { return false }
        return kinds[Int(wrapped)] == .optional ? type == wrapped : elements[Int(type)] == wrapped
    }
}
