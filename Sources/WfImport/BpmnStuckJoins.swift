// A parallel gateway of an executable process that may wait for ever. What it would do is what is written: it goes on when
// each of its arrows has been taken, and waits otherwise; a signal lets somebody go on with it.
import WfDiagnostics
import WfSource

extension BpmnFlowWriter {
    /// Whether the process says that it is meant to be executed.
    var isExecutable: Bool {
        model.attribute("isExecutable", model.scopes[shared.root(scopeIndex)].element) == "true"
    }

    /// Whether a node is a join that the proof has found to wait for ever.
    func isStuck(_ index: Int) -> Bool {
        nodes[index].kind == .parallel && nodes[index].incoming.count > 1 && isExecutable
            && shared.job.advice.relaxed.contains(span(index).start)
    }

    /// A node on an arrow that leads to such a join, so that it can be seen to have been taken.
    mutating func arrival(at index: Int) -> String {
        let name = names.take("to " + nodes[index].wf)
        extra.line("step \(name) = nop() -> \(nodes[index].wf)", from: span(index))
        arrivals[index, default: []].append(name)
        return name
    }

    /// Writes the joins, when all arrows to them are.
    mutating func writeStuckJoins() {
        for index in nodes.indices where isStuck(index) && reached[index] {
            let (name, origin) = (nodes[index].wf, span(index))
            let (all, wait) = (names.take(name + " all"), names.take(name + " waits"))
            let go = names.take(name + " goes on")
            signals.append(("\u{0}join \(index)", go))
            let next = single(nodes[index].outgoing, from: index)
            let taken = (arrivals[index] ?? []).map { "\($0) != null" }
            extra.line("any \(name) -> \(all)", from: origin)
            extra.line("choice \(all) {", from: origin)
            extra.indent(1)
            extra.line("\(taken.joined(separator: " && ")) -> \(next)", from: origin)
            extra.line("else -> \(wait)", from: origin)
            extra.indent(-1)
            extra.line("}")
            extra.line("step \(wait) = await \(go) -> \(next)", from: origin)
            shared.job.add(
                .bpmnNotRun(
                    title(index),
                    "not all its arrows can be sure to be taken; then it waits until the signal `\(go)`",
                    at: origin))
            settle(index)
        }
    }
}
