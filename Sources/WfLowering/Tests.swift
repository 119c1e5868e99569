// The tests of a file: their marks, the functions of mocks, and the effect that counts calls.
import WfChecker
import WfPlan
import WfSource
import WfValue

extension Lowering {
    /// The effect behind `calls(f)`; who runs a test answers it.
    func callsEffect() -> UInt32 {
        let name = builder.string("#calls")
        if let known = builder.effects.firstIndex(where: { $0.name == name }) { return UInt32(known) }
        return builder.add(
            EffectRow(
                name: name, parameterNames: builder.list(strings: ["target"]),
                parameterTypes: builder.list(types: [.int]), resultType: TypeId.int.raw))
    }

    /// The argument of `#calls`: an action's number, or -1 - an effect's.
    func targetChunk(_ target: CheckedTarget, _ actionNumbers: [UInt32], _ place: Place) -> UInt32 {
        let number: Int
        switch target {
        case .action(let action): number = Int(actionNumbers[action])
        case .effect(let effect): number = -1 - Int(effectNumbers[effect])
        }
        let type = builder.types.tuple(of: [.int])
        let node = TypedNode(.word, type: .int, start: 0, end: 0)
        let function = chunkFunction(
            name: place.name, file: place.file, locals: place.locals, hasVariables: false, parameters: [],
            result: type
        ) { body in
            let register = body.buffer.allocate(.int, isReference: false)
            body.buffer.emit(.ldi, register, bx: number)
            let operand = Operand(register: register, isTemporary: true, holders: [])
            let value = body.new(type, [operand], nil, at: node)
            body.buffer.emit(.ret, value.register)
            body.release(value)
        }
        return builder.chunk(function: function, inputs: [])
    }
}

extension WorkflowWriter {
    /// The test's own row and its marks.
    func writeMarks(of test: CheckedTest) {
        let start = builder.marks.count
        for mark in test.marks { builder.marks.append(row(of: mark)) }
        builder.tests.append(
            TestRow(
                title: builder.string(test.title), workflow: UInt32(number), markStart: UInt32(start),
                markCount: UInt32(builder.marks.count - start), span: lowering.spanRow(test.workflow.span)))
    }

    private func row(of mark: CheckedMark) -> MarkRow {
        let node = mark.node < 0 ? UInt32.none : nodeRows[mark.node]
        let span = lowering.spanRow(mark.span)
        switch mark.kind {
        case .mockValue(let target): return aimed(MarkRow(kind: .mockValue, node: node, span: span), target)
        case .mockFunction(let target, let function):
            let row = MarkRow(kind: .mockFunction, node: node, function: self.function(function), span: span)
            return aimed(row, target)
        case .mockFails(let target, let pattern):
            return aimed(failing(MarkRow(kind: .mockFails, node: node, span: span), pattern), target)
        case .mockDelay(let target): return aimed(MarkRow(kind: .mockDelay, node: node, span: span), target)
        case .real(let effect):
            return aimed(MarkRow(kind: .real, span: span), .effect(effect))
        case .expect(let operation):
            return MarkRow(kind: .expect, node: node, operation: markOperation(operation), span: span)
        case .expectFails(let pattern):
            let row = MarkRow(kind: .expectFails, node: node, span: span)
            return pattern.map { failing(row, $0) } ?? row
        }
    }

    private func aimed(_ row: MarkRow, _ target: CheckedTarget) -> MarkRow {
        var row = row
        switch target {
        case .action(let action): row.target = actionNumbers[action]
        case .effect(let effect):
            row.target = lowering.effectNumbers[effect]
            row.targetIsEffect = 1
        }
        return row
    }

    private func failing(_ row: MarkRow, _ pattern: CheckedFailurePattern) -> MarkRow {
        var row = row
        row.failureKind = builder.string(pattern.kind)
        row.codeLow = pattern.range?.lowerBound ?? .none
        row.codeHigh = pattern.range?.upperBound ?? .none
        return row
    }

    private func function(_ mock: CheckedMockFunction) -> UInt32 {
        lowering.chunkFunction(
            name: place.name, file: place.file, locals: place.locals, hasVariables: place.hasVariables,
            parameters: mock.captured + mock.arguments, result: lowering.tree[mock.body].type
        ) { $0.finishBody(mock.body) }
    }

    private func markOperation(_ operation: TypedOperator?) -> MarkOperation {
        switch operation {
        case .equal: return .equal
        case .notEqual: return .notEqual
        case .less: return .less
        case .lessOrEqual: return .lessOrEqual
        case .greater: return .greater
        case .greaterOrEqual: return .greaterOrEqual
        default: return .none
        }
    }
}
