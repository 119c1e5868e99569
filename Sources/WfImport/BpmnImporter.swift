// BPMN 2.0 to flows: the way through the parts. What each part does stands in its own file.
import WfDiagnostics
import WfSource

/// The dialect BPMN 2.0, with the attributes of Camunda, Flowable, Zeebe and jBPM.
struct BpmnImporter: Importer {
    let name = "BPMN 2.0"

    func recognises(_ document: ImportDocument) -> Bool {
        guard case .xml(let xml) = document else { return false }
        return xml.root.name == "definitions" && xml.namespace(xml.root) == BpmnModel.namespace
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard case .xml(let xml) = document else { return }
        var reader = BpmnReader(xml)
        reader.read(&job)
        BpmnRules.check(reader.model, &job)
        if job.hasErrors { return }
        let import_ = BpmnImport(reader.model, job)
        import_.write()
        job = import_.job
    }
}

/// One import at work, shared by the writers of its flows.
final class BpmnImport {
    var model: BpmnModel
    var job: ImportJob
    /// By root scope: whether anything in it reads variables, once it has been asked.
    var readers: [Int: Bool] = [:]
    /// What expressions are written in where nothing says so.
    private(set) lazy var usual = usualLanguage()
    /// By scope: whether it yields what is known at its end, once it has been asked.
    var yielders: [Int: Bool] = [:]
    /// By element: whether it says something, and whether only what is mapped of it is known.
    var telling: [Int: (answers: Bool, isHidden: Bool)] = [:]
    /// What has been read of each expression, by its element and text.
    private var expressions: [String: ForeignExpression?] = [:]
    /// By item of a loop as the model calls it: what it is called in wf.
    private var itemNames: [String: String] = [:]
    /// Whether the text needs the function that drops what is known inside alone.
    var needsWithout = false
    /// Whether the text needs the function that gathers variables.
    var needsKnown = false
    /// What signals and escalations that stay in their process are called, by key.
    var raised: [String: String] = [:]
    /// Flows of activities that are done until enough of their instances are.
    var instanceFlows: [SourceWriter] = []
    /// Whether the text needs the function that puts what instances have said into one variable.
    var needsCollected = false
    /// Whether the text needs the function that puts what instances have said together.
    var needsTogether = false
    /// Scopes with more activities than are asked, and numbers of instances that are no variables, once they are named.
    var forgetful: Set<Int> = []
    var counted: Set<String> = []
    /// Whether the text needs the action of work items.
    private(set) var needsWork = false
    /// Modules of the standard library that expressions are written with.
    var modules: Set<String> = []

    init(_ model: BpmnModel, _ job: ImportJob) {
        self.model = model
        self.job = job
    }

    func write() {
        for name in BpmnImport.words + BpmnImport.instanceWords { job.names.reserve(name) }
        nameScopes()
        findRaised()
        var flows: [BpmnFlowWriter] = []
        for index in model.scopes.indices where !model.scopes[index].nodes.isEmpty {
            if job.isLate() { return }
            var writer = BpmnFlowWriter(self, scope: index)
            writer.write()
            flows.append(writer)
        }
        if flows.isEmpty { job.add(.bpmnNoProcess(at: model.span(0))) }
        for module in modules.sorted() { job.writer.line("use std.\(module)") }
        if !modules.isEmpty { job.writer.line("") }
        for (number, flow) in flows.enumerated() {
            if number > 0 { job.writer.line("") }
            job.writer.append(flow.text)
        }
        for flow in instanceFlows { job.writer.append(flow) }
        writeHelpers()
        BpmnAccounting.run(model, &job)
    }

    private func nameScopes() {
        let roots = model.scopes.indices.filter {
            model.scopes[$0].parent == nil && !model.scopes[$0].nodes.isEmpty
        }
        let executable = roots.filter { model.attribute("isExecutable", model.scopes[$0].element) == "true" }
        // Of several that are executable the one that no other calls is what is run.
        let called = Set(
            model.scopes.flatMap { $0.nodes.filter { $0.kind == .call }.compactMap { calledScope($0) } })
        let free = executable.filter { !called.contains($0) }
        let main =
            roots.count == 1
            ? roots[0] : executable.count == 1 ? executable[0] : free.count == 1 ? free[0] : -1
        let flows = model.scopes.indices.count { !model.scopes[$0].nodes.isEmpty } + instancesFlows
        for index in model.scopes.indices {
            let scope = model.scopes[index]
            let plainId = BpmnNames.isGenerated(scope.id) ? "" : scope.id
            let wish = scope.name.isEmpty ? plainId : scope.name
            let fallback = scope.parent == nil ? (roots.count == 1 ? "main" : "process") : "inner"
            // Where there are several flows, the process that is meant to be run is what `wfi run` starts.
            let isMain = scope.parent == nil && index == main && flows > 1
            model.scopes[index].wf = job.names.take(isMain ? "main" : wish, fallback: fallback)
        }
    }

    /// How many activities have instances that may stand in a flow of their own.
    private var instancesFlows: Int {
        model.scopes.reduce(0) { count, scope in
            count
                + scope.nodes.count {
                    guard case .instances(let loop) = $0.loop else { return false }
                    return loop.completion != nil
                }
        }
    }

    /// What the item of a loop is called in wf, the same wherever it is asked.
    func itemName(_ item: String) -> String {
        if let known = itemNames[item] { return known }
        var local = job.names
        let name = local.take(item.isEmpty ? "item" : item, fallback: "item")
        itemNames[item] = name
        return name
    }

    /// The root scope that a scope lies in.
    func root(_ scope: Int) -> Int {
        var index = scope
        while let parent = model.scopes[index].parent { index = parent }
        return index
    }

    /// The expression of a text; nil when it is not of the subset.
    func expression(_ text: BpmnText) -> ForeignExpression? {
        let key = text.language + "\n" + text.text
        if let known = expressions[key] { return known }
        let parsed: ForeignExpression?
        if text.language == "name" {
            parsed = .name(text.text)
        } else {
            parsed = ForeignExpression.read(text.text, language(text.language))
        }
        expressions[key] = .some(parsed)
        return parsed
    }

    /// What work items of a scope are written with. One that is given what others have said is an action with a type of
    /// its own, because in a circle it is given what it has said itself.
    func workWord(_ scope: Int) -> String {
        guard usesVariables(scope) else { return "task" }
        needsWork = true
        return "work"
    }
}

/// Names of the model that mean nothing to people.
enum BpmnNames {
    /// Whether an id was made by a tool: `_e7ccc12c-2987-48ae`, `sid-4A2B…`, `Activity_0x1k2lm`.
    static func isGenerated(_ id: String) -> Bool {
        let digits = id.filter(\.isNumber).count
        if digits == 0 { return false }
        let parts = id.split { $0 == "_" || $0 == "-" }
        let mixed = parts.contains { part in
            part.count >= 6 && part.contains(where: \.isNumber) && part.contains(where: \.isLetter)
        }
        return mixed || digits > 6
    }
}
