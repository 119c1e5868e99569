// JSON that stands in a file: in a string, in a comment, or as it was pasted. Records that hold it, and a func that reads it.
import WfDiagnostics
import WfSource
import WfSyntax

/// JSON at the caret or in the selection.
private struct PastedJson {
    let json: Json
    /// What records take the place of, or stand in front of.
    let span: Range<Int>
}

/// Text that is no program: JSON as somebody has pasted it between declarations. There is no tree to speak of.
struct PastedSamples: CodeActionProvider {
    func actions(_ request: CodeActionRequest, _ server: LanguageServer) -> [CodeAction] {
        guard request.wants(.refactor), request.document.tree.hasErrors else { return [] }
        let bytes = Array(request.document.bytes)
        guard let found = PastedSamples.json(bytes, request.range) else { return [] }
        // records of the file keep their names
        var records = JsonRecords(Spot(request, server).words)
        guard let type = records.add(found.json, named: "Sample") else { return [] }
        let text = (records.texts + [JsonRecords.reader(of: type)]).joined(separator: "\n\n")
        let file = request.document.tree.file
        let place = Span(file: file, start: UInt32(found.span.lowerBound), end: UInt32(found.span.upperBound))
        let after =
            Array(bytes[..<found.span.lowerBound]) + Array(text.utf8) + bytes[found.span.upperBound...]
        if server.workspace.hasNewErrors(with: [(request.document.path, after)]) { return [] }
        return [
            CodeAction(
                title: "turn the JSON into records", kind: .refactor,
                edits: [TextEdit(place, text)])
        ]
    }

    /// The outermost object or list that begins a line, at the left edge, and holds the place.
    private static func json(_ bytes: [UInt8], _ range: Range<UInt32>) -> PastedJson? {
        var start = Int(range.lowerBound)
        while true {
            let isLineStart = start == 0 || bytes[start - 1] == 0x0A
            if isLineStart, start < bytes.count, bytes[start] == 0x7B || bytes[start] == 0x5B,
                let end = end(bytes, start), end >= Int(range.upperBound),
                let json = try? Json(Array(bytes[start..<end]))
            {
                return PastedJson(json: json, span: start..<end)
            }
            if start == 0 { return nil }
            start -= 1
        }
    }

    /// Behind the bracket that closes the one at a place.
    private static func end(_ bytes: [UInt8], _ start: Int) -> Int? {
        var depth = 0
        var isInString = false
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case 0x5C where isInString: at += 1
            case 0x22: isInString.toggle()
            case 0x7B, 0x5B: if !isInString { depth += 1 }
            case 0x7D, 0x5D:
                if isInString { break }
                depth -= 1
                if depth == 0 { return at + 1 }
            default: break
            }
            at += 1
        }
        return nil
    }
}

extension Refactorings {
    static let sampleChanges: Family = { spot in spot.isCaret ? spot.recordsAndReader() : [] }
}

extension Spot {
    /// Records and a func that reads them, from a string or from comments above the declaration.
    fileprivate func recordsAndReader() -> [Draft] {
        let place: UInt32
        let json: Json?
        var name = "Sample"
        if let item, let id = near(.stringExpr), StringExprView(reader, id).interpolations.isEmpty,
            kind(item) != .useDecl
        {
            json = try? Json(reader.stringValue(reader.firstToken(id)))
            place = before(item)
            if kind(item) == .constDecl {
                let own = reader.text(ConstDeclView(reader, item).nameToken)
                name = own.prefix(1).uppercased() + own.dropFirst()
            }
        } else if let comment = commentedJson {
            json = comment.json
            place = comment.end
        } else {
            return []
        }
        guard let json else { return [] }
        var records = JsonRecords(words)
        guard let type = records.add(json, named: name), !records.texts.isEmpty else { return [] }
        let text = (records.texts + [JsonRecords.reader(of: type)]).joined(separator: "\n\n")
        let isBehind = place > range.lowerBound
        return [
            Draft(
                "generate records and a decoder from the JSON", .refactor,
                [insert(place, isBehind ? "\n\n\(text)\n\n" : "\(text)\n\n")])
        ]
    }

    /// JSON in the `//` lines around the caret.
    private var commentedJson: (json: Json, end: UInt32)? {
        let bytes = document.bytes
        func line(_ at: Int) -> Range<Int> {
            var (start, end) = (at, at)
            while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            return start..<end
        }
        func comment(_ range: Range<Int>) -> Substring? {
            let text = reader.text(
                Span(file: file, start: UInt32(range.lowerBound), end: UInt32(range.upperBound)))
            let body = text.drop { $0 == " " || $0 == "\t" }
            guard body.hasPrefix("//") else { return nil }
            return Substring(String(body.drop { $0 == "/" }))
        }
        let here = line(Int(range.lowerBound))
        guard let own = comment(here) else { return nil }
        var lines = [own]
        var (start, end) = (here.lowerBound, here.upperBound)
        while start > 0, case let above = line(start - 1), let text = comment(above) {
            lines.insert(text, at: 0)
            start = above.lowerBound
        }
        while end + 1 < bytes.count, case let below = line(end + 1), let text = comment(below) {
            lines.append(text)
            end = below.upperBound
        }
        // words may stand above it
        for first in lines.indices {
            let text = lines[first...].joined(separator: "\n")
            if let json = try? Json(Array(text.utf8)) { return (json, UInt32(end)) }
        }
        return nil
    }
}

extension JsonRecords {
    /// A func that reads what the records hold.
    static func reader(of type: String) -> String {
        let word = type.filter { $0.isLetter || $0.isNumber || $0 == "_" }
        return "func read\(word)(json: Json) -> \(type) {\n    json as \(type)\n}"
    }
}
