// What names mean inside a plain step file, and its placeholders and conditions as expressions of wf.

import WfDiagnostics
import WfSource

struct PlainScope {
    var inputs: [String: PlainInput] = [:]
    var inputOrder: [String] = []
    private(set) var steps: [String: PlainStep] = [:]
    /// Output names, to the step that gives them.
    private var outputs: [String: String] = [:]
    /// Steps whose result is more than text to somebody.
    private var deep: Set<String> = []
    private(set) var usesJson = false

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
    private static let itemWords: Set<String> = ["item", "each", "element"]

    mutating func add(_ step: PlainStep) {
        if steps[step.id] == nil { steps[step.id] = step }
        if let output = step.output { outputs[output] = step.id }
    }

    // MARK: References

    private enum Meaning {
        case input(String, [String])
        case item([String])
        case step(String, [String], isResult: Bool)
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
        if PlainScope.itemWords.contains(first), step.first(PlainKeys.forEach) != nil {
            return .item(Array(path.dropFirst()))
        }
        if ["steps", "tasks", "jobs", "nodes"].contains(first), steps[first] == nil, path.count > 1 {
            path = path.dropFirst()
            if steps[path[1]] == nil { return .missingStep(path[1]) }
        }
        let name = path[path.startIndex]
        var rest = Array(path.dropFirst())
        if let owner = outputs[name] { return .step(owner, rest, isResult: false) }
        if steps[name] != nil {
            if let word = rest.first, PlainScope.resultWords.contains(word) { rest.removeFirst() }
            return .step(name, rest, isResult: true)
        }
        if inputs[name] != nil { return .input(name, rest) }
        if let word = rest.first, PlainScope.resultWords.contains(word) { return .missingStep(name) }
        return .unknown(name, rest)
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
        let bare = Set(PlainKeys.when + PlainKeys.forEach)
        if case .shell(let node) = step.work { walk(node, false) }
        for entry in step.map.entries
        where !PlainKeys.shell.contains(entry.key) && !PlainKeys.needs.contains(entry.key) {
            walk(entry.value, bare.contains(entry.key))
        }
        return found
    }

    /// The paths that stand in a text's placeholders.
    private func paths(_ text: String, isExpression: Bool) -> [[String]] {
        var expressions = Placeholders.parts(text).compactMap { part in
            if case .placeholder(let inner) = part { return inner } else { return nil }
        }
        if expressions.isEmpty, isExpression { expressions = [text] }
        return expressions.flatMap { expression in
            PlainCondition.operands(expression).compactMap(Placeholders.path).filter { path in
                Double(path[0]) == nil && !["true", "false", "null"].contains(path[0])
            }
        }
    }

    func references(of step: PlainStep) -> (steps: [Use], unknown: [Unknown]) {
        var uses: [Use] = []
        var unknown: [Unknown] = []
        for (text, span, isExpression) in texts(of: step) {
            for path in paths(text, isExpression: isExpression) {
                switch meaning(path, in: step) {
                case .step(let name, _, let isResult):
                    uses.append(Use(name: name, span: span, isResult: isResult))
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
                if case .step(let name, let rest, _) = meaning(path, in: step), !rest.isEmpty || isExpression
                {
                    deep.insert(name)
                }
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
        guard case .external(_, _, let isAgent) = step.work else { return .string }
        return isAgent && !deep.contains(step.id) && step.first(PlainKeys.forEach) == nil ? .string : .json
    }

    private func isOptional(_ step: PlainStep) -> Bool {
        step.first(PlainKeys.when) != nil
            || step.first(PlainKeys.approval).map { $0.value.bool != false } == true
    }

    /// A step's result as an expression of that type.
    func result(of step: PlainStep, as type: PlainType) -> String {
        if step.first(PlainKeys.forEach) != nil { return "toJson(\(step.name))" }
        if case .shell = step.work {
            let text = isOptional(step) ? "\(step.name)?.stdout.trim()" : "\(step.name).stdout.trim()"
            return isOptional(step) && type == .string ? "(\(text) ?? \"\")" : text
        }
        if isOptional(step) {
            return self.type(of: step) == .json
                ? "(\(step.name) ?? null)" : type == .string ? "(\(step.name) ?? \"\")" : step.name
        }
        return step.name
    }

    func itemName(_ step: PlainStep) -> String { "item" }

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
        guard let parts = Placeholders.path(words) else { return nil }
        switch meaning(parts, in: step) {
        case .input(let name, let rest), .unknown(let name, let rest):
            guard let input = inputs[name] else { return nil }
            if rest.isEmpty { return (input.parameter, input.type) }
            return (path(input.type == .json ? input.parameter : "toJson(\(input.parameter))", rest), .json)
        case .item(let rest): return (path("item", rest), .json)
        case .step(let name, let rest, _):
            guard let owner = steps[name] else { return nil }
            if rest.isEmpty {
                let type = owner.first(PlainKeys.forEach) != nil ? .json : type(of: owner)
                return (result(of: owner, as: type), type)
            }
            let base = result(of: owner, as: .string)
            if case .external = owner.work { return (path(base, rest), .json) }
            return (path("(\(base).parseJson() ?? null)", rest), .json)
        case .missingStep: return nil
        }
    }

    /// A value as an expression: texts with their placeholders put in.
    mutating func value(_ node: DataNode, in step: PlainStep, _ job: inout ImportJob) -> String {
        switch node.content {
        case .text(let text):
            let parts = Placeholders.parts(text)
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
                + map.entries.map { "\(WfText.string($0.key)): \(value($0.value, in: step, &job))" }.joined(
                    separator: ", ") + " }"
        case .null, .bool, .number: return WfJson.literal(node)
        }
    }

    /// A text as an expression of type `String`.
    mutating func text(_ node: DataNode, in step: PlainStep, _ job: inout ImportJob) -> String {
        var result = ""
        for part in Placeholders.parts(node.scalarText ?? WfJson.jsonText(node)) {
            switch part {
            case .text(let text): result += WfText.escaped(text)
            case .placeholder(let inner):
                guard let (expression, type) = expression(inner, in: step) else {
                    job.add(.dialectExpressionKept(inner, "it is more than a name", at: node.span))
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
    mutating func items(_ node: DataNode, in step: PlainStep, _ job: inout ImportJob) -> String {
        if node.list != nil { return "(\(value(node, in: step, &job)) as [Json])" }
        let words = PlainScope.bare(node.text ?? "")
        guard let (expression, type) = expression(words, in: step) else {
            job.add(
                .dialectExpected(
                    "a list, or the name of one", node.kindName, for: "the loop of `\(step.id)`",
                    at: node.span))
            return "[]"
        }
        return type == .json ? "\(expression).elements" : "(\(expression).parseJson() ?? null).elements"
    }

    static func bare(_ text: String) -> String {
        let parts = Placeholders.parts(text)
        if parts.count == 1, case .placeholder(let inner) = parts[0] { return inner }
        return text
    }

    /// A condition as an expression of type `Bool`.
    mutating func condition(_ node: DataNode, in step: PlainStep, _ job: inout ImportJob) -> String {
        if let bool = node.bool { return bool ? "true" : "false" }
        let words = PlainScope.bare(node.scalarText ?? "")
        var needsJson = false
        var copy = self
        let written = PlainCondition.write(words) { operand in
            copy.expression(operand, in: step)
        } truth: { text, type in
            switch type {
            case .bool: return text
            case .string: return "!\(text).isEmpty"
            case .int: return "\(text) != 0"
            case .float: return "\(text) != 0.0"
            case .json:
                needsJson = true
                return "json.isTruthy(\(text))"
            }
        }
        self = copy
        usesJson = usesJson || needsJson
        if let written { return written }
        job.add(
            .dialectExpressionKept(
                words, "the condition is not understood; the step always runs", at: node.span))
        return "true"
    }
}
