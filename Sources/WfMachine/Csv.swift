// CSV: text to rows, and rows to text.
import Glibc
import WfBuiltins
import WfValue

private func separator(_ o: Operands) throws(Trap) -> UInt8 {
    let text = o.bytes(1)
    guard text.count == 1, text[0] < 0x80, text[0] != 0x22, text[0] != 10, text[0] != 13 else {
        throw o.fail(.index, "the separator must be one ASCII character, and no quote or line end")
    }
    return text[0]
}

/// RFC 4180: rows end with CRLF or LF; fields in quotes may hold both, separators, and doubled quotes.
func parseCsv(_ o: Operands) throws(Trap) -> Int {
    let separator = try separator(o)
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    let context = o.context
    context.pointee.stackCount = 0
    let rows = ListMaker(context)
    var at = 0
    if count >= 3 && start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF { at = 3 }
    while at < count {
        let row = ListMaker(context)
        var rowEnds = false
        while !rowEnds {
            if at < count && start[at] == 0x22 {
                at = try quotedField(o, at, row)
            } else {
                let from = at
                while at < count, start[at] != separator, start[at] != 10 { at += 1 }
                let hasReturn = at > from && start[at - 1] == 13 && (at == count || start[at] == 10)
                try row.add(start + from, at - from - (hasReturn ? 1 : 0))
            }
            if at < count && start[at] == 13 { at += 1 }
            if at < count && start[at] == separator {
                at += 1
            } else {
                rowEnds = true
                at += 1
            }
        }
        context.pointee.push(try row.finish())
    }
    return try rows.finish()
}

/// Takes a field in quotes at `place`; returns where it ends.
private func quotedField(_ o: Operands, _ place: Int, _ row: ListMaker) throws(Trap) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    let separator = o.bytes(1)[0]
    var at = place + 1
    var from = at
    var isPlain = true
    o.context.pointee.scratch.truncate(to: 0)
    while true {
        guard let found = memchr(start + at, 0x22, count - at) else {
            let line = lineNumber(start, place)
            throw o.fail(.decode, "line \(line): a field starts with a quote that is not closed")
        }
        at = UnsafeRawPointer(found) - UnsafeRawPointer(start)
        if at + 1 < count && start[at + 1] == 0x22 {
            isPlain = false
            o.context.pointee.scratch.append(UnsafePointer(start + from), count: at + 1 - from)
            at += 2
            from = at
            continue
        }
        break
    }
    if isPlain {
        try row.add(start + from, at - from)
    } else {
        o.context.pointee.scratch.append(UnsafePointer(start + from), count: at - from)
        o.context.pointee.push(try makeText(o.context, o.context.pointee.scratch.written))
    }
    at += 1
    if at < count && start[at] != separator && start[at] != 10 && start[at] != 13 {
        let line = lineNumber(start, at)
        throw o.fail(
            .decode, "line \(line): expected a separator or the end of the line behind a quoted field")
    }
    return at
}

private func lineNumber(_ start: Bytes, _ place: Int) -> Int {
    var line = 1
    for offset in 0..<place where start[offset] == 10 { line += 1 }
    return line
}

func csvLine(_ o: Operands) throws(Trap) -> Int {
    let separator = try separator(o)
    o.context.pointee.scratch.truncate(to: 0)
    for index in 0..<o.base.listCount(o[0]) {
        if index > 0 { o.context.pointee.scratch.append(separator) }
        let field = o.base.textBytes(o.base.element(o[0], index))
        if !field.contains(where: { $0 == separator || $0 == 0x22 || $0 == 10 || $0 == 13 }) {
            o.context.pointee.scratch.append(field)
            continue
        }
        o.context.pointee.scratch.append(0x22)
        for byte in field {
            if byte == 0x22 { o.context.pointee.scratch.append(0x22) }
            o.context.pointee.scratch.append(byte)
        }
        o.context.pointee.scratch.append(0x22)
    }
    return try makeText(o.context, o.context.pointee.scratch.written)
}
