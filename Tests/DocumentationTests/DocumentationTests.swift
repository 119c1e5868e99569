// Every example in the documentation is what it says it is: modules of the README and the language page check, and a
// diagnostic's page has a bad example that draws just that diagnostic and a good one that draws none.
import Glibc
import Testing
import WfTestSupport

private let wfc = builtCommand("wfc")

/// The fenced blocks of a Markdown file whose info string starts with `wf`.
private func fences(_ path: String) throws -> [(info: String, code: String)] {
    var found: [(info: String, code: String)] = []
    var code: [Substring]?
    var info = ""
    let text = String(decoding: try readFile(path), as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("```") {
            if let lines = code {
                if info == "wf" || info.hasPrefix("wf ") {
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

@Suite struct DocumentationTests {
    @Test(arguments: ["README.md", "docs/language.md", "docs/testing.md"]) func examplesCheck(path: String)
        throws
    {
        let examples = try fences(path)
        #expect(!examples.isEmpty)
        for example in examples { #expect(try codes(example.code) == [], "\(path): \(example.code)") }
    }

    @Test func diagnosticPagesShowTheirDiagnostic() throws {
        let pages = folderEntries("docs/diagnostics").filter { $0.hasPrefix("WF") }
        #expect(pages.count > 50)
        for page in pages {
            let code = String(page.dropLast(3))
            for example in try fences("docs/diagnostics/\(page)") {
                let found = try codes(example.code)
                if example.info == "wf bad" {
                    #expect(!found.isEmpty && found.allSatisfy { $0 == code }, "\(page), bad: \(found)")
                } else {
                    #expect(found == [], "\(page), good: \(found)")
                }
            }
        }
    }

    @Test func shippedExamplesCheck() throws {
        let result = try runProcess(wfc, ["check", "examples"])
        #expect(result.status == 0, "\(result.outputText)\(result.errorText)")
    }
}
