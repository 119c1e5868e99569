// Flows: nodes joined by arrows. The nodes are collected and the arrows between them resolved (FlowsCollecting.swift),
// what is certainly known at each node is found (FlowKnowledge.swift), the nodes are typed with that (FlowsTyping.swift),
// and the whole is proved sound (FlowSoundness.swift).
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// A node of a flow while it is checked; its number is its place in the block.
struct FlowElement {
    enum Role: UInt8 { case step, choice, fork, pass, first, end, terminate, fail, event }
    var role: Role
    var statement: NodeId
    var name: NameId
    var label: String
    var span: Span
    /// Number in the workflow's nodes.
    var number: Int
    /// Of a step or `let`: its place in `pending`.
    var pending: Int?
    /// The names that arrows lead to.
    var arrows: [NodeId] = []
    var flow = CheckedFlowNode()
    /// The binding that its end sets: its own, a signal's, or `error`.
    var sets: Int?
    /// It has a `when`.
    var mayBeSkipped = false
    /// An end with a value.
    var givesValue = false
}

/// The flow being checked.
struct FlowState {
    var elements: [FlowElement] = []
    var byName: [NameId: Int] = [:]
    var eventLabels: Set<String> = []
    var start: [NodeId] = []
    var startStatement = NodeId.none
    var startTargets: [Int] = []
    /// The binding of a signal's last payload, by name.
    var signals: [NameId: Int] = [:]
    var errorBinding: Int?
    /// The local that takes the value of an end.
    var resultLocal: UInt32 = 0
    var hasGraphErrors = false
}

extension ProgramChecker {
    /// Checks the block of a flow, which is block 0 of its workflow.
    func flowBlock(_ statements: [NodeId], _ owner: NodeId, given: [LocalId], result: TypeId) {
        workflowBlocks.append(CheckedBlock(nodes: [], given: given, resultType: .unit, result: .none))
        let scope = scopeMark()
        let pendingStart = pending.count
        frames.append(
            BlockFrame(
                block: 0, bindingStart: bindings.count, bindingEnd: bindings.count,
                pendingStart: pendingStart, isSequence: false, hasDuplicates: true, isFlow: true))
        var flow = FlowState()
        collectFlow(statements, &flow)
        frames[frames.count - 1].bindingEnd = bindings.count
        resolveArrows(&flow, owner)
        limitEvents(&flow)
        let known = flow.knowledge()
        flow.resultLocal = newLocal(.none, types.optional(of: result))
        typeFlowSteps(&flow, known)
        for index in flow.elements.indices where flow.elements[index].pending == nil {
            typeFlowElement(index, &flow, known[index], result)
        }
        checkQueries()
        if !flow.hasGraphErrors { proveSound(flow, result, owner) }
        finishFlow(flow, result, owner)
        pending.removeSubrange(pendingStart...)
        leaveScope(scope)
    }

    private func finishFlow(_ flow: FlowState, _ result: TypeId, _ owner: NodeId) {
        let frame = frames.removeLast()
        workflowBlocks[0].nodes = frame.nodes
        workflowBlocks[0].flow = CheckedFlow(start: flow.startTargets, nodes: flow.elements.map(\.flow))
        if result == .unit { return }
        workflowBlocks[0].resultType = result
        // Where every way fails there is no value to read.
        let ends = frame.nodes.contains { workflowNodes[$0].binding == LocalId(flow.resultLocal) }
        if !ends { return }
        let optional = types.optional(of: result)
        let local = make(.local, optional, owner, a: flow.resultLocal)
        workflowBlocks[0].result =
            kind(result) == .optional || result == .poison
            ? local : make(.unwrap, result, owner, a: local.index)
    }
}

extension CheckedNodeKind {
    var isPass: Bool {
        if case .pass = self { return true }
        return false
    }
}
