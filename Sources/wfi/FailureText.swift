// A failure as people read it, in the form of a diagnostic: what failed, where in the source, how often it was tried,
// and how to see more. It prints nothing.
import WfCompiler
import WfEngine
import WfJournalSQLite
import WfMachine
import WfPlan
import WfProgress
import WfValue

struct FailureText {
    let plan: Plan
    /// Holds the run, for the commands that tell more.
    let journal: SQLiteJournal
    let colour: Bool
    /// Where the files are that the plan names, if it was compiled just now.
    var names: SourceNames?

    /// Several lines, each ended.
    func render(_ failure: Failure, run: String) -> String {
        let code = FaultKind.allCases.first { $0.name == failure.kind }.map { "[WF\($0.code)]" } ?? ""
        var text = paint("error\(code)", "\u{1B}[1;31m") + paint(": " + headline(failure), "\u{1B}[1m") + "\n"
        text += place(failure.span)
        if failure.attempts > 1 { text += "  = attempts: \(failure.attempts)\n" }
        if let data = failure.data, let json = try? plan.types.jsonText(of: data, as: .json) {
            let shown = String(decoding: json, as: UTF8.self)
            if shown != "null" { text += "  = data: \(fitted(shown, 200))\n" }
        }
        for other in failure.attached { text += "  = also: \(oneLine(headline(other)))\n" }
        if failure.undone > 0 { text += "  = undone: \(counted(failure.undone, "step"))\n" }
        if failure.notUndoneCount > 0 { text += notUndone(failure) }
        text += "  = more: " + journal.command("show \(run)")
        if !failure.step.isEmpty {
            text += ", " + journal.command("logs \(run) \(shellWord(failure.step))")
        }
        text += "\n"
        return text
    }

    /// The compensation is incomplete: what a person has to take back by hand.
    private func notUndone(_ failure: Failure) -> String {
        var text = paint("  = compensation incomplete", "\u{1B}[1;31m")
        text += ": \(counted(failure.notUndoneCount, "step")) could not be undone\n"
        for other in failure.notUndone {
            let kind = other.kind.isEmpty || other.kind == "failed" ? "" : " (\(other.kind))"
            text += "  = not undone: \(oneLine(stepName(other.step) + kind + ": " + other.message))\n"
        }
        let rest = failure.notUndoneCount - failure.notUndone.count
        if rest > 0 { text += "  = not undone: \(rest) more\n" }
        return text
    }

    /// The step that an undo was to take back.
    private func stepName(_ path: String) -> String {
        path.hasSuffix("!undo") ? "`\(path.dropLast(5))`" : "`\(path)`"
    }

    /// ``step `build[2]/compile` failed (exit): `cc` exited with status 1: …``
    func headline(_ failure: Failure) -> String {
        let what = failure.step.isEmpty ? "the run failed" : "step `\(failure.step)` failed"
        let kind = failure.kind.isEmpty || failure.kind == "failed" ? "" : " (\(failure.kind))"
        let message = lines(failure.message)
        return what + kind + (message.isEmpty ? "" : ": " + message)
    }

    /// Further lines of a message are indented under the first.
    private func lines(_ message: String) -> String {
        let parts = message.split(separator: "\n", omittingEmptySubsequences: false)
        return parts.map { line in
            String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 || $0 == "\t" }))
        }.joined(separator: "\n      ")
    }

    private func oneLine(_ text: String) -> String { fitted(printable(text), 200) }

    /// The source line with its mark; empty where there is no source.
    private func place(_ span: SpanRow) -> String {
        guard span.file != .none, Int(span.file) < plan.sources.count else { return "" }
        let source = plan.sources[Int(span.file)]
        let start = Int(source.textStart)
        let bytes = UnsafeRawBufferPointer(rebasing: plan.bytes[start..<start + Int(source.textCount)])
        let from = min(Int(span.start), bytes.count)
        let to = min(max(Int(span.end), from), bytes.count)
        var lineStart = from
        while lineStart > 0, bytes[lineStart - 1] != 0x0A { lineStart -= 1 }
        var lineEnd = from
        while lineEnd < bytes.count, bytes[lineEnd] != 0x0A { lineEnd += 1 }
        var line = 1
        for index in 0..<lineStart where bytes[index] == 0x0A { line += 1 }
        let before = String(decoding: bytes[lineStart..<from], as: UTF8.self)
        let marked = String(decoding: bytes[from..<min(to, lineEnd)], as: UTF8.self)
        let whole = printable(String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self))
        let number = String(line)
        let margin = String(repeating: " ", count: number.count)
        let mark = String(repeating: "^", count: max(1, columns(of: printable(marked))))
        var text =
            "\(margin) \(paint("-->", "\u{1B}[34m")) \(path(of: source)):\(line):\(before.count + 1)\n"
        if columns(of: whole) <= 160 {
            let indent = String(repeating: " ", count: columns(of: printable(before)))
            text += "\(paint(number + " |", "\u{1B}[34m")) \(whole)\n"
            text += "\(paint(margin + " |", "\u{1B}[34m")) \(indent)\(paint(mark, "\u{1B}[1;31m"))\n"
        }
        return text
    }

    private func path(of source: SourceRow) -> String {
        let name = plan.string(source.path)
        return names?.path(named: name) ?? name
    }

    private func paint(_ text: String, _ style: String) -> String {
        colour ? "\(style)\(text)\u{1B}[0m" : text
    }
}

/// `1 step`, `2 steps`
func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

/// A failure as a JSON object, like `Error` in the language.
func failureObject(_ failure: Failure, _ plan: Plan) -> JsonObject {
    var object = JsonObject()
    object.add("kind", failure.kind)
    object.add("message", failure.message)
    object.add("step", failure.step)
    object.add("attempts", failure.attempts)
    if let code = failure.code { object.add("code", code) }
    if let data = failure.data, let json = try? plan.types.jsonText(of: data, as: .json) {
        object.add("data", json: json)
    }
    if failure.span.file != .none, Int(failure.span.file) < plan.sources.count {
        let source = plan.sources[Int(failure.span.file)]
        let text = plan.bytes[Int(source.textStart)..<Int(source.textStart) + Int(source.textCount)]
        let line = text.prefix(Int(failure.span.start)).count { $0 == 0x0A } + 1
        object.add("file", plan.string(source.path))
        object.add("line", line)
    }
    if !failure.attached.isEmpty { object.add("also", failure.attached.map { failureObject($0, plan) }) }
    if failure.undone > 0 { object.add("undone", failure.undone) }
    if failure.notUndoneCount > 0 {
        object.add("notUndoneCount", failure.notUndoneCount)
        object.add("notUndone", failure.notUndone.map { failureObject($0, plan) })
    }
    return object
}
