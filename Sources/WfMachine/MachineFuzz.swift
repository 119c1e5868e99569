// The entry of the fuzz target and the mutation tests for running plans: whatever the verifier has accepted runs
// without harm. Knows no fuzzer.
public import WfPlan
import WfValue

/// Runs every function of a plan on little fuel: those with parameters on the plan's own constants, and on bytes
/// that are no value at all. Whether they yield or fault does not matter; returning does.
public func fuzzMachine(_ plan: Plan, fuel: Int = 10_000) {
    var limits = MachineLimits()
    limits.heapBytesMax = 1 << 24
    limits.heapBytesFirst = 1 << 16
    limits.frameDepthMax = 1_000
    let machine = Machine(plan: plan, limits: limits)
    var constants: [UInt32: UnsafeRawBufferPointer] = [:]
    for index in plan.constants.indices { constants[plan.constants[index].type] = plan.constantBytes(index) }
    let zeros = [UInt8](repeating: 0, count: 8)
    zeros.withUnsafeBytes { zeros in
        for function in plan.functions.indices {
            let row = plan.functions[function]
            let types = plan.list(row.registerTypes)[..<Int(row.parameterCount)]
            let inputs = types.map { type in
                // One zero byte is a value of most types; eight are one of a Float.
                constants[type]
                    ?? UnsafeRawBufferPointer(rebasing: zeros[..<(type == TypeId.float.raw ? 8 : 1)])
            }
            var output = ByteWriter()
            let fault = inputs.withUnsafeBufferPointer {
                machine.run(function: function, inputs: $0, fuel: fuel, output: &output)
            }
            if let fault { precondition(!fault.message.isEmpty, "a fault says what happened") }
        }
    }
}
