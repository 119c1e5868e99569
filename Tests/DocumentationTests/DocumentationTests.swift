// Every example in the documentation is what it says it is: modules of the README and the language page check, and a
// diagnostic's page has a bad example that draws just that diagnostic and a good one that draws none.
import Glibc
import Testing
import WfTestSupport

private let wfc = builtCommand("wfc")

/// The fenced blocks of a Markdown file whose info string starts with `wf`; all of them when asked.
private func fences(_ path: String, all: Bool = false) throws -> [(info: String, code: String)] {
    var found: [(info: String, code: String)] = []
    var code: [Substring]?
    var info = ""
    let text = String(decoding: try readFile(path), as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("```") {
            if let lines = code {
                if all || info == "wf" || info.hasPrefix("wf ") {
                    found.append((info, lines.joined(separator: "\n") + "\n"))
                }
                code = nil
            } else {
                info = String(line.dropFirst(3))
                code = []
            }
        } else {
            code?.append(line)
        }
    }
    return found
}

/// The codes that `wfc check` gives for a program, one per diagnostic.
private func codes(_ program: String) throws -> [String] {
    let folder = try TemporaryFolder("wf-doc")
    try writeFile(folder.path + "/example.wf", Array(program.utf8))
    let result = try runProcess(wfc, ["check", "--json", folder.path + "/example.wf"])
    return result.outputText.split(separator: "\n").map { line in
        String(line.dropFirst("{\"code\":\"".count).prefix(6))
    }
}

/// What `wfi run` does with a program in a folder of its own.
private func run(_ program: String, input: String) throws -> ProcessResult {
    let folder = try TemporaryFolder("wf-doc")
    try writeFile(folder.path + "/example.wf", Array(program.utf8))
    return try runProcess(
        builtCommand("wfi"), ["run", "--quiet", "example.wf", "--input", input], workingFolder: folder.path)
}

@Suite struct DocumentationTests {
    @Test(arguments: ["README.md", "docs/language.md", "docs/testing.md"]) func examplesCheck(path: String)
        throws
    {
        let examples = try fences(path)
        #expect(!examples.isEmpty)
        for example in examples { #expect(try codes(example.code) == [], "\(path): \(example.code)") }
    }

    /// The reference and the tutorial: every example checks without a warning, and one marked `wf run INPUT` prints what
    /// the fence `output` behind it says, or fails with what `failure` says.
    @Test func referenceExamplesRun() throws {
        let pages = folderEntries("docs/language").filter { $0.hasSuffix(".md") }
        #expect(pages.count >= 12)
        for page in pages.map({ "docs/language/" + $0 }) + ["docs/tutorial.md"] {
            let found = try fences(page, all: true)
            for (index, example) in found.enumerated()
            where example.info == "wf" || example.info.hasPrefix("wf run ") {
                #expect(try codes(example.code) == [], "\(page): \(example.code)")
                if example.info == "wf" { continue }
                let expected = found[index + 1]
                let result = try run(example.code, input: String(example.info.dropFirst("wf run ".count)))
                if expected.info == "failure" {
                    let words = expected.code.dropLast()
                    #expect(
                        result.status == 1 && result.errorText.contains(words), "\(page): \(example.code)")
                } else {
                    #expect(expected.info == "output", "\(page): an example that runs says what it prints")
                    #expect(result.outputText == expected.code, "\(page): \(example.code)\(result.errorText)")
                }
            }
        }
    }

    @Test func diagnosticPagesShowTheirDiagnostic() throws {
        let pages = folderEntries("docs/diagnostics").filter { $0.hasPrefix("WF") }
        #expect(pages.count > 50)
        for page in pages {
            let code = String(page.dropLast(3))
            for example in try fences("docs/diagnostics/\(page)") {
                // a schedule is judged, and the trigger around it refused until there is something to start runs
                let isTrigger = example.info.hasSuffix(" trigger")
                let found = try codes(example.code).filter { !isTrigger || $0 != "WF0101" }
                if example.info.hasPrefix("wf bad") {
                    #expect(!found.isEmpty && found.allSatisfy { $0 == code }, "\(page), bad: \(found)")
                } else {
                    #expect(found == [], "\(page), good: \(found)")
                }
            }
        }
    }

    /// Every code that has a page is drawn by a bad example there, or named by a case or a test (those of commands
    /// and importers aside). What no test can bring
    /// about is listed, with why; the list may only shrink.
    @Test func everyCodeIsBroughtAbout() throws {
        let unreachable = [
            // Needs a program of gigabytes.
            "WF0002",
            // The command makes the folder of a journal; the engine is not used after it has stopped.
            "WF7001", "WF7015",
            // The compiler and the command have checked every input by then, and every optional.
            "WF6004", "WF6011",
            // Damage that the journal's checksums do not see.
            "WF7013", "WF7014",
        ]
        var tests = ""
        for folder in folderEntries("Tests") where folder != "README.md" {
            for suffix in [".swift", ".wf", ".md", ".json", ".txt"] {
                for path in filesBelow("Tests/" + folder, suffix: suffix) {
                    tests += String(decoding: try readFile(path), as: UTF8.self)
                }
            }
        }
        for page in folderEntries("docs/diagnostics").filter({ $0.hasPrefix("WF") }).sorted() {
            let code = String(page.dropLast(3))
            if try fences("docs/diagnostics/\(page)").contains(where: { $0.info.hasPrefix("wf bad") }) {
                continue
            }
            if unreachable.contains(code) || code >= "WF8" { continue }
            #expect(tests.contains(code), "nothing brings \(code) about")
        }
    }

    @Test func shippedExamplesCheck() throws {
        let result = try runProcess(wfc, ["check", "examples"])
        #expect(result.status == 0, "\(result.outputText)\(result.errorText)")
    }
}
