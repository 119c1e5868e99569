// The signatures of the built-ins as types, and the look-ups of the checker. It does not know what a call
// site looks like: binding variables to argument types is the checker's business.
package import WfValue

/// How a built-in is reached.
package enum BuiltinKind: UInt8, Sendable {
    /// `value.name`
    case property
    /// `value.name(…)`
    case method
    /// `name(…)`
    case function
}

/// What a type variable of a signature must be able to do.
package enum TypeConstraint: UInt8, Sendable {
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
package enum BuiltinDefault: Equatable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case string(String)
}

package struct BuiltinParameter: Sendable {
    package var name: String
    package var type: TypeId
    package var defaultValue: BuiltinDefault?
}

/// A signature with its types in one `TypeTable`. For properties and methods the receiver is the first
/// operand of the machine's instruction, before the parameters.
package struct BuiltinSignature: Sendable {
    package var builtin: Builtin
    package var kind: BuiltinKind
    package var name: String
    /// nil for functions.
    package var receiver: TypeId?
    package var parameters: [BuiltinParameter]
    package var result: TypeId
    /// One per type variable, by its number; the numbers count from 0 in order of first occurrence.
    package var constraints: [TypeConstraint]
    package var isInline: Bool
    package var isHidden: Bool
}

/// All signatures, in the types of one table. Built once per compilation.
package struct BuiltinTable: Sendable {
    /// By raw value of `Builtin`.
    package let signatures: [BuiltinSignature]
    /// Open addressing: first signature of a (receiver kind, name), or -1; overloads are chained by `next`.
    private var buckets: [Int32]
    private var overloads: [[Builtin]]
    private static var functionKind: UInt8 { 255 }

    /// Parses every signature; adds the types they mention to `types`.
    package init(types: inout TypeTable) {
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

    package subscript(builtin: Builtin) -> BuiltinSignature { signatures[Int(builtin.rawValue)] }

    /// The properties and methods with this name on receivers of this kind, hidden ones left out. Several
    /// when they differ in kind (`count`, `count(where:)`) or parameters (`sorted()`, `sorted(by:)`).
    package func members(of receiver: TypeKind, named name: String) -> [Builtin] {
        lookup(receiver.rawValue, name)
    }

    /// The functions with this name, hidden ones left out.
    package func functions(named name: String) -> [Builtin] { lookup(BuiltinTable.functionKind, name) }

    /// Every property and method of receivers of this kind, in order of declaration: for suggestions.
    package func members(of receiver: TypeKind, types: TypeTable) -> [Builtin] {
        signatures.compactMap { signature in
            guard let type = signature.receiver, !signature.isHidden else { return nil }
            return types.kind(of: type) == receiver ? signature.builtin : nil
        }
    }

    /// Every function, in order of declaration: for suggestions.
    package var functions: [Builtin] {
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
