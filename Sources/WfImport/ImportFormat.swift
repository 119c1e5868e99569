// Which form a file is written in: by its name's ending, and by its first bytes where the ending says nothing or lies.
import WfSource

extension ImportFormat {
    /// The form of a file.
    static func of(_ path: String, _ bytes: UnsafeBufferPointer<UInt8>) -> ImportFormat {
        let first = firstByte(bytes)
        switch path.split(separator: ".").last.map(String.init) ?? "" {
        case "json", "json5", "jsonc": return .json
        case "yaml", "yml": return .yaml
        case "md", "markdown": return .markdown
        case "xml", "bpmn", "bpmn2", "scxml", "jpdl", "dax": return .xml
        default:
            if first == UInt8(ascii: "<") { return .xml }
            if first == UInt8(ascii: "{") { return .json }
            return .yaml
        }
    }

    /// Whether nothing but marks and white space is there.
    static func isBlank(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { firstByte(bytes) == nil }

    /// The first byte that is no byte order mark, no white space and no half of a wide white space.
    private static func firstByte(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt8? {
        let marks: Set<UInt8> = [0xEF, 0xBB, 0xBF, 0xFE, 0xFF, 0, 0x20, 0x09, 0x0A, 0x0D]
        return bytes.first { !marks.contains($0) }
    }
}

/// Packed files, which are refused: what comes out of them has no bound.
enum Compression {
    /// `gzip`
    static func kind(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let marks: [(String, [UInt8])] = [
            ("gzip", [0x1F, 0x8B]), ("zip", [0x50, 0x4B, 0x03, 0x04]), ("bzip2", [0x42, 0x5A, 0x68]),
            ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A]), ("zstd", [0x28, 0xB5, 0x2F, 0xFD]),
        ]
        return marks.first { bytes.starts(with: $0.1) }?.0
    }
}
