// Path, Time and Duration. Times are UTC; no zone, no locale, no clock.
import WfBuiltins
import WfValue

private let dayMicroseconds = 86_400_000_000

private func floorDivide(_ value: Int, _ divisor: Int) -> Int {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
}

func timeBuiltin(_ o: Operands, _ builtin: Builtin) throws(Trap) -> Int {
    let value = o[0]
    let days = floorDivide(value, dayMicroseconds)
    // without overflow also at the ends of the range
    let ofDay = value &- days &* dayMicroseconds
    switch builtin {
    case .timeYear: return TimeText.civilFromDays(days).year
    case .timeMonth: return TimeText.civilFromDays(days).month
    case .timeDay: return TimeText.civilFromDays(days).day
    case .timeHour: return ofDay / 3_600_000_000
    case .timeMinute: return ofDay / 60_000_000 % 60
    case .timeSecond: return ofDay / 1_000_000 % 60
    case .timeWeekday: return TimeText.weekday(ofDays: days)
    case .timeDayOfYear: return dayOfYear(days)
    case .timeDate:
        o.context.pointee.scratch.truncate(to: 0)
        o.context.pointee.scratch.appendTimeText(value)
        var count = 0
        let written = o.context.pointee.scratch.written
        while count < written.count, written[count] != UInt8(ascii: "T") { count += 1 }
        return try makeText(o.context, UnsafeRawBufferPointer(rebasing: written[..<count]))
    case .timeSeconds, .durationSeconds: return wordOf(Double(value) / 1_000_000)
    case .timeMilliseconds: return floorDivide(value, 1000)
    case .timeStartOfDay:
        let (start, overflow) = value.subtractingReportingOverflow(ofDay)
        if overflow { throw o.overflow() }
        return start
    case .timeAddMonths: return try addMonths(o, days, ofDay)
    case .timeFormat: return try format(o, days, ofDay)
    case .durationDays: return wordOf(Double(value) / Double(dayMicroseconds))
    case .durationHours: return wordOf(Double(value) / 3_600_000_000)
    case .durationMinutes: return wordOf(Double(value) / 60_000_000)
    case .durationMilliseconds: return value / 1000
    case .durationMicroseconds: return value
    case .durationAbs:
        if value == Int.min { throw o.overflow() }
        return abs(value)
    default: throw o.fail(.failed, "this built-in is expanded where it is called")
    }
}

private func dayOfYear(_ days: Int) -> Int {
    let year = TimeText.civilFromDays(days).year
    return days - TimeText.daysFromCivil(year: year, month: 1, day: 1) + 1
}

private func instant(_ o: Operands, days: Int, ofDay: Int) throws(Trap) -> Int {
    let (start, first) = days.multipliedReportingOverflow(by: dayMicroseconds)
    let (value, second) = start.addingReportingOverflow(ofDay)
    if first || second { throw o.fail(.overflow, "the time is beyond the range of Time") }
    return value
}

private func addMonths(_ o: Operands, _ days: Int, _ ofDay: Int) throws(Trap) -> Int {
    let date = TimeText.civilFromDays(days)
    if abs(o[1] >> 1) > 10_000_000 { throw o.fail(.overflow, "the time is beyond the range of Time") }
    let months = date.year * 12 + date.month - 1 + o[1]
    let year = floorDivide(months, 12)
    let month = months - year * 12 + 1
    let day = min(date.day, TimeText.daysInMonth(year: year, month: month))
    return try instant(o, days: TimeText.daysFromCivil(year: year, month: month, day: day), ofDay: ofDay)
}

func makeTime(_ o: Operands) throws(Trap) -> Int {
    let (year, month, day) = (o[0], o[1], o[2])
    func check(_ value: Int, _ range: ClosedRange<Int>, _ what: String) throws(Trap) {
        if !range.contains(value) {
            throw o.fail(.index, "\(what) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
        }
    }
    try check(year, -290_000...290_000, "year")
    try check(month, 1...12, "month")
    try check(day, 1...TimeText.daysInMonth(year: year, month: month), "day")
    try check(o[3], 0...23, "hour")
    try check(o[4], 0...59, "minute")
    try check(o[5], 0...59, "second")
    let seconds = o[3] * 3600 + o[4] * 60 + o[5]
    return try instant(
        o, days: TimeText.daysFromCivil(year: year, month: month, day: day), ofDay: seconds * 1_000_000)
}

private func format(_ o: Operands, _ days: Int, _ ofDay: Int) throws(Trap) -> Int {
    let date = TimeText.civilFromDays(days)
    let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ]
    func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value.magnitude)
        let zeros = String(repeating: "0", count: max(width - digits.utf8.count, 0))
        return (value < 0 ? "-" : "") + zeros + digits
    }
    let weekday = weekdays[TimeText.weekday(ofDays: days) - 1]
    let month = months[date.month - 1]
    let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    let (hour, minute) = (padded(ofDay / 3_600_000_000, 2), padded(ofDay / 60_000_000 % 60, 2))
    let second = padded(ofDay / 1_000_000 % 60, 2)
    var result = ""
    var isEscape = false
    for scalar in String(decoding: o.bytes(1), as: UTF8.self).unicodeScalars {
        if !isEscape {
            if scalar == "%" { isEscape = true } else { result.unicodeScalars.append(scalar) }
            continue
        }
        isEscape = false
        switch scalar {
        case "Y": result += padded(date.year, 4)
        case "m": result += padded(date.month, 2)
        case "d": result += padded(date.day, 2)
        case "H": result += hour
        case "M": result += minute
        case "S": result += second
        case "L": result += padded(ofDay / 1000 % 1000, 3)
        case "j": result += padded(dayOfYear(days), 3)
        case "A": result += weekday
        case "a": result += weekday.prefix(3)
        case "B": result += month
        case "b": result += month.prefix(3)
        case "F": result += day
        case "T": result += "\(hour):\(minute):\(second)"
        case "%": result += "%"
        default:
            throw o.fail(
                .index, "expected one of %Y %m %d %H %M %S %L %j %a %A %b %B %F %T, found %\(scalar)")
        }
    }
    if isEscape { throw o.fail(.index, "the pattern ends with %, write %% for the sign itself") }
    return try makeText(o.context, result)
}

// MARK: paths

private let slash = UInt8(ascii: "/")
private let point = UInt8(ascii: ".")

/// Where the last part of a path lies, slashes at the end left out; empty for the root.
private func lastPart(_ path: UnsafeRawBufferPointer) -> Range<Int> {
    var end = path.count
    while end > 0, path[end - 1] == slash { end -= 1 }
    var start = end
    while start > 0, path[start - 1] != slash { start -= 1 }
    return start..<end
}

/// Where the point of the extension is; the end when there is none. A point at the start is no extension's.
private func extensionPoint(_ path: UnsafeRawBufferPointer, _ name: Range<Int>) -> Int {
    var place = name.upperBound - 1
    while place > name.lowerBound {
        if path[place] == point {
            return path[name.lowerBound] == point && name.count == 2 ? name.upperBound : place
        }
        place -= 1
    }
    return name.upperBound
}

func pathBuiltin(_ o: Operands, _ builtin: Builtin) throws(Trap) -> Int {
    let path = o.bytes(0)
    let name = lastPart(path)
    switch builtin {
    case .pathName: return try slice(o, name.lowerBound, name.upperBound)
    case .pathStem: return try slice(o, name.lowerBound, extensionPoint(path, name))
    case .pathExtension:
        return try slice(o, min(extensionPoint(path, name) + 1, name.upperBound), name.upperBound)
    case .pathParent:
        var end = name.lowerBound
        while end > 1, path[end - 1] == slash { end -= 1 }
        if end > 0 { return try slice(o, 0, end) }
        return path.isEmpty || path[0] != slash
            ? o.context.pointee.asciiTexts[Int(point)] : try slice(o, 0, 1)
    case .pathText: return o.alias(o[0])
    case .pathIsAbsolute: return !path.isEmpty && path[0] == slash ? 1 : 0
    case .pathParts:
        o.context.pointee.stackCount = 0
        let maker = ListMaker(o.context)
        var start = 0
        for index in 0...path.count where index == path.count || path[index] == slash {
            if index > start { try maker.add(o.start(0) + start, index - start) }
            start = index + 1
        }
        return try maker.finish()
    case .pathJoin:
        let part = o.bytes(1)
        if path.isEmpty || (!part.isEmpty && part[0] == slash) { return o.alias(o[1]) }
        if part.isEmpty { return o.alias(o[0]) }
        o.context.pointee.scratch.truncate(to: 0)
        o.context.pointee.scratch.append(path)
        if path[path.count - 1] != slash { o.context.pointee.scratch.append(slash) }
        o.context.pointee.scratch.append(part)
        return try makeText(o.context, o.context.pointee.scratch.written)
    case .pathWithExtension:
        let text = o.bytes(1)
        o.context.pointee.scratch.truncate(to: 0)
        o.context.pointee.scratch.append(
            UnsafeRawBufferPointer(rebasing: path[..<extensionPoint(path, name)]))
        if !text.isEmpty && !name.isEmpty {
            if text[0] != point { o.context.pointee.scratch.append(point) }
            o.context.pointee.scratch.append(text)
        }
        return try makeText(o.context, o.context.pointee.scratch.written)
    case .pathWithName:
        o.context.pointee.scratch.truncate(to: 0)
        o.context.pointee.scratch.append(UnsafeRawBufferPointer(rebasing: path[..<name.lowerBound]))
        o.context.pointee.scratch.append(o.bytes(1))
        return try makeText(o.context, o.context.pointee.scratch.written)
    case .pathNormalized: return try normalized(o)
    default: throw o.fail(.failed, "this built-in is expanded where it is called")
    }
}

private func normalized(_ o: Operands) throws(Trap) -> Int {
    let path = o.bytes(0)
    let isAbsolute = !path.isEmpty && path[0] == slash
    var parts: [Range<Int>] = []
    var start = 0
    for index in 0...path.count where index == path.count || path[index] == slash {
        let part = start..<index
        start = index + 1
        let isUp = part.count == 2 && path[part.lowerBound] == point && path[part.lowerBound + 1] == point
        if part.isEmpty || (part.count == 1 && path[part.lowerBound] == point) { continue }
        if isUp {
            if let last = parts.last,
                !(last.count == 2 && path[last.lowerBound] == point && path[last.lowerBound + 1] == point)
            {
                parts.removeLast()
                continue
            }
            if isAbsolute { continue }
        }
        parts.append(part)
    }
    o.context.pointee.scratch.truncate(to: 0)
    if isAbsolute { o.context.pointee.scratch.append(slash) }
    for (index, part) in parts.enumerated() {
        if index > 0 { o.context.pointee.scratch.append(slash) }
        o.context.pointee.scratch.append(UnsafeRawBufferPointer(rebasing: path[part]))
    }
    if o.context.pointee.scratch.count == 0 { return o.context.pointee.asciiTexts[Int(point)] }
    return try makeText(o.context, o.context.pointee.scratch.written)
}
