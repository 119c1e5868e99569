// Fuel for instructions that do more than a jump's work. What they do is noted as owed: by the collector for all that
// was allocated, by what walks values for what it has walked. When much is owed, the next operation that could collect
// stops before it begins, as one that has no fuel does; the debt is taken, and the run goes on there. So the loop and
// the instructions that do little pay nothing for it.

/// What may be owed before it is taken: some milliseconds.
private let owedMax = 1 << 20

/// Notes work that was done. A unit stands for some nanoseconds: 16 bytes that were copied or searched, one value that
/// was compared.
@inline(__always)
func charge(_ context: Context, _ units: Int) {
    context.pointee.owed &+= units
    if _slowPath(context.pointee.owed > owedMax) { context.pointee.softEnd = 0 }
}

/// The same for work that may be without end within one instruction.
@inline(__always)
func chargeStep(_ context: Context, _ units: Int) throws(Trap) {
    charge(context, units)
    if _slowPath(context.pointee.owed > context.pointee.owedEnd) { throw outOfFuel(context) }
}

@inline(never)
private func outOfFuel(_ context: Context) -> Trap {
    context.pointee.trap = .fuel
    return Trap(kind: .fuel)
}

/// Stops before an operation when much is owed. The operation has changed nothing yet.
func pauseIfDue(_ context: Context) throws(Trap) {
    guard context.pointee.owed > owedMax else { return }
    context.pointee.isPaused = true
    context.pointee.trap = .fuel
    throw Trap(kind: .fuel)
}

/// What was owed has been taken.
func endPause(_ context: Context) {
    context.pointee.owed = 0
    context.pointee.isPaused = false
    context.pointee.softEnd = context.pointee.softEndKept
}
