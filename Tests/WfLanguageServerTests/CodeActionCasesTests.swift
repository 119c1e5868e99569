// Every case of `Tests/CodeActions`: its change is offered, gives the text that the case says, and that text has no
// mistake the program had not, and is formatted when the program was. WF_BLESS=1 writes what comes out into the cases.
import Glibc
import Testing
import WfCompiler
import WfDiagnostics
import WfFormatter
import WfLanguageServer
import WfSource
import WfSyntax
import WfTestSupport

/// A folder of cases.
private let folder = "Tests/CodeActions"
private let subjects = folderEntries(folder).sorted()

/// What all cases together must cover; only to be raised.
private let actionsMin = 250

@Suite struct CodeActionCasesTests {
    @Test(arguments: subjects) func cases(_ subject: String) throws {
        let client = try LspClient(capabilities: CodeActionClient.capabilities)
        for path in filesBelow("\(folder)/\(subject)", suffix: ".wf") {
            do {
                let testCase = try CodeActionCase(path: path)
                try check(testCase, client)
            } catch let error as CaseError {
                Issue.record("\(path): \(error.reason)")
            }
        }
    }

    @Test func manyActionsHaveACase() throws {
        let cases = try filesBelow(folder, suffix: ".wf").map { try CodeActionCase(path: $0) }
        let subjects = Set(cases.filter(\.isOffered).map(\.subject))
        #expect(subjects.count >= actionsMin, "\(subjects.sorted().joined(separator: "\n"))")
    }

    /// The page and the cases list the same refactorings.
    @Test func everyRefactoringIsDescribed() throws {
        let cases = try filesBelow(folder, suffix: ".wf").map { try CodeActionCase(path: $0) }
        let offered = Set(
            cases.filter { $0.isOffered && $0.kind != "quickfix" && $0.kind != "source.fixAll" }.map(
                \.subject))
        let page = String(decoding: try readFile("docs/refactorings.md"), as: UTF8.self)
        let described = page.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("| "), !line.hasPrefix("| |"),
                let end = line.dropFirst(2).firstRange(of: " |")
            else { return nil }
            return CodeActionCase.subject(
                of: String(line[line.index(line.startIndex, offsetBy: 2)..<end.lowerBound]))
        }
        #expect(offered.subtracting(described).sorted() == [], "they are missing in docs/refactorings.md")
        let known = Set(cases.filter(\.isOffered).map(\.subject))
        #expect(Set(described).subtracting(known).sorted() == [], "they have no case")
    }

    private func check(_ testCase: CodeActionCase, _ client: LspClient) throws {
        for entry in testCase.before { try client.open(entry.name, entry.text) }
        defer { for entry in testCase.before { client.leave(entry.name) } }
        let offered = try CodeActionClient.offered(client, testCase.file, testCase.selection)
        let titles = offered.map { "\($0["kind"].string ?? ""): \($0["title"].string ?? "")" }.sorted()
        let action = offered.first { $0["title"].string == testCase.title }
        if !testCase.isOffered {
            return #expect(action == nil, "\(testCase.path): it is offered")
        }
        guard let action else {
            throw CaseError(
                reason: "`\(testCase.title)` is not offered; there are:\n\(titles.joined(separator: "\n"))")
        }
        #expect(action["kind"].string == testCase.kind, "\(testCase.path)")
        let before = Dictionary(uniqueKeysWithValues: testCase.before.map { ($0.name, $0.text) })
        let after = try CodeActionClient.applied(client, action, to: before)
        if getenv("WF_BLESS") != nil {
            try writeFile(testCase.path, Array(try testCase.blessed(after).utf8))
        } else {
            for (name, text) in testCase.wanted.sorted(by: { $0.key < $1.key }) {
                #expect(after[name] == text, "\(testCase.path): \(name)\n\(after[name] ?? "nothing")")
            }
        }
        #expect(Set(after.keys) == Set(testCase.wanted.keys), "\(testCase.path)")
        compare(testCase, action, before, after)
    }

    private func compare(
        _ testCase: CodeActionCase, _ action: Json, _ before: [String: String], _ after: [String: String]
    ) {
        let was = Program(before)
        let now = Program(after)
        #expect(now.errors(notIn: was) == [], "\(testCase.path)")
        if testCase.kind == "quickfix" {
            let gone = Set((action["diagnostics"].array ?? []).compactMap { $0["code"].string })
            #expect(!gone.isEmpty, "\(testCase.path): the fix says what it mends")
            for code in gone { #expect(now.count(code) < was.count(code), "\(testCase.path): \(code) stays") }
        }
        for (name, text) in after where before[name].map(Program.isFormatted) ?? true {
            #expect(Program.isFormatted(text), "\(testCase.path): \(name) is not as `wfc fmt` has it")
        }
    }
}

/// Files and what the compiler says of them.
struct Program {
    let diagnostics: [Diagnostic]

    init(_ files: [String: String]) {
        let sources = files.sorted { $0.key < $1.key }.map { SourceFile(path: $0.key, text: $0.value) }
        diagnostics =
            Compiler.check(
                sources.map(\.path), provider: OverlaySourceProvider(sources, over: NoSources())
            ).diagnostics
    }

    func count(_ code: String) -> Int { diagnostics.filter { "\($0.code)" == code }.count }

    /// Errors of kinds that another program has fewer of.
    func errors(notIn other: Program) -> [String] {
        diagnostics.filter { $0.severity == .error && count("\($0.code)") > other.count("\($0.code)") }
            .map { "\($0.code) \($0.message)" }
    }

    static func isFormatted(_ text: String) -> Bool {
        var sink = DiagnosticSink()
        let source = SourceFile(path: "case.wf", text: text)
        let tree = Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink)
        return !sink.hasErrors && Formatter.format(tree).elementsEqual(text.utf8)
    }
}

/// What an editor does with changes.
enum CodeActionClient {
    static let capabilities: Json = [
        "workspace": [
            "workspaceEdit": ["documentChanges": true, "resourceOperations": ["create"]]
        ],
        "general": ["positionEncodings": ["utf-16"]],
    ]

    /// Everything that is offered at a selection of a file.
    static func offered(_ client: LspClient, _ file: String, _ selection: Range<Int>) throws -> [Json] {
        let text = client.texts[file] ?? ""
        let range: Json = [
            "start": position(text, selection.lowerBound), "end": position(text, selection.upperBound),
        ]
        func ask(_ context: Json) throws -> [Json] {
            try client.of("codeAction", file, ["range": range, "context": context]).array ?? []
        }
        return try ask(["diagnostics": []]) + ask(["diagnostics": [], "only": ["source"]])
    }

    private static func position(_ text: String, _ offset: Int) -> Json {
        let before = Array(text.utf16.prefix(offset))
        let line = before.filter { $0 == 0x0A }.count
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return ["line": .int(line), "character": .int(offset - start)]
    }

    /// All files after a change.
    static func applied(
        _ client: LspClient, _ action: Json, to files: [String: String]
    ) throws -> [String: String] {
        var files = files
        for change in action["edit"]["documentChanges"].array ?? [] {
            let prefix = client.uri("")
            if change["kind"] == "create" {
                guard let name = change["uri"].string, name.hasPrefix(prefix) else { continue }
                files[String(name.dropFirst(prefix.count))] = ""
                continue
            }
            guard let uri = change["textDocument"]["uri"].string, uri.hasPrefix(prefix) else {
                throw CaseError(reason: "a change of no file: \(change)")
            }
            let name = String(uri.dropFirst(prefix.count))
            files[name] = try client.applied(change["edits"], in: files[name] ?? "")
        }
        return files
    }
}
