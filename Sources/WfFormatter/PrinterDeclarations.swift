// Declarations and blocks.

import WfSyntax

extension Printer {
    mutating func sourceFile(_ id: NodeId) {
        for (index, item) in SourceFileView(tree, id).items.enumerated() {
            dropSemicolons()
            newline(item: index)
            node(item)
        }
        dropSemicolons()
    }

    /// `word name`, with the space between.
    private mutating func words(_ count: Int) {
        for index in 0..<count {
            if index > 0 { space() }
            token()
        }
    }

    private mutating func annotation(_ type: NodeId?) {
        guard let type else { return }
        token()
        space()
        node(type)
    }

    /// ` = value`
    mutating func initial(_ value: NodeId?) {
        guard let value else { return }
        space()
        token()
        space()
        node(value)
    }

    mutating func declaration(_ id: NodeId) {
        switch tree.kind(id) {
        case .useDecl: use(UseDeclView(tree, id))
        case .constDecl, .configDecl:
            let view = ConstDeclView(tree, id)
            words(2)
            annotation(view.type)
            initial(view.value)
        case .secretDecl: words(2)
        case .poolDecl:
            words(3)
            space()
            node(PoolDeclView(tree, id).limit)
        case .rateDecl:
            let view = RateDeclView(tree, id)
            words(2)
            space()
            node(view.count)
            space()
            token()
            space()
            node(view.period)
        case .breakerDecl: breaker(BreakerDeclView(tree, id))
        case .recordDecl:
            let view = RecordDeclView(tree, id)
            words(view.isOpen ? 3 : 2)
            angled(view.typeParameters, behind: " {")
            space()
            members(view.fields)
        case .enumDecl:
            let view = EnumDeclView(tree, id)
            words(2)
            angled(view.typeParameters, behind: " {")
            space()
            members(view.cases)
        case .triggerDecl: trigger(TriggerDeclView(tree, id))
        case .testDecl:
            let view = TestDeclView(tree, id)
            token()
            space()
            node(view.title)
            space()
            block(view.body)
        default: callable(CallableDeclView(tree, id))
        }
    }

    private mutating func use(_ view: UseDeclView) {
        words(2)
        if !view.isFile {
            while !stopped, nextKind == .dot {
                token()
                token()
            }
        }
        if view.hasAlias {
            space()
            words(2)
        }
    }

    private mutating func breaker(_ view: BreakerDeclView) {
        words(3)
        space()
        node(view.failures)
        space()
        words(2)
        space()
        node(view.within)
        space()
        token()
        space()
        node(view.recover)
    }

    private mutating func trigger(_ view: TriggerDeclView) {
        words(2)
        if let subject = view.subject {
            space()
            node(subject)
        }
        for option in view.options {
            space()
            token()
            if let value = TriggerOptionView(tree, option).value {
                space()
                node(value)
            }
        }
        space()
        block(view.body)
    }

    private mutating func callable(_ view: CallableDeclView) {
        let kind = tree.kind(view.id)
        words(kind == .externFuncDecl || kind == .externActionDecl ? 3 : 2)
        angled(view.typeParameters)
        let parameters = view.parameters
        // The head is one line up to the brace, or has a line for each parameter.
        let isLong =
            flat == 0 && !inTrial
            && trial({
                $0.commaList(parameters.count, before: view.parametersEnd) { $0.node(parameters[$1]) }
                $0.result(view.result)
                if view.body != nil { $0.insert(" {") }
            }) == .overflow
        commaList(parameters.count, before: view.parametersEnd, broken: isLong) { $0.node(parameters[$1]) }
        result(view.result)
        if let body = view.body {
            space()
            block(body)
        }
        clauses(view.clauses, broken: kind == .actionDecl)
    }

    private mutating func result(_ type: NodeId?) {
        guard let type else { return }
        space()
        token()
        space()
        node(type)
    }

    mutating func parameter(_ id: NodeId) {
        let view = ParameterView(tree, id)
        words(view.isSecret ? 2 : 1)
        annotation(view.type)
        if view.isVariadic { token() }
        initial(view.defaultValue)
    }

    mutating func field(_ id: NodeId) {
        let view = FieldDeclView(tree, id)
        token()
        annotation(view.type)
        initial(view.defaultValue)
    }

    mutating func enumCase(_ id: NodeId) {
        token()
        let payload = EnumCaseDeclView(tree, id).payload
        if nextKind == .leftParen {
            commaList(payload.count, before: tree.lastToken(id).index) { $0.node(payload[$1]) }
        }
    }

    /// The members of a record or enum: one line, or a line each without commas.
    private mutating func members(_ items: NodeList) {
        if items.isEmpty { return emptyBraces() }
        let first = next + 1
        if !startsLine(first),
            !hasComment(after: next, through: tree.lastToken(items[items.count - 1]).index),
            inTrial || flat > 0 || trial({ $0.inlineMembers(items) }) == .fits
        {
            return inlineMembers(items)
        }
        token()
        indent += 1
        for (index, item) in items.enumerated() {
            newline(item: index)
            node(item)
            drop(.comma)
            drop(.semicolon)
        }
        closeBrace()
    }

    private mutating func inlineMembers(_ items: NodeList) {
        token()
        for (index, item) in items.enumerated() {
            space()
            node(item)
            drop(.comma)
            drop(.semicolon)
            if index < items.count - 1 { insert(",") }
        }
        space()
        token()
    }

    mutating func emptyBraces() {
        token()
        if hasComment(after: next - 1, through: next) {
            indent += 1
            newline(blank: false)
            return closeBrace()
        }
        token()
    }

    /// Comments, then the closing bracket on a line of its own, one level out.
    mutating func closeBrace() {
        newline(blank: true)
        comments()
        indent -= 1
        newline(blank: false)
        token()
    }

    // MARK: Blocks

    /// A block: on one line when the source has it there, holds one statement at most and fits.
    mutating func block(_ id: NodeId, broken: Bool = false) {
        let statements = BlockView(tree, id).statements
        if statements.isEmpty, !hasComment(after: next, through: tree.lastToken(id).index) {
            token()
            dropSemicolons()
            return token()
        }
        if flat > 0 { return inlineBlock(statements) }
        if !broken, isInline(id), inTrial || trial({ $0.inlineBlock(statements) }) == .fits {
            return inlineBlock(statements)
        }
        token()
        indent += 1
        for (index, statement) in statements.enumerated() {
            dropSemicolons()
            newline(item: index)
            node(statement)
        }
        dropSemicolons()
        closeBrace()
    }

    /// Whether the source has a block on one line with one statement and no comment.
    func isInline(_ id: NodeId) -> Bool {
        let first = tree.firstToken(id).index
        let last = tree.lastToken(id).index
        return BlockView(tree, id).statements.count <= 1
            && (ignoresSource || !startsLine(first + 1) && !startsLine(last))
            && !hasComment(after: first, through: last)
    }

    private mutating func inlineBlock(_ statements: NodeList) {
        token()
        for (index, statement) in statements.enumerated() {
            dropSemicolons()
            if index > 0 { insert(";") }
            space()
            node(statement)
        }
        dropSemicolons()
        space()
        token()
    }
}

extension CallableDeclView {
    /// The token that closes the parameters: what follows it is the result, the body, a clause, or the next declaration.
    fileprivate var parametersEnd: UInt32 {
        if let result { return tree.firstToken(result).index - 2 }
        if let body { return tree.firstToken(body).index - 1 }
        if let first = clauses.first { return tree.firstToken(first).index - 1 }
        return tree.lastToken(id).index
    }
}
