// Runs chunks: gathers the inputs of a chunk from scopes or parameters and calls the machine. Knows where
// values lie; knows nothing of what they are for.

import WfMachine
import WfPlan
import WfValue

enum Evaluated {
    case value([UInt8])
    case fault(Fault)
}

/// Where a chunk's inputs come from.
enum ChunkSource {
    case scope(Scope)
    /// An action's chunk: its parameters, and behind them the effect's result.
    case parameters([[UInt8]])
}

/// Keeps the buffers that chunks are fed from.
final class Evaluator {
    private var inputs = ByteWriter(capacity: 4096)
    private var output = ByteWriter(capacity: 4096)
    private var ends: [Int] = []
    private var pointers: [UnsafeRawBufferPointer] = []
    /// A chunk was told to stop: from then on nothing is evaluated.
    var isInterrupted = false
    /// Evaluations that came to nothing by that and of which nobody has said that no harm is done.
    private(set) var interruptions = 0

    /// Whether a fault only means that the chunk was told to stop. Ask where nothing has been changed yet that depends
    /// on its value, and then change nothing: the evaluation is repeated on resume.
    func excuses(_ fault: Fault) -> Bool {
        guard isInterrupted, fault == interruption else { return false }
        interruptions -= 1
        return true
    }

    /// Notes that a fault is an interruption.
    private func noted(_ fault: Fault) -> Fault {
        guard isInterrupted else { return fault }
        interruptions += 1
        return interruption
    }

    private var interruption: Fault { Fault(kind: .fuel, message: "the run was told to stop") }

    /// The value of a chunk; the empty tuple where there is none.
    func value(_ chunk: UInt32, _ context: PlanContext, _ source: ChunkSource) -> Evaluated {
        if chunk == .none { return .value([]) }
        if isInterrupted { return .fault(noted(interruption)) }
        let row = context.plan.chunks[Int(chunk)]
        if let fault = gather(row, context, source) { return .fault(fault) }
        return run(Int(row.function), context)
    }

    /// The value of a chunk that yields a Bool, Int, Duration or Time.
    func word(_ chunk: UInt32, _ context: PlanContext, _ source: ChunkSource) -> WordOutcome {
        if isInterrupted { return .fault(noted(interruption)) }
        let row = context.plan.chunks[Int(chunk)]
        if let fault = gather(row, context, source) { return .fault(fault) }
        let outcome = pointers.withUnsafeBufferPointer { inputs in
            context.machine.runWord(function: Int(row.function), inputs: inputs, fuel: EngineLimits.fuelMax)
        }
        if case .fault(let fault) = outcome { return .fault(noted(fault)) }
        return outcome
    }

    /// The value of a function of the plan.
    func value(function: Int, _ context: PlanContext, inputs parts: [[UInt8]]) -> Evaluated {
        inputs.truncate(to: 0)
        ends.removeAll(keepingCapacity: true)
        pointers.removeAll(keepingCapacity: true)
        for part in parts {
            inputs.append(part)
            ends.append(inputs.count)
        }
        point()
        return run(function, context)
    }

    private func run(_ function: Int, _ context: PlanContext) -> Evaluated {
        output.truncate(to: 0)
        let fault = pointers.withUnsafeBufferPointer { inputs in
            context.machine.run(
                function: function, inputs: inputs, fuel: EngineLimits.fuelMax, output: &output)
        }
        if let fault { return .fault(noted(fault)) }
        return .value(output.toArray())
    }

    /// Lays the inputs out one after another; the copy costs less than the decoding that follows.
    private func gather(_ row: ChunkRow, _ context: PlanContext, _ source: ChunkSource) -> Fault? {
        inputs.truncate(to: 0)
        ends.removeAll(keepingCapacity: true)
        pointers.removeAll(keepingCapacity: true)
        for input in context.plan.list(row.inputs) {
            let slot = ChunkRow.slot(input)
            switch source {
            case .scope(let scope):
                var place: Scope? = scope
                for _ in 0..<ChunkRow.depth(input) { place = place?.parent }
                guard let place, slot < place.values.count, let value = place.values[slot] else {
                    return Fault(kind: .input, message: "the value of slot \(slot) is not there")
                }
                inputs.append(value.bytes)
            case .parameters(let parameters):
                guard slot < parameters.count else {
                    return Fault(kind: .input, message: "the value of parameter \(slot) is not there")
                }
                inputs.append(parameters[slot])
            }
            ends.append(inputs.count)
        }
        point()
        return nil
    }

    /// Points at each input where it lies.
    private func point() {
        let all = inputs.written
        var start = 0
        for end in ends {
            pointers.append(UnsafeRawBufferPointer(rebasing: all[start..<end]))
            start = end
        }
    }
}
