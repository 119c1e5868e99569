// The limits of plans, by name. Nothing else.

public enum PlanLimits {
    /// Bytes of a plan file.
    public static var planBytesMax: Int { 1 << 30 }
    /// Instruction words of one function.
    public static var functionWordsMax: Int { 1 << 24 }
    /// Registers of one function; the highest register number is one less.
    public static var registersMax: Int { 65_535 }
    /// Arguments of a call, fields of an object built by one instruction.
    public static var argumentsMax: Int { 255 }
    /// Types that an instruction can name.
    public static var typesMax: Int { 65_536 }
    /// How deeply blocks may stand in blocks.
    public static var blockDepthMax: Int { 255 }
    /// Slots of one block.
    public static var slotsMax: Int { 1 << 24 }
    /// Parameters of a workflow, an action or an effect.
    public static var parametersMax: Int { 255 }
    /// Steps that verifying may take per byte of the plan. Rows share lists and strings; this keeps a small
    /// plan that shares a large list a million times from taking minutes.
    public static var verifierWorkPerByte: Int { 64 }
}

/// What a caller grants to a plan that it loads.
public struct PlanLoadLimits: Sendable {
    /// Bytes that are read at most.
    public var bytesMax: Int

    public init(bytesMax: Int = PlanLimits.planBytesMax) {
        self.bytesMax = bytesMax
    }
}
