// The way in: a tree's canonical text.

import WfSource
package import WfSyntax

/// Canonical text. Idempotent; keeps every token's meaning and every comment.
package enum Formatter {
    /// Columns a line should not pass.
    package static let lineWidth = 100
    /// Spaces of one level of indentation.
    package static let indentWidth = 4

    /// The canonical text of a tree, ending with a newline unless empty.
    ///
    /// A tree with syntax errors yields its source as it is: what could not be read is not moved.
    package static func format(_ tree: SyntaxTree) -> [UInt8] {
        if tree.hasErrors { return Array(tree.source.bytes) }
        var printer = Printer(tree.reader)
        printer.sourceFile(tree.root)
        guard let text = printer.finish() else { return Array(tree.source.bytes) }
        return text
    }
}
