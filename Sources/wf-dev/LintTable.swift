// The catalogue in docs/lints.md: a row for each lint, from the checker's list of them and the titles of their pages.
import WfChecker
import WfTestSupport

/// The table between two comments of the page.
enum LintTable {
    static let path = "docs/lints.md"
    private static let start = "<!-- made by wf-dev generate -->\n"
    private static let end = "<!-- end -->"

    /// The page with its table made anew; nil when the comments are not there.
    static func page() throws(SubprocessError) -> [UInt8]? {
        let text = String(decoding: try readFile(path), as: UTF8.self)
        guard let first = text.firstRange(of: start), let last = text.firstRange(of: end) else { return nil }
        var table = "\(LintRule.all.count) lints.\n\n| code | about | group | level |\n|---|---|---|---|\n"
        for rule in LintRule.all {
            let code = "WF\(rule.number)"
            let page = String(decoding: try readFile("docs/diagnostics/\(code).md"), as: UTF8.self)
            let title = page.prefix { $0 != "\n" }.dropFirst("# \(code): ".count)
            table +=
                "| [\(code)](diagnostics/\(code).md) | \(title) | \(rule.group.rawValue) | \(rule.level.text) |\n"
        }
        return Array((text[..<first.upperBound] + table + text[last.lowerBound...]).utf8)
    }
}
