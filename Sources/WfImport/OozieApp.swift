// An Oozie `workflow-app` as nodes and transitions, and the rules that Oozie itself holds it to. Writes nothing.
import WfDiagnostics
import WfSource

/// A node of an Oozie workflow.
struct OozieNode {
    enum Kind {
        case action, decision, fork, join, kill, end
    }

    let kind: Kind
    let name: String
    /// The element in the document.
    let element: Int
    /// Where it goes: an action's `ok`, a decision's cases and default, a fork's paths, a join's `to`.
    var targets: [OozieTarget] = []
    /// Where an action goes when it fails.
    var failure: OozieTarget?
    let ledger: LedgerId
}

/// A transition.
struct OozieTarget {
    let name: String
    let element: Int
    /// The condition of a decision's case.
    var condition: String?
}

/// The nodes of one `workflow-app`.
struct OozieApp {
    let xml: XmlDocument
    private(set) var nodes: [OozieNode] = []
    private(set) var numbers: [String: Int] = [:]
    private(set) var start: OozieTarget?
    /// Properties of `parameters`, in order; a value is a default.
    private(set) var parameters: [(name: String, value: String?, element: Int)] = []
    /// The element `global`.
    private(set) var global: Int?
    private let nameMax = 128

    init(xml: XmlDocument) { self.xml = xml }

    func node(_ name: String) -> OozieNode? { numbers[name].map { nodes[$0] } }

    func span(_ element: Int) -> Span { xml.elements[element].span }

    // MARK: Reading

    mutating func read(_ job: inout ImportJob) {
        for child in xml.children(of: 0) {
            let tag = xml.elements[child]
            switch tag.name {
            case "start": start = target(child, "to", &job)
            case "action": add(.action, child, &job)
            case "decision": add(.decision, child, &job)
            case "fork": add(.fork, child, &job)
            case "join": add(.join, child, &job)
            case "kill": add(.kill, child, &job)
            case "end": add(.end, child, &job)
            case "parameters": readParameters(child)
            case "credentials": break
            case "global": global = child
            case "info": job.skip(tag.name, at: tag.span, count: xml.sizeOfTree(at: child))
            default: job.add(.oozieUnknownElement(tag.name, in: "workflow-app", at: tag.span))
            }
        }
        if start == nil && !job.hasErrors {
            job.add(.oozieMissing("start", in: "workflow-app", at: xml.root.span))
        }
        if !nodes.contains(where: { $0.kind == .end }) && !job.hasErrors {
            job.add(.oozieMissing("end", in: "workflow-app", at: xml.root.span))
        }
    }

    private func target(_ element: Int, _ attribute: String, _ job: inout ImportJob) -> OozieTarget? {
        guard let name = xml.attribute(attribute, of: xml.elements[element]), !name.isEmpty else {
            job.add(.xmlMissingAttribute(attribute, of: xml.elements[element].name, at: span(element)))
            return nil
        }
        return OozieTarget(name: SourceWriter.trimmed(name), element: element)
    }

    private mutating func add(_ kind: OozieNode.Kind, _ element: Int, _ job: inout ImportJob) {
        let tag = xml.elements[element]
        guard let name = xml.attribute("name", of: tag), !name.isEmpty else {
            job.add(.xmlMissingAttribute("name", of: tag.name, at: tag.span))
            return
        }
        let isLegal = name.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_"
                    || scalar == "-")
        }
        if name.utf8.count > nameMax || !isLegal {
            job.add(.oozieName(String(name.prefix(40)), count: name.utf8.count, at: tag.span))
            return
        }
        if let first = numbers[name] {
            job.add(.oozieDuplicate(name, at: tag.span, first: span(nodes[first].element)))
            return
        }
        var node = OozieNode(
            kind: kind, name: name, element: element,
            ledger: job.expect("`\(tag.name)` `\(name)`", at: tag.span))
        readTargets(&node, &job)
        numbers[name] = nodes.count
        nodes.append(node)
    }

    private func readTargets(_ node: inout OozieNode, _ job: inout ImportJob) {
        let tag = xml.elements[node.element]
        switch node.kind {
        case .action:
            if let ok = child("ok", of: node.element, &job) {
                node.targets = target(ok, "to", &job).map { [$0] } ?? []
            }
            if let error = child("error", of: node.element, &job) { node.failure = target(error, "to", &job) }
        case .decision:
            guard let cases = child("switch", of: node.element, &job) else { return }
            readCases(cases, &node, &job)
        case .fork:
            for path in xml.children(of: node.element) where xml.elements[path].name == "path" {
                if let target = target(path, "start", &job) { node.targets.append(target) }
            }
            if node.targets.isEmpty { job.add(.oozieMissing("path", in: "fork", at: tag.span)) }
        case .join: node.targets = target(node.element, "to", &job).map { [$0] } ?? []
        case .kill: _ = child("message", of: node.element, &job)
        case .end: break
        }
    }

    private func readCases(_ element: Int, _ node: inout OozieNode, _ job: inout ImportJob) {
        var hasDefault = false
        for child in xml.children(of: element) {
            let tag = xml.elements[child]
            guard tag.name == "case" || tag.name == "default" else {
                job.add(.oozieUnknownElement(tag.name, in: "switch", at: tag.span))
                continue
            }
            guard var target = target(child, "to", &job) else { continue }
            if tag.name == "default" {
                hasDefault = true
            } else {
                target.condition = SourceWriter.trimmed(tag.text)
            }
            node.targets.append(target)
        }
        if !hasDefault { job.add(.oozieMissing("default", in: "switch", at: span(element))) }
    }

    private func child(_ name: String, of element: Int, _ job: inout ImportJob) -> Int? {
        if let child = xml.child(name, of: element) { return child }
        job.add(.oozieMissing(name, in: xml.elements[element].name, at: span(element)))
        return nil
    }

    private mutating func readParameters(_ element: Int) {
        for property in xml.children(of: element) where xml.elements[property].name == "property" {
            guard
                let name = xml.child("name", of: property).map({ SourceWriter.trimmed(xml.elements[$0].text) }
                ), !name.isEmpty
            else { continue }
            let value = xml.child("value", of: property).map { SourceWriter.trimmed(xml.elements[$0].text) }
            parameters.append((name, value, property))
        }
    }
}
