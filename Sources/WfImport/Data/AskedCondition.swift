// A condition that is not translated becomes a decision of somebody's, asked where it would be looked at: a work item whose
// answer is yes or no. What depends on it neither runs unasked nor is left out unsaid.
import WfSource

/// Writes the question for a condition.
enum AskedCondition {
    /// - Parameters:
    ///   - name: of the question.
    ///   - after: what has ended before the question.
    ///   - when: what has to hold for the question to be asked.
    /// - Returns: the condition to write in place of the other.
    static func write(
        _ words: String, name: String, after: [String] = [], when condition: String? = nil, from span: Span,
        into out: inout SourceWriter
    ) -> String {
        out.line(
            "step \(name) = task(\(WfText.string("Does it hold? " + words)), { \"oneOf\": [\"yes\", \"no\"] })",
            from: span)
        out.indent(1)
        if !after.isEmpty { out.line("after \(after.joined(separator: ", "))", from: span) }
        if let condition { out.line("when \(condition)", from: span) }
        out.indent(-1)
        return condition == nil ? "\(name) == \"yes\"" : "(\(name) ?? null) == \"yes\""
    }

    /// A name for the question about a step, which no other step has.
    static func name(of step: String, beside steps: some Sequence<String>) -> String {
        let taken = Set(steps)
        var name = step + "IsMeant"
        while taken.contains(name) { name += "Too" }
        return name
    }
}
