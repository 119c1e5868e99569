// Signals and queries to rows. Knows where the slots of a workflow's root block lie; knows nothing of how a run waits.
import WfChecker
import WfPlan
import WfValue

extension Lowering {
    /// The rows of all signals, before any node names one.
    func lowerSignals() {
        for (number, workflow) in program.workflows.enumerated() {
            signalStarts.append(UInt32(builder.signals.count))
            for signal in workflow.signals {
                _ = builder.add(
                    SignalRow(
                        name: builder.string(signal.name), workflow: UInt32(number), type: signal.type.raw))
            }
        }
    }

    /// The row of a workflow's signal.
    func signalNumber(_ signal: Int, of workflow: Int) -> UInt32 { signalStarts[workflow] + UInt32(signal) }

    /// The row of a query.
    ///
    /// - Parameter slot: the slot of a local of the root block.
    func lower(_ query: CheckedQuery, _ workflow: CheckedWorkflow, number: Int, slot: (LocalId) -> UInt32) {
        var sources: [UInt32: UInt32] = [:]
        for given in workflow.blocks[0].given {
            sources[given.index] = QueryRow.input(.given, slot: Int(slot(given)))
        }
        for input in query.inputs {
            guard let binding = workflow.nodes[input.node].binding else { continue }
            let source: QueryRow.Source
            switch input.source {
            case .value: source = .value
            case .done: source = .done
            case .total: source = .total
            }
            sources[input.local.index] = QueryRow.input(source, slot: Int(slot(binding)))
        }
        var parameters: [LocalId] = []
        tree.forEachLocal(query.value) { local in
            if sources[local.index] != nil && isFirstMention(local) { parameters.append(local) }
        }
        forgetMentions(parameters)
        let function = chunkFunction(
            name: query.name, file: workflow.file, locals: workflow.locals,
            hasVariables: workflow.locals.contains { $0.isMutable }, parameters: parameters,
            result: query.type
        ) { $0.finishBody(query.value) }
        builder.add(
            QueryRow(
                name: builder.string(query.name), workflow: UInt32(number), function: function,
                inputs: builder.list(parameters.compactMap { sources[$0.index] }),
                span: spanRow(query.span)))
    }
}
