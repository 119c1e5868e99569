// The server asked as an author asks it, at the words of programs that somebody has written: completion offers the word
// that stands there, hover says what it is, definition goes where the checker has bound it.
// WF_ALL=1 asks at every place; WF_REPORT=1 prints the recall of each category and what was missed.
import Glibc
import Testing
import WfCompiler
import WfLanguageServer
import WfSource
import WfSyntax
import WfTestSupport

/// A word of a text, and what the server says it is.
private struct Place {
    var category: String
    var word: String
    /// UTF-16 from the start of the text.
    var offset: Int
    var isDeclared: Bool
}

/// How often the written word was offered.
private struct Recall {
    var asked = 0
    var offered = 0
    /// Among the first five when its first letter is typed.
    var first = 0
    var share: Double { asked == 0 ? 1 : Double(offered) / Double(asked) }
    var firstShare: Double { asked == 0 ? 1 : Double(first) / Double(asked) }
}

@Suite struct AuthorTests {
    private static let isAll = getenv("WF_ALL") != nil
    private static let clauses: Set<String> = [
        "after", "when", "timeout", "deadline", "retry", "undo", "pool", "rate", "breaker", "priority",
        "cache",
        "once", "via", "returns", "on", "backoff", "factor", "jitter", "no",
    ]

    /// Files beside which what they use stands.
    private static let folders = ["examples", "stdlib"]

    // MARK: completion

    /// The least share of words that are offered, by category: with nothing typed; among the first five with one letter.
    private static let floors: [String: (Double, Double)] = [
        "names": (0.97, 0.93), "fields": (0.93, 0.9), "cases": (0.8, 0.8), "clauses": (0.97, 0.97),
        "keywords": (0.97, 0.93), "types": (0.97, 0.97), "use": (1, 1),
    ]

    /// Each how-manieth word of a category is asked at, where that is not 17.
    private static let strides = ["cases": 1, "clauses": 2, "fields": 7, "use": 1]

    /// At a word, with the rest of the text removed or kept, and with nothing or one letter of the word typed.
    @Test func completionOffersWhatTheAuthorWrote() throws {
        var recalls: [String: Recall] = [:]
        var missed: [String] = []
        var seen: [String: Int] = [:]
        for (number, path) in Self.files().enumerated() {
            let (client, name, text) = try Self.open(path)
            let places = try Self.places(client, name, text).filter { !$0.isDeclared }
            let units = Array(text.utf16)
            for place in places {
                let count = seen[place.category, default: 0]
                let stride = Self.isAll ? 1 : Self.strides[place.category] ?? 17
                seen[place.category] = count + 1
                if count % stride != 0 { continue }
                if try isKey(client, name, place, units) { continue }
                let isCut = (count / stride + number) % 2 == 0
                if isCut, try isDeclaredLater(client, name, place) { continue }
                let end = place.offset + place.word.utf16.count
                let rest = isCut ? [] : Array(units[end...])
                let typed = Array(place.word.utf16.prefix(1))
                let items = try Self.completion(client, name, Array(units[..<place.offset]), rest)
                let first = try Self.completion(client, name, Array(units[..<place.offset]) + typed, rest)
                    .filter { $0.lowercased().hasPrefix(place.word.prefix(1).lowercased()) }.prefix(5)
                client.replace(name, text)
                recalls[place.category, default: Recall()].asked += 1
                if items.contains(place.word) { recalls[place.category]?.offered += 1 }
                if first.contains(place.word) { recalls[place.category]?.first += 1 }
                if !items.contains(place.word) || !first.contains(place.word) {
                    let line = String(
                        decoding: units[..<place.offset].reversed().prefix { $0 != 0x0A }.reversed(),
                        as: UTF16.self)
                    missed.append(
                        "\(path): \(isCut ? "cut" : "kept") \(line)<\(place.word)> \(items.prefix(6)) \(first)"
                    )
                }
            }
        }
        for (category, recall) in recalls.sorted(by: { $0.key < $1.key }) {
            let text = "\(category): \(recall.offered) and \(recall.first) of \(recall.asked)"
            if getenv("WF_REPORT") != nil { print(text) }
            let (floor, firstFloor) = Self.floors[category] ?? (1, 1)
            #expect(
                recall.share >= floor && recall.firstShare >= firstFloor,
                "\(text)\n\(missed.joined(separator: "\n"))")
        }
        if getenv("WF_REPORT") != nil { print(missed.joined(separator: "\n")) }
        #expect(recalls.values.reduce(0) { $0 + $1.asked } > 60)
    }

    /// The labels that are offered behind a text, the best first, as they would stand in it.
    private static func completion(
        _ client: LspClient, _ name: String, _ before: [UInt16], _ rest: [UInt16]
    ) throws -> [String] {
        client.replace(name, String(decoding: before + rest, as: UTF16.self))
        let line = before.filter { $0 == 0x0A }.count
        let column = before.reversed().prefix { $0 != 0x0A }.count
        let answer = try client.of(
            "completion", name, ["position": ["line": .int(line), "character": .int(column)]])
        return (answer["items"].array ?? []).sorted {
            ($0["sortText"].string ?? "") < ($1["sortText"].string ?? "")
        }.map { item in
            let text = item["textEdit"]["newText"].string ?? ""
            return String(
                text.drop { $0 == "." || $0 == "?" }.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        }
    }

    /// Whether a word is a key of a JSON object, which nothing declares.
    private func isKey(_ client: LspClient, _ name: String, _ place: Place, _ units: [UInt16]) throws -> Bool
    {
        guard place.category == "fields" else { return false }
        return try client.of("hover", name, ["position": Self.position(units, place.offset)]).isNull
    }

    /// Whether a name is declared only behind the place.
    private func isDeclaredLater(_ client: LspClient, _ name: String, _ place: Place) throws -> Bool {
        if ["keywords", "clauses"].contains(place.category) { return false }
        let units = Array((client.texts[name] ?? "").utf16)
        let found = try client.of("definition", name, ["position": Self.position(units, place.offset)])
        return (found.array ?? []).contains { location in
            guard location["uri"].string == client.uri(name) else { return false }
            let start = location["range"]["start"]
            let own = Self.position(units, place.offset)
            return (start["line"].int ?? 0, start["character"].int ?? 0)
                > (own["line"].int ?? 0, own["character"].int ?? 0)
        }
    }

    // MARK: hover and definition

    /// Every word has something to say, but keys of JSON objects.
    @Test func hoverSaysWhatAWordIs() throws {
        var silent: [String] = []
        var count = 0
        for path in Self.files() {
            let (client, name, text) = try Self.open(path)
            let units = Array(text.utf16)
            for (number, place) in try Self.places(client, name, text).enumerated()
            where Self.isAll || number % 7 == 0 {
                count += 1
                let answer = try client.of("hover", name, ["position": Self.position(units, place.offset)])
                let end = place.offset + place.word.utf16.count
                let isKey =
                    place.category == "fields" && end < units.count
                    && [0x3A, 0x2C, 0x20].contains(units[end])
                if answer.isNull, !isKey { silent.append("\(path): \(place.category) `\(place.word)`") }
            }
        }
        #expect(silent == [])
        #expect(count > 200)
    }

    /// A name that is read in a body goes where the checker has it declared.
    @Test func definitionsAreTheCheckers() throws {
        var count = 0
        var wrong: [String] = []
        for path in Self.files() {
            let (client, name, text) = try Self.open(path)
            let workspace = Workspace(NoSources())
            workspace.open(name, Array(text.utf8))
            guard let (tree, inspection) = workspace.inspect(name, as: Array(text.utf8)) else { continue }
            let reader = tree.reader
            for number in 1..<UInt32(reader.nodeCount) {
                guard let declared = inspection.declaration(readAt: NodeId(number)),
                    reader.kind(NodeId(number)) == .nameExpr
                else { continue }
                let start = reader.span(NodeId(number)).start
                let units = Array(text.utf16)
                let answer = try client.of(
                    "definition", name, ["position": Self.position(units, Self.unit(text, Int(start)))])
                let wanted = Self.position(units, Self.unit(text, Int(declared)))
                count += 1
                if answer[0]["uri"].string != client.uri(name) || answer[0]["range"]["start"] != wanted {
                    // where a flow waits for a signal its value is bound: the name goes on to the signal
                    let line = text.split(separator: "\n", omittingEmptySubsequences: false)[
                        answer[0]["range"]["start"]["line"].int ?? 0]
                    if line.drop(while: { $0 == " " }).hasPrefix("signal \(reader.text(NodeId(number)))") {
                        continue
                    }
                    let found = String(decoding: answer.bytes, as: UTF8.self)
                    wrong.append(
                        "\(path): `\(reader.text(NodeId(number)))` at \(start), declared at \(declared): \(found)"
                    )
                }
            }
        }
        #expect(wrong == [])
        #expect(count > 250)
    }

    // MARK: texts

    /// Examples, modules of the library and cases of the suite that are right.
    private static func files() -> [String] {
        // what only the library may name is in `core`
        let own = folders.flatMap { filesBelow($0, suffix: ".wf") }.filter { $0 != "stdlib/core.wf" }.sorted()
        let cases = [
            "clause", "control", "flow", "func", "pattern", "type", "waiting", "test", "effect", "undo",
        ].flatMap {
            filesBelow("Tests/Language/\($0)", suffix: ".wf").sorted()
        }.filter { path in
            guard let bytes = try? readFile(path) else { return false }
            let text = String(decoding: bytes, as: UTF8.self)
            return !text.contains("use \"") && !text.contains("^") && !text.contains("//@ file")
        }
        let every = isAll ? 1 : 5
        return own.enumerated().filter { $0.offset % every == 0 }.map(\.element)
            + cases.enumerated().filter { $0.offset % (isAll ? 1 : 12) == 0 }.map(\.element)
    }

    /// A server with a file, and those beside it that it may use.
    private static func open(_ path: String) throws -> (LspClient, String, String) {
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        let name = String(path[path.index(after: cut)...])
        var files: [String: String] = [:]
        for other in folderEntries(String(path[..<cut]))
        where other.hasSuffix(".wf") && path.hasPrefix("examples") {
            files[other] = String(decoding: try readFile(path[..<cut] + "/" + other), as: UTF8.self)
        }
        let text = String(decoding: try readFile(path), as: UTF8.self)
        files[name] = text
        let client = try LspClient(files)
        try client.open(name, text)
        return (client, name, text)
    }

    /// Offset in UTF-16 of an offset in bytes.
    private static func unit(_ text: String, _ byte: Int) -> Int {
        String(decoding: text.utf8.prefix(byte), as: UTF8.self).utf16.count
    }

    private static func position(_ units: [UInt16], _ offset: Int) -> Json {
        let before = units[..<offset]
        return [
            "line": .int(before.filter { $0 == 0x0A }.count),
            "character": .int(before.reversed().prefix { $0 != 0x0A }.count),
        ]
    }

    /// The words of a text in order of the page.
    private static func places(_ client: LspClient, _ name: String, _ text: String) throws -> [Place] {
        let legend = client.initialized["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"]
        let data = (try client.of("semanticTokens/full", name)["data"].array ?? []).compactMap(\.int)
        let units = Array(text.utf16)
        var starts = [0]
        for (offset, unit) in units.enumerated() where unit == 0x0A { starts.append(offset + 1) }
        var line = 0
        var column = 0
        var places: [Place] = []
        for index in stride(from: 0, to: data.count, by: 5) {
            if data[index] > 0 { column = 0 }
            line += data[index]
            column += data[index + 1]
            let offset = starts[line] + column
            let word = String(decoding: units[offset..<offset + data[index + 2]], as: UTF16.self)
            let kind = legend[data[index + 3]].string ?? ""
            guard let category = category(kind, word), word.first?.isLetter ?? false else { continue }
            let isKeyword = kind == "keyword"
            places.append(
                Place(
                    category: category, word: word, offset: offset,
                    isDeclared: !isKeyword && data[index + 4] & 1 == 1))
        }
        return places
    }

    private static func category(_ kind: String, _ word: String) -> String? {
        switch kind {
        case "keyword": return clauses.contains(word) ? "clauses" : "keywords"
        case "function", "variable", "parameter", "event": return "names"
        case "namespace": return "use"
        case "property", "method": return "fields"
        case "enumMember": return "cases"
        case "type", "typeParameter": return "types"
        default: return nil
        }
    }
}
