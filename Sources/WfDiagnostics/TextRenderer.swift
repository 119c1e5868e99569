// Diagnostics as people read them in a terminal. Knows lines and columns; colour only when asked.

public import WfSource

/// The files of a compilation and their line indices, made when first needed.
public struct RenderedSources {
    private let sources: [SourceFile]
    private var indices: [LineIndex?]

    /// - Parameter sources: by `FileId.index`.
    public init(_ sources: [SourceFile]) {
        self.sources = sources
        indices = Array(repeating: nil, count: sources.count)
    }

    /// The path and line index of a file; nil for a file that is not of this compilation.
    public mutating func file(_ id: FileId) -> (path: String, lines: LineIndex)? {
        let index = Int(id.index)
        guard index < sources.count else { return nil }
        if let lines = indices[index] { return (sources[index].path, lines) }
        let lines = LineIndex(sources[index])
        indices[index] = lines
        return (sources[index].path, lines)
    }

    /// Line and column of a place; the first of a file that is not known.
    mutating func position(_ id: FileId, _ offset: ByteOffset) -> LineColumn {
        file(id)?.lines.position(at: offset) ?? LineColumn(line: 1, column: 1)
    }

    mutating func path(_ id: FileId) -> String { file(id)?.path ?? "" }
}

/// Headline, place, source lines with marks, notes and help.
public struct TextRenderer {
    /// Source lines longer than this are cut around the mark.
    public static let widthMax = 140

    private enum Style: String {
        case error = "\u{1B}[1;31m"
        case warning = "\u{1B}[1;33m"
        case note = "\u{1B}[1;36m"
        case quiet = "\u{1B}[34m"
        case strong = "\u{1B}[1m"
    }

    private struct Mark {
        var line: Int
        /// Display columns, from 0, in the line with tabs expanded.
        var columns: Range<Int>
        var text: String
        var isPrimary: Bool
    }

    private var sources: RenderedSources
    private let colour: Bool

    public init(_ sources: [SourceFile], colour: Bool = false) {
        self.sources = RenderedSources(sources)
        self.colour = colour
    }

    /// All of them, a blank line between two; ends with a newline unless empty.
    public mutating func render(_ diagnostics: [Diagnostic]) -> String {
        var result = ""
        for (index, diagnostic) in diagnostics.enumerated() {
            if index > 0 { result += "\n" }
            result += render(diagnostic)
        }
        return result
    }

    public mutating func render(_ diagnostic: Diagnostic) -> String {
        let style: Style =
            diagnostic.severity == .error ? .error : diagnostic.severity == .warning ? .warning : .note
        var result = paint("\(diagnostic.severity.word)[\(diagnostic.code)]", style)
        result += paint(": \(visible(diagnostic.message))", .strong) + "\n"
        var width = 1
        if let (path, lines) = sources.file(diagnostic.span.file) {
            let place = lines.position(at: diagnostic.span.start)
            var marks = marks(diagnostic.span, diagnostic.spanText, isPrimary: true, lines)
            var elsewhere: [DiagnosticLabel] = []
            for label in diagnostic.labels {
                if label.span.file == diagnostic.span.file {
                    marks += self.marks(label.span, label.text, isPrimary: false, lines)
                } else {
                    elsewhere.append(label)
                }
            }
            width = String(marks.map(\.line).max() ?? 1).utf8.count
            result += pad(width) + paint("-->", .quiet) + " \(path):\(place.line):\(place.column)\n"
            result += excerpt(marks, lines, width, style)
            for label in elsewhere { result += self.elsewhere(label, width, style) }
        }
        for note in diagnostic.notes {
            result += pad(width + 1) + paint("=", .quiet) + " note: \(visible(note))\n"
        }
        if let help = diagnostic.help {
            result += pad(width + 1) + paint("=", .quiet) + " help: \(visible(help))\n"
        }
        return result
    }

    private mutating func elsewhere(_ label: DiagnosticLabel, _ width: Int, _ style: Style) -> String {
        guard let (path, lines) = sources.file(label.span.file) else { return "" }
        let place = lines.position(at: label.span.start)
        let marks = marks(label.span, label.text, isPrimary: false, lines)
        return pad(width) + paint("::>", .quiet) + " \(path):\(place.line):\(place.column)\n"
            + excerpt(marks, lines, max(width, String(place.line).utf8.count), style)
    }

    private func excerpt(_ marks: [Mark], _ lines: LineIndex, _ width: Int, _ style: Style) -> String {
        let sorted = marks.sorted { left, right in
            (left.line, left.columns.lowerBound, left.isPrimary ? 0 : 1)
                < (right.line, right.columns.lowerBound, right.isPrimary ? 0 : 1)
        }
        var result = ""
        var shown = 0
        for mark in sorted {
            let text = expanded(lines.text(ofLine: mark.line))
            let window = window(text.count, mark.columns)
            if mark.line != shown {
                if shown != 0, mark.line > shown + 1 {
                    result += pad(width - 1) + paint("...", .quiet) + "\n"
                }
                let number = String(mark.line)
                let shownText = String(String.UnicodeScalarView(text[window]))
                result += pad(width - number.utf8.count) + paint("\(number) |", .quiet)
                result += shownText.isEmpty ? "\n" : " \(shownText)\n"
                shown = mark.line
            }
            let start = max(mark.columns.lowerBound, window.lowerBound)
            let end = max(start + 1, min(mark.columns.upperBound, max(window.upperBound, start + 1)))
            let line = String(repeating: mark.isPrimary ? "^" : "-", count: end - start)
            result += pad(width) + paint(" |", .quiet) + pad(start - window.lowerBound + 1)
            result += paint(
                line + (mark.text.isEmpty ? "" : " \(visible(mark.text))"), mark.isPrimary ? style : .quiet)
            result += "\n"
        }
        return result
    }

    /// Where a span's first line is marked. A span of several lines is marked to the end of its first.
    private func marks(_ span: Span, _ text: String, isPrimary: Bool, _ lines: LineIndex) -> [Mark] {
        let line = lines.line(at: span.start)
        let range = lines.range(ofLine: line)
        let source = Array(lines.text(ofLine: line).unicodeScalars)
        let first = lines.position(at: span.start).column - 1
        let end = Int(span.end) > range.upperBound ? source.count : lines.position(at: span.end).column - 1
        let low = displayColumn(source, min(first, source.count))
        let high = displayColumn(source, max(first, min(end, source.count)))
        return [Mark(line: line, columns: low..<max(low + 1, high), text: text, isPrimary: isPrimary)]
    }

    /// The part of a long line that is shown.
    private func window(_ count: Int, _ columns: Range<Int>) -> Range<Int> {
        if count <= TextRenderer.widthMax { return 0..<count }
        let middle = columns.lowerBound
        let low = max(0, min(middle - TextRenderer.widthMax / 2, count - TextRenderer.widthMax))
        return low..<min(count, low + TextRenderer.widthMax)
    }

    private static let tabWidth = 4

    private func displayColumn(_ scalars: [Unicode.Scalar], _ count: Int) -> Int {
        var column = 0
        for scalar in scalars.prefix(count) {
            column += scalar == "\t" ? TextRenderer.tabWidth - column % TextRenderer.tabWidth : 1
        }
        return column
    }

    /// Tabs become spaces, control characters a visible stand-in.
    private func expanded(_ text: String) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if scalar == "\t" {
                repeat { result.append(" ") } while result.count % TextRenderer.tabWidth != 0
            } else {
                result.append(isControl(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return result
    }

    private func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || scalar.value >= 0x7F && scalar.value < 0xA0
            || scalar.value >= 0x202A && scalar.value <= 0x202E
            || scalar.value >= 0x2066 && scalar.value <= 0x2069
    }

    /// Words quoted from source must not steer the terminal.
    private func visible(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(isControl(scalar) && scalar != "\n" ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }

    private func pad(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    private func paint(_ text: String, _ style: Style) -> String {
        colour ? style.rawValue + text + "\u{1B}[0m" : text
    }
}
