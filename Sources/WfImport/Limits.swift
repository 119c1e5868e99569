// Every limit of import, by name. Each has a diagnostic with a page and a test of its own.
import WfSource

extension Limits {
    /// Bytes in one file that is imported.
    public static let importBytesMax = 16 << 20
    /// Elements (XML), or values (JSON, YAML), in one file.
    public static let importElementsMax = 250_000
    /// Depth of elements, or of values, inside each other.
    public static let importDepthMax = 256
    /// Bytes in one start tag, or in one attribute's value.
    public static let importTagBytesMax = 64 << 10
    /// Processor time that the import of one file may take, in milliseconds.
    public static let importTimeMsMax = 2000
}
