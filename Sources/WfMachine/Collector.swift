// The copying collector: everything reachable from registers and cells moves to the other space. Exact:
// frames say which registers are references, headers say which words of an object are.
import Glibc

/// Collects when the space is used up to its soft limit. Every operation that allocates calls it first, when
/// all its operands are in registers. Throws when what is alive is more than the limit.
@inline(__always)
func collectIfNeeded(_ context: Context) throws(Trap) {
    if _slowPath(context.pointee.top >= context.pointee.softEnd) { try collect(context) }
}

@inline(never)
func collect(_ context: Context) throws(Trap) {
    try pauseIfDue(context)
    let base = context.pointee.base
    let start = context.pointee.otherStart
    let from = context.pointee.spaceStart
    let usedBefore = context.pointee.top - from
    var collector = Collector(
        base: base, fromStart: from, fromEnd: context.pointee.top, next: start, scanned: start)

    var frame = context.pointee.frames
    while frame <= context.pointee.frame {
        let function = frame.pointee.function
        let registers = frame.pointee.registers
        for index in 0..<Int(function.pointee.referenceCount) {
            let register = registers + Int(function.pointee.references[index])
            register.pointee = collector.moved(register.pointee)
        }
        frame += 1
    }
    for index in 0..<context.pointee.cellReferenceCount {
        let cell = context.pointee.cells + Int(context.pointee.cellReferences[index])
        cell.pointee = collector.moved(cell.pointee)
    }
    collector.scan(context)

    let live = collector.next - start
    context.pointee.spaceStart = start
    context.pointee.otherStart = from
    context.pointee.top = collector.next
    context.pointee.hardEnd = start + context.pointee.spaceBytes
    context.pointee.collections += 1
    setSoftEnd(context, live: live)
    charge(context, usedBefore >> 4)
    // A large space is given back, so that a run holds its live data once while it works.
    if usedBefore > 64 << 20 { giveBack(base + from, usedBefore) }
    if live > context.pointee.liveBytesMax { throw raiseMemory(context) }
}

/// The next collection comes when twice as much as is alive has been allocated.
func setSoftEnd(_ context: Context, live: Int) {
    let room = max(context.pointee.firstBytes, live * 2)
    let soft = min(live + room, max(context.pointee.liveBytesMax, live + (live >> 2)))
    context.pointee.softEnd =
        context.pointee.collectsAlways ? 0 : min(context.pointee.spaceStart + soft, context.pointee.hardEnd)
    context.pointee.softEndKept = context.pointee.softEnd
}

/// Returns the pages of a stretch of memory, which then reads as zeros.
func giveBack(_ start: UnsafeMutableRawPointer, _ bytes: Int) {
    let page = 4096
    let first = (Int(bitPattern: start) + page - 1) & ~(page - 1)
    let last = (Int(bitPattern: start) + bytes + page - 1) & ~(page - 1)
    guard last > first, let place = UnsafeMutableRawPointer(bitPattern: first) else { return }
    madvise(place, last - first, MADV_DONTNEED)
}

private struct Collector {
    let base: UnsafeMutableRawPointer
    let fromStart: Int
    let fromEnd: Int
    var next: Int
    var scanned: Int

    /// Where the object is now; copies it when it has not moved yet.
    @inline(__always)
    mutating func moved(_ object: Int) -> Int {
        if object < fromStart || object >= fromEnd { return object }
        let header = base.header(object)
        if Header.kind(header) == ObjectKind.moved { return Int(header >> 4) }
        return copy(object, header)
    }

    @inline(__always)
    private mutating func copy(_ object: Int, _ header: UInt64) -> Int {
        let target = next
        let bytes = objectBytes(header)
        var used = bytes
        if Header.kind(header) == ObjectKind.list { used = 16 &+ base.listCount(object) &* 8 }
        if Header.kind(header) == ObjectKind.text { used = 16 &+ (base.textCount(object) &+ 7) & ~7 }
        let (source, destination) = (base + object, base + target)
        if _fastPath(used <= 64) {
            var offset = 0
            while offset < used {
                destination.storeBytes(
                    of: source.load(fromByteOffset: offset, as: Int.self), toByteOffset: offset, as: Int.self)
                offset &+= 8
            }
        } else {
            destination.copyMemory(from: source, byteCount: used)
        }
        base.setHeader(object, UInt64(truncatingIfNeeded: target) << 4 | ObjectKind.moved)
        next = target &+ bytes
        return target
    }

    mutating func scan(_ context: Context) {
        let layouts = context.pointee.layouts
        let layoutWords = context.pointee.layoutWords
        while scanned < next {
            let object = scanned
            let header = base.header(object)
            scanned = object &+ objectBytes(header)
            switch Header.kind(header) {
            case ObjectKind.fields:
                let layout = layouts[Header.layout(header)]
                for index in Int(layout.start)..<Int(layout.start &+ layout.count) {
                    let place = object &+ 8 &+ Int(layoutWords[index]) &* 8
                    base.setWord(place, moved(base.word(place)))
                }
            case ObjectKind.list:
                if header & 0x100 == 0 { break }
                for index in 0..<base.listCount(object) {
                    base.setElement(object, index, moved(base.element(object, index)))
                }
            case ObjectKind.map:
                let layout = Header.layout(header)
                for index in 0..<base.mapCount(object) {
                    let place = object &+ 16 &+ index &* 16
                    if layout & 1 != 0 { base.setWord(place, moved(base.word(place))) }
                    if layout & 2 != 0 { base.setWord(place &+ 8, moved(base.word(place &+ 8))) }
                }
            case ObjectKind.closure:
                let function = context.pointee.functions + base.field(object, 0)
                for index in 1..<max(Header.size(header), 1) {
                    let type = Int(function.pointee.parameterTypes[index - 1])
                    if context.pointee.types[type].isWord { continue }
                    base.setField(object, index, moved(base.field(object, index)))
                }
            default: break
            }
        }
    }
}
