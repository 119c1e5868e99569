// SCXML state machines without data to a flow: a state waits for its events, transitions of the states around it
// included. What needs the queue of internal events, data or regions side by side is refused by name.
import WfDiagnostics
import WfSource

/// The dialect of state chart XML.
struct ScxmlImporter: Importer {
    let name = "SCXML"

    func recognises(_ document: ImportDocument) -> Bool {
        guard case .xml(let xml) = document else { return false }
        return xml.root.name == "scxml" && xml.namespace(xml.root) == "http://www.w3.org/2005/07/scxml"
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard case .xml(let xml) = document else { return }
        var machine = ScxmlMachine(xml)
        machine.read(&job)
        if job.hasErrors { return }
        machine.write(&job)
    }
}

/// A state, or a final state.
private struct ScxmlState {
    let element: Int
    let id: String
    /// The state around it; nil at the top.
    let parent: Int?
    let isFinal: Bool
    var children: [Int] = []
    var transitions: [Int] = []
    let ledger: LedgerId
}

/// The states of a machine.
private struct ScxmlMachine {
    private let xml: XmlDocument
    private var states: [ScxmlState] = []
    private var numbers: [String: Int] = [:]
    private var tops: [Int] = []
    private var transitions: [Int: LedgerId] = [:]
    private var names = NameTable()
    /// By number of a state: its node.
    private var nodes: [Int: String] = [:]
    private var order: [Int] = []
    private var signals: [(event: String, name: String)] = []
    private var text = SourceWriter()

    init(_ xml: XmlDocument) { self.xml = xml }

    private func span(_ element: Int) -> Span { xml.elements[element].span }

    private func attribute(_ name: String, _ element: Int) -> String? {
        xml.attribute(name, of: xml.elements[element]).flatMap { $0.isEmpty ? nil : $0 }
    }

    // MARK: Reading

    mutating func read(_ job: inout ImportJob) {
        tops = readStates(0, parent: nil, &job)
        if tops.isEmpty && !job.hasErrors { job.add(.scxmlNoState(at: xml.root.span)) }
        for state in states {
            for transition in state.transitions {
                for target in targets(transition) where numbers[target] == nil {
                    job.add(.scxmlUnknownTarget(target, at: span(transition)))
                }
            }
        }
    }

    /// - Returns: the states directly inside an element.
    private mutating func readStates(_ owner: Int, parent: Int?, _ job: inout ImportJob) -> [Int] {
        var result: [Int] = []
        for child in xml.children(of: owner) {
            let tag = xml.elements[child]
            if xml.namespace(tag) != xml.namespace(xml.root) {
                job.skip(xml.namespace(tag), at: tag.span, count: xml.sizeOfTree(at: child))
                continue
            }
            switch tag.name {
            case "state", "final":
                let id = attribute("id", child) ?? "state \(states.count + 1)"
                if let first = numbers[id] {
                    job.add(.scxmlDuplicate(id, at: tag.span, first: span(states[first].element)))
                    continue
                }
                let number = states.count
                numbers[id] = number
                result.append(number)
                states.append(
                    ScxmlState(
                        element: child, id: id, parent: parent, isFinal: tag.name == "final",
                        ledger: job.expect("`\(tag.name)` `\(id)`", at: tag.span)))
                states[number].children = readStates(child, parent: number, &job)
            case "transition" where parent != nil:
                guard let parent else { continue }
                states[parent].transitions.append(child)
                transitions[child] = job.expect("`transition`", at: tag.span)
                readContent(child, &job)
            case "initial": readContent(xml.child("transition", of: child) ?? child, &job)
            case "onentry", "onexit": readContent(child, &job)
            case "datamodel" where xml.children(of: child).isEmpty: break
            default: job.add(.scxmlNotImported(tag.name, at: tag.span))
            }
        }
        return result
    }

    /// Executable content is named, but for logs, which change nothing.
    private func readContent(_ owner: Int, _ job: inout ImportJob) {
        for child in xml.children(of: owner) {
            let tag = xml.elements[child]
            if tag.name == "log" {
                job.add(.scxmlLog(at: tag.span))
            } else {
                job.add(.scxmlNotImported(tag.name, at: tag.span))
            }
        }
        let tag = xml.elements[owner]
        if tag.name == "transition", let condition = attribute("cond", owner), held(condition, in: nil) == nil
        {
            job.add(.scxmlNotImported("cond=\"\(condition)\"", at: tag.span))
        }
        if tag.name == "transition", let events = attribute("event", owner), events.contains("*") {
            job.add(.scxmlNotImported("event=\"\(events)\"", at: tag.span))
        }
        if tag.name == "transition", targets(owner).count > 1 {
            job.add(.scxmlNotImported("a transition with several targets", at: tag.span))
        }
    }

    private func targets(_ transition: Int) -> [String] {
        (attribute("target", transition) ?? "").split(whereSeparator: \.isWhitespace).map { String($0) }
    }

    /// Whether `In('state')`, `true` or `false` holds in a state (in any: nil is asked); nil when it is something else.
    private func held(_ condition: String, in state: Int?) -> Bool? {
        let words = SourceWriter.trimmed(condition)
        if words == "true" || words == "false" { return words == "true" }
        guard words.hasPrefix("In("), words.hasSuffix(")") else { return nil }
        let name = words.dropFirst(3).dropLast().filter { $0 != "'" && $0 != "\"" && !$0.isWhitespace }
        var outer = state
        while let number = outer {
            if states[number].id == name { return true }
            outer = states[number].parent
        }
        return false
    }

    // MARK: Writing

    mutating func write(_ job: inout ImportJob) {
        let title = attribute("name", 0) ?? ""
        var taken = job.names
        let name = taken.take(title, fallback: "machine")
        job.names = taken
        names.reserve(name)
        guard let start = initial(of: 0, among: tops) else { return }
        let first = node(start)
        text.indent(1)
        text.line("start -> \(first)", from: span(states[start].element))
        var next = 0
        while next < order.count {
            write(order[next], &job)
            next += 1
        }
        text.indent(-1)
        job.writer.comment(
            "The state machine \(title.isEmpty ? name : title).", documents: true, from: xml.root.span)
        job.writer.line("flow \(name)() {", from: xml.root.span)
        for signal in signals { job.writer.line("    signal \(signal.name): Json") }
        job.writer.append(text)
        job.writer.line("}")
        settle(&job)
    }

    private func settle(_ job: inout ImportJob) {
        let entered = Set(order)
        for (number, state) in states.enumerated() where !job.isLate() {
            let isUsed =
                entered.contains(number) || state.children.contains { entered.contains($0) }
                || !state.children.isEmpty
            if !isUsed { job.add(.scxmlNotReached(state.id, at: span(state.element))) }
            job.settle(state.ledger)
        }
        for (_, entry) in transitions { job.settle(entry) }
    }

    /// The atomic state that entering a state leads to.
    private func atomic(_ state: Int) -> Int {
        var number = state
        while let inner = initial(of: states[number].element, among: states[number].children) {
            number = inner
        }
        return number
    }

    /// The state that an element begins with: what it says, else the first.
    private func initial(of element: Int, among children: [Int]) -> Int? {
        if children.isEmpty { return nil }
        let inner = xml.child("initial", of: element).flatMap { xml.child("transition", of: $0) }
        let wish = attribute("initial", element) ?? inner.flatMap { attribute("target", $0) }
        return wish.flatMap { numbers[$0] } ?? children[0]
    }

    private mutating func node(_ state: Int) -> String {
        let number = atomic(state)
        if let known = nodes[number] { return known }
        let name = names.take(states[number].id, fallback: "state")
        nodes[number] = name
        order.append(number)
        return name
    }

    private mutating func write(_ number: Int, _ job: inout ImportJob) {
        let state = states[number]
        let name = nodes[number] ?? ""
        if state.isFinal && state.parent == nil {
            text.line("end \(name)", from: span(state.element))
            return
        }
        // Inner transitions come before those of the states around.
        var ways: [(transition: Int, target: String)] = []
        var outer: Int? = number
        while let level = outer {
            for transition in states[level].transitions {
                if let condition = attribute("cond", transition), held(condition, in: number) != true {
                    continue
                }
                guard let target = targets(transition).first.flatMap({ numbers[$0] }) else { continue }
                ways.append((transition, node(target)))
            }
            outer = states[level].parent
        }
        if let now = ways.first(where: { attribute("event", $0.transition) == nil }) {
            text.line("choice \(name) { true -> \(now.target) }", from: span(now.transition))
            return
        }
        if ways.isEmpty {
            // Nothing leads out: the machine rests here for good.
            text.line("end \(name)", from: span(state.element))
            return
        }
        text.open("first \(name)", from: span(state.element))
        var seen: Set<String> = []
        for way in ways {
            for event in (attribute("event", way.transition) ?? "").split(whereSeparator: \.isWhitespace) {
                let signal = signal(String(event))
                if seen.insert(signal).inserted {
                    text.line("await \(signal) -> \(way.target)", from: span(way.transition))
                }
            }
        }
        text.close()
    }

    private mutating func signal(_ event: String) -> String {
        if let known = signals.first(where: { $0.event == event }) { return known.name }
        let name = names.take(event, fallback: "event")
        signals.append((event, name))
        return name
    }
}
