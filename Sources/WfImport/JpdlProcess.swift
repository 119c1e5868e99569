// A process definition of jPDL 3 as nodes, transitions and what they do. Writes nothing.
import WfDiagnostics
import WfSource

/// Something that is run beside a transition or a node: a handler class, or a script.
struct JpdlHandler {
    /// How people name it: the class, or `script`.
    let name: String
    /// The text of a script.
    let script: String?
    /// What the class is told.
    let settings: [(name: String, value: String)]
    let element: Int
    let ledger: LedgerId
}

/// A transition.
struct JpdlTransition {
    let name: String
    let to: String
    let condition: String?
    let element: Int
    let handlers: [JpdlHandler]
    let ledger: LedgerId
}

/// A node of a process.
struct JpdlNode {
    enum Kind: String {
        case start = "start-state"
        case end = "end-state"
        case state, node, decision, fork, join
        case task = "task-node"
        case subProcess = "process-state"
        case mail = "mail-node"
    }

    let kind: Kind
    /// With the super-states around it: `outer/inner`.
    let path: String
    let name: String
    let element: Int
    let ledger: LedgerId
    var transitions: [JpdlTransition] = []
    var enter: [JpdlHandler] = []
    var leave: [JpdlHandler] = []
    /// What the node itself runs.
    var actions: [JpdlHandler] = []
    var tasks: [(name: String, role: String, element: Int, ledger: LedgerId)] = []
    var timers: [(element: Int, ledger: LedgerId)] = []
}

/// A process definition.
struct JpdlProcess {
    let xml: XmlDocument
    private(set) var nodes: [JpdlNode] = []
    private(set) var numbers: [String: Int] = [:]
    /// By path of a super-state: its first node.
    private var firsts: [String: String] = [:]

    init(xml: XmlDocument) { self.xml = xml }

    func span(_ element: Int) -> Span { xml.elements[element].span }

    func attribute(_ name: String, _ element: Int) -> String? {
        xml.attribute(name, of: xml.elements[element]).map { SourceWriter.trimmed($0) }.flatMap {
            $0.isEmpty ? nil : $0
        }
    }

    // MARK: Reading

    mutating func read(_ job: inout ImportJob) {
        readScope(0, path: "", &job)
        if !nodes.contains(where: { $0.kind == .start }) && !job.hasErrors {
            job.add(.jpdlNoStart(at: xml.root.span))
        }
    }

    private mutating func readScope(_ owner: Int, path: String, _ job: inout ImportJob) {
        for child in xml.children(of: owner) {
            let tag = xml.elements[child]
            if let kind = JpdlNode.Kind(rawValue: tag.name) {
                add(kind, child, path: path, &job)
            } else if tag.name == "super-state" {
                let inner = path + (attribute("name", child) ?? "super-state") + "/"
                readScope(child, path: inner, &job)
            } else {
                readOther(child, of: owner, &job)
            }
        }
    }

    /// What a process or a super-state holds beside nodes.
    private func readOther(_ child: Int, of owner: Int, _ job: inout ImportJob) {
        let tag = xml.elements[child]
        switch tag.name {
        case "description": break
        case "swimlane": _ = xml.children(of: child)
        case "event", "timer", "exception-handler", "action", "script", "transition", "task",
            "create-timer", "cancel-timer":
            let entry = job.expect("`\(tag.name)` of `\(xml.elements[owner].name)`", at: tag.span)
            job.add(
                .jpdlNotRun(tag.name, "it belongs to the whole `\(xml.elements[owner].name)`", at: tag.span))
            job.settle(entry)
        case "milestone-node": job.add(.jpdlNotRun(tag.name, "nothing waits for a milestone", at: tag.span))
        default: job.skip(tag.name, at: tag.span, count: xml.sizeOfTree(at: child))
        }
    }

    private mutating func add(_ kind: JpdlNode.Kind, _ element: Int, path: String, _ job: inout ImportJob) {
        let name = attribute("name", element) ?? kind.rawValue
        let full = path + name
        if let first = numbers[full] {
            job.add(.jpdlDuplicate(full, at: span(element), first: span(nodes[first].element)))
            return
        }
        var node = JpdlNode(
            kind: kind, path: full, name: name, element: element,
            ledger: job.expect("`\(kind.rawValue)` `\(full)`", at: span(element)))
        for child in xml.children(of: element) { read(child, into: &node, &job) }
        numbers[full] = nodes.count
        if !path.isEmpty && firsts[String(path.dropLast())] == nil { firsts[String(path.dropLast())] = full }
        nodes.append(node)
    }

    private func read(_ child: Int, into node: inout JpdlNode, _ job: inout ImportJob) {
        let tag = xml.elements[child]
        switch tag.name {
        case "transition":
            guard let to = attribute("to", child) else {
                job.add(.xmlMissingAttribute("to", of: "transition", at: tag.span))
                return
            }
            let inner = xml.child("condition", of: child)
            let condition =
                attribute("condition", child)
                ?? inner.flatMap {
                    attribute("expression", $0) ?? SourceWriter.trimmed(xml.elements[$0].text)
                }
            node.transitions.append(
                JpdlTransition(
                    name: attribute("name", child) ?? "", to: to, condition: condition, element: child,
                    handlers: handlers(in: child, &job),
                    ledger: job.expect("`transition` to `\(to)`", at: tag.span)))
        case "action", "script": node.actions.append(handler(child, &job))
        case "handler": node.actions.append(handler(child, &job))
        case "event": readEvent(child, into: &node, &job)
        case "task":
            node.tasks.append(
                (
                    attribute("name", child) ?? node.name, role(child), child,
                    job.expect("`task` `\(attribute("name", child) ?? node.name)`", at: tag.span)
                ))
            for inner in xml.children(of: child) {
                switch xml.elements[inner].name {
                case "event", "timer", "reminder": notRun(inner, "it belongs to a work item", &job)
                // The work item is given all the data there is.
                case "controller":
                    job.skip("controller", at: span(inner), count: xml.sizeOfTree(at: inner))
                default: break
                }
            }
        case "timer": node.timers.append((child, job.expect("`timer`", at: tag.span)))
        case "exception-handler": notRun(child, "failures are caught with `on error`", &job)
        case "description", "sub-process": break
        case "subject" where node.kind == .mail, "text" where node.kind == .mail: break
        case "create-timer", "cancel-timer":
            notRun(child, "a timer is a `timer` of the node that waits", &job)
        default: job.skip(tag.name, at: tag.span, count: xml.sizeOfTree(at: child))
        }
    }

    private func readEvent(_ event: Int, into node: inout JpdlNode, _ job: inout ImportJob) {
        switch attribute("type", event) {
        case "node-enter": node.enter += handlers(in: event, &job)
        case "node-leave": node.leave += handlers(in: event, &job)
        default: notRun(event, "of events, `node-enter` and `node-leave` are run", &job)
        }
    }

    private func notRun(_ element: Int, _ why: String, _ job: inout ImportJob) {
        let entry = job.expect("`\(xml.elements[element].name)`", at: span(element))
        job.add(.jpdlNotRun(xml.elements[element].name, why, at: span(element)))
        job.settle(entry)
    }

    private func handlers(in owner: Int, _ job: inout ImportJob) -> [JpdlHandler] {
        xml.children(of: owner).filter { ["action", "script"].contains(xml.elements[$0].name) }.map {
            handler($0, &job)
        }
    }

    private func handler(_ element: Int, _ job: inout ImportJob) -> JpdlHandler {
        let tag = xml.elements[element]
        var name =
            attribute("class", element) ?? attribute("ref-name", element) ?? attribute("expression", element)
            ?? tag.name
        // A proxy is told which bean it stands for.
        if let bean = xml.child("beanName", of: element) {
            name = SourceWriter.trimmed(xml.elements[bean].text)
        }
        var script: String?
        if tag.name == "script" {
            let inner = xml.child("expression", of: element)
            script = inner.map { xml.words(of: $0) } ?? xml.words(of: element)
        }
        return JpdlHandler(
            name: name, script: script, settings: script == nil ? settings(element) : [], element: element,
            ledger: job.expect("`\(tag.name)` `\(name)`", at: tag.span))
    }

    private func settings(_ element: Int) -> [(name: String, value: String)] {
        xml.children(of: element).filter {
            xml.elements[$0].firstChild < 0 && xml.elements[$0].name != "beanName"
        }
        .map { (xml.elements[$0].name, xml.words(of: $0)) }
    }

    /// Who does a task: its swimlane, or the actor or the group that it is assigned to.
    private func role(_ task: Int) -> String {
        if let lane = attribute("swimlane", task) { return lane }
        for assignment in xml.children(of: task) where xml.elements[assignment].name == "assignment" {
            if let who = attribute("actor-id", assignment) ?? attribute("pooled-actors", assignment)
                ?? attribute("expression", assignment)
            {
                return who
            }
        }
        return ""
    }

    // MARK: Names

    /// The node that a transition's `to` names, as seen from a node: relative to its super-state, `..` for the one around.
    func target(_ to: String, from node: JpdlNode) -> Int? {
        var scope = node.path.split(separator: "/").dropLast().map { String($0) }
        var parts = to.split(separator: "/").map { String($0) }
        if to.hasPrefix("/") { scope = [] }
        while parts.first == ".." {
            parts.removeFirst()
            if !scope.isEmpty { scope.removeLast() }
        }
        // A node's name may hold a slash, and names are looked for outwards.
        while true {
            let path = (scope + parts).joined(separator: "/")
            if let number = numbers[path] ?? firsts[path].flatMap({ numbers[$0] }) { return number }
            if scope.isEmpty { return nil }
            scope.removeLast()
        }
    }
}
