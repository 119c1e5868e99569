// Expressions, types, patterns, and lists between brackets.

import WfSyntax

extension Printer {
    /// Writes any node.
    mutating func node(_ id: NodeId) {
        if stopped { return }
        switch tree.kind(id) {
        case .block: block(id)
        case .fieldDecl: field(id)
        case .enumCaseDecl: enumCase(id)
        case .parameter: parameter(id)
        case .clause: clause(id)
        case .retryClause: retry(id)
        case .faultPattern: faultPattern(id)
        case .flowArm: flowArm(id)
        case .useDecl, .constDecl, .configDecl, .secretDecl, .poolDecl, .rateDecl, .breakerDecl, .recordDecl,
            .enumDecl,
            .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl,
            .triggerDecl, .testDecl:
            declaration(id)
        case .letStmt, .assignStmt, .returnStmt, .breakStmt, .continueStmt, .whileStmt, .exprStmt, .stepStmt,
            .signalStmt,
            .queryStmt, .nextStmt, .failStmt, .mockStmt, .expectStmt, .expectFailsStmt, .realStmt, .flowStep,
            .flowEdge,
            .flowGate, .flowEnd,
            .flowBoundary:
            statement(id)
        case .enumPayload:
            if !EnumPayloadView(tree, id).label.isNone { keywordColon() }
            node(EnumPayloadView(tree, id).type)
        case .typeParameter:
            token()
            typed(TypeParameterView(tree, id).bound)
        default: expression(id)
        }
    }

    /// `label: `
    private mutating func keywordColon() {
        token()
        token()
        space()
    }

    private mutating func expression(_ id: NodeId) {
        switch tree.kind(id) {
        case .stringExpr: string(id)
        case .callExpr where CallExprView(tree, id).isSleepUntil:
            keyword()
            keyword()
            for argument in CallExprView(tree, id).arguments { node(argument.value) }
        case .memberExpr, .tupleFieldExpr, .indexExpr, .callExpr: chain(id)
        case .implicitMemberExpr, .unitExpr:
            token()
            token()
        case .listExpr:
            let items = ListExprView(tree, id).elements
            commaList(
                items.count, before: tree.lastToken(id).index,
                filling: items.count < wordsToFill ? nil : { $0.isWord(items[$1]) }
            ) { $0.node(items[$1]) }
        case .mapExpr: map(id)
        case .tupleExpr, .tuplePattern: tuple(id)
        case .parenExpr:
            token()
            node(ParenExprView(tree, id).inner)
            token()
        case .recordExpr:
            let view = RecordExprView(tree, id)
            node(view.type)
            space()
            fields(view.fields, last: tree.lastToken(id).index)
        case .objectExpr: fields(ObjectExprView(tree, id).fields, last: tree.lastToken(id).index)
        case .recordField: recordField(id)
        case .withExpr:
            let view = WithExprView(tree, id)
            node(view.base)
            space()
            keyword()
            fields(view.fields, last: tree.lastToken(id).index)
        case .lambdaExpr: lambda(id)
        case .lambdaParameter:
            token()
            typed(LambdaParameterView(tree, id).type)
        case .unaryExpr:
            token()
            node(UnaryExprView(tree, id).operand)
        case .binaryExpr: binary(id)
        case .rangeExpr:
            let view = RangeExprView(tree, id)
            node(view.low)
            token()
            node(view.high)
        case .castExpr:
            let view = CastExprView(tree, id)
            node(view.value)
            space()
            token()
            if view.isOptional { token() }
            space()
            node(view.type)
        case .awaitExpr:
            keyword()
            node(AwaitExprView(tree, id).target)
        case .spawnExpr:
            let view = SpawnExprView(tree, id)
            keyword()
            if view.isAttached { keyword() }
            node(view.call)
        case .ifExpr, .matchExpr, .matchArm, .forExpr, .loopExpr, .loopVariable, .raceExpr, .raceBranch,
            .tryExpr,
            .catchClause, .sequenceExpr:
            control(id)
        case .namedType, .listType, .mapType, .optionalType, .tupleType, .functionType: type(id)
        case .rangePattern, .casePattern, .casePatternArgument, .orPattern, .literalPattern: pattern(id)
        default:
            // One token each: numbers, words, names, wildcards.
            token()
        }
    }

    // MARK: Lists

    /// A bracketed list with commas: on one line if it fits, else a line each with a trailing comma; words of a list that
    /// may be filled share lines.
    ///
    /// - Parameters:
    ///   - last: the closing bracket's token.
    ///   - filling: whether an element is short and has no inner life, so that others may stand on its line.
    mutating func commaList(
        _ count: Int, before last: UInt32, broken: Bool = false, padded: Bool = false, hugging: NodeId? = nil,
        filling: ((Printer, Int) -> Bool)? = nil, _ print: (inout Printer, Int) -> Void
    ) {
        if stopped { return }
        if count == 0 { return emptyBraces() }
        let mustBreak = broken || hasComment(after: next, through: last)
        if flat > 0 || !mustBreak && (inTrial || fits(count, padded, hugging, print)) {
            return flatList(count, padded, print)
        }
        let around = continuation
        continuation = 1
        token()
        indent += 1
        var fillsLine = false
        let isGrouped = startsLine(next)
        for index in 0..<count {
            let isShort = tree.token(TokenId(next)).length <= wordColumnsMax
            let mayFill = (isGrouped || isShort) && filling?(self, index) == true
            if fillsLine && mayFill && standsBehind(index, print) {
                space()
            } else {
                newline(item: index)
            }
            print(&self, index)
            if nextKind == .comma {
                token()
            } else {
                drop(.semicolon)
                insert(",")
            }
            fillsLine = mayFill
        }
        closeBrace()
        continuation = around
    }

    /// Whether an element stands on the line of the one before it: the source has it there, and it fits.
    private mutating func standsBehind(_ index: Int, _ print: (inout Printer, Int) -> Void) -> Bool {
        if startsLine(next) || hasComment(after: next - 1, through: next) { return false }
        return inTrial
            || trial({
                $0.space()
                print(&$0, index)
                $0.insert(",")
            }) == .fits
    }

    /// Elements that a list has at least before they share lines.
    private var wordsToFill: Int { 6 }
    /// Columns of a word that shares a line unless the author has given it one to share.
    private var wordColumnsMax: Int { 32 }

    /// Whether an expression is a word as in a command line: a short literal or name, with fields perhaps.
    private func isWord(_ id: NodeId) -> Bool {
        switch tree.kind(id) {
        case .stringExpr, .intExpr, .floatExpr, .durationExpr, .trueExpr, .falseExpr, .nullExpr, .nameExpr,
            .implicitMemberExpr:
            return !tree.bytes(from: tree.span(id).start, to: tree.span(id).end).contains(0x0A)
        case .memberExpr: return isWord(MemberExprView(tree, id).base)
        case .unaryExpr: return isWord(UnaryExprView(tree, id).operand)
        default: return false
        }
    }

    /// Whether a list fits on the line, or does but for a last element whose own brackets can be broken.
    private mutating func fits(
        _ count: Int, _ padded: Bool, _ hugged: NodeId?, _ print: (inout Printer, Int) -> Void
    ) -> Bool {
        // Between braces the line on which a field begins decides which lines continue it: a field has one of its own.
        let outcome = trial(ignoringSource: true) { $0.flatList(count, padded, print) }
        if outcome == .fits && !(padded && passedLine) || outcome == .broke && !padded { return true }
        guard let hugged, let opening = opening(hugged) else { return false }
        let end = trial(
            ignoringSource: true,
            {
                $0.stopToken = opening
                $0.flatList(count, padded, print)
            })
        stopToken = .max
        return end != .overflow
    }

    /// The bracket that a record, list or lambda opens; nil for what has none to break at.
    private func opening(_ id: NodeId) -> UInt32? {
        switch tree.kind(id) {
        case .objectExpr, .listExpr, .mapExpr: return tree.firstToken(id).index
        case .recordExpr: return tree.lastToken(RecordExprView(tree, id).type).index + 1
        case .lambdaExpr:
            let body = LambdaExprView(tree, id).body
            return tree.kind(body) == .block ? tree.firstToken(body).index : nil
        default: return nil
        }
    }

    private mutating func flatList(_ count: Int, _ padded: Bool, _ print: (inout Printer, Int) -> Void) {
        token()
        for index in 0..<count {
            if index > 0 || padded { space() }
            print(&self, index)
            drop(.comma)
            drop(.semicolon)
            if index < count - 1 { insert(",") }
        }
        if padded { space() }
        token()
    }

    mutating func angled(_ items: NodeList) {
        if items.isEmpty { return }
        flatList(items.count, false) { $0.node(items[$1]) }
    }

    private mutating func map(_ id: NodeId) {
        let entries = MapExprView(tree, id).entries
        if entries.isEmpty {
            token()
            token()
            token()
            return
        }
        commaList(entries.count, before: tree.lastToken(id).index) { printer, index in
            printer.node(entries[index].key)
            printer.token()
            printer.space()
            printer.node(entries[index].value)
        }
    }

    private mutating func tuple(_ id: NodeId) {
        let items = TupleExprView(tree, id).elements
        if items.count == 1, tree.kind(id) == .tupleExpr {
            token()
            node(items[0])
            token()
            token()
            return
        }
        commaList(items.count, before: tree.lastToken(id).index) { $0.node(items[$1]) }
    }

    private mutating func fields(_ fields: NodeList, last: UInt32) {
        commaList(fields.count, before: last, broken: startsLine(next + 1) && !ignoresSource, padded: true) {
            $0.node(fields[$1])
        }
    }

    private mutating func recordField(_ id: NodeId) {
        token()
        if let value = RecordFieldView(tree, id).value {
            token()
            space()
            node(value)
        }
    }

    private mutating func arguments(_ id: NodeId) {
        let arguments = CallExprView(tree, id).arguments
        let last = arguments.last?.value
        if arguments.count == 1, let last, isTooLongForAnyLine(last) {
            return flatList(1, false) { $0.argument(arguments[$1]) }
        }
        commaList(
            arguments.count, before: tree.lastToken(id).index, hugging: last,
            filling: arguments.count < wordsToFill
                ? nil : { arguments[$1].label.isNone && $0.isWord(arguments[$1].value) }
        ) { $0.argument(arguments[$1]) }
    }

    private mutating func argument(_ argument: ArgumentList.Element) {
        if !argument.label.isNone { keywordColon() }
        node(argument.value)
    }

    /// Whether a string would stand out of a line of its own as well, so that giving it one gains nothing.
    private func isTooLongForAnyLine(_ id: NodeId) -> Bool {
        let span = tree.span(id)
        return tree.kind(id) == .stringExpr && !hasComment(after: next, through: next + 1)
            && (indent + 1) * Formatter.indentWidth + Int(span.length) > Formatter.lineWidth
    }

    // MARK: Operators and chains

    /// `a + b + c`: the left spine flat; a line the source has at an operator stays, after the operator. What has no lines
    /// in the source and does not fit on one gets them at the operators that bind least.
    private mutating func binary(_ id: NodeId) {
        var spine: [NodeId] = []
        var at = id
        while tree.kind(at) == .binaryExpr {
            spine.append(at)
            at = BinaryExprView(tree, at).left
        }
        spine.reverse()
        let hasLines = spine.contains { step in
            let right = tree.firstToken(BinaryExprView(tree, step).right).index
            return startsLine(right) || startsLine(right - 1)
        }
        let passes = hasLines && ignoresSource
        if passes { passedLine = true }
        var isLong = false
        if !hasLines, flat == 0, !inTrial {
            isLong = trial({ $0.spine(spine, from: at) { _, _ in false } }) == .overflow
        }
        let loosest = BinaryExprView(tree, id).operation.tightness
        self.spine(spine, from: at) { printer, step in
            if isLong { return BinaryExprView(printer.tree, step).operation.tightness == loosest }
            if passes { return false }
            return printer.startsLine(printer.next) || printer.startsLine(printer.next + 1)
        }
    }

    private mutating func spine(
        _ spine: [NodeId], from first: NodeId, breaks: (Printer, NodeId) -> Bool
    ) {
        node(first)
        let extra = continuation
        var indented = false
        for step in spine {
            let breaks = breaks(self, step)
            if breaks, !indented, flat == 0 {
                indented = true
                indent += extra
            }
            space()
            token()
            if breaks { newline(blank: false) } else { space() }
            node(BinaryExprView(tree, step).right)
            if stopped { break }
        }
        if indented { indent -= extra }
    }

    /// Calls, fields and indices after a base; a line the source has before a `.` stays. A chain of several calls that has
    /// no lines in the source and does not fit on one gets them before its calls.
    private mutating func chain(_ id: NodeId) {
        var links: [NodeId] = []
        var at = id
        scan: while true {
            switch tree.kind(at) {
            case .callExpr where CallExprView(tree, at).isSleepUntil: break scan
            case .memberExpr, .tupleFieldExpr, .indexExpr, .callExpr:
                links.append(at)
                at = MemberExprView(tree, at).base
            default: break scan
            }
        }
        links.reverse()
        var lines: Set<Int> = []
        if flat == 0 {
            lines = Set(links.indices.filter { isDotted(links[$0]) && startsLine(dot(links[$0])) })
            if ignoresSource, !lines.isEmpty {
                passedLine = true
                lines = []
            } else if lines.isEmpty, !inTrial {
                let calls = callsToBreak(links, base: at)
                if !calls.isEmpty, trial({ $0.links(links, base: at, lines: []) }) == .overflow {
                    lines = Set(calls)
                }
            }
        }
        self.links(links, base: at, lines: lines)
    }

    private func isDotted(_ link: NodeId) -> Bool {
        tree.kind(link) == .memberExpr || tree.kind(link) == .tupleFieldExpr
    }

    /// The token of a link's `.`.
    private func dot(_ link: NodeId) -> UInt32 { tree.lastToken(MemberExprView(tree, link).base).index + 1 }

    /// The links before which a long chain gets lines: its calls, but for the first on a plain name; none if it has only
    /// one call.
    private func callsToBreak(_ links: [NodeId], base: NodeId) -> [Int] {
        let calls = links.indices.dropLast().filter {
            isDotted(links[$0]) && tree.kind(links[$0 + 1]) == .callExpr
        }
        if calls.count < 2 { return [] }
        return calls[0] == 0 && tree.kind(base) == .nameExpr ? Array(calls.dropFirst()) : Array(calls)
    }

    private mutating func links(_ links: [NodeId], base: NodeId, lines: Set<Int>) {
        node(base)
        let extra = continuation
        var indented = false
        for (index, link) in links.enumerated() {
            if stopped { break }
            switch tree.kind(link) {
            case .callExpr: arguments(link)
            case .indexExpr:
                token()
                node(IndexExprView(tree, link).index)
                token()
            default:
                if lines.contains(index) {
                    if !indented { indent += extra }
                    indented = true
                    newline(blank: false)
                }
                token()
                if nextKind == .dot { token() }
                token()
            }
        }
        if indented { indent -= extra }
    }

    private mutating func lambda(_ id: NodeId) {
        let view = LambdaExprView(tree, id)
        let parameters = view.parameters
        if nextKind == .leftParen {
            let last = tree.firstToken(view.body).index - 2
            commaList(parameters.count, before: last) { $0.node(parameters[$1]) }
        } else {
            token()
        }
        space()
        keyword()
        node(view.body)
    }

    private mutating func string(_ id: NodeId) {
        token()
        let view = StringExprView(tree, id)
        if view.interpolations.isEmpty { return }
        flat += 1
        for expression in view.interpolations {
            node(expression)
            token()
        }
        flat -= 1
    }

    // MARK: Control

    private mutating func control(_ id: NodeId) {
        switch tree.kind(id) {
        case .ifExpr:
            let broken =
                flat == 0
                && !(isInlineIf(id) && (inTrial || trial({ $0.ifExpression(id, broken: false) }) == .fits))
            ifExpression(id, broken: broken)
        case .matchExpr:
            let view = MatchExprView(tree, id)
            keyword()
            node(view.subject)
            space()
            arms(view.arms) { $0.node($1) }
        case .matchArm:
            let view = MatchArmView(tree, id)
            node(view.pattern)
            if let condition = view.guardCondition {
                space()
                keyword()
                node(condition)
            }
            space()
            keyword()
            node(view.body)
        case .forExpr:
            let view = ForExprView(tree, id)
            keyword()
            node(view.pattern)
            space()
            keyword()
            head(view.sequence)
            if let limit = view.limit {
                space()
                keyword()
                node(limit)
            }
            space()
            block(view.body)
        case .loopExpr: loop(LoopExprView(tree, id))
        case .loopVariable:
            let view = LoopVariableView(tree, id)
            token()
            typed(view.type)
            initial(view.value)
        case .raceExpr:
            keyword()
            race(RaceExprView(tree, id).branches)
        case .raceBranch:
            keyword()
            block(RaceBranchView(tree, id).body)
        case .tryExpr:
            let view = TryExprView(tree, id)
            keyword()
            block(view.body, broken: true)
            for clause in view.catches {
                space()
                node(clause)
            }
        case .catchClause:
            let view = CatchClauseView(tree, id)
            token()
            if !view.name.isNone {
                space()
                token()
            }
            if !view.faults.isEmpty {
                space()
                token()
                faults(view.faults)
            }
            space()
            block(view.body, broken: true)
        default:
            keyword()
            block(SequenceExprView(tree, id).body, broken: true)
        }
    }

    private func isInlineIf(_ id: NodeId) -> Bool {
        let view = IfExprView(tree, id)
        guard isInline(view.thenBlock) else { return false }
        guard let other = view.elseBranch else { return true }
        return tree.kind(other) == .ifExpr ? isInlineIf(other) : isInline(other)
    }

    private mutating func ifExpression(_ id: NodeId, broken: Bool) {
        let view = IfExprView(tree, id)
        keyword()
        head(view.condition)
        space()
        block(view.thenBlock, broken: broken)
        guard let other = view.elseBranch else { return }
        space()
        keyword()
        if tree.kind(other) == .ifExpr {
            ifExpression(other, broken: broken)
        } else {
            block(other, broken: broken)
        }
    }

    private mutating func loop(_ view: LoopExprView) {
        keyword()
        let isLong = flat == 0 && !inTrial && trial({ $0.loopHead(view, broken: false) }) == .overflow
        loopHead(view, broken: isLong)
        block(view.body)
    }

    private mutating func loopHead(_ view: LoopExprView, broken: Bool) {
        let variables = view.variables
        if nextKind == .leftParen {
            let last = tree.firstToken(view.condition ?? view.body).index - (view.condition == nil ? 1 : 2)
            commaList(variables.count, before: last, broken: broken) { $0.node(variables[$1]) }
            space()
        }
        if let condition = view.condition {
            keyword()
            head(condition)
            space()
        }
        if inTrial { insert("{") }
    }

    /// What stands between a word and its block: lines that it breaks into stand out from those of the block.
    mutating func head(_ id: NodeId) {
        let around = continuation
        continuation = 2
        node(id)
        continuation = around
    }

    private mutating func race(_ branches: NodeList) {
        if branches.isEmpty { return emptyBraces() }
        token()
        indent += 1
        for (index, branch) in branches.enumerated() {
            newline(item: index)
            node(branch)
            drop(.comma)
            drop(.semicolon)
        }
        closeBrace()
    }

    // MARK: Types and patterns

    private mutating func type(_ id: NodeId) {
        switch tree.kind(id) {
        case .namedType:
            let view = NamedTypeView(tree, id)
            token()
            if !view.module.isNone {
                token()
                token()
            }
            angled(view.arguments)
        case .listType:
            token()
            node(ListTypeView(tree, id).element)
            token()
        case .mapType:
            let view = MapTypeView(tree, id)
            token()
            node(view.key)
            token()
            space()
            node(view.value)
            token()
        case .optionalType:
            node(OptionalTypeView(tree, id).element)
            // `T??` is two nodes and one token.
            if next <= tree.lastToken(id).index { token() }
        case .tupleType:
            let items = TupleTypeView(tree, id).elements
            commaList(items.count, before: tree.lastToken(id).index) { $0.node(items[$1]) }
        default:
            let view = FunctionTypeView(tree, id)
            let items = view.parameters
            commaList(items.count, before: tree.firstToken(view.result).index - 2) { $0.node(items[$1]) }
            space()
            keyword()
            node(view.result)
        }
    }

    private mutating func pattern(_ id: NodeId) {
        switch tree.kind(id) {
        case .literalPattern: node(LiteralPatternView(tree, id).value)
        case .rangePattern:
            let view = RangePatternView(tree, id)
            node(view.low)
            token()
            node(view.high)
        case .casePattern:
            let view = CasePatternView(tree, id)
            if !view.qualifier.isNone { token() }
            token()
            token()
            let arguments = view.arguments
            if view.hasArguments {
                commaList(arguments.count, before: tree.lastToken(id).index) { $0.node(arguments[$1]) }
            }
        case .casePatternArgument:
            let view = CasePatternArgumentView(tree, id)
            if !view.label.isNone { keywordColon() }
            node(view.pattern)
        default:
            for (index, alternative) in OrPatternView(tree, id).elements.enumerated() {
                if index > 0 {
                    space()
                    keyword()
                }
                node(alternative)
            }
        }
    }
}

extension BinaryOperator {
    /// How tightly it binds, for where to break a line.
    fileprivate var tightness: Int {
        switch self {
        case .coalesce: 0
        case .or: 1
        case .and: 2
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: 3
        case .add, .subtract: 4
        case .multiply, .divide, .remainder: 5
        }
    }
}
