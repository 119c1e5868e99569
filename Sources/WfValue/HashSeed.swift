// Where hashes of values begin. Tables by hash are only searched, never walked, so that nothing that anybody sees
// depends on it.

/// A number of this process: keys that come from outside cannot be chosen so that their hashes collide.
public enum HashSeed {
    public static let value: UInt64 = {
        var hasher = Hasher()
        hasher.combine(0)
        return UInt64(truncatingIfNeeded: hasher.finalize())
    }()
}
