// Lints about how code reads: names, size, parentheses that mean nothing, what could be `let`, what has no documentation.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    // MARK: declarations

    /// A declaration whose nodes have all been seen.
    func lintDeclaration(_ item: NodeId, _ pass: inout TreeLints) {
        for (name, entry) in pass.variables where entry.isRead && !pass.assigned.contains(name) {
            lintNeverChanged(LetStmtView(tree, entry.statement))
        }
        switch tree.kind(item) {
        case .recordDecl, .enumDecl:
            let view = RecordDeclView(tree, item)
            lintTypeName(view.name, at: view.nameToken)
            lintUndocumented(item, view.name, view.nameToken)
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl:
            let view = CallableDeclView(tree, item)
            lintName(view.name, at: view.nameToken, tree.text(tree.firstToken(item)))
            lintUndocumented(item, view.name, view.nameToken)
            lintSize(view)
            if tree.kind(item) == .actionDecl { lintAction(view) }
            if tree.kind(item) == .funcDecl { lintLastReturn(view) }
        case .constDecl:
            let view = ConstDeclView(tree, item)
            if let value = view.value {
                lintCredential(view.name, value)
                lintParens(value)
            }
            if let type = view.type { lintMoney(view.name, view.nameToken, type) }
            lintUndocumented(item, view.name, view.nameToken)
        case .configDecl:
            let view = ConstDeclView(tree, item)
            if let value = view.value { lintCredential(view.name, value) }
            if let type = view.type { lintMoney(view.name, view.nameToken, type) }
        case .poolDecl: lintLimit(PoolDeclView(tree, item).limit)
        default: break
        }
    }

    private func lintSize(_ view: CallableDeclView) {
        let parameters = view.parameters.count
        let word = tree.text(tree.firstToken(view.id))
        // a workflow's are the fields of its input
        let hasInput = tree.kind(view.id) == .workflowDecl || tree.kind(view.id) == .flowDecl
        if parameters > LintLimits.parametersMax && !hasInput {
            lint(
                .manyParameters(
                    text(view.name), parameters, most: LintLimits.parametersMax, at: tree.span(view.nameToken)
                ))
        }
        guard let body = view.body else { return }
        let isFunction = tree.kind(view.id) == .funcDecl
        let most = isFunction ? LintLimits.functionLinesMax : LintLimits.workflowLinesMax
        let node = tree.node(body)
        if Int(node.last - node.first) <= most { return }
        var lines = 0
        for token in node.first...node.last where tree.token(TokenId(token)).newlineBefore { lines += 1 }
        if lines > most {
            lint(.longDeclaration(word, text(view.name), lines, most: most, at: tree.span(view.nameToken)))
        }
    }

    private func lintUndocumented(_ item: NodeId, _ name: NameId, _ token: TokenId) {
        guard isLinted(5059), !name.isNone, tree.documentation(item) == nil else { return }
        let written = text(name)
        if written.hasPrefix("_") || written == "main" { return }
        lint(.undocumented(written, at: tree.span(token)))
    }

    /// `return x` as the last statement of a func.
    private func lintLastReturn(_ view: CallableDeclView) {
        guard isLinted(5082), let body = view.body, let last = BlockView(tree, body).statements.last,
            tree.kind(last) == .returnStmt, let value = ReturnStmtView(tree, last).value
        else { return }
        lint(.needlessReturn(tree.text(value), at: tree.span(last)))
    }

    /// An action's clauses against what it calls.
    private func lintAction(_ view: ActionDeclView) {
        var retry: RetryClauseView?
        var cache: Span?
        var via = NodeId.none
        for item in view.clauses {
            if tree.kind(item) == .retryClause {
                retry = RetryClauseView(tree, item)
            } else if tree.kind(item) == .clause {
                let clause = ClauseView(tree, item)
                if clause.kind == .cache { cache = tree.span(tree.firstToken(item)) }
                if clause.kind == .via, let operand = clause.operand { via = withoutParens(operand) }
            }
        }
        guard !via.isNone, tree.kind(via) == .callExpr else { return }
        let found = effectSymbol(CallExprView(tree, via))
        guard found >= 0, symbols[found].kind == .effect else { return }
        let name = text(symbols[found].name)
        if let cache, ["now", "random", "uuid"].contains(name) { lint(.cachedNews(name, at: cache)) }
        if let retry { lintFilters(retry.faults, of: callFacts(of: found)) }
    }

    // MARK: names

    /// Types are `UpperCamel`.
    private func lintTypeName(_ name: NameId, at token: TokenId) {
        let bytes = tree.bytes(token)
        guard !name.isNone, let first = bytes.first, first != UInt8(ascii: "_") else { return }
        let isUpper = first >= 0x41 && first <= 0x5A
        if isUpper && !bytes.contains(UInt8(ascii: "_")) { return }
        let written = text(name)
        let better = NameStyle.upper(written)
        if better != written { lint(.nameStyle(written, "a type", better, at: tree.span(token))) }
    }

    /// Everything else is `lowerCamel`.
    func lintName(_ name: NameId, at token: TokenId, _ kind: @autoclosure () -> String) {
        let bytes = tree.bytes(token)
        guard !name.isNone, let first = bytes.first, first != UInt8(ascii: "_") else { return }
        let isLower = first >= 0x61 && first <= 0x7A
        if isLower && !bytes.contains(UInt8(ascii: "_")) { return }
        let written = text(name)
        let better = NameStyle.lower(written)
        if better != written {
            let what = kind()
            let article = what == "action" ? "an" : "a"
            lint(.nameStyle(written, "\(article) \(what)", better, at: tree.span(token)))
        }
    }

    /// `price: Float`
    func lintMoney(_ name: NameId, _ token: TokenId, _ type: NodeId) {
        guard !name.isNone else { return }
        var written = type
        if tree.kind(written) == .optionalType || tree.kind(written) == .listType {
            written = OptionalTypeView(tree, written).element
        }
        guard tree.kind(written) == .namedType,
            tree.bytes(tree.firstToken(written)).elementsEqual("Float".utf8),
            NameStyle.namesMoney(tree.bytes(token))
        else { return }
        lint(.moneyInFloat(text(name), at: tree.span(written), name: tree.span(token)))
    }

    // MARK: variables

    func lintLet(_ view: LetStmtView, _ pass: inout TreeLints) {
        lintParens(view.value)
        if view.name.isNone { return }
        if !pass.isTest { lintCredential(view.name, view.value) }
        if view.isVar {
            pass.declareVariable(view.name, view.id)
        } else {
            lintName(view.name, at: tree.firstToken(view.pattern), "value")
        }
    }

    func lintAssign(_ view: AssignStmtView, _ pass: inout TreeLints) {
        lintParens(view.value)
        if (view.operation == .divide || view.operation == .remainder) && wholeLiteral(view.value) == 0 {
            lint(.dividesByZero(at: tree.span(view.value)))
        }
        var root = view.target
        while true {
            switch tree.kind(root) {
            case .indexExpr: root = IndexExprView(tree, root).base
            case .memberExpr: root = MemberExprView(tree, root).base
            case .tupleFieldExpr: root = TupleFieldExprView(tree, root).base
            case .parenExpr: root = ParenExprView(tree, root).inner
            case .nameExpr:
                pass.assigned.insert(NameExprView(tree, root).name)
                return
            default: return
            }
        }
    }

    private func lintNeverChanged(_ view: LetStmtView) {
        let word = tree.span(tree.firstToken(view.id))
        lint(.neverChanged(text(view.name), at: tree.span(view.pattern), word: word))
    }

    // MARK: expressions

    /// A value in parentheses that it does not need.
    ///
    /// - Parameter isHead: a block follows, before which a record stands in parentheses.
    func lintParens(_ id: NodeId, isHead: Bool = false) {
        guard tree.kind(id) == .parenExpr else { return }
        let inner = ParenExprView(tree, id).inner
        switch tree.kind(inner) {
        case .nameExpr, .memberExpr, .callExpr, .intExpr, .floatExpr, .stringExpr, .durationExpr, .trueExpr,
            .falseExpr, .nullExpr, .indexExpr, .unaryExpr, .binaryExpr, .parenExpr, .listExpr:
            break
        default: return
        }
        let node = tree.node(id)
        for token in (node.first + 1)...node.last {
            let found = tree.token(TokenId(token))
            if found.newlineBefore || isHead && (found.kind == .leftBrace || found.kind == .fatArrow) {
                return
            }
        }
        lint(.needlessParentheses(tree.text(inner), at: tree.span(id)))
    }

    /// `x => f(x)` is `f`.
    func lintLambda(_ view: LambdaExprView) {
        guard !view.parameters.isEmpty, tree.kind(view.body) == .callExpr else { return }
        let call = CallExprView(tree, view.body)
        guard tree.kind(call.callee) == .nameExpr, call.arguments.count == view.parameters.count else {
            return
        }
        let callee = NameExprView(tree, call.callee).name
        for (parameter, argument) in zip(view.parameters, call.arguments) {
            let name = LambdaParameterView(tree, parameter).name
            guard LambdaParameterView(tree, parameter).type == nil, argument.label.isNone, callee != name,
                tree.kind(argument.value) == .nameExpr, NameExprView(tree, argument.value).name == name
            else { return }
        }
        let found = callee.isNone ? -1 : table.find(module, callee)
        guard found >= 0, symbols[found].kind == .function else { return }
        let declared = symbols[found]
        let reader = modules[Int(declared.module)].tree.reader
        let declaration = CallableDeclView(reader, declared.node)
        guard declaration.typeParameters.isEmpty, declaration.parameters.count == view.parameters.count else {
            return
        }
        lint(.needlessLambda(text(callee), at: view.span))
    }

    // MARK: nesting

    /// Counts blocks inside each other; `else if` goes no deeper.
    func noteDepth(_ id: NodeId, else branch: NodeId?, _ pass: inout TreeLints) {
        let first = tree.node(id).first
        var depth = 1
        while let inner = pass.depths.last, inner.first >= first {
            pass.depths.removeLast()
            depth = max(depth, inner.id == branch ? inner.depth : inner.depth + 1)
        }
        pass.depths.append((first, depth, id))
        if depth == LintLimits.nestingMax + 1 {
            lint(.deepNesting(LintLimits.nestingMax, at: tree.span(tree.firstToken(id))))
        }
    }
}

/// Names as the language writes them.
public enum NameStyle {
    /// `retry_count` and `RetryCount` are `retryCount`.
    static func lower(_ name: String) -> String {
        let upper = upper(name)
        let head = upper.prefix { $0.isUppercase }
        if head.count <= 1 { return upper.prefix(1).lowercased() + upper.dropFirst() }
        // `HTTPCall` is `httpCall`
        if head.count == upper.count { return upper.lowercased() }
        return head.dropLast().lowercased() + upper.dropFirst(head.count - 1)
    }

    /// `order_item` is `OrderItem`.
    static func upper(_ name: String) -> String {
        let isShouting = !name.contains { $0.isLowercase }
        return name.split(separator: "_").map { part in
            part.prefix(1).uppercased()
                + (isShouting ? part.dropFirst().lowercased() : String(part.dropFirst()))
        }.joined()
    }

    private static let sums: [StaticString] = ["price", "salary", "fee", "balance", "amount"]

    /// Whether what a name names is a sum of money: `price`, `unitPrice`, `unit_price`.
    public static func namesMoney(_ name: String) -> Bool {
        Array(name.utf8).withUnsafeBufferPointer { namesMoney($0) }
    }

    private static let currencies = [
        "Eur", "EUR", "_eur", "Usd", "USD", "_usd", "Gbp", "GBP", "_gbp", "Chf", "CHF", "_chf",
    ]
    .map { Array($0.utf8) }

    static func namesMoney(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        if endsInSum(name) { return true }
        guard name.count > 4 else { return false }
        // `prices`, `priceEur`
        if name[name.count - 1] == UInt8(ascii: "s") { return endsInSum(.init(rebasing: name.dropLast())) }
        let currency = currencies.first { name.suffix($0.count).elementsEqual($0) }
        return currency.map { endsInSum(.init(rebasing: name.dropLast($0.count))) } == true
    }

    private static func endsInSum(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        for sum in sums where name.count >= sum.utf8CodeUnitCount {
            let isSum = sum.withUTF8Buffer { word in
                let start = name.count - word.count
                guard name[(start + 1)...].elementsEqual(word[1...]) else { return false }
                if name[start] == word[0] { return start == 0 || name[start - 1] == UInt8(ascii: "_") }
                return name[start] == word[0] &- 0x20
            }
            if isSum { return true }
        }
        return false
    }
}
