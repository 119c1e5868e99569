// All types of a program in flat arrays; structural types are interned, so that equal types have equal ids.
// It does not know where types come from (the checker declares them) nor how values look (Encoding).

/// One row of a `TypeTable`; what `first` and `second` mean depends on the kind:
/// ```
/// list, optional   first = element
/// map              first = key, second = value
/// tuple            first = start in `extras`, second = count
/// function         first = start in `extras` (result, then parameters), second = count of parameters
/// record           first = start in `extras`, second = count of fields, third = index in `nominals`
/// enumeration      first = start in `extras`, second = count of cases, third = index in `nominals`
/// variable         first = its number; from `firstParameter` on it is the parameter of a generic declaration
/// ```
struct TypeEntry: Sendable {
    var kind: TypeKind
    var flags: UInt8
    var depth: UInt16
    var first: UInt32
    var second: UInt32
    var third: UInt32
    /// How many parts it has when it is written out, named types' arguments included.
    var parts: UInt32 = 1

    static var isWord: UInt8 { 1 }
    static var isOpen: UInt8 { 2 }
    static var isDefined: UInt8 { 4 }
    static var hasVariable: UInt8 { 8 }
    static var hasPoison: UInt8 { 16 }
    static var hasParameter: UInt8 { 32 }
}

/// A named type's name (bytes of the table) and arguments (words of `extras`).
struct NominalEntry: Sendable {
    var nameOffset: UInt32
    var nameLength: UInt32
    var argumentStart: UInt32
    var argumentCount: UInt32
}

/// Widths and offsets of what records and enums keep in `extras`.
enum ExtraLayout {
    /// type, name offset, name length, default offset (or `none`), default length
    static var fieldWidth: Int { 5 }
    /// name offset, name length, payload start in `extras`, payload count, 1 when all payloads have labels
    static var caseWidth: Int { 5 }
    /// type, label offset (or `none`), label length
    static var payloadWidth: Int { 3 }
    static var none: UInt32 { .max }
}

/// What copies of a table share until one of them grows: copying a table counts one reference and not six, and the
/// checker's calls copy it (4 times per line of source).
private final class TypeStorage: @unchecked Sendable {  // a table writes to one that nobody else refers to
    var entries: [TypeEntry] = []
    var extras: [UInt32] = []
    var bytes: [UInt8] = []
    var nominals: [NominalEntry] = []
    var parameters: [ParameterEntry] = []
    var buckets: [UInt32] = []
    var interned = 0
    var refusals = 0

    init() {}

    init(copying other: TypeStorage) {
        entries = other.entries
        extras = other.extras
        bytes = other.bytes
        nominals = other.nominals
        parameters = other.parameters
        buckets = other.buckets
        interned = other.interned
        refusals = other.refusals
    }
}

/// The types of one program. A value: copying it is cheap until one of the copies grows.
public struct TypeTable: Sendable {
    private var storage = TypeStorage()
    var entries: [TypeEntry] {
        _read { yield storage.entries }
        _modify {
            own()
            yield &storage.entries
        }
    }
    var extras: [UInt32] {
        _read { yield storage.extras }
        _modify {
            own()
            yield &storage.extras
        }
    }
    var bytes: [UInt8] {
        _read { yield storage.bytes }
        _modify {
            own()
            yield &storage.bytes
        }
    }
    var nominals: [NominalEntry] {
        _read { yield storage.nominals }
        _modify {
            own()
            yield &storage.nominals
        }
    }
    /// By number behind `firstParameter`.
    var parameters: [ParameterEntry] {
        _read { yield storage.parameters }
        _modify {
            own()
            yield &storage.parameters
        }
    }
    /// Open addressing: an id, or 0 for a free place (id 0 is never interned).
    private var buckets: [UInt32] {
        _read { yield storage.buckets }
        _modify {
            own()
            yield &storage.buckets
        }
    }
    private var interned: Int {
        _read { yield storage.interned }
        _modify {
            own()
            yield &storage.interned
        }
    }

    /// How many types were refused (were `.poison`) because they would pass a limit.
    public private(set) var refusals: Int {
        _read { yield storage.refusals }
        _modify {
            own()
            yield &storage.refusals
        }
    }

    private mutating func own() {
        if !isKnownUniquelyReferenced(&storage) { storage = TypeStorage(copying: storage) }
    }

    /// The primitives and the built-in records at their fixed ids.
    public init() {
        buckets = [UInt32](repeating: 0, count: 64)
        for raw in UInt8(0)...TypeKind.secret.rawValue {
            guard let kind = TypeKind(rawValue: raw) else { continue }
            var flags: UInt8 = 0
            switch kind {
            case .unit, .bool, .int, .float, .duration, .time, .never, .poison: flags |= TypeEntry.isWord
            default: break
            }
            if kind == .poison { flags |= TypeEntry.hasPoison }
            entries.append(TypeEntry(kind: kind, flags: flags, depth: 1, first: 0, second: 0, third: 0))
        }
        let error = declareRecord("Error")
        defineRecord(
            error,
            fields: [
                FieldInfo(name: "kind", type: .string), FieldInfo(name: "message", type: .string),
                FieldInfo(name: "step", type: .string), FieldInfo(name: "attempts", type: .int),
                FieldInfo(name: "data", type: .json),
            ], open: false)
        let output = declareRecord("Output")
        let raw = optional(of: .bytes)
        defineRecord(
            output,
            fields: [
                FieldInfo(name: "status", type: .int), FieldInfo(name: "stdout", type: .string),
                FieldInfo(name: "stderr", type: .string), FieldInfo(name: "raw", type: raw),
                FieldInfo(name: "rawError", type: raw),
            ], open: false)
        precondition(error == .error && output == .output, "the built-in records have fixed ids")
        precondition(count == TypeId.fixedCount, "and nothing else has been made")
    }

    // MARK: constructors

    // A type that would nest deeper than `ValueLimits.typeDepthMax` or have more parts than `ValueLimits.typePartsMax` is
    // refused: `.poison`.

    /// `[element]`
    public mutating func list(of element: TypeId) -> TypeId {
        intern(.list, element.raw, 0, depthOf: element, .unit)
    }

    /// `[key: value]`. The key's kind is the caller's to check (`isMapKey`).
    public mutating func map(key: TypeId, value: TypeId) -> TypeId {
        intern(.map, key.raw, value.raw, depthOf: key, value)
    }

    /// `wrapped?`; `T??` is `T?`, and poison stays poison.
    public mutating func optional(of wrapped: TypeId) -> TypeId {
        if wrapped == .poison || kind(of: wrapped) == .optional { return wrapped }
        return intern(.optional, wrapped.raw, 0, depthOf: wrapped, .unit)
    }

    /// `(a, b, …)`; the empty tuple is `Unit`.
    public mutating func tuple(of elements: [TypeId]) -> TypeId {
        if elements.isEmpty { return .unit }
        return intern(.tuple, words: elements.map(\.raw), count: elements.count)
    }

    /// `(parameters) -> result`.
    public mutating func function(parameters: [TypeId], result: TypeId) -> TypeId {
        intern(.function, words: [result.raw] + parameters.map(\.raw), count: parameters.count)
    }

    /// The type parameter with this number, in a generic signature.
    public mutating func variable(_ number: Int) -> TypeId {
        intern(.variable, UInt32(truncatingIfNeeded: number), 0, depthOf: .unit, .unit)
    }

    // MARK: queries (array reads)

    public var count: Int { entries.count }

    @inline(__always)
    public func kind(of type: TypeId) -> TypeKind { entries[type.index].kind }

    /// Whether the machine holds a value of this type as a reference; false = one machine word: `Unit Bool Int
    /// Float Duration Time Never`, and enums none of whose cases has a payload. All optionals are references.
    @inline(__always)
    public func isReference(_ type: TypeId) -> Bool { entries[type.index].flags & TypeEntry.isWord == 0 }

    /// Whether a type variable occurs in it, named types' arguments included.
    @inline(__always)
    public func containsVariable(_ type: TypeId) -> Bool {
        entries[type.index].flags & TypeEntry.hasVariable != 0
    }

    /// Whether poison occurs in it.
    @inline(__always)
    public func containsPoison(_ type: TypeId) -> Bool {
        entries[type.index].flags & TypeEntry.hasPoison != 0
    }

    /// Of a list: its elements' type. Of an optional: what it wraps.
    public func element(of type: TypeId) -> TypeId {
        let entry = entries[type.index]
        precondition(
            entry.kind == .list || entry.kind == .optional, "only lists and optionals have an element")
        return TypeId(raw: entry.first)
    }

    /// The type without its `?`; any other type as it is.
    public func unwrapped(_ type: TypeId) -> TypeId {
        let entry = entries[type.index]
        return entry.kind == .optional ? TypeId(raw: entry.first) : type
    }

    public func key(of map: TypeId) -> TypeId {
        let entry = entries[map.index]
        precondition(entry.kind == .map, "only maps have a key")
        return TypeId(raw: entry.first)
    }

    public func value(of map: TypeId) -> TypeId {
        let entry = entries[map.index]
        precondition(entry.kind == .map, "only maps have a value")
        return TypeId(raw: entry.second)
    }

    /// How many: tuple elements, record fields, enum cases, function parameters; else 0.
    public func memberCount(of type: TypeId) -> Int {
        let entry = entries[type.index]
        switch entry.kind {
        case .tuple, .record, .enumeration, .function: return Int(entry.second)
        default: return 0
        }
    }

    public func tupleElement(of tuple: TypeId, at index: Int) -> TypeId {
        let entry = entries[tuple.index]
        precondition(entry.kind == .tuple && index < Int(entry.second), "an element of that tuple")
        return TypeId(raw: extras[Int(entry.first) + index])
    }

    public func tupleElements(of tuple: TypeId) -> [TypeId] {
        (0..<memberCount(of: tuple)).map { tupleElement(of: tuple, at: $0) }
    }

    public func functionResult(of function: TypeId) -> TypeId {
        let entry = entries[function.index]
        precondition(entry.kind == .function, "only functions have a result")
        return TypeId(raw: extras[Int(entry.first)])
    }

    public func functionParameter(of function: TypeId, at index: Int) -> TypeId {
        let entry = entries[function.index]
        precondition(entry.kind == .function && index < Int(entry.second), "a parameter of that function")
        return TypeId(raw: extras[Int(entry.first) + 1 + index])
    }

    public func functionParameters(of function: TypeId) -> [TypeId] {
        (0..<memberCount(of: function)).map { functionParameter(of: function, at: $0) }
    }

    public func variableNumber(of variable: TypeId) -> Int {
        precondition(entries[variable.index].kind == .variable, "only variables have a number")
        return Int(entries[variable.index].first)
    }

    /// Whether maps may have it as their key: String, Int, or an enum without payloads.
    public func isMapKey(_ type: TypeId) -> Bool {
        switch kind(of: type) {
        case .string, .int, .poison: return true
        case .variable: return !isParameter(type) || abilities(of: type).contains(.key)
        case .enumeration: return !isReference(type)
        default: return false
        }
    }

    // MARK: interning

    private mutating func intern(
        _ kind: TypeKind, _ first: UInt32, _ second: UInt32, depthOf left: TypeId, _ right: TypeId
    ) -> TypeId {
        let depth = 1 + Swift.max(entries[left.index].depth, entries[right.index].depth)
        let parts =
            1 + Int(entries[left.index].parts) + (right == .unit ? 0 : Int(entries[right.index].parts))
        if isRefused(depth: Int(depth), parts: parts) { return .poison }
        let mask = buckets.count - 1
        var place = Int(truncatingIfNeeded: TypeTable.mix(kind, first, second)) & mask
        while buckets[place] != 0 {
            let entry = entries[Int(buckets[place])]
            if entry.kind == kind && entry.first == first && entry.second == second {
                return TypeId(raw: buckets[place])
            }
            place = (place + 1) & mask
        }
        var flags = inherited(left) | inherited(right)
        if kind == .variable {
            flags |= first >= TypeTable.firstParameter ? TypeEntry.hasParameter : TypeEntry.hasVariable
        }
        let entry = TypeEntry(
            kind: kind, flags: flags, depth: depth, first: first, second: second, third: 0,
            parts: UInt32(parts))
        return insert(entry, at: place)
    }

    private mutating func intern(_ kind: TypeKind, words: [UInt32], count: Int) -> TypeId {
        var depth: UInt16 = 0
        var parts = 1
        var flags: UInt8 = 0
        var hash = TypeTable.mix(kind, UInt32(words.count), 0)
        for word in words {
            depth = Swift.max(depth, entries[Int(word)].depth)
            parts += Int(entries[Int(word)].parts)
            flags |= inherited(TypeId(raw: word))
            hash = TypeTable.mix(kind, word, UInt32(truncatingIfNeeded: hash ^ hash >> 32))
        }
        if isRefused(depth: Int(depth) + 1, parts: parts) { return .poison }
        if count > ValueLimits.membersMax { return .poison }
        let mask = buckets.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        search: while buckets[place] != 0 {
            let entry = entries[Int(buckets[place])]
            if entry.kind == kind && Int(entry.second) == count {
                var same = true
                for index in words.indices where extras[Int(entry.first) + index] != words[index] {
                    same = false
                    break
                }
                if same { return TypeId(raw: buckets[place]) }
            }
            place = (place + 1) & mask
        }
        let start = UInt32(extras.count)
        extras.append(contentsOf: words)
        let entry = TypeEntry(
            kind: kind, flags: flags, depth: depth + 1, first: start, second: UInt32(count), third: 0,
            parts: UInt32(parts))
        return insert(entry, at: place)
    }

    /// Takes note of a type that is refused.
    mutating func isRefused(depth: Int, parts: Int) -> Bool {
        if depth <= ValueLimits.typeDepthMax && parts <= ValueLimits.typePartsMax
            && entries.count < ValueLimits.typesMax
        {
            return false
        }
        refusals += 1
        return true
    }

    private func inherited(_ type: TypeId) -> UInt8 {
        entries[type.index].flags & TypeEntry.inheritedFlags
    }

    private mutating func insert(_ entry: TypeEntry, at place: Int) -> TypeId {
        let id = UInt32(entries.count)
        entries.append(entry)
        buckets[place] = id
        interned += 1
        if interned * 2 > buckets.count { grow() }
        return TypeId(raw: id)
    }

    private mutating func grow() {
        let old = buckets
        buckets = [UInt32](repeating: 0, count: old.count * 2)
        let mask = buckets.count - 1
        for id in old where id != 0 {
            var place = Int(truncatingIfNeeded: hash(of: entries[Int(id)])) & mask
            while buckets[place] != 0 { place = (place + 1) & mask }
            buckets[place] = id
        }
    }

    private func hash(of entry: TypeEntry) -> UInt64 {
        guard entry.kind == .tuple || entry.kind == .function else {
            return TypeTable.mix(entry.kind, entry.first, entry.second)
        }
        let words = Int(entry.second) + (entry.kind == .function ? 1 : 0)
        var hash = TypeTable.mix(entry.kind, UInt32(words), 0)
        for index in 0..<words {
            hash = TypeTable.mix(
                entry.kind, extras[Int(entry.first) + index], UInt32(truncatingIfNeeded: hash ^ hash >> 32))
        }
        return hash
    }

    private static func mix(_ kind: TypeKind, _ first: UInt32, _ second: UInt32) -> UInt64 {
        var hash = UInt64(first) << 32 | UInt64(second)
        hash ^= UInt64(kind.rawValue) &* 0x9E37_79B9_7F4A_7C15
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }
}
