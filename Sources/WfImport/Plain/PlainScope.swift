// What names mean inside a plain step file, and its placeholders and conditions as expressions of wf.

import WfDiagnostics
import WfSource

struct PlainScope {
    var inputs: [String: PlainInput] = [:]
    var inputOrder: [String] = []
    private(set) var steps: [String: PlainStep] = [:]
    /// Output names, to the step that gives them and the field of its result.
    private var outputs: [String: (step: String, field: String?)] = [:]
    /// Steps whose result is more than text to somebody.
    private var deep: Set<String> = []
    private(set) var usesJson = false
    /// Names for several steps.
    var groups: [String: PlainGroup] = [:]
    /// Ids as people write them elsewhere: `build-the-app` for `Build the app`; nil where two are alike.
    private var aliases: [String: String?] = [:]

    /// A name that neither a step nor an input has.
    struct Unknown {
        let name: String
        let span: Span
        let isDeep: Bool
    }

    /// A step's result that is read.
    struct Use {
        let name: String
        let span: Span
        /// Written as `step.result`, not by the name of an output.
        let isResult: Bool
    }

    private static let inputWords: Set<String> = [
        "inputs", "input", "params", "parameters", "args", "arguments", "vars",
    ]
    private static let resultWords: Set<String> = ["result", "output", "outputs", "stdout", "value"]

    mutating func add(_ step: PlainStep) {
        if steps[step.id] == nil { steps[step.id] = step }
        addAlias(step.id)
        for output in step.outputs { outputs[output.name] = (step.id, output.field) }
        if case .block(let inner) = step.work { for step in inner { add(step) } }
    }

    mutating func addAlias(_ id: String) {
        guard let key = NameTable.lowerCamel(id)?.lowercased() else { return }
        if let known = aliases[key], known != id { aliases[key] = .some(nil) } else { aliases[key] = id }
    }

    /// The id of the step or group that is meant: its own, or one that reads alike.
    func id(_ name: String) -> String {
        if steps[name] != nil || groups[name] != nil { return name }
        func alias(_ words: String) -> String? {
            NameTable.lowerCamel(words).flatMap { aliases[$0.lowercased()] ?? nil }
        }
        // A heading may be named with its number.
        return alias(name) ?? alias(PlainReader.title(name)) ?? name
    }

    /// A path whose first part may be the id of a step with blanks in it.
    private func path(_ words: String) -> [String]? {
        if let path = Placeholders.path(words) { return path }
        for id in steps.keys.sorted(by: { ($1.utf8.count, $1) < ($0.utf8.count, $0) }) where id.contains(" ")
        {
            if words == id { return [id] }
            guard words.hasPrefix(id + ".") else { continue }
            return Placeholders.path(String(words.dropFirst(id.count + 1))).map { [id] + $0 }
        }
        return nil
    }

    // MARK: References

    private enum Meaning {
        case input(String, [String])
        case item(String, [String])
        case step(String, [String], isResult: Bool)
        case group(String, [String])
        case missingStep(String)
        case unknown(String, [String])
    }

    private func meaning(_ path: [String], in step: PlainStep) -> Meaning {
        var path = path[...]
        let first = path[0]
        if PlainScope.inputWords.contains(first), inputs[first] == nil, path.count > 1 {
            path = path.dropFirst()
            if inputs[path[1]] != nil || inputs.isEmpty {
                return inputs[path[1]] != nil
                    ? .input(path[1], Array(path.dropFirst())) : .unknown(path[1], Array(path.dropFirst()))
            }
            return .unknown(path[1], Array(path.dropFirst()))
        }
        if let item = step.items.first(where: { $0.word == first }) {
            return .item(item.name, Array(path.dropFirst()))
        }
        if ["steps", "tasks", "jobs", "nodes"].contains(first), steps[first] == nil, path.count > 1 {
            path = path.dropFirst()
            let name = id(path[1])
            if steps[name] == nil && groups[name] == nil { return .missingStep(path[1]) }
        }
        let name = path[path.startIndex]
        var rest = Array(path.dropFirst())
        let isResult = rest.first.map { PlainScope.resultWords.contains($0) } ?? false
        if let (owner, field) = outputs[name] {
            // What a command has printed is its result, whatever it is called.
            while isText(owner), rest.first.map({ PlainScope.resultWords.contains($0) }) == true {
                rest.removeFirst()
            }
            return .step(owner, (field.map { [$0] } ?? []) + rest, isResult: false)
        }
        if inputs[name] != nil { return .input(name, rest) }
        let known = id(name)
        if steps[known] != nil || groups[known] != nil {
            if isResult { rest.removeFirst() }
            while isText(known), rest.first.map({ PlainScope.resultWords.contains($0) }) == true {
                rest.removeFirst()
            }
            return steps[known] != nil ? .step(known, rest, isResult: true) : .group(known, rest)
        }
        return isResult ? .missingStep(name) : .unknown(name, rest)
    }

    private func isText(_ id: String) -> Bool {
        if case .shell? = steps[id]?.work { return true } else { return false }
    }

    private static let outcomeWords: Set<String> = ["status", "state", "outcome", "conclusion"]
    /// What only a process has.
    private static let processWords: Set<String> = [
        "exit_code", "exitCode", "exitcode", "returncode", "rc", "stderr",
    ]
    private static let partWords: Set<String> = outcomeWords.union(processWords).union([
        "success", "succeeded", "failed", "failure",
    ])
    private static let goodWords = ["success", "succeeded", "completed", "complete", "passed", "ok", "done"]
    private static let badWords = ["failed", "failure", "error", "errored"]
    /// What the condition that is being written calls a command that has ended well; nil where it does not name an end.
    private var outcomeText: String?
    /// What it calls one that has failed.
    private var badText: String?
    private var isCondition = false
    /// Paths of the condition that is being written that are read as a command's end.
    private var ends: [String] = []

    /// Whether a path asks how a command has ended, and not for what it has printed.
    private static func isOutcome(_ step: PlainStep, _ rest: [String]) -> Bool {
        if case .shell = step.work { return rest.count == 1 && partWords.contains(rest[0]) }
        return false
    }

    /// Commands that may fail, and are asked whether they have: their step is what they print and whether they ended well.
    private(set) var followed: Set<String> = []
    private static let endWords: Set<String> = outcomeWords.union([
        "success", "succeeded", "failed", "failure",
    ])

    /// Whether a path asks a command that may fail, and does run, whether it has.
    private func asksEnd(_ step: PlainStep, _ rest: [String]) -> Bool {
        step.isTolerant && !step.isLoop && !isOptional(step) && PlainScope.isOutcome(step, rest)
            && PlainScope.endWords.contains(rest[0])
    }

    /// How a followed command has ended, in the words of the condition that asks.
    private func followedPart(_ step: PlainStep, _ rest: [String]) -> (String, PlainType)? {
        guard followed.contains(step.id), asksEnd(step, rest) else { return nil }
        switch rest[0] {
        case "success", "succeeded": return ("\(step.name).1", .bool)
        case "failed", "failure": return ("!\(step.name).1", .bool)
        default:
            let words = (outcomeText ?? "success", badText ?? "failure")
            return (
                "(if \(step.name).1 { \(WfText.string(words.0)) } else { \(WfText.string(words.1)) })",
                .string
            )
        }
    }

    /// Whether a command may have ended in more ways than well.
    private func isUncertain(_ step: PlainStep) -> Bool { step.isTolerant || step.isLoop || isOptional(step) }

    /// The word of a condition for an end that is good, or one when it only knows bad ones.
    private static func outcome(in words: String) -> String? {
        let quoted = words.split(omittingEmptySubsequences: false) { "'\"".contains($0) }
        let texts = quoted.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
        if let good = texts.first(where: { goodWords.contains($0.lowercased()) }) { return good }
        return texts.contains { badWords.contains($0.lowercased()) } ? "success" : nil
    }

    /// The word of a condition for an end that is bad.
    private static func failure(in words: String) -> String? {
        let quoted = words.split(omittingEmptySubsequences: false) { "'\"".contains($0) }
        return quoted.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }.first {
            badWords.contains($0.lowercased())
        }
    }

    /// What else of a command's end is asked for by name: its status, what it has said of errors.
    private func processPart(_ step: PlainStep, _ rest: [String]) -> (String, PlainType)? {
        if let part = followedPart(step, rest) { return part }
        guard PlainScope.isOutcome(step, rest), !isUncertain(step) else { return nil }
        switch rest[0] {
        case "success", "succeeded": return ("true", .bool)
        case "failed", "failure": return ("false", .bool)
        case let word where PlainScope.outcomeWords.contains(word) && outcomeText != nil:
            return outcomeText.map { (WfText.string($0), .string) }
        case "exit_code", "exitCode", "exitcode", "returncode", "rc", "status":
            return ("\(step.name).status", .int)
        case "stderr": return ("\(step.name).stderr.trim()", .string)
        default: return nil
        }
    }

    /// All texts of a step that may hold placeholders, with whether the text as a whole is an expression.
    private func texts(of step: PlainStep) -> [(text: String, span: Span, isExpression: Bool)] {
        var found: [(String, Span, Bool)] = []
        func walk(_ node: DataNode, _ isExpression: Bool) {
            switch node.content {
            case .text(let text): found.append((text, node.span, isExpression))
            case .list(let elements): for element in elements { walk(element, false) }
            case .map(let map): for entry in map.entries { walk(entry.value, false) }
            case .null, .bool, .number: break
            }
        }
        if case .shell(let node) = step.work { walk(node, false) }
        if case .decision(let condition) = step.work { walk(condition.value, true) }
        let apart = Set(PlainKeys.shell + PlainKeys.needs + PlainKeys.when)
        for entry in step.map.entries where !apart.contains(entry.key) {
            walk(entry.value, PlainKeys.forEach.contains(entry.key))
        }
        for condition in step.conditions { walk(condition.value, true) }
        return found
    }

    /// The paths that stand in a text's placeholders.
    private func paths(_ text: String, isExpression: Bool) -> [[String]] {
        var expressions = parts(text).compactMap { part in
            if case .placeholder(let inner) = part { return inner } else { return nil }
        }
        if expressions.isEmpty, isExpression { expressions = [text] }
        return expressions.flatMap { expression in
            if let path = path(expression), Double(path[0]) == nil { return [path] }
            return PlainCondition.operands(expression).compactMap(Placeholders.path)
        }.filter { path in Double(path[0]) == nil && !["true", "false", "null"].contains(path[0]) }
    }

    func references(of step: PlainStep) -> (steps: [Use], unknown: [Unknown]) {
        var uses: [Use] = []
        var unknown: [Unknown] = []
        for (text, span, isExpression) in texts(of: step) {
            for path in paths(text, isExpression: isExpression) {
                switch meaning(path, in: step) {
                case .step(let name, _, let isResult):
                    uses.append(Use(name: name, span: span, isResult: isResult))
                case .group(let name, _):
                    for member in groups[name]?.members ?? [] {
                        uses.append(Use(name: member, span: span, isResult: true))
                    }
                case .missingStep(let name): uses.append(Use(name: name, span: span, isResult: true))
                case .unknown(let name, let rest):
                    unknown.append(Unknown(name: name, span: span, isDeep: !rest.isEmpty))
                case .input, .item: break
                }
            }
        }
        return (uses, unknown)
    }

    /// Finds which results are more than text to a step.
    mutating func findUses(in step: PlainStep) {
        for (text, _, isExpression) in texts(of: step) {
            for path in paths(text, isExpression: isExpression) {
                guard case .step(let name, let rest, _) = meaning(path, in: step) else { continue }
                if !rest.isEmpty || isExpression { deep.insert(name) }
                if let owner = steps[name], asksEnd(owner, rest) { followed.insert(name) }
            }
        }
    }

    /// Makes parameters of names that nothing provides.
    mutating func takeParameters(_ unknown: [Unknown], _ table: inout NameTable, _ job: inout ImportJob) {
        for name in unknown where inputs[name.name] == nil && !job.isLate() {
            job.add(.dialectBecomesParameter(name.name, at: name.span))
            let isDeep = unknown.contains { $0.name == name.name && $0.isDeep }
            inputs[name.name] = PlainInput(
                name: name.name, parameter: table.take(name.name, fallback: "input"),
                type: isDeep ? .json : .string,
                defaultNode: nil, isRequired: true, span: name.span)
            inputOrder.append(name.name)
        }
    }

    /// The parameters, those without a default first.
    var parameterList: String {
        let all = inputOrder.compactMap { inputs[$0] }
        let required = all.filter(\.isRequired).map { "\($0.parameter): \($0.type.rawValue)" }
        let optional = all.filter { !$0.isRequired }.map {
            "\($0.parameter): \($0.type.rawValue) = \(defaultValue($0))"
        }
        return (required + optional).joined(separator: ", ")
    }

    private func defaultValue(_ input: PlainInput) -> String {
        guard let node = input.defaultNode else {
            switch input.type {
            case .string: return "\"\""
            case .bool: return "false"
            case .int: return "0"
            case .float: return "0.0"
            case .json: return "null"
            }
        }
        switch input.type {
        case .string: return WfText.string(node.scalarText ?? "")
        case .float: return "\(node.float ?? 0)"
        case .bool, .int, .json: return WfJson.literal(node)
        }
    }

    // MARK: Values

    func type(of step: PlainStep) -> PlainType {
        switch step.work {
        case .block, .decision: return .json
        case .simulated, .shell, .approval, .wait, .external: break
        }
        guard case .external(_, _, let isAgent) = step.work else { return .string }
        return isAgent && !deep.contains(step.id) && !step.isLoop ? .string : .json
    }

    private func isOptional(_ step: PlainStep) -> Bool {
        !step.conditions.isEmpty
            || PlainKeys.approval.contains { step.map.peek($0).map { $0.isOn != false } == true }
    }

    /// A step's result as an expression of that type.
    func result(of step: PlainStep, as type: PlainType) -> String {
        if step.isLoop { return "toJson(\(step.name))" }
        if followed.contains(step.id) { return "\(step.name).0" }
        if case .shell = step.work, !step.isTolerant {
            let text = isOptional(step) ? "\(step.name)?.stdout.trim()" : "\(step.name).stdout.trim()"
            return isOptional(step) && type == .string ? "(\(text) ?? \"\")" : text
        }
        if isOptional(step) {
            return self.type(of: step) == .json
                ? "(\(step.name) ?? null)" : type == .string ? "(\(step.name) ?? \"\")" : step.name
        }
        return step.name
    }

    /// The result of a step that may stand in a block that the reader does not.
    private func result(of owner: PlainStep, as type: PlainType, for step: PlainStep) -> (String, PlainType) {
        guard
            let block = owner.blocks.enumerated().first(where: { index, id in
                index >= step.blocks.count || step.blocks[index] != id
            }).flatMap({ steps[$0.element] })
        else { return (result(of: owner, as: type), type) }
        // Each turn of the block has a result of its own.
        return ("toJson(\(block.name).map(turn => turn[\(WfText.string(owner.id))]))", .json)
    }

    private func path(_ base: String, _ rest: [String]) -> String {
        rest.reduce(base) { text, part in
            if Int(part) != nil { return text + "[\(part)]" }
            let isName =
                part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && part.first?.isLetter == true
                && part.allSatisfy(\.isASCII)
            return isName && !PlainScope.jsonMembers.contains(part)
                ? "\(text).\(part)" : "\(text)[\(WfText.string(part))]"
        }
    }

    /// Members of `Json` that a field of the same name would be taken for.
    static let jsonMembers: Set<String> = [
        "isNull", "kind", "keys", "count", "elements", "fields", "field", "at", "has", "text", "with",
        "merged",
        "as", "if", "for", "in", "match", "true", "false", "null", "else", "while", "let", "var", "return",
        "break", "continue",
    ]

    /// A path as an expression and its type; nil when it is no path.
    private mutating func expression(_ words: String, in step: PlainStep) -> (String, PlainType)? {
        guard let parts = path(words) else { return nil }
        switch meaning(parts, in: step) {
        case .input(let name, let rest), .unknown(let name, let rest):
            guard let input = inputs[name] else { return nil }
            if rest.isEmpty { return (input.parameter, input.type) }
            return (path(input.type == .json ? input.parameter : "toJson(\(input.parameter))", rest), .json)
        case .item(let name, let rest): return (path(name, rest), .json)
        case .step(let name, let rest, _):
            guard let owner = steps[name] else { return nil }
            let isHere = owner.blocks.elementsEqual(step.blocks.prefix(owner.blocks.count))
            if isHere, let part = processPart(owner, rest) {
                if isCondition, rest[0] != "stderr" { ends.append(parts.joined(separator: ".")) }
                return part
            }
            if case .shell = owner.work, rest.count == 1, PlainScope.processWords.contains(rest[0]) {
                return nil
            }
            // In a condition, what is not known of an end is asked.
            if isCondition, PlainScope.isOutcome(owner, rest) { return nil }
            let type = owner.isLoop ? .json : type(of: owner)
            let (base, found) = result(of: owner, as: rest.isEmpty ? type : .string, for: step)
            if rest.isEmpty { return (base, found) }
            if type == .json || found == .json { return (path(base, rest), .json) }
            return (path("(\(base).parseJson() ?? null)", rest), .json)
        case .group(let name, let rest):
            guard let group = groups[name] else { return nil }
            let fields = group.members.compactMap { steps[$0] }.map {
                "\(WfText.string($0.id)): \(result(of: $0, as: .json, for: step).0)"
            }
            return (path("toJson({ \(fields.joined(separator: ", ")) } as Json)", rest), .json)
        case .missingStep: return nil
        }
    }

    /// A value as an expression: texts with their placeholders put in.
    mutating func value(_ node: DataNode, in step: PlainStep, _ job: inout ImportJob) -> String {
        switch node.content {
        case .text(let text):
            let parts = parts(text)
            if parts.count == 1, case .placeholder(let inner) = parts[0],
                let (expression, _) = expression(inner, in: step)
            {
                return expression
            }
            return self.text(node, in: step, &job)
        case .list(let elements):
            return "[" + elements.map { value($0, in: step, &job) }.joined(separator: ", ") + "]"
        case .map(let map):
            if map.isEmpty { return "{}" }
            return "{ "
                + map.all.map { "\(WfText.string($0.key)): \(value($0.value, in: step, &job))" }.joined(
                    separator: ", ") + " }"
        case .null, .bool, .number: return WfJson.literal(node)
        }
    }

    /// A text as an expression of type `String`.
    mutating func text(_ node: DataNode, in step: PlainStep, _ job: inout ImportJob) -> String {
        var result = ""
        for part in parts(node.scalarText ?? WfJson.jsonText(node)) {
            switch part {
            case .text(let text): result += WfText.escaped(text)
            case .placeholder(let inner):
                guard let (expression, type) = expression(inner, in: step) else {
                    job.add(.dialectExpressionKept(inner, "it is not known there", at: node.span))
                    result += WfText.escaped("{{\(inner)}}")
                    continue
                }
                if type == .json { usesJson = true }
                result += type == .json ? "{json.plain(\(expression))}" : "{\(expression)}"
            }
        }
        return "\"\(result)\""
    }

    /// What a `for` runs over.
    mutating func items(_ entry: DataEntry, in step: PlainStep, _ job: inout ImportJob) -> String {
        let node = entry.value.map?.first(["items", "in", "list", "over"])?.value ?? entry.value
        if let list = node.list { return WfJson.elements(list) { value($0, in: step, &job) } }
        var outside = step
        outside.items.removeAll { $0.name == step.items.first?.name }
        let words = PlainScope.bare(node.text ?? "")
        guard let (expression, type) = expression(words, in: outside) else {
            job.add(
                .dialectExpected(
                    "a list, or the name of one", node.kindName, for: "the loop of `\(step.id)`",
                    at: node.span))
            return "[]"
        }
        return type == .json ? "\(expression).elements" : "(\(expression).parseJson() ?? null).elements"
    }

    /// The parts of a text: `${steps.a.output}` is a placeholder, too, where it reads something of the file.
    private func parts(_ text: String) -> [Placeholders.Part] {
        let parts = PlainScope.parts(text)
        if !text.contains("${") { return parts }
        var result: [Placeholders.Part] = []
        for part in parts {
            guard case .text(let content) = part else {
                result.append(part)
                continue
            }
            var plain = ""
            var rest = content[...]
            while let open = rest.firstRange(of: "${"),
                let close = rest[open.upperBound...].firstRange(of: "}")
            {
                let words = SourceWriter.trimmed(rest[open.upperBound..<close.lowerBound])
                plain += rest[..<open.lowerBound]
                if isReference(words) {
                    if !plain.isEmpty { result.append(.text(plain)) }
                    plain = ""
                    result.append(.placeholder(words))
                    rest = rest[close.upperBound...]
                } else {
                    plain += "${"
                    rest = rest[open.upperBound...]
                }
            }
            plain += rest
            if !plain.isEmpty { result.append(.text(plain)) }
        }
        return result
    }

    /// Whether words are the path of something in a step or of an input; a shell's variables have no dots.
    private func isReference(_ words: String) -> Bool {
        guard let path = Placeholders.path(words), path.count > 1 else { return false }
        func isStep(_ name: String) -> Bool { steps[id(name)] != nil || groups[id(name)] != nil }
        if PlainScope.inputWords.contains(path[0]) { return inputs[path[1]] != nil }
        if ["steps", "tasks", "jobs", "nodes"].contains(path[0]) { return isStep(path[1]) }
        return isStep(path[0]) || outputs[path[0]] != nil
    }

    /// `${{ x }}` is written for `{{ x }}` too.
    static func parts(_ text: String) -> [Placeholders.Part] {
        Placeholders.parts(text.replacing("${{", with: "{{"))
    }

    static func bare(_ text: String) -> String {
        let parts = PlainScope.parts(text)
        if parts.count == 1, case .placeholder(let inner) = parts[0] { return inner }
        return text
    }

    /// A condition as an expression of type `Bool`; nil when it is not understood, which has been said.
    mutating func condition(_ node: DataNode, in step: PlainStep, _ job: inout ImportJob) -> String? {
        if let bool = node.bool { return bool ? "true" : "false" }
        let words = PlainScope.bare(SourceWriter.trimmed(node.scalarText ?? ""))
        var copy = self
        copy.isCondition = true
        copy.outcomeText = PlainScope.outcome(in: words)
        copy.badText = PlainScope.failure(in: words)
        let written = PlainCondition.write(words.replacing("${{", with: "{{")) { operand in
            copy.expression(operand, in: step)
        } truth: { text, type in
            switch type {
            case .bool: return text
            case .string: return "!\(text).isEmpty"
            case .int: return "\(text) != 0"
            case .float: return "\(text) != 0.0"
            case .json: return "json.isTruthy(\(text))"
            }
        }
        self = copy
        for end in ends where written != nil {
            job.add(
                .dialectUnit(
                    end, "how the command has ended, not what it prints", at: node.span))
        }
        (isCondition, outcomeText, badText, ends) = (false, nil, nil, [])
        if written?.contains("json.") == true { usesJson = true }
        if let written {
            if written == "false" || written == "!(true)" {
                job.add(
                    .dialectNotActedOn(
                        "the condition `\(words)`", in: "the step `\(step.id)`",
                        so: "a command that fails ends the run, but where it says `continue_on_error: true`",
                        at: node.span))
            }
            return written
        }
        job.add(.dialectExpressionKept(words, "somebody says whether it holds", at: node.span))
        return nil
    }
}
