// SpiffWorkflow's own XML, in which the control-flow patterns are written, to a workflow that walks a tree of tasks: what
// its tasks mean is said by `std.tasktree`, and the file becomes a table of them.
import WfDiagnostics
import WfSource

/// The pattern dialect of SpiffWorkflow.
struct PatternImporter: Importer {
    let name = "SpiffWorkflow patterns"

    /// jPDL has the same root, and neither a `start-task` nor successors.
    var prose: Set<String> { ["name", "description"] }

    func recognises(_ document: ImportDocument) -> Bool {
        guard case .xml(let xml) = document, xml.root.name == "process-definition",
            xml.namespace(xml.root).isEmpty
        else { return false }
        return PatternImporter.isPattern(xml)
    }

    static func isPattern(_ xml: XmlDocument) -> Bool {
        let children = xml.children(of: 0)
        if children.contains(where: { xml.elements[$0].name == "start-task" }) { return true }
        return children.contains { xml.child("successor", of: $0) != nil }
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard case .xml(let xml) = document else { return }
        var process = PatternProcess(xml: xml)
        process.read(&job)
        if job.hasErrors { return }
        PatternWriter(process: process).write(&job)
    }
}

/// Writes a process as a workflow and a table.
private struct PatternWriter {
    let process: PatternProcess

    func write(_ job: inout ImportJob) {
        let xml = process.xml
        let root = xml.root.span
        let outside = process.tasks.filter { isOutside($0, job) }
        job.writer.line("use std.tasktree", from: root)
        job.writer.line("")
        let prose = xml.child("description", of: 0).map { SourceWriter.trimmed(xml.elements[$0].text) }
        job.writer.comment(
            prose ?? "The process \(process.attribute("name", 0) ?? "").", documents: true, from: root)
        for reserved in ["tasks", "perform", "tasktree"] { job.names.reserve(reserved) }
        let name = job.names.take(process.attribute("name", 0) ?? "", fallback: "main")
        job.writer.open(
            "workflow \(name)(data: [String: String] = [:]) -> tasktree.Outcome", from: root)
        job.writer.open(
            "step run = loop (tree: tasktree.Tree = tasktree.begin(tasks, data)) while tree.isLive()")
        job.writer.line("step result = perform(tree.task(), tree.known())")
        job.writer.line("next tree.after(tasks, result)")
        job.writer.close()
        job.writer.line("run.tree.outcome()")
        job.writer.close()
        job.writer.line("")
        writeWork(outside, &job)
        job.writer.line("")
        writeTable(&job)
    }

    /// Whether a task is done by somebody else: another file's process, a program, a worker.
    private func isOutside(_ task: PatternTask, _ job: ImportJob) -> Bool {
        switch task.kind {
        case "execute", "celery", "transform": return true
        case "sub-workflow": return !isSelf(task, job)
        default: return false
        }
    }

    private func isSelf(_ task: PatternTask, _ job: ImportJob) -> Bool {
        task.file == job.source.path.split(separator: "/").last.map(String.init)
    }

    // MARK: What tasks do

    private func writeWork(_ outside: [PatternTask], _ job: inout ImportJob) {
        job.writer.comment(
            "What a task does, and the fields that it sets. Tasks of this dialect do nothing themselves.",
            documents: true)
        if outside.isEmpty {
            job.writer.open("workflow perform(_name: String, _fields: [String: String]) -> [String: String]")
            job.writer.line("nop()")
            job.writer.line("[:]")
        } else {
            job.writer.open("workflow perform(name: String, fields: [String: String]) -> [String: String]")
            job.writer.open("match name")
            for task in outside { writeItem(task, &job) }
            job.writer.open("else =>")
            job.writer.line("nop()")
            job.writer.line("[:]")
            job.writer.close()
            job.writer.close()
        }
        job.writer.close()
    }

    private func writeItem(_ task: PatternTask, _ job: inout ImportJob) {
        let span = process.span(task.element)
        job.add(.patternOutside(task.name, task.kind, at: span))
        let isSub = task.kind == "sub-workflow"
        let title = WfText.string(isSub ? task.file : task.name)
        let input = isSub ? "tasktree.moved(fields, [\(list(task, "in"))])" : "fields"
        let result =
            isSub
            ? "tasktree.moved(done as [String: String], [\(list(task, "out"))])" : "done as [String: String]"
        job.writer.open("\(WfText.string(task.name)) =>", from: span)
        job.writer.line("step done = task(\(title), \(input), role: \(WfText.string(task.kind)))")
        job.writer.line(result)
        job.writer.close()
    }

    private func list(_ task: PatternTask, _ group: String) -> String {
        (task.assigns[group] ?? []).joined(separator: ", ")
    }

    // MARK: The table

    private func writeTable(_ job: inout ImportJob) {
        let read = Set(process.tasks.flatMap(\.reads))
        job.writer.line("const tasks: [String: tasktree.Task] = [")
        job.writer.indent(1)
        for (number, task) in process.tasks.enumerated() {
            if number & 255 == 255 && job.isLate() { return }
            write(task, isCounted: read.contains(task.name + "_reached"), &job)
            job.settle(task.ledger)
        }
        job.writer.line("\"end\": tasktree.Task { title: \"End\" },")
        job.writer.indent(-1)
        job.writer.line("]")
    }

    private func write(_ task: PatternTask, isCounted: Bool, _ job: inout ImportJob) {
        let span = process.span(task.element)
        var parts: [String] = []
        var next = names(task.next)
        let kind = isOutside(task, job) ? "task" : PatternProcess.kinds[task.kind] ?? "task"
        if kind != "task" { parts.append("kind: .\(kind)") }
        if task.kind == "start-task" { parts.append("title: \"Start\"") }
        if task.kind == "thread-split" { next = WfText.string(threads(task)) }
        if !next.isEmpty { parts.append("next: [\(next)]") }
        if !task.context.isEmpty { parts.append("context: [\(names(task.context))]") }
        if let count = task.count { parts.append("count: \(count)") }
        if task.cancels { parts.append("cancels: true") }
        if task.isSuccess { parts.append("succeeds: true") }
        if !task.mutexes.isEmpty {
            parts.append("mutexes: [\(task.mutexes.map { WfText.string($0) }.joined(separator: ", "))]")
        }
        if !task.picks.isEmpty { parts.append("picks: [\(names(task.picks))]") }
        let groups = [("before", "pre-assign"), ("after", "post-assign")]
        for (field, group) in groups + (kind == "call" ? [("given", "in"), ("taken", "out")] : [])
        where task.assigns[group] != nil {
            parts.append("\(field): [\(list(task, group))]")
        }
        if isCounted { parts.append("counts: true") }
        if !task.arms.isEmpty {
            let arms = task.arms.map { "tasktree.Arm { to: \(names([$0.to])), \($0.test) }" }
            parts.append("arms: [\(arms.joined(separator: ", "))]")
        }
        job.writer.line(
            "\(WfText.string(task.name)): tasktree.Task { \(parts.joined(separator: ", ")) },", from: span)
        if task.kind == "thread-split" {
            job.writer.line(
                "\(WfText.string(threads(task))): tasktree.Task { title: \"ThreadStart\", next: [\(names(task.next))] },"
            )
        }
    }

    /// The task that each thread of a split begins with.
    private func threads(_ task: PatternTask) -> String { task.name + " thread" }

    private func names(_ references: [PatternReference]) -> String {
        references.map { reference in
            let number = process.number(reference.name)
            return WfText.string(number.map { process.tasks[$0].name } ?? "end")
        }.joined(separator: ", ")
    }
}
