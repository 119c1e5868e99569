// What starts a GitHub workflow: names of events, their filters, schedules, and inputs. Knows nothing of jobs.

import WfDiagnostics
import WfSource

enum GitHubEvents {
    /// Events and their types of activity; none given: none are known, or there are too many to list.
    private static let events: [String: [String]] = [
        "branch_protection_rule": [], "check_run": [], "check_suite": [], "create": [], "delete": [],
        "deployment": [],
        "deployment_status": [], "discussion": [], "discussion_comment": [], "fork": [], "gollum": [],
        "image_version": [],
        "issue_comment": ["created", "edited", "deleted"],
        "issues": [
            "opened", "edited", "deleted", "transferred", "pinned", "unpinned", "closed", "reopened",
            "assigned",
            "unassigned", "labeled", "unlabeled", "locked", "unlocked", "milestoned", "demilestoned", "typed",
            "untyped",
        ],
        "label": ["created", "edited", "deleted"], "member": [], "merge_group": [], "milestone": [],
        "page_build": [],
        "project": [], "project_card": [], "project_column": [], "public": [], "pull_request": [],
        "pull_request_comment": [], "pull_request_review": ["submitted", "edited", "dismissed"],
        "pull_request_review_comment": ["created", "edited", "deleted"], "pull_request_target": [],
        "push": [],
        "registry_package": ["published", "updated"],
        "release": ["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"],
        "repository_dispatch": [], "schedule": [], "status": [], "watch": ["started"], "workflow_call": [],
        "workflow_dispatch": [], "workflow_run": ["completed", "requested", "in_progress"],
    ]
    private static let filterNames: [String: [String]] = [
        "push": ["branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"],
        "pull_request": ["types", "branches", "branches-ignore", "paths", "paths-ignore"],
        "pull_request_target": ["types", "branches", "branches-ignore", "paths", "paths-ignore"],
        "workflow_run": ["types", "branches", "branches-ignore", "workflows"],
        "merge_group": ["types", "branches", "branches-ignore"], "workflow_dispatch": ["inputs"],
        "workflow_call": ["inputs", "outputs", "secrets"], "image_version": ["types", "names", "versions"],
    ]
    private static let allFilters = [
        "branches", "branches-ignore", "paths", "paths-ignore", "tags", "tags-ignore", "types", "workflows",
    ]

    static func check(_ on: DataEntry, _ job: inout ImportJob) {
        switch on.value.content {
        case .text: event(on.value.text ?? "", on.value.span, &job)
        case .list(let list):
            for node in list { event(node.text ?? "", node.span, &job) }
        case .map(let map):
            for entry in map.entries where event(entry.key, entry.keySpan, &job) { filters(entry, &job) }
        default: job.add(.dialectExpected("events", on.value.kindName, for: "`on`", at: on.keySpan))
        }
    }

    @discardableResult
    private static func event(_ name: String, _ span: Span, _ job: inout ImportJob) -> Bool {
        if events[name] != nil { return true }
        let near = Suggestion.best(for: name, among: events.keys.sorted())
        job.add(
            .githubEvent(
                "no event is called `\(name)`", at: span,
                help: near.map { "write `\($0)`" } ?? "name an event of GitHub"))
        return false
    }

    private static func filters(_ entry: DataEntry, _ job: inout ImportJob) {
        if entry.key == "schedule" {
            schedule(entry, &job)
            return
        }
        guard let map = entry.value.map else { return }
        let known = filterNames[entry.key] ?? ["types"]
        for filter in map.entries where !known.contains(filter.key) {
            if allFilters.contains(filter.key) {
                job.add(
                    .githubEvent(
                        "`\(entry.key)` has no filter `\(filter.key)`", at: filter.keySpan, help: "remove it")
                )
            } else {
                job.add(
                    .dialectUnknownKey(filter.key, in: "`\(entry.key)`", among: known, at: filter.keySpan))
            }
        }
        for key in ["branches", "tags", "paths"] {
            if map[key] != nil, let ignore = map.entry(key + "-ignore") {
                job.add(
                    .githubEvent(
                        "`\(entry.key)` has both `\(key)` and `\(key)-ignore`", at: ignore.keySpan,
                        help: "keep one, and use `!` in its patterns"))
            }
        }
        if let types = map["types"], let known = events[entry.key], !known.isEmpty {
            for type in types.list ?? [types] {
                guard let text = type.text, !known.contains(text) else { continue }
                job.add(
                    .githubEvent(
                        "`\(entry.key)` has no activity `\(text)`", at: type.span,
                        help: "write one of " + known.map { "`\($0)`" }.joined(separator: ", ")))
            }
        }
        if entry.key == "workflow_call" || entry.key == "workflow_dispatch" {
            inputs(map, isCall: entry.key == "workflow_call", &job)
        }
    }

    // MARK: Schedules

    private static func schedule(_ entry: DataEntry, _ job: inout ImportJob) {
        guard let list = entry.value.list else {
            job.add(.dialectExpected("a list", entry.value.kindName, for: "`schedule`", at: entry.value.span))
            return
        }
        for node in list {
            guard let cron = node["cron"], let text = cron.text else {
                job.add(.dialectMissingKey("cron", in: "`schedule`", at: node.span))
                continue
            }
            let fields = text.split(whereSeparator: \.isWhitespace)
            if fields.count != 5, !text.hasPrefix("$") {
                job.add(
                    .githubEvent(
                        "expected five fields in `\(text)`, found \(fields.count)", at: cron.span,
                        help: "write minute, hour, day, month and weekday"))
            } else if fields.count == 5, isTooOften(fields[0]) {
                job.add(
                    .githubEvent(
                        "`\(text)` is due more often than every 5 minutes", at: cron.span,
                        help: "write `*/5` or more"))
            }
        }
    }

    private static func isTooOften(_ minutes: Substring) -> Bool {
        if minutes == "*" { return true }
        guard minutes.hasPrefix("*/") else { return false }
        return Int(minutes.dropFirst(2)).map { $0 < 5 } ?? false
    }

    // MARK: Inputs

    private static func inputs(_ map: DataMap, isCall: Bool, _ job: inout ImportJob) {
        for input in map["inputs"]?.map?.entries ?? [] {
            guard let body = input.value.map else { continue }
            let type = body["type"]
            let known =
                isCall
                ? ["string", "number", "boolean"] : ["string", "number", "boolean", "choice", "environment"]
            if let type, !known.contains(type.text ?? "") {
                job.add(
                    .dialectUnknownValue(
                        "type", type.scalarText ?? type.kindName, among: known, at: type.span))
                continue
            }
            if type?.text == "choice", body["options"] == nil {
                job.add(
                    .githubEvent(
                        "`\(input.key)` is a choice without `options`", at: input.keySpan,
                        help: "add `options`"))
            }
            guard let value = body.entry("default"), !GitHubChecker.isExpression(value.value) else {
                continue
            }
            check(value, type?.text, body, input.key, &job)
            if isCall, body["required"]?.bool == true {
                job.add(
                    .githubEvent(
                        "`\(input.key)` is required, so its default is never used", at: value.value.span,
                        help: "remove one of the two"))
            }
        }
    }

    private static func check(
        _ entry: DataEntry, _ type: String?, _ body: DataMap, _ name: String, _ job: inout ImportJob
    ) {
        let text = entry.value.scalarText
        let isWrong: Bool
        switch type {
        case "boolean": isWrong = !["true", "false"].contains(text)
        case "number": isWrong = Double(text ?? "") == nil
        case "choice":
            let options = (body["options"]?.list ?? []).compactMap(\.scalarText)
            isWrong = !options.isEmpty && !options.contains(text ?? "")
        default: isWrong = false
        }
        if isWrong {
            job.add(
                .githubEvent(
                    "the default `\(text ?? "")` of `\(name)` does not fit its type `\(type ?? "")`",
                    at: entry.value.span, help: "write a value of that type"))
        }
    }
}
