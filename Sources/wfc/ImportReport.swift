// `wfc import --report DIR`: imports and compiles every file of a folder and counts what came of it, a line for each
// folder directly inside.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfImport
import WfSource

/// What came of the files of one folder.
private struct Score {
    var imported = 0
    var notes = 0
    var refused = 0
    /// Took too long, or something would have been lost.
    var lost = 0
    /// Files of no dialect, which do not count.
    var others = 0
    var timeMs = 0
    var slowestMs = 0

    static func + (left: Score, right: Score) -> Score {
        Score(
            imported: left.imported + right.imported, notes: left.notes + right.notes,
            refused: left.refused + right.refused, lost: left.lost + right.lost,
            others: left.others + right.others, timeMs: left.timeMs + right.timeMs,
            slowestMs: max(left.slowestMs, right.slowestMs))
    }
}

enum ImportReport {
    static func run(_ folder: String, _ arguments: Arguments, _ streams: Streams) throws(CommandError)
        -> Int32
    {
        let folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let files = try Inputs.files(below: folder) { Import.takes($0) }
        if files.isEmpty {
            throw CommandError("no file to import in `\(folder)`", code: DiagnosticCode(8003))
        }
        var groups: [(name: String, score: Score)] = []
        let isJSON = arguments.has("--json")
        let scores = onAllProcessors(files.count) { score(files[$0], writesLine: isJSON) }
        for (file, (score, line)) in zip(files, scores) {
            streams.output.write(line)
            let name = group(file, in: folder)
            let index = groups.firstIndex { $0.name == name } ?? groups.count
            if index == groups.count { groups.append((name, Score())) }
            groups[index].score = groups[index].score + score
        }
        let total = groups.reduce(Score()) { $0 + $1.score }
        if groups.count > 1 { groups.append(("total", total)) }
        write(groups, arguments, streams)
        return total.lost > 0 ? ExitStatus.diagnostics : ExitStatus.done
    }

    /// The folder directly inside `folder` that holds the file; `.` for the file itself.
    private static func group(_ file: String, in folder: String) -> String {
        let parts = file.dropFirst(folder.count).split(separator: "/")
        return parts.count > 1 ? String(parts[0]) : "."
    }

    /// What came of a file, and the line of JSON that says it, if one is wanted.
    private static func score(_ path: String, writesLine: Bool) -> (Score, String) {
        let began = timeMs()
        let result = Compiler.compile(path, provider: DiskSourceProvider())
        let time = timeMs() - began
        var score = Score(timeMs: time, slowestMs: time)
        guard let imported = result.imports[FileId(0)] else {
            score.refused = 1
            return (score, "")
        }
        let codes = result.diagnostics.map(\.code)
        let outcome = ImportOutcome(result, imported)
        var word = outcome.rawValue
        if imported.dialect == nil && (codes.contains(.unknownFormat) || codes.contains(.unknownDialect)) {
            score.others = 1
            word = "other"
        } else if codes.contains(.importWouldLose) || time > Limits.importTimeMsMax {
            score.lost = 1
            word = "lost"
        } else {
            switch outcome {
            case .imported: score.imported = 1
            case .notes: score.notes = 1
            case .refused: score.refused = 1
            }
        }
        return (score, writesLine ? line(path, word, time, result) : "")
    }

    private static func line(_ path: String, _ word: String, _ time: Int, _ result: Compilation) -> String {
        var json = JSONText()
        json.open("{")
        json.pair("file", path)
        json.pair("outcome", word)
        json.pair("ms", time)
        if let first = result.diagnostics.first(where: { $0.severity == .error }) ?? result.diagnostics.first
        {
            json.pair("code", first.code.description)
            json.pair("message", first.message)
            if Int(first.span.file.index) < result.files.count {
                let lines = LineIndex(result.files[Int(first.span.file.index)])
                json.pair("line", lines.position(at: first.span.start).line)
            }
        }
        json.close("}")
        return json.text + "\n"
    }

    private static func write(
        _ groups: [(name: String, score: Score)], _ arguments: Arguments, _ streams: Streams
    ) {
        if arguments.has("--json") {
            for (name, score) in groups { streams.output.write(json(name, score) + "\n") }
            return
        }
        let width = max(6, groups.map(\.name.count).max() ?? 0)
        let titles = ["imported", "notes", "refused", "lost", "other", "ms", "slowest"]
        streams.output.write(row("folder", titles, width))
        for (name, score) in groups {
            let numbers = [
                score.imported, score.notes, score.refused, score.lost, score.others, score.timeMs,
                score.slowestMs,
            ]
            streams.output.write(row(name, numbers.map { String($0) }, width))
        }
    }

    private static func row(_ name: String, _ cells: [String], _ width: Int) -> String {
        var line = name + String(repeating: " ", count: width - name.count)
        for cell in cells { line += "  " + String(repeating: " ", count: max(0, 8 - cell.count)) + cell }
        return line + "\n"
    }

    private static func json(_ name: String, _ score: Score) -> String {
        var json = JSONText()
        json.open("{")
        json.pair("folder", name)
        json.pair("imported", score.imported)
        json.pair("notes", score.notes)
        json.pair("refused", score.refused)
        json.pair("lost", score.lost)
        json.pair("other", score.others)
        json.pair("ms", score.timeMs)
        json.pair("slowestMs", score.slowestMs)
        json.close("}")
        return json.text
    }

    /// Processor time of this thread, which imports one file at a time.
    private static func timeMs() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
