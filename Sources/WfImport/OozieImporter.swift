// Oozie's `workflow.xml` to a flow: the way through the parts, and the writing of it.
import WfDiagnostics
import WfSource

/// The dialect of Apache Oozie.
struct OozieImporter: Importer {
    let name = "Oozie"

    /// Where an action runs is left to the configuration of its tool; what it prints is always kept.
    var prose: Set<String> {
        ["name", "description", "job-tracker", "resource-manager", "name-node", "capture-output"]
    }

    func recognises(_ document: ImportDocument) -> Bool {
        guard case .xml(let xml) = document else { return false }
        return xml.root.name == "workflow-app"
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard case .xml(let xml) = document else { return }
        var app = OozieApp(xml: xml)
        app.read(&job)
        if job.hasErrors { return }
        let rules = OozieRules(app, &job)
        OozieBodies.check(app, &job)
        if job.hasErrors { return }
        var net = OozieNet(app, rules)
        net.build(&job)
        if job.hasErrors { return }
        OozieWriter(app, net).write(&job)
    }
}

/// What the elements of actions have to hold.
enum OozieBodies {
    private static let around: Set<String> = ["ok", "error", "info"]
    /// Kinds that name the cluster they run on.
    private static let clustered: Set<String> = ["map-reduce", "pig", "hive"]

    /// The element of the action's kind.
    static func body(_ app: OozieApp, _ node: OozieNode) -> Int? {
        app.xml.children(of: node.element).first { !around.contains(app.xml.elements[$0].name) }
    }

    static func check(_ app: OozieApp, _ job: inout ImportJob) {
        for node in app.nodes where node.kind == .action {
            let span = app.span(node.element)
            let bodies = app.xml.children(of: node.element).filter {
                !around.contains(app.xml.elements[$0].name)
            }
            if bodies.isEmpty {
                job.add(.oozieMissing("kind of action, such as `shell`,", in: "action", at: span))
            }
            if bodies.count > 1 {
                job.add(.oozieTwoBodies(node.name, app.xml.elements[bodies[1]].name, at: app.span(bodies[1])))
            }
            if let body = bodies.first { checkCluster(app, node, body, &job) }
        }
    }

    private static func checkCluster(_ app: OozieApp, _ node: OozieNode, _ body: Int, _ job: inout ImportJob)
    {
        guard clustered.contains(app.xml.elements[body].name) else { return }
        let owners = [body] + (app.global.map { [$0] } ?? [])
        func has(_ names: String...) -> Bool {
            owners.contains { owner in names.contains { app.xml.child($0, of: owner) != nil } }
        }
        let manager = has("job-tracker", "resource-manager")
        let files = has("name-node")
        if !manager && !files {
            job.add(.oozieNoCluster(node.name, at: app.span(body)))
        } else if !manager || !files {
            let missing = manager ? "name-node" : "resource-manager"
            job.add(.oozieDefaultCluster(node.name, missing, at: app.span(body)))
        }
    }
}

/// Writes the net of an app as a flow.
struct OozieWriter {
    private let app: OozieApp
    private let net: OozieNet
    private let texts: OozieTexts

    init(_ app: OozieApp, _ net: OozieNet) {
        self.app = app
        self.net = net
        let title = app.xml.attribute("name", of: app.xml.root) ?? ""
        let scope = OozieScope(workflow: title)
        scope.names = net.names
        scope.hasErrors = app.nodes.contains { $0.failure != nil }
        texts = OozieTexts(scope)
    }

    func write(_ job: inout ImportJob) {
        // Parameters that the file declares come first.
        for parameter in app.parameters {
            let value = parameter.value.map { texts.literal($0, at: app.span(parameter.element)) }
            _ = texts.scope.parameter(parameter.name, value: value?.contains("{") == true ? nil : value)
        }
        if texts.scope.workflow.contains("${") {
            texts.scope.title = texts.literal(texts.scope.workflow, at: app.xml.root.span)
        }
        var names = job.names
        let name = names.take(texts.scope.workflow, fallback: "main")
        job.names = names
        // The body shows what the head has to declare.
        let outer = job.writer
        job.writer = SourceWriter()
        job.writer.indent(1)
        writeBody(&job)
        job.writer.indent(-1)
        let body = job.writer
        job.writer = outer
        writeHelpers(&job)
        writeHead(name, &job)
        job.writer.append(body)
        job.writer.line("}")
        for note in texts.notes { job.add(note) }
    }

    private func writeHead(_ name: String, _ job: inout ImportJob) {
        let span = app.xml.root.span
        job.writer.comment("The Oozie workflow \(texts.scope.workflow).", documents: true, from: span)
        // Those with a default stand last.
        let declared =
            texts.scope.declared.filter { $0.value == nil } + texts.scope.declared.filter { $0.value != nil }
        for parameter in declared {
            if let about = parameter.about {
                job.writer.comment("`\(parameter.name)`: \(about).", documents: true)
            }
        }
        let list = declared.map { "\($0.name): \($0.type)" + ($0.value.map { " = \($0)" } ?? "") }
        job.writer.line("flow \(name)(\(list.joined(separator: ", "))) {", from: span)
    }

    private func writeHelpers(_ job: inout ImportJob) {
        let helpers = texts.scope.helpers
        let span = app.xml.root.span
        for (helper, field) in [("errorMessage", "message"), ("errorNode", "step"), ("errorCode", "kind")]
        where helpers.contains(helper) {
            job.writer.line("func \(helper)(error: Error?) -> String {", from: span)
            job.writer.line("    if error != null { \"{error.\(field)}\" } else { \"\" }")
            job.writer.line("}")
            job.writer.line("")
        }
        guard helpers.contains("actionData") else { return }
        job.writer.comment(
            "A value of the `name=value` lines that an action has written.", documents: true, from: span)
        job.writer.line("func actionData(output: Output?, key: String) -> String {")
        job.writer.line("    if output != null {")
        job.writer.line(
            "        let pairs = output.stdout.lines().map(line => line.splitOnce(\"=\") ?? (line, \"\"))")
        job.writer.line(
            "        pairs.filter(pair => pair.0.trim() == key).map(pair => pair.1.trim()).first ?? \"\"")
        job.writer.line("    } else {")
        job.writer.line("        \"\"")
        job.writer.line("    }")
        job.writer.line("}")
        job.writer.line("")
    }

    private func writeBody(_ job: inout ImportJob) {
        job.writer.line("start -> \(net.start)", from: app.start.map { app.span($0.element) })
        for (number, place) in net.places.enumerated() {
            if number & 63 == 63 && job.isLate() { return }
            write(place, &job)
        }
        for node in app.nodes where !net.isReached(node.name) {
            job.skip("nodes that no transition leads to", at: app.span(node.element))
            job.settle(node.ledger)
        }
    }

    private func write(_ place: OozieNet.Place, _ job: inout ImportJob) {
        guard let node = place.node else {
            // Alternatives of one path meet before the join.
            job.writer.line("choice \(place.name) { true -> \(place.targets[0].name) }")
            return
        }
        texts.scope.step = { [net] in net.step(of: $0, for: place) }
        let span = app.span(node.element)
        let arrow = "-> " + place.targets.map(\.name).joined(separator: ", ")
        switch node.kind {
        case .action: writeAction(place, node, &job)
        case .decision: writeChoice(place, node, &job)
        case .fork: job.writer.line("split \(place.name) \(arrow)", from: span)
        case .join: job.writer.line("join \(place.name) \(arrow)", from: span)
        case .end: job.writer.line("end \(place.name)", from: span)
        case .kill:
            let message = app.xml.child("message", of: node.element)
            let text = message.map {
                texts.literal(SourceWriter.trimmed(app.xml.elements[$0].text), at: app.span($0))
            }
            job.writer.line("fail \(place.name) = \(text ?? "\"\"")", from: span)
        }
        job.settle(node.ledger)
    }

    private func writeChoice(_ place: OozieNet.Place, _ node: OozieNode, _ job: inout ImportJob) {
        job.writer.open("choice \(place.name)", from: app.span(node.element))
        // The default stands last in wf.
        let cases = place.targets.filter { $0.target?.condition != nil }
        for target in cases + place.targets.filter({ $0.target?.condition == nil }) {
            let condition = target.target.flatMap { target in
                target.condition.map { texts.condition($0, at: app.span(target.element)) }
            }
            job.writer.line(
                "\(condition ?? "else") -> \(target.name)", from: target.target.map { app.span($0.element) })
        }
        job.writer.close()
    }

    private func writeAction(_ place: OozieNet.Place, _ node: OozieNode, _ job: inout ImportJob) {
        let span = app.span(node.element)
        guard let body = OozieBodies.body(app, node) else { return }
        let calls = OozieCommands(app, body: body, job: &job, texts: texts).calls
        if calls.count == 1 {
            job.writer.line("step \(place.name) = \(calls[0])", from: span)
        } else {
            job.writer.open("step \(place.name) = sequence", from: span)
            for (number, call) in calls.enumerated() { job.writer.line("step part\(number + 1) = \(call)") }
            job.writer.line("part\(calls.count)")
            job.writer.close()
        }
        job.writer.indent(1)
        let tag = app.xml.elements[node.element]
        if let retries = app.xml.attribute("retry-max", of: tag).flatMap({ Int($0) }), retries > 0 {
            let minutes = app.xml.attribute("retry-interval", of: tag).flatMap { Int($0) } ?? 0
            job.writer.line("retry \(retries)" + (minutes > 0 ? " backoff \(minutes)m" : ""))
        }
        job.writer.line("-> " + place.targets.map(\.name).joined(separator: ", "))
        if let failure = place.failure {
            job.writer.line("on error -> \(failure)", from: node.failure.map { app.span($0.element) })
        }
        job.writer.indent(-1)
    }
}
