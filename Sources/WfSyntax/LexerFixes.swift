// What repairs text that is no token. Knows bytes only; each is asked for when the message is made.
import WfDiagnostics
import WfSource

extension Lexer {
    /// Both quotes of text in single quotes; nil when they are not on one line.
    func doubleQuotes(_ start: Int, _ end: Int) -> Fix? {
        guard end - start >= 2, base[end - 1] == UInt8(ascii: "'") else { return nil }
        var edits = [TextEdit(span(start, start + 1), "\"")]
        for at in start + 1..<end - 1 {
            switch base[at] {
            case UInt8(ascii: "\\"): return nil
            case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"):
                edits.append(.insert("\\", before: span(at, at)))
            default: break
            }
        }
        return Fix(safe: "write it in double quotes", edits + [TextEdit(span(end - 1, end), "\"")])
    }

    /// - Parameter at: where the line ends.
    func closingQuote(_ opening: Int, _ at: Int) -> Fix? {
        var close = at
        while close > opening + 1, [0x20, 0x09, 0x0D].contains(base[close - 1]) { close -= 1 }
        // brackets that were opened before the string are closed behind it
        while close > opening + 1 {
            let opener: UInt8
            switch base[close - 1] {
            case UInt8(ascii: ")"): opener = UInt8(ascii: "(")
            case UInt8(ascii: "]"): opener = UInt8(ascii: "[")
            case UInt8(ascii: ","): opener = 0
            default: opener = base[close - 1]
            }
            if opener == base[close - 1] || (opening..<close).contains(where: { base[$0] == opener }) {
                break
            }
            close -= 1
        }
        return Fix("close the string with `\"`", [.insert("\"", before: span(close, close))])
    }

    /// The `}` behind the name that an interpolation begins with, if its string goes on behind it; else the brace as text.
    func closingBrace(_ brace: Int) -> Fix? {
        var at = brace + 1
        if base[at] == UInt8(ascii: "\"") { return nil }
        while classes[Int(base[at])] & Class.identifierPart != 0 || base[at] == UInt8(ascii: ".") { at += 1 }
        if at > brace + 1, base[at - 1] != UInt8(ascii: "."), base[at] != UInt8(ascii: "(") {
            return Fix("close the interpolation with `}`", [.insert("}", before: span(at, at))])
        }
        // as text it must leave a string that one quote closes
        var quotes = 0
        while at < end, base[at] != 0x0A {
            if base[at] == UInt8(ascii: "\""), base[at - 1] != UInt8(ascii: "\\") { quotes += 1 }
            at += 1
        }
        if quotes != 1 { return nil }
        return Fix("write `\\{` for a brace", [.insert("\\", before: span(brace, brace))])
    }

    /// What an escape of other languages is here.
    func escapeFix(_ at: Int, _ after: Int) -> Fix? {
        let place = span(at, after)
        switch base[at + 1] {
        case UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "/"), UInt8(ascii: "$"):
            return Fix(safe: "remove the backslash", [.remove(span(at, at + 1))])
        case UInt8(ascii: "0"): return Fix(safe: "write `\\u{0}`", [TextEdit(place, "\\u{0}")])
        case UInt8(ascii: "a"): return Fix("write `\\u{7}`", [TextEdit(place, "\\u{7}")])
        case UInt8(ascii: "e"): return Fix(safe: "write `\\u{1B}`", [TextEdit(place, "\\u{1B}")])
        case 0x0A, 0x0D: return nil
        default: return Fix("double the backslash", [.insert("\\", before: place)])
        }
    }

    /// `\u0041` for `\u{41}`.
    func unicodeFix(_ at: Int) -> Fix? {
        var digits = at + 2
        while digits < min(end, at + 6), hexValue(base[digits]) < 16 { digits += 1 }
        guard digits == at + 6 else { return nil }
        return Fix(
            safe: "put the digits in braces",
            [.insert("{", before: span(at + 2, at + 2)), .insert("}", before: span(digits, digits))])
    }

    /// `10sec` for `10s`, `1.5h` for `90m`.
    func durationFix(_ start: Int, _ letters: Int, _ end: Int) -> Fix? {
        func text(_ from: Int, _ to: Int) -> String {
            String(decoding: UnsafeBufferPointer(start: base + from, count: to - from), as: UTF8.self)
        }
        let units: [(name: String, micros: Int64, words: [String])] = [
            ("d", 86_400_000_000, ["day", "days"]),
            ("h", 3_600_000_000, ["hr", "hrs", "hour", "hours"]),
            ("m", 60_000_000, ["min", "mins", "minute", "minutes"]),
            ("s", 1_000_000, ["sec", "secs", "second", "seconds"]),
            ("ms", 1_000, ["msec", "msecs", "millis", "milliseconds"]),
            ("us", 1, ["usec", "usecs", "micros", "microseconds"]),
        ]
        let word = text(letters, end).lowercased()
        guard end - start <= 40, let unit = units.first(where: { $0.name == word || $0.words.contains(word) })
        else { return nil }
        let parts = text(start, letters).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let number = Int64(parts.joined()), number < 1_000_000_000 else { return nil }
        var scale: Int64 = 1
        if parts.count == 2 {
            if parts[1].utf8.count > 6 { return nil }
            for _ in 0..<parts[1].utf8.count { scale *= 10 }
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit.micros)
        guard !overflow, product % scale == 0, product > 0 else { return nil }
        let total = product / scale
        let best = parts.count == 1 ? unit : units.first { total % $0.micros == 0 } ?? unit
        let written = "\(total / best.micros)\(best.name)"
        return Fix(safe: "write `\(written)`", [TextEdit(span(start, end), written)])
    }

    /// A block comment as lines of comment; nil when it is not closed, or code follows on its last line.
    func lineComments(_ start: Int, _ after: Int) -> Fix? {
        guard after <= end, after >= start + 4, base[after - 1] == UInt8(ascii: "/") else { return nil }
        var rest = after
        while base[rest] == 0x20 || base[rest] == 0x09 || base[rest] == 0x0D { rest += 1 }
        guard rest >= end || base[rest] == 0x0A else { return nil }
        let inside = String(
            decoding: UnsafeBufferPointer(start: base + start + 2, count: after - start - 4), as: UTF8.self)
        func isBlank(_ sign: Character) -> Bool { sign == " " || sign == "\t" || sign == "\r" }
        var lines: [String] = []
        var left = start
        while left > 0, base[left - 1] == 0x20 || base[left - 1] == 0x09 { left -= 1 }
        let margin = String(
            decoding: UnsafeBufferPointer(start: base + left, count: start - left), as: UTF8.self)
        for line in inside.sourceLines {
            let inner: Substring = line.drop(while: isBlank)
            let isStarred = inner.first == "*"
            let indentation = lines.isEmpty ? "" : isStarred ? margin : String(line.prefix(while: isBlank))
            let text: Substring = inner.drop(while: { $0 == "*" })
            var words: Substring = text.drop(while: isBlank)
            while let last = words.last, isBlank(last) { words.removeLast() }
            lines.append(words.isEmpty ? "" : "\(indentation)// \(words)")
        }
        if lines.count > 1, lines[lines.count - 1].isEmpty { lines.removeLast() }
        if lines.count > 1, lines[0].isEmpty {
            lines.removeFirst()
            lines[0] = String(lines[0].drop(while: isBlank))
        }
        lines = lines.enumerated().map { $1.isEmpty ? ($0 == 0 ? "//" : margin + "//") : $1 }
        return Fix(
            safe: "write it with `//`", [TextEdit(span(start, after), lines.joined(separator: "\n"))])
    }
}
