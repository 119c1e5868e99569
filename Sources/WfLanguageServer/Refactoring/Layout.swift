// A document after edits, laid out as `wfc fmt` would lay it out. The declarations of a file are laid out one by one, so
// only those that the edits touch are read and formatted, between two lines that stand for their neighbours.
import WfDiagnostics
import WfFormatter
import WfSource
import WfSyntax

/// A text after a change: all of it, and the lines that differ.
struct LaidOut {
    var bytes: [UInt8]
    var edits: [TextEdit]
}

/// Where a file can be cut so that every part can be laid out alone.
struct Cuts {
    /// Ascending, from 0 to the file's end: between two declarations, behind the line in which the first one ends.
    let places: [UInt32]

    init(_ tree: SyntaxTree) {
        let reader = tree.reader
        let bytes = tree.source.bytes
        var places: [UInt32] = [0]
        var end: UInt32?
        for item in tree.rootView.items {
            let span = reader.span(item)
            if let end {
                var place = Int(end)
                while place < span.start, bytes[place] != 0x0A { place += 1 }
                if place < span.start { places.append(UInt32(place) + 1) }
            }
            end = span.end
        }
        places.append(UInt32(bytes.count))
        self.places = places
    }

    /// The part that holds an edit: behind a cut rather than before it.
    private func part(of start: UInt32, _ end: UInt32) -> ClosedRange<Int> {
        var first = 0
        while first + 2 < places.count, places[first + 1] <= start { first += 1 }
        var last = first
        while last + 2 < places.count, places[last + 1] < end { last += 1 }
        return first...last
    }

    /// Runs of touching parts with the edits in them; nil when edits overlap.
    func touched(by edits: [TextEdit]) -> [(start: UInt32, end: UInt32, edits: [TextEdit])]? {
        let order = edits.indices.sorted { (edits[$0].span.start, $0) < (edits[$1].span.start, $1) }
        var runs: [(parts: ClosedRange<Int>, edits: [TextEdit])] = []
        var at: UInt32 = 0
        for edit in order.map({ edits[$0] }) {
            if edit.span.start < at || Int(edit.span.end) > Int(places[places.count - 1]) { return nil }
            at = edit.span.end
            let part = part(of: edit.span.start, edit.span.end)
            if let last = runs.last, last.parts.upperBound + 1 >= part.lowerBound {
                runs[runs.count - 1].parts =
                    last.parts.lowerBound...max(last.parts.upperBound, part.upperBound)
                runs[runs.count - 1].edits.append(edit)
            } else {
                runs.append((part, [edit]))
            }
        }
        return runs.map { (places[$0.parts.lowerBound], places[$0.parts.upperBound + 1], $0.edits) }
    }
}

extension Spot {
    /// A document after edits, formatted as far as it was; nil when that has a syntax error or has lost a comment.
    func laidOut(_ document: Document, _ edits: [TextEdit], _ dropsComments: Bool) -> LaidOut? {
        guard let runs = cuts(document).touched(by: edits), !runs.isEmpty else { return nil }
        let before = document.bytes
        var after: [UInt8] = []
        after.reserveCapacity(before.count + 1024)
        var made: [TextEdit] = []
        var at = 0
        for run in runs {
            let range = Int(run.start)..<Int(run.end)
            guard let new = laidOut(document, range, run.edits, dropsComments) else { return nil }
            made += changes(Array(before[range]), new, from: run.start, document.tree.file)
            after += before[at..<range.lowerBound]
            after += new
            at = range.upperBound
        }
        after += before[at...]
        return LaidOut(bytes: after, edits: made)
    }

    /// What stands where a neighbour stands.
    private static let neighbour = Array("const a = 0\n".utf8)

    private func laidOut(
        _ document: Document, _ range: Range<Int>, _ edits: [TextEdit], _ dropsComments: Bool
    ) -> [UInt8]? {
        let head = range.lowerBound == 0 ? [] : Spot.neighbour
        let tail = range.upperBound == document.bytes.count ? [] : Spot.neighbour
        var text = head
        var line = head.isEmpty ? 1 : 2
        var lines: ClosedRange<Int>?
        var at = range.lowerBound
        func add(_ part: some Collection<UInt8>) {
            for byte in part where byte == 0x0A { line += 1 }
            text.append(contentsOf: part)
        }
        for edit in edits {
            add(document.bytes[at..<Int(edit.span.start)])
            let first = line
            add(edit.replacement.utf8)
            lines = min(lines?.lowerBound ?? first, first)...max(lines?.upperBound ?? line, line)
            at = Int(edit.span.end)
        }
        add(document.bytes[at..<range.upperBound])
        if !tail.isEmpty, text.last ?? 0x0A != 0x0A { text.append(0x0A) }
        text += tail
        if document.hasReturns { text = LineEnds.withoutReturns(text) }
        guard let lines, let tree = parsed(text, document.path) else { return nil }
        guard dropsComments || keepsComments(document.tree, range, tree) else { return nil }
        let new = isFormatted(document) ? Formatter.format(tree) : Formatter.format(tree, lines: lines)
        guard new.starts(with: head), new.suffix(tail.count).elementsEqual(tail) else { return nil }
        let inside = new[head.count..<new.count - tail.count]
        return document.hasReturns ? LineEnds.withReturns(inside) : Array(inside)
    }

    private func changes(_ old: [UInt8], _ new: [UInt8], from start: UInt32, _ file: FileId) -> [TextEdit] {
        let difference = LineDiff(old, new)
        var starts = [start]
        for line in difference.oldLines { starts.append(starts[starts.count - 1] + UInt32(line.count)) }
        return difference.changes.map { change in
            TextEdit(
                Span(file: file, start: starts[change.old.lowerBound], end: starts[change.old.upperBound]),
                String(decoding: difference.newLines[change.new].flatMap { $0 }, as: UTF8.self))
        }
    }

    func parsed(_ bytes: [UInt8], _ path: String) -> SyntaxTree? {
        var sink = DiagnosticSink()
        let tree = Parser.parse(
            SourceFile(path: path, bytes: bytes), file: document.tree.file,
            interner: server.workspace.interner, into: &sink)
        return sink.hasErrors ? nil : tree
    }

    func formatted(_ text: String) -> [UInt8]? {
        parsed(Array(text.utf8), "new.wf").map { Formatter.format($0) }
    }

    private func isFormatted(_ document: Document) -> Bool {
        if let known = formattedFiles[document.tree.file] { return known }
        let found = document.formatted().elementsEqual(document.bytes)
        formattedFiles[document.tree.file] = found
        return found
    }

    private func cuts(_ document: Document) -> Cuts {
        if let known = fileCuts[document.tree.file] { return known }
        let found = Cuts(document.tree)
        fileCuts[document.tree.file] = found
        return found
    }

    // MARK: comments

    private func keepsComments(_ before: SyntaxTree, _ range: Range<Int>, _ after: SyntaxTree) -> Bool {
        let old = Spot.comments(before, in: range)
        if old.isEmpty { return true }
        var left = Spot.comments(after, in: 0..<after.source.count)
        for (comment, count) in old {
            guard let known = left[comment], known >= count else { return false }
            left[comment] = known - count
        }
        return true
    }

    /// How often each comment stands in a part of a text.
    private static func comments(_ tree: SyntaxTree, in range: Range<Int>) -> [Substring: Int] {
        let reader = tree.reader
        var found: [Substring: Int] = [:]
        for index in 0..<UInt32(reader.tokenCount) {
            let span = reader.triviaSpan(before: TokenId(index))
            if Int(span.end) <= range.lowerBound { continue }
            if Int(span.start) >= range.upperBound { break }
            if !reader.bytes(from: span.start, to: span.end).contains(0x2F) { continue }
            let start = max(span.start, UInt32(range.lowerBound))
            let end = min(span.end, UInt32(range.upperBound))
            if end <= start { continue }
            let text = reader.text(Span(file: reader.file, start: start, end: end))
            for line in text.split(whereSeparator: \.isNewline) {
                let body = line.drop { $0 == " " || $0 == "\t" }
                if !body.isEmpty { found[body, default: 0] += 1 }
            }
        }
        return found
    }
}
