// Models that break a rule of BPMN. Each rule is sorted once: a breach that leaves no meaning is refused at its line; the
// others are about form, data or services, which real models leave out and which a run does not need.
import Testing
import WfDiagnostics
import WfImport
import WfSource
import WfTestSupport

/// The rules whose breach is refused.
private let refusedRules: Set = [
    "EXT.002", "EXT.006", "EXT.007", "EXT.021", "EXT.022", "EXT.037", "EXT.038", "EXT.057", "EXT.058",
    "EXT.059", "EXT.096",
    "EXT.104",
    "EXT.106", "EXT.110", "EXT.111", "EXT.112", "EXT.117", "EXT.122", "EXT.125", "EXT.126", "EXT.146",
    "EXT.148", "EXT.149",
    "not well-formed",
]

@Suite struct SpectorTests {
    private func rows(_ folder: String, _ list: String) throws -> [DataNode] {
        let source = SourceFile(path: "expected.json", bytes: try readFile(folder + "/expected.json"))
        return JSONReader.read(source, file: FileId(0)).root?[list]?.list ?? []
    }

    /// The lines of errors in a file; what its expressions and scripts do not fit is no breach of a rule.
    private func errors(_ folder: String, _ row: DataNode) throws -> [Int] {
        let file = row["file"]?.text ?? ""
        let result = compiled(try readFile(folder + "/" + file), as: file)
        guard let source = result.imported?.source else { return [] }
        let lines = LineIndex(source)
        return result.diagnostics.filter { $0.severity == .error }.flatMap { error in
            ([error.span] + error.labels.map(\.span)).map { lines.position(at: $0.start).line }
        }
    }

    @Test func breaches() throws {
        guard let folder = corpus("bpmn/betsy") else { return }
        var score = Scoreboard("spector, findings that refuse")
        var accepted = Scoreboard("spector, files to accept")
        for row in try rows(folder, "spector") {
            let lines = try errors(folder, row)
            let file = row["file"]?.text ?? ""
            if row["want"]?.text == "accept" { accepted.add(file, isRight: lines.isEmpty, "\(lines)") }
            for finding in row["asserted"]?.list ?? [] where finding["inFile"] == nil {
                guard let rule = finding["rule"]?.text, refusedRules.contains(rule) else { continue }
                let line = finding["line"]?.int ?? 0
                score.add(
                    "\(file) \(rule)", isRight: lines.contains { abs($0 - line) <= 1 },
                    "line \(line), found \(lines)")
            }
        }
        score.finish(atLeast: 77)
        accepted.finish(atLeast: 177)
    }
}
