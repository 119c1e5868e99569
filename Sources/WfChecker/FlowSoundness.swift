// From the nodes of a flow to the net of its gates, and from the verdict about it to what its author is told.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension FlowState {
    /// The net of the flow. A step's events are choices and splits around it, but for those that go ways of their own; an
    /// event of the flow itself begins anew, since everything else has stopped, or adds a token if it comes.
    func net(needsValue: Bool) -> FlowNet {
        var net = FlowNet()
        net.needsValue = needsValue
        let source = net.add(.source)
        let detached = detachedEvents()
        let events = eventsByHost().map { $0.filter { !detached.contains($0) } }
        let sources = sources()
        var ways: [Int] = []
        var entries: [Int] = []
        let nothing = net.add(.end)
        for (index, element) in elements.enumerated() {
            let entry = net.add(gate(of: element), element: index)
            entries.append(entry)
            if isEnd(element) || element.role == .event
                || element.role == .pass && element.flow.join != .merge
            {
                ways.append(entry)
                continue
            }
            let count = sources[index].count + (element.role == .event ? 1 : 0)
            guard count > 1 else {
                ways.append(entry)
                continue
            }
            let merge = net.add(.merge)
            net.connect(merge, entry)
            ways.append(merge)
        }
        for (index, element) in elements.enumerated() where !isEnd(element) {
            var from = entries[index]
            if element.role == .step || element.role == .first {
                from = connect(events[index], of: element, from, &net, entries, nothing)
            }
            if element.role == .first { continue }
            if element.flow.targets.count > 1, net.nodes[from].gate == .merge || isJoin(element) {
                let split = net.add(.split)
                net.connect(from, split)
                from = split
            }
            var targets = element.flow.targets[...]
            if element.role == .fork, element.flow.hasElse, let other = targets.popLast() {
                // the last way alone, or some of the others
                net.connect(from, ways[other])
                let some = net.add(.inclusiveSplit)
                net.connect(from, some)
                from = some
            }
            for target in targets { net.connect(from, ways[target]) }
        }
        let split = connectStart(source, events[elements.count], &net, ways, entries, nothing)
        connectDetached(detached.sorted().map { entries[$0] }, split, &net, nothing)
        return net
    }

    private func isEnd(_ element: FlowElement) -> Bool {
        element.role == .end || element.role == .terminate || element.role == .fail
    }

    private func isJoin(_ element: FlowElement) -> Bool { element.flow.join != .merge }

    private func gate(of element: FlowElement) -> NetGate {
        switch element.role {
        case .choice, .first: return .choice
        case .fork: return element.flow.hasElse ? .choice : .inclusiveSplit
        case .end: return element.givesValue ? .valueEnd : .end
        case .terminate, .fail: return .terminate
        case .step, .event: return .merge
        case .pass:
            switch element.flow.join {
            case .merge: return .split
            case .all: return .join
            case .inclusive: return .inclusiveJoin
            }
        }
    }

    /// Puts the events of a step behind it; yields where its own arrows leave.
    private func connect(
        _ events: [Int], of element: FlowElement, _ from: Int, _ net: inout FlowNet, _ entries: [Int],
        _ nothing: Int
    ) -> Int {
        let beside = events.filter { elements[$0].flow.trigger == .parallel }
        let instead = events.filter { elements[$0].flow.trigger == .interrupting }
        var from = from
        if !beside.isEmpty {
            let split = net.add(.split)
            net.connect(from, split)
            for event in beside { connectMaybe(split, entries[event], &net, nothing) }
            from = split
            if !instead.isEmpty || element.role == .first {
                from = net.add(.choice)
                net.connect(split, from)
            }
        } else if !instead.isEmpty && element.role != .first {
            let choice = net.add(.choice)
            net.connect(from, choice)
            from = choice
        }
        for event in instead { net.connect(from, entries[event]) }
        if instead.isEmpty || element.role == .first { return from }
        let on = net.add(.split)
        net.connect(from, on)
        return on
    }

    /// An event that comes or does not.
    private func connectMaybe(_ from: Int, _ event: Int, _ net: inout FlowNet, _ nothing: Int) {
        let choice = net.add(.choice)
        net.connect(from, choice)
        net.connect(choice, event)
        net.connect(choice, nothing)
    }

    private func connectStart(
        _ source: Int, _ events: [Int], _ net: inout FlowNet, _ ways: [Int], _ entries: [Int], _ nothing: Int
    ) -> Int {
        let roots = net.add(.choice)
        net.connect(source, roots)
        let split = net.add(.split)
        net.connect(roots, split)
        for target in startTargets { net.connect(split, ways[target]) }
        for event in events {
            if elements[event].flow.trigger == .interrupting {
                net.connect(roots, entries[event])
            } else {
                connectMaybe(split, entries[event], &net, nothing)
            }
        }
        return split
    }

    /// One token beside everything else shows what the ways behind detached events are worth.
    private func connectDetached(
        _ entries: [Int], _ split: Int, _ net: inout FlowNet, _ nothing: Int
    ) {
        if entries.isEmpty { return }
        let choice = net.add(.choice)
        net.connect(split, choice)
        for entry in entries + [nothing] { net.connect(choice, entry) }
    }
}

extension ProgramChecker {
    /// Reports what keeps a flow from being sound.
    func proveSound(_ flow: FlowState, _ result: TypeId, _ owner: NodeId) {
        var net = flow.net(needsValue: result != .unit)
        func names(_ path: [Int]) -> [String] { ["start"] + path.map { flow.elements[$0].label } }
        let start = tree.span(tree.firstToken(flow.startStatement))
        switch net.verdict() {
        case .sound: break
        case .stuck(let path, let waiting):
            let place = waiting.first.map { flow.elements[$0].span } ?? start
            report(.flowStuck(names(path), waiting: waiting.map { flow.elements[$0].label }, at: place))
        case .crowded(let path, let at):
            let beside = at < 0 ? nil : flow.besideEvent(before: at).map { flow.elements[$0].label }
            report(
                .flowCrowded(
                    names(path), at: at < 0 ? start : flow.elements[at].span, label(at, flow), beside: beside)
            )
        case .twoValues(let path, let at):
            report(.flowTwoValues(names(path), at: at < 0 ? start : flow.elements[at].span))
        case .noValue(let path):
            report(
                .flowWithoutValue(
                    names(path), text(result), at: path.last.map { flow.elements[$0].span } ?? start))
        case .endless(let path):
            report(.flowEndless(names(path), at: path.last.map { flow.elements[$0].span } ?? start))
        case .dead(let element):
            report(.flowDead(flow.elements[element].label, at: flow.elements[element].span))
        case .tooLarge(let states): report(.flowTooLarge(states, at: start))
        }
    }

    private func label(_ element: Int, _ flow: FlowState) -> String {
        element < 0 ? "a gate" : "`\(flow.elements[element].label)`"
    }
}
