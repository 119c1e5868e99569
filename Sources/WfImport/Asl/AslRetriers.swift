// `Retry` of a state: which errors are tried again, how often and after how long. One retrier for all errors is a clause of
// the step; several, or one for some errors, are a loop around it.

import WfDiagnostics
import WfSource

struct AslRetriers {
    private let entry: DataEntry
    private let retriers: [DataNode]

    /// Nil where a clause says it all, or nothing is tried again.
    init?(_ entry: DataEntry?) {
        guard let entry, let list = entry.value.list, !list.isEmpty, AslRetriers.clause(entry) == nil else {
            return nil
        }
        if list.count == 1, list[0]["MaxAttempts"]?.int == 0 { return nil }
        (self.entry, retriers) = (entry, list)
    }

    /// The clause `retry …`; nil where it does not say it all.
    static func clause(_ entry: DataEntry) -> String? {
        guard let list = entry.value.list, list.count == 1, let only = list.first?.map else { return nil }
        let errors = (only.peek("ErrorEquals")?.list ?? []).compactMap(\.text)
        guard errors == ["States.ALL"] || errors == ["States.Timeout"] else { return nil }
        _ = only["ErrorEquals"]
        let most = only["MaxAttempts"]?.int ?? 3
        guard most > 0 else { return nil }
        let interval = (only["IntervalSeconds"]?.float ?? 1) * 1000
        // Without a greatest delay there is none.
        let last = (only["MaxDelaySeconds"]?.float).map { $0 * 1000 } ?? max(interval, WfDuration.longMs)
        let jitter = only["JitterStrategy"]?.text == "FULL" ? " jitter" : ""
        let factor = only["BackoffRate"]?.float ?? 2
        let filter = errors == ["States.Timeout"] ? " on timeout" : ""
        return "retry \(min(most, 1000))\(filter) backoff \(WfDuration.text(ms: interval))"
            + "..\(WfDuration.text(ms: max(last, interval))) factor \(max(1, factor))\(jitter)"
    }

    /// Writes the loop; `work` is the result behind it.
    ///
    /// - Parameter clauses: writes the clauses of the call.
    func write(
        _ call: String, from span: Span, _ job: inout ImportJob, clauses: (inout ImportJob) -> Void
    ) {
        let records = retriers.map(record).joined(separator: ", ")
        job.writer.line("let retriers: [dynamic.Retrier] = [\(records)]", from: entry.keySpan)
        let counts = retriers.map { _ in "0" }.joined(separator: ", ")
        job.writer.open(
            "step tries = loop (counts: [Int] = [\(counts)], answer: Json = null, again: Bool = true) while again",
            from: entry.keySpan)
        job.writer.open("step tried: (Int, Json) = try", from: span)
        job.writer.line("step attempt: Json = \(call)", from: span)
        clauses(&job)
        job.writer.line("(-1, attempt)")
        job.writer.line("} catch error {")
        job.writer.line("let chosen = dynamic.retrier(retriers, counts, error)", from: entry.keySpan)
        job.writer.line("if chosen < 0 { fail dynamic.raised(error) } else { (chosen, null as Json) }")
        job.writer.close()
        var delay = "dynamic.retryDelay(retriers, counts, tried.0)"
        if retriers.contains(where: { $0["JitterStrategy"]?.text == "FULL" }) {
            job.writer.line("step chance = random()", from: entry.keySpan)
            delay = "dynamic.retryDelay(retriers, counts, tried.0, chance)"
        }
        job.writer.line("step pause = sleep(\(delay))", from: entry.keySpan)
        job.writer.indent(1)
        job.writer.line("when tried.0 >= 0", from: entry.keySpan)
        job.writer.indent(-1)
        job.writer.line("next (dynamic.counted(counts, tried.0), tried.1, tried.0 >= 0)")
        job.writer.close()
        job.writer.line("let work: Json = tries.answer", from: span)
    }

    private func record(_ retrier: DataNode) -> String {
        let errors = (retrier["ErrorEquals"]?.list ?? []).compactMap(\.text).map { WfText.string($0) }
        var fields = ["errors: [\(errors.joined(separator: ", "))]"]
        for (key, name) in [
            ("MaxAttempts", "most"), ("IntervalSeconds", "seconds"), ("BackoffRate", "rate"),
            ("MaxDelaySeconds", "secondsMost"),
        ] {
            guard let number = retrier[key]?.float else { continue }
            fields.append(
                "\(name): \(key == "MaxAttempts" ? "\(Int(max(0, min(number, 1e9))))" : "\(number)")")
        }
        if retrier["JitterStrategy"]?.text == "FULL" { fields.append("jitter: true") }
        return "dynamic.Retrier { \(fields.joined(separator: ", ")) }"
    }
}
