// The machine's state that is not in the locals of `run`: memory, frames, tables. One struct behind one raw
// pointer, so that the loop and its slow functions share it without reference counts.
import WfPlan
import WfValue

typealias Context = UnsafeMutablePointer<MachineContext>

/// One open call.
struct Frame {
    /// Where the caller goes on.
    var pc: UnsafePointer<UInt64>
    /// This call's registers, and the first word behind them.
    var registers: Registers
    var registersEnd: Registers
    /// Where the result goes.
    var destination: Registers
    var function: UnsafePointer<MachineFunction>
}

/// What a call needs to know of a function: 64 bytes.
struct MachineFunction {
    var code: UnsafePointer<UInt64>
    var registerCount: Int32
    var parameterCount: Int32
    var zeroStart: Int32
    var zeroCount: Int32
    /// The registers that hold references.
    var references: UnsafePointer<UInt16>
    var referenceCount: Int32
    var resultType: UInt32
    var parameterTypes: UnsafePointer<UInt32>
    var number: Int32
    var unused: Int32 = 0
    /// One per register.
    var registerTypes: UnsafePointer<UInt32>
}

/// Which words of a `fields` object are references.
struct LayoutRow {
    var start: UInt32
    var count: UInt32
}

/// One type, as the machine needs it.
struct TypeRow {
    var kind: TypeKind
    var isWord: Bool
    var isOpen: Bool
    /// Whether values of the type are Json as they are.
    var isJsonAlready: Bool
    /// list, optional: element. map: key. record, tuple: first row of `members`. enum: first row of `cases`.
    var first: UInt32
    /// map: value. record, tuple: count of members. enum: count of cases.
    var second: UInt32
    /// Header of an object of this type (records, tuples, ranges, boxes; lists and maps without their size).
    var header: UInt64
}

/// A field of a record or tuple, or a payload of a case.
struct MemberRow {
    var type: UInt32
    var nameStart: UInt32
    var nameCount: UInt32
    /// Default in the binary encoding, in `names`; `defaultStart` is `.none` where there is none.
    var defaultStart: UInt32
    var defaultCount: UInt32
}

/// A case of an enum.
struct CaseRow {
    var nameStart: UInt32
    var nameCount: UInt32
    var memberStart: UInt32
    var memberCount: UInt32
    var header: UInt64
    var isLabelled: Bool
}

/// A divisor that never changes: `n / divisor` is the high word of `n * multiplier` for n below 2^32 (Lemire,
/// Kaser and Kurz: Faster remainder by direct computation).
struct Reciprocal {
    var divisor: Int
    var multiplier: UInt64
}

struct MachineContext: ~Copyable {
    // memory: offsets from base
    var base: UnsafeMutableRawPointer
    /// The next free byte.
    var top: Int = 0
    /// Where the next operation that allocates collects first.
    var softEnd: Int = 0
    /// Where the space ends.
    var hardEnd: Int = 0
    var spaceStart: Int = 0
    var otherStart: Int = 0
    var spaceBytes: Int = 0
    /// References below are constants: they do not move.
    var dynamicStart: Int = 0
    var liveBytesMax: Int = 0
    var firstBytes: Int = 0
    var collectsAlways = false
    var encodedBytesMax = 0
    /// Set when an allocation was refused.
    var isMemoryExhausted = false
    var collections = 0

    // calls
    var frame: UnsafeMutablePointer<Frame>
    var frames: UnsafeMutablePointer<Frame>
    var framesEnd: UnsafeMutablePointer<Frame>
    var registers: Registers
    var registersEnd: Registers

    // tables
    var functions: UnsafePointer<MachineFunction>
    var types: UnsafePointer<TypeRow>
    var members: UnsafePointer<MemberRow>
    var cases: UnsafePointer<CaseRow>
    var names: UnsafePointer<UInt8>
    var layouts: UnsafePointer<LayoutRow>
    var layoutWords: UnsafePointer<UInt16>
    var constants: UnsafePointer<Int>
    var reciprocals: UnsafePointer<Reciprocal>
    var cells: UnsafeMutablePointer<Int>
    var cellStates: UnsafeMutablePointer<UInt8>
    var cellReferences: UnsafePointer<UInt32>
    var cellReferenceCount = 0
    var jsonNull = 0
    var jsonTrue = 0
    var jsonFalse = 0
    var emptyText = 0
    /// One String per ASCII character.
    var asciiTexts: UnsafePointer<Int>

    // room for work that is not objects yet
    var scratch = ByteWriter(capacity: 4096)
    var stack: UnsafeMutablePointer<Int>
    var stackCount = 0
    var stackRoom = 0

    /// One byte per point of the plan, 1 where it was reached; nil: nobody asks.
    var covered: UnsafeMutablePointer<UInt8>?

    // how a run ended
    var trap: FaultKind = .failed
    var trapPc: UnsafePointer<UInt64>
    var fuelLeft = 0
    /// Fuel for what instructions did that cost more than a jump, not taken yet; see Work.swift.
    var owed = 0
    /// Where one instruction alone has used up all that there is.
    var owedEnd = 0
    /// The run stands still so that what is owed can be taken.
    var isPaused = false
    /// `softEnd` without the pause that is due.
    var softEndKept = 0
    var machine: Unmanaged<Machine>
}

/// A fault on its way out of a slow function; its words are with the machine.
struct Trap: Error {
    let kind: FaultKind
}

/// Notes the words of a fault.
@inline(never)
func raise(_ context: Context, _ kind: FaultKind, _ message: String) -> Trap {
    context.pointee.trap = kind
    context.pointee.machine._withUnsafeGuaranteedRef { $0.message = message }
    return Trap(kind: kind)
}

@inline(never)
func raiseMemory(_ context: Context) -> Trap {
    raise(
        context, .memory,
        "expected at most \(context.pointee.liveBytesMax >> 20) MiB of values, this needs more")
}

// MARK: allocation

/// `bytes` (a multiple of 8) of fresh memory, not cleared; 0 when there is no room. Never collects:
/// operations collect before they start (`collectIfNeeded`), so that nothing moves under their hands.
@inline(__always)
func allocate(_ context: Context, _ bytes: Int) -> Int {
    let object = context.pointee.top
    if _slowPath(bytes > context.pointee.hardEnd &- object) {
        context.pointee.isMemoryExhausted = true
        return 0
    }
    context.pointee.top = object &+ bytes
    return object
}

@inline(__always)
func claim(_ context: Context, _ bytes: Int) throws(Trap) -> Int {
    let object = allocate(context, bytes)
    if _slowPath(object == 0) { throw raiseMemory(context) }
    return object
}

/// A text with room for `room` bytes and the length `count`.
@inline(__always)
func claimText(_ context: Context, count: Int, room: Int) throws(Trap) -> Int {
    if _slowPath(room > MachineLimits.stringBytesMax) { throw raiseMemory(context) }
    let rounded = (room &+ 7) & ~7
    let text = try claim(context, 16 &+ rounded)
    context.pointee.base.setHeader(text, Header.make(ObjectKind.text, size: rounded))
    context.pointee.base.setTextCount(text, count)
    return text
}

@inline(__always)
func claimText(_ context: Context, count: Int) throws(Trap) -> Int {
    try claimText(context, count: count, room: count)
}

/// A String of bytes that are UTF-8, or Bytes of any.
@inline(__always)
func makeText(_ context: Context, _ start: UnsafePointer<UInt8>, _ count: Int) throws(Trap) -> Int {
    let text = try claimText(context, count: count)
    context.pointee.base.textStart(text).update(from: start, count: count)
    return text
}

func makeText(_ context: Context, _ bytes: UnsafeRawBufferPointer) throws(Trap) -> Int {
    guard let start = bytes.baseAddress else { return context.pointee.emptyText }
    return try makeText(context, start.assumingMemoryBound(to: UInt8.self), bytes.count)
}

func makeText(_ context: Context, _ text: String) throws(Trap) -> Int {
    var text = text
    let outcome = text.withUTF8 { bytes -> Result<Int, Trap> in
        do throws(Trap) { return .success(try makeText(context, UnsafeRawBufferPointer(bytes))) } catch {
            return .failure(error)
        }
    }
    return try outcome.get()
}

/// A list with the length `count` whose elements the caller sets at once.
@inline(__always)
func claimList(_ context: Context, count: Int, room: Int, references: Bool) throws(Trap) -> Int {
    if _slowPath(room > MachineLimits.elementsMax) { throw raiseMemory(context) }
    let list = try claim(context, 16 &+ room &* 8)
    context.pointee.base.setHeader(list, Header.make(ObjectKind.list, layout: references ? 1 : 0, size: room))
    context.pointee.base.setWord(list &+ 8, count)
    return list
}

@inline(__always)
func claimList(_ context: Context, count: Int, references: Bool) throws(Trap) -> Int {
    try claimList(context, count: count, room: count, references: references)
}

/// An optional of a word.
@inline(__always)
func makeBox(_ context: Context, _ value: Int) throws(Trap) -> Int {
    let box = try claim(context, 16)
    context.pointee.base.setHeader(box, Header.make(ObjectKind.fields, layout: 0, size: 1))
    context.pointee.base.setWord(box &+ 8, value)
    return box
}

@inline(__always)
func makeJsonWord(_ context: Context, _ kind: UInt64, _ value: Int) throws(Trap) -> Int {
    let box = try claim(context, 16)
    context.pointee.base.setHeader(box, Header.make(kind, size: 1))
    context.pointee.base.setWord(box &+ 8, value)
    return box
}

func makeDecimal(_ context: Context, _ value: DecimalValue) throws(Trap) -> Int {
    let object = try claim(context, 32)
    let base = context.pointee.base
    let bits = UInt128(bitPattern: value.mantissa)
    base.setHeader(object, Header.make(ObjectKind.decimal, size: 3))
    base.setField(object, 0, Int(truncatingIfNeeded: bits))
    base.setField(object, 1, Int(truncatingIfNeeded: bits >> 64))
    base.setField(object, 2, Int(value.scale))
    return object
}

/// The Decimal in an object; reference 0 is 0.
func decimal(_ base: UnsafeMutableRawPointer, _ object: Int) -> DecimalValue {
    let low = UInt128(UInt(bitPattern: base.field(object, 0)))
    let high = UInt128(UInt(bitPattern: base.field(object, 1)))
    let mantissa = Int128(bitPattern: high << 64 | low)
    return DecimalValue(mantissa: mantissa, scale: UInt8(truncatingIfNeeded: base.field(object, 2))) ?? .zero
}
