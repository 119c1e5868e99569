// What a step of an Argo template runs over.

import WfDiagnostics
import WfSource

extension ArgoWriter {
    mutating func items(_ loop: DataEntry, _ scope: inout ArgoScope, _ job: inout ImportJob) -> String {
        guard loop.key == "withSequence" else { return scope.items(loop.value, &job) }
        let start = loop.value["start"].map { number($0, &scope, &job) } ?? "0"
        let format = loop.value.map?.entry("format")
        if format == nil, let count = loop.value["count"] {
            let range =
                start == "0"
                ? "0..<\(number(count, &scope, &job))"
                : "\(start)..<(\(start) + \(number(count, &scope, &job)))"
            return "(\(range)).toList().map(n => \"{n}\" as Json)"
        }
        usesRunner = true
        let end =
            loop.value["count"].map { "\(start) + \(number($0, &scope, &job)) - 1" }
            ?? loop.value["end"].map { number($0, &scope, &job) } ?? start
        let pattern = format?.value.scalarText ?? "%d"
        if !ArgoWriter.isPattern(pattern), let format {
            job.add(.dialectNotActedOn("`format`", in: "`withSequence`", at: format.keySpan))
            return "runner.sequence(\(start), \(end), \"%d\")"
        }
        return "runner.sequence(\(start), \(end), \(WfText.string(pattern)))"
    }

    /// Whether a format has one number in it that is written in a known way: `%d`, `%03d`, `%x`, `%02X`.
    private static func isPattern(_ format: String) -> Bool {
        let parts = format.split(separator: "%", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let verb = parts[1].drop(while: \.isNumber).first
        return verb.map { "dxX".contains($0) } ?? false
    }

    func number(_ node: DataNode, _ scope: inout ArgoScope, _ job: inout ImportJob) -> String {
        if let text = node.scalarText, let number = Int(text) { return "\(number)" }
        return "(\(scope.text(node, &job)).toInt() ?? 0)"
    }
}
