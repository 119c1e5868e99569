// The lints' catalogue has a row for each page of a lint, and a page for each row; the levels in it are those that hold.
import Testing
import WfTestSupport

@Suite struct LintCatalogueTests {
    @Test func everyLintHasARowAndAPage() throws {
        let pages = folderEntries("docs/diagnostics").filter { $0.hasPrefix("WF5") }.map {
            String($0.dropLast(3))
        }
        let text = String(decoding: try readFile("docs/lints.md"), as: UTF8.self)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| [WF5") }.map {
            String($0.dropFirst(3).prefix(6))
        }
        #expect(rows == pages.sorted(), "a lint is listed in LintCatalogue.swift")
        #expect(rows.count >= 48)
    }
}
