// One scope of a model as a flow: which nodes there are, what leads to what, and what they are called. How a single node
// reads stands in the files behind this one.
import WfDiagnostics
import WfSource

/// Writes one process or sub-process.
struct BpmnFlowWriter {
    let shared: BpmnImport
    let scopeIndex: Int
    var scope: BpmnScope
    var text = SourceWriter()
    /// Names of this flow: parameters, nodes, signals.
    var names = NameTable()
    /// The parameter that holds all variables at first.
    var data = "data"
    /// Signals by what the model calls them, in order.
    var signals: [(key: String, wf: String)] = []
    /// Nodes that the model does not have, written behind those that it has.
    var extra = SourceWriter()
    /// Gateways and links that are nothing but arrows.
    var transparent: [Bool] = []
    /// By throwing link event: the catching one.
    var links: [Int: Int] = [:]
    /// Nodes that a token can come to.
    var reached: [Bool] = []
    /// The shared end of what leads nowhere, once there is one.
    var finish: String?
    /// Nodes behind an event-based gateway, which are its arms.
    var arms: Set<Int> = []
    /// By arm of an event-based gateway: the signal it waits for.
    var armNames: [Int: String] = [:]
    /// The node whose instances are written into a flow of their own, where what is known is a parameter.
    var inside: Int?
    /// What the turn before has said, while a loop is written.
    var turnBefore: String?
    /// By join that may wait for ever: what stands on each of its arrows.
    var arrivals: [Int: [String]] = [:]
    /// Nodes on ways that come to no end.
    var endless: Set<Int> = []
    /// By node: what stands in front of it, and behind it, and sets variables.
    var before: [Int: String] = [:]
    var behind: [Int: String] = [:]
    /// By boundary event and event sub-process: the signals that bring something.
    var heard: [Int: [String]] = [:]
    /// Boundary events whose variables are written.
    var caught: Set<Int> = []
    /// By node: how much comes behind it, and whether it can be come to again.
    var heights: [Int] = []
    var circles: [Bool] = []
    /// By node: the name of what puts together all that has been said in front of it.
    var gatherings: [Int: String] = [:]
    /// How many nodes before a reader are asked.
    var sourcesMax = 64
    /// Whether all that the scope has said is asked, wherever it was said.
    var asksAll = false

    init(_ shared: BpmnImport, scope: Int) {
        self.shared = shared
        scopeIndex = scope
        self.scope = shared.model.scopes[scope]
    }

    var model: BpmnModel { shared.model }
    var nodes: [BpmnNode] { scope.nodes }

    func title(_ node: Int) -> String { model.title(scope.nodes[node].element) }
    func span(_ node: Int) -> Span { model.span(scope.nodes[node].element) }
    func settle(_ node: Int) { shared.job.settle(scope.nodes[node].ledger) }
    func notRun(_ node: Int, _ why: String) {
        shared.job.add(.bpmnNotRun(title(node), why, at: span(node)))
        settle(node)
    }

    // MARK: The whole

    mutating func write() {
        names.reserve(scope.wf)
        // A flow and the functions it calls share no name with its nodes.
        for other in model.scopes { names.reserve(other.wf) }
        for name in BpmnImport.words + shared.raised.values {
            names.reserve(name)
        }
        for case .instances(let loop) in nodes.map(\.loop) { names.reserve(itemName(loop.item)) }
        data = names.take("data")
        findLinks()
        findTransparent()
        unfold()
        let starts = startNodes()
        reach(from: starts)
        findEndless()
        (heights, circles) = BpmnOrder.heights(nodes.indices.map { successors($0) })
        nameNodes(starts)
        var body = SourceWriter()
        swap(&body, &text)
        text.indent(1)
        extra.indent(1)
        writeStart(starts)
        for (number, node) in order(from: starts).enumerated() {
            if number & 15 == 15 && shared.job.isLate() { return }
            write(node)
        }
        writeStuckJoins()
        text.append(extra)
        if let finish {
            let last = nodes.indices.filter { reached[$0] && nodes[$0].outgoing.isEmpty }
            text.line("end \(finish)\(yielded(behind: last))", from: model.span(scope.element))
        }
        swap(&body, &text)
        writeHead(starts)
        text.append(body)
        text.indent(-1)
        text.line("}")
        settleRest()
    }

    private mutating func writeHead(_ starts: [Int]) {
        let element = scope.element
        let title = scope.name.isEmpty ? scope.id : scope.name
        if !title.isEmpty { text.comment(title, documents: true) }
        if let prose = model.text(element, "documentation"), !prose.isEmpty, prose != title {
            if !title.isEmpty { text.line("///") }
            text.comment(prose, documents: true)
        }
        for start in starts where nodes[start].kind == .start { writeForm(of: start) }
        var list = ["\(data): Json = null"]
        if let which = startedBy, let first = starts.first {
            list.append("\(which): String = \(WfText.string(startTitle(first)))")
        }
        let result = shared.yieldsVariables(scopeIndex) ? " -> Json" : ""
        text.line("flow \(scope.wf)(\(list.joined(separator: ", ")))\(result) {", from: model.span(element))
        text.indent(1)
        for signal in signals { text.line("signal \(signal.wf): Json", from: model.span(element)) }
    }

    /// What a start event asks for, as prose.
    private mutating func writeForm(of start: Int) {
        let element = nodes[start].element
        let keys =
            ["formKey", "formRef"].compactMap { model.vendor($0, element) }
            + model.extensions(element, "formDefinition").compactMap {
                model.attribute("formKey", $0) ?? model.attribute("formId", $0)
            }
        let fields = ["formField", "formProperty"].flatMap { model.extensions(element, $0) }.map { field in
            model.take(field)
            let type = model.attribute("type", field).map { " (\($0))" } ?? ""
            return (model.attribute("id", field) ?? "") + type
        }
        if fields.isEmpty && keys.isEmpty { return }
        text.line("///")
        let form = keys.isEmpty ? "" : " by the form \(keys.joined(separator: ", "))"
        let asked = fields.isEmpty ? "the data of the start" : fields.joined(separator: ", ")
        text.comment("\(startTitle(start)) asks\(form) for \(asked).", documents: true)
    }

    /// The parameter that says which of several start events it is.
    var startedBy: String?

    private func startTitle(_ node: Int) -> String {
        nodes[node].name.isEmpty ? nodes[node].id : nodes[node].name
    }

    private mutating func writeStart(_ starts: [Int]) {
        if starts.isEmpty {
            // Nothing can be started: an empty flow, and all nodes are named.
            text.line("start -> \(finishName())", from: model.span(scope.element))
            return
        }
        let origin = span(starts[0])
        if nodes[starts[0]].kind == .start && starts.count > 1 {
            let which = names.take("startedBy")
            let gate = names.take("begin")
            startedBy = which
            text.line("start -> \(gate)", from: origin)
            text.indent(1)
            writeScopeEvents()
            text.indent(-1)
            text.line("choice \(gate) {", from: origin)
            text.indent(1)
            for start in starts.dropLast() {
                let target = single(nodes[start].outgoing, from: start)
                text.line("\(which) == \(WfText.string(startTitle(start))) -> \(target)", from: span(start))
            }
            if let last = starts.last {
                text.line("else -> \(single(nodes[last].outgoing, from: last))", from: span(last))
            }
            text.indent(-1)
            text.line("}")
        } else {
            var targets: [String] = []
            for start in starts {
                if nodes[start].kind == .start {
                    targets += arrows(start)
                } else {
                    targets.append(entry(start))
                }
            }
            text.line("start -> \(targets.joined(separator: ", "))", from: origin)
            text.indent(1)
            writeScopeEvents()
            text.indent(-1)
        }
        for start in starts where nodes[start].kind == .start {
            settle(start)
            noteStart(start)
        }
    }

    private func noteStart(_ start: Int) {
        if scope.isEventSubProcess { return }
        for event in nodes[start].events where event.trigger == .timer || event.trigger == .conditional {
            shared.job.add(.bpmnStart(title(start), at: span(start)))
        }
    }

    /// ` = known(…)` behind an end of a flow that yields what is known.
    func yielded(behind last: [Int]) -> String {
        shared.yieldsVariables(scopeIndex) ? " = \(known(behind: last))" : ""
    }

    /// What has not been written is named.
    private func settleRest() {
        for index in nodes.indices where !reached[index] {
            if nodes[index].isForCompensation {
                if !scope.handlers.values.contains(index) {
                    notRun(index, "no boundary event leads to it")
                } else if !shared.job.isSettled(nodes[index].ledger) {
                    notRun(index, "what it compensates is no step")
                }
                continue
            }
            if nodes[index].kind == .boundary && nodes[index].host == nil { continue }
            if nodes[index].kind == .boundary, nodes[index].hasTrigger, let host = nodes[index].host,
                reached[host]
            {
                continue
            }
            if nodes[index].kind == .boundary, !nodes[index].hasTrigger {
                notRun(index, "it has no trigger")
            } else {
                notRun(index, "nothing leads to it")
            }
        }
        for flow in scope.flows where !reached[flow.source] || arms.contains(flow.target) {
            shared.job.settle(flow.ledger)
        }
    }

    // MARK: Shape

    /// Copies what follows nodes where tokens can meet.
    private mutating func unfold() {
        let advice = shared.job.advice.unfolded
        if advice.isEmpty { return }
        let meant = nodes.indices.filter { advice.contains(span($0).start) }
        for index in meant where !shared.job.isLate() {
            let transparent = transparent
            scope.unfold(index) { $0 < transparent.count && transparent[$0] }
        }
        findLinks()
        findTransparent()
    }

    private mutating func findLinks() {
        for (index, node) in nodes.enumerated() where node.kind == .throwing && node.event(.link) != nil {
            links[index] = model.linkTargets(node, in: scope).first
        }
    }

    /// The link event that a throwing one leads to.
    func linkTarget(_ index: Int) -> Int? { links[index] }

    private mutating func findTransparent() {
        transparent = nodes.indices.map { index in
            let node = nodes[index]
            if linkTarget(index) != nil { return true }
            guard node.outgoing.count == 1, scope.flows[node.outgoing[0]].target != index else {
                return false
            }
            if node.kind == .catching && node.event(.link) != nil { return true }
            switch node.kind {
            case .exclusive: return scope.flows[node.outgoing[0]].condition == nil
            case .parallel, .inclusive: return node.incoming.count <= 1
            case .throwing: return !node.hasTrigger
            default: return false
            }
        }
        // A merge in front of a join is a node: the join counts its arrows.
        for index in nodes.indices where transparent[index] {
            let entries = nodes[index].incoming.count + (nodes[index].event(.link) != nil ? 2 : 0)
            guard let end = transparentEnd(index) else {
                transparent[index] = false
                continue
            }
            if entries > 1 && nodes[end].isJoin { transparent[index] = false }
        }
    }

    /// The node that a transparent one leads to; nil when it leads in a circle.
    private func transparentEnd(_ start: Int) -> Int? {
        var index = start
        var steps = 0
        while transparent[index] {
            steps += 1
            if steps > nodes.count { return nil }
            if let link = linkTarget(index) {
                index = link
            } else {
                guard let next = nodes[index].outgoing.first else { return nil }
                index = scope.flows[next].target
            }
        }
        return index
    }

    /// Where a scope begins: its start events, else what nothing leads to.
    private func startNodes() -> [Int] {
        let starts = nodes.indices.filter { nodes[$0].kind == .start }
        if !starts.isEmpty { return starts }
        return nodes.indices.filter { index in
            let node = nodes[index]
            if node.kind == .boundary || node.isForCompensation || !node.incoming.isEmpty { return false }
            if node.scope.map({ model.scopes[$0].isEventSubProcess }) == true { return false }
            return !(node.kind == .catching && node.event(.link) != nil)
        }
    }

    private mutating func reach(from starts: [Int]) {
        reached = [Bool](repeating: false, count: nodes.count)
        var waiting = starts
        for index in nodes.indices where isScopeEvent(index) { waiting.append(index) }
        while let index = waiting.popLast() {
            if reached[index] { continue }
            reached[index] = true
            waiting += successors(index)
        }
    }

    /// An event sub-process, which is begun by its event.
    func isScopeEvent(_ index: Int) -> Bool {
        nodes[index].scope.map { model.scopes[$0].isEventSubProcess } ?? false
    }

    /// The nodes that a token may come to next, boundary events included.
    func successors(_ index: Int) -> [Int] {
        var result = nodes[index].outgoing.map { scope.flows[$0].target }
        if let link = linkTarget(index) { result.append(link) }
        for boundary in nodes[index].boundaries where nodes[boundary].hasTrigger {
            if nodes[boundary].event(.compensate) == nil { result.append(boundary) }
        }
        return result
    }

    /// Nodes in the order of the way through the flow.
    private func order(from starts: [Int]) -> [Int] {
        var seen = [Bool](repeating: false, count: nodes.count)
        var result: [Int] = []
        var queue = starts + nodes.indices.filter { isScopeEvent($0) }
        var next = 0
        while next < queue.count {
            let index = queue[next]
            next += 1
            if seen[index] { continue }
            seen[index] = true
            result.append(index)
            queue += successors(index)
        }
        return result
    }

    private mutating func nameNodes(_ starts: [Int]) {
        for node in nodes where node.kind == .eventBased {
            for flow in node.outgoing where nodes[scope.flows[flow].target].incoming.count == 1 {
                arms.insert(scope.flows[flow].target)
            }
        }
        let order = order(from: starts)
        nameSignals(order)
        for index in order where !transparent[index] && !arms.contains(index) {
            let node = nodes[index]
            if node.kind == .start || node.kind == .boundary { continue }
            let wish =
                !node.name.isEmpty ? node.name : BpmnNames.isGenerated(node.id) ? "" : node.id
            scope.nodes[index].wf = names.take(wish, fallback: node.fallbackName)
        }
        for index in order where !nodes[index].wf.isEmpty || arms.contains(index) { nameMappings(index) }
        nameHeard(order)
        nameGatherings(order)
    }

    /// Nodes from which no end can be come to: a way out is made for them.
    private mutating func findEndless() {
        var ends: Set<Int> = []
        var before: [[Int]] = Array(repeating: [], count: nodes.count)
        for index in nodes.indices where reached[index] {
            let next = successors(index)
            if next.isEmpty { ends.insert(index) }
            for other in next { before[other].append(index) }
        }
        var waiting = Array(ends)
        while let index = waiting.popLast() {
            for other in before[index] where ends.insert(other).inserted { waiting.append(other) }
        }
        endless = Set(nodes.indices.filter { reached[$0] && !ends.contains($0) })
        // One way out for each circle: at an activity, from which all others of the circle are come to.
        var done: Set<Int> = []
        for index in endless.sorted() where [.activity, .subProcess, .call].contains(nodes[index].kind) {
            if done.contains(index) { continue }
            var inside = [index]
            done.insert(index)
            while let next = inside.popLast() {
                for other in before[next] where done.insert(other).inserted { inside.append(other) }
            }
            exits.insert(index)
        }
    }

    /// Activities that get a way out of a circle without end.
    var exits: Set<Int> = []

    // MARK: Arrows

    /// The name that an arrow leads to.
    mutating func route(_ flow: Int) -> String {
        shared.job.settle(scope.flows[flow].ledger)
        return entry(scope.flows[flow].target)
    }

    /// The name of a node, or of what stands behind it where it is nothing but an arrow.
    mutating func entry(_ start: Int) -> String {
        var index = start
        while transparent[index] {
            settle(index)
            if let link = linkTarget(index) {
                index = link
            } else {
                let next = nodes[index].outgoing[0]
                shared.job.settle(scope.flows[next].ledger)
                index = scope.flows[next].target
            }
        }
        return isStuck(index) ? arrival(at: index) : wayIn(index)
    }

    /// The end that what leads nowhere leads to.
    mutating func finishName() -> String {
        if let finish { return finish }
        let name = names.take("finish")
        finish = name
        return name
    }

    /// One name that stands for all the ways out.
    mutating func single(_ flows: [Int], from node: Int) -> String {
        if flows.isEmpty { return finishName() }
        if flows.count == 1 && scope.flows[flows[0]].condition == nil { return route(flows[0]) }
        let name = names.take(
            (nodes[node].name.isEmpty ? nodes[node].fallbackName : nodes[node].name) + " next")
        let origin = span(node)
        if flows.allSatisfy({ scope.flows[$0].condition == nil }) {
            let targets = apart(flows.map { route($0) }, origin)
            extra.line("split \(name) -> \(targets.joined(separator: ", "))", from: origin)
        } else {
            var gate = SourceWriter()
            writeConditionalGate(name, flows, of: node, into: &gate)
            extra.append(gate)
        }
        return name
    }

    /// The same where several arrows lead to the name: a join would wait for each of them.
    mutating func merged(_ flows: [Int], from node: Int) -> String {
        let name = single(flows, from: node)
        guard nodes.contains(where: { $0.wf == name && $0.isJoin }) else { return name }
        let merge = names.take("before " + name)
        extra.line("step \(merge) = nop() -> \(name)", from: span(node))
        return merge
    }

    /// The names behind a node that is no gateway: all its arrows, or a gate where they have conditions.
    mutating func arrows(_ node: Int) -> [String] {
        let flows = nodes[node].outgoing
        if flows.count > 1, flows.contains(where: { scope.flows[$0].condition != nil }) {
            return [single(flows, from: node)]
        }
        if flows.isEmpty { return [finishName()] }
        return apart(flows.map { route($0) }, span(node))
    }

    /// The same names, where one that is there twice is led to by way of a node of its own.
    mutating func apart(_ targets: [String], _ origin: Span) -> [String] {
        var seen: Set<String> = []
        return targets.map { target in
            if seen.insert(target).inserted { return target }
            let name = names.take("also " + target)
            extra.line("step \(name) = nop() -> \(target)", from: origin)
            return name
        }
    }

    /// A signal of the flow, declared once for what the model calls it.
    mutating func signal(_ key: String, fallback: String) -> String {
        let key = key.isEmpty ? fallback : key
        if let known = signals.first(where: { $0.key == key }) { return known.wf }
        let name = names.take(key, fallback: "received")
        signals.append((key, name))
        return name
    }
}

extension BpmnNode {
    /// What it is called when the model says nothing that can be read.
    var fallbackName: String {
        switch kind {
        case .start: return "begin"
        case .end: return "done"
        case .catching: return "awaited"
        case .throwing: return "said1"
        case .boundary: return "caught"
        case .activity: return tag == "task" ? "work" : String(tag)
        case .subProcess: return "inner"
        case .call: return "call"
        case .exclusive: return "decision"
        case .parallel: return isJoin ? "meet" : "fork"
        case .inclusive, .complex: return isJoin ? "gather" : "select"
        case .eventBased: return "whichever"
        }
    }
}
