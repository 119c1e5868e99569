// The corpus of wrong programs, Tests/Language/faults: each is a plausible workflow with one realistic mistake, and says
// in `//@ mistake: LINE:FIRST-END CODE` what somebody who read it with care would want to be told. And the other side:
// programs that are right draw no warning.
import Glibc
import Testing
import WfTestSupport

private let suite = LanguageSuite(folder: "Tests/Language")

/// What the mistake's marker asks for.
private struct Wanted {
    let place: String
    let code: String

    init?(_ program: String) {
        for line in program.split(separator: "\n") where line.hasPrefix("//@ mistake: ") {
            let words = line.dropFirst("//@ mistake: ".count).split(separator: " ")
            guard words.count == 2 else { return nil }
            place = String(words[0])
            code = String(words[1])
            return
        }
        return nil
    }

    /// Exactly one message, of the code, at the place.
    func isMet(by found: [CaseDiagnostic]) -> Bool {
        guard found.count == 1, let only = found.first, only.code == code else { return false }
        let start = "\(only.line):\(only.column)"
        return place.contains("-") ? place == "\(start)-\(only.endColumn)" : place == start
    }
}

@Suite struct FaultCorpusTests {
    @Test func mistakesAreNamedPrecisely() throws {
        var precise = 0
        var total = 0
        var missed: [String] = []
        for testCase in try suite.cases() where testCase.path.contains("/faults/") {
            total += 1
            guard let wanted = Wanted(testCase.program) else {
                Issue.record("\(testCase.path) does not say what its mistake is")
                continue
            }
            if wanted.isMet(by: try suite.diagnostics(of: testCase)) {
                precise += 1
            } else {
                missed.append(testCase.path)
            }
        }
        print("named precisely: \(precise) of \(total)")
        #expect(total >= 300)
        #expect(precise * 100 >= total * 98, "not named precisely: \(missed)")
    }

    /// Examples, the programs of the crash tests, and the standard library are what a careful author writes: no
    /// warning at all. The suite's own cases say in their markers which warnings they draw.
    @Test(arguments: ["examples", "Tests/CrashTests/workflows"]) func rightProgramsDrawNoWarning(
        folder: String
    ) throws {
        let result = try runProcess(suite.wfc, ["check", "--deny-warnings", folder])
        #expect(result.status == 0, "\(result.errorText)")
    }

    /// Cases that run are right programs too. The few that draw a warning are about just that: a reviewed list.
    @Test func casesThatRunDrawOnlyKnownWarnings() throws {
        let text = String(decoding: try readFile("Tests/Language/warnings.txt"), as: UTF8.self)
        let known = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            String(line.split(separator: "#")[0]).trimmed
        }
        var found: [String] = []
        for testCase in try suite.cases() where testCase.kind == .run && !testCase.path.contains("/lint/") {
            for line in testCase.text.split(separator: "\n") {
                guard let range = line.firstRange(of: " WF5"), line.contains("warning ") else { continue }
                let code = line[range.upperBound...].prefix(3)
                let path = testCase.path.dropFirst("Tests/Language/".count)
                found.append("\(path) WF5\(code)")
            }
        }
        #expect(found.sorted() == known.sorted())
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
