// One expression of GitHub Actions as an expression of wf that means the same: contexts are values of the text or of the
// run, operators and functions those of `std.runner`.

import WfSource

/// An expression in wf.
struct GitHubValue {
    var text: String
    var type: PlainType
    /// The content of a text that is known.
    var literal: String?
    /// A text in lower case, such as `success`.
    var isStatus = false
    /// What `.*` has found: an index is looked for in each of them.
    var isFiltered = false
    /// Whether it can fail, so that it must not be looked at in vain.
    var mayFail = false
    /// A value of the run or of a step, or something inside one.
    var isPath = false

    /// The same of type `Json`.
    var json: String {
        if type == .json || literal != nil { return text }
        return type == .int || type == .float ? text : "toJson(\(text))"
    }

    static func text(_ content: String) -> GitHubValue {
        GitHubValue(text: WfText.string(content), type: .string, literal: content)
    }
    static let null = GitHubValue(text: "null", type: .json)
}

extension GitHubExpressions {
    private static let contexts: Set<String> = ["github", "inputs", "vars", "runner", "secrets"]
    private static let depthMax = 8
    private static let lengthMax = 20_000

    /// What an expression's text is in wf; nil, and `why`, when it is not translated.
    mutating func value(of words: String) -> GitHubValue? {
        why = ""
        guard let tree = GitHubExpression.parse(words) else {
            why = "it is no expression of GitHub's"
            return nil
        }
        let before = self
        if let value = value(tree), value.text.utf8.count <= GitHubExpressions.lengthMax { return value }
        let reason = why.isEmpty ? "it becomes too long" : why
        self = before
        why = reason
        return nil
    }

    private mutating func fail(_ reason: String) -> GitHubValue? {
        if why.isEmpty { why = reason }
        return nil
    }

    private mutating func value(_ tree: GitHubExpression) -> GitHubValue? {
        switch tree {
        case .null: return .null
        case .bool(let value): return GitHubValue(text: "\(value)", type: .bool)
        case .number(let value):
            guard value.isFinite else { return fail("`NaN` and `Infinity` are not translated") }
            if let whole = Int(exactly: value) { return GitHubValue(text: "\(whole)", type: .int) }
            return GitHubValue(text: "\(value)", type: .float)
        case .text(let text): return .text(text)
        case .not(let inner):
            guard let inner = value(inner) else { return nil }
            let text = truth(inner)
            return GitHubValue(text: text.contains(" ") ? "!(\(text))" : "!\(text)", type: .bool)
        case .context, .index, .each: return reading(tree)
        case .call(let name, let items): return call(name, items)
        case .binary(let sign, let left, let right):
            if sign == "&&" || sign == "||" { return joined(sign, left, right) }
            guard let first = value(left), let second = value(right) else { return nil }
            return compared(first, sign, second)
        }
    }

    // MARK: Operators

    /// Whether a value counts as true.
    mutating func truth(_ value: GitHubValue) -> String {
        switch value.type {
        case .bool: return value.text
        case .string: return value.literal.map { "\(!$0.isEmpty)" } ?? "!\(value.text).isEmpty"
        case .int: return "\(value.text) != 0"
        case .float: return "\(value.text) != 0.0"
        case .json:
            usesRunner = true
            return "runner.truth(\(value.text))"
        }
    }

    /// `&&` and `||`, which come to one of their sides.
    private mutating func joined(_ sign: String, _ left: GitHubExpression, _ right: GitHubExpression)
        -> GitHubValue?
    {
        // What is always so adds nothing.
        if let constant = left.constant, isPlain(left) {
            return constant == (sign == "&&") ? value(right) : value(left)
        }
        // `condition && yes || no`
        if sign == "||", case .binary("&&", let condition, let yes) = left, yes.constant == true, isPlain(yes)
        {
            guard let condition = value(condition), let yes = value(yes), let no = value(right) else {
                return nil
            }
            let isText = yes.type == .string && no.type == .string
            let sides = isText ? (yes.text, no.text) : (typed(yes), typed(no))
            let text = "(if \(truth(condition)) { \(sides.0) } else { \(sides.1) })"
            return GitHubValue(text: text, type: isText ? .string : .json, mayFail: no.mayFail)
        }
        guard let first = value(left), let second = value(right) else { return nil }
        if first.type == .bool, second.type == .bool {
            let text = "\(operand(first.text, in: sign)) \(sign) \(operand(second.text, in: sign))"
            return GitHubValue(text: text, type: .bool, mayFail: first.mayFail || second.mayFail)
        }
        usesRunner = true
        if second.mayFail {
            let sides = sign == "&&" ? (typed(second), typed(first)) : (typed(first), typed(second))
            let text = "(if \(truth(first)) { \(sides.0) } else { \(sides.1) })"
            return GitHubValue(text: text, type: .json, mayFail: true)
        }
        let name = sign == "&&" ? "both" : "either"
        return GitHubValue(
            text: "runner.\(name)(\(first.json), \(second.json))", type: .json, mayFail: first.mayFail)
    }

    /// A literal, or a function of status that is one.
    private func isPlain(_ tree: GitHubExpression) -> Bool {
        switch tree {
        case .null, .bool, .number, .text: return true
        case .call(let name, _): return ["always", "cancelled"].contains(name)
        case .not(let inner): return isPlain(inner)
        case .binary, .context, .index, .each: return false
        }
    }

    private func operand(_ text: String, in sign: String) -> String {
        sign == "&&" && text.contains("||") || sign == "||" && text.contains("&&") ? "(\(text))" : text
    }

    /// Of type `Json` where nothing around it says so.
    private func typed(_ value: GitHubValue) -> String {
        if value.text == "null" { return "(null as Json)" }
        return value.type == .json ? value.text : "toJson(\(value.text))"
    }

    private mutating func compared(_ left: GitHubValue, _ sign: String, _ right: GitHubValue) -> GitHubValue?
    {
        let mayFail = left.mayFail || right.mayFail
        func made(_ text: String) -> GitHubValue { GitHubValue(text: text, type: .bool, mayFail: mayFail) }
        if sign == "==" || sign == "!=" {
            if left.isStatus, let literal = right.literal {
                return made("\(left.text) \(sign) \(WfText.string(literal.lowercased()))")
            }
            if left.type == .bool, right.type == .bool {
                if right.text == "true" || right.text == "false" {
                    let isNot = (right.text == "true") != (sign == "==")
                    return made(isNot ? "!(\(left.text))" : left.text)
                }
                return made("(\(left.text)) \(sign) (\(right.text))")
            }
            usesRunner = true
            return made("\(sign == "!=" ? "!" : "")runner.equals(\(left.json), \(right.json))")
        }
        usesRunner = true
        switch sign {
        case "<": return made("runner.less(\(left.json), \(right.json))")
        case ">": return made("runner.less(\(right.json), \(left.json))")
        case "<=": return made("runner.atMost(\(left.json), \(right.json))")
        default: return made("runner.atMost(\(right.json), \(left.json))")
        }
    }

    // MARK: Functions

    private mutating func call(_ name: String, _ items: [GitHubExpression]) -> GitHubValue? {
        if GitHubExpression.status.contains(name) { return items.isEmpty ? statusValue(name) : nil }
        if name == "fromjson", items.count == 1, case .text(let text) = items[0] { return known(text) }
        if name == "format", case .text(let template)? = items.first {
            return format(template, Array(items.dropFirst()))
        }
        var values: [GitHubValue] = []
        for item in items {
            guard let value = value(item) else { return nil }
            values.append(value)
        }
        usesRunner = true
        let mayFail = values.contains(where: \.mayFail)
        func made(_ function: String, _ arguments: [String], _ type: PlainType) -> GitHubValue {
            GitHubValue(
                text: "runner.\(function)(\(arguments.joined(separator: ", ")))", type: type,
                mayFail: mayFail || ["format", "parsed"].contains(function))
        }
        switch (name, values.count) {
        case ("contains", 2), ("startswith", 2), ("endswith", 2):
            let names = ["contains": "contains", "startswith": "startsWith", "endswith": "endsWith"]
            return made(names[name] ?? name, values.map(\.json), .bool)
        case ("join", 1): return made("join", [values[0].json, "\",\""], .string)
        case ("join", 2): return made("join", values.map(\.json), .string)
        case ("tojson", 1): return made("pretty", [values[0].json], .string)
        case ("fromjson", 1): return made("parsed", [values[0].json], .json)
        case ("format", 1...):
            let rest = values.dropFirst().map(\.json).joined(separator: ", ")
            return made("format", [values[0].json, "[\(rest)]"], .string)
        case ("case", 3...) where values.count % 2 == 1:
            var text = typed(values[values.count - 1])
            for index in stride(from: values.count - 3, through: 0, by: -2) {
                text = "(if \(truth(values[index])) { \(typed(values[index + 1])) } else { \(text) })"
            }
            return GitHubValue(text: text, type: .json, mayFail: mayFail)
        case ("hashfiles", _): return fail("no file is read while an expression is looked at")
        default: return fail("the function `\(name)` is not translated")
        }
    }

    private mutating func statusValue(_ name: String) -> GitHubValue? {
        switch name {
        case "always": return GitHubValue(text: "true", type: .bool)
        case "cancelled": return GitHubValue(text: "false", type: .bool)
        default:
            guard let status else { return fail("how things have gone is not known there") }
            if status.success.contains("runner.") { usesRunner = true }
            return GitHubValue(text: name == "success" ? status.success : status.failure, type: .bool)
        }
    }

    /// The value that a text of JSON writes.
    private mutating func known(_ text: String) -> GitHubValue? {
        guard let node = GitHubExpressions.json(text) else { return fail("it is no JSON") }
        if let content = node.text { return .text(content) }
        let isNull = node.isNull
        return GitHubValue(text: isNull ? "null" : "(\(WfJson.literal(node)) as Json)", type: .json)
    }

    /// A text with `{0}` and the like in it; two braces are one.
    private mutating func format(_ template: String, _ items: [GitHubExpression]) -> GitHubValue? {
        var values: [GitHubValue] = []
        for item in items {
            guard let value = value(item) else { return nil }
            values.append(value)
        }
        var result = ""
        var rest = template[...]
        while let character = rest.first {
            rest = rest.dropFirst()
            if (character == "{" || character == "}") && rest.first == character {
                result += WfText.escaped(String(character))
                rest = rest.dropFirst()
            } else if character == "{" {
                let digits = rest.prefix { $0 != "}" }
                guard let index = Int(digits), values.indices.contains(index), digits.count < rest.count
                else {
                    return fail("`\(digits)` is none of its arguments")
                }
                let value = values[index]
                usesRunner = usesRunner || value.type == .json
                result +=
                    value.literal.map { WfText.escaped($0) }
                    ?? (value.type == .json ? "{runner.text(\(value.text))}" : "{\(value.text)}")
                rest = rest.dropFirst(digits.count + 1)
            } else if character == "}" {
                return fail("a brace stands alone in it")
            } else {
                result += WfText.escaped(String(character))
            }
        }
        return GitHubValue(text: "\"\(result)\"", type: .string, mayFail: values.contains(where: \.mayFail))
    }

    private static func json(_ text: String) -> DataNode? {
        JSONReader.read(SourceFile(path: "text.json", bytes: Array(text.utf8)), file: FileId(0)).root
    }

    // MARK: Contexts

    private mutating func reading(_ tree: GitHubExpression) -> GitHubValue? {
        if let path = tree.path, let found = known(path) { return found }
        switch tree {
        case .index(let base, let key):
            guard let base = value(base) else { return nil }
            if base.text == "null" { return .null }
            return member(base, key)
        case .each(.context("needs")) where !needs.isEmpty: return filtered(all(needs, "runner.need"))
        case .each(let base):
            guard let base = value(base) else { return nil }
            usesRunner = true
            let name = base.isFiltered ? "allOfEach" : "all"
            return filtered("runner.\(name)(\(base.json))", mayFail: base.mayFail)
        default: return fail("what it reads is not known there")
        }
    }

    private func filtered(_ text: String, mayFail: Bool = false) -> GitHubValue {
        GitHubValue(text: text, type: .json, isFiltered: true, mayFail: mayFail)
    }

    /// In the order of the file.
    private func ordered(_ found: [String: String]) -> [(key: String, value: String)] {
        order.compactMap { name in found[name].map { (name, $0) } }
    }

    private mutating func all(_ found: [String: String], _ function: String) -> String {
        usesRunner = true
        if found == needs { usesNeeds = true }
        let fields = ordered(found).map { "\(WfText.string($0.key)): \(function)(\($0.value))" }
        return "runner.all({ \(fields.joined(separator: ", ")) })"
    }

    private mutating func member(_ base: GitHubValue, _ key: GitHubExpression) -> GitHubValue? {
        guard let index = value(key) else { return nil }
        let mayFail = base.mayFail || index.mayFail
        if base.isFiltered {
            usesRunner = true
            if index.literal == "result", base.text.contains("runner.need(") {
                let all = ordered(needs).map(\.value).joined(separator: ", ")
                return GitHubValue(
                    text: "toJson(runner.conclusions([\(all)]))", type: .json, isFiltered: true)
            }
            return filtered("runner.partOfEach(\(base.text), \(index.json))", mayFail: mayFail)
        }
        if case .number(let number) = key, number >= 0, let whole = Int(exactly: number) {
            return GitHubValue(text: "\(base.json)[\(whole)]", type: .json, mayFail: mayFail)
        }
        // A name that is declared in another spelling is looked for without regard to case.
        if let name = index.literal, base.isPath, !spellings.isAnother(name) {
            return GitHubValue(text: "\(base.text)[\(WfText.string(name))]", type: .json, isPath: true)
        }
        usesRunner = true
        return GitHubValue(
            text: "runner.part(\(base.json), \(index.json))", type: .json, mayFail: mayFail)
    }

    /// A path that has a meaning as a whole, and a nil inside where that is not translated.
    private mutating func known(_ path: [String]) -> GitHubValue?? {
        let rest = path.count > 1 ? path[1].lowercased() : ""
        switch path[0] {
        case "github" where path.count == 2:
            if rest == "workspace" {
                readsWorkspace = true
                return .some(.text("."))
            }
            usesContext = true
            return .some(
                GitHubValue(text: "\(contextName).github[\(WfText.string(rest))]", type: .json, isPath: true))
        case let name where GitHubExpressions.contexts.contains(name) && path.count == 1:
            usesContext = true
            return .some(GitHubValue(text: "\(contextName).\(name)", type: .json, isPath: true))
        case "matrix" where path.count == 1:
            usesMatrix = usesMatrix || hasMatrix
            return .some(hasMatrix ? GitHubValue(text: "matrix", type: .json, isPath: true) : .null)
        case "steps", "needs": return path.count > 1 ? outcome(path) : whole(path[0])
        case "env" where path.count == 2: return .some(variable(path[1]))
        case "env": return path.count == 1 ? .some(fail("`env` as a whole is not translated")) : nil
        case "job" where path.count == 2 && rest == "status":
            guard let status else { return .some(fail("how things have gone is not known there")) }
            let text = "(if \(status.success) { \"success\" } else { \"failure\" })"
            return .some(GitHubValue(text: text, type: .string, isStatus: true))
        default:
            guard path.count == 1 else { return nil }
            return .some(fail("what `\(path[0])` holds is not known there"))
        }
    }

    private mutating func whole(_ name: String) -> GitHubValue?? {
        let found = name == "steps" ? steps : needs
        if found.isEmpty { return .some(GitHubValue(text: "({} as Json)", type: .json)) }
        let function = name == "steps" ? "runner.step" : "runner.need"
        let inner = all(found, function).dropFirst("runner.all(".count).dropLast()
        return .some(GitHubValue(text: "(\(inner) as Json)", type: .json))
    }

    /// What a step or a needed job has come to.
    private mutating func outcome(_ path: [String]) -> GitHubValue?? {
        let known = path[0] == "steps" ? steps : needs
        // A step without that name, or one that comes later, has come to nothing.
        guard let found = known[path[1].lowercased()] else {
            missing = "\(path[0]).\(path[1])"
            return .some(.null)
        }
        if path[0] == "needs" { usesNeeds = true }
        usesRunner = true
        if path.count == 2 {
            let function = path[0] == "steps" ? "step" : "need"
            return .some(GitHubValue(text: "runner.\(function)(\(found))", type: .json, isPath: true))
        }
        guard path.count == 3 else { return nil }
        switch path[2].lowercased() {
        case "result" where path[0] == "needs", "conclusion" where path[0] == "steps":
            return .some(GitHubValue(text: "runner.conclusion(\(found))", type: .string, isStatus: true))
        case "outputs":
            return .some(GitHubValue(text: "\(found)[\"outputs\"]", type: .json, isPath: true))
        case "outcome" where path[0] == "steps":
            return .some(GitHubValue(text: "\(found)[\"outcome\"]", type: .json))
        default: return .some(.null)
        }
    }

    /// A variable: of the step itself, as the steps before have set it, of its job or the file.
    private mutating func variable(_ name: String) -> GitHubValue? {
        guard depth < GitHubExpressions.depthMax else { return fail("variables lead in a circle") }
        func has(_ map: DataMap) -> Bool { map.peek(name) != nil }
        guard let index = environment.firstIndex(where: has) else {
            if isOpen, !setBefore.contains(name) { return fail("an action before may have set it") }
            return carriers.isEmpty ? .null : carried(name, .null)
        }
        let outer = environment
        let node = environment[index].peek(name)
        environment = Array(environment.dropFirst(index + 1))
        depth += 1
        defer {
            environment = outer
            depth -= 1
        }
        guard let content = node.flatMap(GitHubExpressions.plain) ?? (node?.isNull == true ? "" : nil) else {
            return fail("its value is no text")
        }
        guard let text = quietText(content) else { return nil }
        let isLiteral = !content.contains("${{")
        let value =
            isLiteral ? GitHubValue.text(content) : GitHubValue(text: text, type: .string, mayFail: true)
        return index == 0 && ownVariables || carriers.isEmpty ? value : carried(name, value)
    }

    private mutating func carried(_ name: String, _ value: GitHubValue) -> GitHubValue {
        usesRunner = true
        let list = carriers.joined(separator: ", ")
        let text = "runner.variable(\(WfText.string(name)), [\(list)], \(value.json))"
        return GitHubValue(text: text, type: .json)
    }
}
