// The corpora of XML files, where they are present: every file is compiled, and one line says what came of each set.
import Testing
import WfCompiler
import WfDiagnostics
import WfImport
import WfSource
import WfTestSupport

/// What came of the files of a set.
private struct Score: CustomStringConvertible {
    var imported = 0
    var notes = 0
    var refused = 0
    var lost: [String] = []

    var description: String {
        "\(imported) imported, \(notes) with notes, \(refused) refused, \(lost.count) lost"
    }
}

/// - Parameter suffixes: what the names of the files end in.
private func score(_ folder: String, _ suffixes: [String]) -> Score {
    var score = Score()
    for file in suffixes.flatMap({ filesBelow(folder, suffix: $0) }) {
        let result = Compiler.compile(file, provider: DiskSourceProvider())
        guard let imported = result.imports[FileId(0)] else {
            score.lost.append(file)
            continue
        }
        if result.diagnostics.contains(where: { $0.code == .importWouldLose || $0.code == .importTooSlow }) {
            score.lost.append(file)
        } else if result.hasErrors || result.plan == nil {
            score.refused += 1
        } else if imported.hasNotes {
            score.notes += 1
        } else {
            score.imported += 1
        }
    }
    return score
}

@Suite struct CorpusTests {
    /// Each set with how many of its files have to be imported, with notes or without.
    @Test(arguments: [
        ("bpmn/miwg", 350), ("bpmn/spiff", 145), ("bpmn/flowable", 193), ("bpmn/betsy/core", 133),
        ("bpmn/moddle", 40),
        ("bpmn/betsy/constraints", 0), ("bpmn/betsy/spector", 0), ("dax", 10), ("oozie", 79), ("jpdl", 58),
        ("scxml", 3),
    ])
    func set(name: String, least: Int) {
        guard let folder = corpus(name) else { return }
        let score = score(
            folder, name.hasPrefix("bpmn") ? [".bpmn", ".bpmn20.xml"] : [".xml", ".dax", ".scxml"])
        print("\(name): \(score)")
        #expect(score.lost.isEmpty)
        #expect(score.imported + score.notes >= least, "\(name): \(score)")
    }
}
