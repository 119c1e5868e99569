// The names of types: a 32-bit id, and the closed set of kinds.
// It does not know how types are stored (TypeTable) nor how their values are encoded (Encoding).

/// A type of one `TypeTable`: equal types have equal ids, primitives have the same id in every table.
public struct TypeId: Hashable, Sendable {
    public let raw: UInt32

    @inlinable @inline(__always) public init(raw: UInt32) { self.raw = raw }
    @inlinable @inline(__always) public static func == (left: TypeId, right: TypeId) -> Bool {
        left.raw == right.raw
    }

    /// The type of an expression that has already been reported; it agrees with everything.
    @inlinable public static var poison: TypeId { TypeId(raw: 0) }
    /// The type of what does not return; `Never?` is the type of `null`.
    @inlinable public static var never: TypeId { TypeId(raw: 1) }
    @inlinable public static var unit: TypeId { TypeId(raw: 2) }
    @inlinable public static var bool: TypeId { TypeId(raw: 3) }
    @inlinable public static var int: TypeId { TypeId(raw: 4) }
    @inlinable public static var float: TypeId { TypeId(raw: 5) }
    @inlinable public static var decimal: TypeId { TypeId(raw: 6) }
    @inlinable public static var string: TypeId { TypeId(raw: 7) }
    @inlinable public static var bytes: TypeId { TypeId(raw: 8) }
    /// Int64 microseconds.
    @inlinable public static var duration: TypeId { TypeId(raw: 9) }
    /// Int64 microseconds since 1970-01-01T00:00:00Z.
    @inlinable public static var time: TypeId { TypeId(raw: 10) }
    @inlinable public static var json: TypeId { TypeId(raw: 11) }
    @inlinable public static var path: TypeId { TypeId(raw: 12) }
    /// Lower bound (inside) and upper bound (outside), two Ints.
    @inlinable public static var range: TypeId { TypeId(raw: 13) }
    @inlinable public static var secret: TypeId { TypeId(raw: 14) }
    /// record Error { kind: String, message: String, step: String, attempts: Int, data: Json }
    @inlinable public static var error: TypeId { TypeId(raw: 15) }
    /// record Output { status: Int, stdout: String, stderr: String, raw: Bytes?, rawError: Bytes? }: `raw` and `rawError`
    /// are the two streams as they came where they are not UTF-8, else null.
    @inlinable public static var output: TypeId { TypeId(raw: 16) }
    /// How many fields the JSON of an Output always has; those behind them are left out where they are null.
    @inlinable public static var outputFieldsAlways: Int { 3 }

    /// How many ids every table starts with.
    public static var fixedCount: Int { 18 }

    @inlinable @inline(__always) public var index: Int { Int(raw) }
}

/// What a type is made of.
public enum TypeKind: UInt8, Sendable {
    case poison, never, unit, bool, int, float, decimal, string, bytes, duration, time, json, path, range,
        secret
    case list, map, optional, tuple, record, enumeration, function
    /// A type parameter of a generic signature.
    case variable
}

/// One field of a record.
public struct FieldInfo: Hashable, Sendable {
    public var name: String
    public var type: TypeId
    /// The default in the binary encoding of `type`, or nil when the field must be given.
    public var defaultValue: [UInt8]?

    public init(name: String, type: TypeId, defaultValue: [UInt8]? = nil) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
    }
}

/// One value of an enum case's payload.
public struct PayloadInfo: Hashable, Sendable {
    public var label: String?
    public var type: TypeId

    public init(label: String? = nil, type: TypeId) {
        self.label = label
        self.type = type
    }
}

/// One case of an enum.
public struct CaseInfo: Hashable, Sendable {
    public var name: String
    public var payload: [PayloadInfo]

    public init(name: String, payload: [PayloadInfo] = []) {
        self.name = name
        self.payload = payload
    }
}
