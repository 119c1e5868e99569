// A state machine as wf source text: an enum of its states, and a loop that does one state a turn. Branches and items
// have machines of their own. Expressions are written by AslPaths and QueryExpression.

import WfDiagnostics
import WfSource

struct AslWriter {
    var names = NameTable()
    /// Workflows still to be written behind the one at work.
    private var pending: [Pending] = []

    private struct Pending {
        let name: String
        let map: DataMap
        let about: String
        let span: Span
        let isJsonata: Bool
    }

    init() { for word in ["dynamic", "main", "context", "vars", "input", "json"] { names.reserve(word) } }

    mutating func write(_ top: DataMap, _ job: inout ImportJob) {
        job.writer.line("use std.dynamic\n", from: job.start)
        let isJsonata = AslChecker.isJsonata(top, false)
        if let comment = top["Comment"]?.text {
            job.writer.comment(comment, documents: true, from: top.entry("Comment")?.keySpan)
        }
        job.writer.open("workflow main(input: Json = {}) -> Json", from: job.start)
        let fields =
            "{ \"Execution\": { \"Id\": \"run\", \"Input\": input, \"Name\": \"run\", \"RedriveCount\": 0, "
            + "\"RoleArn\": \"run\", \"StartTime\": \"1970-01-01T00:00:00Z\" }, "
            + "\"State\": { \"EnteredTime\": \"1970-01-01T00:00:00Z\", \"RetryCount\": 0 }, "
            + "\"StateMachine\": { \"Id\": \"main\", \"Name\": \"main\" }, \"Task\": { \"Token\": \"run\" } }"
        job.writer.line("let context: Json = \(fields)")
        let machine = names.take("machine")
        job.writer.line("step \(machine) = \(machine)(input, context, {})")
        if let seconds = top.entry("TimeoutSeconds"), let value = seconds.value.float {
            job.writer.indent(1)
            job.writer.line("deadline \(WfDuration.text(ms: value * 1000))", from: seconds.keySpan)
            job.writer.indent(-1)
        }
        job.writer.line(machine)
        job.writer.close()
        pending.append(
            Pending(
                name: machine, map: top, about: "The states of the machine.", span: job.start,
                isJsonata: isJsonata))
        var position = 0
        while position < pending.count {
            let next = pending[position]
            position += 1
            write(next, &job)
            job.writer.append(extra)
            extra = SourceWriter()
        }
    }

    /// A machine for a branch or an item; its workflow's name.
    mutating func machine(_ map: DataMap, _ wish: String, _ about: String, _ span: Span, isJsonata: Bool)
        -> String
    {
        let name = names.take(wish, fallback: "machine")
        pending.append(Pending(name: name, map: map, about: about, span: span, isJsonata: isJsonata))
        return name
    }

    private mutating func write(_ machine: Pending, _ job: inout ImportJob) {
        var table = NameTable()
        var cases: [String: String] = [:]
        let states = machine.map["States"]?.map?.all ?? []
        for state in states { cases[state.key] = table.take(state.key, fallback: "state") }
        let end = table.take("ended")
        let type = names.takeType(machine.name + " state")
        job.writer.line("")
        job.writer.open("enum \(type)", from: machine.span)
        for state in states { job.writer.line((cases[state.key] ?? "state") + ",", from: state.keySpan) }
        job.writer.line(end)
        job.writer.close()
        job.writer.line("")
        job.writer.comment(machine.about, documents: true, from: machine.span)
        job.writer.open(
            "workflow \(machine.name)(input: Json, context: Json, given: Json) -> Json", from: machine.span)
        let start = cases[machine.map["StartAt"]?.text ?? ""] ?? end
        job.writer.open(
            "step run = loop (state: \(type) = .\(start), data: Json = input, vars: Json = given) while state != .\(end)",
            from: machine.span)
        job.writer.open("step turn: (\(type), Json, Json) = match state", from: machine.span)
        for state in states where !job.isLate() {
            job.name(state.value.map, "the state `\(state.key)`")
            let ledger = job.expect("the state `\(state.key)`", at: state.keySpan)
            var writer = AslStateWriter(
                name: state.key, map: state.value.map ?? DataMap(), span: state.keySpan, cases: cases,
                end: end, type: type,
                isJsonata: AslChecker.isJsonata(state.value.map ?? DataMap(), machine.isJsonata))
            job.writer.open(".\(cases[state.key] ?? "state") =>", from: state.keySpan)
            writer.write(&self, &job)
            job.writer.close()
            job.settle(ledger)
        }
        job.writer.line(".\(end) => (.\(end), data, vars)")
        job.writer.close()
        job.writer.line("next (turn.0, turn.1, turn.2)")
        job.writer.close()
        job.writer.line("run.data")
        job.writer.close()
    }

    /// A workflow written behind the machine that is being written.
    mutating func addWorkflow(_ text: SourceWriter) { extra.append(text) }
    private(set) var extra = SourceWriter()
}
