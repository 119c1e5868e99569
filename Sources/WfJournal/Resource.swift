// What runs share across a journal: how much of a pool is taken, when calls of a rate began, whether a breaker is open,
// and results that may be used again. Knows nothing of what the bytes mean.

/// The state of something shared, as one owner has left it, or all of them together.
public struct ResourceRecord: Equatable, Sendable {
    /// `pool gpu`
    public var name: String
    /// The session whose part it is, or 0: everybody's.
    public var owner: Int64
    /// Empty: the row goes.
    public var bytes: [UInt8]
    public init(name: String, owner: Int64, bytes: [UInt8]) {
        self.name = name
        self.owner = owner
        self.bytes = bytes
    }
}

/// A result that calls with equal arguments may use again.
public struct CacheRecord: Equatable, Sendable {
    /// A keyed hash of the call.
    public var key: [UInt8]
    /// Microseconds since 1970: when it was made, and when it may be forgotten.
    public var stored: Int64
    public var expires: Int64
    public var bytes: [UInt8]
    public init(key: [UInt8], stored: Int64, expires: Int64, bytes: [UInt8]) {
        self.key = key
        self.stored = stored
        self.expires = expires
        self.bytes = bytes
    }
}
