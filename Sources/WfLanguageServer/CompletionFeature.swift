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
    /// What has to be brought in with it, as `use` writes it.
    var module: String?
    /// Stands in the place of the `.` before the word: the value behind it can be null.
    var isBehindNull = false
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
        let withDot = document.range(UInt32(max(0, start - 1)), UInt32(offset))
        return [
            "isIncomplete": false,
            "items": .array(items.map { json($0, $0.isBehindNull ? withDot : range, document) }),
        ]
    }

    /// A `use` behind the others, or below the comments that the file opens with.
    private func edit(using module: String, _ document: Document) -> Json {
        let reader = document.reader
        let last = SourceFileView(reader, document.tree.root).items.last { reader.kind($0) == .useDecl }
        let place = last.map { reader.span($0).end } ?? Comments.opening(document)
        let text = last == nil ? "use \(module)\n\n" : "\nuse \(module)"
        return [
            "range": document.range(place, place), "newText": .string(document.withItsLineEnds(text)),
        ]
    }

    private func json(_ item: CompletionItem, _ range: Json, _ document: Document) -> Json {
        let snippet = client.takesSnippets ? item.snippet : nil
        let plain = item.snippet == nil || item.snippet?.contains("$") ?? false ? item.label : item.snippet
        let text = snippet ?? plain ?? item.label
        return [
            "label": .string(item.label), "kind": .int(item.kind.rawValue),
            "detail": item.detail.isEmpty ? nil : .string(item.detail),
            "documentation": item.documentation.map { ["kind": "markdown", "value": .string($0)] },
            "sortText": .string("\(item.rank)\(item.label)"),
            // what is typed, as it stands in the range
            "filterText": item.isBehindNull ? .string("." + item.label) : nil,
            "additionalTextEdits": item.module.map { [edit(using: $0, document)] },
            "insertTextFormat": snippet == nil ? 1 : 2,
            "textEdit": ["range": range, "newText": .string(item.isBehindNull ? "?." + text : text)],
        ]
    }

    private func completions(_ document: Document, _ bytes: [UInt8], start: Int, offset: Int)
        -> [CompletionItem]
    {
        let text = CompletionText(bytes: bytes, start: start, offset: offset)
        if let path = text.usePath { return usePaths(path, document) }
        let chunk = CompletionChunk(bytes, start: start, offset: offset, workspace.interner)
        if chunk.trial.isInComment { return text.allowances ?? [] }
        if chunk.trial.isInString { return [] }
        // behind the first: the rest of a head that is not written yet, and the first arm of a `match` that has others
        let found = completions(document, bytes, text, chunk, start, offset, "")
        let isFound = text.isBlank ? found.contains { $0.kind != .keyword } : !found.isEmpty
        if isFound { return found }
        let more = completions(
            document, bytes, text, chunk, start, offset, text.isBlank ? " => null;" : " {}")
        return more + found.filter { word in !more.contains { $0.label == word.label } }
    }

    /// What can be where the text has a word put in.
    private func completions(
        _ document: Document, _ bytes: [UInt8], _ text: CompletionText, _ chunk: CompletionChunk,
        _ start: Int, _ offset: Int, _ rest: String
    ) -> [CompletionItem] {
        let word = CompletionChunk.placeholder + rest
        let changed =
            bytes[..<offset] + Array(word.utf8) + bytes[offset..<chunk.end] + chunk.closers
            + bytes[chunk.end...]
        guard
            let (tree, inspection) = workspace.inspect(
                document.path, as: Array(changed), around: UInt32(start))
        else {
            return []
        }
        let place = Document(
            path: document.path, uri: document.uri, tree: tree, lines: document.lines,
            encoding: document.encoding)
        trial = (place, TreeIndex(tree))
        defer { trial = nil }
        let meanings = Meanings(self, place, inspection)
        return Completer(self, meanings, inspection, text, chunk, UInt32(start)).items()
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

/// The line before a place, looked at as characters.
struct CompletionText {
    /// The line up to the word at the place.
    let line: String
    /// What is written of the word itself.
    let typed: String

    static func isWord(_ byte: UInt8) -> Bool {
        byte == 0x5F || (0x30...0x39).contains(byte) || byte < 0x80 && (0x41...0x5A).contains(byte & 0xDF)
    }

    init(bytes: [UInt8], start: Int, offset: Int) {
        var first = start
        while first > 0, bytes[first - 1] != 0x0A { first -= 1 }
        line = String(decoding: bytes[first..<start], as: UTF8.self)
        typed = String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    /// Whether nothing stands on the line before the place.
    var isBlank: Bool { line.allSatisfy { $0 == " " || $0 == "\t" } }

    /// What stands behind `use`, when the line is one: `std.`, `"lib/`.
    var usePath: String? {
        let words = line.drop { $0 == " " }
        guard words.hasPrefix("use ") else { return nil }
        let path = words.dropFirst(4)
        if path.hasPrefix("\"") { return path.dropFirst().contains("\"") ? nil : String(path) }
        return path.contains(" ") ? nil : String(path)
    }
}
