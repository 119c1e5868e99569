// SCXML to a workflow that keeps a state chart: how charts behave is said by `std.statechart`, and the file becomes a list
// of states and a function of its conditions and values. What reaches outside the machine is refused by name.
import WfDiagnostics
import WfSource

/// The dialect of state chart XML.
struct ScxmlImporter: Importer {
    let name = "SCXML"

    var prose: Set<String> { ["version", "name", "exmode"] }

    func recognises(_ document: ImportDocument) -> Bool {
        guard case .xml(let xml) = document else { return false }
        return xml.root.name == "scxml" && xml.namespace(xml.root) == "http://www.w3.org/2005/07/scxml"
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard case .xml(let xml) = document else { return }
        var machine = ScxmlMachine(xml)
        machine.read(&job)
        if job.hasErrors { return }
        var writer = ScxmlWriter(machine)
        writer.write(&job)
    }
}

/// A state: of any kind, the machine itself among them.
struct ScxmlState {
    let element: Int
    let id: String
    let parent: Int
    /// A case of `statechart.Kind`.
    let kind: String
    let ledger: LedgerId
}

/// The states of a machine, and its data.
struct ScxmlMachine {
    let xml: XmlDocument
    private(set) var states: [ScxmlState] = []
    private(set) var numbers: [String: Int] = [:]
    /// Elements `data`.
    private(set) var data: [Int] = []

    init(_ xml: XmlDocument) { self.xml = xml }

    func span(_ element: Int) -> Span { xml.elements[element].span }

    func attribute(_ name: String, _ element: Int) -> String? {
        xml.attribute(name, of: xml.elements[element]).map { SourceWriter.trimmed($0) }.flatMap {
            $0.isEmpty ? nil : $0
        }
    }

    private func isOwn(_ element: Int) -> Bool {
        xml.namespace(xml.elements[element]) == xml.namespace(xml.root)
    }

    private static let kinds = ["state": "state", "parallel": "parallel", "final": "final"]
    private static let parts: Set<String> = ["onentry", "onexit", "transition", "initial", "donedata"]

    mutating func read(_ job: inout ImportJob) {
        let model = attribute("datamodel", 0) ?? "null"
        if model != "null" && model != "ecmascript" {
            job.add(.scxmlNotImported("datamodel=\"\(model)\"", at: xml.root.span))
        }
        add(0, kind: "state", parent: -1, &job)
        if states.count == 1, !job.hasErrors { job.add(.scxmlNoState(at: xml.root.span)) }
        let isLate = attribute("binding", 0) == "late"
        for element in data where isLate && xml.elements[Int(xml.elements[element].parent)].parent != 0 {
            job.add(.scxmlNotImported("binding=\"late\"", at: span(element)))
        }
    }

    private mutating func add(_ element: Int, kind: String, parent: Int, _ job: inout ImportJob) {
        if states.count & 255 == 255 && job.isLate() { return }
        let tag = xml.elements[element]
        let number = states.count
        let id = element == 0 ? "" : attribute("id", element) ?? "\(tag.name) \(number)"
        if let first = numbers[id], element != 0 {
            return job.add(
                .scxmlDuplicate(id, at: tag.span, first: span(states[first].element)))
        }
        numbers[id] = number
        states.append(
            ScxmlState(
                element: element, id: id, parent: parent, kind: kind,
                ledger: job.expect("`\(tag.name)` `\(id)`", at: tag.span)))
        for child in xml.children(of: element) { read(child, in: number, &job) }
    }

    private mutating func read(_ child: Int, in number: Int, _ job: inout ImportJob) {
        let tag = xml.elements[child]
        guard isOwn(child) else {
            return job.skip(xml.namespace(tag), at: tag.span, count: xml.sizeOfTree(at: child))
        }
        if let kind = ScxmlMachine.kinds[tag.name], states[number].kind != "final" {
            add(child, kind: kind, parent: number, &job)
        } else if tag.name == "history", number != 0 {
            add(
                child, kind: attribute("type", child) == "deep" ? "deepHistory" : "history", parent: number,
                &job)
        } else if tag.name == "datamodel" {
            for item in xml.children(of: child) where isOwn(item) {
                if xml.elements[item].name == "data" { data.append(item) } else { refuse(item, &job) }
            }
        } else if number == 0 || !ScxmlMachine.parts.contains(tag.name) {
            refuse(child, &job)
        }
    }

    private func refuse(_ element: Int, _ job: inout ImportJob) {
        job.add(.scxmlNotImported(xml.elements[element].name, at: span(element)))
    }

    /// The children of an element that have a name.
    func parts(_ name: String, of element: Int) -> [Int] {
        xml.children(of: element).filter { xml.elements[$0].name == name && isOwn($0) }
    }

    /// The children of an element that are the language's own.
    func own(_ element: Int) -> [Int] { xml.children(of: element).filter { isOwn($0) } }
}
