// The way in: a tree's canonical text.

import WfDiagnostics
import WfSource
public import WfSyntax

/// Canonical text. Idempotent; keeps every token's meaning and every comment.
public enum Formatter {
    /// Columns a line should not pass.
    public static let lineWidth = 100
    /// Spaces of one level of indentation.
    public static let indentWidth = 4

    /// The canonical text of a tree, ending with a newline unless empty.
    ///
    /// A tree with syntax errors yields its source as it is: what could not be read is not moved.
    public static func format(_ tree: SyntaxTree) -> [UInt8] {
        if tree.hasErrors { return Array(tree.source.bytes) }
        var printer = Printer(tree.reader)
        printer.sourceFile(tree.root)
        guard let text = printer.finish() else { return Array(tree.source.bytes) }
        return text
    }

    /// The text of a tree with only those lines in canonical form that lie in a range, counted from 1, and what has to
    /// change with them.
    public static func format(_ tree: SyntaxTree, lines: ClosedRange<Int>) -> [UInt8] {
        let canonical = format(tree)
        let difference = LineDiff(Array(tree.source.bytes), canonical)
        let range = lines.lowerBound - 1...lines.upperBound - 1
        // Lines that are alike by chance may have been taken for each other, and tokens may have moved between lines.
        for byLine in [true, false] {
            let partial = difference.applied(to: range, byLine: byLine)
            var sink = DiagnosticSink()
            let source = SourceFile(path: tree.source.path, bytes: partial)
            let result = Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink)
            if TreeDump.text(result) == TreeDump.text(tree) { return partial }
        }
        return canonical
    }
}
