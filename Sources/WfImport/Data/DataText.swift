// What every data file is asked before it is read: that it is text, in UTF-8.

public import WfDiagnostics
public import WfSource

/// The first look at a file's bytes.
public enum DataText {
    /// Offset of the first byte behind a byte order mark.
    ///
    /// - Returns: a diagnostic instead when the file cannot be text of a workflow.
    public static func start(of source: SourceFile, file: FileId) -> Result<Int, Refusal> {
        func refuse(_ diagnostic: Diagnostic) -> Result<Int, Refusal> { .failure(Refusal(diagnostic)) }
        let top = Span(file: file, start: 0, end: 0)
        let bytes = source.bytes
        if let encoding = wideEncoding(bytes) { return refuse(.dataEncoding(encoding, at: top)) }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        if let offset = UTF8Bytes.firstMalformed(bytes) {
            let span = Span(file: file, start: UInt32(offset), end: UInt32(offset))
            let byte = "the byte 0x" + String(bytes[offset], radix: 16, uppercase: true)
            let hint = "it would be a letter in ISO-8859-1 or windows-1252"
            return refuse(.dataEncoding(byte, at: span, notes: bytes[offset] >= 0xA0 ? [hint] : []))
        }
        if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != 9 && $0 != 10 && $0 != 13 || $0 == 0x7F }
        ) {
            let span = Span(file: file, start: UInt32(offset), end: UInt32(offset) + 1)
            let digits = String(bytes[offset], radix: 16, uppercase: true)
            let shown = bytes[offset] == 0 ? "NUL" : "U+00" + (digits.count < 2 ? "0" : "") + digits
            return refuse(.dataControlCharacter(shown, at: span))
        }
        return .success(start)
    }

    private static func wideEncoding(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
            return "UTF-32"
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        guard bytes.count >= 4 else { return nil }
        if bytes[0] == 0, bytes[1] != 0, bytes[2] == 0 { return "UTF-16" }
        if bytes[0] != 0, bytes[1] == 0, bytes[2] != 0, bytes[3] == 0 { return "UTF-16" }
        if bytes[0] != 0, bytes[1] == 0, bytes[2] == 0, bytes[3] == 0 { return "UTF-32" }
        return nil
    }
}

/// A reader's reason to stop.
public struct Refusal: Error {
    public let diagnostic: Diagnostic
    public init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
}
