// Lines of source text as text. Knows nothing of files.

extension StringProtocol {
    /// Its lines, each without its LF; the CR of a line that ends with CR LF stays, so that lengths in bytes add up. To split at
    /// the character "\n" would not do: CR LF is one character.
    public var sourceLines: [Substring] {
        Substring(self).utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// Whether it is of several lines.
    public var hasLineEnd: Bool { utf8.contains(0x0A) }
}
