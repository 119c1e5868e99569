// Runs functions of one plan, one after another. It knows nothing of nodes, scopes and journals.
package import WfPlan
package import WfValue

/// What a run that yields a word ended with.
package enum WordOutcome: Sendable {
    case value(Int)
    case fault(Fault)
}

/// A machine for one plan. Not for several threads at once; cheap to keep, so keep one per thread.
package final class Machine {
    package let plan: Plan

    package init(plan: Plan, limits: MachineLimits = MachineLimits()) {
        self.plan = plan
    }

    /// Runs a function to its end and appends its result's encoding to `output` (nothing when it faults).
    ///
    /// - Parameters:
    ///   - function: number of the function in the plan.
    ///   - inputs: one value per parameter in the encoding of its type; bytes may be hostile.
    ///   - fuel: back-edges and calls that may be taken.
    package func run(
        function: Int, inputs: UnsafeBufferPointer<UnsafeRawBufferPointer>, fuel: Int = MachineLimits.fuelDefault,
        output: inout ByteWriter
    ) -> Fault? {
        Fault(kind: .failed, message: "not built yet")
    }

    /// Runs a function that yields a Bool (0 or 1), Int, Duration, Time or the number of an enum's case.
    package func runWord(
        function: Int, inputs: UnsafeBufferPointer<UnsafeRawBufferPointer>, fuel: Int = MachineLimits.fuelDefault
    ) -> WordOutcome {
        .fault(Fault(kind: .failed, message: "not built yet"))
    }
}
