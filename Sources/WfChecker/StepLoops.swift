// `loop` as a node: its state, its condition, and what a turn hands on.
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    func loopNode(_ view: LoopExprView, _ number: Int, _ name: NameId) -> TypeId {
        var loop = LoopTail(record: .poison, names: [], types: [])
        let mark = scratch.count
        var infos: [FieldInfo] = []
        for item in view.variables {
            let variable = LoopVariableView(tree, item)
            let value: TypedId
            var type: TypeId
            if let written = variable.type {
                type = resolveType(written)
                value = expression(variable.value, as: type)
                if !requireEncodable(type, at: written) { type = .poison }
            } else {
                value = expression(variable.value)
                type = letType(of: value, variable.value)
                if !requireEncodable(type, at: variable.value) { type = .poison }
            }
            if let earlier = loop.names.firstIndex(of: variable.name), !variable.name.isNone {
                let token = LoopVariableView(tree, view.variables[earlier]).nameToken
                report(
                    .duplicate(
                        text(variable.name), at: tree.span(variable.nameToken), earlier: tree.span(token)))
                continue
            }
            loop.names.append(variable.name)
            loop.types.append(type)
            infos.append(FieldInfo(name: text(variable.name), type: type))
            scratch.append(value.index)
        }
        let hasPoison = loop.types.contains { types.containsPoison($0) }
        loop.record = types.declareRecord(text(name))
        let start = fields.count
        for index in loop.names.indices {
            fields.append(Field(name: loop.names[index], type: loop.types[index], defaultNode: .none))
        }
        setMembers(of: loop.record, start: start, count: loop.names.count, symbol: -1)
        types.defineRecord(loop.record, fields: infos, open: false)
        let initial = make(.construct, loop.record, view.id, list: takeList(mark))
        let state = newLocal(name, loop.record)
        let scope = scopeMark()
        for index in loop.names.indices {
            let token =
                index < view.variables.count
                ? LoopVariableView(tree, view.variables[index]).nameToken : tree.firstToken(view.id)
            bind(
                loop.names[index], .state, loop.types[index], local: state, at: tree.span(token),
                field: Int32(index))
        }
        let narrowed = narrowMark()
        let factMark = facts.count
        let test = view.condition.map { condition($0) } ?? .none
        apply(facts: factMark, holds: true)
        facts.removeSubrange(factMark...)
        let block = graphBlock(
            graphStatements(view.body), view.body, given: [LocalId(state)], expected: loop.record,
            valueNeeded: true,
            isSequence: false, loop: loop)
        forgetNarrowing(narrowed)
        leaveScope(scope)
        workflowNodes[number].kind = .loop(initial: initial, condition: test, block: block)
        lintLoop(view)
        return hasPoison ? .poison : loop.record
    }

    /// The record that `next` yields.
    func nextValue(_ view: ReturnStmtView, _ loop: LoopTail?) -> TypedId {
        guard let loop else { return poison(view.id) }
        var values: [NodeId] = []
        if let value = view.value {
            let inner = withoutParens(value)
            if loop.names.count != 1 && tree.kind(inner) == .tupleExpr {
                values = Array(TupleExprView(tree, inner).elements)
            } else {
                values = [value]
            }
        }
        if values.count != loop.names.count {
            for value in values { _ = expression(value) }
            report(
                .nextCount(expected: loop.names.map { text($0) }, found: values.count, at: tree.span(view.id))
                    .fixed(nextCountFix(loop, values, view.id)))
            return poison(view.id)
        }
        let mark = scratch.count
        for (index, value) in values.enumerated() {
            scratch.append(expression(value, as: loop.types[index]).index)
        }
        return make(.construct, loop.record, view.id, list: takeList(mark))
    }
}
