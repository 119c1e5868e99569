// What reads what inside a block, before anything is typed: found by looking at names in the token range of each
// statement, in one pass without recursion. Strongly connected parts are cycles (Tarjan 1972, with a stack of its
// own, so that a chain of 100,000 steps is no deeper than one of two).
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// Names hidden inside a statement: from one token to another a name is something else.
private struct Shadow {
    var name: NameId
    var first: UInt32
    var last: UInt32
}

extension ProgramChecker {
    /// The block's pending nodes in an order in which each comes behind what it reads. Cycles are reported; their
    /// nodes come in order of the page.
    func typingOrder(from start: Int) -> (order: [Int], cyclic: Set<Int>) {
        let count = pending.count - start
        var edges: [Int32] = []
        var edgeStart: [Int32] = [0]
        edgeStart.reserveCapacity(count + 1)
        let frame = frames[frames.count - 1]
        var pendingOf: [Int32] = []
        if count > 0 {
            pendingOf = [Int32](repeating: -1, count: frame.bindingEnd - frame.bindingStart)
            for index in 0..<count {
                pendingOf[Int(pending[start + index].binding) - frame.bindingStart] = Int32(index)
            }
        }
        var isForward = false
        var lastStatement = NodeId.none
        var lastRange = 0..<0
        for index in 0..<count {
            let entry = pending[start + index]
            let first = edges.count
            if entry.kind == .letPart {
                edges.append(Int32(Int(entry.value.index) - start))
            } else if entry.statement == lastStatement {
                edges.append(contentsOf: edges[lastRange])
            } else {
                scan(entry.statement, frame, pendingOf, &edges)
                lastStatement = entry.statement
                lastRange = first..<edges.count
            }
            if frame.isSequence && index > 0 { edges.append(Int32(index - 1)) }
            for edge in edges[first...] where Int(edge) >= index { isForward = true }
            edgeStart.append(Int32(edges.count))
        }
        if !isForward { return (Array(0..<count), []) }
        return components(count, edges, edgeStart, start)
    }

    /// Adds the nodes of the innermost block that a statement reads.
    private func scan(_ statement: NodeId, _ frame: BlockFrame, _ pendingOf: [Int32], _ edges: inout [Int32])
    {
        let first = tree.node(statement).first
        var index = statement.index
        var shadows: [Shadow] = []
        var callees: [UInt32] = []
        if tree.kind(statement) == .stepStmt { shadowOwnName(StepStmtView(tree, statement), &shadows) }
        // what a test mocks or counts is no step of its block
        var unread: [UInt32] = []
        var awaited: UInt32 = 0
        let low = UInt32(frame.bindingStart)
        let high = UInt32(frame.bindingEnd)
        while index > 0 {
            let node = tree.node(NodeId(index))
            if node.first < first { break }
            let id = NodeId(index)
            index -= 1
            switch node.kind {
            case .nameExpr where isTest && unread.contains(id.index): continue
            case .nameExpr:
                if id.index == awaited { continue }
                if let last = callees.last, last == id.index {
                    callees.removeLast()
                    let name = NameId(rawValue: node.a)
                    if symbol(named: name) >= 0 { continue }
                }
                addEdge(NameId(rawValue: node.a), node, low, high, pendingOf, shadows, &edges)
            case .recordField:
                if node.b == 0 {
                    addEdge(NameId(rawValue: node.a), node, low, high, pendingOf, shadows, &edges)
                }
            case .mockStmt: unread.append(MockStmtView(tree, id).target.index)
            case .callExpr:
                if isTest { unread += countedNames(CallExprView(tree, id)) }
                let callee = CallExprView(tree, id).callee
                if tree.kind(callee) == .nameExpr { callees.append(callee.index) }
            case .awaitExpr:
                // a signal's name, even where a step has it too
                let target = withoutParens(AwaitExprView(tree, id).target)
                if tree.kind(target) == .nameExpr,
                    signalNumber(NameExprView(tree, target).name, of: waiting.current) != nil
                {
                    awaited = target.index
                }
            case .lambdaExpr, .matchArm, .forExpr, .loopExpr, .block, .catchClause:
                addShadows(id, low, high, &shadows)
            default: break
            }
        }
    }

    /// A step's `undo` reads its own result, and does not wait for it.
    private func shadowOwnName(_ view: StepStmtView, _ shadows: inout [Shadow]) {
        for item in view.clauses where tree.kind(item) == .clause && ClauseView(tree, item).kind == .undo {
            let node = tree.node(item)
            shadows.append(Shadow(name: view.name, first: node.first, last: node.last))
        }
    }

    @inline(__always) private func addEdge(
        _ name: NameId, _ node: Node, _ low: UInt32, _ high: UInt32, _ pendingOf: [Int32],
        _ shadows: [Shadow],
        _ edges: inout [Int32]
    ) {
        // the binding's index + 1 lies in low + 1 ... high when this block made it
        let found = bindingOf[Int(name.rawValue)]
        guard found > low && found <= high else { return }
        for shadow in shadows
        where shadow.name == name && shadow.first <= node.first && node.first <= shadow.last {
            return
        }
        let target = pendingOf[Int(found - low) - 1]
        if target >= 0 { edges.append(target) }
    }

    /// Names of this block that something inside a statement declares anew.
    private func addShadows(_ id: NodeId, _ low: UInt32, _ high: UInt32, _ shadows: inout [Shadow]) {
        func add(_ name: NameId, _ range: NodeId) {
            if name.isNone { return }
            let found = bindingOf[Int(name.rawValue)]
            guard found > low && found <= high else { return }
            let node = tree.node(range)
            shadows.append(Shadow(name: name, first: node.first, last: node.last))
        }
        func addPattern(_ pattern: NodeId, _ range: NodeId) {
            switch tree.kind(pattern) {
            case .bindingPattern: add(BindingPatternView(tree, pattern).name, range)
            case .tuplePattern, .orPattern:
                for item in TuplePatternView(tree, pattern).elements { addPattern(item, range) }
            case .casePattern:
                for item in CasePatternView(tree, pattern).arguments {
                    addPattern(CasePatternArgumentView(tree, item).pattern, range)
                }
            default: break
            }
        }
        switch tree.kind(id) {
        case .lambdaExpr:
            for item in LambdaExprView(tree, id).parameters { add(LambdaParameterView(tree, item).name, id) }
        case .matchArm: addPattern(MatchArmView(tree, id).pattern, id)
        case .forExpr: addPattern(ForExprView(tree, id).pattern, ForExprView(tree, id).body)
        case .loopExpr:
            let view = LoopExprView(tree, id)
            for item in view.variables {
                add(LoopVariableView(tree, item).name, view.body)
                if let condition = view.condition { add(LoopVariableView(tree, item).name, condition) }
            }
        case .catchClause: add(CatchClauseView(tree, id).name, CatchClauseView(tree, id).body)
        case .block:
            for item in BlockView(tree, id).statements {
                switch tree.kind(item) {
                case .stepStmt: add(StepStmtView(tree, item).name, id)
                case .letStmt: addPattern(LetStmtView(tree, item).pattern, id)
                default: break
                }
            }
        default: break
        }
    }

    // MARK: components

    private func components(
        _ count: Int, _ edges: [Int32], _ edgeStart: [Int32], _ start: Int
    ) -> (order: [Int], cyclic: Set<Int>) {
        var number = [Int32](repeating: -1, count: count)
        var low = [Int32](repeating: 0, count: count)
        var isOnStack = [Bool](repeating: false, count: count)
        var stack: [Int32] = []
        var path: [(node: Int32, edge: Int32)] = []
        var order: [Int] = []
        var cyclic: Set<Int> = []
        var counter: Int32 = 0
        order.reserveCapacity(count)
        for root in 0..<count where number[root] < 0 {
            path.append((Int32(root), edgeStart[root]))
            while let (node, edge) = path.last {
                let place = Int(node)
                if number[place] < 0 {
                    number[place] = counter
                    low[place] = counter
                    counter += 1
                    stack.append(node)
                    isOnStack[place] = true
                }
                if edge < edgeStart[place + 1] {
                    path[path.count - 1].edge += 1
                    let target = Int(edges[Int(edge)])
                    if number[target] < 0 {
                        path.append((Int32(target), edgeStart[target]))
                    } else if isOnStack[target] {
                        low[place] = min(low[place], number[target])
                    }
                    continue
                }
                path.removeLast()
                if let parent = path.last { low[Int(parent.node)] = min(low[Int(parent.node)], low[place]) }
                if low[place] != number[place] { continue }
                var component: [Int] = []
                while let top = stack.popLast() {
                    isOnStack[Int(top)] = false
                    component.append(Int(top))
                    if top == node { break }
                }
                let isLoop =
                    component.count > 1
                    || edges[Int(edgeStart[place])..<Int(edgeStart[place + 1])].contains(node)
                if isLoop {
                    component.sort()
                    cyclic.formUnion(component)
                    reportCycle(component, edges, edgeStart, start)
                }
                order.append(contentsOf: component)
            }
        }
        return (order, cyclic)
    }

    /// One shortest cycle through the component's first node, in run order.
    private func reportCycle(_ component: [Int], _ edges: [Int32], _ edgeStart: [Int32], _ start: Int) {
        if frames[frames.count - 1].hasDuplicates { return }
        let root = component[0]
        let inside = Set(component)
        var cameFrom: [Int: Int] = [:]
        var queue = [root]
        var head = 0
        var closing = -1
        search: while head < queue.count {
            let node = queue[head]
            head += 1
            for edge in edges[Int(edgeStart[node])..<Int(edgeStart[node + 1])] {
                let target = Int(edge)
                if target == root {
                    closing = node
                    break search
                }
                if inside.contains(target) && cameFrom[target] == nil {
                    cameFrom[target] = node
                    queue.append(target)
                }
            }
        }
        if closing < 0 { return }
        // `closing` waits for the root; walking back from it to the root gives what waits for what
        var cycle = [root, closing]
        var current = closing
        while current != root, let previous = cameFrom[current] {
            cycle.append(previous)
            current = previous
        }
        if closing == root { cycle = [root, root] }
        report(.cycle(cycle.map { cycleEntry(start + $0) }))
    }

    private func cycleEntry(_ index: Int) -> (name: String, span: Span) {
        let node = workflowNodes[Int(pending[index].node)]
        return (node.name, node.span)
    }
}
