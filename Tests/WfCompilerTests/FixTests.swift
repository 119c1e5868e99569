// What every fix promises, tried on every message of the language suite: its result is read at least as well, the message is
// gone, and a safe one adds no error. And how fixes are applied together.
import Testing
import WfCompiler
import WfDiagnostics
import WfSource
import WfTestSupport

/// A program as the compiler sees it.
private struct Checked {
    let bytes: [UInt8]
    let diagnostics: [Diagnostic]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let source = SourceFile(path: "case.wf", bytes: bytes)
        let result = Compiler.check(["case.wf"], provider: OverlaySourceProvider([source], over: NoSources()))
        diagnostics = result.diagnostics
    }

    /// What declarations begin with.
    static let words = [
        "const", "config", "record", "enum", "func", "action", "workflow", "flow", "pool", "rate",
    ]

    var errors: Int { diagnostics.filter { $0.severity == .error }.count }
    var syntaxErrors: Int { diagnostics.filter { $0.code.isSyntax }.count }
    func count(_ code: DiagnosticCode) -> Int { diagnostics.filter { $0.code == code }.count }
}

/// Fixes after which the code is still there, and why.
private let exceptions: [String: UInt16] = [
    // a second brace is missing behind the first
    "faults/missing-brace-of-func.wf": 1022,
    // what `T` is depends on all arguments, and they disagree in both directions
    "faults/generic-mismatch.wf": 2004,
    "generic/arguments-differ.wf": 2004,
    // `?.` yields an optional, which its place does not take either
    "faults/narrowing-lost.wf": 2021,
    "faults/skipped-step-read.wf": 2021,
    "pattern/tuple-optional-present.wf": 2021,
    "type/optional-field.wf": 2021,
    "type/optional-method.wf": 2021,
    // what goes was the last to use something else
    "lint/name-style.wf": 5005,
    "lint/realistic-names-of-funcs.wf": 5001,
    // the failover of a step is looked at once its call is known
    "syntax/failover.wf": 2003,
]

@Suite struct FixTests {
    @Test func everyFixOfTheLanguageSuiteKeepsItsPromise() throws {
        var tried: Set<String> = []
        for path in filesBelow("Tests/Language", suffix: ".wf") {
            let name = String(path.dropFirst("Tests/Language/".count))
            let bytes = try readFile(path)
            let text = String(decoding: bytes, as: UTF8.self)
            // cases whose program is not what the file says; and one file with 200 equal mistakes
            if ["//@ bytes:", "//@ start:", "//@ line-ends:"].contains(where: text.contains) { continue }
            if name.hasPrefix("limit/") { continue }
            let before = Checked(bytes)
            for diagnostic in before.diagnostics where diagnostic.span.file == FileId(0) {
                for fix in diagnostic.fixes {
                    tried.insert("\(diagnostic.code) \(fix.title)")
                    expectPromise(fix, of: diagnostic, in: before, name)
                }
            }
        }
        #expect(tried.count >= 180)
    }

    private func expectPromise(_ fix: Fix, of diagnostic: Diagnostic, in before: Checked, _ name: String) {
        let where_ = Comment(rawValue: "\(name): \(diagnostic.code): \(fix.title)")
        #expect(fix.edits.allSatisfy { $0.span.file == FileId(0) }, where_)
        let after = Checked(Fix.apply(fix.edits, of: FileId(0), to: before.bytes))
        // the arms of a `switch` are none of a `match`: the word is the first of several steps
        #expect(after.syntaxErrors <= before.syntaxErrors || name == "habit/ts-switch.wf", where_)
        if exceptions[name] != diagnostic.code.number {
            #expect(after.count(diagnostic.code) < before.count(diagnostic.code), where_)
        }
        // text that could not be read hides what else is wrong with it
        if fix.safety == .safe && after.syntaxErrors == before.syntaxErrors {
            #expect(after.errors <= before.errors, where_)
        }
    }

    private func repaired(
        _ text: String, unsafe: Bool = false, others: [String: String] = [:]
    ) -> (text: String, repair: Repair) {
        var sources = [SourceFile(path: "main.wf", text: text)]
        for name in others.keys.sorted() { sources.append(SourceFile(path: name, text: others[name] ?? "")) }
        let repair = Compiler.repair(
            ["main.wf"], provider: OverlaySourceProvider(sources, over: NoSources()), unsafe: unsafe)
        let after = repair.changes.first.map { String(decoding: $0.after, as: UTF8.self) }
        return (after ?? text, repair)
    }

    @Test func safeFixesAreAppliedUntilNoneIsLeft() {
        let (text, repair) = repaired(
            "use std.http\n\nfunc f(a: Bool, b: Bool) -> Bool {\n    a and not b\n}\n")
        // beside a mistake, the `use` may only seem superfluous
        let rest = "func f(a: Bool, b: Bool) -> Bool {\n    a && !b\n}\n"
        #expect(text == "use std.http\n\n" + rest)
        #expect(repair.fixedCount == 2 && repair.left.diagnostics.map(\.code.number) == [5004])
        #expect(repaired(text).text == rest)
    }

    /// A name that something uses stays: what uses it may be a mistake, or go itself.
    @Test(
        arguments: [
            "func helper(n: Int) -> Int {\n    n + 1\n}\n\nworkflow main(n: Int) -> Int {\n"
                + "    let r = Report { id: helper(n) }\n    step x = unknown(r.id)\n    x\n}\n",
            "func helper(n: Int) -> Int {\n    n + 1\n}\n\nfunc other(n: Int) -> Int {\n    helper(n)\n}\n\n"
                + "workflow main() -> Int {\n    1\n}\n",
            "use std.http\n\nworkflow main(n: Int) -> Int {\n    step r = http.gett(\"a\") timeout 3s\n    r.status\n}\n",
            "func size(s: String?) -> Int {\n    s.count\n}\n\nworkflow main(s: String) -> Int {\n    siz(s) + bad\n}\n",
        ])
    func whatIsUsedStays(_ program: String) {
        let (text, repair) = repaired(program, unsafe: true)
        for name in ["helper", "std.http", "func size"] where program.contains(name) {
            #expect(text.contains(name), "\(text)")
        }
        let before = Checked(Array(program.utf8))
        let left = repair.left.diagnostics.filter { $0.severity == .error }
        #expect(left.count <= before.errors, "\(text)")
    }

    /// The same for every file with a mistake of the language suite: no declaration goes that was mentioned, and there are
    /// not more errors than before, unless a text can be read now that could not.
    @Test func nothingThatWasUsedGoes() throws {
        var count = 0
        for path in filesBelow("Tests/Language/faults", suffix: ".wf") {
            let lines = String(decoding: try readFile(path), as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false)
            // what the case says is no part of its program
            let program = lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
            let before = Checked(Array(program.utf8))
            let (text, repair) = repaired(program, unsafe: true)
            let where_ = Comment(rawValue: "\(path)\n\(text)")
            let left = repair.left.diagnostics
            if left.filter(\.code.isSyntax).count == before.syntaxErrors {
                #expect(left.filter { $0.severity == .error }.count <= before.errors, where_)
            }
            let words = { (text: String) in
                text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
            }
            let all = words(program)
            let after = Set(words(text))
            for line in lines {
                let head = words(String(line))
                guard head.count > 1, line.first != " ", Checked.words.contains(head[0]),
                    all.filter({ $0 == head[1] }).count > 1
                else { continue }
                #expect(after.contains(head[1]), where_)
                count += 1
            }
        }
        #expect(count >= 150, "\(count)")
    }

    @Test func unsafeFixesAreAppliedOnlyWhenAskedFor() {
        let program = "workflow main(total: Int) -> Int {\n    totl\n}\n"
        #expect(repaired(program).repair.changes.isEmpty)
        #expect(repaired(program, unsafe: true).text == program.replacing("totl", with: "total"))
    }

    @Test func aFixThatMakesThingsWorseIsTakenBack() {
        // the parameter is unused, but callers name it
        let program =
            "func f(n: Int) -> Int {\n    1\n}\n\nworkflow main() -> Int {\n    let m = 2\n    f(n: 3)\n}\n"
        let (text, repair) = repaired(program, unsafe: true)
        #expect(text == program.replacing("    let m = 2\n", with: ""))
        #expect(repair.fixedCount == 1 && repair.left.diagnostics.map(\.code.number) == [5002])
    }

    @Test func lineEndsMarksAndFormattingStay() {
        let crlf =
            "\u{FEFF}workflow main() -> String {\r\n    step text = file.read(\"a\")\r\n    text\r\n}\r\n"
        #expect(repaired(crlf).text == crlf.replacing("\u{FEFF}", with: "\u{FEFF}use std.file\r\n\r\n"))
        let ugly = "func  f(a: Bool, b: Bool) -> Bool { a and a==b }\n"
        #expect(repaired(ugly).text == ugly.replacing("and", with: "&&"), "what was not formatted is not")
        let neat = "workflow main() {\n    exec(\"curl\", \"x\")\n        retry 3 on exit(7)\n}\n"
        let after = repaired(neat, unsafe: true).text
        #expect(after.contains("        timeout 30s\n        retry 3"), "\(after)")
    }

    @Test func onlyFilesThatWereNamedAreChanged() {
        let lib = "enum State { open, closed }\n"
        let program =
            "use \"lib.wf\" as lib\n\nfunc f() -> lib.State {\n    lib.State.paused\n}\n"
        let (text, repair) = repaired(program, unsafe: true, others: ["lib.wf": lib])
        #expect(text == program && repair.changes.isEmpty)
    }
}
