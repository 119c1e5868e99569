// Fixes of calls, literals and patterns that give too much, too little, or something under another name.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: arguments

    private func closing(_ call: NodeId) -> Span? {
        let close = tree.span(tree.lastToken(call))
        return tree.text(close) == ")" ? close : nil
    }

    /// - Parameter count: how many arguments stay.
    func extraArgumentsFix(_ arguments: ArgumentList, _ count: Int, _ call: NodeId) -> Fix? {
        guard let close = closing(call), count >= 0, count < arguments.count else { return nil }
        let first =
            count > 0
            ? tree.span(arguments[count - 1].value).end : argumentSpan(arguments[0]).start
        return Fix("remove the extra arguments", [.remove(span(first, close.start))])
    }

    func missingArgumentsFix(_ missing: [(name: String, type: TypeId)], _ given: Int, _ call: NodeId) -> Fix?
    {
        guard closing(call) != nil else { return nil }
        var parts: [String] = []
        for parameter in missing {
            guard let value = placeholder(parameter.type) else { return nil }
            parts.append("\(parameter.name): \(value)")
        }
        let last = TokenId(tree.lastToken(call).index - 1)
        let comma = given == 0 ? "" : tree.text(last) == "," ? " " : ", "
        return Fix(
            "add the missing arguments",
            [.insert(comma + parts.joined(separator: ", "), after: tree.span(last))])
    }

    private func argumentSpan(_ argument: (label: NameId, value: NodeId)) -> Span {
        let value = tree.span(argument.value)
        return argument.label.isNone ? value : labelSpan(argument.value).joined(value)
    }

    func argumentRemovalFix(_ argument: (label: NameId, value: NodeId)) -> Fix {
        Fix("remove the argument `\(text(argument.label))`", [elementRemoval(argumentSpan(argument))])
    }

    func labelFix(_ value: NodeId, _ name: NameId) -> Fix {
        Fix("name it `\(text(name))`", [.insert("\(text(name)): ", before: tree.span(value))])
    }

    /// Values that stand in each other's places, each where its type is wanted.
    func orderFix(_ nodes: [NodeId], found: [TypeId], wanted: [TypeId]) -> Fix? {
        var open = Array(nodes.indices)
        var edits: [TextEdit] = []
        for place in nodes.indices {
            guard let index = open.firstIndex(where: { found[$0] == wanted[place] }) else { return nil }
            let source = open.remove(at: index)
            edits.append(TextEdit(tree.span(nodes[place]), tree.text(nodes[source])))
        }
        return Fix("put them in the order of the parameters", edits)
    }

    // MARK: types that are called

    /// `R(a: 1)` as `R { a: 1 }`.
    func recordCallFix(_ view: CallExprView, _ symbol: Symbol) -> Fix? {
        guard let close = closing(view.id) else { return nil }
        let range = members(of: symbol.type)
        var edits: [TextEdit] = []
        for (number, argument) in view.arguments.enumerated() where argument.label.isNone {
            guard number < range.count else { return nil }
            edits.append(labelFix(argument.value, fields[range.lowerBound + number].name).edits[0])
        }
        let open = tree.span(TokenId(tree.lastToken(view.callee).index + 1))
        let isEmpty = view.arguments.isEmpty
        return Fix(
            "write it with braces",
            [TextEdit(open, isEmpty ? " {" : " { ")] + edits + [TextEdit(close, isEmpty ? "}" : " }")])
    }

    /// `String(n)` as `"{n}"`, `Int(x)` as `x.toInt()`.
    func constructionFix(_ view: CallExprView, _ type: TypeId) -> Fix? {
        guard view.arguments.count == 1, let argument = view.arguments.first, argument.label.isNone else {
            return nil
        }
        return conversionFix(tree.text(argument.value), isPlain(argument.value), type, tree.span(view.id))
    }

    func castFix(_ view: CastExprView, _ found: TypeId, _ target: TypeId) -> Fix? {
        let isNumber = found == .int || found == .float || found == .decimal
        guard target == .string || isNumber else { return nil }
        if target == .string && !hasText(found) { return nil }
        return conversionFix(tree.text(view.value), isPlain(view.value), target, tree.span(view.id))
    }

    private func conversionFix(_ written: String, _ isPlain: Bool, _ type: TypeId, _ place: Span) -> Fix? {
        let operand = isPlain ? written : "(\(written))"
        let result: String
        switch type {
        case .string: result = "\"{\(written)}\""
        case .int: result = "\(operand).toInt()"
        case .float: result = "\(operand).toFloat()"
        case .decimal: result = "\(operand).toDecimal()"
        case .json: result = "(\(written) as Json)"
        default: return nil
        }
        return Fix("convert it to `\(text(type))`", [TextEdit(place, result)])
    }

    // MARK: fields and cases

    func fieldFix(_ missing: [String], _ given: NodeList, _ id: NodeId, of type: TypeId) -> Fix? {
        let close = tree.lastToken(id)
        guard tree.text(close) == "}" else { return nil }
        var parts: [String] = []
        for name in missing {
            guard let field = members(of: type).first(where: { text(fields[$0].name) == name }),
                let value = placeholder(fields[field].type)
            else { return nil }
            parts.append("\(name): \(value)")
        }
        let last = TokenId(close.index - 1)
        let separator = given.isEmpty ? " " : tree.text(last) == "," ? " " : ", "
        let end = given.isEmpty && tree.span(last).end == tree.span(close).start ? " " : ""
        return Fix(
            "add the missing fields",
            [.insert(separator + parts.joined(separator: ", ") + end, after: tree.span(last))])
    }

    /// The values that a case carries: added, or taken away.
    func payloadFix(_ payload: Range<Int>, _ arguments: ArgumentList?, _ id: NodeId) -> Fix? {
        if let arguments {
            guard let close = closing(id) else { return nil }
            if payload.isEmpty {
                let open = tree.span(CallExprView(tree, id).callee).end
                return Fix("remove the parentheses", [.remove(span(open, close.end))])
            }
            if arguments.count > payload.count { return extraArgumentsFix(arguments, payload.count, id) }
            let missing = payload.dropFirst(arguments.count).map { placeholder(payloads[$0].type) }
            if missing.contains(where: { $0 == nil }) { return nil }
            let values = missing.compactMap { $0 }.joined(separator: ", ")
            let comma = arguments.isEmpty ? "" : ", "
            return Fix("add its values", [.insert(comma + values, before: close)])
        }
        let values = payload.map { placeholder(payloads[$0].type) }
        if values.isEmpty || values.contains(where: { $0 == nil }) { return nil }
        let written = values.compactMap { $0 }.joined(separator: ", ")
        return Fix("add its values", [.insert("(\(written))", after: tree.span(id))])
    }

    func patternPayloadFix(_ view: CasePatternView, _ count: Int) -> Fix? {
        let name = tree.span(view.nameToken)
        let rest = span(name.end, tree.span(view.id).end)
        if count == 0 { return Fix("remove the parentheses", [.remove(rest)]) }
        let given = view.arguments.map { tree.text($0) }
        if given.count >= count {
            let kept = given.prefix(count).joined(separator: ", ")
            return Fix("remove the extra names", [TextEdit(rest, "(\(kept))")])
        }
        let names = given + Array(repeating: "_", count: count - given.count)
        return Fix("name all of its values", [TextEdit(rest, "(\(names.joined(separator: ", ")))")])
    }

    /// `.one` as `E.one`, when one enum alone has such a case.
    func caseTypeFix(_ name: NameId, _ id: NodeId) -> Fix? {
        let owners = moduleSymbols[module].filter {
            symbols[$0].kind == .enumeration && caseNumber(symbols[$0].type, name) != nil
        }
        guard owners.count == 1, let owner = owners.first else { return nil }
        let written = text(symbols[owner].name)
        return Fix("write `\(written).\(text(name))`", [.insert(written, before: tree.span(id))])
    }

    /// A near case instead of one that is not there.
    func caseFix(_ name: NameId, at place: Span, among known: [String]) -> Fix? {
        guard let near = Suggestion.best(for: text(name), among: known) else { return nil }
        let token = (tree.token(at: place.start).index...tree.token(at: place.end - 1).index)
            .first { tree.text(TokenId($0)) == text(name) }
        return token.map { Fix("write `\(near)`", [TextEdit(tree.span(TokenId($0)), near)]) }
    }

    // MARK: loops

    func nextCountFix(_ loop: LoopTail, _ values: [NodeId], _ id: NodeId) -> Fix? {
        let names = loop.names.map { text($0) }
        if names.isEmpty { return Fix("write `next` alone", [TextEdit(tree.span(id), "next")]) }
        let kept = values.prefix(names.count).map { tree.text($0) }
        let written = (kept + names.dropFirst(kept.count)).joined(separator: ", ")
        return Fix("hand on all of the state", [TextEdit(tree.span(id), "next (\(written))")])
    }
}
