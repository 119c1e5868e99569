// Fixes of values that have another type than their place needs.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// Whether something can stand in front of a dot without parentheses.
    func isPlain(_ id: NodeId) -> Bool {
        switch tree.kind(id) {
        case .nameExpr, .memberExpr, .callExpr, .indexExpr, .parenExpr: return true
        default: return false
        }
    }

    /// Whether it can be interpolated.
    func hasText(_ type: TypeId) -> Bool {
        switch kind(type) {
        case .string, .path, .int, .float, .decimal, .bool, .duration, .time, .json: return true
        case .enumeration: return !types.isReference(type)
        default: return false
        }
    }

    func wrapped(_ node: NodeId, _ before: String, _ after: String, title: String) -> Fix {
        let place = tree.span(node)
        return Fix(title, [.insert(before, before: place), .insert(after, after: place)])
    }

    func conversion(_ text: String, _ node: NodeId, isSafe: Bool = false) -> [Fix] {
        if divides(node), text == ".toFloat()" || text == ".toDecimal()" {
            return operandConversion(text, node)
        }
        if isPlain(node) { return [insertion(text, after: node, title: "convert it", isSafe: isSafe)] }
        switch tree.kind(node) {
        case .binaryExpr, .unaryExpr:
            let fix = wrapped(node, "(", ")\(text)", title: "convert it")
            return [isSafe ? Fix(safe: fix.title, fix.edits) : fix]
        default: return []
        }
    }

    /// `x.toInt() ?? 0` for a String where an Int is needed.
    func parsing(_ node: NodeId, _ expected: TypeId) -> [Fix] {
        guard isPlain(node), let fallback = placeholder(expected) else { return [] }
        return [
            wrapped(node, "(", ".to\(text(expected))() ?? \(fallback))", title: "parse it, with a default")
        ]
    }

    /// `"{x}"`
    func textFix(_ node: NodeId, _ type: TypeId) -> [Fix] {
        guard hasText(type) else { return jsonTextFix(node, type).map { [$0] } ?? [] }
        return [wrapped(node, "\"{", "}\"", title: "make it text")]
    }

    /// `exec(["ls", "-l"])` as `exec("ls", "-l")`.
    func wordsFix(_ id: NodeId) -> Fix? {
        guard tree.kind(id) == .listExpr, !ListExprView(tree, id).elements.isEmpty else { return nil }
        let (first, last) = (tree.firstToken(id), tree.lastToken(id))
        guard first.index > 0, [.leftParen, .comma].contains(tree.token(TokenId(first.index - 1)).kind) else {
            return nil
        }
        return Fix("remove the brackets", [.remove(tree.span(first)), .remove(tree.span(last))])
    }

    /// A number or text as a duration: `5` as `5s`, `"5m"` as `5m`.
    func durationFixes(_ id: NodeId) -> [Fix] {
        let written = tree.text(id)
        let place = tree.span(id)
        func units(_ names: [String]) -> [Fix] {
            names.map { Fix("write `\(written)\($0)`", [.insert($0, after: place)]) }
        }
        switch tree.kind(id) {
        case .intExpr: return units(["s", "ms", "m"])
        case .floatExpr:
            guard let seconds = Double(written), seconds * 1000 == (seconds * 1000).rounded(), seconds < 1e9
            else {
                return []
            }
            let text = "\(Int64(seconds * 1000))ms"
            return [Fix("write `\(text)`", [TextEdit(place, text)])]
        case .stringExpr:
            let inside = written.dropFirst().dropLast()
            let digits = inside.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty,
                ["us", "ms", "s", "m", "h", "d"].contains(String(inside.dropFirst(digits.count)))
            else { return [] }
            return [Fix(safe: "write `\(inside)`", [TextEdit(place, String(inside))])]
        case .nameExpr, .memberExpr:
            return [wrapped(id, "seconds(", ")", title: "make it seconds")]
        default: return []
        }
    }

    func jsonTextFix(_ node: NodeId, _ type: TypeId) -> Fix? {
        switch kind(type) {
        case .record, .list, .map, .tuple, .enumeration: break
        default: return nil
        }
        if types.firstUnencodable(in: type) != nil { return nil }
        return wrapped(node, "jsonText(", ")", title: "write its JSON")
    }

    /// A condition of what is no Bool.
    func conditionFix(_ id: NodeId, _ found: TypeId) -> Fix? {
        guard isPlain(id) else { return nil }
        switch kind(found) {
        case .optional where isNegated(id):
            return wrapped(id, "(", " != null)", title: "test whether it is there")
        case .optional: return insertion(" != null", after: id, title: "test whether it is there")
        case .int where isNegated(id): return wrapped(id, "(", " != 0)", title: "compare it with 0")
        case .int: return insertion(" != 0", after: id, title: "compare it with 0")
        case .string, .list, .map, .bytes:
            if isNegated(id) { return nil }
            return wrapped(id, "!", ".isEmpty", title: "test whether it is empty")
        case .json: return wrapped(id, "(", " as Bool)", title: "convert it to `Bool`")
        default: return nil
        }
    }

    private func isNegated(_ id: NodeId) -> Bool {
        let first = tree.firstToken(id).index
        return first > 0 && tree.token(TokenId(first - 1)).kind == .bang
    }

    /// Two sides of different types: one of them converted.
    func comparisonFix(_ view: BinaryExprView, _ a: TypeId, _ b: TypeId) -> Fix? {
        let sides = [(view.left, a, b), (view.right, b, a)]
        for (node, type, other) in sides {
            switch (type, other) {
            case (.int, .float): return conversion(".toFloat()", node, isSafe: true).first
            case (.int, .decimal): return conversion(".toDecimal()", node, isSafe: true).first
            case (.path, .string): return conversion(".text", node, isSafe: true).first
            case (.json, _): return wrapped(node, "(", " as \(text(other)))", title: "convert it with `as`")
            default: break
            }
            if kind(type) == .enumeration, other == .string, let fix = caseComparison(view, node, type) {
                return fix
            }
        }
        return nil
    }

    /// `state == "open"` as `state == .open`.
    private func caseComparison(_ view: BinaryExprView, _ node: NodeId, _ type: TypeId) -> Fix? {
        let literal = node == view.left ? view.right : view.left
        guard tree.kind(literal) == .stringExpr, StringExprView(tree, literal).interpolations.isEmpty else {
            return nil
        }
        let written = tree.text(literal).filter { $0 != "\"" }
        let isCase = members(of: type).contains {
            text(cases[$0].name) == written && cases[$0].payloadCount == 0
        }
        return isCase ? Fix("write `.\(written)`", [TextEdit(tree.span(literal), ".\(written)")]) : nil
    }

    func iterationFix(_ type: TypeId, _ id: NodeId) -> Fix? {
        switch kind(type) {
        case .int where isPlain(id) || tree.kind(id) == .intExpr:
            return Fix("count up to it", [.insert("0..<", before: tree.span(id))])
        case .optional where kind(types.element(of: type)) == .list:
            return insertion(" ?? []", after: id, title: "give a default")
        case .json where isPlain(id):
            return insertion(".elements", after: id, title: "go through its elements")
        case .string where isPlain(id): return insertion(".lines()", after: id, title: "go through its lines")
        default: return nil
        }
    }

    /// `let xs: [String] = []`
    func emptyTypeFix(_ type: String, _ id: NodeId) -> Fix? {
        guard let statement = tree.enclosing(tree.firstToken(id), { $0.isStatement || $0 == .loopVariable })
        else {
            return nil
        }
        let name: Span
        switch tree.kind(statement) {
        case .letStmt:
            let view = LetStmtView(tree, statement)
            guard view.type == nil, withoutParens(view.value) == id else { return nil }
            name = tree.span(view.pattern)
        case .loopVariable:
            let view = LoopVariableView(tree, statement)
            guard view.type == nil, withoutParens(view.value) == id else { return nil }
            name = tree.span(view.nameToken)
        default: return nil
        }
        return Fix("give it the type `\(type)`", [.insert(": \(type)", after: name)])
    }

    /// The `else` of an `if` whose value is needed, to be filled in.
    func elseFix(_ id: NodeId, _ expected: TypeId) -> Fix? {
        var last = id
        while tree.kind(last) == .ifExpr, let other = IfExprView(tree, last).elseBranch { last = other }
        guard tree.kind(last) == .ifExpr, let value = placeholder(expected) else { return nil }
        let start = tree.span(id).start
        let block = tree.span(IfExprView(tree, last).thenBlock)
        let margin = indentation(start)
        let isLines = tree.text(block).hasLineEnd
        let written = isLines ? " else {\n\(margin)    \(value)\n\(margin)}" : " else { \(value) }"
        return Fix("add an `else`", [.insert(written, after: block)])
    }

    // MARK: results

    /// `-> T` for a func that yields one and does not say so.
    func resultFix(_ type: TypeId) -> Fix? {
        guard !currentDeclaration.isNone, tree.kind(currentDeclaration) == .funcDecl, lambdaDepth == 0 else {
            return nil
        }
        let view = FuncDeclView(tree, currentDeclaration)
        guard view.result == nil, let code = view.body else { return nil }
        return Fix(
            "declare the result `\(text(type))`",
            [.insert("-> \(text(type)) ", before: tree.span(tree.firstToken(code)))])
    }

    /// What an action does, to be filled in.
    func viaFix(_ view: ActionDeclView, _ result: TypeId) -> Fix? {
        let decodes = result == .unit || result == .string || result == .output || result == .json
        guard decodes || placeholder(result) != nil else { return nil }
        let program = result == .json || !decodes ? "\"echo\", \"null\"" : "\"true\""
        let header = view.result.map { tree.span($0) } ?? parametersEnd(view)
        return header.map { Fix("add `via exec(…)`", [.insert("\n    via exec(\(program))", after: $0)]) }
    }

    /// The `)` behind the parameters of an action without a result.
    private func parametersEnd(_ view: ActionDeclView) -> Span? {
        let first = view.nameToken.index + 1
        let last = tree.lastToken(view.id).index
        var depth = 0
        for index in first...max(first, last) {
            switch tree.token(TokenId(index)).kind {
            case .leftParen: depth += 1
            case .rightParen:
                depth -= 1
                if depth == 0 { return tree.span(TokenId(index)) }
            default: break
            }
        }
        return nil
    }

    /// `returns …` behind `via`, to be filled in.
    func returnsFix(_ view: ActionDeclView, _ wanted: TypeId) -> Fix? {
        guard let value = placeholder(wanted),
            let via = view.clauses.first(where: {
                tree.kind($0) == .clause && ClauseView(tree, $0).kind == .via
            })
        else { return nil }
        let start = tree.span(via).start
        let line = beginsLine(start) ? "\n\(indentation(start))" : " "
        return Fix("add `returns \(value)`", [.insert("\(line)returns \(value)", after: tree.span(via))])
    }
}
