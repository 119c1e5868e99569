// A machine of SCXML as wf source text: the workflow that keeps it, its states, and its conditions and values.
import WfDiagnostics
import WfSource

struct ScxmlWriter {
    private let machine: ScxmlMachine
    private let xml: XmlDocument
    private var expressions: ScxmlExpressions
    private var fields: [String] = []

    init(_ machine: ScxmlMachine) {
        self.machine = machine
        xml = machine.xml
        var names = Set(machine.data.compactMap { machine.attribute("id", $0) })
        for (number, element) in xml.elements.enumerated() {
            if element.name == "foreach" {
                for key in ["item", "index"] { machine.attribute(key, number).map { _ = names.insert($0) } }
            } else if element.name == "send" {
                machine.attribute("idlocation", number).map { _ = names.insert($0) }
            }
        }
        expressions = ScxmlExpressions(fields: names, machine: machine.attribute("name", 0) ?? "")
    }

    mutating func write(_ job: inout ImportJob) {
        for element in machine.data { writeData(element, &job) }
        var table = SourceWriter()
        table.indent(1)
        for (number, state) in machine.states.enumerated() {
            if number & 255 == 255 && job.isLate() { return }
            table.line("// \(number)", from: machine.span(state.element))
            table.line("statechart.State { \(row(state, &job)) },", from: machine.span(state.element))
            job.settle(state.ledger)
        }
        if job.hasErrors { return }
        writeWorkflow(&job)
        job.writer.line("const states: [statechart.State] = [")
        job.writer.append(table)
        job.writer.line("]\n")
        job.writer.line("const fields: [(String, Int?)] = [\(fields.joined(separator: ", "))]\n")
        writeValues(&job)
    }

    private func writeWorkflow(_ job: inout ImportJob) {
        let root = xml.root.span
        for word in ["states", "fields", "value", "statechart"] { job.names.reserve(word) }
        let title = machine.attribute("name", 0) ?? ""
        let name = job.names.take(title, fallback: "main")
        job.writer.line("use std.statechart\n", from: root)
        job.writer.comment(
            title.isEmpty ? "A state chart." : "The state chart \(title).", documents: true, from: root)
        job.writer.open("workflow \(name)(data: [String: Json] = [:]) -> statechart.Outcome", from: root)
        for line in ScxmlWriter.keeping.split(separator: "\n", omittingEmptySubsequences: false) {
            job.writer.line(String(line))
        }
        job.writer.close()
        job.writer.line("")
    }

    /// The chart is kept from event to event; a delayed one comes when its time has.
    private static let keeping = """
        signal event: statechart.Event
        step start = now()
        step run = loop (chart: statechart.Chart = statechart.begin(states, fields, data, start, value)) while !chart.isDone {
            step heard: statechart.Event? = if chart.delayed.isEmpty {
                step outside = await event
                outside
            } else {
                race {
                    outside {
                        step one = await event
                        one
                    }
                    time {
                        sleep until chart.due(start)
                        null
                    }
                }
            }
            step at = now()
                after heard
            next chart.after(states, heard, at, value)
        }
        run.chart.outcome()
        """

    private func writeValues(_ job: inout ImportJob) {
        job.writer.comment("Conditions and values of the chart, by number.", documents: true)
        let isRead = expressions.values.contains { $0.text.contains("scope.") }
        job.writer.open("func value(number: Int, \(isRead ? "scope" : "_scope"): statechart.Scope) -> Json")
        job.writer.open("match number")
        for (number, value) in expressions.values.enumerated() {
            job.writer.line("\(number) => \(value.text)", from: value.span)
        }
        job.writer.line("else => null")
        job.writer.close()
        job.writer.close()
    }

    // MARK: Data

    private mutating func writeData(_ element: Int, _ job: inout ImportJob) {
        let tag = xml.elements[element]
        let entry = job.expect("`data`", at: tag.span)
        job.settle(entry)
        guard let id = machine.attribute("id", element) else {
            return job.add(.xmlMissingAttribute("id", of: "data", at: tag.span))
        }
        var number: Int?
        if machine.attribute("src", element) != nil || !xml.children(of: element).isEmpty {
            job.add(.scxmlNotImported("data \(id)", at: tag.span))
        } else if let text = machine.attribute("expr", element) {
            number = expressions.number(text, at: tag.span, &job)
        } else if !SourceWriter.trimmed(tag.text).isEmpty {
            number = content(tag.text, tag.span)
        }
        fields.append("(\(WfText.string(id)), \(number.map(String.init) ?? "null"))")
    }

    /// Text between tags: a value where it reads as one, else itself with its white space in order.
    private mutating func content(_ text: String, _ span: Span) -> Int {
        if let value = expressions.value(SourceWriter.trimmed(text)) { return expressions.add(value, span) }
        let source = SourceFile(path: "content.json", bytes: Array(text.utf8))
        if let first = SourceWriter.trimmed(text).first, "[{".contains(first),
            let root = JSONReader.read(source, file: span.file).root
        {
            return expressions.add("parseJson(\(WfText.string(WfJson.jsonText(root))))", span)
        }
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return expressions.add("toJson(\(WfText.string(words)))", span)
    }

    // MARK: States

    private mutating func row(_ state: ScxmlState, _ job: inout ImportJob) -> String {
        var parts = ["id: \(WfText.string(state.id))"]
        if state.parent >= 0 { parts.append("parent: \(state.parent)") }
        if state.kind != "state" { parts.append("kind: .\(state.kind)") }
        if let initial = initial(state, &job) { parts.append("initial: \(initial)") }
        for (field, name) in [("entry", "onentry"), ("exit", "onexit")] {
            let blocks = machine.parts(name, of: state.element).map { ops(machine.own($0), &job) }
            if !blocks.isEmpty { parts.append("\(field): [\(blocks.joined(separator: ", "))]") }
        }
        if !state.kind.hasSuffix("istory") {
            let list = machine.parts("transition", of: state.element).map { transition($0, &job) }
            if !list.isEmpty { parts.append("transitions: [\(list.joined(separator: ", "))]") }
        }
        if let done = machine.parts("donedata", of: state.element).first,
            let number = payload(done, &job)
        {
            parts.append("result: \(number)")
        }
        return parts.joined(separator: ", ")
    }

    /// What a state begins with: its attribute, its element, or its first state.
    private mutating func initial(_ state: ScxmlState, _ job: inout ImportJob) -> String? {
        if let ids = machine.attribute("initial", state.element) {
            for id in ids.split(whereSeparator: \.isWhitespace) where !isInside(String(id), state) {
                job.add(.scxmlUnknownTarget(String(id), at: machine.span(state.element)))
            }
            return "statechart.Transition { to: [\(targets(ids, state.element, &job))] }"
        }
        let owner = machine.parts("initial", of: state.element).first ?? state.element
        if state.kind.hasSuffix("istory") || owner != state.element {
            return machine.parts("transition", of: owner).first.map { transition($0, &job) }
        }
        guard state.kind == "state" else { return nil }
        let number = machine.numbers[state.id] ?? 0
        return machine.states.firstIndex { $0.parent == number && !$0.kind.hasSuffix("istory") }.map {
            "statechart.Transition { to: [\($0)] }"
        }
    }

    /// Whether a state stands in another, at any depth; so do ids that name nothing, which has been said.
    private func isInside(_ id: String, _ state: ScxmlState) -> Bool {
        guard var number = machine.numbers[id], let outer = machine.numbers[state.id] else { return true }
        while number >= 0 {
            number = machine.states[number].parent
            if number == outer { return true }
        }
        return false
    }

    private func targets(_ ids: String, _ element: Int, _ job: inout ImportJob) -> String {
        ids.split(whereSeparator: \.isWhitespace).map { id in
            guard let number = machine.numbers[String(id)], number > 0 else {
                job.add(.scxmlUnknownTarget(String(id), at: machine.span(element)))
                return ""
            }
            return String(number)
        }.joined(separator: ", ")
    }

    private mutating func transition(_ element: Int, _ job: inout ImportJob) -> String {
        let span = machine.span(element)
        let entry = job.expect("`transition`", at: span)
        job.settle(entry)
        var parts: [String] = []
        if let events = machine.attribute("event", element) {
            let names = events.split(whereSeparator: \.isWhitespace).map { WfText.string($0) }
            parts.append("events: [\(names.joined(separator: ", "))]")
        }
        if let condition = machine.attribute("cond", element),
            let number = expressions.number(condition, at: span, &job)
        {
            parts.append("when: \(number)")
        }
        if let ids = machine.attribute("target", element) {
            parts.append("to: [\(targets(ids, element, &job))]")
        }
        if machine.attribute("type", element) == "internal" { parts.append("isInternal: true") }
        let does = machine.own(element)
        if !does.isEmpty { parts.append("does: \(ops(does, &job))") }
        return "statechart.Transition { \(parts.joined(separator: ", ")) }"
    }

    // MARK: What is done

    private mutating func ops(_ elements: [Int], _ job: inout ImportJob) -> String {
        "[" + elements.compactMap { op($0, &job) }.joined(separator: ", ") + "]"
    }

    private mutating func op(_ element: Int, _ job: inout ImportJob) -> String? {
        let tag = xml.elements[element]
        let entry = job.expect("`\(tag.name)`", at: tag.span)
        job.settle(entry)
        switch tag.name {
        case "raise": return need("event", element, &job).map { ".raise(\(WfText.string($0)))" }
        case "assign":
            guard let location = need("location", element, &job) else { return nil }
            // A place inside a field is not written; what names no field at all is a mistake of the running machine.
            if let root = location.split(whereSeparator: { ".[".contains($0) }).first,
                root.count < location.count,
                expressions.fields.contains(String(root))
            {
                job.add(.scxmlExpression(location, at: tag.span))
                return nil
            }
            let number =
                machine.attribute("expr", element) == nil
                ? content(tag.text, tag.span) : self.number("expr", element, &job)
            return number.map { ".assign(\(WfText.string(location)), \($0))" }
        case "log":
            let label = WfText.string(machine.attribute("label", element) ?? "")
            let number = machine.attribute("expr", element) == nil ? nil : self.number("expr", element, &job)
            return ".log(\(label), \(number.map(String.init) ?? "null"))"
        case "cancel":
            if let id = machine.attribute("sendid", element) {
                return ".cancel(\(expressions.add("toJson(\(WfText.string(id)))", tag.span)))"
            }
            return need("sendidexpr", element, &job) == nil
                ? nil : number("sendidexpr", element, &job).map { ".cancel(\($0))" }
        case "if": return ".branch([\(branches(element, &job).joined(separator: ", "))])"
        case "foreach":
            guard let item = need("item", element, &job), need("array", element, &job) != nil,
                let list = number("array", element, &job)
            else { return nil }
            // What is no name is a mistake of the running machine.
            let isField = item.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
            let index = machine.attribute("index", element).map { ", index: \(WfText.string($0))" } ?? ""
            return
                ".each(statechart.Each { list: \(list), item: \(WfText.string(isField ? item : ""))\(index), does: \(ops(machine.own(element), &job)) })"
        case "send": return send(element, &job)
        default:
            job.add(.scxmlNotImported(tag.name, at: tag.span))
            return nil
        }
    }

    private func need(_ name: String, _ element: Int, _ job: inout ImportJob) -> String? {
        if let text = machine.attribute(name, element) { return text }
        job.add(.xmlMissingAttribute(name, of: xml.elements[element].name, at: machine.span(element)))
        return nil
    }

    private mutating func number(_ name: String, _ element: Int, _ job: inout ImportJob) -> Int? {
        machine.attribute(name, element).flatMap {
            expressions.number($0, at: machine.span(element), &job)
        }
    }

    /// The parts of an `if`, each up to the next `elseif` or `else`.
    private mutating func branches(_ element: Int, _ job: inout ImportJob) -> [String] {
        var parts: [(condition: Int?, does: [Int])] = [(element, [])]
        for child in machine.own(element) {
            switch xml.elements[child].name {
            case "elseif": parts.append((child, []))
            case "else":
                xml.reads?.take(element: child)
                parts.append((nil, []))
            default: parts[parts.count - 1].does.append(child)
            }
        }
        return parts.map { part in
            let when = part.condition.flatMap { element in
                need("cond", element, &job).flatMap { _ in number("cond", element, &job) }
            }
            let condition = when.map { "when: \($0), " } ?? ""
            return "statechart.Branch { \(condition)does: \(ops(part.does, &job)) }"
        }
    }

    private mutating func send(_ element: Int, _ job: inout ImportJob) -> String? {
        let span = machine.span(element)
        let target = machine.attribute("target", element)
        let processor = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor"
        let isOutside =
            target != nil && target != "#_internal"
            || !["scxml", processor].contains(machine.attribute("type", element) ?? "scxml")
        for name in ["targetexpr", "typeexpr"] where machine.attribute(name, element) != nil {
            job.add(.scxmlNotImported(name, at: span))
            return nil
        }
        if isOutside {
            job.add(
                .scxmlNotImported("send to \(target ?? machine.attribute("type", element) ?? "")", at: span))
            return nil
        }
        let event: Int?
        if let name = machine.attribute("event", element) {
            event = expressions.add("toJson(\(WfText.string(name)))", span)
        } else if machine.attribute("eventexpr", element) != nil {
            event = number("eventexpr", element, &job)
        } else {
            _ = need("event", element, &job)
            event = nil
        }
        guard let event else { return nil }
        var parts = ["event: \(event)"]
        if let delay = machine.attribute("delay", element) {
            parts.append("delay: \(expressions.add("toJson(\(WfText.string(delay)))", span))")
        } else if let delay = number("delayexpr", element, &job) {
            parts.append("delay: \(delay)")
        }
        if target == "#_internal" { parts.append("isInternal: true") }
        if let id = machine.attribute("id", element) { parts.append("id: \(WfText.string(id))") }
        if let field = machine.attribute("idlocation", element) {
            parts.append("idTo: \(WfText.string(field))")
        }
        if let data = payload(element, &job) { parts.append("data: \(data)") }
        return ".send(statechart.Send { \(parts.joined(separator: ", ")) })"
    }

    /// What an event carries: `param` and `namelist` by name, or `content`.
    private mutating func payload(_ element: Int, _ job: inout ImportJob) -> Int? {
        let span = machine.span(element)
        var pairs: [String] = []
        for name in machine.attribute("namelist", element)?.split(whereSeparator: \.isWhitespace) ?? [] {
            guard let value = expressions.value(String(name)) else {
                job.add(.scxmlExpression(String(name), at: span))
                return nil
            }
            pairs.append("\(WfText.string(name)): \(value)")
        }
        for child in machine.own(element) {
            let tag = xml.elements[child]
            switch tag.name {
            case "param":
                guard let name = need("name", child, &job) else { return nil }
                let text = machine.attribute("expr", child) ?? machine.attribute("location", child) ?? ""
                guard let value = expressions.value(text) else {
                    job.add(.scxmlExpression(text, at: tag.span))
                    return nil
                }
                pairs.append("\(WfText.string(name)): \(value)")
            case "content":
                if machine.attribute("expr", child) != nil { return number("expr", child, &job) }
                if xml.children(of: child).isEmpty { return content(tag.text, tag.span) }
                job.add(.scxmlNotImported("content", at: tag.span))
                return nil
            default:
                job.add(.scxmlNotImported(tag.name, at: tag.span))
                return nil
            }
        }
        return pairs.isEmpty ? nil : expressions.add("toJson([\(pairs.joined(separator: ", "))])", span)
    }
}
