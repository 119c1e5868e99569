// The entry of the fuzz target for plans: any bytes may come in, nothing may crash. Knows no fuzzer.

/// Seals the bytes, loads them as a plan and, when they are one, reads all of it as `wfc disasm` and the engine do.
///
/// - Returns: the plan, for whoever wants to run it as well; nil when it was refused.
@discardableResult
public func fuzzPlan(_ bytes: UnsafeRawBufferPointer) -> Plan? {
    do throws(PlanError) {
        var sealed = [UInt8](bytes)
        PlanSeal.seal(&sealed)
        let plan = try Plan.load(bytes: sealed)
        let text = Disassembler.text(of: plan)
        precondition(!text.isEmpty, "a plan has a text")
        for node in plan.nodes { _ = plan.location(node.span) }
        return plan
    } catch {
        precondition(!error.description.isEmpty, "an error has a text")
        return nil
    }
}
