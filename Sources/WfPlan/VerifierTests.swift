// Checks the tests of a plan and their marks, so that who runs them can trust them as the engine trusts nodes.
import WfValue

extension Verifier {
    /// A node that yields its failure calls something, and its type is `Error?`.
    func verifyCatching(_ row: NodeRow, _ kind: NodeKind, _ node: Int) throws(PlanError) {
        guard
            kind == .workflow || kind == .action || kind == .effect
                || kind == .await && row.target == .none, !row.isOptional
        else {
            throw refused(.nodes, node, "only a call or a wait for a run yields its failure, found \(kind)")
        }
        guard facts.kinds[Int(row.type)] == .optional, facts.elements[Int(row.type)] == TypeId.error.raw
        else {
            throw mismatch(.nodes, node, "a failure that is yielded", found: row.type, expected: "Error?")
        }
    }

    mutating func verifyTests() throws(PlanError) {
        for index in plan.points.indices {
            try check(plan.points[index].name, below: plan.strings.count, .points, index, "name")
            try checkSpan(plan.points[index].span, .points, index)
        }
        var next = 0
        for index in plan.tests.indices {
            let row = plan.tests[index]
            try check(row.title, below: plan.strings.count, .tests, index, "title")
            try check(row.workflow, below: plan.workflows.count, .tests, index, "workflow")
            guard plan.workflows[Int(row.workflow)].parameterNames.count == 0 else {
                throw refused(.tests, index, "a test's workflow has no parameters")
            }
            guard Int(row.markStart) == next, Int(row.markCount) <= plan.marks.count - next else {
                throw refused(.tests, index, "expected marks that begin at \(next)")
            }
            next += Int(row.markCount)
            try checkSpan(row.span, .tests, index)
            for mark in Int(row.markStart)..<next { try verifyMark(mark, of: row.workflow) }
        }
        guard next == plan.marks.count else {
            throw PlanError(.outOfRange, .marks, index: next, "the mark belongs to no test")
        }
    }

    private mutating func verifyMark(_ index: Int, of workflow: UInt32) throws(PlanError) {
        let row = plan.marks[index]
        guard let kind = MarkKind(rawValue: row.kind) else {
            throw outOfRange(.marks, index, "kind", Int(row.kind), MarkKind.allCases.count)
        }
        guard let operation = MarkOperation(rawValue: row.operation) else {
            throw outOfRange(.marks, index, "operation", Int(row.operation), MarkOperation.allCases.count)
        }
        try checkSpan(row.span, .marks, index)
        try checkOptional(row.failureKind, below: plan.strings.count, .marks, index, "kind of failure")
        guard operation == .none || kind == .expect else {
            throw refused(.marks, index, "only an expectation compares")
        }
        guard (row.function != .none) == (kind == .mockFunction) else {
            throw refused(.marks, index, "a mock that computes has a function, and nothing else has")
        }
        if kind == .real {
            guard row.node == .none, row.targetIsEffect == 1 else {
                throw refused(.marks, index, "what is real is an effect, without a node")
            }
            return try check(row.target, below: plan.effects.count, .marks, index, "effect")
        }
        try check(row.node, below: plan.nodes.count, .marks, index, "node")
        let node = plan.nodes[Int(row.node)]
        guard node.kind == NodeKind.value.rawValue,
            Int(node.block) < plan.blocks.count, plan.blocks[Int(node.block)].workflow == workflow
        else { throw refused(.marks, index, "expected a value in the test's workflow, found another node") }
        if kind == .expect || kind == .expectFails {
            guard row.target == .none, row.targetIsEffect == 0 else {
                throw refused(.marks, index, "an expectation has no target")
            }
        }
        switch kind {
        case .expect: return try verifyExpectation(row, node, operation, index)
        case .expectFails: return try verifyExpectedFailure(node, index)
        case .mockValue, .mockFunction, .mockFails, .mockDelay, .real: break
        }
        let result: UInt32
        let parameters: UnsafeBufferPointer<UInt32>
        switch row.targetIsEffect {
        case 0:
            try check(row.target, below: plan.actions.count, .marks, index, "action")
            result = plan.actions[Int(row.target)].resultType
            parameters = plan.list(plan.actions[Int(row.target)].parameterTypes)
        case 1:
            try check(row.target, below: plan.effects.count, .marks, index, "effect")
            result = plan.effects[Int(row.target)].resultType
            parameters = plan.list(plan.effects[Int(row.target)].parameterTypes)
        default: throw outOfRange(.marks, index, "targetIsEffect", Int(row.targetIsEffect), 2)
        }
        switch kind {
        case .mockValue: try expect(node.type, result, index, "value of the mock")
        case .mockFails: try expect(node.type, TypeId.string.raw, index, "message of the mock")
        case .mockDelay: try expect(node.type, TypeId.duration.raw, index, "delay of the mock")
        default: try verifyMockFunction(row, node, parameters, result, index)
        }
    }

    private func expect(_ found: UInt32, _ type: UInt32, _ index: Int, _ what: String) throws(PlanError) {
        guard found == type else {
            throw mismatch(.marks, index, what, found: found, expected: text(type))
        }
    }

    /// The function takes what the node's value holds, then the arguments.
    private mutating func verifyMockFunction(
        _ row: MarkRow, _ node: NodeRow, _ parameters: UnsafeBufferPointer<UInt32>, _ result: UInt32,
        _ index: Int
    ) throws(PlanError) {
        try check(row.function, below: plan.functions.count, .marks, index, "function")
        let function = plan.functions[Int(row.function)]
        var expected: [UInt32] = []
        let id = TypeId(raw: node.type)
        if facts.kinds[Int(node.type)] == .tuple {
            for place in 0..<types.memberCount(of: id) {
                expected.append(types.tupleElement(of: id, at: place).raw)
            }
        } else {
            try expect(node.type, TypeId.unit.raw, index, "what the mock reads")
        }
        expected.append(contentsOf: parameters)
        try spend(expected.count, .marks, index)
        guard Int(function.parameterCount) == expected.count else {
            throw refused(
                .marks, index, "expected a function of \(expected.count), found \(function.parameterCount)")
        }
        let found = plan.list(function.registerTypes)
        // what an effect takes as a Secret, a mock may take as a String
        for place in expected.indices where !facts.mayBecome(found[place], expected[place]) {
            try expect(found[place], expected[place], index, "parameter of the mock")
        }
        if function.resultType != TypeId.never.raw {
            try expect(function.resultType, result, index, "result of the mock")
        }
    }

    private func verifyExpectation(
        _ row: MarkRow, _ node: NodeRow, _ operation: MarkOperation, _ index: Int
    ) throws(PlanError) {
        if operation == .none { return try expect(node.type, TypeId.bool.raw, index, "expectation") }
        let id = TypeId(raw: node.type)
        guard facts.kinds[Int(node.type)] == .tuple, types.memberCount(of: id) == 3,
            types.tupleElement(of: id, at: 0) == .bool,
            types.tupleElement(of: id, at: 1) == types.tupleElement(of: id, at: 2)
        else {
            throw mismatch(
                .marks, index, "expectation", found: node.type, expected: "a Bool and two sides of one type")
        }
    }

    private func verifyExpectedFailure(_ node: NodeRow, _ index: Int) throws(PlanError) {
        func isCaught(_ type: UInt32) -> Bool {
            facts.kinds[Int(type)] == .optional && facts.elements[Int(type)] == TypeId.error.raw
        }
        if isCaught(node.type) { return }
        let id = TypeId(raw: node.type)
        guard facts.kinds[Int(node.type)] == .tuple, types.memberCount(of: id) == 2,
            isCaught(types.tupleElement(of: id, at: 0).raw), types.tupleElement(of: id, at: 1) == .string
        else {
            throw mismatch(
                .marks, index, "expected failure", found: node.type, expected: "Error?, or it and a String")
        }
    }
}
