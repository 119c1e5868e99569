// The signatures of the built-ins as types, and the look-ups of the checker. It does not know what a call
// site looks like: binding variables to argument types is the checker's business.
public import WfValue

/// How a built-in is reached.
public enum BuiltinKind: UInt8, Sendable {
    /// `value.name`
    case property
    /// `value.name(…)`
    case method
    /// `name(…)`
    case function
}

/// What a type variable of a signature must be able to do.
public enum TypeConstraint: UInt8, Sendable {
    case none
    /// Has an order: Int, Float, Decimal, String, Bool, Time, Duration, Path, enums without payloads, and
    /// lists, tuples and optionals of these.
    case ordered
    /// May be the key of a map.
    case key
    /// Int, Float, Decimal or Duration.
    case number
    /// Anything but a function or a secret.
    case equatable
    /// Can be stored and sent as JSON.
    case encodable
    /// Can be interpolated.
    case text
}

/// The literal that stands in for an argument that is left out.
public enum BuiltinDefault: Equatable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case string(String)
}

public struct BuiltinParameter: Sendable {
    public var name: String
    public var type: TypeId
    public var defaultValue: BuiltinDefault?
}

/// A signature with its types in one `TypeTable`. For properties and methods the receiver is the first
/// operand of the machine's instruction, before the parameters.
public struct BuiltinSignature: Sendable {
    public var builtin: Builtin
    public var kind: BuiltinKind
    public var name: String
    /// nil for functions.
    public var receiver: TypeId?
    public var parameters: [BuiltinParameter]
    public var result: TypeId
    /// One per type variable, by its number; the numbers count from 0 in order of first occurrence.
    public var constraints: [TypeConstraint]
    public var isInline: Bool
    public var isHidden: Bool
}

/// All signatures, in the types of one table. Built once per compilation.
public struct BuiltinTable: Sendable {
    /// By raw value of `Builtin`.
    public let signatures: [BuiltinSignature]
    /// Open addressing: first signature of a (receiver kind, name), or -1; overloads are chained by `next`.
    private var buckets: [Int32]
    private var overloads: [[Builtin]]
    private static var functionKind: UInt8 { 255 }

    /// Parses every signature; adds the types they mention to `types`.
    public init(types: inout TypeTable) {
        var signatures: [BuiltinSignature] = []
        let all = Builtin.allCases
        signatures.reserveCapacity(all.count)
        buckets = [Int32](repeating: -1, count: 1024)
        overloads = []
        overloads.reserveCapacity(all.count)
        for builtin in all {
            var parser = SignatureParser(builtin.declaration.signature)
            let signature = parser.signature(of: builtin, types: &types)
            signatures.append(signature)
        }
        self.signatures = signatures
        for signature in signatures where !signature.isHidden {
            let kind = signature.receiver.map { types.kind(of: $0).rawValue } ?? BuiltinTable.functionKind
            let place = find(kind, signature.name)
            if buckets[place] >= 0 {
                overloads[Int(buckets[place])].append(signature.builtin)
            } else {
                buckets[place] = Int32(overloads.count)
                overloads.append([signature.builtin])
            }
        }
    }

    public subscript(builtin: Builtin) -> BuiltinSignature { signatures[Int(builtin.rawValue)] }

    /// The properties and methods with this name on receivers of this kind, hidden ones left out. Several
    /// when they differ in kind (`count`, `count(where:)`) or parameters (`sorted()`, `sorted(by:)`).
    public func members(of receiver: TypeKind, named name: String) -> [Builtin] {
        lookup(receiver.rawValue, name)
    }

    /// The functions with this name, hidden ones left out.
    public func functions(named name: String) -> [Builtin] { lookup(BuiltinTable.functionKind, name) }

    /// Every property and method of receivers of this kind, in order of declaration: for suggestions.
    public func members(of receiver: TypeKind, types: TypeTable) -> [Builtin] {
        signatures.compactMap { signature in
            guard let type = signature.receiver, !signature.isHidden else { return nil }
            return types.kind(of: type) == receiver ? signature.builtin : nil
        }
    }

    /// Every function, in order of declaration: for suggestions.
    public var functions: [Builtin] {
        signatures.compactMap { $0.receiver == nil && !$0.isHidden ? $0.builtin : nil }
    }

    private func lookup(_ kind: UInt8, _ name: String) -> [Builtin] {
        let index = buckets[find(kind, name)]
        return index < 0 ? [] : overloads[Int(index)]
    }

    /// The bucket of (kind, name), or the free one where it belongs.
    private func find(_ kind: UInt8, _ name: String) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(kind)
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var place = Int(truncatingIfNeeded: hash ^ hash >> 20) & (buckets.count - 1)
        while buckets[place] >= 0 {
            let found = signatures[Int(overloads[Int(buckets[place])][0].rawValue)]
            if found.name == name && foundKind(found) == kind { break }
            place = (place + 1) & (buckets.count - 1)
        }
        return place
    }

    private func foundKind(_ signature: BuiltinSignature) -> UInt8 {
        signature.receiver == nil ? BuiltinTable.functionKind : receiverKinds(signature)
    }

    private func receiverKinds(_ signature: BuiltinSignature) -> UInt8 {
        SignatureParser.receiverKind(signature.builtin.declaration.signature).rawValue
    }
}
