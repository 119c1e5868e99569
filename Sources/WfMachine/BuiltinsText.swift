// String and Bytes. Positions in Strings count Unicode scalars; text is always UTF-8.
import Glibc
import WfBuiltins
import WfValue

typealias Bytes = UnsafeMutablePointer<UInt8>

func textBuiltin(_ o: Operands, _ builtin: Builtin) throws(Trap) -> Int {
    let context = o.context
    let count = o.base.textCount(o[0])
    let start = o.start(0)
    switch builtin {
    case .stringCount:
        charge(context, count >> 6)
        return scalarCount(start, count)
    case .stringByteCount: return count
    case .stringIsEmpty: return count == 0 ? 1 : 0
    case .stringContains: return try find(o, from: 0) >= 0 ? 1 : 0
    case .stringStartsWith, .stringEndsWith:
        charge(context, o.bytes(1).count >> 6)
        let isThere =
            builtin == .stringStartsWith
            ? hasPrefix(o.bytes(0), o.bytes(1)) : hasSuffix(o.bytes(0), o.bytes(1))
        return isThere ? 1 : 0
    case .stringIndexOf:
        let from = byteOffset(start, count, max(o[2], 0))
        charge(context, from >> 2)
        let place = try find(o, from: from)
        return place < 0 ? 0 : try makeBox(context, scalarCount(start, place))
    case .stringLastIndexOf:
        let place = findLast(start, count, o.start(1), o.bytes(1).count)
        charge(context, (count - max(place, 0)) >> 2)
        return place < 0 ? 0 : try makeBox(context, scalarCount(start, place))
    case .stringSplit: return try split(o)
    case .stringSplitOnce: return try splitOnce(o)
    case .stringLines: return try lines(o)
    case .stringWords: return try words(o)
    case .stringTrim, .stringTrimStart, .stringTrimEnd:
        let from = builtin == .stringTrimEnd ? 0 : leadingSpace(start, count)
        let end = builtin == .stringTrimStart || from == count ? count : trailingSpace(start, count)
        charge(context, (from + count - end) >> 1)
        return try slice(o, from, end)
    case .stringUpper, .stringLower: return try mapCase(o, upper: builtin == .stringUpper)
    case .stringCapitalized: return try capitalized(o)
    case .stringReplace: return try replace(o)
    case .stringSlice:
        let range = o.bounds(1, 2, scalarCount(start, count))
        let from = byteOffset(start, count, range.lowerBound)
        let length = byteOffset(start + from, count - from, range.count)
        charge(context, count >> 6 &+ (from + length) >> 2)
        return try slice(o, from, from + length)
    case .stringTake, .stringDrop:
        let place = byteOffset(start, count, try o.size(1, "count"))
        charge(context, place >> 2)
        return builtin == .stringTake ? try slice(o, 0, place) : try slice(o, place, count)
    case .stringRemovePrefix:
        return try slice(o, hasPrefix(o.bytes(0), o.bytes(1)) ? o.bytes(1).count : 0, count)
    case .stringRemoveSuffix:
        return try slice(o, 0, hasSuffix(o.bytes(0), o.bytes(1)) ? count - o.bytes(1).count : count)
    case .stringRepeat: return try repeated(o, try o.size(1, "count"))
    case .stringPadStart, .stringPadEnd: return try pad(o, atStart: builtin == .stringPadStart)
    case .stringReversed: return try reversed(o)
    case .stringOccurrences: return occurrences(o)
    case .stringMatches: return try matches(context, o.bytes(0), o.bytes(1)) ? 1 : 0
    case .stringToInt:
        guard let value = parseInt(o.bytes(0)) else { return 0 }
        return try makeBox(context, value)
    case .stringToFloat:
        guard let value = parseFloat(o.bytes(0)) else { return 0 }
        return try makeBox(context, wordOf(value))
    case .stringToDecimal:
        guard let value = DecimalValue(scaled: o.bytes(0)) else { return 0 }
        return try makeDecimal(context, value)
    case .stringToBool:
        let text = String(decoding: o.bytes(0).prefix(8), as: UTF8.self)
        return text == "true" ? try makeBox(context, 1) : (text == "false" ? try makeBox(context, 0) : 0)
    case .stringToTime:
        var value = TimeText.parse(o.bytes(0))
        if value == nil && count <= 13 {
            value = TimeText.parse(String(decoding: o.bytes(0), as: UTF8.self) + "T00:00:00Z")
        }
        guard let value else { return 0 }
        return try makeBox(context, value)
    case .stringToDuration:
        guard let value = DurationText.parse(o.bytes(0)) else { return 0 }
        return try makeBox(context, value)
    case .stringToPath, .stringBytes: return o.alias(o[0])
    case .stringCharacters: return try characters(o)
    case .stringCodes: return try codes(o)
    case .stringParseCsv: return try parseCsv(o)
    case .stringParseJson:
        let value = readJsonText(context, TypeId.json.raw, o.bytes(0))
        if value == nil && context.pointee.isMemoryExhausted { throw raiseMemory(context) }
        return value ?? 0
    case .stringFromBase64:
        context.pointee.scratch.truncate(to: 0)
        guard context.pointee.scratch.appendDecodedBase64(o.bytes(0)) else { return 0 }
        return try makeText(context, context.pointee.scratch.written)
    case .stringFromHex: return try fromHex(o)
    case .stringUrlEncode: return try urlEncode(o)
    default: throw o.fail(.failed, "this built-in is expanded where it is called")
    }
}

func bytesBuiltin(_ o: Operands, _ builtin: Builtin) throws(Trap) -> Int {
    if builtin == .outputBytes {
        let raw = o.base.field(o[0], 3)
        return o.alias(raw != 0 ? raw : o.base.field(o[0], 1))
    }
    let bytes = o.bytes(0)
    switch builtin {
    case .bytesCount: return bytes.count
    case .bytesIsEmpty: return bytes.isEmpty ? 1 : 0
    case .bytesText:
        if isUtf8(bytes) { return o.alias(o[0]) }
        return try makeText(o.context, String(decoding: bytes, as: UTF8.self))
    case .bytesUtf8: return isUtf8(bytes) ? (o[0] == 0 ? o.context.pointee.emptyText : o.alias(o[0])) : 0
    case .bytesHex:
        let text = try claimText(o.context, count: bytes.count * 2)
        let target = o.base.textStart(text)
        for index in 0..<bytes.count {
            target[index * 2] = hexDigit(bytes[index] >> 4)
            target[index * 2 + 1] = hexDigit(bytes[index] & 15)
        }
        return text
    case .bytesBase64:
        o.context.pointee.scratch.truncate(to: 0)
        o.context.pointee.scratch.appendBase64(bytes)
        return try makeText(o.context, o.context.pointee.scratch.written)
    case .bytesSlice:
        let range = o.bounds(1, 2, bytes.count)
        return try slice(o, range.lowerBound, range.upperBound)
    case .bytesToList:
        let list = try claimList(o.context, count: bytes.count, references: false)
        for index in 0..<bytes.count { o.base.setElement(list, index, Int(bytes[index])) }
        return list
    default: throw o.fail(.failed, "this built-in is expanded where it is called")
    }
}

// MARK: scalars and searching

func scalarCount(_ start: Bytes, _ count: Int) -> Int {
    var (offset, tails) = (0, 0)
    while count &- offset >= 8 {
        let word = UnsafeRawPointer(start + offset).loadUnaligned(as: UInt64.self)
        // a tail byte has bit 7 set and bit 6 clear
        tails &+= (word & ~(word << 1) & 0x8080_8080_8080_8080).nonzeroBitCount
        offset &+= 8
    }
    while offset < count {
        if start[offset] & 0xC0 == 0x80 { tails &+= 1 }
        offset &+= 1
    }
    return count - tails
}

/// Where scalar number `position` starts; the end when there are fewer.
func byteOffset(_ start: Bytes, _ count: Int, _ position: Int) -> Int {
    if position <= 0 { return 0 }
    if position >= count { return count }
    var (offset, seen) = (0, 0)
    while offset < count {
        if start[offset] & 0xC0 != 0x80 {
            if seen == position { return offset }
            seen &+= 1
        }
        offset &+= 1
    }
    return count
}

/// Bytes of the scalar that starts with this byte.
@inline(__always)
func scalarLength(_ first: UInt8) -> Int { first < 0x80 ? 1 : (first < 0xE0 ? 2 : (first < 0xF0 ? 3 : 4)) }

func scalar(_ place: Bytes) -> UInt32 {
    let first = UInt32(place[0])
    switch scalarLength(place[0]) {
    case 1: return first
    case 2: return (first & 0x1F) << 6 | UInt32(place[1] & 0x3F)
    case 3: return (first & 0x0F) << 12 | UInt32(place[1] & 0x3F) << 6 | UInt32(place[2] & 0x3F)
    default:
        return (first & 0x07) << 18 | UInt32(place[1] & 0x3F) << 12 | UInt32(place[2] & 0x3F) << 6
            | UInt32(place[3] & 0x3F)
    }
}

func hasPrefix(_ text: UnsafeRawBufferPointer, _ prefix: UnsafeRawBufferPointer) -> Bool {
    guard text.count >= prefix.count, let one = text.baseAddress, let two = prefix.baseAddress else {
        return false
    }
    return memcmp(one, two, prefix.count) == 0
}

func hasSuffix(_ text: UnsafeRawBufferPointer, _ suffix: UnsafeRawBufferPointer) -> Bool {
    guard text.count >= suffix.count, let one = text.baseAddress, let two = suffix.baseAddress else {
        return false
    }
    return memcmp(one + (text.count - suffix.count), two, suffix.count) == 0
}

/// The bytes from..<end of the first operand; itself when that is all of it.
func slice(_ o: Operands, _ from: Int, _ end: Int) throws(Trap) -> Int {
    if from == 0 && end == o.base.textCount(o[0]) { return o.alias(o[0]) }
    if end <= from { return o.context.pointee.emptyText }
    return try makeText(o.context, o.start(0) + from, end - from)
}

func isSpace(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return scalar == 0x20 || scalar &- 9 < 5 }
    switch scalar {
    case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return true
    default: return false
    }
}

func leadingSpace(_ start: Bytes, _ count: Int) -> Int {
    var offset = 0
    while offset < count, isSpace(scalar(start + offset)) { offset += scalarLength(start[offset]) }
    return offset
}

/// Where the white space at the end starts.
func trailingSpace(_ start: Bytes, _ count: Int) -> Int {
    var end = count
    while end > 0 {
        var place = end - 1
        while place > 0 && start[place] & 0xC0 == 0x80 { place -= 1 }
        if !isSpace(scalar(start + place)) { return end }
        end = place
    }
    return 0
}

// MARK: new texts

private func mapCase(_ o: Operands, upper: Bool) throws(Trap) -> Int {
    let bytes = o.bytes(0)
    let isAscii = !bytes.contains { $0 >= 0x80 }
    if isAscii {
        let text = try claimText(o.context, count: bytes.count)
        let (source, target) = (o.start(0), o.base.textStart(text))
        let low: UInt8 = upper ? 0x61 : 0x41
        for index in 0..<bytes.count {
            let byte = source[index]
            target[index] = byte &- low < 26 ? byte ^ 0x20 : byte
        }
        return text
    }
    var result = ""
    result.reserveCapacity(bytes.count)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        result += upper ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
    }
    return try makeText(o.context, result)
}

private func capitalized(_ o: Operands) throws(Trap) -> Int {
    let text = String(decoding: o.bytes(0), as: UTF8.self)
    guard let first = text.unicodeScalars.first else { return o.alias(o[0]) }
    var result = first.properties.titlecaseMapping
    result.unicodeScalars.append(contentsOf: text.unicodeScalars.dropFirst())
    return try makeText(o.context, result)
}

private func replace(_ o: Operands) throws(Trap) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    let (old, length) = (o.start(1), o.base.textCount(o[1]))
    if length == 0 { return o.alias(o[0]) }
    charge(o.context, count >> 4)
    var place = find(start, count, old, length, 0)
    if place < 0 { return o.alias(o[0]) }
    var from = 0
    o.context.pointee.scratch.truncate(to: 0)
    while place >= 0 {
        o.context.pointee.scratch.append(UnsafePointer(start + from), count: place - from)
        o.context.pointee.scratch.append(UnsafePointer(o.start(2)), count: o.base.textCount(o[2]))
        if o.context.pointee.scratch.count > MachineLimits.stringBytesMax { throw raiseMemory(o.context) }
        from = place + length
        place = find(start, count, old, length, from)
    }
    o.context.pointee.scratch.append(UnsafePointer(start + from), count: count - from)
    return try makeText(o.context, o.context.pointee.scratch.written)
}

private func repeated(_ o: Operands, _ times: Int) throws(Trap) -> Int {
    let count = o.base.textCount(o[0])
    let (total, overflow) = count.multipliedReportingOverflow(by: times)
    if overflow { throw raiseMemory(o.context) }
    if total == 0 { return o.context.pointee.emptyText }
    let text = try claimText(o.context, count: total)
    let target = o.base.textStart(text)
    target.update(from: o.start(0), count: count)
    var done = count
    while done < total {
        let next = min(done, total - done)
        (target + done).update(from: target, count: next)
        done += next
    }
    return text
}

private func pad(_ o: Operands, atStart: Bool) throws(Trap) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    let (fill, fillCount) = (o.start(2), o.base.textCount(o[2]))
    let missing = o[1] - min(scalarCount(start, count), max(o[1], 0))
    if missing <= 0 || fillCount == 0 { return o.alias(o[0]) }
    let fillScalars = scalarCount(fill, fillCount)
    let whole = missing / fillScalars
    let rest = byteOffset(fill, fillCount, missing % fillScalars)
    let (size, overflow) = whole.multipliedReportingOverflow(by: fillCount)
    if overflow || size > MachineLimits.stringBytesMax { throw raiseMemory(o.context) }
    let text = try claimText(o.context, count: count + size + rest)
    var target = o.base.textStart(text)
    if !atStart {
        target.update(from: start, count: count)
        target += count
    }
    for _ in 0..<whole {
        target.update(from: fill, count: fillCount)
        target += fillCount
    }
    target.update(from: fill, count: rest)
    if atStart { (target + rest).update(from: start, count: count) }
    return text
}

private func reversed(_ o: Operands) throws(Trap) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    let text = try claimText(o.context, count: count)
    let target = o.base.textStart(text)
    var offset = 0
    while offset < count {
        let length = scalarLength(start[offset])
        (target + (count - offset - length)).update(from: start + offset, count: length)
        offset += length
    }
    return text
}

private func occurrences(_ o: Operands) -> Int {
    let (start, count) = (o.start(0), o.base.textCount(o[0]))
    let length = o.base.textCount(o[1])
    if length == 0 { return 0 }
    charge(o.context, count >> 4)
    var (found, from) = (0, 0)
    while true {
        let place = find(start, count, o.start(1), length, from)
        if place < 0 { return found }
        found += 1
        from = place + length
    }
}

/// Whether all of the text fits a pattern in which `*` stands for any text and `?` for one scalar.
private func matches(
    _ context: Context, _ text: UnsafeRawBufferPointer, _ pattern: UnsafeRawBufferPointer
) throws(Trap) -> Bool {
    var (at, place, star, mark) = (0, 0, -1, 0)
    while at < text.count {
        try chargeStep(context, 1)
        if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
            star = place
            mark = at
            place += 1
        } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") {
            at += 1
            while at < text.count, text[at] & 0xC0 == 0x80 { at += 1 }
            place += 1
        } else if place < pattern.count, pattern[place] == text[at] {
            at += 1
            place += 1
        } else if star >= 0 {
            mark += 1
            while mark < text.count, text[mark] & 0xC0 == 0x80 { mark += 1 }
            at = mark
            place = star + 1
        } else {
            return false
        }
    }
    while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
    return place == pattern.count
}

/// `[+-]digits[.digits][e[+-]digits]`; nil for anything else or what no finite Float is near.
private func parseFloat(_ text: UnsafeRawBufferPointer) -> Double? {
    if text.isEmpty || text.count > 400 { return nil }
    var sawDigit = false
    for byte in text {
        switch byte {
        case 0x30...0x39: sawDigit = true
        case 0x2B, 0x2D, 0x2E, 0x45, 0x65: continue
        default: return nil
        }
    }
    guard sawDigit, let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
        return nil
    }
    return value
}

func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

private func hexValue(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0x30...0x39: return byte - 0x30
    case 0x41...0x46: return byte - 0x37
    case 0x61...0x66: return byte - 0x57
    default: return 255
    }
}

private func fromHex(_ o: Operands) throws(Trap) -> Int {
    let bytes = o.bytes(0)
    if bytes.count % 2 != 0 { return 0 }
    for byte in bytes where hexValue(byte) > 15 { return 0 }
    let text = try claimText(o.context, count: bytes.count / 2)
    let target = o.base.textStart(text)
    for index in 0..<bytes.count / 2 {
        target[index] = hexValue(bytes[index * 2]) << 4 | hexValue(bytes[index * 2 + 1])
    }
    return text
}

private func urlEncode(_ o: Operands) throws(Trap) -> Int {
    o.context.pointee.scratch.truncate(to: 0)
    for byte in o.bytes(0) {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
            o.context.pointee.scratch.append(byte)
        default:
            o.context.pointee.scratch.append(UInt8(ascii: "%"))
            o.context.pointee.scratch.append(hexDigit(byte >> 4) & ~(byte >> 4 > 9 ? 0x20 : 0))
            o.context.pointee.scratch.append(hexDigit(byte & 15) & ~(byte & 15 > 9 ? 0x20 : 0))
        }
    }
    return try makeText(o.context, o.context.pointee.scratch.written)
}
