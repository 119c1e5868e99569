// Lists of tasks of an Open Workflow: one behind the other, or, where a `then` or a `switch` jumps, a loop over an enum of
// places.

import WfDiagnostics
import WfSource

extension OpenWorkflowWriter {
    /// Writes a list of tasks; the name of a step that yields the data and the context behind it.
    mutating func writeList(
        _ entry: DataEntry, _ scope: OpenWorkflowScope, _ place: String, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String {
        let tasks = (entry.value.list ?? []).compactMap { $0.map?.all.first }
        if tasks.contains(where: { jumps($0.value) }) {
            return writeLoop(tasks, entry, scope, place, into: &out, &job)
        }
        var scope = scope
        var last = ""
        for (index, task) in tasks.enumerated() {
            last = table.take(task.key, fallback: "task")
            writeTask(task, as: last, scope, "\(place)/\(index)/\(task.key)", into: &out, &job)
            scope.data = "\(last).0"
            scope.context = "\(last).1"
        }
        if last.isEmpty {
            last = table.take("unchanged")
            out.line("let \(last): (Json, Json) = (\(scope.data), \(scope.context))", from: entry.keySpan)
        }
        return last
    }

    func jumps(_ task: DataNode) -> Bool {
        if task["switch"] != nil || task["catch"]?["then"] != nil { return true }
        return task["then"].map { $0.text != "continue" } ?? false
    }

    mutating func writeLoop(
        _ tasks: [DataEntry], _ entry: DataEntry, _ scope: OpenWorkflowScope, _ place: String,
        into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String {
        var cases = NameTable()
        let caseNames = tasks.map { cases.take($0.key, fallback: "task") }
        let end = cases.take("ended")
        let type = names.takeType("Task")
        enums.line("")
        enums.open("enum \(type)", from: entry.keySpan)
        for (index, task) in tasks.enumerated() { enums.line(caseNames[index] + ",", from: task.keySpan) }
        enums.line(end)
        enums.close()
        let run = table.take("run")
        let here = table.take("here")
        let data = table.take("data")
        let context = table.take("context")
        let turn = table.take("turn")
        out.open(
            "step \(run) = loop (\(here): \(type) = .\(caseNames.first ?? end), \(data): Json = \(scope.data), \(context): Json = \(scope.context)) while \(here) != .\(end)",
            from: entry.keySpan)
        out.open("step \(turn): (\(type), Json, Json) = match \(here)", from: entry.keySpan)
        var inner = scope
        inner.data = data
        inner.context = context
        func target(_ name: String?, _ index: Int) -> String {
            switch name {
            case nil, "continue": return index + 1 < tasks.count ? caseNames[index + 1] : end
            case "end", "exit": return end
            default: return tasks.firstIndex { $0.key == name }.map { caseNames[$0] } ?? end
            }
        }
        for (index, task) in tasks.enumerated() where !job.isLate() {
            out.open(".\(caseNames[index]) =>", from: task.keySpan)
            let next = target(task.value["then"]?.text, index)
            if task.value["switch"] != nil {
                writeSwitch(task, inner, next, { target($0, index) }, into: &out, &job)
            } else {
                let name = table.take(task.key, fallback: "task")
                writeTask(task, as: name, inner, "\(place)/\(index)/\(task.key)", into: &out, &job)
                if let caught = task.value["catch"]?["then"]?.text {
                    out.line(
                        "if \(name)Caught(\(name).0) { (.\(target(caught, index)), \(name).0, \(name).1) } else { (.\(next), \(name).0, \(name).1) }"
                            .replacing("\(name)Caught(\(name).0)", with: "\(name).2"))
                } else if task.value["if"] != nil, task.value["then"] != nil {
                    out.line(
                        "if \(condition(task.value["if"] ?? task.value, inner, &job)) { (.\(next), \(name).0, \(name).1) } else { (.\(target(nil, index)), \(name).0, \(name).1) }"
                    )
                } else {
                    out.line("(.\(next), \(name).0, \(name).1)")
                }
            }
            out.close()
        }
        out.line(".\(end) => (.\(end), \(data), \(context))")
        out.close()
        out.line("next (\(turn).0, \(turn).1, \(turn).2)")
        out.close()
        let last = table.take("behind")
        out.line("let \(last): (Json, Json) = (\(run).\(data), \(run).\(context))", from: entry.keySpan)
        return last
    }

    mutating func writeSwitch(
        _ task: DataEntry, _ scope: OpenWorkflowScope, _ next: String, _ target: (String?) -> String,
        into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        let ledger = job.expect("the task `\(task.key)`", at: task.keySpan)
        var lead = ""
        var fallback = next
        for item in task.value["switch"]?.list ?? [] {
            guard let one = item.map?.all.first else { continue }
            let name = target(one.value["then"]?.text)
            guard let when = one.value["when"] else {
                fallback = name
                continue
            }
            out.open("\(lead)if \(condition(when, scope, &job))", from: one.keySpan)
            out.line("(.\(name), \(scope.data), \(scope.context))")
            out.indent(-1)
            lead = "} else "
        }
        if lead.isEmpty {
            out.line("(.\(fallback), \(scope.data), \(scope.context))", from: task.keySpan)
        } else {
            out.open(lead, from: task.keySpan)
            out.line("(.\(fallback), \(scope.data), \(scope.context))")
            out.close()
        }
        job.settle(ledger)
    }
}
