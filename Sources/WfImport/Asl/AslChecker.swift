// The rules of a state machine's structure: types of states, where they lead, what they must have. Knows nothing of wf.

import WfDiagnostics
import WfSource

struct AslChecker {
    static let types = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"]

    static func isJsonata(_ map: DataMap, _ outer: Bool) -> Bool {
        map["QueryLanguage"]?.text.map { $0 == "JSONata" } ?? outer
    }

    func check(machine: DataMap, _ owner: String, at span: Span, isJsonata: Bool, _ job: inout ImportJob) {
        guard let states = machine.entry("States") else {
            job.add(.dialectMissingKey("States", in: owner, at: span))
            return
        }
        guard let map = states.value.map, !map.isEmpty else {
            job.add(.dialectExpected("states", states.value.kindName, for: "`States`", at: states.keySpan))
            return
        }
        let names = map.keys
        if let start = machine.entry("StartAt") {
            reference(start, "StartAt", names, &job)
        } else {
            job.add(.dialectMissingKey("StartAt", in: owner, at: span))
        }
        for entry in map.entries {
            guard let state = entry.value.map else {
                job.add(
                    .dialectExpected(
                        "a state", entry.value.kindName, for: "`\(entry.key)`", at: entry.keySpan))
                continue
            }
            check(entry, state, names, AslChecker.isJsonata(state, isJsonata), &job)
        }
        checkEnds(map, machine["StartAt"]?.text ?? "", &job)
    }

    private func reference(_ entry: DataEntry, _ owner: String, _ names: [String], _ job: inout ImportJob) {
        guard let text = entry.value.text else {
            job.add(
                .dialectExpected(
                    "the name of a state", entry.value.kindName, for: "`\(entry.key)`", at: entry.value.span))
            return
        }
        if !names.contains(text) {
            job.add(.dialectUnknownName("state", text, neededBy: owner, among: names, at: entry.value.span))
        }
    }

    private func check(
        _ entry: DataEntry, _ state: DataMap, _ names: [String], _ isJsonata: Bool, _ job: inout ImportJob
    ) {
        let owner = "the state `\(entry.key)`"
        guard let type = state.entry("Type") else {
            job.add(.dialectMissingKey("Type", in: owner, at: entry.keySpan))
            return
        }
        guard let word = type.value.text, AslChecker.types.contains(word) else {
            job.add(
                .dialectUnknownValue(
                    "Type", type.value.scalarText ?? type.value.kindName, among: AslChecker.types,
                    at: type.value.span))
            return
        }
        if let next = state.entry("Next") { reference(next, entry.key, names, &job) }
        for item in state["Catch"]?.list ?? [] {
            if let next = item.map?.entry("Next") { reference(next, entry.key, names, &job) }
        }
        switch word {
        case "Choice":
            if let fallback = state.entry("Default") { reference(fallback, entry.key, names, &job) }
            guard let choices = state["Choices"]?.list else {
                job.add(.dialectMissingKey("Choices", in: owner, at: entry.keySpan))
                return
            }
            for choice in choices {
                guard let next = choice.map?.entry("Next") else {
                    job.add(.dialectMissingKey("Next", in: "a choice of \(owner)", at: choice.span))
                    continue
                }
                reference(next, entry.key, names, &job)
            }
        case "Succeed", "Fail": break
        default:
            if state["Next"] == nil && state["End"]?.bool != true {
                job.add(
                    .dialectMissingKey("Next", in: owner + ", which has no `End` either,", at: entry.keySpan))
            }
        }
        checkKind(word, entry, state, isJsonata, &job)
    }

    private func checkKind(
        _ word: String, _ entry: DataEntry, _ state: DataMap, _ isJsonata: Bool, _ job: inout ImportJob
    ) {
        let owner = "the state `\(entry.key)`"
        switch word {
        case "Task":
            if state["Resource"] == nil {
                job.add(.dialectMissingKey("Resource", in: owner, at: entry.keySpan))
            }
        case "Wait":
            if state.first(["Seconds", "SecondsPath", "Timestamp", "TimestampPath"]) == nil {
                job.add(.dialectMissingKey("Seconds", in: owner, at: entry.keySpan))
            }
            if let time = state.entry("Timestamp"), !(isJsonata && time.value.text?.hasPrefix("{%") == true),
                !AslChecker.isTimestamp(time.value.text ?? "")
            {
                job.add(
                    .dialectExpected(
                        "a time such as `2026-01-31T08:00:00Z`",
                        time.value.scalarText.map { "`\($0)`" } ?? time.value.kindName, for: "`Timestamp`",
                        at: time.value.span))
            }
        case "Parallel":
            guard let branches = state.entry("Branches"), let list = branches.value.list else {
                job.add(.dialectMissingKey("Branches", in: owner, at: entry.keySpan))
                return
            }
            for branch in list {
                check(
                    machine: branch.map ?? DataMap(), "a branch of \(owner)", at: branch.span,
                    isJsonata: isJsonata, &job)
            }
        case "Map":
            guard let processor = state.first(["ItemProcessor", "Iterator"]) else {
                job.add(.dialectMissingKey("ItemProcessor", in: owner, at: entry.keySpan))
                return
            }
            let inner = processor.value.map ?? DataMap()
            check(
                machine: inner, "the processor of \(owner)", at: processor.keySpan,
                isJsonata: AslChecker.isJsonata(inner, isJsonata), &job)
        default: break
        }
    }

    /// `2026-01-31T08:00:00Z`, with a fraction or an offset.
    static func isTimestamp(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54, bytes[13] == 0x3A,
            bytes[16] == 0x3A
        else { return false }
        func number(_ start: Int, _ count: Int) -> Int {
            Int(String(decoding: bytes[start..<start + count], as: UTF8.self)) ?? -1
        }
        guard (1...12).contains(number(5, 2)), (1...31).contains(number(8, 2)),
            (0...23).contains(number(11, 2)),
            (0...59).contains(number(14, 2)), (0...60).contains(number(17, 2)), number(0, 4) >= 0
        else { return false }
        var rest = bytes[19...]
        if rest.first == 0x2E { rest = rest.dropFirst().drop { (0x30...0x39).contains($0) } }
        if rest.elementsEqual([0x5A]) { return true }
        return rest.count == 6 && (rest.first == 0x2B || rest.first == 0x2D)
    }

    /// Names a state from which no end can be reached.
    private func checkEnds(_ states: DataMap, _ start: String, _ job: inout ImportJob) {
        var ending = Set(states.entries.filter { isEnd($0.value) }.map(\.key))
        var isChanged = true
        while isChanged, !job.isLate() {
            isChanged = false
            for entry in states.entries where !ending.contains(entry.key) {
                if AslChecker.targets(entry.value).contains(where: { ending.contains($0) }) {
                    ending.insert(entry.key)
                    isChanged = true
                }
            }
        }
        guard let stuck = states.entries.first(where: { !ending.contains($0.key) && $0.value.map != nil }),
            !job.hasErrors
        else { return }
        let place = stuck.value.map?.entry("Next")?.value.span ?? stuck.keySpan
        job.add(.dialectUnreachableEnd("the state `\(stuck.key)`", at: place))
    }

    private func isEnd(_ state: DataNode) -> Bool {
        state["End"]?.bool == true || state["Type"]?.text == "Succeed" || state["Type"]?.text == "Fail"
    }

    /// The states that a state may lead to.
    static func targets(_ state: DataNode) -> [String] {
        var names = [state["Next"]?.text, state["Default"]?.text].compactMap { $0 }
        for list in [state["Choices"], state["Catch"]] {
            names += (list?.list ?? []).compactMap { $0["Next"]?.text }
        }
        return names
    }
}
