// How gateways read as gates of a flow, and what becomes of ways out that have no condition.
import WfDiagnostics
import WfSource

extension BpmnFlowWriter {
    /// A way out of a gateway.
    private struct Way {
        let flow: Int
        /// The condition; nil for the default, and where there is none.
        var condition: String?
        var isDefault: Bool
    }

    // MARK: Exclusive

    mutating func writeExclusive(_ index: Int) {
        prose(index)
        let node = nodes[index]
        if node.outgoing.isEmpty {
            text.line("step \(node.wf) = nop() -> \(finishName())", from: span(index))
            return settle(index)
        }
        if node.outgoing.count == 1 {
            // A merge in front of a join, or a condition that is all there is.
            if scope.flows[node.outgoing[0]].condition == nil {
                text.line("step \(node.wf) = nop() -> \(route(node.outgoing[0]))", from: span(index))
                return settle(index)
            }
        }
        writeGate("choice", node.wf, node.outgoing, of: index)
        settle(index)
    }

    // MARK: Inclusive

    mutating func writeInclusive(_ index: Int) {
        prose(index)
        let node = nodes[index]
        if node.kind == .complex {
            shared.job.add(
                .bpmnNotRun(title(index), "it waits and splits as an inclusive gateway does", at: span(index))
            )
        }
        var name = node.wf
        if node.incoming.count > 1 {
            if node.outgoing.count <= 1 {
                text.line("any \(name) -> \(single(node.outgoing, from: index))", from: span(index))
                return settle(index)
            }
            let fork = names.take(name + " fork")
            text.line("any \(name) -> \(fork)", from: span(index))
            name = fork
        }
        if node.outgoing.isEmpty {
            text.line("step \(name) = nop() -> \(finishName())", from: span(index))
        } else {
            writeGate("any", name, node.outgoing, of: index)
        }
        settle(index)
    }

    /// Ways out of an activity, some with conditions: each whose condition holds is taken.
    mutating func writeConditionalGate(
        _ name: String, _ flows: [Int], of index: Int, into target: inout SourceWriter
    ) {
        swap(&text, &target)
        writeGate("any", name, flows, of: index)
        swap(&text, &target)
    }

    // MARK: Both

    private mutating func writeGate(_ gate: String, _ name: String, _ flows: [Int], of index: Int) {
        var ways = flows.map { flow -> Way in
            let isDefault = nodes[index].defaultFlow == flow
            let condition =
                isDefault ? nil : scope.flows[flow].condition.flatMap { value($0, .bool, at: index) }
            return Way(flow: flow, condition: condition, isDefault: isDefault)
        }
        noteUntranslated(flows, ways.map(\.condition), index)
        let open = ways.filter { $0.condition == nil && !$0.isDefault }
        if open.count == 1, open.count < ways.count, !ways.contains(where: \.isDefault),
            scope.flows[open[0].flow].condition == nil, gate == "choice"
        {
            // What is left when all others are ruled out.
            for place in ways.indices where ways[place].flow == open[0].flow { ways[place].isDefault = true }
        } else if gate == "any", nodes[index].kind != .inclusive, nodes[index].kind != .complex {
            takeUnconditional(&ways)
        }
        if ways.contains(where: { $0.condition == nil && !$0.isDefault }) {
            return writeDecision(gate, name, flows, of: index)
        }
        writeArms(gate, name, ways, of: index)
    }

    /// Behind an activity an arrow without a condition is always taken, and the default where no condition holds.
    private func takeUnconditional(_ ways: inout [Way]) {
        let conditions = ways.compactMap(\.condition)
        var isAlways = false
        for place in ways.indices where ways[place].condition == nil && !ways[place].isDefault {
            guard scope.flows[ways[place].flow].condition == nil else { continue }
            ways[place].condition = "true"
            isAlways = true
        }
        guard isAlways, let other = ways.firstIndex(where: \.isDefault) else { return }
        let any = conditions.map { "(\($0))" }.joined(separator: " || ")
        ways[other].condition = any.isEmpty ? "true" : "!(\(any))"
        ways[other].isDefault = false
    }

    private mutating func writeArms(_ gate: String, _ name: String, _ ways: [Way], of index: Int) {
        text.line("\(gate) \(name) {", from: span(index))
        text.indent(1)
        // The default stands last.
        let targets = apart(
            (ways.filter { !$0.isDefault } + ways.filter(\.isDefault)).map { route($0.flow) }, of: gate, index
        )
        for (way, target) in zip(ways.filter { !$0.isDefault } + ways.filter(\.isDefault), targets) {
            let origin = model.span(scope.flows[way.flow].element)
            text.line("\(way.isDefault ? "else" : way.condition ?? "true") -> \(target)", from: origin)
        }
        text.indent(-1)
        text.line("}")
    }

    /// A choice may lead twice to one node; ways that are taken together may not.
    private mutating func apart(_ targets: [String], of gate: String, _ index: Int) -> [String] {
        gate == "choice" ? targets : apart(targets, span(index))
    }

    private func noteUntranslated(_ flows: [Int], _ conditions: [String?], _ index: Int) {
        for (flow, condition) in zip(flows, conditions) where condition == nil {
            guard let text = scope.flows[flow].condition, nodes[index].defaultFlow != flow else { continue }
            shared.job.add(
                .bpmnExpression(
                    model.title(scope.flows[flow].element), text.text, at: model.span(text.element)))
        }
    }

    /// Ways out without conditions: somebody says which, by its name.
    private mutating func writeDecision(_ gate: String, _ name: String, _ flows: [Int], of index: Int) {
        let outcomes = outcomes(flows)
        let isMany = gate == "any"
        let way = names.take(name + " way")
        let title = titleText(index)
        shared.job.add(.bpmnDecision(self.title(index), outcomes, at: span(index)))
        let list = "[\(outcomes.map { WfText.string($0) }.joined(separator: ", "))]"
        let lane = nodes[index].lane.isEmpty ? "" : ", role: \(WfText.string(nodes[index].lane))"
        let input = self.input(index, [(isMany ? "anyOf" : "oneOf", list)])
        text.line(
            "step \(name) = \(shared.workWord(scopeIndex))(\(WfText.string(title)), \(input)\(lane)) -> \(way)",
            from: span(index))
        text.line("\(gate) \(way) {", from: span(index))
        text.indent(1)
        let targets = apart(flows.map { route($0) }, of: gate, index)
        for ((flow, outcome), target) in zip(zip(flows, outcomes), targets) {
            let origin = model.span(scope.flows[flow].element)
            let test =
                isMany
                ? "((\(name) as? [String]) ?? []).contains(\(WfText.string(outcome)))"
                : "\(name) == \(WfText.string(outcome))"
            text.line("\(test) -> \(target)", from: origin)
        }
        text.indent(-1)
        text.line("}")
    }

    /// What ways out are called: by their own names, else by where they lead, each once.
    private func outcomes(_ flows: [Int]) -> [String] {
        var taken: Set<String> = []
        return flows.map { flow in
            let target = nodes[scope.flows[flow].target]
            let name = scope.flows[flow].name
            let wish = name.isEmpty ? (target.name.isEmpty ? target.tag : target.name) : name
            var result = wish
            var number = 2
            while !taken.insert(result).inserted {
                result = "\(wish) (\(number))"
                number += 1
            }
            return result
        }
    }

    // MARK: Parallel and event-based

    mutating func writeParallel(_ index: Int) {
        prose(index)
        if isStuck(index) { return }
        let node = nodes[index]
        let targets =
            node.outgoing.isEmpty ? [finishName()] : apart(node.outgoing.map { route($0) }, span(index))
        var word = node.incoming.count > 1 ? "join" : "split"
        if word == "join" { shared.job.joins.insert(span(index).start) }
        if word == "join", shared.job.advice.relaxed.contains(span(index).start), targets.count == 1 {
            word = "any"
            shared.job.add(
                .bpmnNotRun(
                    title(index), "not all its arrows can be sure to be taken; it waits for those that are",
                    at: span(index)))
        }
        text.line("\(word) \(node.wf) -> \(targets.joined(separator: ", "))", from: span(index))
        settle(index)
    }

    mutating func writeEventBased(_ index: Int) {
        prose(index)
        let node = nodes[index]
        text.line("first \(node.wf) {", from: span(index))
        text.indent(1)
        for flow in node.outgoing {
            shared.job.settle(scope.flows[flow].ledger)
            writeEventArm(scope.flows[flow].target, of: index)
        }
        text.indent(-1)
        text.line("}")
        for flow in node.outgoing where arms.contains(scope.flows[flow].target) {
            writeOutputs(scope.flows[flow].target)
        }
        if node.outgoing.isEmpty { notRun(index, "nothing follows it") }
        settle(index)
    }
}
