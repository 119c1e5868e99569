// Texts taken apart into lists: split, lines, words, characters.
import Glibc
import WfBuiltins
import WfValue

/// Gathers texts on the work stack, then makes a list of them.
struct ListMaker {
    let context: Context
    let first: Int

    init(_ context: Context) {
        self.context = context
        first = context.pointee.stackCount
    }

    func add(_ start: Bytes, _ count: Int) throws(Trap) {
        if count == 0 { return context.pointee.push(context.pointee.emptyText) }
        if count == 1 && start[0] < 0x80 {
            return context.pointee.push(context.pointee.asciiTexts[Int(start[0])])
        }
        context.pointee.push(try makeText(context, start, count))
    }

    func finish(references: Bool = true) throws(Trap) -> Int {
        let count = context.pointee.stackCount - first
        context.pointee.stackCount = first
        let list = try claimList(context, count: count, references: references)
        (context.pointee.base + (list + 16)).copyMemory(
            from: context.pointee.stack + first, byteCount: count * 8)
        return list
    }
}

func split(_ o: Operands) throws(Trap) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    let (separator, length) = (o.start(1), o.base.textCount(o[1]))
    if length == 0 { return try characters(o) }
    charge(o.context, count >> 4)
    o.context.pointee.stackCount = 0
    let maker = ListMaker(o.context)
    var from = 0
    if length == 1 {
        let byte = Int32(separator[0])
        while let found = memchr(start + from, byte, count - from) {
            let place = UnsafeRawPointer(found) - UnsafeRawPointer(start)
            try maker.add(start + from, place - from)
            from = place + 1
        }
    } else {
        while true {
            let place = find(start, count, separator, length, from)
            if place < 0 { break }
            try maker.add(start + from, place - from)
            from = place + length
        }
    }
    try maker.add(start + from, count - from)
    return try maker.finish()
}

func splitOnce(_ o: Operands) throws(Trap) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    let length = o.base.textCount(o[1])
    let place = try find(o, from: 0)
    if place < 0 { return 0 }
    let before = try makeText(o.context, start, place)
    let behind = try makeText(o.context, start + place + length, count - place - length)
    let pair = try claim(o.context, 24)
    o.base.setHeader(pair, o.row(o.row(o.resultType).first).header)
    o.base.setField(pair, 0, before)
    o.base.setField(pair, 1, behind)
    return pair
}

func lines(_ o: Operands) throws(Trap) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    o.context.pointee.stackCount = 0
    let maker = ListMaker(o.context)
    var from = 0
    while from < count {
        var end = count
        var next = count
        if let found = memchr(start + from, 10, count - from) {
            end = UnsafeRawPointer(found) - UnsafeRawPointer(start)
            next = end + 1
            if end > from && start[end - 1] == 13 { end -= 1 }
        }
        try maker.add(start + from, end - from)
        from = next
    }
    return try maker.finish()
}

func words(_ o: Operands) throws(Trap) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    o.context.pointee.stackCount = 0
    let maker = ListMaker(o.context)
    var offset = 0
    while offset < count {
        offset += leadingSpace(start + offset, count - offset)
        let from = offset
        while offset < count, !isSpace(scalar(start + offset)) { offset += scalarLength(start[offset]) }
        if offset > from { try maker.add(start + from, offset - from) }
    }
    return try maker.finish()
}

func characters(_ o: Operands) throws(Trap) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    o.context.pointee.stackCount = 0
    let maker = ListMaker(o.context)
    var offset = 0
    while offset < count {
        let length = scalarLength(start[offset])
        try maker.add(start + offset, length)
        offset += length
    }
    return try maker.finish()
}

func codes(_ o: Operands) throws(Trap) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    let list = try claimList(o.context, count: scalarCount(start, count), references: false)
    var (offset, index) = (0, 0)
    while offset < count {
        o.base.setElement(list, index, Int(scalar(start + offset)))
        offset += scalarLength(start[offset])
        index += 1
    }
    return list
}
