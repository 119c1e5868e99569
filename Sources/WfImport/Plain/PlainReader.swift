// From the data of a plain step file to its model, with everything that is wrong with it said. Writes no wf.

import WfDiagnostics
import WfSource

struct PlainReader {
    let top: DataMap

    // MARK: Inputs

    func inputs(_ job: inout ImportJob) -> [PlainInput] {
        guard let entry = top.first(PlainKeys.inputs) else { return [] }
        switch entry.value.content {
        case .map(let map): return map.all.map { input($0.key, $0.value, $0.keySpan, &job) }
        case .list(let elements):
            return elements.compactMap { element in
                if let name = element.text {
                    return input(name, DataNode(.map(DataMap()), element.span), element.span, &job)
                }
                guard let map = element.map, let name = map.first(["name", "id", "key"])?.value.scalarText
                else {
                    job.add(.dialectExpected("a name", element.kindName, for: "an input", at: element.span))
                    return nil
                }
                return input(name, element, element.span, &job)
            }
        default: return []
        }
    }

    private func input(_ name: String, _ node: DataNode, _ span: Span, _ job: inout ImportJob) -> PlainInput {
        guard let map = node.map,
            map.isEmpty || map.first(["type", "default", "required", "description", "name"]) != nil
        else {
            // `name: string` gives the type, `name: value` the default itself.
            if let word = node.text, PlainReader.typeWords.contains(word.lowercased()) {
                return PlainInput(
                    name: name, type: PlainReader.type(word), defaultNode: nil, isRequired: true, span: span)
            }
            return PlainInput(
                name: name, type: type(of: node), defaultNode: node, isRequired: false, span: span)
        }
        let defaultNode = map["default"].flatMap { $0.isNull ? nil : $0 }
        let type = map["type"]?.text.map(PlainReader.type) ?? defaultNode.map(type(of:)) ?? .string
        if let defaultNode { checkDefault(name, type, defaultNode, &job) }
        return PlainInput(
            name: name, type: type, defaultNode: defaultNode,
            isRequired: map["required"]?.isOn ?? (defaultNode == nil),
            span: span)
    }

    private func checkDefault(_ name: String, _ type: PlainType, _ node: DataNode, _ job: inout ImportJob) {
        let expected: String
        switch type {
        case .bool where node.bool == nil: expected = "`true` or `false`"
        case .int where node.int == nil: expected = "a whole number"
        case .float where node.float == nil: expected = "a number"
        case .string where node.scalarText == nil: expected = "text"
        default: return
        }
        let found = node.text.map { "the text `\($0)`" } ?? node.kindName
        let isWord = ["on", "off", "yes", "no", "y", "n"].contains(node.text?.lowercased() ?? "")
        let notes = isWord ? ["in YAML 1.2 `\(node.text ?? "")` is text, not a truth value"] : []
        job.add(
            .dialectExpected(expected, found, for: "the default of `\(name)`", at: node.span, notes: notes))
    }

    private func type(of node: DataNode) -> PlainType {
        switch node.content {
        case .bool: return .bool
        case .number: return node.int == nil ? .float : .int
        case .text: return .string
        case .null, .list, .map: return .json
        }
    }

    private static let typeWords: Set<String> = [
        "string", "str", "text", "bool", "boolean", "int", "integer", "number", "float", "double", "object",
        "array", "list", "json", "any",
    ]

    static func type(_ word: String) -> PlainType {
        switch word.lowercased() {
        case "string", "str", "text", "path", "choice", "enum": return .string
        case "bool", "boolean": return .bool
        case "int", "integer": return .int
        case "number", "float", "double": return .float
        default: return .json
        }
    }

    // MARK: Steps

    func steps(into outline: inout PlainOutline, _ job: inout ImportJob) {
        guard let entry = top.first(PlainKeys.steps) else { return }
        guard entry.value.list != nil || entry.value.map != nil else {
            job.add(
                .dialectExpected(
                    "a list of steps", entry.value.kindName, for: "`\(entry.key)`", at: entry.value.span))
            return
        }
        _ = read(entry.value, isParallel: false, isTop: true, PlainAround(), into: &outline, &job)
    }

    func step(
        _ node: DataNode, id entry: DataEntry?, number: Int, _ around: PlainAround, _ job: inout ImportJob
    ) -> PlainStep? {
        if let command = node.text {
            let word = command.split(whereSeparator: \.isWhitespace).first.map(String.init)
            let id = entry?.key ?? word?.split(separator: "/").last.map(String.init) ?? "step\(number)"
            var step = PlainStep(
                id: id, span: entry?.keySpan ?? node.span, map: around.settings, work: .shell(node))
            step.hasId = entry != nil
            step.conditions = around.conditions
            step.items = around.items
            step.isTolerant = isTolerant(around.settings)
            return step
        }
        guard var map = node.map else {
            job.add(.dialectExpected("a step", node.kindName, for: "step \(number)", at: node.span))
            return nil
        }
        let given = map.first(PlainKeys.id)?.value
        let id = entry?.key ?? given?.scalarText ?? fallbackId(map) ?? "step\(number)"
        let span = entry?.keySpan ?? start(of: node)
        job.name(node.map, "the step `\(id)`")
        let own = map
        for entry in PlainReader.inherit(map, around.settings).entries { map.add(entry) }
        guard let work = work(map, id, span, &job) else { return nil }
        var step = PlainStep(id: id, span: span, map: map, work: work)
        step.hasId = entry != nil || given?.scalarText != nil
        step.outputs = outputs(own)
        // Beside an id, a name is a title.
        let hasOther = entry != nil || own.has(PlainKeys.id.filter { $0 != "name" })
        let title = hasOther ? own["name"]?.scalarText : nil
        step.prose = own["description"]?.text ?? title ?? ""
        step.conditions = around.conditions
        if case .decision = work {} else { step.conditions += own.first(PlainKeys.when).map { [$0] } ?? [] }
        step.items = own.has(PlainKeys.forEach) ? PlainReader.items(own, around) : around.items
        step.isTolerant = isTolerant(map)
        if let needs = own.first(PlainKeys.needs) {
            step.saysNeeds = true
            step.needs = names(needs, id, &job)
        }
        guard case .external = work else { return step }
        step.input = own.entries.filter { entry in
            !PlainKeys.step.contains(entry.key) && !PlainKeys.prose.contains(entry.key)
                && !PlainKeys.control.contains(entry.key)
                && !(step.isLoop && PlainKeys.concurrency.contains(entry.key))
        }
        return step
    }

    /// Whether a failure is to be none.
    private func isTolerant(_ map: DataMap) -> Bool {
        if let key = PlainKeys.tolerant.first(where: { map.peek($0)?.isOn != nil }), map[key]?.isOn == true {
            return true
        }
        guard let word = PlainKeys.onError.lazy.compactMap({ map.peek($0)?.text }).first else { return false }
        switch word.lowercased() {
        case "continue", "ignore", "skip", "resume", "warn":
            _ = map.first(PlainKeys.onError)
            return true
        case "fail", "stop", "abort", "raise", "error": _ = map.first(PlainKeys.onError)
        default: break
        }
        return false
    }

    /// What the result is called: one name for it, or names of its fields.
    private func outputs(_ map: DataMap) -> [(name: String, field: String?)] {
        guard let key = PlainKeys.output.first(where: { map.has($0) }), let node = map.peek(key) else {
            return []
        }
        if let name = node.text {
            _ = map.entry(key)
            return [(name, nil)]
        }
        guard let names = node.list?.map({ $0.text ?? $0.map?.first(["name", "id"])?.value.text }),
            !names.contains(nil)
        else { return [] }
        _ = map.entry(key)
        return names.compactMap { $0 }.map { ($0, names.count == 1 ? nil : $0) }
    }

    private func fallbackId(_ map: DataMap) -> String? {
        (PlainKeys.tool + ["agent"]).lazy.compactMap { map.peek($0)?.text }.first
    }

    func start(of node: DataNode) -> Span {
        Span(file: node.span.file, start: node.span.start, end: min(node.span.end, node.span.start + 1))
    }

    func names(_ entry: DataEntry, _ owner: String, _ job: inout ImportJob) -> [(name: String, span: Span)] {
        switch entry.value.content {
        case .null: return []
        case .list(let elements):
            return elements.compactMap { element in
                if let name = element.scalarText
                    ?? element.map?.first(PlainKeys.id + ["ref", "task"])?.value.scalarText
                {
                    return (name, element.span)
                }
                job.add(
                    .dialectExpected("a step's name", element.kindName, for: "`\(owner)`", at: element.span))
                return nil
            }
        default:
            guard let text = entry.value.scalarText else {
                job.add(
                    .dialectExpected(
                        "names of steps", entry.value.kindName, for: "`\(owner)`", at: entry.value.span))
                return []
            }
            return text.split(separator: ",").map { (SourceWriter.trimmed($0), entry.value.span) }
        }
    }

    // MARK: What a step does

    private func work(_ map: DataMap, _ id: String, _ span: Span, _ job: inout ImportJob) -> PlainWork? {
        let config = map["config"]?.map ?? DataMap()
        func find(_ key: String) -> DataNode? { map[key] ?? config[key] }
        func text(_ keys: [String]) -> String? {
            for key in keys where (map.peek(key) ?? config.peek(key))?.text != nil { return find(key)?.text }
            return nil
        }
        if let kind = map.peek("type")?.text,
            ["approval", "approve", "human_approval", "gate"].contains(kind)
        {
            return .approval(
                map.first(PlainKeys.prompt + ["message", "title", "description"])?.value
                    ?? DataNode(.text(id), span))
        }
        if let condition = decision(map) { return .decision(condition) }
        let action = text(PlainKeys.tool)
        if wait(map) == nil,
            let seconds = find("duration_seconds")
                ?? find("fail_probability").map({ _ in DataNode(.number("0"), span) })
        {
            let probability = find("fail_probability")?.float ?? 0
            guard let duration = seconds.float, duration >= 0, (0...1).contains(probability) else {
                job.add(
                    .dialectExpected(
                        "numbers for `duration_seconds` and `fail_probability`", "others",
                        for: "the step `\(id)`", at: seconds.span))
                return nil
            }
            return .simulated(
                action: action ?? id, seconds: duration, failures: Int((probability * 65536).rounded()))
        }
        if let agent = map["agent"]?.text {
            return .external(what: "the agent `\(agent)`", role: agent, isAgent: true)
        }
        if let command = command(action, map, config) { return .shell(command) }
        if map.has(PlainKeys.prompt) { return prompted(action, map) }
        for key in PlainKeys.shell {
            let command = map.peek(key) ?? config.peek(key)
            guard command?.scalarText != nil || command?.list != nil, let command = find(key) else {
                continue
            }
            return .shell(key == "script" ? PlainReader.lines(command) ?? command : command)
        }
        if let code = map["python"], code.text != nil {
            let words = ["python3", "-c"].map { DataNode(.text($0), code.span) }
            return .shell(DataNode(.list(words + [code]), code.span))
        }
        if let lines = map.first(PlainKeys.commands)?.value, let command = PlainReader.lines(lines) {
            return .shell(command)
        }
        if let wait = wait(map) {
            guard let ms = WfDuration.ms(wait.value, unitMs: 1000), ms >= 0 else {
                job.add(
                    .dialectExpected(
                        "a duration", wait.value.kindName, for: "`\(wait.key)`", at: wait.value.span))
                return nil
            }
            return .wait(ms: ms)
        }
        if let action { return .external(what: "the action `\(action)`", role: action, isAgent: false) }
        if let role = map.first(["role", "assignee"])?.value.text ?? map.peek("type")?.text {
            return .external(what: "work of the kind `\(role)`", role: role, isAgent: false)
        }
        if let entry = unknownAction(map) {
            return .external(what: "the action `\(entry.key)`", role: entry.key, isAgent: false)
        }
        if map.has("message") { return prompted(nil, map) }
        job.add(.dialectNothingToDo("the step `\(id)`", at: span))
        return nil
    }

    /// A list of commands as one command that runs them in order, as long as they end well; nil for anything else.
    private static func lines(_ node: DataNode) -> DataNode? {
        guard let list = node.list else { return nil }
        let texts = list.compactMap(\.text)
        guard texts.count == list.count else { return nil }
        let commands = texts.filter { !$0.allSatisfy(\.isWhitespace) }
        // A comment or an `&` at the end of a command would take the next one with it, and behind a `;` or an `||` it would be
        // done whatever came before.
        let isPlain = commands.allSatisfy { command in
            !command.contains("||") && !command.contains { "#&;\n".contains($0) }
        }
        let text =
            isPlain
            ? commands.joined(separator: " && ")
            : commands.map { "{\n\($0)\n}" }.joined(separator: " && ")
        return DataNode(.text(text), node.span)
    }

    /// The condition of a step that only chooses between others by their names.
    private func decision(_ map: DataMap) -> DataEntry? {
        let kinds = ["condition", "conditional", "branch", "if", "decision", "choice"]
        let targets = (PlainKeys.yes + PlainKeys.no).compactMap { map.peek($0) }
        guard let kind = map.peek("type")?.text, kinds.contains(kind.lowercased()), !targets.isEmpty,
            targets.allSatisfy({ $0.text != nil || $0.list?.allSatisfy { $0.text != nil } == true })
        else { return nil }
        return map.first(PlainKeys.when + ["expression"])
    }

    /// Gives the steps that decisions name their conditions.
    func addDecisions(to outline: inout PlainOutline, _ job: inout ImportJob) {
        for step in outline.steps {
            guard case .decision(let condition) = step.work else { continue }
            for (keys, word) in [(PlainKeys.yes, "true"), (PlainKeys.no, "false")] {
                guard let entry = step.map.first(keys) else { continue }
                for target in names(entry, step.id, &job) {
                    let members = outline.groups[target.name]?.members ?? [target.name]
                    let places = outline.steps.indices.filter { members.contains(outline.steps[$0].id) }
                    if places.isEmpty {
                        job.add(
                            .dialectUnknownName(
                                "step", target.name, neededBy: step.id, among: outline.steps.map(\.id),
                                at: target.span))
                    }
                    let text = DataNode(.text("{{\(step.id)}} == \(word)"), condition.value.span)
                    for place in places {
                        outline.steps[place].conditions.append(DataEntry("when", condition.keySpan, text))
                    }
                }
            }
        }
    }

    /// Who answers a prompt: the action that the step names, the file's agent, or the kind of the step.
    private func prompted(_ action: String?, _ map: DataMap) -> PlainWork {
        if let action { return .external(what: "the action `\(action)`", role: action, isAgent: true) }
        if let kind = map.peek("type")?.text,
            !["agent", "task", "step", "prompt"].contains(kind.lowercased())
        {
            return .external(what: "work of the kind `\(kind)`", role: kind, isAgent: true)
        }
        let agent = top["agent"]?.text ?? "agent"
        return .external(what: "the agent `\(agent)`", role: agent, isAgent: true)
    }

    /// The command of an action that is a shell: `action: shell`, `args: {command: …}`.
    private func command(_ action: String?, _ map: DataMap, _ config: DataMap) -> DataNode? {
        guard let action, ["shell", "bash", "sh", "command", "exec", "run"].contains(action.lowercased())
        else {
            return nil
        }
        for inner in PlainKeys.with.compactMap({ map.peek($0)?.map }) + [config] {
            let keys = inner.entries.filter { PlainKeys.shell.contains($0.key) }
            // What else it says is not known here.
            guard keys.count == 1, inner.count == 1, let node = keys.first?.value else { continue }
            guard node.scalarText != nil || node.list?.allSatisfy({ $0.scalarText != nil }) == true else {
                continue
            }
            _ = PlainKeys.with.compactMap { map.peek($0)?.map == nil ? nil : map[$0] }
            node.readAll()
            keys[0].mark.isRead = true
            return node
        }
        return nil
    }

    /// How long a step only waits.
    private func wait(_ map: DataMap) -> DataEntry? {
        if let key = PlainKeys.wait.first(where: { map.has($0) }), map.peek(key)?.map == nil {
            return map.entry(key)
        }
        guard ["wait", "sleep", "delay", "timer"].contains(map.peek("type")?.text) else { return nil }
        return map.first(["duration", "duration_seconds", "seconds", "delay"])
    }
}
