// Formatting: a document, a range of lines, and what has just been typed. The answer replaces the lines that change.
// Line ends stay as they are, so that an editor which shows CR LF does not get every line back.
import WfFormatter
import WfSource
import WfSyntax

extension LanguageServer {
    func formatting(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        return edits(document, to: document.formatted())
    }

    func rangeFormatting(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let range = parameters["range"]
        let first = TextPosition(range["start"]).line
        let end = TextPosition(range["end"])
        // a range that ends where a line starts does not mean that line
        let last = end.character == 0 && end.line > first ? end.line - 1 : end.line
        return format(document, first, last)
    }

    /// Behind `}`: the block that it closes; behind a line's end: the line that ended.
    func onTypeFormatting(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let position = TextPosition(parameters["position"])
        if parameters["ch"].string == "\n" {
            if position.line == 0 { return [] }
            let edits = format(document, position.line - 1, position.line - 1, caret: position.line)
            return .array((edits.array ?? []) + indentation(document, position.line))
        }
        let offset = document.offset(parameters["position"])
        let index = index(document)
        var first = position.line
        if let token = index.token(endingAt: offset), document.reader.token(token).kind == .rightBrace {
            let owner = index.owner(of: token)
            if !owner.isNone { first = document.lines.line(of: Int(document.reader.span(owner).start)) }
        }
        return format(document, first, position.line)
    }

    /// The line that has just been begun behind an opening bracket, `=>`, `=` or `->`: it stands one step deeper; one that begins
    /// with the closing bracket as deep as the line before. What stands deeper already stays as it is.
    private func indentation(_ document: Document, _ line: Int) -> [Json] {
        guard line < document.lines.starts.count else { return [] }
        let start = document.lines.starts[line]
        let index = index(document)
        let before = document.lines.contentEnd(line - 1, document.bytes)
        guard let last = index.token(endingBefore: UInt32(before)),
            document.lines.line(of: Int(document.reader.token(last).start)) == line - 1
        else { return [] }
        let openers: [TokenKind] = [.leftBrace, .leftParen, .leftBracket, .fatArrow, .equal, .arrow]
        let kind = document.reader.token(last).kind
        guard openers.contains(kind) else { return [] }
        func blank(_ line: Int) -> Int {
            let bytes = document.bytes[
                document.lines.starts[line]..<document.lines.contentEnd(line, document.bytes)]
            return bytes.prefix { $0 == 0x20 || $0 == 0x09 }.count
        }
        let own = blank(line)
        let next = start + own < document.bytes.count ? document.bytes[start + own] : 0
        let isClosed = [0x7D, 0x29, 0x5D].contains(next)
        let wanted = blank(line - 1) + (isClosed ? 0 : 4)
        if own >= wanted { return [] }
        return [
            [
                "range": document.range(UInt32(start), UInt32(start + own)),
                "newText": .string(String(repeating: " ", count: wanted)),
            ]
        ]
    }

    private func format(_ document: Document, _ first: Int, _ last: Int, caret: Int? = nil) -> Json {
        let count = document.lines.starts.count
        guard first < count, first <= last else { return [] }
        return edits(
            document, to: document.formatted(lines: first + 1...min(last, count - 1) + 1), caret: caret)
    }

    /// One edit for each run of lines that differ.
    ///
    /// - Parameter caret: a line that has just been begun, and stays: it is empty, which formatted text would not be there.
    private func edits(_ document: Document, to text: [UInt8], caret: Int? = nil) -> Json {
        let difference = LineDiff(Array(document.bytes), text)
        var starts = [0]
        for line in difference.oldLines { starts.append(starts[starts.count - 1] + line.count) }
        var edits: [Json] = []
        for change in difference.changes {
            var old = change.old
            if let caret, old.contains(caret) {
                // the line before it, when nothing else is in the way
                guard old == caret - 1..<caret + 1, change.new.count == 1,
                    difference.oldLines[caret].allSatisfy({ [0x20, 0x09, 0x0D, 0x0A].contains($0) })
                else { continue }
                old = caret - 1..<caret
            }
            let new = difference.newLines[change.new].flatMap { $0 }
            edits.append([
                "range": document.range(UInt32(starts[old.lowerBound]), UInt32(starts[old.upperBound])),
                "newText": .string(String(decoding: new, as: UTF8.self)),
            ])
        }
        return .array(edits)
    }
}
