// What can be written at a place. The text is read with a word put there, so that the place has a node, a scope and a type
// even where the code around it is not finished.
import WfBuiltins
import WfChecker
import WfCompiler
import WfSource
import WfSyntax
import WfValue

/// The protocol's numbers for kinds of completions.
enum CompletionNumber: Int {
    case method = 2, function = 3, field = 5, variable = 6, module = 9, property = 10, keyword = 14, snippet =
        15
    case file = 17, folder = 19, enumMember = 20, constant = 21, type = 22, event = 23
}

/// Something that can be written.
struct CompletionItem {
    var label: String
    var kind: CompletionNumber
    var detail = ""
    var documentation: String?
    /// With places to fill in; what is inserted, when it is not the label.
    var snippet: String?
    /// What comes first: 0 to 9.
    var rank = 5
}

extension LanguageServer {
    func completion(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let offset = Int(document.offset(parameters["position"]))
        let bytes = Array(document.bytes)
        var start = offset
        while start > 0, CompletionText.isWord(bytes[start - 1]) { start -= 1 }
        let items = completions(document, bytes, start: start, offset: offset)
        let range = document.range(UInt32(start), UInt32(offset))
        return ["isIncomplete": false, "items": .array(items.map { json($0, range) })]
    }

    private func json(_ item: CompletionItem, _ range: Json) -> Json {
        let snippet = client.takesSnippets ? item.snippet : nil
        let plain = item.snippet == nil || item.snippet?.contains("$") ?? false ? item.label : item.snippet
        return [
            "label": .string(item.label), "kind": .int(item.kind.rawValue),
            "detail": item.detail.isEmpty ? nil : .string(item.detail),
            "documentation": item.documentation.map { ["kind": "markdown", "value": .string($0)] },
            "sortText": .string("\(item.rank)\(item.label)"),
            "insertTextFormat": snippet == nil ? 1 : 2,
            "textEdit": ["range": range, "newText": .string(snippet ?? plain ?? item.label)],
        ]
    }

    private func completions(_ document: Document, _ bytes: [UInt8], start: Int, offset: Int)
        -> [CompletionItem]
    {
        let text = CompletionText(bytes: bytes, start: start)
        if text.isInComment { return text.allowances ?? [] }
        if let path = text.usePath { return usePaths(path, document) }
        if text.isInString { return [] }
        let found = completions(document, bytes, text, start, offset, "wfPlace")
        // before the first arm of a `match` that has others
        return found.isEmpty && text.isBlank
            ? completions(document, bytes, text, start, offset, "wfPlace => null;") : found
    }

    /// What can be where the text has a word put in.
    private func completions(
        _ document: Document, _ bytes: [UInt8], _ text: CompletionText, _ start: Int, _ offset: Int,
        _ word: String
    ) -> [CompletionItem] {
        var changed = bytes
        changed.insert(contentsOf: Array(word.utf8), at: offset)
        guard let (tree, inspection) = workspace.inspect(document.path, as: changed, around: UInt32(start))
        else {
            return []
        }
        let place = Document(
            path: document.path, uri: document.uri, tree: tree, lines: document.lines,
            encoding: document.encoding)
        return Completer(self, Meanings(self, place, inspection), inspection, text, UInt32(start)).items()
    }

    /// What a `use` can name: modules of the library, files beside this one.
    private func usePaths(_ path: String, _ document: Document) -> [CompletionItem] {
        if !path.hasPrefix("\"") {
            return StandardLibrary.names.filter { $0 != "std.core" }.map { name in
                let short = String(name.dropFirst(4))
                return CompletionItem(
                    label: path.hasPrefix("std.") ? short : name, kind: .module, detail: "standard library",
                    documentation: workspace.file("std:" + name).flatMap { introduction($0) })
            }
        }
        let typed = path.dropFirst()
        let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
        let base = ModulePath.resolve(folder.isEmpty ? "." : folder, from: document.path)
        let prefix = base.isEmpty ? "" : base + "/"
        var seen: Set<String> = []
        return workspace.paths.compactMap { other in
            guard other != document.path, other.hasPrefix(prefix) else { return nil }
            let rest = other.dropFirst(prefix.count)
            if let slash = rest.firstIndex(of: "/") {
                let name = String(rest[..<slash])
                return seen.insert(name).inserted ? CompletionItem(label: name, kind: .folder) : nil
            }
            return CompletionItem(label: String(rest), kind: .file, detail: other)
        }
    }
}

/// The text before a place, looked at as characters.
struct CompletionText {
    /// The line up to the word at the place.
    let line: String
    let indentation: Int
    /// The last line above that is not empty, and how deep it is.
    let above: String
    let aboveIndentation: Int

    static func isWord(_ byte: UInt8) -> Bool {
        byte == 0x5F || (0x30...0x39).contains(byte) || byte < 0x80 && (0x41...0x5A).contains(byte & 0xDF)
    }

    init(bytes: [UInt8], start: Int) {
        func depth(_ line: ArraySlice<UInt8>) -> Int { line.prefix { $0 == 0x20 || $0 == 0x09 }.count }
        var first = start
        while first > 0, bytes[first - 1] != 0x0A { first -= 1 }
        line = String(decoding: bytes[first..<start], as: UTF8.self)
        indentation = depth(bytes[first..<start])
        var end = first
        var above = bytes[0..<0]
        while end > 0 {
            var begin = end - 1
            while begin > 0, bytes[begin - 1] != 0x0A { begin -= 1 }
            above = bytes[begin..<end - 1]
            if above.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) { break }
            end = begin
        }
        self.above = String(decoding: above, as: UTF8.self)
        aboveIndentation = depth(above)
    }

    /// Whether nothing stands on the line before the place.
    var isBlank: Bool { line.allSatisfy { $0 == " " || $0 == "\t" } }

    /// Quotes that are open, and whether `//` stands outside of them.
    private var state: (isInString: Bool, isInComment: Bool) {
        var isInString = false
        var depth = 0
        var last: Character = " "
        for character in line {
            if isInString {
                if character == "\"" && last != "\\" { isInString = false }
                if character == "{" && last != "\\" {
                    isInString = false
                    depth += 1
                }
            } else if character == "\"" {
                isInString = true
            } else if character == "}" && depth > 0 {
                depth -= 1
                isInString = true
            } else if character == "/" && last == "/" {
                return (false, true)
            }
            last = character
        }
        return (isInString, false)
    }

    var isInComment: Bool { state.isInComment }
    var isInString: Bool { state.isInString }

    /// What stands behind `use`, when the line is one: `std.`, `"lib/`.
    var usePath: String? {
        let words = line.drop { $0 == " " }
        guard words.hasPrefix("use ") else { return nil }
        let path = words.dropFirst(4)
        if path.hasPrefix("\"") { return path.dropFirst().contains("\"") ? nil : String(path) }
        return path.contains(" ") ? nil : String(path)
    }

    /// Whether a clause can stand here: below a call and deeper, or behind one.
    var isClausePlace: Bool {
        let own = line.drop { $0 == " " || $0 == "\t" }
        if own.isEmpty {
            return isCall(above, isFirst: false) && indentation > 0 && indentation >= aboveIndentation
        }
        return isCall(line, isFirst: true)
    }

    /// Whether clauses of an action can stand here: behind its head or a clause of its own, on the same line.
    var isActionClausePlace: Bool {
        let own = line.drop { $0 == " " || $0 == "\t" }
        let isHead = own.hasPrefix("action ") && own.contains(")")
        guard isHead || own.hasPrefix("via ") || own.hasPrefix("returns "), own.last == " " else {
            return false
        }
        var depth = 0
        for character in own where "([{)]}".contains(character) {
            depth += "([{".contains(character) ? 1 : -1
        }
        var words = own.split(separator: " ")
        guard depth == 0, let last = words.popLast(), let end = last.last else { return false }
        // behind these something has to follow first
        if last == "->" || ",:=+-*/.".contains(end) { return false }
        return !(Keywords.clauses + Keywords.actionClauses).contains { $0.word == last && $0.word != "once" }
    }

    /// Whether a line is a step or call that can go on with clauses, or one of its clauses.
    private func isCall(_ line: String, isFirst: Bool) -> Bool {
        var words = line[...]
        while words.last == " " || words.last == "\r" { words = words.dropLast() }
        let begin = words.drop { $0 == " " || $0 == "\t" }
        let isClause = Keywords.clauses.contains { begin.hasPrefix($0.word + " ") || begin == $0.word }
        if isClause { return !isFirst || indentation > 0 }
        let isDeeper = isFirst || indentation > aboveIndentation
        return isDeeper && words.hasSuffix(")") && !begin.hasPrefix("let ") && !begin.hasPrefix("func ")
    }
}
