// Texts whose lines end with CR LF: they are laid out as others are, and keep their line ends.
import WfDiagnostics
import WfFormatter
import WfSource
import WfSyntax

enum LineEnds {
    static func withoutReturns(_ bytes: some Collection<UInt8>) -> [UInt8] { bytes.filter { $0 != 0x0D } }

    static func withReturns(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 16)
        for byte in bytes {
            if byte == 0x0A, result.last != 0x0D { result.append(0x0D) }
            result.append(byte)
        }
        return result
    }
}

extension Document {
    /// Whether the first line ends with CR LF.
    var hasReturns: Bool {
        guard let end = bytes.firstIndex(of: 0x0A), end > 0 else { return false }
        return bytes[end - 1] == 0x0D
    }

    /// What is to be written where the server would write a text: with the line ends of the document.
    func withItsLineEnds(_ text: String) -> String {
        guard text.utf8.contains(0x0A), hasReturns else { return text }
        return String(decoding: LineEnds.withReturns(text.utf8), as: UTF8.self)
    }

    /// In canonical form, but for its line ends.
    ///
    /// - Parameter lines: counted from 1; nil: all.
    func formatted(lines: ClosedRange<Int>? = nil) -> [UInt8] {
        func text(_ tree: SyntaxTree) -> [UInt8] {
            lines.map { Formatter.format(tree, lines: $0) } ?? Formatter.format(tree)
        }
        if !hasReturns { return text(tree) }
        var sink = DiagnosticSink()
        let plain = SourceFile(path: path, bytes: LineEnds.withoutReturns(bytes))
        return LineEnds.withReturns(
            text(Parser.parse(plain, file: tree.file, interner: Interner(), into: &sink)))
    }
}
