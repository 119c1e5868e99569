// Tests/LintEvasions: every lint met in other clothes (through a `let`, a `const`, another quoting, inside a branch, …), and what
// is much like it and right. An entry says its code and whether the lint must speak (`caught`) or be silent (`free`).
import Testing
import WfCompiler
import WfDiagnostics
import WfSource
import WfTestSupport

private struct Encounter {
    let code: UInt16
    let isCaught: Bool
    let about: String
    var program = ""

    /// `== WF5010 caught: in parentheses`
    init?(_ line: Substring) {
        let words = line.dropFirst(3).split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[1] == "caught:" || words[1] == "free:",
            let code = UInt16(words[0].dropFirst(2))
        else { return nil }
        self.code = code
        isCaught = words[1] == "caught:"
        about = "WF\(code) \(words[2])"
    }
}

/// A file's entries; what stands before the first is put in front of each, but for those that begin with `//! alone`.
private func encounters(_ path: String) throws -> [Encounter] {
    var prelude = ""
    var found: [Encounter] = []
    let text = String(decoding: try readFile(path), as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("== ") {
            found.append(try #require(Encounter(line), "\(path): \(line)"))
        } else if found.isEmpty {
            if !line.hasPrefix("#") { prelude += line + "\n" }
        } else {
            found[found.count - 1].program += line + "\n"
        }
    }
    for index in found.indices where !found[index].program.hasPrefix("//! alone") {
        found[index].program = prelude + found[index].program
    }
    return found
}

/// With every lint on, also those that are off by default.
private func findings(_ program: String) -> [Diagnostic] {
    let source = SourceFile(path: "case.wf", text: program)
    return Compiler.check(
        ["case.wf"], provider: OverlaySourceProvider([source], over: NoSources()),
        overrides: [LintOverride("all", .warning)].compactMap { $0 }
    ).diagnostics
}

struct LintEvasionTests {
    /// Of these no two programs of a few lines can be written: what is too long, and what another program says.
    private static let exempt: Set<UInt16> = [5056, 5089]

    @Test func lintsSeeThroughOtherClothes() throws {
        var caught = 0
        var free = 0
        for path in filesBelow("Tests/LintEvasions", suffix: ".txt") {
            for encounter in try encounters(path) {
                let found = findings(encounter.program)
                let mistakes = found.filter { $0.severity == .error && $0.code.number != 101 }
                #expect(mistakes.isEmpty, "\(encounter.about): \(mistakes.map(\.message))")
                let isCaught = found.contains { $0.code.number == encounter.code }
                #expect(isCaught == encounter.isCaught, "\(encounter.about): \(found.map(\.message))")
                if encounter.isCaught { caught += 1 } else { free += 1 }
            }
        }
        print("lints in other clothes: \(caught) caught, \(free) left alone")
    }

    @Test func everyLintIsMet() throws {
        var counts: [UInt16: (caught: Int, free: Int)] = [:]
        for path in filesBelow("Tests/LintEvasions", suffix: ".txt") {
            for encounter in try encounters(path) {
                var count = counts[encounter.code] ?? (0, 0)
                if encounter.isCaught { count.caught += 1 } else { count.free += 1 }
                counts[encounter.code] = count
            }
        }
        let codes = folderEntries("docs/diagnostics").filter { $0.hasPrefix("WF5") }.compactMap {
            UInt16($0.dropFirst(2).prefix(4))
        }
        for code in codes where !LintEvasionTests.exempt.contains(code) {
            let count = counts[code] ?? (0, 0)
            #expect(count.caught >= 2 && count.free >= 1, "WF\(code) is met \(count)")
        }
    }
}
