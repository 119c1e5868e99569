// ISO 8601 durations, dates and repetitions, and a few spellings that models have beside them, as wf text.

/// A time in a model.
public enum IsoTime: Equatable {
    /// A literal of wf: `1h30m`.
    case duration(String)
    /// Text that `.toTime()` reads.
    case date(String)
    /// Again and again, so often (nil: without end), with the time between.
    case cycle(times: Int?, duration: String)

    /// Reads a text; nil when it is none.
    public static func parse(_ text: String) -> IsoTime? {
        var body = SourceWriter.trimmed(text)
        if body.hasPrefix("="), !body.hasPrefix("==") { body = SourceWriter.trimmed(body.dropFirst()) }
        for quote in ["\"", "'"] where body.hasPrefix(quote) && body.hasSuffix(quote) && body.count > 1 {
            body = String(body.dropFirst().dropLast())
        }
        if body.hasPrefix("duration("), body.hasSuffix(")") {
            return parse(String(body.dropFirst(9).dropLast()))
        }
        if body.hasPrefix("P") || body.hasPrefix("-P") { return length(body).map { .duration($0) } }
        if body.hasPrefix("R") {
            let parts = body.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count >= 2, let last = parts.last(where: { $0.hasPrefix("P") }),
                let time = length(String(last))
            else { return nil }
            let count = parts[0].dropFirst()
            return .cycle(times: count.isEmpty ? nil : Int(count), duration: time)
        }
        return instant(body)
    }

    /// Whether a time that `parse` reads has months or years in it.
    static func countsMonths(_ text: String) -> Bool {
        guard let length = text.split(separator: "P", maxSplits: 1).last, parse(text) != nil else {
            return false
        }
        return length.prefix { $0 != "T" }.contains { $0 == "M" || $0 == "Y" }
    }

    /// `P1DT2H` is `26h`; months count 30 days, years 365.
    static func length(_ text: String) -> String? {
        guard text.hasPrefix("P"), text.count > 1 else { return nil }
        var total = 0
        var isTime = false
        var digits = ""
        for character in text.dropFirst() {
            switch character {
            case "T": isTime = true
            case "0"..."9", ".", ",": digits.append(character == "," ? "." : character)
            default:
                guard let unit = unitMs(character, isTime), let value = milliseconds(digits, unit) else {
                    return nil
                }
                let (sum, overflow) = total.addingReportingOverflow(value)
                if overflow { return nil }
                total = sum
                digits = ""
            }
        }
        return digits.isEmpty ? literal(total) : nil
    }

    private static func unitMs(_ letter: Character, _ isTime: Bool) -> Int? {
        switch (letter, isTime) {
        case ("Y", false): return 365 * 86_400_000
        case ("M", false): return 30 * 86_400_000
        case ("W", false): return 7 * 86_400_000
        case ("D", false): return 86_400_000
        case ("H", true): return 3_600_000
        case ("M", true): return 60_000
        case ("S", true): return 1000
        default: return nil
        }
    }

    private static func milliseconds(_ digits: String, _ unit: Int) -> Int? {
        if digits.isEmpty { return nil }
        if let whole = Int(digits) {
            let (value, overflow) = whole.multipliedReportingOverflow(by: unit)
            return overflow ? nil : value
        }
        guard let value = Double(digits), value * Double(unit) < 1e15 else { return nil }
        return Int((value * Double(unit)).rounded())
    }

    /// Milliseconds as a literal: the parts that are not zero.
    static func literal(_ total: Int) -> String {
        if total == 0 { return "0s" }
        var rest = total
        var text = ""
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            if rest / size > 0 { text += "\(rest / size)\(unit)" }
            rest %= size
        }
        return text
    }

    private static func instant(_ text: String) -> IsoTime? {
        let characters = Array(text.utf8)
        guard characters.count >= 10, characters[4] == 0x2D, characters[7] == 0x2D,
            characters[0..<4].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        guard text.allSatisfy({ $0.isNumber || "-:.+TZ".contains($0) }) else { return nil }
        if characters.count == 10 { return .date(text + "T00:00:00Z") }
        guard characters[10] == 0x54, characters.count >= 16 else { return nil }
        var full = text
        // Seconds may be left out, and so may the zone.
        let clock = text.dropFirst(11).prefix { $0.isNumber || $0 == ":" || $0 == "." }
        if clock.count == 5 { full = text.prefix(16) + ":00" + text.dropFirst(16) }
        let zone = text.dropFirst(11 + clock.count)
        return .date(zone.isEmpty ? full + "Z" : full)
    }
}
