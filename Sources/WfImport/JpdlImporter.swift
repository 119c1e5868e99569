// jPDL 3 (JBoss jBPM) to a flow. Handlers written in Java become work items with the class as their role: whoever runs
// that code claims and completes them.
import WfDiagnostics
import WfSource

/// The dialect of jBPM 3.
struct JpdlImporter: Importer {
    let name = "jPDL 3"

    var prose: Set<String> { ["name", "description", "version", "config-type"] }

    func recognises(_ document: ImportDocument) -> Bool {
        guard case .xml(let xml) = document, xml.root.name == "process-definition" else { return false }
        let namespace = xml.namespace(xml.root)
        return namespace.isEmpty && !PatternImporter.isPattern(xml)
            || namespace.hasPrefix("urn:jbpm.org:jpdl")
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard case .xml(let xml) = document else { return }
        var process = JpdlProcess(xml: xml)
        process.read(&job)
        if job.hasErrors { return }
        var writer = JpdlWriter(process)
        writer.write(&job)
    }
}

/// Writes a process as a flow.
private struct JpdlWriter {
    private let process: JpdlProcess
    private var names = NameTable()
    /// Where a token that comes to a node goes first, by node.
    private var entries: [String] = []
    /// The nodes themselves.
    private var own: [String] = []
    private var reached: [Bool] = []
    private var signals: [String] = []
    private var durations: [(name: String, about: String)] = []
    private var text = SourceWriter()
    private let hasForks: Bool
    /// Where a token of a branch comes to a join, by the join, the node it comes from and the number of its transition.
    private var arrivals: [JpdlArrival: String] = [:]

    init(_ process: JpdlProcess) {
        self.process = process
        hasForks = process.nodes.contains { $0.kind == .fork }
    }

    mutating func write(_ job: inout ImportJob) {
        let title = process.attribute("name", 0) ?? ""
        var tops = job.names
        let name = tops.take(title, fallback: "main")
        job.names = tops
        names.reserve(name)
        names.reserve("data")
        checkTargets(&job)
        if job.hasErrors { return }
        reach()
        for node in process.nodes {
            own.append(names.take(node.name, fallback: "node"))
            entries.append(node.enter.isEmpty ? own[own.count - 1] : names.take(node.name + " enter"))
        }
        text.indent(1)
        if hasForks { gather(&job) }
        for number in process.nodes.indices {
            if number & 255 == 255 && job.isLate() { return }
            if reached[number] { write(number, &job) } else { leaveOut(process.nodes[number], &job) }
        }
        text.indent(-1)
        let prose = process.xml.child("description", of: 0).map {
            SourceWriter.trimmed(process.xml.elements[$0].text)
        }
        job.writer.comment(
            prose ?? "The process \(title) of jBPM.", documents: true, from: process.xml.root.span)
        for duration in durations {
            job.writer.comment("`\(duration.name)`: \(duration.about).", documents: true)
        }
        let parameters = durations.map { "\($0.name): Duration" } + ["data: Json = null"]
        job.writer.line("flow \(name)(\(parameters.joined(separator: ", "))) {", from: process.xml.root.span)
        for signal in signals { job.writer.line("    signal \(signal): Json") }
        job.writer.append(text)
        job.writer.line("}")
    }

    private func checkTargets(_ job: inout ImportJob) {
        for node in process.nodes {
            for transition in node.transitions where process.target(transition.to, from: node) == nil {
                job.add(
                    .jpdlUnknownTarget(transition.to, of: node.path, at: process.span(transition.element)))
            }
            if node.transitions.isEmpty && node.kind != .end {
                job.add(.jpdlNoTransition(node.path, node.kind.rawValue, at: process.span(node.element)))
            }
        }
    }

    private mutating func reach() {
        reached = [Bool](repeating: false, count: process.nodes.count)
        var waiting = process.nodes.indices.filter { process.nodes[$0].kind == .start }
        while let number = waiting.popLast() {
            if reached[number] { continue }
            reached[number] = true
            for transition in process.nodes[number].transitions {
                if let target = process.target(transition.to, from: process.nodes[number]) {
                    waiting.append(target)
                }
            }
        }
    }

    private func settle(_ node: JpdlNode, _ job: inout ImportJob) {
        job.settle(node.ledger)
        for handler in node.enter + node.leave + node.actions { job.settle(handler.ledger) }
        for transition in node.transitions {
            job.settle(transition.ledger)
            for handler in transition.handlers { job.settle(handler.ledger) }
        }
        for task in node.tasks { job.settle(task.ledger) }
        for timer in node.timers { job.settle(timer.ledger) }
    }

    private func leaveOut(_ node: JpdlNode, _ job: inout ImportJob) {
        job.add(.jpdlNotRun(node.path, "no transition leads to it", at: process.span(node.element)))
        settle(node, &job)
    }

    // MARK: Nodes

    private mutating func write(_ number: Int, _ job: inout ImportJob) {
        let node = process.nodes[number]
        let span = process.span(node.element)
        if !node.enter.isEmpty, !isGathered(number) {
            write(node.enter, as: entries[number], to: [own[number]], &job)
        }
        switch node.kind {
        case .start: writeStart(node, span, &job)
        case .end: text.line("end \(own[number])", from: span)
        case .fork: text.line("split \(own[number]) \(arrow(ways(number, &job)))", from: span)
        case .join:
            let next = ways(number, &job)
            if hasForks {
                text.line("join \(own[number]) \(arrow(next))", from: span)
            } else {
                // Nothing runs side by side, so nothing is waited for.
                text.line("choice \(own[number]) { true -> \(next[0]) }", from: span)
            }
        case .decision: writeStep(number, decision(node, &job), &job)
        case .state:
            let signal = names.take(node.name + " signal")
            signals.append(signal)
            writeStep(number, "await \(signal)", &job)
        case .task: writeStep(number, tasks(node), &job)
        case .node: writeStep(number, actions(node, &job), &job)
        case .mail: writeStep(number, node.actions.isEmpty ? mail(node, &job) : actions(node, &job), &job)
        case .subProcess:
            let inner = process.xml.child("sub-process", of: node.element).flatMap {
                process.attribute("name", $0)
            }
            job.add(.jpdlSubProcess(inner ?? node.name, at: span))
            writeStep(number, item(inner ?? node.name, role: "process"), &job)
        }
        nameTheRest(node, &job)
        settle(node, &job)
    }

    /// What a node of its kind does not act on.
    private func nameTheRest(_ node: JpdlNode, _ job: inout ImportJob) {
        if ![.node, .mail, .decision].contains(node.kind) {
            for handler in node.actions {
                job.add(.jpdlNotRun(handler.name, "only a `node` runs it", at: process.span(handler.element)))
            }
        } else if node.kind == .decision {
            for handler in node.actions.dropFirst() {
                job.add(.jpdlNotRun(handler.name, "one decides", at: process.span(handler.element)))
            }
        }
        if ![.task, .start].contains(node.kind) {
            for task in node.tasks {
                job.add(
                    .jpdlNotRun(task.name, "only a `task-node` has it done", at: process.span(task.element)))
            }
        }
        if [.start, .end, .fork, .join].contains(node.kind) {
            for timer in node.timers {
                job.add(.jpdlNotRun("timer", "nothing is waited for", at: process.span(timer.element)))
            }
        }
        if node.kind != .decision {
            for transition in node.transitions {
                guard let condition = transition.condition else { continue }
                job.add(.jpdlCondition(condition, at: process.span(transition.element)))
            }
        }
    }

    /// A mail is somebody's work.
    private func mail(_ node: JpdlNode, _ job: inout ImportJob) -> String {
        job.add(
            .dialectExternalTask(
                "the mail `\(node.name)`", "a mail server", role: "mail", at: process.span(node.element)))
        var fields = ["data"]
        for name in ["template", "actors", "to", "subject", "text"] {
            let child = process.xml.child(name, of: node.element).map { process.xml.words(of: $0) }
            if let value = process.attribute(name, node.element) ?? child {
                fields.append("\(name): \(WfText.string(value))")
            }
        }
        return item(node.name, role: "mail", "{ \(fields.joined(separator: ", ")) }")
    }

    private mutating func writeStart(_ node: JpdlNode, _ span: Span, _ job: inout ImportJob) {
        for task in node.tasks {
            job.add(
                .jpdlNotRun(
                    task.name, "the run's input is given when it is started", at: process.span(task.element)))
        }
        let number = process.numbers[node.path] ?? 0
        text.line("start -> \(ways(number, &job)[0])", from: span)
        if node.transitions.count > 1 {
            for transition in node.transitions.dropFirst() {
                job.add(
                    .jpdlNotRun(
                        transition.to, "a start takes its first transition",
                        at: process.span(transition.element)))
            }
        }
    }

    /// A step, its timers, and where it goes; by the name that it yields where there are several ways.
    private mutating func writeStep(_ number: Int, _ call: String, _ job: inout ImportJob) {
        let node = process.nodes[number]
        let span = process.span(node.element)
        let next = ways(number, &job)
        let way = next.count > 1 ? names.take(node.name + " way") : next[0]
        text.line("step \(own[number]) = \(call)", from: span)
        text.indent(1)
        text.line("-> \(way)")
        for timer in node.timers { writeTimer(timer.element, node, next, &job) }
        text.indent(-1)
        guard next.count > 1 else { return }
        text.open("choice \(way)", from: span)
        for (transition, target) in zip(node.transitions, next) {
            let name = outcome(transition)
            text.line(
                "\(own[number]) == \(WfText.string(name)) -> \(target)",
                from: process.span(transition.element))
        }
        text.close()
    }

    private func outcome(_ transition: JpdlTransition) -> String {
        transition.name.isEmpty ? transition.to : transition.name
    }

    private func arrow(_ names: [String]) -> String { "-> \(names.joined(separator: ", "))" }

    /// Where each transition of a node leads first: what is run on leaving, then on the transition, then the target.
    private mutating func ways(_ number: Int, _ job: inout ImportJob) -> [String] {
        let node = process.nodes[number]
        return node.transitions.indices.map { index in
            let transition = node.transitions[index]
            let target = process.target(transition.to, from: node) ?? 0
            let entry =
                arrivals[JpdlArrival(join: target, from: number, transition: index)] ?? entries[target]
            let handlers = node.leave + transition.handlers
            if handlers.isEmpty { return entry }
            let name = names.take(
                node.name + (node.transitions.count > 1 ? " " + outcome(transition) : "") + " leave")
            write(handlers, as: name, to: [entry], &job)
            return name
        }
    }

    private mutating func write(
        _ handlers: [JpdlHandler], as name: String, to next: [String], _ job: inout ImportJob
    ) {
        text.line("step \(name) = \(calls(handlers, &job))", from: process.span(handlers[0].element))
        text.line("    \(arrow(next))")
    }

    private mutating func writeTimer(_ timer: Int, _ node: JpdlNode, _ next: [String], _ job: inout ImportJob)
    {
        let span = process.span(timer)
        let wish = process.attribute("transition", timer)
        guard
            let index = node.transitions.firstIndex(where: { $0.name == wish })
                ?? node.transitions.indices.first
        else { return }
        let due = process.attribute("duedate", timer) ?? ""
        if process.attribute("repeat", timer) != nil {
            job.add(.jpdlNotRun("repeat", "a timer fires once", at: span))
        }
        for child in process.xml.children(of: timer) {
            job.add(
                .jpdlNotRun(
                    process.xml.elements[child].name, "a timer only takes its transition",
                    at: process.span(child)))
        }
        let time: String
        if let duration = JpdlWriter.duration(due) {
            time = duration
        } else {
            time = names.take(process.attribute("name", timer) ?? node.name + " time")
            durations.append((time, "how long `\(node.name)` may take; `\(due)` in the file"))
            job.add(.jpdlTimer(due, at: span))
        }
        text.line("on timeout \(time) -> \(next[index])", from: span)
    }

    /// `2 business hours` is `2h`, `1 day 30 minutes` is `1d30m`; nil when it is something else.
    static func duration(_ text: String) -> String? {
        let units = ["second": "s", "minute": "m", "hour": "h", "day": "d"]
        let words = text.lowercased().split(whereSeparator: { $0.isWhitespace || $0 == "," }).map {
            String($0)
        }
        .filter { $0 != "business" && $0 != "and" }
        guard !words.isEmpty, words.count % 2 == 0 else { return nil }
        var parts: [String] = []
        for index in stride(from: 0, to: words.count, by: 2) {
            guard let count = Int(words[index]), count >= 0, count < 100_000 else { return nil }
            let unit =
                words[index + 1].hasSuffix("s") ? String(words[index + 1].dropLast()) : words[index + 1]
            if unit == "week" {
                parts.append("\(count * 7)d")
            } else if let letter = units[unit] {
                parts.append("\(count)\(letter)")
            } else {
                return nil
            }
        }
        return parts.joined(separator: " + ")
    }

    // MARK: Joins

    /// A join waits for the branches of its fork, whichever way each comes: several ways of one branch into it are one
    /// arrow. What is run on entering is run for each branch.
    private mutating func gather(_ job: inout ImportJob) {
        for join in process.nodes.indices where process.nodes[join].kind == .join && reached[join] {
            let arrows = process.arrows(into: join).filter { reached[$0.from] }
            guard let branches = process.branches(into: join, arrows) else { continue }
            let node = process.nodes[join]
            for branch in branches where branch.count > 1 || !node.enter.isEmpty {
                let name = names.take(node.name + (node.enter.isEmpty ? " branch" : " enter"))
                for arrow in branch { arrivals[arrow] = name }
                if node.enter.isEmpty {
                    text.line("choice \(name) { true -> \(own[join]) }", from: process.span(node.element))
                } else {
                    write(node.enter, as: name, to: [own[join]], &job)
                }
            }
        }
    }

    private func isGathered(_ join: Int) -> Bool {
        process.nodes[join].kind == .join && arrivals.contains { $0.key.join == join }
    }

    // MARK: Calls

    private func item(_ title: String, role: String, _ input: String = "data") -> String {
        "task(\(WfText.string(title)), \(input)\(role.isEmpty ? "" : ", role: \(WfText.string(role))"))"
    }

    private func tasks(_ node: JpdlNode) -> String {
        if node.tasks.count <= 1 {
            return item(node.tasks.first?.name ?? node.name, role: node.tasks.first?.role ?? "")
        }
        var lines = "sequence {\n"
        for (number, task) in node.tasks.enumerated() {
            lines += "        step item\(number + 1) = \(item(task.name, role: task.role))\n"
        }
        return lines + "        item\(node.tasks.count)\n    }"
    }

    /// The decision of a handler, an expression or a person: the name of a transition.
    private func decision(_ node: JpdlNode, _ job: inout ImportJob) -> String {
        let outcomes = node.transitions.map { outcome($0) }
        if node.transitions.count > 1 {
            job.add(.jpdlDecision(node.path, outcomes, at: process.span(node.element)))
        }
        for transition in node.transitions {
            guard let condition = transition.condition else { continue }
            job.add(.jpdlCondition(condition, at: process.span(transition.element)))
        }
        let list = outcomes.map { WfText.string($0) }.joined(separator: ", ")
        let given = process.attribute("expression", node.element)
        let expression = given.map { ", expression: \(WfText.string($0))" } ?? ""
        return item(
            node.name, role: node.actions.first?.name ?? "", "{ data\(expression), oneOf: [\(list)] }")
    }

    private func actions(_ node: JpdlNode, _ job: inout ImportJob) -> String {
        node.actions.isEmpty ? "nop()" : calls(node.actions, &job)
    }

    private func calls(_ handlers: [JpdlHandler], _ job: inout ImportJob) -> String {
        let calls = handlers.map { handler in
            if let script = handler.script {
                job.add(.jpdlScript(at: process.span(handler.element)))
                return item("script", role: "script", "{ data, script: \(WfText.string(script)) }")
            }
            let isExpression = handler.name.contains("{")
            let title = isExpression ? handler.name : String(handler.name.split(separator: ".").last ?? "")
            if handler.settings.isEmpty { return item(title, role: handler.name) }
            let fields = handler.settings.map { "\(WfText.string($0.name)): \(WfText.string($0.value))" }
            return item(
                title, role: handler.name, "{ data, settings: { \(fields.joined(separator: ", ")) } }")
        }
        if calls.count == 1 { return calls[0] }
        var lines = "sequence {\n"
        for (number, call) in calls.enumerated() { lines += "        step part\(number + 1) = \(call)\n" }
        return lines + "        part\(calls.count)\n    }"
    }
}
