// Control expressions: branches, loops, races, try.

import WfSyntax

extension Printer {
    mutating func control(_ id: NodeId) {
        switch tree.kind(id) {
        case .ifExpr:
            // a comment in front would end the try-out before it has begun
            if !inTrial, flat == 0 { comments() }
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
                goOn(levels: 2, tail: " {") {
                    $0.keyword()
                    $0.node(limit)
                }
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
                words(view.faults, levels: 2, tail: " {")
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
        // How the source breaks the condition does not make the list before it shorter.
        let isLong =
            flat == 0 && !inTrial
            && trial(ignoringSource: true) { $0.loopHead(view, broken: false) } == .overflow
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
}
