// The rules of an Open Workflow's structure: one task an item, known kinds and keys, `then` that leads somewhere.

import WfDiagnostics
import WfSource

struct OpenWorkflowChecker {
    static let kinds = [
        "call", "do", "emit", "for", "fork", "listen", "raise", "run", "set", "switch", "try", "wait",
    ]
    static let common: Set<String> = ["if", "input", "output", "export", "timeout", "then", "metadata"]
    /// Keys that belong to a kind besides its own.
    private static let further: [String: Set<String>] = [
        "call": ["with"], "for": ["do", "while"], "try": ["catch"], "listen": ["foreach"],
    ]

    func check(_ top: DataMap, _ job: inout ImportJob) {
        guard let document = top.entry("document") else {
            job.add(.dialectMissingKey("document", in: "the workflow", at: job.start))
            return
        }
        for key in ["dsl", "namespace", "name", "version"] where document.value[key] == nil {
            job.add(.dialectMissingKey(key, in: "`document`", at: document.keySpan))
        }
        let known = [
            "document", "do", "input", "output", "use", "timeout", "schedule", "metadata", "evaluate",
        ]
        for entry in top.entries where !known.contains(entry.key) {
            job.add(.dialectUnknownKey(entry.key, in: "the workflow", among: known, at: entry.keySpan))
        }
        guard let tasks = top.entry("do") else {
            job.add(.dialectMissingKey("do", in: "the workflow", at: document.keySpan))
            return
        }
        check(list: tasks, &job)
    }

    /// A list of tasks, each an item with one key.
    func check(list entry: DataEntry, _ job: inout ImportJob) {
        guard let list = entry.value.list else {
            job.add(
                .dialectExpected(
                    "a list of tasks", entry.value.kindName, for: "`\(entry.key)`", at: entry.keySpan))
            return
        }
        let names = list.compactMap { $0.map?.entries.first?.key }
        var seen: [String: Span] = [:]
        for item in list {
            guard let map = item.map, let task = map.entries.first else {
                job.add(.dialectExpected("a task", item.kindName, for: "`\(entry.key)`", at: item.span))
                continue
            }
            for second in map.entries.dropFirst() {
                job.add(
                    .dialectExpected(
                        "one task an item", "a second one, `\(second.key)`,", for: "`\(entry.key)`",
                        at: second.keySpan))
            }
            if let first = seen[task.key] {
                job.add(.dialectDuplicate("task", task.key, at: task.keySpan, first: first))
            }
            seen[task.key] = task.keySpan
            check(task, names, &job)
        }
    }

    private func check(_ task: DataEntry, _ names: [String], _ job: inout ImportJob) {
        let owner = "the task `\(task.key)`"
        guard let map = task.value.map else {
            job.add(.dialectExpected("a task", task.value.kindName, for: owner, at: task.keySpan))
            return
        }
        guard let kind = OpenWorkflowChecker.kind(map) else {
            job.add(.dialectNothingToDo(owner, at: task.keySpan))
            return
        }
        let known = OpenWorkflowChecker.common.union([kind]).union(OpenWorkflowChecker.further[kind] ?? [])
        for entry in map.entries where !known.contains(entry.key) {
            job.add(.dialectUnknownKey(entry.key, in: owner, among: known.sorted(), at: entry.keySpan))
        }
        if let then = map.entry("then") { check(then: then, names, task.key, &job) }
        switch kind {
        case "do": if let inner = map.entry("do") { check(list: inner, &job) }
        case "for": checkFor(map, owner, task.keySpan, &job)
        case "fork":
            if let branches = map["fork"]?.map?.entry("branches") {
                check(list: branches, &job)
            } else {
                job.add(.dialectMissingKey("branches", in: owner, at: task.keySpan))
            }
        case "try":
            if let inner = map.entry("try") { check(list: inner, &job) }
            if let body = map["catch"]?.map?.entry("do") { check(list: body, &job) }
            if let then = map["catch"]?.map?.entry("then") { check(then: then, names, task.key, &job) }
        case "switch": checkSwitch(map, names, task, &job)
        case "listen": checkListen(map["listen"], &job)
        case "call" where map["call"]?.text == "http":
            for key in ["method", "endpoint"] where map["with"]?[key] == nil {
                job.add(.dialectMissingKey(key, in: owner, at: task.keySpan))
            }
        default: break
        }
    }

    private func checkFor(_ map: DataMap, _ owner: String, _ span: Span, _ job: inout ImportJob) {
        if map["for"]?["in"] == nil { job.add(.dialectMissingKey("in", in: owner, at: span)) }
        if let inner = map.entry("do") {
            check(list: inner, &job)
        } else {
            job.add(.dialectMissingKey("do", in: owner, at: span))
        }
    }

    private func checkSwitch(_ map: DataMap, _ names: [String], _ task: DataEntry, _ job: inout ImportJob) {
        for item in map["switch"]?.list ?? [] {
            guard let one = item.map?.entries.first, let body = one.value.map, let then = body.entry("then")
            else {
                job.add(.dialectMissingKey("then", in: "a case of the task `\(task.key)`", at: item.span))
                continue
            }
            check(then: then, names, task.key, &job)
        }
    }

    private func check(then: DataEntry, _ names: [String], _ owner: String, _ job: inout ImportJob) {
        let target = then.value.text ?? ""
        if ["continue", "end", "exit"].contains(target) || names.contains(target) { return }
        job.add(.dialectUnknownName("task", target, neededBy: owner, among: names, at: then.value.span))
    }

    private func checkListen(_ node: DataNode?, _ job: inout ImportJob) {
        guard let until = node?["to"]?["until"]?.map?.entry("until") else { return }
        job.add(.dialectUnknownKey("until", in: "`until`", among: ["all", "any", "one"], at: until.keySpan))
    }

    /// The kind of a task: the key that says what it does.
    static func kind(_ map: DataMap) -> String? {
        if map["for"] != nil { return "for" }
        return kinds.first { map[$0] != nil }
    }
}
