// The table of what vendors add to BPMN in docs/import/bpmn.md, from the importer's catalogue.
import WfImport
import WfTestSupport

/// The table between two comments of the page.
enum VendorTable {
    static let path = "docs/import/bpmn.md"
    private static let start = "<!-- made by wf-dev generate -->\n"
    private static let end = "<!-- end -->"

    /// The page with its table made anew; nil when the comments are not there.
    static func page() throws(SubprocessError) -> [UInt8]? {
        let text = String(decoding: try readFile(path), as: UTF8.self)
        guard let first = text.firstRange(of: start), let last = text.firstRange(of: end) else { return nil }
        var table = "| of | attributes and `elements` | what becomes of them |\n|---|---|---|\n"
        for row in BpmnAddition.all {
            let names = row.isAttribute ? row.names.map { "@\($0)" } : row.names
            let fate: String
            switch row.fate {
            case .written(let how, _): fate = how
            case .named(let why): fate = "a note: \(why)"
            case .counted(let why): fate = "counted: \(why)"
            case .holder: fate = "what is in it counts"
            }
            table += "| \(row.vendors) | `\(names.joined(separator: " "))` | \(fate) |\n"
        }
        return Array((text[..<first.upperBound] + table + text[last.lowerBound...]).utf8)
    }
}
