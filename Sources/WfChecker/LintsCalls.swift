// Lints about calls that touch the world: how long they may take, what a second attempt does, what a shell reads.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// What kind of call it is.
struct CallTraits: OptionSet {
    let rawValue: UInt8
    /// It changes nothing: only its answer matters.
    static let asks = CallTraits(rawValue: 1)
    /// It passes time.
    static let waits = CallTraits(rawValue: 2)
    /// It costs a process, a connection or money.
    static let isHeavy = CallTraits(rawValue: 4)
    /// It starts a process.
    static let isProcess = CallTraits(rawValue: 8)
    /// What it answers is a person's decision.
    static let decides = CallTraits(rawValue: 16)
    /// It gives somebody work.
    static let isWork = CallTraits(rawValue: 32)
    /// It is a request over HTTP.
    static let isHttp = CallTraits(rawValue: 64)
    /// It is about a file of this machine.
    static let isFile = CallTraits(rawValue: 128)
}

/// What the lints know of a call.
struct CallFacts {
    var traits: CallTraits = []
    /// The program that talks to another machine without a limit of its own.
    var unbounded: String?
    /// Why a second attempt may do harm.
    var repeats: String?
    /// Where the effect is called: the call itself, or behind the action's `via`.
    var span: Span
    var isAction = false
    var hasTimeout = false
    /// Of the action, in microseconds, where it is written out.
    var timeout: Int64?
    /// Of the action: the word `retry`, and the filter `timeout`.
    var retry: Span?
    var retryTimeout: Span?
    var retryIsRisky = false
    /// It is tried again at once, more than once.
    var retryIsEager = false
    /// It asks another machine.
    var isRemote = false
    /// The time, a random number or an identifier: the effect's name.
    var news: String?
    /// Of the action or workflow: the parameters that a shell reads as they are.
    var scripts: [(name: NameId, index: Int)] = []
    /// Of the action: what it does is not known by its program, but its name says that it does something new each time.
    var soundsNew: String?
}

extension ProgramChecker {
    /// What an effect of the standard library is.
    private func traits(ofEffect found: Int) -> CallTraits {
        let symbol = symbols[found]
        let name = text(symbol.name)
        let owner = moduleName(Int(symbol.module))
        switch owner {
        case "core":
            switch name {
            case "exec", "shell": return [.isHeavy, .isProcess]
            case "now", "random", "uuid": return .asks
            case "sleep", "sleepUntil": return .waits
            case "approve": return [.waits, .decides]
            case "task": return [.waits, .isWork]
            default: return []
            }
        case "file":
            let questions = ["read", "readBytes", "list", "exists", "size", "readPart"]
            return questions.contains(name) ? [.asks, .isFile] : .isFile
        case "http": return [.isHeavy, .isHttp]
        case "agent", "mcp", "openapi", "plugin": return .isHeavy
        default: return []
        }
    }

    /// What is known of the action or effect itself.
    func callFacts(of found: Int) -> CallFacts {
        let callable = Int(symbols[found].index)
        if lints.calls.isEmpty { lints.calls = Array(repeating: nil, count: callables.count) }
        if let known = lints.calls[callable] { return known }
        var facts = CallFacts(span: nameSpan(of: symbols[found]))
        if symbols[found].kind == .effect {
            facts.traits = traits(ofEffect: found)
        } else if symbols[found].kind == .action {
            // what is written in the action is read as part of it, not of what is being looked at
            let (back, own) = (module, declarationNode)
            enter(Int(symbols[found].module))
            declarationNode = symbols[found].node
            facts = actionFacts(of: symbols[found])
            enter(back)
            declarationNode = own
        } else if symbols[found].kind == .workflow {
            facts = workflowFacts(of: found)
        }
        lints.calls[callable] = facts
        return facts
    }

    private func actionFacts(of symbol: Symbol) -> CallFacts {
        let view = ActionDeclView(tree, symbol.node)
        var facts = CallFacts(span: nameSpan(of: symbol), isAction: true)
        for item in view.clauses {
            if tree.kind(item) == .retryClause {
                fillRetry(RetryClauseView(tree, item), &facts)
                continue
            }
            guard tree.kind(item) == .clause else { continue }
            let clause = ClauseView(tree, item)
            if clause.kind == .timeout {
                facts.hasTimeout = true
                facts.timeout = clause.operand.flatMap { wholeLiteral(written($0)) }
            }
            guard clause.kind == .via, let operand = clause.operand else { continue }
            let value = withoutParens(operand)
            guard tree.kind(value) == .callExpr else { continue }
            let call = CallExprView(tree, value)
            let found = declaredEffect(call.callee)
            guard found >= 0 else { continue }
            let inner = effectFacts(found, call)
            facts.traits = inner.traits
            facts.unbounded = inner.unbounded
            facts.repeats = inner.repeats
            facts.isRemote = inner.isRemote
            facts.news = inner.news
            facts.span = tree.span(call.callee)
            if facts.traits.contains(.isProcess) {
                let isShell = text(symbols[found].name) == "shell"
                facts.scripts += shellParameter(view.parameters, call, isShell: isShell).map { [$0] } ?? []
                if facts.repeats == nil { facts.soundsNew = newness(of: symbol, call) }
            }
        }
        return facts
    }

    private func fillRetry(_ view: RetryClauseView, _ facts: inout CallFacts) {
        facts.retry = tree.span(tree.firstToken(view.id))
        facts.retryIsRisky = view.faults.isEmpty
        facts.retryIsEager = view.backoffFirst == nil && (wholeLiteral(view.count) ?? 0) > 1
        for item in view.faults where tree.kind(item) == .faultPattern {
            let pattern = FaultPatternView(tree, item)
            let name = pattern.name.isNone ? "" : text(pattern.name)
            if name == "timeout" { facts.retryTimeout = pattern.span }
            if !(name == "exit" && pattern.hasArgument) { facts.retryIsRisky = true }
        }
    }

    /// The effect that `via` names, whatever the names around are bound to.
    private func declaredEffect(_ callee: NodeId) -> Int {
        let found = declaredCallee(callee)
        return found >= 0 && symbols[found].kind == .effect ? found : -1
    }

    /// What of this or another module a callee names in the file being read, whatever the names around are bound to; -1
    /// without such a declaration.
    func declaredCallee(_ callee: NodeId) -> Int {
        var found = -1
        if tree.kind(callee) == .nameExpr {
            found = symbol(named: NameExprView(tree, callee).name)
        } else if tree.kind(callee) == .memberExpr {
            let view = MemberExprView(tree, callee)
            guard tree.kind(view.base) == .nameExpr, !view.name.isNone,
                let target = moduleNamed(NameExprView(tree, view.base).name), target >= 0
            else { return -1 }
            found = table.find(target, view.name)
        }
        return found
    }

    /// `sql("select …")`
    private func asksOwnTables(_ found: Int, _ view: CallExprView) -> Bool {
        guard text(symbols[found].name) == "sql", moduleName(Int(symbols[found].module)) == "core",
            let statement = view.arguments.first?.value, let words = CommandLine.literal(statement, tree)
        else { return false }
        return words.split(whereSeparator: \.isWhitespace).first?.lowercased() == "select"
    }

    /// What is known of one call of an effect, from its arguments as written.
    func effectFacts(_ found: Int, _ view: CallExprView) -> CallFacts {
        var facts = CallFacts(traits: callFacts(of: found).traits, span: tree.span(view.callee))
        if asksOwnTables(found, view) { facts.traits.insert(.asks) }
        if facts.traits.contains(.asks), ["now", "random", "uuid"].contains(text(symbols[found].name)) {
            facts.news = text(symbols[found].name)
        }
        if facts.traits.contains(.isHttp) {
            facts.unbounded = tree.text(view.callee)
            facts.isRemote = true
        }
        guard facts.traits.contains(.isProcess), !CommandLine.isPlain(view, tree) else { return facts }
        for command in CommandLine.commands(of: view, tree, written) {
            if facts.unbounded == nil && command.isUnbounded { facts.unbounded = command.program }
            if facts.repeats == nil { facts.repeats = command.repeats }
            if command.talks { facts.isRemote = true }
        }
        if facts.repeats != nil && CommandLine.mentionsKey(tree.text(view.id)) { facts.repeats = nil }
        return facts
    }

    /// A step's call, when its clauses have been typed.
    func lintCall(_ view: CallExprView, _ clauses: ClauseNodes, _ checked: CheckedClauses) {
        guard lints.isOn else { return }
        let found = effectSymbol(view)
        guard found >= 0 else { return }
        if symbols[found].kind == .workflow {
            for script in callFacts(of: found).scripts { lintShellArgument(view, script) }
            return
        }
        var facts = callFacts(of: found)
        if !facts.traits.contains(.isHeavy) && clauses.isEmpty { return }
        if symbols[found].kind == .effect { facts = effectFacts(found, view) }
        if !clauses.timeout.isNone { facts.hasTimeout = true }
        if !clauses.retry.isNone {
            facts.retryTimeout = nil
            let retry = RetryClauseView(tree, clauses.retry)
            fillRetry(retry, &facts)
            lintFilters(retry.faults, of: facts)
        }
        let isBounded = facts.hasTimeout || !clauses.deadline.isNone || lints.deadlineDepth > 0
        if let program = facts.unbounded, !isBounded {
            let name = facts.isAction ? text(symbols[found].name) : nil
            lint(.unboundedCall(program, action: name, at: facts.span))
        }
        if facts.traits.contains(.isProcess), !facts.hasTimeout, let filter = facts.retryTimeout {
            lint(.retryOnNoTimeout(at: filter))
        }
        if let retry = facts.retry, let harm = facts.repeats, facts.retryIsRisky {
            lint(.retriesTwice(harm, at: retry, call: facts.span))
        } else if let retry = facts.retry, let verb = facts.soundsNew, facts.retryIsRisky {
            lint(.retriesUnkeyed(verb, at: retry, call: facts.span))
        } else if facts.isRemote && facts.retryIsEager, let retry = facts.retry {
            lint(.eagerRetry(at: retry))
        }
        if let news = facts.news, !clauses.gates[.cache].isNone {
            lint(.cachedNews(news, at: tree.span(tree.firstToken(clauses.gates[.cache]))))
        }
        for script in facts.scripts { lintShellArgument(view, script) }
        lintTimes(clauses, checked)
        if clauses.timeout.isNone, let timeout = facts.timeout, let deadline = literal(checked.deadline),
            timeout > deadline
        {
            lint(
                .deadlineBeforeTimeout(
                    of: text(symbols[found].name), at: tree.span(clauses.deadline), action: facts.span))
        }
    }

    /// The verb of an action that is not told its key and whose name says that each call does something new.
    private func newness(of symbol: Symbol, _ call: CallExprView) -> String? {
        var names = [text(symbol.name)]
        if let program = call.arguments.first.flatMap({ CommandLine.literal($0.value, tree) }) {
            names.append(CommandLine.baseName(program))
        }
        for name in names {
            let verb = name.prefix { $0.isLowercase }
            guard CommandLine.newness.contains(String(verb)) else { continue }
            return CommandLine.mentionsKey(tree.text(symbol.node)) ? nil : String(verb)
        }
        return nil
    }

    /// Clauses whose literal values contradict each other.
    private func lintTimes(_ clauses: ClauseNodes, _ checked: CheckedClauses) {
        if let timeout = literal(checked.timeout), let deadline = literal(checked.deadline),
            timeout >= deadline
        {
            lint(
                .timeoutBehindDeadline(
                    at: tree.span(clauses.timeout), deadline: tree.span(clauses.deadline)))
        }
        if !clauses.retry.isNone, let count = literal(checked.retry),
            let deadline = literal(checked.deadline),
            let first = literal(checked.backoffFirst)
        {
            let view = RetryClauseView(tree, clauses.retry)
            if view.backoffLast == nil || literal(checked.backoffLast) != nil {
                lintPauses(
                    view, count: count, first: first, last: literal(checked.backoffLast), deadline: deadline,
                    at: tree.span(clauses.deadline))
            }
        }
        if literal(checked.retry) == 0 {
            lint(.retryNever(at: tree.span(RetryClauseView(tree, clauses.retry).count)))
        }
    }

    private func literal(_ id: TypedId) -> Int64? {
        if id.isNone || typed[id].kind != .word { return nil }
        return Int64(bitPattern: UInt64(typed[id].a) | UInt64(typed[id].b) << 32)
    }
}
