// Lints about names: what is declared and never read, and what hides another name.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// A name that goes out of scope without having been read.
    func lintUnread(_ binding: Binding) {
        let name = text(binding.name)
        if name.hasPrefix("_") { return }
        let span = span(of: binding)
        switch binding.role {
        case .parameter:
            if name != "self" { lint(.unusedParameter(name, at: span)) }
        case .constant, .variable: lint(.unusedName(name, .value, at: span))
        case .item: lint(.unusedName(name, .item, at: span))
        case .pattern: lint(.unusedName(name, .pattern, at: span))
        case .step, .label, .state: break
        }
    }

    /// Names of a block whose nodes have all been typed: those of patterns, `let`s, and steps that only ask.
    func lintUnreadNodes(scope: Int, nodesFrom pendingStart: Int) {
        let frame = frames[frames.count - 1]
        for binding in bindings[scope..<frame.bindingStart]
        where binding.role == .step && !binding.isRead && !binding.isWaitedFor && !binding.name.isNone {
            let name = text(binding.name)
            if !name.hasPrefix("_") { lint(.unusedName(name, .pattern, at: span(of: binding))) }
        }
        for entry in pending[pendingStart...] where !bindings[Int(entry.binding)].isRead {
            let binding = bindings[Int(entry.binding)]
            switch entry.kind {
            case .letValue, .letPart:
                if binding.isWaitedFor { continue }
                // in a test a `let` runs what is tested
                let name = text(entry.name)
                if isTest || entry.name.isNone || name.hasPrefix("_") { continue }
                lint(.unusedName(name, .value, at: span(of: binding)))
            case .step, .call:
                lintUnreadDecision(entry)
                if !binding.isWaitedFor {
                    lintUnreadAnswer(entry, binding)
                    lintUnusedHandle(entry)
                }
            case .pureCall:
                if binding.isWaitedFor { continue }
                if type(of: entry) != .unit && type(of: entry) != .poison && type(of: entry) != .never {
                    lint(.discardedCall(at: tree.span(entry.value)))
                }
            case .letTuple, .control, .failure, .wait, .mock, .mockDelay, .expectation, .caughtCall,
                .expectedFailure,
                .flowLet:
                break
            }
        }
    }

    private func type(of entry: PendingNode) -> TypeId { bindings[Int(entry.binding)].type }

    /// A step whose call only asks, and whose answer nobody reads.
    private func lintUnreadAnswer(_ entry: PendingNode, _ binding: Binding) {
        let value = withoutParens(entry.value)
        guard tree.kind(value) == .callExpr else { return }
        if isBound(entry.statement) { return }
        let view = CallExprView(tree, value)
        let found = effectSymbol(view)
        guard found >= 0, symbols[found].kind != .workflow else { return }
        let facts = symbols[found].kind == .effect ? effectFacts(found, view) : callFacts(of: found)
        guard facts.traits.contains(.asks) else { return }
        let callee = calleeName(view.callee)
        if entry.kind == .call {
            lint(.unreadAnswer(callee, step: nil, at: tree.span(value)))
        } else if !text(entry.name).hasPrefix("_") {
            lint(.unreadAnswer(callee, step: text(entry.name), at: span(of: binding)))
        }
    }

    /// Whether a clause gives a step a point of its own.
    private func isBound(_ statement: NodeId) -> Bool {
        guard tree.kind(statement) == .stepStmt || tree.kind(statement) == .exprStmt else { return false }
        let isStep = tree.kind(statement) == .stepStmt
        let clauses = isStep ? StepStmtView(tree, statement).clauses : ExprStmtView(tree, statement).clauses
        return clauses.contains { item in
            guard tree.kind(item) == .clause else { return false }
            let kind = ClauseView(tree, item).kind
            return kind == .undo || kind == .once
        }
    }

    /// A call in a func whose value nobody reads: a func does nothing else.
    func lintDiscarded(_ id: NodeId, _ type: TypeId) {
        guard lints.isOn, type != .unit, type != .never, type != .poison, !types.containsPoison(type) else {
            return
        }
        lint(.discardedCall(at: tree.span(id)))
    }

    /// A name that hides one of a block around it.
    func lintShadow(_ name: NameId, at span: Span) {
        guard lints.isOn, !name.isNone, name != .underscore else { return }
        let found = lookup(name)
        guard found >= 0 else { return }
        let binding = bindings[found]
        if binding.role == .label || binding.name.isNone { return }
        if binding.frame >= 0 && binding.frame == Int32(frames.count - 1) { return }
        lint(.shadows(text(name), at: span, hidden: self.span(of: binding)))
    }

    /// Declarations that nothing mentions: every `use`, and what else stands in the file of a `main`.
    ///
    /// - Parameter wrong: files with errors, about which nothing is said.
    func lintDeclarations(without wrong: Set<FileId>) {
        var usedModules = [Bool](repeating: false, count: modules.count)
        if focusIsUsed { usedModules[focus] = true }
        for input in modules {
            for target in input.uses where target != nil { usedModules[target ?? 0] = true }
        }
        let isAsked = modules.indices.map { index in
            !modules[index].isStandardLibrary && !wrong.contains(modules[index].tree.file)
                && (focus < 0 || index == focus)
        }
        lintUses(of: isAsked)
        lintSignals(of: isAsked)
        for index in modules.indices where isAsked[index] && !usedModules[index] && hasMain(index) {
            enter(index)
            for symbol in moduleSymbols[index] where !lints.usedSymbols[symbol] {
                let what = symbols[symbol]
                switch what.kind {
                case .function, .constant, .config, .secret, .pool, .rate, .breaker, .record, .enumeration,
                    .action:
                    let name = text(what.name)
                    if !name.hasPrefix("_") {
                        lint(.unusedDeclaration(name, what.kind.text, at: nameSpan(of: what)))
                    }
                default: break
                }
            }
        }
    }

    /// `use` of a module of which nothing is used.
    ///
    /// - Parameter isAsked: by module.
    private func lintUses(of isAsked: [Bool]) {
        for symbol in symbols.indices where symbols[symbol].kind == .module && !lints.usedSymbols[symbol] {
            let index = Int(symbols[symbol].module)
            guard isAsked[index],
                !lints.usedTargets.contains(UInt64(index) << 32 | UInt64(symbols[symbol].index))
            else { continue }
            enter(index)
            let view = UseDeclView(tree, symbols[symbol].node)
            lint(.unusedUse(text(symbols[symbol].name), at: tree.span(view.id)))
        }
    }

    /// Notes that a method of another module is called.
    func markUse(of target: Int) { lints.usedTargets.insert(UInt64(module) << 32 | UInt64(target)) }

    private func hasMain(_ index: Int) -> Bool {
        moduleSymbols[index].contains { symbols[$0].kind == .workflow && text(symbols[$0].name) == "main" }
    }
}
