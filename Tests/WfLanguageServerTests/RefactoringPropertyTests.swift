// Every refactoring that is offered anywhere in the language suite, alone: the program still has no error, still
// compiles, and says what the case says.
import Glibc
import Testing
import WfCompiler
import WfDiagnostics
import WfLanguageServer
import WfSource
import WfTestSupport

@Suite struct RefactoringPropertyTests {
    /// Places looked at in each file.
    private static let placesMax = 10
    /// One file in so many, so that the whole suite is looked at only when asked for (WF_ALL=1).
    private static let stride = getenv("WF_ALL") == nil ? 9 : 1

    @Test func whatIsOfferedHolds() throws {
        let client = try LspClient(capabilities: CodeActionClient.capabilities)
        var applied = 0
        for (number, path) in filesBelow("Tests/Language", suffix: ".wf").enumerated()
        where number % RefactoringPropertyTests.stride == 0 {
            let text = String(decoding: try readFile(path), as: UTF8.self)
            let before = Program(["case.wf": text])
            if text.utf8.count > 20_000 || before.diagnostics.contains(where: { $0.severity == .error }) {
                continue
            }
            try client.open("case.wf", text)
            defer { client.leave("case.wf") }
            var seen: Set<String> = []
            for selection in RefactoringPropertyTests.places(text, seed: number) {
                for action in try CodeActionClient.offered(client, "case.wf", selection) {
                    let title = action["title"].string ?? ""
                    guard action["kind"].string?.hasPrefix("refactor") ?? false else { continue }
                    let after = try CodeActionClient.applied(client, action, to: ["case.wf": text])
                    guard let result = after["case.wf"], seen.insert(result).inserted else { continue }
                    applied += 1
                    let now = Program(after)
                    #expect(now.errors(notIn: before) == [], "\(path): \(title) at \(selection)\n\(result)")
                    if after.count == 1 {
                        let plan = Compiler.compile(text: Array(result.utf8), path: "case.wf")
                        #expect(
                            plan.plan != nil || before.diagnostics.contains { $0.code.number == 1 },
                            "\(path): \(title)")
                    }
                    try runs(path, action["kind"].string ?? "", title, text, result)
                }
            }
        }
        #expect(applied > 100)
    }

    /// With WF_RUN=1: the case does what it says after the change, too.
    private func runs(_ path: String, _ kind: String, _ title: String, _ before: String, _ after: String)
        throws
    {
        // what is added on purpose does something; a race against the clock takes its hour
        if getenv("WF_RUN") == nil || kind == "refactor" || title == "race against the clock" { return }
        let suite = LanguageSuite(folder: "Tests/Language")
        let changed = CaseFile(path: path, text: after)
        guard changed.kind == .run || changed.kind == .test else { return }
        func outcome(_ text: String) -> [Substring] {
            text.split(separator: "\n").filter { line in
                ["//@ expect", "//@ fault", "//@ effects", "//@ report", "//@ status"].contains {
                    line.hasPrefix($0)
                }
            }
        }
        let blessed = try suite.blessed(changed)
        #expect(outcome(blessed) == outcome(before), "\(path): \(title)\n\(after)")
    }

    /// Carets and selections, the same ones each time: at words, and from a word to the end of a bracket or a line.
    private static func places(_ text: String, seed: Int) -> [Range<Int>] {
        let units = Array(text.utf16)
        var state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(1, bound)))
        }
        func isWord(_ unit: UInt16) -> Bool {
            unit == 0x5F || (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit & 0xDF)
        }
        let starts = units.indices.filter { isWord(units[$0]) && ($0 == 0 || !isWord(units[$0 - 1])) }
        if starts.isEmpty { return [] }
        return (0..<placesMax).map { number in
            let start = starts[next(starts.count)]
            if number % 3 != 0 { return start..<start }
            // to the bracket that closes what opens first, or to the line's end
            var depth = 0
            for end in start..<units.count {
                switch units[end] {
                case 0x28, 0x5B, 0x7B: depth += 1
                case 0x29, 0x5D, 0x7D:
                    depth -= 1
                    if depth == 0 { return start..<end + 1 }
                    if depth < 0 { return start..<end }
                case 0x0A where depth == 0: return start..<end
                default: break
                }
            }
            return start..<units.count
        }
    }
}
