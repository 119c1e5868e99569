// Hover, definition, references, renaming, symbols and calls.
import Testing
import WfLanguageServer
import WfTestSupport

@Suite struct NavigationTests {
    @Test func theSampleIsGood() throws {
        let client = try Sample.client()
        #expect(try client.diagnostics("main.wf") == [])
    }

    @Test(
        arguments: [
            ("(hello)", 1, "step hello: String", "Starts at once."),
            ("again +", 0, "step again: String", "Waits for `hello`."),
            ("(hello)", 1, "step hello: String", "From `greet`: `timeout 10s`, `retry 3 backoff 1s..1m`"),
            ("again +", 0, "step again: String", "Clauses: `timeout 5s`"),
            ("double(", 1, "func double(n: Int) -> Int", "Twice the number."),
            ("order.name", 7, "name: String", "Who."),
            ("order.name", 1, "order: shared.Order", "of `main`"),
            ("{amount}", 2, "amount: Float", ""),
            ("upper", 2, "String.upper() -> String", "upper case"),
            ("file.read", 6, "extern action read(path: Path) -> String", "The text of a file"),
            ("shared.Order,", 8, "record Order {", "An order."),
            (".paid(", 1, "paid(amount: Float)", ""),
            ("shared.greet(", 0, "module lib/shared.wf", "Shared things."),
            ("timeout 5s", 3, "timeout", "How long one attempt may take."), ("let n", 4, "let n: Int", ""),
            ("-> String", 4, "String", "Text, in UTF-8."),
        ]) func hover(_ needle: String, _ offset: Int, _ code: String, _ words: String) throws
    {
        let client = try Sample.client()
        let text = try client.at("hover", "main.wf", needle, offset)["contents"]["value"].string ?? ""
        #expect(text.contains("```wf\n\(code)"), "\(text)")
        #expect(words.isEmpty || text.contains(words), "\(text)")
    }

    @Test func hoverOnNothing() throws {
        let client = try Sample.client()
        #expect(try client.at("hover", "main.wf", "= match", 0).isNull)
    }

    @Test(
        arguments: [
            ("double(", 1, "lib/shared.wf", "double"), ("order.name", 7, "lib/shared.wf", "name"),
            (".paid(", 2, "lib/shared.wf", "paid"), ("(hello)", 1, "main.wf", "hello"),
            ("order.name", 1, "main.wf", "order"), ("{amount}", 1, "main.wf", "amount"),
            ("main(o,", 1, "main.wf", "main"), ("shared.Order {", 8, "lib/shared.wf", "Order"),
            ("id: 1", 0, "lib/shared.wf", "id"), ("mock shared.greet", 13, "lib/shared.wf", "greet"),
        ]) func definition(_ needle: String, _ offset: Int, _ file: String, _ name: String) throws
    {
        let client = try Sample.client()
        let found = try client.at("definition", "main.wf", needle, offset)[0]
        #expect(found["uri"] == .string(client.uri(file)))
        #expect(try client.covered(file, found["range"]) == name)
    }

    @Test func definitionsOfTheLibraryAreFiles() throws {
        let client = try Sample.client()
        let found = try client.at("definition", "main.wf", "file.read", 6)[0]
        let path = String(found["uri"].string?.dropFirst("file://".count) ?? "")
        #expect(path.hasSuffix("/std/file.wf"))
        let text = String(decoding: try readFile(path), as: UTF8.self)
        let line = text.split(separator: "\n", omittingEmptySubsequences: false)[
            found["range"]["start"]["line"].int ?? 0]
        #expect(line.hasPrefix("extern action read("))
        // what an editor opens there is the library: it is served, and nothing is said about it
        let name = String(path.dropFirst(client.folder.path.count + 1))
        try client.open(name, text)
        let hover = try client.at("hover", name, "action read(", 8)["contents"]["value"].string ?? ""
        #expect(hover.contains("extern action read(path: Path) -> String"))
        _ = try client.request("workspace/symbol", ["query": ""])
        try client.open("last.wf", "workflow main() -> Int {\n    1\n}\n")
        _ = try client.diagnostics("last.wf")
        #expect(!client.received.contains { $0["params"]["uri"] == found["uri"] })
    }

    @Test func definitionOfAModule() throws {
        let client = try Sample.client()
        #expect(
            try client.at("definition", "main.wf", "\"lib/", 3)[0]["uri"]
                == .string(client.uri("lib/shared.wf")))
        #expect(
            try client.at("definition", "main.wf", "shared.double", 2)[0]["uri"]
                == .string(client.uri("lib/shared.wf")))
    }

    @Test func typeDefinition() throws {
        let client = try Sample.client()
        for (needle, offset, name) in [
            ("order.name", 1, "Order"), ("order.state", 8, "State"), ("let o", 4, "Order"),
            // a type is its own, a case belongs to one
            ("shared.Order {", 8, "Order"), (".open", 1, "State"), (".paid(", 1, "State"),
        ] {
            let found = try client.at("typeDefinition", "main.wf", needle, offset)[0]
            #expect(try client.covered("lib/shared.wf", found["range"]) == name)
        }
        #expect(try client.at("typeDefinition", "main.wf", "(hello)", 1).isNull)
    }

    @Test func referencesInAllFiles() throws {
        let client = try Sample.client()
        let all = try client.at(
            "references", "main.wf", "greet(", 1, ["context": ["includeDeclaration": true]])
        #expect(all.array?.count == 4)
        #expect(all.array?.filter { $0["uri"] == .string(client.uri("main.wf")) }.count == 3)
        let uses = try client.at(
            "references", "main.wf", "greet(", 1, ["context": ["includeDeclaration": false]])
        #expect(uses.array?.count == 3)
        try client.open("lib/shared.wf")
        let fields = try client.at("references", "lib/shared.wf", "name: String", 1)
        #expect(fields.array?.count == 3)
        for place in fields.array ?? [] {
            let file = place["uri"] == .string(client.uri("main.wf")) ? "main.wf" : "lib/shared.wf"
            #expect(try client.covered(file, place["range"]) == "name")
        }
    }

    @Test func highlight() throws {
        let client = try Sample.client()
        let found = try client.at("documentHighlight", "main.wf", "order.name", 1)
        #expect(found.array?.count == 3)
        #expect(found.array?.first?["kind"] == 3)
    }

    @Test func renameAcrossFiles() throws {
        let client = try Sample.client()
        let place = try client.at("prepareRename", "main.wf", "order.name", 7)
        #expect(place["placeholder"] == "name")
        let edit = try client.at("rename", "main.wf", "order.name", 7, ["newName": "title"])
        let main = try client.applied(edit["changes"][client.uri("main.wf")], to: "main.wf")
        let lib = try client.applied(edit["changes"][client.uri("lib/shared.wf")], to: "lib/shared.wf")
        #expect(lib.contains("    title: String\n") && lib.contains("action greet(name: String)"))
        #expect(main.contains("{order.title} {n}") && main.contains("{ id: 1, title: name }"))
        // both files are good after it
        try client.open("lib/shared.wf", lib)
        client.replace("main.wf", main)
        #expect(try client.diagnostics("main.wf") == [])
    }

    @Test func renameOfAPunnedVariable() throws {
        let client = try Sample.client()
        let edit = try client.at("rename", "main.wf", "let name", 4, ["newName": "who"])
        let main = try client.applied(edit["changes"][client.uri("main.wf")], to: "main.wf")
        #expect(main.contains("let who = \"a\"") && main.contains("{ id: 1, name: who }"))
    }

    @Test func whatCannotBeRenamed() throws {
        let client = try Sample.client()
        for (needle, offset, name, words) in [
            ("upper", 1, "x", "built in"), ("file.read", 6, "x", "standard library"),
            ("let kind", 4, "again", "taken"),
            ("let kind", 4, "if", "no name"), ("let kind", 4, "a b", "no name"),
            ("let kind", 4, "", "no name"),
            ("use std.file", 10, "x", "as NAME"),
        ] {
            do {
                _ = try client.at("rename", "main.wf", needle, offset, ["newName": .string(name)])
                Issue.record("\(needle) can be renamed to \(name)")
            } catch let error as LspError { #expect(error.message.contains(words), "\(error.message)") }
        }
    }

    @Test func symbols() throws {
        let client = try Sample.client()
        let found = try client.of("documentSymbol", "main.wf")
        #expect(found.array?.map { $0["name"].string ?? "" } == ["shared", "file", "main", "test \"works\""])
        let main = found[2]
        #expect(main["children"].array?.map { $0["name"].string ?? "" } == ["hello", "again", "content"])
        #expect(main["detail"] == "(order: shared.Order, count: Int) -> String")
        let flat = try LspClient(["main.wf": Sample.main], capabilities: [:])
        try flat.open("main.wf")
        #expect(
            try flat.of("documentSymbol", "main.wf").array?.contains { $0["containerName"] == "main" }
                ?? false)
        let everywhere = try client.request("workspace/symbol", ["query": "grt"])
        #expect(everywhere.array?.map { $0["name"].string ?? "" } == ["greet"])
    }

    @Test func calls() throws {
        let client = try Sample.client()
        let greet = try client.at("prepareCallHierarchy", "main.wf", "greet(", 1)[0]
        let callers = try client.request("callHierarchy/incomingCalls", ["item": greet])
        #expect(callers.array?.map { $0["from"]["name"].string ?? "" } == ["main", "\"works\""])
        #expect(callers[0]["fromRanges"].array?.count == 2)
        let main = try client.at("prepareCallHierarchy", "main.wf", "main(order", 1)[0]
        let callees = try client.request("callHierarchy/outgoingCalls", ["item": main])
        #expect(callees.array?.map { $0["to"]["name"].string ?? "" } == ["double", "greet", "read"])
    }

    @Test func links() throws {
        let client = try Sample.client()
        let found = try client.of("documentLink", "main.wf")
        #expect(found[0]["target"] == .string(client.uri("lib/shared.wf")))
        #expect(try client.covered("main.wf", found[1]["range"]) == "std.file")
        #expect(found[1]["target"].string?.hasSuffix("/std/file.wf") ?? false)
    }
}
