// Lists.
import WfBuiltins
import WfValue

func listBuiltin(_ o: Operands, _ builtin: Builtin) throws(Trap) -> Int {
    let context = o.context
    let base = o.base
    let list = o[0]
    let count = base.listCount(list)
    let elementType = o.row(o.type(0)).first
    let isWord = o.row(elementType).isWord
    switch builtin {
    case .listCount: return count
    case .listIsEmpty: return count == 0 ? 1 : 0
    case .listFirst: return try element(o, 0, isWord)
    case .listLast: return try element(o, count - 1, isWord)
    case .listGet: return try element(o, o[1], isWord)
    case .listContains: return try position(o, elementType, o[1]) >= 0 ? 1 : 0
    case .listIndexOf:
        let place = try position(o, elementType, o[1])
        return place < 0 ? 0 : try makeBox(context, place)
    case .listSlice: return try part(o, o.bounds(1, 2, count), isWord)
    case .listTake: return try part(o, 0..<min(try o.size(1, "count"), count), isWord)
    case .listDrop: return try part(o, min(try o.size(1, "count"), count)..<count, isWord)
    case .listDropLast: return try part(o, 0..<(count - min(try o.size(1, "count"), count)), isWord)
    case .listReversed:
        let copy = try claimList(context, count: count, references: !isWord)
        for index in 0..<count { base.setElement(copy, index, base.element(list, count - 1 - index)) }
        return copy
    case .listSorted:
        let copy = try fresh(o, room: count, isWord)
        if count > 1 { try sortList(o, copy, elementType, descending: o[1] != 0) }
        return copy
    case .listSum: return try sum(o, elementType)
    case .listMin, .listMax: return try extreme(o, elementType, isWord, isMax: builtin == .listMax)
    case .listZip: return try zip(o)
    case .listEnumerated: return try enumerated(o)
    case .listUnique: return try unique(o, elementType, isWord)
    case .listFlatten: return try flatten(o)
    case .listChunks: return try chunks(o, isWord)
    case .listAppend:
        let copy = try fresh(o, room: count + 1, isWord)
        base.setElement(copy, count, o[1])
        base.setWord(copy + 8, count + 1)
        return copy
    case .listInsert, .listRemoveAt: return try insertOrRemove(o, isWord, isInsert: builtin == .listInsert)
    case .listRepeat: return try repeatedList(o, isWord)
    case .listCompact: return try compact(o)
    case .listCounts: return try counts(o)
    case .listToMap: return try toMap(o)
    case .listJoin: return try join(o)
    case .listFromCodes: return try fromCodes(o)
    default: throw o.fail(.failed, "this built-in is expanded where it is called")
    }
}

/// A copy of the first operand, also when that is unset.
private func fresh(_ o: Operands, room: Int, _ isWord: Bool) throws(Trap) -> Int {
    if o[0] == 0 { return try claimList(o.context, count: 0, room: room, references: !isWord) }
    return try copyList(o.context, o[0], room: room)
}

/// An element as an optional; null beyond the ends.
private func element(_ o: Operands, _ index: Int, _ isWord: Bool) throws(Trap) -> Int {
    if index < 0 || index >= o.base.listCount(o[0]) { return 0 }
    let value = o.base.element(o[0], index)
    return isWord ? try makeBox(o.context, value) : o.alias(value)
}

private func position(_ o: Operands, _ type: UInt32, _ value: Int) throws(Trap) -> Int {
    let place = try scan(o, type, value)
    charge(o.context, (place < 0 ? o.base.listCount(o[0]) : place) >> 2)
    return place
}

private func scan(_ o: Operands, _ type: UInt32, _ value: Int) throws(Trap) -> Int {
    let base = o.base
    let count = base.listCount(o[0])
    switch o.row(type).kind {
    case .int, .time, .duration:
        for index in 0..<count where base.element(o[0], index) == value { return index }
    case .string, .path, .bytes:
        for index in 0..<count where textsEqual(base, base.element(o[0], index), value) { return index }
    default:
        for index in 0..<count {
            if try valuesEqual(o.context, type, base.element(o[0], index), value) { return index }
        }
    }
    return -1
}

private func part(_ o: Operands, _ range: Range<Int>, _ isWord: Bool) throws(Trap) -> Int {
    let list = try claimList(o.context, count: range.count, references: !isWord)
    (o.base + (list + 16)).copyMemory(
        from: o.base + (o[0] + 16 + range.lowerBound * 8), byteCount: range.count * 8)
    return list
}

func listConcat(_ o: Operands) throws(Trap) -> Int {
    let base = o.base
    let (left, right) = (base.listCount(o[0]), base.listCount(o[1]))
    var list = o[0]
    let header = base.header(list)
    let canAppend = o.isInPlace && header & Header.shared == 0 && list != 0
    if !canAppend || left + right > Header.size(header) {
        let isWord = o.row(o.row(o.type(0)).first).isWord
        let room = canAppend ? max(left + right, left * 2, 4) : left + right
        list = try claimList(o.context, count: left, room: room, references: !isWord)
        (base + (list + 16)).copyMemory(from: base + (o[0] + 16), byteCount: left * 8)
    }
    (base + (list + 16 + left * 8)).copyMemory(from: base + (o[1] + 16), byteCount: right * 8)
    base.setWord(list + 8, left + right)
    return list
}

private func sum(_ o: Operands, _ type: UInt32) throws(Trap) -> Int {
    let base = o.base
    let count = base.listCount(o[0])
    charge(o.context, count >> 2)
    switch o.row(type).kind {
    case .float:
        var total = 0.0
        for index in 0..<count { total += floatOf(base.element(o[0], index)) }
        return wordOf(total)
    case .decimal:
        var total = DecimalValue.zero
        for index in 0..<count {
            guard let next = total.adding(decimal(base, base.element(o[0], index))) else {
                throw o.overflow()
            }
            total = next
        }
        return try makeDecimal(o.context, total)
    default:
        var total = 0
        for index in 0..<count {
            let (next, overflow) = total.addingReportingOverflow(base.element(o[0], index))
            if overflow { throw o.overflow() }
            total = next
        }
        return total
    }
}

private func extreme(_ o: Operands, _ type: UInt32, _ isWord: Bool, isMax: Bool) throws(Trap) -> Int {
    let base = o.base
    let count = base.listCount(o[0])
    if count == 0 { return 0 }
    var best = base.element(o[0], 0)
    for index in 1..<count {
        let next = base.element(o[0], index)
        let order = try orderValues(o.context, type, next, best)
        if isMax ? order > 0 : order < 0 { best = next }
    }
    return isWord ? try makeBox(o.context, best) : o.alias(best)
}

/// A list of `count` pairs of the result's type; the caller sets their fields.
private func pairs(_ o: Operands, _ count: Int) throws(Trap) -> Int {
    let header = o.row(o.row(o.resultType).first).header
    let list = try claimList(o.context, count: count, references: true)
    if count * 24 > o.context.pointee.hardEnd - o.context.pointee.top { throw raiseMemory(o.context) }
    for index in 0..<count {
        let pair = try claim(o.context, 24)
        o.base.setHeader(pair, header)
        o.base.setElement(list, index, pair)
    }
    return list
}

private func zip(_ o: Operands) throws(Trap) -> Int {
    let count = min(o.base.listCount(o[0]), o.base.listCount(o[1]))
    let list = try pairs(o, count)
    for index in 0..<count {
        let pair = o.base.element(list, index)
        o.base.setField(pair, 0, o.base.element(o[0], index))
        o.base.setField(pair, 1, o.base.element(o[1], index))
    }
    return list
}

private func enumerated(_ o: Operands) throws(Trap) -> Int {
    let count = o.base.listCount(o[0])
    let list = try pairs(o, count)
    for index in 0..<count {
        let pair = o.base.element(list, index)
        o.base.setField(pair, 0, index)
        o.base.setField(pair, 1, o.base.element(o[0], index))
    }
    return list
}

func mapEntries(_ o: Operands) throws(Trap) -> Int {
    let count = o.base.mapCount(o[0])
    let list = try pairs(o, count)
    for index in 0..<count {
        let pair = o.base.element(list, index)
        o.base.setField(pair, 0, o.base.mapKey(o[0], index))
        o.base.setField(pair, 1, o.base.mapValue(o[0], index))
    }
    return list
}

/// Keeps the first of equal elements: by a map from text, word or hash to the element.
private func unique(_ o: Operands, _ type: UInt32, _ isWord: Bool) throws(Trap) -> Int {
    let (base, context) = (o.base, o.context)
    let count = base.listCount(o[0])
    let kind = o.row(type).kind
    charge(context, count)
    o.context.pointee.stackCount = 0
    let maker = ListMaker(context)
    let isText = kind == .string || kind == .path || kind == .bytes
    let isPlainWord = isWord && kind != .float && kind != .unit && kind != .bool
    var seen = try claimMap(context, layout: isText ? 1 : 0, room: 8)
    for index in 0..<count {
        let value = base.element(o[0], index)
        if isText || isPlainWord {
            let next = try mapInsert(context, seen, value, 0, replaces: false)
            if next < 0 { continue }
            seen = next
        } else {
            // equal values have equal hashes; different ones with the same hash go to the next place
            var hash = try encodedHash(o, type, value)
            var isNew = true
            while true {
                let entry = mapFind(base, seen, hash)
                if entry < 0 { break }
                if try valuesEqual(context, type, base.mapValue(seen, entry), value) {
                    isNew = false
                    break
                }
                hash = hash &+ 1
            }
            if !isNew { continue }
            seen = try mapInsert(context, seen, hash, value)
        }
        context.pointee.push(value)
    }
    return try maker.finish(references: !isWord)
}

private func encodedHash(_ o: Operands, _ type: UInt32, _ value: Int) throws(Trap) -> Int {
    var writer = ByteWriter()
    try writeBinary(o.context, type, value, &writer, 0)
    let written = writer.written
    let hash = o.context.pointee.machine._withUnsafeGuaranteedRef { machine -> UInt64 in
        (try? machine.plan.types.hash(written, as: TypeId(raw: type))) ?? 0
    }
    return Int(truncatingIfNeeded: hash)
}

private func flatten(_ o: Operands) throws(Trap) -> Int {
    let base = o.base
    charge(o.context, base.listCount(o[0]))
    var total = 0
    for index in 0..<base.listCount(o[0]) { total += base.listCount(base.element(o[0], index)) }
    let isWord = o.row(o.row(o.resultType).first).isWord
    let list = try claimList(o.context, count: total, references: !isWord)
    var at = list + 16
    for index in 0..<base.listCount(o[0]) {
        let inner = base.element(o[0], index)
        (base + at).copyMemory(from: base + (inner + 16), byteCount: base.listCount(inner) * 8)
        at += base.listCount(inner) * 8
    }
    return list
}

private func chunks(_ o: Operands, _ isWord: Bool) throws(Trap) -> Int {
    let size = o[1]
    if size < 1 { throw o.fail(.index, "size is \(size), expected 1 or more") }
    let count = o.base.listCount(o[0])
    o.context.pointee.stackCount = 0
    let maker = ListMaker(o.context)
    var from = 0
    while from < count {
        let end = from + min(size, count - from)
        o.context.pointee.push(try part(o, from..<end, isWord))
        from = end
    }
    return try maker.finish()
}

private func insertOrRemove(_ o: Operands, _ isWord: Bool, isInsert: Bool) throws(Trap) -> Int {
    let base = o.base
    let count = base.listCount(o[0])
    let index = o[1]
    if index < 0 || index > (isInsert ? count : count - 1) {
        noteIndex(o.context, index, isInsert ? count + 1 : count)
        throw Trap(kind: .index)
    }
    let list = try claimList(o.context, count: count + (isInsert ? 1 : -1), references: !isWord)
    (base + (list + 16)).copyMemory(from: base + (o[0] + 16), byteCount: index * 8)
    let (source, target) = (o[0] + 16 + index * 8, list + 16 + index * 8)
    if isInsert {
        base.setWord(target, o[2])
        (base + (target + 8)).copyMemory(from: base + source, byteCount: (count - index) * 8)
    } else {
        (base + target).copyMemory(from: base + (source + 8), byteCount: (count - index - 1) * 8)
    }
    return list
}

private func repeatedList(_ o: Operands, _ isWord: Bool) throws(Trap) -> Int {
    let count = o.base.listCount(o[0])
    let times = try o.size(1, "count")
    let (total, overflow) = count.multipliedReportingOverflow(by: times)
    if overflow { throw raiseMemory(o.context) }
    let list = try claimList(o.context, count: total, references: !isWord)
    if count == 1 {
        let value = o.base.element(o[0], 0)
        (o.base + (list + 16)).initializeMemory(as: Int.self, repeating: value, count: total)
        return list
    }
    for time in 0..<(count == 0 ? 0 : times) {
        (o.base + (list + 16 + time * count * 8)).copyMemory(from: o.base + (o[0] + 16), byteCount: count * 8)
    }
    return list
}

private func compact(_ o: Operands) throws(Trap) -> Int {
    let base = o.base
    let isWord = o.row(o.row(o.resultType).first).isWord
    charge(o.context, base.listCount(o[0]))
    o.context.pointee.stackCount = 0
    let maker = ListMaker(o.context)
    for index in 0..<base.listCount(o[0]) {
        let value = base.element(o[0], index)
        if value != 0 { o.context.pointee.push(isWord ? base.field(value, 0) : value) }
    }
    return try maker.finish(references: !isWord)
}

private func counts(_ o: Operands) throws(Trap) -> Int {
    let base = o.base
    charge(o.context, base.listCount(o[0]))
    var map = try claimMap(o.context, layout: mapLayout(o.context, o.resultType), room: 8)
    for index in 0..<base.listCount(o[0]) {
        let key = base.element(o[0], index)
        let entry = mapFind(base, map, key)
        if entry >= 0 {
            base.setWord(map + 24 + entry * 16, base.mapValue(map, entry) + 1)
        } else {
            if base.header(map) & 0x100 != 0 { share(base, key) }
            map = try mapInsert(o.context, map, key, 1)
        }
    }
    return map
}

private func toMap(_ o: Operands) throws(Trap) -> Int {
    let base = o.base
    let count = base.listCount(o[0])
    var map = try claimMap(o.context, layout: mapLayout(o.context, o.resultType), room: count)
    for index in 0..<count {
        let pair = base.element(o[0], index)
        let key = base.field(pair, 0)
        if base.header(map) & 0x100 != 0 { share(base, key) }
        map = try mapInsert(o.context, map, key, base.field(pair, 1))
    }
    return map
}

private func join(_ o: Operands) throws(Trap) -> Int {
    let base = o.base
    let count = base.listCount(o[0])
    charge(o.context, count)
    let (separator, length) = (o.start(1), base.textCount(o[1]))
    var total = max(count - 1, 0) * length
    for index in 0..<count { total += base.textCount(base.element(o[0], index)) }
    let text = try claimText(o.context, count: total)
    var target = base.textStart(text)
    for index in 0..<count {
        if index > 0 && length > 0 {
            target.update(from: separator, count: length)
            target += length
        }
        let part = base.element(o[0], index)
        let size = base.textCount(part)
        target.update(from: base.textStart(part), count: size)
        target += size
    }
    return text
}

private func fromCodes(_ o: Operands) throws(Trap) -> Int {
    o.context.pointee.scratch.truncate(to: 0)
    for index in 0..<o.base.listCount(o[0]) {
        let code = o.base.element(o[0], index)
        guard let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value) else {
            throw o.fail(.index, "\(code) is not the number of a Unicode scalar")
        }
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
            o.context.pointee.scratch.append(byte)
        }
    }
    return try makeText(o.context, o.context.pointee.scratch.written)
}
