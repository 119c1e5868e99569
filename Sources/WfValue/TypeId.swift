// The names of types: a 32-bit id, and the closed set of kinds.
// It does not know how types are stored (TypeTable) nor how their values are encoded (Encoding).

/// A type of one `TypeTable`: equal types have equal ids, primitives have the same id in every table.
package struct TypeId: Hashable, Sendable {
    package let raw: UInt32

    @inlinable @inline(__always) package init(raw: UInt32) { self.raw = raw }
    @inlinable @inline(__always) package static func == (left: TypeId, right: TypeId) -> Bool {
        left.raw == right.raw
    }

    /// The type of an expression that has already been reported; it agrees with everything.
    @inlinable package static var poison: TypeId { TypeId(raw: 0) }
    /// The type of what does not return; `Never?` is the type of `null`.
    @inlinable package static var never: TypeId { TypeId(raw: 1) }
    @inlinable package static var unit: TypeId { TypeId(raw: 2) }
    @inlinable package static var bool: TypeId { TypeId(raw: 3) }
    @inlinable package static var int: TypeId { TypeId(raw: 4) }
    @inlinable package static var float: TypeId { TypeId(raw: 5) }
    @inlinable package static var decimal: TypeId { TypeId(raw: 6) }
    @inlinable package static var string: TypeId { TypeId(raw: 7) }
    @inlinable package static var bytes: TypeId { TypeId(raw: 8) }
    /// Int64 microseconds.
    @inlinable package static var duration: TypeId { TypeId(raw: 9) }
    /// Int64 microseconds since 1970-01-01T00:00:00Z.
    @inlinable package static var time: TypeId { TypeId(raw: 10) }
    @inlinable package static var json: TypeId { TypeId(raw: 11) }
    @inlinable package static var path: TypeId { TypeId(raw: 12) }
    /// Lower bound (inside) and upper bound (outside), two Ints.
    @inlinable package static var range: TypeId { TypeId(raw: 13) }
    @inlinable package static var secret: TypeId { TypeId(raw: 14) }
    /// record Error { kind: String, message: String, step: String, attempts: Int, data: Json }
    @inlinable package static var error: TypeId { TypeId(raw: 15) }
    /// record Output { status: Int, stdout: String, stderr: String, raw: Bytes? }: `raw` is the standard output as it
    /// came where it is not UTF-8, else null.
    @inlinable package static var output: TypeId { TypeId(raw: 16) }

    /// How many ids every table starts with.
    package static var fixedCount: Int { 18 }

    @inlinable @inline(__always) package var index: Int { Int(raw) }
}

/// What a type is made of.
package enum TypeKind: UInt8, Sendable {
    case poison, never, unit, bool, int, float, decimal, string, bytes, duration, time, json, path, range,
        secret
    case list, map, optional, tuple, record, enumeration, function
    /// A type parameter of a generic signature.
    case variable
}

/// One field of a record.
package struct FieldInfo: Hashable, Sendable {
    package var name: String
    package var type: TypeId
    /// The default in the binary encoding of `type`, or nil when the field must be given.
    package var defaultValue: [UInt8]?

    package init(name: String, type: TypeId, defaultValue: [UInt8]? = nil) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
    }
}

/// One value of an enum case's payload.
package struct PayloadInfo: Hashable, Sendable {
    package var label: String?
    package var type: TypeId

    package init(label: String? = nil, type: TypeId) {
        self.label = label
        self.type = type
    }
}

/// One case of an enum.
package struct CaseInfo: Hashable, Sendable {
    package var name: String
    package var payload: [PayloadInfo]

    package init(name: String, payload: [PayloadInfo] = []) {
        self.name = name
        self.payload = payload
    }
}
