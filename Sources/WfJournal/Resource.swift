// What runs share across a journal: how much of a pool is taken, when calls of a rate began, whether a breaker is open,
// and results that may be used again. Knows nothing of what the bytes mean.

/// The state of something shared, as one owner has left it, or all of them together.
package struct ResourceRecord: Equatable, Sendable {
    /// `pool gpu`
    package var name: String
    /// The session whose part it is, or 0: everybody's.
    package var owner: Int64
    /// Empty: the row goes.
    package var bytes: [UInt8]
    package init(name: String, owner: Int64, bytes: [UInt8]) {
        self.name = name
        self.owner = owner
        self.bytes = bytes
    }
}

/// A result that calls with equal arguments may use again.
package struct CacheRecord: Equatable, Sendable {
    /// A keyed hash of the call.
    package var key: [UInt8]
    /// Microseconds since 1970: when it was made, and when it may be forgotten.
    package var stored: Int64
    package var expires: Int64
    package var bytes: [UInt8]
    package init(key: [UInt8], stored: Int64, expires: Int64, bytes: [UInt8]) {
        self.key = key
        self.stored = stored
        self.expires = expires
        self.bytes = bytes
    }
}
