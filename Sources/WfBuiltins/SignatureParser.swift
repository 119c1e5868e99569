// Reads the signatures of `Declarations.swift`: to types of a table (for the checker), or against the types
// of a call (for the verifier, without touching the table). It trusts its input, which is part of this
// module.
public import WfValue

/// A cursor over one signature's bytes.
struct SignatureParser {
    private let text: UnsafeBufferPointer<UInt8>
    private var position = 0
    /// Letters of the type variables, by number.
    private var letters: [UInt8] = []
    private var constraints: [TypeConstraint] = []

    init(_ signature: StaticString) {
        text = UnsafeBufferPointer(start: signature.utf8Start, count: signature.utf8CodeUnitCount)
    }

    // MARK: to types

    mutating func signature(of builtin: Builtin, types: inout TypeTable) -> BuiltinSignature {
        let declaration = builtin.declaration
        var receiver: TypeId?
        if !SignatureParser.startsFunction(text) {
            receiver = type(&types)
            expect(".")
        }
        let name = word()
        readConstraints()
        var kind = receiver == nil ? BuiltinKind.function : .method
        var parameters: [BuiltinParameter] = []
        var result = TypeId.unit
        if accept(":") {
            kind = .property
            result = type(&types)
        } else {
            expect("(")
            while !accept(")") {
                let parameterName = word()
                expect(":")
                let parameterType = type(&types)
                parameters.append(
                    BuiltinParameter(
                        name: parameterName, type: parameterType, defaultValue: accept("=") ? literal() : nil)
                )
                _ = accept(",")
            }
            expect("-")
            expect(">")
            result = type(&types)
        }
        return BuiltinSignature(
            builtin: builtin, kind: kind, name: name, receiver: receiver, parameters: parameters,
            result: result,
            constraints: constraints, isInline: declaration.isInline, isHidden: declaration.isHidden)
    }

    private mutating func type(_ types: inout TypeTable) -> TypeId {
        var result: TypeId
        if accept("[") {
            let element = type(&types)
            if accept(":") {
                result = types.map(key: element, value: type(&types))
            } else {
                result = types.list(of: element)
            }
            expect("]")
        } else if accept("(") {
            var elements: [TypeId] = []
            while !accept(")") {
                elements.append(type(&types))
                _ = accept(",")
            }
            if accept("-") {
                expect(">")
                return types.function(parameters: elements, result: type(&types))
            }
            result = types.tuple(of: elements)
        } else {
            let start = position
            skipWord()
            if position - start == 1 {
                result = types.variable(variable(text[start]))
            } else {
                result = SignatureParser.primitive(text, start, position)
            }
        }
        if accept("?") { result = types.optional(of: result) }
        return result
    }

    private mutating func variable(_ letter: UInt8) -> Int {
        if let number = letters.firstIndex(of: letter) { return number }
        letters.append(letter)
        constraints.append(.none)
        return letters.count - 1
    }

    private mutating func readConstraints() {
        guard accept("<") else { return }
        while !accept(">") {
            skipSpaces()
            let number = variable(text[position])
            position += 1
            if accept(":") {
                skipSpaces()
                switch word() {
                case "Ordered": constraints[number] = .ordered
                case "Key": constraints[number] = .key
                case "Number": constraints[number] = .number
                case "Equatable": constraints[number] = .equatable
                default: constraints[number] = .encodable
                }
            }
            _ = accept(",")
        }
    }

    private mutating func literal() -> BuiltinDefault {
        skipSpaces()
        if accept("\"") {
            let start = position
            while text[position] != UInt8(ascii: "\"") { position += 1 }
            position += 1
            return .string(String(decoding: text[start..<position - 1], as: UTF8.self))
        }
        let text = word()
        switch text {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return .int(Int(text) ?? 0)
        }
    }

    // MARK: against the types of a call

    /// Whether a call of the machine with these operands (receiver first) and result fits the signature.
    mutating func fits(_ operands: [TypeId], _ result: TypeId, _ types: TypeTable) -> Bool {
        var bindings: [TypeId] = []
        var next = 0
        if !SignatureParser.startsFunction(text) {
            guard next < operands.count, match(operands[next], types, &bindings) else { return false }
            next += 1
            expect(".")
        }
        skipWord()
        readConstraints()
        while bindings.count < letters.count { bindings.append(.poison) }
        if !accept(":") {
            expect("(")
            while !accept(")") {
                skipWord()
                expect(":")
                guard next < operands.count, match(operands[next], types, &bindings) else { return false }
                next += 1
                if accept("=") { _ = literal() }
                _ = accept(",")
            }
            expect("-")
            expect(">")
        }
        guard next == operands.count, match(result, types, &bindings) else { return false }
        for (number, constraint) in constraints.enumerated()
        where !constraint.isMet(by: bindings[number], in: types) { return false }
        return true
    }

    /// Whether the type at the cursor is `type`; binds variables that are not bound yet.
    private mutating func match(_ type: TypeId, _ types: TypeTable, _ bindings: inout [TypeId]) -> Bool {
        // `X?` is found by looking ahead: the mark stands behind
        let start = position
        skipType()
        let isOptional = text.count > position && text[position] == UInt8(ascii: "?")
        let end = isOptional ? position + 1 : position
        position = start
        defer { position = end }
        if !isOptional { return matchPlain(type, types, &bindings) }
        guard types.kind(of: type) == .optional else { return false }
        skipSpaces()
        if isVariable {
            let number = variable(text[position])
            while bindings.count <= number { bindings.append(.poison) }
            if bindings[number] != .poison {
                return types.unwrapped(bindings[number]) == types.unwrapped(type)
            }
        }
        return matchPlain(types.element(of: type), types, &bindings)
    }

    private mutating func matchPlain(_ type: TypeId, _ types: TypeTable, _ bindings: inout [TypeId]) -> Bool {
        skipSpaces()
        if isVariable {
            let number = variable(text[position])
            position += 1
            while bindings.count <= number { bindings.append(.poison) }
            if bindings[number] == .poison { bindings[number] = type }
            return bindings[number] == type
        }
        if accept("[") {
            switch types.kind(of: type) {
            case .list: return match(types.element(of: type), types, &bindings) && accept("]")
            case .map:
                return match(types.key(of: type), types, &bindings) && accept(":")
                    && match(types.value(of: type), types, &bindings)
            default: return false
            }
        }
        if accept("(") {
            guard types.kind(of: type) == .tuple else { return false }
            for element in types.tupleElements(of: type) {
                guard match(element, types, &bindings) else { return false }
                _ = accept(",")
            }
            return accept(")") && !accept("-")
        }
        let start = position
        skipWord()
        return SignatureParser.primitive(text, start, position) == type
    }

    private var isVariable: Bool {
        position < text.count && SignatureParser.isLetter(text[position])
            && (position + 1 == text.count || !SignatureParser.isLetter(text[position + 1]))
    }

    private mutating func skipType() {
        skipSpaces()
        let open = text[position]
        guard open == UInt8(ascii: "[") || open == UInt8(ascii: "(") else { return skipWord() }
        var depth = 0
        repeat {
            switch text[position] {
            case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
            default: break
            }
            position += 1
        } while depth > 0
    }

    // MARK: bytes

    /// The kind of the receiver a member's signature starts with.
    static func receiverKind(_ signature: StaticString) -> TypeKind {
        let text = UnsafeBufferPointer(start: signature.utf8Start, count: signature.utf8CodeUnitCount)
        if text[0] == UInt8(ascii: "[") {
            var depth = 0
            for byte in text {
                if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: "]") || byte == UInt8(ascii: ")") { depth -= 1 }
                if depth == 0 { return .list }
                if depth == 1 && byte == UInt8(ascii: ":") { return .map }
            }
        }
        if text[1] == UInt8(ascii: "?") { return .optional }
        var end = 0
        while isLetter(text[end]) { end += 1 }
        switch primitive(text, 0, end) {
        case .int: return .int
        case .float: return .float
        case .decimal: return .decimal
        case .string: return .string
        case .bytes: return .bytes
        case .range: return .range
        case .path: return .path
        case .time: return .time
        case .duration: return .duration
        case .output: return .record
        default: return .json
        }
    }

    /// A function's signature has no point before its parameters.
    private static func startsFunction(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if !isLetter(text[0]) { return false }
        for byte in text where !isLetter(byte) {
            return byte == UInt8(ascii: "(") || byte == UInt8(ascii: "<")
        }
        return false
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }

    private static func primitive(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> TypeId {
        switch (text[start], end - start) {
        case (UInt8(ascii: "I"), 3): return .int
        case (UInt8(ascii: "B"), 4): return .bool
        case (UInt8(ascii: "B"), 5): return .bytes
        case (UInt8(ascii: "F"), 5): return .float
        case (UInt8(ascii: "D"), 7): return .decimal
        case (UInt8(ascii: "D"), 8): return .duration
        case (UInt8(ascii: "S"), 6): return .string
        case (UInt8(ascii: "O"), 6): return .output
        case (UInt8(ascii: "T"), 4): return .time
        case (UInt8(ascii: "J"), 4): return .json
        case (UInt8(ascii: "P"), 4): return .path
        case (UInt8(ascii: "R"), 5): return .range
        default: preconditionFailure("a primitive type in a signature of this module")
        }
    }

    private mutating func skipSpaces() {
        while position < text.count && text[position] == UInt8(ascii: " ") { position += 1 }
    }

    private mutating func skipWord() {
        skipSpaces()
        while position < text.count && SignatureParser.isLetter(text[position]) { position += 1 }
    }

    private mutating func word() -> String {
        skipSpaces()
        let start = position
        skipWord()
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard position < text.count, UInt32(text[position]) == character.value else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) {
        let found = accept(character)
        precondition(found, "a signature of this module is well formed")
    }
}

extension Builtin {
    /// Whether a `bcall` with operands of these types (the receiver first) and this result type is sound. For
    /// the verifier: allocates nothing in the table.
    public func accepts(operands: [TypeId], result: TypeId, in types: TypeTable) -> Bool {
        let declaration = declaration
        if declaration.isInline { return false }
        var parser = SignatureParser(declaration.signature)
        return parser.fits(operands, result, types)
    }
}

extension TypeConstraint {
    /// Whether the type can do what the constraint asks.
    public func isMet(by type: TypeId, in types: TypeTable) -> Bool {
        switch self {
        case .none: return true
        case .key: return types.isMapKey(type)
        case .number:
            if types.isParameter(type) { return types.abilities(of: type).contains(.number) }
            return type == .int || type == .float || type == .decimal || type == .duration
        case .text: return TypeConstraint.hasText(type, types)
        case .encodable: return types.isEncodable(type)
        case .equatable: return TypeConstraint.isEquatable(type, types)
        case .ordered: return TypeConstraint.isOrdered(type, types)
        }
    }

    private static func isEquatable(_ type: TypeId, _ types: TypeTable) -> Bool {
        guard let part = types.firstUnencodable(in: type) else { return true }
        return types.kind(of: part) == .poison
    }

    /// Whether `sorted`, `min`, `<` and `vcmp` know an order of the type.
    public static func isOrdered(_ type: TypeId, _ types: TypeTable) -> Bool {
        var seen: Set<TypeId> = []
        var stack = [type]
        while let next = stack.popLast() {
            switch types.kind(of: next) {
            case .poison, .never, .bool, .int, .float, .decimal, .string, .bytes, .duration, .time, .path:
                continue
            case .list, .optional: stack.append(types.element(of: next))
            case .tuple: if seen.insert(next).inserted { stack += types.tupleElements(of: next) }
            case .enumeration: if types.isReference(next) { return false }
            case .variable:
                if !types.isParameter(next) || !types.abilities(of: next).contains(.ordered) { return false }
            default: return false
            }
        }
        return true
    }

    private static func hasText(_ type: TypeId, _ types: TypeTable) -> Bool {
        switch types.kind(of: type) {
        case .poison, .never, .bool, .int, .float, .decimal, .string, .duration, .time, .path, .json:
            return true
        case .enumeration: return !types.isReference(type)
        case .variable: return types.isParameter(type) && types.abilities(of: type).contains(.text)
        default: return false
        }
    }
}
