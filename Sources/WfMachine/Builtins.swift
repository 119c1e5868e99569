import WfBuiltins
import WfPlan
@inline(never)
func slowBuiltin(_ context: Context, _ r: Registers, _ w: UInt64, _ pc: UnsafePointer<UInt64>) -> Bool { false }
