// The way into a plan: private memory, identity, verification, in this order. Reads no file itself.
import WfValue

extension Plan {
    /// Copies the bytes to private memory, hashes and verifies them there.
    public static func load(
        bytes: UnsafeRawBufferPointer, limits: PlanLoadLimits = PlanLoadLimits()
    ) throws(PlanError) -> Plan {
        try load(count: bytes.count, limits: limits) { (memory) throws(PlanError) in
            memory.copyMemory(from: bytes)
        }
    }

    /// Copies the bytes to private memory, hashes and verifies them there.
    public static func load(
        bytes: [UInt8], limits: PlanLoadLimits = PlanLoadLimits()
    ) throws(PlanError) -> Plan {
        let outcome = bytes.withUnsafeBytes { (buffer) -> Result<Plan, PlanError> in
            do throws(PlanError) { return .success(try load(bytes: buffer, limits: limits)) } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// Lets `fill` read `count` bytes (of a file, say) straight into private memory, then hashes and verifies
    /// them there, so that a file which changes meanwhile does not matter.
    ///
    /// - Throws: what `fill` throws (`PlanError.unreadable`), or what the verifier found. Nothing is kept then.
    public static func load(
        count: Int, limits: PlanLoadLimits = PlanLoadLimits(),
        fill: (UnsafeMutableRawBufferPointer) throws(PlanError) -> Void
    ) throws(PlanError) -> Plan {
        guard count <= limits.bytesMax else {
            throw PlanError(.tooLarge, "expected at most \(limits.bytesMax) bytes, found \(count)")
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 16), alignment: 16)
        let plan: Plan
        do throws(PlanError) {
            plan = try adopt(memory, count: count, fill: fill)
        } catch {
            memory.deallocate()
            throw error
        }
        // From here on the plan owns the memory.
        var verifier = try Verifier(plan)
        try verifier.verify()
        return plan
    }

    /// Fills the memory and finds the sections and types in it. The plan is not verified yet.
    private static func adopt(
        _ memory: UnsafeMutableRawBufferPointer, count: Int,
        fill: (UnsafeMutableRawBufferPointer) throws(PlanError) -> Void
    ) throws(PlanError) -> Plan {
        let used = UnsafeMutableRawBufferPointer(rebasing: memory[0..<count])
        try fill(used)
        let content = UnsafeRawBufferPointer(used)
        let sections = try PlanSections(checking: content)
        let seal = PlanSeal.found(in: used)
        let identity = PlanSeal.identity(clearing: used)
        PlanSeal.put(identity, into: used)
        if seal != PlanSeal.found(in: used) {
            throw PlanError(
                .damaged,
                "the content is not what was compiled: its seal does not fit; compile the source again")
        }
        let types = try TypeTable(section: sections.raw(.types))
        return Plan(adopting: content, identity: identity, types: types, sections: sections)
    }
}

extension PlanError {
    /// For `fill`: the bytes could not be read, and why.
    public static func unreadable(_ why: String) -> PlanError { PlanError(.unreadable, why) }
}
