// Every limit of the language server, by name.

/// What is taken from a client and kept for it, at most. A limit is inclusive.
enum ServerLimits {
    /// Bytes of one message: more than a file can have when its text is sent as JSON.
    static let messageBytesMax = 512 << 20
    /// Bytes of the header lines of one message.
    static let headerBytesMax = 4096
    /// Depth of nested JSON values.
    static let jsonDepthMax = 200
    /// Files that are looked for in the folders of the workspace.
    static let filesMax = 20_000
    /// Symbols that one search of the workspace gives.
    static let symbolsMax = 500
    /// Other files that a change may have an effect on to be offered without being asked for, at every move of the caret.
    static let filesTriedMax = 20
    /// Lines on either side of a place that are read again for each word that might stand there, and bytes of them: more than
    /// lines have that somebody has written.
    static let completionLinesMax = 30
    static let completionBytesMax = 16 << 10
    /// Ranges around a place that a selection can grow to, beside the whole file.
    static let selectionsMax = 60
    /// Semantic tokens of older answers that a client may ask the difference to.
    static let tokenAnswersMax = 20
}
