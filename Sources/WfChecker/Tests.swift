// Tests: a block whose statements run in order, with mocks and expectations. It becomes a workflow of its own, and
// marks say what some of its nodes mean. Knows nothing of how a test is run.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// The test being checked.
struct TestBody {
    var isActive = false
    var marks: [CheckedMark] = []
    /// What was mocked or is real so far, and where.
    var mocked: [CheckedTarget: Span] = [:]
    /// What each `mock` statement stands for.
    var mocks: [NodeId: CheckedTarget] = [:]
    /// The first statement that does something.
    var firstAct: Span?
}

extension ProgramChecker {
    /// Whether the body at hand is a test's, so that its statements run in order.
    var isTest: Bool { test.isActive && body == .workflow }

    /// The tests of the module.
    func checkTests() {
        testTitles.removeAll()
        for item in SourceFileView(tree, tree.root).items where tree.kind(item) == .testDecl {
            checkTest(TestDeclView(tree, item))
            if !retain { forgetBody() }
        }
    }

    private func checkTest(_ view: TestDeclView) {
        let title = testTitle(view)
        guard tree.kind(view.body) == .block, bodies.contains(view.id) else { return }
        let saved = beginBody(.workflow, in: module)
        declarationNode = view.id
        test = TestBody(isActive: true)
        waiting.current = -1
        workflowNodes.removeAll(keepingCapacity: true)
        workflowBlocks.removeAll(keepingCapacity: true)
        _ = graphBlock(
            Array(BlockView(tree, view.body).statements), view.body, given: [], expected: .unit,
            valueNeeded: false, isSequence: true)
        if retain {
            let workflow = CheckedWorkflow(
                name: "#test \(title)", file: tree.file, span: tree.span(view.title), documentation: "",
                parameterCount: 0, parameterDefaults: [], result: .unit, locals: localInfos(),
                blocks: workflowBlocks, nodes: workflowNodes)
            checkedTests.append(CheckedTest(title: title, workflow: workflow, marks: test.marks))
        }
        test = TestBody()
        endBody(saved)
    }

    private func testTitle(_ view: TestDeclView) -> String {
        guard tree.kind(view.title) == .stringExpr else { return "" }
        let span = tree.span(view.title)
        var bytes: [UInt8] = []
        for segment in tree.stringSegments(view.title) {
            switch segment {
            case .text(let part): bytes += part
            case .expression(let inner): report(.testTitleNotPlain(at: tree.span(inner)))
            }
        }
        let title = String(decoding: bytes, as: UTF8.self)
        if let earlier = testTitles[title] {
            report(.duplicateTest(title, at: span, earlier: earlier))
        } else {
            testTitles[title] = span
        }
        return title
    }

    // MARK: collecting

    /// `mock`, `expect` and `real` become nodes, or notes about the whole test.
    func collectTestStatement(_ id: NodeId) {
        let token = tree.firstToken(id)
        guard isTest else {
            report(.testStatementOutside(tree.text(token), at: tree.span(token)))
            return
        }
        switch tree.kind(id) {
        case .mockStmt:
            if frames.count > 1 { report(.mockInBlock(at: tree.span(token))) }
            addHidden(.mock, id, MockStmtView(tree, id).target, "#mock")
            if let delay = MockStmtView(tree, id).delay { addHidden(.mockDelay, id, delay, "#after") }
        case .expectStmt: addHidden(.expectation, id, ExpectStmtView(tree, id).value, "#expect")
        case .expectFailsStmt:
            addHidden(.caughtCall, id, ExpectFailsStmtView(tree, id).target, "#call")
            addHidden(.expectedFailure, id, ExpectFailsStmtView(tree, id).target, "#expect")
        default: realStatement(id)
        }
    }

    private func realStatement(_ id: NodeId) {
        if frames.count > 1 { report(.mockInBlock(at: tree.span(tree.firstToken(id)))) }
        let value = ExpectStmtView(tree, id).value
        guard let found = testSymbol(value) else { return }
        guard symbols[found].kind == .effect, !isEnginesOwn(found) else {
            let kind = symbols[found].kind
            report(
                .realNotEffect(
                    tree.text(value), kind == .effect ? nil : kind.text, at: tree.span(value)))
            return
        }
        let effect = effectNumber(Int(symbols[found].index), callables[Int(symbols[found].index)].result)
        let target = CheckedTarget.effect(effect)
        if !isFirstMock(target, value) { return }
        test.marks.append(CheckedMark(kind: .real(effect: effect), node: -1, span: tree.span(id)))
    }

    /// Notes that a target is spoken for; reports when it was before.
    private func isFirstMock(_ target: CheckedTarget, _ node: NodeId) -> Bool {
        let span = tree.span(node)
        if let earlier = test.mocked[target] {
            report(.duplicateMock(tree.text(node), at: span, earlier: earlier))
            return false
        }
        test.mocked[target] = span
        return true
    }

    /// The engine carries it out by itself, on virtual time.
    private func isEnginesOwn(_ found: Int) -> Bool {
        guard Int(symbols[found].module) == coreModule else { return false }
        return ["sleep", "sleepUntil", "nop", "raise", "compensate"].contains(text(symbols[found].name))
    }

    /// The symbol that a mock, `real` or `calls` names; nil when it was reported.
    private func testSymbol(_ id: NodeId) -> Int? {
        switch tree.kind(id) {
        case .nameExpr:
            let name = NameExprView(tree, id).name
            if name.isNone { return nil }
            let found = symbol(named: name)
            if found < 0 {
                let known = visibleCalls()
                report(
                    .unknownName(
                        text(name), at: tree.span(id), near: Suggestion.best(for: text(name), among: known)))
                return nil
            }
            return symbols[found].kind == .refused ? nil : found
        case .memberExpr:
            let view = MemberExprView(tree, id)
            guard tree.kind(view.base) == .nameExpr else { break }
            let base = NameExprView(tree, view.base).name
            if base.isNone || view.name.isNone { return nil }
            guard let target = moduleNamed(base) else {
                reportUnknownModule(base, at: tree.span(view.base))
                return nil
            }
            if target < 0 { return nil }
            let found = table.find(target, view.name)
            if found < 0 {
                reportUnknownMember(of: target, view.name, at: tree.span(view.nameToken))
                return nil
            }
            return symbols[found].kind == .refused ? nil : found
        case .errorExpr, .missing: return nil
        default: break
        }
        let called = tree.kind(id) == .callExpr ? tree.text(CallExprView(tree, id).callee) : nil
        report(.mockNeedsName(called, at: tree.span(id)))
        return nil
    }

    /// Names of actions and effects that this module sees.
    private func visibleCalls() -> [String] {
        symbols.filter {
            ($0.kind == .action || $0.kind == .effect)
                && (Int($0.module) == module || Int($0.module) == coreModule)
        }.map { text($0.name) }
    }

    private func target(of found: Int) -> CheckedTarget {
        let callable = Int(symbols[found].index)
        return symbols[found].kind == .action
            ? .action(Int(callables[callable].output))
            : .effect(effectNumber(callable, callables[callable].result))
    }

    // MARK: mocks

    func mockNode(_ entry: PendingNode) -> TypeId {
        let view = MockStmtView(tree, entry.statement)
        let number = Int(entry.node)
        workflowNodes[number].kind = .value(word(0, .unit, entry.statement))
        workflowNodes[number].binding = nil
        guard let found = testSymbol(view.target) else {
            // its value is not looked at: nobody knows what it should be
            return .unit
        }
        let symbol = symbols[found]
        guard symbol.kind == .action || symbol.kind == .effect, !isEnginesOwn(found) else {
            report(
                .mockNotEffect(
                    tree.text(view.target), symbol.kind, isEnginesOwn: symbol.kind == .effect,
                    at: tree.span(view.target)))
            return .unit
        }
        if let act = test.firstAct, frames.count == 1 {
            report(.mockAfterUse(tree.text(view.target), at: tree.span(view.target), act: act))
        }
        let target = target(of: found)
        if isFirstMock(target, view.target) { test.mocks[entry.statement] = target }
        let span = tree.span(entry.statement)
        if view.isFailure {
            let pattern =
                view.fault.flatMap { singleFault($0) } ?? CheckedFailurePattern(kind: "failed", range: nil)
            let message =
                view.message.map { expression($0, as: .string) }
                ?? stringConstant(Array("mocked".utf8), .string, entry.statement)
            workflowNodes[number].kind = .value(message)
            test.marks.append(CheckedMark(kind: .mockFails(target, pattern), node: number, span: span))
            return .string
        }
        guard let value = view.value else { return .unit }
        let callable = Int(symbol.index)
        if let count = functionParameterCount(value) {
            return mockFunction(value, count, callable, target, number, span)
        }
        let result = expression(value, as: callables[callable].result)
        workflowNodes[number].kind = .value(result)
        test.marks.append(CheckedMark(kind: .mockValue(target), node: number, span: span))
        return callables[callable].result
    }

    /// `after 2h` behind a mock: how long each of its answers takes.
    func mockDelayNode(_ entry: PendingNode) -> TypeId {
        let number = Int(entry.node)
        workflowNodes[number].binding = nil
        workflowNodes[number].kind = .value(expression(entry.value, as: .duration))
        if let target = test.mocks[entry.statement] {
            test.marks.append(
                CheckedMark(kind: .mockDelay(target), node: number, span: tree.span(entry.value)))
        }
        return .duration
    }

    /// `http(503)` as what a mock fails with: one number, not a class.
    private func singleFault(_ id: NodeId) -> CheckedFailurePattern? {
        guard tree.kind(id) == .faultPattern,
            let pattern = faultPattern(FaultPatternView(tree, id), isCaught: true)
        else { return nil }
        if let range = pattern.range, range.count > 1 {
            let token = FaultPatternView(tree, id).argumentToken
            let fix = Fix("write `\(range.lowerBound)`", [TextEdit(tree.span(token), "\(range.lowerBound)")])
            report(
                .mockNeedsOneCode(tree.text(id), example: range.lowerBound, at: tree.span(id)).fixed(fix))
        }
        return pattern
    }

    /// How many parameters the function has that a mock's value is; nil when it is no function.
    private func functionParameterCount(_ value: NodeId) -> Int? {
        let inner = withoutParens(value)
        switch tree.kind(inner) {
        case .lambdaExpr: return LambdaExprView(tree, inner).parameters.count
        case .nameExpr:
            let name = NameExprView(tree, inner).name
            if name.isNone || lookup(name) >= 0 { return nil }
            let found = symbol(named: name)
            guard found >= 0, symbols[found].kind == .function else { return nil }
            return Int(callables[Int(symbols[found].index)].parameterCount)
        default: return nil
        }
    }

    /// A mock that computes from the leading arguments of the call.
    private func mockFunction(
        _ value: NodeId, _ count: Int, _ callable: Int, _ target: CheckedTarget, _ number: Int, _ span: Span
    ) -> TypeId {
        // a mock is shown the names of secrets, as text
        let all = parameterRange(callable).map { index in
            let parameter = parameters[index]
            return parameter.isSecret ? types.plainForm(of: parameter.type) : parameter.type
        }
        let passed = count <= all.count ? Array(all.prefix(count)) : all
        let result = callables[callable].result
        let firstLocal = locals.count
        let firstNode = typed.nodes.count
        let function = expression(value, as: types.function(parameters: passed, result: result))
        if type(of: function) == .poison || all.contains(.poison) || result == .poison { return .unit }
        var captured: [LocalId] = []
        for node in typed.nodes[firstNode...] where node.kind == .local && Int(node.a) < firstLocal {
            let local = LocalId(node.a)
            if !captured.contains(local) { captured.append(local) }
        }
        let arguments = all.map { LocalId(newLocal(.none, $0)) }
        let mark = scratch.count
        for (index, type) in passed.enumerated() {
            scratch.append(make(.local, type, value, a: arguments[index].index).index)
        }
        let body = make(.callValue, result, value, a: function.index, list: takeList(mark))
        test.marks.append(
            CheckedMark(
                kind: .mockFunction(
                    target, CheckedMockFunction(captured: captured, arguments: arguments, body: body)),
                node: number, span: span))
        if captured.isEmpty { return .unit }
        for local in captured {
            scratch.append(make(.local, locals[Int(local.index)].type, value, a: local.index).index)
        }
        let tuple = types.tuple(of: captured.map { locals[Int($0.index)].type })
        workflowNodes[number].kind = .value(make(.construct, tuple, value, list: takeList(mark)))
        return tuple
    }

    // MARK: expectations

    private func act(at id: NodeId) {
        if test.firstAct == nil { test.firstAct = tree.span(id) }
    }

    /// Notes what a test does first, so that a mock below it can be told.
    func noteAct(_ id: NodeId) { if isTest { act(at: id) } }

    /// `expect e`: a comparison keeps both sides, so that they can be shown.
    func expectationNode(_ entry: PendingNode) -> TypeId {
        act(at: entry.statement)
        let number = Int(entry.node)
        workflowNodes[number].binding = nil
        let mark = facts.count
        let value = condition(entry.value)
        facts.removeSubrange(mark...)
        workflowNodes[number].kind = .value(value)
        guard type(of: value) == .bool else { return .poison }
        let (whole, operation) = withSides(value, entry.value)
        workflowNodes[number].kind = .value(whole)
        test.marks.append(
            CheckedMark(kind: .expect(operation), node: number, span: tree.span(entry.value)))
        return type(of: whole)
    }

    /// A comparison as a tuple of its outcome and its sides, each computed once.
    private func withSides(_ value: TypedId, _ id: NodeId) -> (TypedId, TypedOperator?) {
        let node = typed[value]
        guard node.kind == .binary, let operation = TypedOperator(rawValue: node.aux) else {
            return (value, nil)
        }
        switch operation {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: break
        default: return (value, nil)
        }
        let side = type(of: TypedId(node.a))
        guard side != .never, side != .poison, type(of: TypedId(node.b)) == side,
            types.firstUnencodable(in: side) == nil
        else { return (value, nil) }
        var statements: [UInt32] = []
        var reads: [UInt32] = []
        for operand in [node.a, node.b] {
            let local = newLocal(.none, side)
            statements.append(make(.declare, .unit, id, a: local, b: operand).index)
            reads.append(make(.local, side, id, a: local).index)
        }
        let outcome = make(.binary, .bool, id, aux: node.aux, a: reads[0], b: reads[1])
        let tuple = types.tuple(of: [.bool, side, side])
        let whole = make(.construct, tuple, id, list: typed.addList([outcome.index] + reads))
        return (make(.block, tuple, id, a: whole.index, list: typed.addList(statements)), operation)
    }

    /// The call of `expect f(x) fails`: it yields its failure.
    func caughtCallNode(_ entry: PendingNode) -> TypeId {
        act(at: entry.statement)
        let value = withoutParens(entry.value)
        let caught = types.optional(of: .error)
        if tree.kind(value) == .awaitExpr {
            workflowNodes[Int(entry.node)].name = "await#\(entry.node)"
            _ = waitNode(value, Int(entry.node))
            workflowNodes[Int(entry.node)].catches = true
            return caught
        }
        guard tree.kind(value) == .callExpr, effectSymbol(CallExprView(tree, value)) >= 0 else {
            if tree.kind(value) != .errorExpr {
                let before = sink.errorCount
                _ = expression(entry.value)
                if sink.errorCount == before { report(.expectFailsNeedsCall(at: tree.span(entry.value))) }
            }
            workflowNodes[Int(entry.node)].kind = .value(make(.null, caught, entry.value))
            return caught
        }
        let name = calleeName(CallExprView(tree, value).callee)
        workflowNodes[Int(entry.node)].name = "\(name)#\(entry.node)"
        _ = callNode(CallExprView(tree, value), Int(entry.node))
        workflowNodes[Int(entry.node)].catches = true
        return caught
    }

    func expectedFailureNode(_ entry: PendingNode, caught: Int) -> TypeId {
        let view = ExpectFailsStmtView(tree, entry.statement)
        let number = Int(entry.node)
        workflowNodes[number].binding = nil
        var pattern: CheckedFailurePattern?
        if let fault = view.fault, tree.kind(fault) == .faultPattern {
            pattern = faultPattern(FaultPatternView(tree, fault), isCaught: true)
        }
        let call = bindings[Int(pending[caught].binding)]
        depend(on: call)
        var value = make(.local, types.optional(of: .error), entry.statement, a: call.local)
        if let message = view.message {
            let text = expression(message, as: .string)
            let tuple = types.tuple(of: [type(of: value), .string])
            value = make(.construct, tuple, message, list: typed.addList([value.index, text.index]))
        }
        workflowNodes[number].kind = .value(value)
        test.marks.append(
            CheckedMark(
                kind: .expectFails(pattern), node: number,
                span: Span(
                    file: tree.file, start: tree.span(entry.value).start,
                    end: tree.span(entry.statement).end)))
        return type(of: value)
    }

    // MARK: calls

    /// The names that `calls(…)` counts.
    func countedNames(_ view: CallExprView) -> [UInt32] {
        guard tree.kind(view.callee) == .nameExpr, NameExprView(tree, view.callee).name == names.calls else {
            return []
        }
        return view.arguments.map { $0.value.index }
    }

    /// `let x = f(…)` in a test, where `f` touches the world.
    func testLetNode(_ view: LetStmtView, _ value: NodeId, _ number: Int, _ entry: PendingNode) -> TypeId {
        act(at: entry.statement)
        let declared = view.type.map { resolveType($0) } ?? .poison
        var type: TypeId
        if tree.kind(value) == .callExpr {
            type = callNode(CallExprView(tree, value), number)
        } else if tree.kind(value) == .awaitExpr || tree.kind(value) == .spawnExpr {
            type = waitNode(value, number)
        } else {
            type = controlNode(
                value, number, entry.name, expected: declared, valueNeeded: true, loop: nil)
        }
        if declared != .poison && type != .poison && type != declared {
            if !types.containsPoison(type) {
                report(.mismatch(expected: text(declared), found: "`\(text(type))`", at: tree.span(value)))
            }
            type = declared
        }
        return entry.kind == .letTuple ? checkedTuple(type, view) : type
    }

    /// `calls(charge)`: a node of its own in front of the one that reads it.
    func callsExpression(_ view: CallExprView) -> TypedId {
        guard isTest, lambdaDepth == 0, !frames.isEmpty else {
            report(.callsOutsideTest(isLambda: isTest, at: tree.span(view.callee)))
            return poison(view.id)
        }
        guard view.arguments.count == 1 else {
            report(.callsTakesOne(view.arguments.count, at: view.span))
            return poison(view.id)
        }
        let operand = view.arguments[0].value
        guard let found = testSymbol(operand) else { return poison(view.id) }
        guard symbols[found].kind == .action || symbols[found].kind == .effect else {
            report(.callsNotEffect(tree.text(operand), symbols[found].kind.text, at: tree.span(operand)))
            return poison(view.id)
        }
        let local = newLocal(.none, .int)
        var node = CheckedNode(
            kind: .calls(target(of: found)), name: "#calls\(workflowNodes.count)", span: view.span,
            binding: LocalId(local), type: .int, isOptional: false, dependencies: [], clauses: nil)
        let frame = frames.count - 1
        if frames[frame].previousNode >= 0 { node.dependencies = [Int(frames[frame].previousNode)] }
        workflowNodes.append(node)
        frames[frame].nodes.append(workflowNodes.count - 1)
        frames[frame].reads.append(UInt32(workflowNodes.count - 1))
        return make(.local, .int, view.id, a: local)
    }
}
