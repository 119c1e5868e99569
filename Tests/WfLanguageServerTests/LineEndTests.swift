// Files whose lines end with CR LF: every change of `Tests/CodeActions` does in them what it does in others, and what is
// written about a declaration is found.
import Testing
import WfLanguageServer
import WfTestSupport

private func withReturns(_ text: String) -> String { text.replacing("\n", with: "\r\n") }
private func withoutReturns(_ text: String) -> String {
    String(decoding: text.utf8.filter { $0 != 0x0D }, as: UTF8.self)
}

@Suite struct LineEndTests {
    @Test func everyChangeOfACase() throws {
        let client = try LspClient(capabilities: CodeActionClient.capabilities)
        var count = 0
        for path in filesBelow("Tests/CodeActions", suffix: ".wf") {
            let testCase = try CodeActionCase(path: path)
            let before = Dictionary(
                uniqueKeysWithValues: testCase.before.map { ($0.name, withReturns($0.text)) })
            for entry in testCase.before { try client.open(entry.name, before[entry.name]) }
            defer { for entry in testCase.before { client.leave(entry.name) } }
            let text = testCase.before.first { $0.name == testCase.file }?.text ?? ""
            func place(_ offset: Int) -> Int {
                offset + text.utf16.prefix(offset).filter { $0 == 0x0A }.count
            }
            let selection = place(testCase.selection.lowerBound)..<place(testCase.selection.upperBound)
            let action = try CodeActionClient.offered(client, testCase.file, selection)
                .first { $0["title"].string == testCase.title }
            #expect((action != nil) == testCase.isOffered, "\(path): whether it is offered")
            guard let action else { continue }
            let after = try CodeActionClient.applied(client, action, to: before)
            for (name, wanted) in testCase.wanted.sorted(by: { $0.key < $1.key }) {
                let found = after[name] ?? ""
                #expect(withoutReturns(found) == wanted, "\(path): \(name)\n\(found)")
                #expect(withReturns(withoutReturns(found)) == found, "\(path): \(name) has two line ends")
            }
            count += 1
        }
        #expect(count >= 250, "\(count)")
    }

    @Test func documentation() throws {
        let client = try LspClient()
        try client.open(
            "a.wf",
            withReturns(
                """
                // About the module.
                // In two lines.

                /// Adds one.
                /// To a number.
                func more(n: Int) -> Int { n + 1 }

                func f() -> Int { more(1) }

                """))
        let place: Json = ["line": 7, "character": 19]
        let answer = try client.of("hover", "a.wf", ["position": place])
        let hover = answer["contents"]["value"].string ?? ""
        #expect(hover.hasSuffix("Adds one.\nTo a number."), "\(hover)")
    }

    /// What is written in comments is read there, too.
    @Test func lintOfComments() throws {
        let word = "TO" + "DO"
        let client = try LspClient([
            "wf.json": "{\"lints\": {\"WF5054\": \"warning\"}}",
            "a.wf": withReturns("// One.\n// \(word) later\nconst A = 1\n"),
        ])
        try client.open("a.wf")
        let found = try client.diagnostics("a.wf").first { $0["code"] == "WF5054" }
        #expect(found?["range"]["start"] == ["line": 1, "character": 0])
        #expect(found?["range"]["end"] == ["line": 1, "character": 13])
    }
}
