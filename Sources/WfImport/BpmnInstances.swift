// Activities that are done several times: standard loops, and instances side by side or one after another. Where a
// condition says that enough of them are done, they stand in a flow of their own, which ends when it holds.
import WfDiagnostics
import WfSource

extension BpmnFlowWriter {
    private static let turnsMax = 1_000_000

    /// A call done several times.
    ///
    /// - Parameter undo: what undoes it, as a clause; empty for nothing.
    mutating func looped(_ index: Int, _ call: String, _ undo: String) -> String {
        switch nodes[index].loop {
        case .none: return call + undo
        case .standard(let text, let testBefore, let maximum):
            return turns(index, call + undo, text, testBefore, maximum)
        case .instances(let loop):
            if inside == index { return instancesFlow(index, loop, call, undo) }
            if let completion = loop.completion {
                shared.job.add(
                    .bpmnNotRun(
                        title(index), "all instances are done, whatever `\(completion.text.prefix(60))` says",
                        at: model.span(completion.element)))
            }
            let limit = loop.isSequential ? " limit 1" : ""
            let each = instanceSaying(index, loop, call, undo)
            let list = instances(index, loop)
            return "\(forEach(index, loop, list.isList ? list.text : "", list.range))\(limit) { \(each) }"
        }
    }

    private mutating func turns(
        _ index: Int, _ call: String, _ text: BpmnText?, _ testBefore: Bool, _ maximum: Int?
    ) -> String {
        var condition = text.flatMap { value($0, .bool, at: index) }
        if let text, condition == nil {
            shared.job.add(.bpmnExpression(title(index), text.text, at: model.span(text.element)))
        }
        if text == nil {
            shared.job.add(
                .bpmnNotRun(title(index), "its loop has no condition; it is done once", at: span(index)))
        }
        condition = condition ?? "false"
        let again = testBefore ? "(\(condition ?? ""))" : "(turn == 0 || (\(condition ?? "")))"
        let most = " && turn < \(maximum ?? BpmnFlowWriter.turnsMax)"
        guard turnBefore != nil, !call.hasPrefix("emit(") else {
            return "loop (turn: Int = 0) while \(again)\(most) { step again = \(call); next (turn + 1) }"
        }
        shared.needsKnown = true
        return "loop (turn: Int = 0, last: Json = null) while \(again)\(most) "
            + "{ step again = \(call); next (turn + 1, known(last, [again])) }"
    }

    /// What each instance does, and what is kept of it where the model computes that.
    private mutating func instanceSaying(
        _ index: Int, _ loop: BpmnInstances, _ call: String, _ undo: String
    ) -> String {
        guard keptText(index, loop) != nil, nodes[index].instanceEvent == nil else {
            return instanceCall(index, call, undo)
        }
        let one = names.take("one")
        guard let kept = computed(index, loop, of: one) else { return instanceCall(index, call, undo) }
        return "step \(one) = \(call)\(undo); \(kept)"
    }

    /// What is kept of each instance, where that is more than a member of what it has said: what is computed of it, or what its
    /// vendor maps in each.
    private func keptText(_ index: Int, _ loop: BpmnInstances) -> BpmnText? {
        if let computed = loop.computed { return computed }
        if loop.result.isEmpty || shared.instanceOutputs(nodes[index]).isEmpty {
            return nil
        }
        return BpmnText(text: loop.result, language: "name", element: nodes[index].element)
    }

    /// Whether that is known of each: not where they run side by side and some may not come to their end.
    func keepsMapped(_ index: Int, _ loop: BpmnInstances) -> Bool {
        loop.computed == nil && keptText(index, loop) != nil
            && (loop.isSequential || !needsInstancesFlow(index))
    }

    /// What is computed of what an instance has said; nil where nothing is, or it cannot be said.
    private func computed(_ index: Int, _ loop: BpmnInstances, of said: String) -> String? {
        guard let text = keptText(index, loop), yieldsJson(index), let expression = shared.expression(text)
        else { return nil }
        let isInside = inside == index
        let outputs = mapped(index, loop, of: said, readBy: expression)
        let one = outputs ?? said
        let writer = ExpressionWriter {
            counter($0, of: index)
        } read: { name in
            if !loop.item.isEmpty, name == loop.item { return itemName(loop.item) }
            return (isInside ? "known(data, [\(one)])" : gatheredAt(index, [one])) + WfText.member(name)
        }
        guard let found = writer.text(expression, .json) else { return nil }
        shared.needsKnown = true
        _ = model.attribute("outputElement", text.element)
        return shared.using(found)
    }

    /// What is mapped in an instance of what it has said, as an object; nil without anything.
    private func mapped(
        _ index: Int, _ loop: BpmnInstances, of one: String, readBy reader: ForeignExpression
    ) -> String? {
        let isInside = inside == index
        let own = model.marks.looking { shared.localInputs(nodes[index]) }
        let read = { (name: String) -> String in
            if !loop.item.isEmpty, name == loop.item { return itemName(loop.item) }
            let said = [one] + (given(name, own, at: index).map { [$0] } ?? [])
            return
                (isInside
                ? "known(data, [\(said.reversed().joined(separator: ", "))])" : gatheredAt(index, said))
                + WfText.member(name)
        }
        var tree: [(target: String, text: String)] = []
        for output in shared.instanceOutputs(nodes[index])
        where reader.mentions(String(output.target.prefix { $0 != "." })) {
            let element = output.text.element
            model.take(element)
            _ = (model.attribute("target", element), model.attribute("source", element))
            let writer = ExpressionWriter(number: { counter($0, of: index) }, read: read)
            guard let expression = shared.expression(output.text),
                let found = shared.using(writer.text(expression, .json))
            else {
                noteExpression(output.text, index)
                continue
            }
            tree.append((output.target, found))
        }
        if tree.isEmpty { return nil }
        let base = { (target: String) -> String in
            (isInside ? "data" : gatheredAt(index)) + WfText.member(target)
        }
        return "({ \(BpmnFlowWriter.object(tree, base: base)) } as Json)"
    }

    /// What the instances of an activity are: a list, or a number.
    private mutating func instances(_ index: Int, _ loop: BpmnInstances) -> (
        text: String, isList: Bool, range: String
    ) {
        if let collection = loop.collection {
            if let list = value(collection, .list, at: index) { return (list, true, list) }
            shared.job.add(.bpmnExpression(title(index), collection.text, at: model.span(collection.element)))
        } else if let count = loop.count {
            if let number = value(count, .int, at: index) { return (number, false, "0..<\(number)") }
            shared.job.add(.bpmnExpression(title(index), count.text, at: model.span(count.element)))
        } else {
            shared.job.add(
                .bpmnNotRun(
                    title(index), "nothing says for how many instances; it is done once", at: span(index)))
        }
        return ("1", false, "0..<1")
    }

    // MARK: their numbers

    /// `for x in xs`, with the number of each where the model speaks of it.
    ///
    /// - Parameter list: what holds the items; empty where they are numbers.
    private func forEach(_ index: Int, _ loop: BpmnInstances, _ list: String, _ range: String) -> String {
        let item = itemName(loop.item)
        guard countsInstances(index) else { return "for \(item) in \(range)" }
        let all = list.isEmpty ? "(\(range)).toList()" : list
        return "for (loopCounter, \(item)) in \(all).enumerated()"
    }

    /// Whether a node, or what is in it, speaks of the number of its instance.
    func countsInstances(_ index: Int) -> Bool { speaks(of: "loopCounter", index) }

    private func speaks(of name: String, _ index: Int) -> Bool {
        guard case .instances = nodes[index].loop else { return false }
        return shared.mentions(name, in: nodes[index].kind == .call ? 0 : nodes[index].element)
    }

    /// The number of an instance, or how many there are, inside one; nil for other names.
    func counter(_ name: String, of index: Int) -> String? {
        guard case .instances(let loop) = nodes[index].loop else { return nil }
        switch name {
        case "loopCounter" where countsInstances(index):
            return loop.countsFromOne ? "(loopCounter + 1)" : "loopCounter"
        case "nrOfInstances", "numberOfInstances": return total(index, loop)
        default: return nil
        }
    }

    private func total(_ index: Int, _ loop: BpmnInstances) -> String? {
        if inside == index { return loop.collection == nil ? "items" : "items.count" }
        if let collection = loop.collection {
            return value(collection, .list, at: index).map { "\($0).count" }
        }
        return loop.count.flatMap { value($0, .int, at: index) }
    }

    /// What an instance is told of its number, where the model speaks of it.
    func counters(of index: Int) -> [(String, String)] {
        ["loopCounter", "nrOfInstances"].compactMap { name in
            speaks(of: name, index) ? counter(name, of: index).map { (name, $0) } : nil
        }
    }

    // MARK: enough of them

    /// Whether the instances of a node stand in a flow of their own, because a condition can say that enough are done.
    func needsInstancesFlow(_ index: Int) -> Bool {
        guard case .instances(let loop) = nodes[index].loop, let completion = loop.completion,
            nodes[index].instanceEvent == nil
        else { return false }
        return enough(completion, at: index, done: "done", total: "total") != nil
    }

    /// The condition of type `Bool`, asked when an instance has ended.
    private func enough(_ text: BpmnText, at index: Int, done: String, total: String) -> String? {
        guard let expression = shared.expression(text) else { return nil }
        var fromOne = false
        if case .instances(let loop) = nodes[index].loop { fromOne = loop.countsFromOne }
        let writer = ExpressionWriter { name in
            switch name {
            case "nrOfCompletedInstances", "numberOfCompletedInstances", "completedInstances": return done
            case "nrOfInstances", "numberOfInstances": return total
            case "nrOfActiveInstances", "numberOfActiveInstances": return "(\(total) - \(done))"
            case "numberOfTerminatedInstances", "numberOfTerminations": return "0"
            case "loopCounter": return fromOne ? done : "(\(done) - 1)"
            default: return nil
            }
        } read: { name in
            "known(data, [last])" + WfText.member(name)
        }
        return shared.using(writer.text(expression, .bool))
    }

    /// Writes the flow of a node's instances, and yields the call of it.
    ///
    /// - Parameter call: what an instance does, which reads what is known as `data`.
    private mutating func instancesFlow(
        _ index: Int, _ loop: BpmnInstances, _ call: String, _ undo: String
    ) -> String {
        inside = nil
        let list = instances(index, loop)
        inside = index
        let flow = shared.job.names.take(nodes[index].wf + " instances")
        let total = list.isList ? "items.count" : "items"
        guard let completion = loop.completion,
            let enough = enough(completion, at: index, done: "done", total: total)
        else { return call }
        shared.needsKnown = true
        let item = itemName(loop.item)
        let origin = span(index)
        let value = yieldsJson(index) ? "one" : "(null as Json)"
        var more = SourceWriter()
        more.line("")
        more.comment("\(titleText(index)): until enough of its instances are done", documents: true)
        more.line(
            "flow \(flow)(data: Json, items: \(list.isList ? "[Json]" : "Int")) -> [Json] {", from: origin)
        more.indent(1)
        let isMore = "done < \(total) && (done == 0 || !(\(enough)))"
        let state = "(done: Int = 0, said: [Json] = [], last: Json = null)"
        if loop.isSequential {
            more.line("start -> allDone", from: origin)
            let kept = computed(index, loop, of: "one") ?? value
            let next = "next (done + 1, said + [\(kept)], known(last, [\(value)]))"
            let number = countsInstances(index) ? "; let loopCounter = done" : ""
            let each =
                "let \(item) = \(list.isList ? "items[done]" : "done")\(number); step one = \(call)\(undo)"
            more.line(
                "step allDone = loop \(state) while \(isMore) { \(each); \(next) } -> enough", from: origin)
            more.line("end enough = allDone.said", from: origin)
        } else {
            let range = list.isList ? "items" : "0..<items"
            let tell = "step told = raise(\"instanceDone\", \(value)) after one; \(value)"
            more.line("signal instanceDone: Json", from: origin)
            more.line("start -> allDone, counted", from: origin)
            more.line(
                "step allDone = \(forEach(index, loop, list.isList ? "items" : "", range)) { step one = \(call)\(undo); \(tell) } -> all",
                from: origin)
            let next = "next (done + 1, said + [one], known(last, [one]))"
            more.line(
                "step counted = loop \(state) while \(isMore) { step one = await instanceDone; \(next) } -> enough",
                from: origin)
            more.line("terminate all = allDone", from: origin)
            more.line("terminate enough = counted.said", from: origin)
        }
        more.indent(-1)
        more.line("}")
        shared.instanceFlows.append(more)
        inside = nil
        return "\(flow)(\(known(at: index)), \(list.text))"
    }

    /// Whether what an activity does yields what somebody has said.
    private func yieldsJson(_ index: Int) -> Bool {
        let node = nodes[index]
        if let inner = node.scope, !model.scopes[inner].nodes.isEmpty { return shared.yieldsVariables(inner) }
        if node.kind == .call { return calledScope(index).map { shared.yieldsVariables($0) } ?? true }
        return !isEmit(index)
    }
}
