// What workflows wait for and send: signals, handles of other runs, approvals and work items. Knows how these are
// written and what they yield; knows nothing of how a run waits.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// A signal that a workflow declares.
struct DeclaredSignal {
    var name: NameId
    var type: TypeId
    var nameToken: TokenId
    var typeNode: NodeId
    /// The workflow's callable.
    var callable: Int
}

/// An effect whose result is what its place declares, with one such type.
struct TypedEffect: Hashable {
    var callable: Int
    var result: TypeId
}

/// A signal that stands where none may, by its file.
struct MisplacedSignal: Hashable {
    let file: FileId
    let name: NameId
}

/// What the checker knows about waiting, over all workflows and about the one at hand.
struct WaitingState {
    var signals: [DeclaredSignal] = []
    /// By callable: its run of `signals`.
    var ranges: [Int: Range<Int>] = [:]
    var handles: [Int: TypeId] = [:]
    var callableOfHandle: [TypeId: Int] = [:]
    var effects: [TypedEffect: Int] = [:]
    /// Which workflow calls which in its own run, by callable.
    var calls: [(caller: Int, callee: Int)] = []

    /// The workflow being checked.
    var current = -1
    /// Signals declared in blocks: reported, and awaited in silence.
    var misplaced: Set<MisplacedSignal> = []
    var queryStatements: [NodeId] = []
    var queries: [CheckedQuery] = []
    var isInQuery = false
    /// While a query is checked: what its locals stand for, and its fan-outs by binding.
    var inputs: [CheckedQueryInput] = []
    var fans: [Int: Int] = [:]
}

extension ProgramChecker {
    // MARK: declarations

    /// The signals of all workflows, before any body is checked.
    func collectSignals() {
        for index in callables.indices {
            let symbol = symbols[Int(callables[index].symbol)]
            guard symbol.kind == .workflow else { continue }
            enter(Int(symbol.module))
            guard let code = WorkflowDeclView(tree, symbol.node).body else { continue }
            let start = waiting.signals.count
            for item in BlockView(tree, code).statements where tree.kind(item) == .signalStmt {
                addSignal(SignalStmtView(tree, item), of: index, from: start)
            }
            if waiting.signals.count > start { waiting.ranges[index] = start..<waiting.signals.count }
        }
    }

    private func addSignal(_ view: SignalStmtView, of callable: Int, from start: Int) {
        if view.name.isNone { return }
        let known = waiting.signals[start...].first { $0.name == view.name }
        if let known {
            let earlier = tree.span(known.nameToken)
            return report(.duplicate(text(view.name), at: tree.span(view.nameToken), earlier: earlier))
        }
        waiting.signals.append(
            DeclaredSignal(
                name: view.name, type: resolveType(view.type), nameToken: view.nameToken,
                typeNode: view.type, callable: callable))
    }

    /// The signals of a workflow, by its callable.
    func signals(of callable: Int) -> ArraySlice<DeclaredSignal> {
        waiting.signals[waiting.ranges[callable] ?? 0..<0]
    }

    /// The number of a signal within its workflow.
    func signalNumber(_ name: NameId, of callable: Int) -> Int? {
        let all = signals(of: callable)
        return all.firstIndex { $0.name == name }.map { $0 - all.startIndex }
    }

    private func noteMisplaced(_ id: NodeId) {
        guard tree.kind(id) == .signalStmt else { return }
        waiting.misplaced.insert(MisplacedSignal(file: tree.file, name: SignalStmtView(tree, id).name))
    }

    /// A `signal` or `query` among the statements of a block.
    func declareWaiting(_ id: NodeId) {
        if test.isActive {
            let token = tree.firstToken(id)
            noteMisplaced(id)
            return report(.declaredInTest(tree.text(token), at: tree.span(token)))
        }
        if frames.count > 1 {
            let token = tree.firstToken(id)
            noteMisplaced(id)
            return report(.declaredInBlock(tree.text(token), at: tree.span(token)))
        }
        if tree.kind(id) == .queryStmt { return waiting.queryStatements.append(id) }
        let name = SignalStmtView(tree, id).name
        guard let number = signalNumber(name, of: waiting.current),
            let start = waiting.ranges[waiting.current]?.lowerBound
        else { return }
        let signal = waiting.signals[start + number]
        if !requireEncodable(signal.type, at: signal.typeNode) {
            waiting.signals[start + number].type = .poison
        }
    }

    /// Workflows that call each other share their run's queues, so one name has one type there.
    func checkSignalTypes() {
        let names = Set(waiting.signals.map(\.name)).sorted { $0.rawValue < $1.rawValue }
        for name in names {
            let declared = waiting.signals.filter { $0.name == name }
            if declared.allSatisfy({ $0.type == declared[0].type }) { continue }
            var reported: Set<Int> = []
            for root in callables.indices {
                let reached = workflowsReached(from: root)
                let together = declared.filter { reached.contains($0.callable) }
                for other in together.dropFirst()
                where other.type != together[0].type && !types.containsPoison(other.type)
                    && reported.insert(other.callable).inserted
                {
                    reportSignalTypes(other, together[0])
                }
            }
        }
    }

    func workflowsReached(from root: Int) -> Set<Int> {
        var reached: Set<Int> = [root]
        var queue = [root]
        while let next = queue.popLast() {
            for call in waiting.calls where call.caller == next && reached.insert(call.callee).inserted {
                queue.append(call.callee)
            }
        }
        return reached
    }

    private func reportSignalTypes(_ signal: DeclaredSignal, _ other: DeclaredSignal) {
        func place(_ signal: DeclaredSignal) -> Span {
            enter(Int(symbols[Int(callables[signal.callable].symbol)].module))
            return tree.span(signal.nameToken)
        }
        let first = place(other)
        report(
            .signalTypesDiffer(
                text(signal.name), text(signal.type), text(other.type), at: place(signal), other: first))
    }

    // MARK: handles

    /// The type of a handle of a run of this workflow: a record that names the run.
    func handleType(of callable: Int) -> TypeId {
        if let known = waiting.handles[callable] { return known }
        let symbol = symbols[Int(callables[callable].symbol)]
        let type = types.declareRecord("\(text(symbol.name)).Run")
        let start = fields.count
        fields.append(Field(name: names.id, type: .string, defaultNode: .none))
        setMembers(of: type, start: start, count: 1, symbol: -1)
        types.defineRecord(type, fields: [FieldInfo(name: "id", type: .string)], open: false)
        waiting.handles[callable] = type
        waiting.callableOfHandle[type] = callable
        return type
    }

    /// `review.Run` where `review` is a workflow; nil when the name before the dot is none.
    func handleType(_ view: NamedTypeView) -> TypeId? {
        let found = view.module.isNone ? -1 : symbol(named: view.module)
        guard found >= 0, symbols[found].kind == .workflow else { return nil }
        guard view.name == names.run else {
            if !view.name.isNone {
                report(.unknownHandle(text(view.module), text(view.name), at: view.span))
            }
            return .poison
        }
        return handleType(of: Int(symbols[found].index))
    }

    /// The callable of the workflow whose handle a binding holds, or nil.
    private func handleCallable(_ binding: Int) -> Int? {
        if binding < 0 { return nil }
        let entry = bindings[binding]
        return waiting.callableOfHandle[entry.narrowed == .poison ? entry.type : entry.narrowed]
    }

    // MARK: nodes

    /// `await …` or `spawn …` as a node; yields its type.
    func waitNode(_ id: NodeId, _ number: Int) -> TypeId {
        if let call = awaitedCall(id) {
            let blank = span(tree.span(id).start, tree.span(call.id).start)
            report(
                .awaitsCall(
                    at: tree.span(tree.firstToken(id)), fix: Fix(safe: "remove `await`", [.remove(blank)])))
            return callNode(call, number)
        }
        return tree.kind(id) == .awaitExpr
            ? awaitNode(AwaitExprView(tree, id), number) : spawnNode(SpawnExprView(tree, id), number)
    }

    private func awaitNode(_ view: AwaitExprView, _ number: Int) -> TypeId {
        let target = withoutParens(view.target)
        let span = tree.span(target)
        if tree.kind(target) == .nameExpr {
            let name = NameExprView(tree, target).name
            if name.isNone { return .poison }
            if let signal = signalNumber(name, of: waiting.current) {
                workflowNodes[number].kind = .awaitSignal(signal)
                return signals(of: waiting.current)[signals(of: waiting.current).startIndex + signal].type
            }
            if waiting.misplaced.contains(MisplacedSignal(file: tree.file, name: name)) { return .poison }
            if lookup(name) < 0 {
                let declared = signals(of: waiting.current).map { text($0.name) }
                let near = Suggestion.best(for: text(name), among: declared + handleNames())
                report(
                    .unknownSignal(text(name), near: near, at: span)
                        .fixed(signalDeclarationFix(text(name), view.id)))
                return .poison
            }
        }
        let value = expression(target)
        let found = type(of: value)
        if found == .poison || types.containsPoison(found) { return .poison }
        guard let callable = waiting.callableOfHandle[found] else {
            report(.notAwaitable(tree.text(target), text(found), at: span).fixed(awaitFix(view)))
            return .poison
        }
        workflowNodes[number].kind = .awaitRun(value)
        return callables[callable].result
    }

    private func handleNames() -> [String] {
        bindings.indices.filter { $0 >= bindingBase && handleCallable($0) != nil }
            .map { text(bindings[$0].name) }
    }

    private func spawnNode(_ view: SpawnExprView, _ number: Int) -> TypeId {
        guard tree.kind(view.call) == .callExpr else {
            if tree.kind(view.call) != .errorExpr {
                report(.spawnNotWorkflow(tree.text(view.call), nil, at: tree.span(view.call)))
            }
            return .poison
        }
        let call = CallExprView(tree, view.call)
        let found = effectSymbol(call)
        guard found >= 0, symbols[found].kind == .workflow else {
            reportSpawn(call, found)
            return .poison
        }
        let callable = Int(symbols[found].index)
        let mark = scratch.count
        if pushArguments(call.arguments, callable, skipping: 0, call.id, call.callee) && retain {
            workflowNodes[number].kind = .spawn(
                Int(callables[callable].output), arguments: scratch[mark...].map { TypedId($0) },
                isAttached: view.isAttached)
        }
        scratch.removeSubrange(mark...)
        return handleType(of: callable)
    }

    private func reportSpawn(_ call: CallExprView, _ found: Int) {
        var known = found
        if found < 0, tree.kind(call.callee) == .nameExpr {
            let name = NameExprView(tree, call.callee).name
            if name.isNone { return }
            known = symbol(named: name)
            if known < 0 && lookup(name) < 0 && builtins.named(name, on: nil).isEmpty {
                reportUnknownName(name, at: call.callee)
                _ = loose(call)
                return
            }
        }
        _ = loose(call)
        let what = known >= 0 ? symbols[known].kind.text : nil
        if known >= 0 && symbols[known].kind == .refused { return }
        report(.spawnNotWorkflow(calleeName(call.callee), what, at: tree.span(call.callee)))
    }

    /// Whether an argument is the bare name of a signal, which is to stand in front of the payload.
    private func isSignal(_ id: NodeId, of callable: Int) -> Bool {
        guard tree.kind(id) == .nameExpr else { return false }
        let name = NameExprView(tree, id).name
        return !name.isNone && lookup(name) < 0 && signalNumber(name, of: callable) != nil
    }

    /// Whether a call is `handle.cancel()` or `handle.send(…)`, where `handle` is a name.
    func isMessage(_ view: CallExprView) -> Bool { messageTarget(view) != nil }

    private func messageTarget(_ view: CallExprView) -> Int? {
        guard tree.kind(view.callee) == .memberExpr else { return nil }
        let callee = MemberExprView(tree, view.callee)
        guard callee.name == names.cancel || callee.name == names.send,
            tree.kind(callee.base) == .nameExpr
        else { return nil }
        let name = NameExprView(tree, callee.base).name
        return name.isNone ? nil : handleCallable(lookup(name))
    }

    /// `handle.cancel()` or `handle.send(paid: payment)` as a node; yields its type.
    func messageNode(_ view: CallExprView, _ number: Int) -> TypeId {
        guard let callable = messageTarget(view) else { return .poison }
        let callee = MemberExprView(tree, view.callee)
        let handle = expression(callee.base)
        let arguments = view.arguments
        if callee.name == names.cancel {
            for argument in arguments { _ = expression(argument.value) }
            if arguments.count > 0 {
                report(.argumentCount("cancel", expected: 0, found: arguments.count, at: view.span))
            }
            workflowNodes[number].kind = .stop(handle)
            return .unit
        }
        let workflow = text(symbols[Int(callables[callable].symbol)].name)
        let declared = signals(of: callable)
        guard arguments.count == 1, let argument = arguments.first, !argument.label.isNone else {
            for argument in arguments where !isSignal(argument.value, of: callable) {
                _ = expression(argument.value)
            }
            let example = declared.first.map { text($0.name) }
            report(.sendNeedsSignal(workflow, example: example, at: view.span))
            return .unit
        }
        guard let signal = signalNumber(argument.label, of: callable) else {
            _ = expression(argument.value)
            let near = Suggestion.best(for: text(argument.label), among: declared.map { text($0.name) })
            report(
                .unknownSignalOf(workflow, text(argument.label), near: near, at: tree.span(argument.value)))
            return .unit
        }
        let payload = expression(argument.value, as: declared[declared.startIndex + signal].type)
        workflowNodes[number].kind = .send(
            handle, workflow: Int(callables[callable].output), signal: signal, payload: payload)
        return .unit
    }

    // MARK: approvals

    /// `approve` says until when: as an argument, as a clause (which then is that argument), or `no deadline`.
    func checkDeadline(_ call: CallExprView, _ number: Int, _ clauses: inout ClauseNodes) {
        let found = effectSymbol(call)
        let isApproval = found >= 0 && isApproval(found)
        if !clauses.noDeadline.isNone && !isApproval {
            let token = tree.firstToken(clauses.noDeadline)
            return report(.noDeadlineElsewhere(at: tree.span(token)))
        }
        if !isApproval { return }
        let hasArgument = hasDeadlineArgument(call)
        let isSaid =
            hasArgument || call.arguments.isEmpty || !clauses.noDeadline.isNone || !clauses.deadline.isNone
        if !isSaid { return reportMissingDeadline(call) }
        let second = clauses.deadlineClause.isNone ? clauses.noDeadline : clauses.deadlineClause
        if hasArgument && !second.isNone || !clauses.deadline.isNone && !clauses.noDeadline.isNone {
            report(.clauseTwice("deadline", at: tree.span(tree.firstToken(second))))
        }
        if clauses.deadline.isNone { return }
        let value = expression(clauses.deadline, as: .duration)
        clauses.deadline = .none
        clauses.deadlineClause = .none
        guard type(of: value) == .duration,
            case .effect(let effect, var arguments) = workflowNodes[number].kind
        else { return }
        arguments[2] = wrap(value, types.optional(of: .duration))
        workflowNodes[number].kind = .effect(effect, arguments: arguments)
    }

    /// Whether a symbol is the door `approve`.
    func isApproval(_ symbol: Int) -> Bool {
        symbols[symbol].kind == .effect && symbols[symbol].name == .approve
    }

    func hasDeadlineArgument(_ call: CallExprView) -> Bool {
        call.arguments.count > 2 || call.arguments.contains { $0.label == .deadline }
    }

    func reportMissingDeadline(_ call: CallExprView) {
        let end = tree.span(call.id).end
        let place = Span(file: tree.file, start: end - 1, end: end - 1)
        let comma = call.arguments.isEmpty ? "" : ", "
        report(
            .approvalWithoutDeadline(
                at: call.span, fix: Fix("give it a day", [TextEdit(place, "\(comma)deadline: 1d")])
            ).fixed(insertion(" no deadline", after: call.id, title: "let it wait for ever")))
    }
}
