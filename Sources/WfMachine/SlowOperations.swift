// The instructions that allocate or walk, one function each, never inlined into the loop. True: go on; false:
// the context holds the fault. Every one that allocates collects first, while all its operands are in
// registers.
import WfPlan
import WfValue

@inline(__always) func operandA(_ word: UInt64) -> Int { Int(UInt16(truncatingIfNeeded: word >> 16)) }
@inline(__always) func operandB(_ word: UInt64) -> Int { Int(UInt16(truncatingIfNeeded: word >> 32)) }
@inline(__always) func operandC(_ word: UInt64) -> Int { Int(word >> 48) }
@inline(__always) func operandD(_ word: UInt64) -> Int { Int(UInt8(truncatingIfNeeded: word >> 8)) }

/// The register that argument number `index` of an instruction names.
@inline(__always)
func argument(_ pc: UnsafePointer<UInt64>, _ index: Int) -> Int {
    Int(UnsafeRawPointer(pc).load(fromByteOffset: index &* 2, as: UInt16.self))
}

/// The declared type of a register of the running function.
@inline(__always)
func registerType(_ context: Context, _ register: Int) -> UInt32 {
    context.pointee.frame.pointee.function.pointee.registerTypes[register]
}

/// Marks an object as having a second name.
@inline(__always)
func share(_ base: UnsafeMutableRawPointer, _ object: Int) {
    let header = base.header(object)
    if header & 15 != 0 && header & Header.shared == 0 { base.setHeader(object, header | Header.shared) }
}

/// Runs the work of one instruction; an error has noted its kind and words.
@inline(__always)
private func attempt(_ work: () throws(Trap) -> Void) -> Bool {
    do throws(Trap) {
        try work()
        return true
    } catch {
        return false
    }
}

@inline(never)
func slowReserve(_ context: Context, _ bytes: Int) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        if context.pointee.top + bytes > context.pointee.softEnd && !context.pointee.collectsAlways {
            try collect(context)
        }
        if context.pointee.top + bytes > context.pointee.hardEnd { throw raiseMemory(context) }
    }
}

@inline(never)
func slowSome(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        r[operandA(w)] = try makeBox(context, r[operandB(w)])
    }
}

@inline(never)
func slowCellSet(_ context: Context, _ r: Registers, _ w: UInt64) {
    let value = r[operandB(w)]
    if !context.pointee.types[Int(registerType(context, operandB(w)))].isWord {
        share(context.pointee.base, value)
    }
    context.pointee.cells[operandA(w)] = value
    context.pointee.cellStates[operandA(w)] = 1
}

@inline(never)
func slowEqual(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let type = registerType(context, operandB(w))
        r[operandA(w)] = try valuesEqual(context, type, r[operandB(w)], r[operandC(w)]) ? 1 : 0
    }
}

@inline(never)
func slowCompare(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let type = registerType(context, operandB(w))
        r[operandA(w)] = try orderValues(context, type, r[operandB(w)], r[operandC(w)])
    }
}

@inline(never)
func slowClosure(_ context: Context, _ r: Registers, _ w: UInt64, _ pc: UnsafePointer<UInt64>) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let count = operandD(w)
        let object = try claim(context, 16 + count * 8)
        let base = context.pointee.base
        base.setHeader(object, Header.make(ObjectKind.closure, size: count + 1))
        base.setField(object, 0, Int(w >> 32))
        for index in 0..<count { base.setField(object, index + 1, r[argument(pc, index)]) }
        r[operandA(w)] = object
    }
}

@inline(never)
func slowCase(_ context: Context, _ r: Registers, _ w: UInt64, _ pc: UnsafePointer<UInt64>) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let count = operandD(w)
        let type = context.pointee.types[operandB(w)]
        let object = try claim(context, 16 + count * 8)
        let base = context.pointee.base
        base.setHeader(object, context.pointee.cases[Int(type.first) + operandC(w)].header)
        base.setField(object, 0, operandC(w))
        for index in 0..<count { base.setField(object, index + 1, r[argument(pc, index)]) }
        r[operandA(w)] = object
    }
}

/// Room for a text that may grow in place: a larger one when it has no room for `count` bytes or is shared.
func growText(_ context: Context, _ text: Int, _ count: Int) throws(Trap) -> Int {
    let base = context.pointee.base
    let header = base.header(text)
    if header & Header.shared == 0 && Header.size(header) >= count && text != 0 { return text }
    let old = base.textCount(text)
    let larger = try claimText(
        context, count: old, room: min(max(count, old * 2, 32), max(MachineLimits.stringBytesMax, count)))
    base.textStart(larger).update(from: base.textStart(text), count: old)
    return larger
}

@inline(never)
func slowConcat(_ context: Context, _ r: Registers, _ w: UInt64, _ pc: UnsafePointer<UInt64>) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let base = context.pointee.base
        let count = operandD(w)
        var total = 0
        for index in 0..<count { total += base.textCount(r[argument(pc, index)]) }
        var (target, written, first) = (0, 0, 0)
        if count > 1 && argument(pc, 0) == operandA(w) {
            let text = r[operandA(w)]
            written = base.textCount(text)
            target = try growText(context, text, total)
            first = 1
            if target == text {
                // the first part may stand again among the others: its length must not change before the end
                for index in 1..<count where r[argument(pc, index)] == text { first = 0 }
                if first == 0 {
                    target = try claimText(context, count: 0, room: total)
                    written = 0
                }
            }
        } else {
            target = try claimText(context, count: 0, room: total)
        }
        let start = base.textStart(target)
        for index in first..<count {
            let part = r[argument(pc, index)]
            let length = base.textCount(part)
            copyBytes(start + written, base.textStart(part), length)
            written &+= length
        }
        base.setTextCount(target, written)
        r[operandA(w)] = target
    }
}

/// Copies a text's bytes in words: both stretches may be read and written up to the next multiple of 8.
@inline(__always)
func copyBytes(_ target: UnsafeMutablePointer<UInt8>, _ source: UnsafeMutablePointer<UInt8>, _ count: Int) {
    target.update(from: source, count: count)
}

@inline(never)
func slowText(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        r[operandA(w)] = try textForm(context, UInt32(operandC(w)), r[operandB(w)])
    }
}

@inline(never)
func slowList(_ context: Context, _ r: Registers, _ w: UInt64, _ pc: UnsafePointer<UInt64>) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let count = operandD(w)
        let element = context.pointee.types[Int(context.pointee.types[operandB(w)].first)]
        let list = try claimList(context, count: count, references: !element.isWord)
        for index in 0..<count { context.pointee.base.setElement(list, index, r[argument(pc, index)]) }
        r[operandA(w)] = list
    }
}

@inline(never)
func noteIndex(_ context: Context, _ index: Int, _ count: Int) {
    let range = count == 0 ? "the list is empty" : "expected 0 to \(count - 1)"
    _ = raise(context, .index, "index \(index) is out of bounds: \(range)")
}

/// A copy of a list with room for `room` elements, not shared.
func copyList(_ context: Context, _ list: Int, room: Int) throws(Trap) -> Int {
    let base = context.pointee.base
    let count = base.listCount(list)
    let references = base.header(list) & 0x100 != 0
    let copy = try claimList(context, count: count, room: max(room, count), references: references)
    (base + copy + 16).copyMemory(from: base + list + 16, byteCount: count * 8)
    return copy
}

@inline(never)
func slowListSet(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let copy = try copyList(context, r[operandA(w)], room: 0)
        context.pointee.base.setElement(copy, r[operandB(w)], r[operandC(w)])
        r[operandA(w)] = copy
    }
}

@inline(never)
func slowPush(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let base = context.pointee.base
        var list = r[operandA(w)]
        let count = base.listCount(list)
        if list == 0 {
            let type = context.pointee.types[Int(registerType(context, operandA(w)))]
            let references = !context.pointee.types[Int(type.first)].isWord
            list = try claimList(context, count: 0, room: 4, references: references)
        } else {
            list = try copyList(context, list, room: max(4, count * 2))
        }
        base.setElement(list, count, r[operandB(w)])
        base.setWord(list &+ 8, count &+ 1)
        r[operandA(w)] = list
    }
}

@inline(never)
func slowMap(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let layout = mapLayout(context, UInt32(operandB(w)))
        r[operandA(w)] = try claimMap(context, layout: layout, room: 4)
    }
}

/// The layout bits of maps of a type.
func mapLayout(_ context: Context, _ type: UInt32) -> Int {
    let row = context.pointee.types[Int(type)]
    let keys = context.pointee.types[Int(row.first)].isWord ? 0 : 1
    return keys | (context.pointee.types[Int(row.second)].isWord ? 0 : 2)
}

@inline(never)
func slowMapGet(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        let base = context.pointee.base
        let entry = mapFind(base, r[operandB(w)], r[operandC(w)])
        if entry < 0 {
            r[operandA(w)] = 0
        } else if base.header(r[operandB(w)]) & 0x200 != 0 {
            r[operandA(w)] = base.mapValue(r[operandB(w)], entry)
        } else {
            try collectIfNeeded(context)
            r[operandA(w)] = try makeBox(context, base.mapValue(r[operandB(w)], entry))
        }
    }
}

@inline(never)
func slowMapSet(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let base = context.pointee.base
        var map = r[operandA(w)]
        if map == 0 {
            map = try claimMap(
                context, layout: mapLayout(context, registerType(context, operandA(w))), room: 4)
        } else if base.isShared(map) {
            map = try copyMap(context, map, room: base.mapCount(map) + 1)
        }
        if base.header(map) & 0x100 != 0 { share(base, r[operandB(w)]) }
        r[operandA(w)] = try mapInsert(context, map, r[operandB(w)], r[operandC(w)])
    }
}

@inline(never)
func slowToJson(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        r[operandA(w)] = try toJson(context, UInt32(operandC(w)), r[operandB(w)])
    }
}

@inline(never)
func slowFromJson(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let json = r[operandB(w)]
        if let value = try fromJson(context, UInt32(operandC(w)), json) {
            r[operandA(w)] = value
        } else {
            throw describeMismatch(context, UInt32(operandC(w)), json)
        }
    }
}

@inline(never)
func slowTryJson(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        let value = try fromJson(context, UInt32(operandC(w)), r[operandB(w)])
        if let value {
            let isWord = context.pointee.types[operandC(w)].isWord
            r[operandA(w)] = isWord ? try makeBox(context, value) : value
        } else {
            r[operandA(w)] = 0
        }
    }
}

@inline(never)
func slowDecode(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        r[operandA(w)] = try decodeText(context, UInt32(operandC(w)), r[operandB(w)])
    }
}

@inline(never)
func slowJsonText(_ context: Context, _ r: Registers, _ w: UInt64) -> Bool {
    attempt { () throws(Trap) in
        try collectIfNeeded(context)
        context.pointee.scratch.truncate(to: 0)
        try writeJson(context, UInt32(operandC(w)), r[operandB(w)], 0)
        r[operandA(w)] = try makeText(context, context.pointee.scratch.written)
    }
}

@inline(never)
func noteFailure(_ context: Context, _ r: Registers, _ w: UInt64) {
    let message = String(decoding: context.pointee.base.textBytes(r[operandA(w)]), as: UTF8.self)
    _ = raise(context, .failed, message)
}
