// Markdown with YAML front matter: the front matter as a positioned tree, the body as headings, prose and code blocks
// in order. Knows CommonMark through cmark and nothing of what headings mean.

import CCmark
public import WfDiagnostics
public import WfSource

/// A Markdown file, taken apart.
public struct MarkdownDocument: Sendable {
    /// A block of the body. Prose of all kinds (paragraphs, lists, quotes, tables) is kept as it is written.
    public enum Block: Sendable {
        case heading(level: Int, text: String)
        case prose(String)
        /// A fenced block: the words behind the fence, the bytes between the fences.
        case code(info: String, bytes: Range<Int>)
        /// A fenced block whose lines have something else before them, such as a quotation's `>`.
        case quotedCode(info: String)
    }

    /// The front matter, a mapping; empty when there is nothing between the rules.
    public var frontMatter = DataMap()
    public var frontMatterSpan: Span
    public var blocks: [(block: Block, span: Span)] = []
}

/// Reads Markdown files.
public struct MarkdownReader {
    private let source: SourceFile
    private let file: FileId
    private let lines: LineIndex
    private var notes: [Diagnostic] = []

    /// The file taken apart, or nil with an error among the diagnostics.
    public static func read(_ source: SourceFile, file: FileId) -> (MarkdownDocument?, [Diagnostic]) {
        switch DataText.start(of: source, file: file) {
        case .failure(let refusal): return (nil, [refusal.diagnostic])
        case .success(let start):
            var reader = MarkdownReader(source: source, file: file, lines: LineIndex(source))
            do {
                return (try reader.document(start), reader.notes)
            } catch {
                return (nil, reader.notes + [error.diagnostic])
            }
        }
    }

    private init(source: SourceFile, file: FileId, lines: LineIndex) {
        self.source = source
        self.file = file
        self.lines = lines
    }

    // MARK: Front matter

    private mutating func document(_ start: Int) throws(Refusal) -> MarkdownDocument {
        let top = span(ofLine: 1)
        let first = line(1, from: start)
        guard isRule(first, "---") else {
            let shown = first.isEmpty ? "a blank line" : "`\(first.prefix(40))`"
            throw Refusal(.markdownNoFrontMatter(shown, at: top))
        }
        var closing = 2
        while closing <= lines.lineCount, !isRule(line(closing), "---"), !isRule(line(closing), "...") {
            closing += 1
        }
        guard closing <= lines.lineCount else { throw Refusal(.markdownUnclosed(at: top)) }
        if isRule(line(closing), "...") { notes.append(.markdownDots(at: span(ofLine: closing))) }
        var document = MarkdownDocument(frontMatterSpan: top)
        let inner = Int(lines.starts[1])..<Int(lines.starts[closing - 1])
        if (inner.lowerBound..<inner.upperBound).allSatisfy({ source.start[$0] <= 0x20 }) {
            notes.append(.markdownEmptyFrontMatter(at: top))
        } else {
            document.frontMatter = try frontMatter(inner)
        }
        document.blocks = try body(fromLine: closing + 1)
        return document
    }

    private mutating func frontMatter(_ bytes: Range<Int>) throws(Refusal) -> DataMap {
        let result = YAMLReader.read(source, file: file, bytes: bytes)
        guard let root = result.root else {
            notes += result.diagnostics.dropLast()
            throw Refusal(result.diagnostics[result.diagnostics.count - 1])
        }
        notes += result.diagnostics
        guard let map = root.map else { throw Refusal(.dataTopLevel(root.kindName, at: root.span)) }
        return map
    }

    private func line(_ number: Int, from start: Int = 0) -> Substring {
        let range = lines.range(ofLine: number)
        let text = source.text(from: UInt32(max(start, range.lowerBound)), to: UInt32(range.upperBound))
        var end = text.endIndex
        while end > text.startIndex, [" ", "\t", "\r"].contains(text[text.index(before: end)]) {
            end = text.index(before: end)
        }
        return text[..<end]
    }

    private func isRule(_ line: Substring, _ rule: String) -> Bool { line == rule }

    private func span(ofLine number: Int) -> Span {
        let range = lines.range(ofLine: min(number, lines.lineCount))
        return Span(file: file, start: UInt32(range.lowerBound), end: UInt32(range.upperBound))
    }

    // MARK: Body

    private func body(fromLine first: Int) throws(Refusal) -> [(MarkdownDocument.Block, Span)] {
        guard first <= lines.lineCount else { return [] }
        let start = Int(lines.starts[first - 1])
        guard start < source.count else { return [] }
        // To cmark a CR alone ends a line; here, as in all messages, it does not.
        var bytes = source.bytes[start...].map { CChar(bitPattern: $0) }
        for index in bytes.indices where bytes[index] == 0x0D {
            if index + 1 == bytes.count || bytes[index + 1] != 0x0A { bytes[index] = 0x20 }
        }
        guard let root = cmark_parse_document(bytes, bytes.count, CMARK_OPT_DEFAULT) else { return [] }
        defer { cmark_node_free(root) }
        var blocks: [(MarkdownDocument.Block, Span)] = []
        var node = cmark_node_first_child(root)
        while let current = node {
            if blocks.count >= Limits.importElementsMax {
                throw Refusal(.importTooMany("values", at: span(ofLine: first)))
            }
            blocks.append(contentsOf: block(current, lineOffset: first - 1))
            node = cmark_node_next(current)
        }
        return blocks
    }

    private func block(_ node: OpaquePointer, lineOffset: Int) -> [(MarkdownDocument.Block, Span)] {
        let start = Int(cmark_node_get_start_line(node)) + lineOffset
        let end = max(start, Int(cmark_node_get_end_line(node)) + lineOffset)
        let range = bytes(ofLines: start, through: end)
        let span = Span(file: file, start: UInt32(range.lowerBound), end: UInt32(range.upperBound))
        switch cmark_node_get_type(node) {
        case CMARK_NODE_HEADING:
            return [(.heading(level: Int(cmark_node_get_heading_level(node)), text: text(of: node)), span)]
        case CMARK_NODE_CODE_BLOCK:
            let info = cmark_node_get_fence_info(node).map { String(cString: $0) } ?? ""
            // An indented block has no fence and is prose; an unclosed fence ends with the file.
            guard isFence(range.lowerBound) else {
                if info.isEmpty { break }
                return [(.quotedCode(info: info), span)]
            }
            let last = isFence(lines.range(ofLine: end).lowerBound) && end > start ? end - 1 : end
            let inner =
                start + 1 <= last
                ? bytes(ofLines: start + 1, through: last) : range.upperBound..<range.upperBound
            return [(.code(info: info, bytes: inner), span)]
        case CMARK_NODE_LIST, CMARK_NODE_ITEM, CMARK_NODE_BLOCK_QUOTE:
            let inner = blocks(in: node, lineOffset: lineOffset)
            if inner.contains(where: { if case .prose = $0.0 { return false } else { return true } }) {
                return inner
            }
        case CMARK_NODE_THEMATIC_BREAK, CMARK_NODE_HTML_BLOCK: return []
        default: break
        }
        return [(.prose(source.text(from: span.start, to: span.end)), span)]
    }

    private func blocks(in node: OpaquePointer, lineOffset: Int) -> [(MarkdownDocument.Block, Span)] {
        var blocks: [(MarkdownDocument.Block, Span)] = []
        var child = cmark_node_first_child(node)
        while let current = child {
            blocks += block(current, lineOffset: lineOffset)
            child = cmark_node_next(current)
        }
        return blocks
    }

    private func bytes(ofLines start: Int, through end: Int) -> Range<Int> {
        let first = min(start, lines.lineCount)
        let last = min(max(first, end), lines.lineCount)
        return lines.range(ofLine: first).lowerBound..<lines.range(ofLine: last).upperBound
    }

    private func isFence(_ offset: Int) -> Bool {
        var position = offset
        while source.start[position] == 0x20 { position += 1 }
        let mark = source.start[position]
        return (mark == 0x60 || mark == 0x7E) && source.start[position + 1] == mark
            && source.start[position + 2] == mark
    }

    /// The words of a heading, without their marks.
    private func text(of node: OpaquePointer) -> String {
        var text = ""
        let iterator = cmark_iter_new(node)
        defer { cmark_iter_free(iterator) }
        while true {
            let event = cmark_iter_next(iterator)
            if event == CMARK_EVENT_DONE { return text }
            guard event == CMARK_EVENT_ENTER, let current = cmark_iter_get_node(iterator) else { continue }
            switch cmark_node_get_type(current) {
            case CMARK_NODE_TEXT, CMARK_NODE_CODE:
                text += cmark_node_get_literal(current).map { String(cString: $0) } ?? ""
            case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
            default: break
            }
        }
    }
}
