// Durations and instants as text, and the proleptic Gregorian calendar behind them.
// It knows no clock and no time zone but UTC and fixed offsets.

/// `1h30m`, `250ms`, `-5s`, `0s`.
public enum DurationText {
    /// Microseconds of `[-](number unit)+` with the units d h m s ms us, each at most once and from large to small;
    /// nil for anything else or beyond Int64.
    public static func parse(_ text: UnsafeRawBufferPointer) -> Int? {
        var cursor = pointer(of: text)
        let end = cursor + text.count
        let negative = cursor < end && cursor.pointee == UInt8(ascii: "-")
        if negative { cursor += 1 }
        if cursor == end { return nil }
        var (total, lastUnit) = (0, Int.max)
        while cursor < end {
            var (number, digits) = (0, 0)
            while cursor < end, cursor.pointee >= 0x30 && cursor.pointee <= 0x39 {
                let (scaled, first) = number.multipliedReportingOverflow(by: 10)
                let (next, second) = scaled.subtractingReportingOverflow(Int(cursor.pointee) - 0x30)
                if first || second { return nil }
                number = next
                digits += 1
                cursor += 1
            }
            guard digits > 0, let (unit, length) = unit(cursor, end), unit < lastUnit else { return nil }
            cursor += length
            lastUnit = unit
            let (part, first) = number.multipliedReportingOverflow(by: unit)
            let (sum, second) = total.addingReportingOverflow(part)
            if first || second { return nil }
            total = sum
        }
        if negative { return total }
        return total == Int.min ? nil : -total
    }

    public static func parse(_ text: String) -> Int? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    private static func unit(
        _ cursor: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (microseconds: Int, length: Int)? {
        if cursor == end { return nil }
        let isShort = end - cursor < 2 || cursor[1] != UInt8(ascii: "s")
        switch cursor.pointee {
        case UInt8(ascii: "d"): return (86_400_000_000, 1)
        case UInt8(ascii: "h"): return (3_600_000_000, 1)
        case UInt8(ascii: "m"): return isShort ? (60_000_000, 1) : (1000, 2)
        case UInt8(ascii: "s"): return (1_000_000, 1)
        case UInt8(ascii: "u"): return isShort ? nil : (1, 2)
        default: return nil
        }
    }

    /// The canonical text: the fewest units, large to small, `0s` for nothing.
    public static func text(_ microseconds: Int) -> String {
        var writer = ByteWriter()
        writer.appendDurationText(microseconds)
        return String(decoding: writer.written, as: UTF8.self)
    }
}

/// `2026-01-02T03:04:05Z`.
public enum TimeText {
    /// Microseconds since 1970 of an RFC 3339 text: `T` or `t`, any fraction (digits beyond microseconds are
    /// dropped), `Z`, `z` or an offset. Years outside 0000...9999 carry a sign and six digits. nil for anything
    /// else, for a date the calendar does not have, for second 60, or beyond Int64.
    public static func parse(_ text: UnsafeRawBufferPointer) -> Int? {
        var scan = DigitScanner(cursor: pointer(of: text), end: pointer(of: text) + text.count)
        var year: Int
        if let sign = scan.sign() {
            guard let magnitude = scan.number(6) else { return nil }
            if sign < 0 && magnitude == 0 { return nil }
            year = sign * magnitude
        } else {
            guard let plain = scan.number(4) else { return nil }
            year = plain
        }
        guard scan.take("-"), let month = scan.number(2), scan.take("-"), let day = scan.number(2),
            scan.take("T") || scan.take("t"), let hour = scan.number(2), scan.take(":"),
            let minute = scan.number(2), scan.take(":"), let second = scan.number(2)
        else { return nil }
        guard month >= 1, month <= 12, day >= 1, day <= daysInMonth(year: year, month: month), hour <= 23,
            minute <= 59, second <= 59
        else { return nil }
        var fraction = 0
        if scan.take(".") {
            guard let parsed = scan.fraction() else { return nil }
            fraction = parsed
        }
        var offset = 0
        if !scan.take("Z") && !scan.take("z") {
            guard let sign = scan.sign(), let hours = scan.number(2), scan.take(":"),
                let minutes = scan.number(2),
                hours <= 23, minutes <= 59
            else { return nil }
            offset = sign * (hours * 3600 + minutes * 60)
        }
        if scan.cursor != scan.end { return nil }
        let days = daysFromCivil(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        // In 128 bits, since the first instant's whole second lies before the range.
        return Int(exactly: Int128(seconds) * 1_000_000 + Int128(fraction))
    }

    public static func parse(_ text: String) -> Int? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// The canonical text: UTC with `Z`, a fraction only when it is not zero, without trailing zeros.
    public static func text(_ microseconds: Int) -> String {
        var writer = ByteWriter()
        writer.appendTimeText(microseconds)
        return String(decoding: writer.written, as: UTF8.self)
    }

    // MARK: the calendar

    public static func isLeapYear(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    public static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: return isLeapYear(year) ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    /// Days since 1970-01-01; eras of 400 years that start on 1 March, as in Howard Hinnant's `days_from_civil`.
    public static func daysFromCivil(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The inverse of `daysFromCivil`.
    public static func civilFromDays(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// 1 is Monday, 7 is Sunday.
    public static func weekday(ofDays days: Int) -> Int {
        let shifted = days + 3
        return shifted - floorDivide(shifted, 7) * 7 + 1
    }

    static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}

/// Reads fixed-width digits.
private struct DigitScanner {
    var cursor: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard cursor < end, cursor.pointee == UInt8(ascii: character) else { return false }
        cursor += 1
        return true
    }

    mutating func sign() -> Int? {
        if take("+") { return 1 }
        return take("-") ? -1 : nil
    }

    mutating func number(_ width: Int) -> Int? {
        guard end - cursor >= width else { return nil }
        var value = 0
        for index in 0..<width {
            guard cursor[index] >= 0x30 && cursor[index] <= 0x39 else { return nil }
            value = value * 10 + Int(cursor[index] - 0x30)
        }
        cursor += width
        return value
    }

    /// Digits after a point as microseconds; nil when there are none.
    mutating func fraction() -> Int? {
        var (value, unit, digits) = (0, 100_000, 0)
        while cursor < end, cursor.pointee >= 0x30 && cursor.pointee <= 0x39 {
            value += Int(cursor.pointee - 0x30) * unit
            unit /= 10
            digits += 1
            cursor += 1
        }
        return digits == 0 ? nil : value
    }
}

extension ByteWriter {
    public mutating func appendDurationText(_ microseconds: Int) {
        if microseconds == 0 { return append(utf8: "0s") }
        if microseconds < 0 { append(UInt8(ascii: "-")) }
        var rest = microseconds.magnitude
        appendUnit(&rest, 86_400_000_000, "d")
        appendUnit(&rest, 3_600_000_000, "h")
        appendUnit(&rest, 60_000_000, "m")
        appendUnit(&rest, 1_000_000, "s")
        appendUnit(&rest, 1000, "ms")
        appendUnit(&rest, 1, "us")
    }

    private mutating func appendUnit(_ rest: inout UInt, _ unit: UInt, _ name: String) {
        let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: unit)
        if quotient == 0 { return }
        rest = remainder
        if let value = Int(exactly: quotient) { appendIntText(value) } else { append(utf8: "\(quotient)") }
        append(utf8: name)
    }

    public mutating func appendTimeText(_ microseconds: Int) {
        let seconds = TimeText.floorDivide(microseconds, 1_000_000)
        // Wrapping, since the first second of the range begins before Int64 does.
        let fraction = microseconds &- seconds &* 1_000_000
        let days = TimeText.floorDivide(seconds, 86_400)
        let second = seconds - days * 86_400
        let date = TimeText.civilFromDays(days)
        if date.year < 0 || date.year > 9999 {
            append(date.year < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
            appendPadded(Int(date.year.magnitude), 6)
        } else {
            appendPadded(date.year, 4)
        }
        append(UInt8(ascii: "-"))
        appendPadded(date.month, 2)
        append(UInt8(ascii: "-"))
        appendPadded(date.day, 2)
        append(UInt8(ascii: "T"))
        appendPadded(second / 3600, 2)
        append(UInt8(ascii: ":"))
        appendPadded(second / 60 % 60, 2)
        append(UInt8(ascii: ":"))
        appendPadded(second % 60, 2)
        if fraction != 0 {
            append(UInt8(ascii: "."))
            var (rest, width) = (fraction, 6)
            while rest % 10 == 0 {
                rest /= 10
                width -= 1
            }
            appendPadded(rest, width)
        }
        append(UInt8(ascii: "Z"))
    }

    private mutating func appendPadded(_ value: Int, _ width: Int) {
        let target = reserve(width)
        var rest = value
        for index in (0..<width).reversed() {
            target[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        advance(width)
    }
}
