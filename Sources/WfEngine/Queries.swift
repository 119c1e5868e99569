// Answers queries from the journal alone: the run's last committed state is read and checked as for a resume, but
// nobody takes the run over. Knows what a query reads; writes nothing.

public import WfJournal
import WfMachine
public import WfPlan
import WfValue

/// What came of a query.
public enum QueryAnswer: Sendable {
    /// In the binary encoding of the function's result type.
    case value([UInt8])
    /// It has no value in this state.
    case failure(Failure)
}

extension Engine {
    /// Evaluates queries of a live run over one state of it.
    ///
    /// - Parameters:
    ///   - record: the run's row, with its input.
    ///   - queries: rows of the plan, of the run's workflow.
    public func answers(
        _ queries: [Int], of record: RunRecord, plan: Plan
    ) throws(EngineError) -> [QueryAnswer] {
        let run = try lastState(of: record, plan: plan)
        guard let root = run.root else { return [] }
        return queries.map { answer(plan.queries[$0], root, run.context) }
    }

    /// A live run as it was last committed, to look at.
    func lastState(of record: RunRecord, plan: Plan) throws(EngineError) -> Run {
        guard let workflow = plan.workflow(named: record.workflow) else {
            throw .stateUnusable(record.id, detail: "the plan has no workflow `\(record.workflow)`")
        }
        let context = context(of: plan, config: record.config)
        let run = Run(
            id: RunId(record.id), number: record.number, context: context, workflow: workflow, record: record)
        var builder = RunBuilder(engine: self, run: run, isRetry: false)
        try builder.build()
        return run
    }

    private func answer(_ query: QueryRow, _ root: Scope, _ context: PlanContext) -> QueryAnswer {
        let inputs = context.plan.list(query.inputs).map { input(of: root, $0) }
        switch evaluator.value(function: Int(query.function), context, inputs: inputs) {
        case .value(let bytes): return .value(bytes)
        case .fault(let fault): return .failure(failure(of: fault, root, -1, attempts: 0))
        }
    }

    /// What a parameter of a query is in this state.
    private func input(of root: Scope, _ input: UInt32) -> [UInt8] {
        let slot = QueryRow.slot(input)
        let value = root.values[slot]?.bytes
        switch QueryRow.source(input) {
        case .given, nil: return value ?? []
        case .value:
            let plan = root.run.context.plan
            let block = plan.blocks[root.layout.block]
            let type = TypeId(raw: plan.list(block.slotTypes)[slot])
            guard let value else { return [0] }
            return plan.types.kind(of: type) == .optional ? value : [1] + value
        case .done, .total:
            var writer = ByteWriter()
            writer.appendInt(progress(of: root, slot, value, isTotal: QueryRow.source(input) == .total))
            return writer.toArray()
        }
    }

    /// Items of a fan-out that have ended, or all of them; 0 before it has begun.
    private func progress(of root: Scope, _ slot: Int, _ value: [UInt8]?, isTotal: Bool) -> Int {
        for node in 0..<root.layout.nodeCount where root.row(node).slot == UInt32(slot) {
            if let fan = root.live[node]?.fan { return isTotal ? fan.count : fan.doneCount }
            guard let value, !root.row(node).isOptional || value.first == 1 else { return 0 }
            let list = root.row(node).isOptional ? Array(value.dropFirst()) : value
            return
                (try? withByteReader(list) { (reader) throws(DecodeError) in
                    try reader.readVarint(max: Int.max)
                }) ?? 0
        }
        return 0
    }
}
