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
    /// By change: the lint that what it writes draws, as it is to be gone on with by hand; only to become fewer.
    private static let drawing = [
        // a condition to be put in the place of `true`, an item to be used
        "wrap in if": "WF5010", "add a condition": "WF5010", "wrap in for": "WF5001",
        // the long form is what is asked for
        "write the ?? out as an if": "WF5081", "write the lambda out": "WF5063",
    ]

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

    /// Where something else in the file is being written, what changes one declaration is offered as before, and does the same.
    @Test func besideBrokenCode() throws {
        let client = try LspClient(capabilities: CodeActionClient.capabilities)
        let tail = "\nfunc unfinished(a: Int -> {\n    let x =\n"
        var count = 0
        for path in filesBelow(folder, suffix: ".wf") {
            let testCase = try CodeActionCase(path: path)
            guard testCase.isOffered, testCase.kind.hasPrefix("refactor"), testCase.before.count == 1,
                let text = testCase.before.first?.text, let wanted = testCase.wanted["case.wf"],
                testCase.title != "turn the JSON into records"
            else { continue }
            try client.open("case.wf", text + tail)
            defer { client.leave("case.wf") }
            let offered = try CodeActionClient.offered(client, "case.wf", testCase.selection)
            guard let action = offered.first(where: { $0["title"].string == testCase.title }) else {
                continue
            }
            let after = try CodeActionClient.applied(client, action, to: ["case.wf": text + tail])
            #expect(after["case.wf"] == wanted + tail, "\(path)\n\(after["case.wf"] ?? "nothing")")
            count += 1
        }
        #expect(count >= 85, "\(count)")
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
        // where there are errors, nothing else was looked for: what lints say then is not of the change
        let wasRight = !was.diagnostics.contains { $0.severity == .error }
        let drawn = wasRight ? now.findings(notIn: was, onLinesNotIn: before) : []
        let isKnown = Self.drawing[testCase.subject].map { known in drawn.allSatisfy { $0.hasPrefix(known) } }
        #expect(drawn.isEmpty || isKnown ?? false, "\(testCase.path): what it writes is reported: \(drawn)")
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
    /// In the order of their numbers.
    private let files: [(name: String, text: String)]

    init(_ files: [String: String]) {
        self.files = files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let sources = self.files.map { SourceFile(path: $0.name, text: $0.text) }
        diagnostics =
            Compiler.check(
                sources.map(\.path), provider: OverlaySourceProvider(sources, over: NoSources())
            ).diagnostics
    }

    func count(_ code: String) -> Int { diagnostics.filter { "\($0.code)" == code }.count }

    /// Diagnostics of kinds that another program has fewer of, on lines that the other's texts do not have.
    func findings(notIn other: Program, onLinesNotIn texts: [String: String]) -> [String] {
        let known = texts.mapValues { Set($0.split(separator: "\n").map { $0.drop { $0 == " " } }) }
        return diagnostics.filter { found in
            guard count("\(found.code)") > other.count("\(found.code)"),
                Int(found.span.file.index) < files.count
            else {
                return false
            }
            let (name, text) = files[Int(found.span.file.index)]
            let before = text.utf8.prefix(Int(found.span.start))
            let line = before.filter { $0 == 0x0A }.count
            let written = text.split(separator: "\n", omittingEmptySubsequences: false)[line].drop {
                $0 == " "
            }
            return !(known[name]?.contains(written) ?? false)
        }.map { "\($0.code) \($0.message)" }
    }

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
