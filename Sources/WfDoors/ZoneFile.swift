// Time zones from the system's database: a TZif file (RFC 8536) as the list of its changes, with the rule at its end
// written out to the year 2200. It reads one file and knows no steps.
import Glibc
import WfEngine
import WfValue

/// A zone as stdlib/calendar.wf has it.
public struct ZoneFile {
    /// Seconds since 1970 of each change, ascending; what holds from there on is at the same place of `offsets`.
    public private(set) var changes: [Int] = []
    /// Seconds east of UTC, and what it is called.
    public private(set) var offsets: [Int] = []
    public private(set) var names: [String] = []

    public enum Trouble: Error {
        case missing
        case unreadable(Int32)
        case notAZone(String)
    }

    /// Where the database lies.
    static let folder = "/usr/share/zoneinfo"

    public init(name: String) throws(Trouble) {
        let isPlain = name.utf8.allSatisfy {
            $0 >= 0x61 && $0 <= 0x7A || $0 >= 0x41 && $0 <= 0x5A || $0 >= 0x30 && $0 <= 0x39
                || "/_+-".utf8.contains($0)
        }
        if !isPlain || name.isEmpty || name.hasPrefix("/") { throw .missing }
        try self.init(bytes: try ZoneFile.read(ZoneFile.folder + "/" + name))
    }

    private static func read(_ path: String) throws(Trouble) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256 << 10)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        if count < 0 { throw errno == EISDIR ? .missing : .unreadable(errno) }
        return Array(bytes[..<count])
    }

    public init(bytes: [UInt8]) throws(Trouble) {
        var scan = Scan(bytes: bytes)
        var header = try scan.header()
        guard header.version >= 2 else {
            throw .notAZone("version \(header.version), which has no 64-bit times")
        }
        scan.place += header.size(timeBytes: 4)
        header = try scan.header()
        var times: [Int] = []
        for _ in 0..<header.times { times.append(try scan.integer(8)) }
        var kinds: [Int] = []
        for _ in 0..<header.times { kinds.append(try scan.integer(1) & 0xFF) }
        var types: [(offset: Int, name: Int)] = []
        for _ in 0..<header.types {
            let offset = try scan.integer(4)
            _ = try scan.integer(1)
            types.append((offset, try scan.integer(1) & 0xFF))
        }
        let texts = try scan.take(header.characters)
        scan.place += header.leaps * 12 + header.standards + header.universals
        func name(_ start: Int) -> String {
            String(decoding: texts.dropFirst(start).prefix { $0 != 0 }, as: UTF8.self)
        }
        guard let first = types.first else { throw .notAZone("no type of time") }
        add(Int.min / 4_000_000, first.offset, name(first.name))
        let isAscending = zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
        guard isAscending, times.allSatisfy({ abs($0 / 2) < 1 << 60 }) else {
            throw .notAZone("changes out of order")
        }
        for (time, kind) in zip(times, kinds) {
            guard kind < types.count else { throw .notAZone("a type that is not there") }
            add(time, types[kind].offset, name(types[kind].name))
        }
        _ = try scan.take(1)
        let rule = String(decoding: scan.rest.prefix { $0 != 0x0A }, as: UTF8.self)
        if let rule = ZoneRule(rule) { write(rule, from: times.last ?? 0) }
    }

    private mutating func add(_ time: Int, _ offset: Int, _ name: String) {
        if offsets.last == offset, names.last == name { return }
        changes.append(time)
        offsets.append(offset)
        names.append(name)
    }

    private mutating func write(_ rule: ZoneRule, from last: Int) {
        guard let (summer, start, end) = rule.summer else {
            return add(last + 1, rule.offset, rule.name)
        }
        for year in 1970...2200 {
            var both = [
                (start.seconds(in: year) - rule.offset, summer.offset, summer.name),
                (end.seconds(in: year) - summer.offset, rule.offset, rule.name),
            ]
            both.sort { $0.0 < $1.0 }
            for (time, offset, name) in both where time > last { add(time, offset, name) }
        }
    }

    /// Seconds before 1970 that stand for the beginning of time, and the whole as `Zone`, encoded.
    func encoded(name: String) -> [UInt8] {
        var writer = ByteWriter(capacity: changes.count * 8)
        writer.appendString(name)
        for list in [changes, offsets] {
            writer.appendCount(list.count)
            for value in list { writer.appendInt(value) }
        }
        writer.appendCount(names.count)
        for name in names { writer.appendString(name) }
        return writer.toArray()
    }

    private struct Header {
        var version = 0
        var universals = 0, standards = 0, leaps = 0, times = 0, types = 0, characters = 0

        func size(timeBytes: Int) -> Int {
            times * (timeBytes + 1) + types * 6 + characters + leaps * (timeBytes + 4) + standards
                + universals
        }
    }

    private struct Scan {
        let bytes: [UInt8]
        var place = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var rest: ArraySlice<UInt8> { bytes[min(place, bytes.count)...] }

        mutating func take(_ count: Int) throws(Trouble) -> ArraySlice<UInt8> {
            guard count >= 0, place >= 0, place <= bytes.count, count <= bytes.count - place else {
                throw .notAZone("it ends too early")
            }
            defer { place += count }
            return bytes[place..<place + count]
        }

        /// A big-endian number with a sign.
        mutating func integer(_ count: Int) throws(Trouble) -> Int {
            var value: Int64 = 0
            for byte in try take(count) { value = value << 8 | Int64(byte) }
            let shift = Int64(64 - 8 * count)
            return Int((value << shift) >> shift)
        }

        mutating func header() throws(Trouble) -> Header {
            guard try take(4).elementsEqual("TZif".utf8) else { throw .notAZone("another kind of file") }
            var header = Header()
            header.version = try integer(1) - 0x30
            _ = try take(15)
            header.universals = try integer(4)
            header.standards = try integer(4)
            header.leaps = try integer(4)
            header.times = try integer(4)
            header.types = try integer(4)
            header.characters = try integer(4)
            let counts = [
                header.universals, header.standards, header.leaps, header.times, header.types,
                header.characters,
            ]
            guard counts.allSatisfy({ $0 >= 0 && $0 < 1 << 16 }) else {
                throw .notAZone("a count beyond reason")
            }
            return header
        }
    }
}

/// The rule behind the last change: `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX TZ, RFC 8536 3.3.1).
struct ZoneRule {
    /// A day and a time of it, in seconds of local time.
    struct Day {
        enum Kind {
            case julian(Int)
            case zeroBased(Int)
            case month(Int, week: Int, weekday: Int)
        }
        var kind: Kind
        var time: Int

        /// Seconds since 1970, as if local time were UTC.
        func seconds(in year: Int) -> Int {
            let newYear = ZoneRule.days(year, 1, 1)
            switch kind {
            case .julian(let day):
                let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
                return (newYear + day - 1 + (isLeap && day > 59 ? 1 : 0)) * 86_400 + time
            case .zeroBased(let day): return (newYear + day) * 86_400 + time
            case .month(let month, let week, let weekday):
                let first = ZoneRule.days(year, month, 1)
                let next = month == 12 ? ZoneRule.days(year + 1, 1, 1) : ZoneRule.days(year, month + 1, 1)
                // 1970-01-01 was a Thursday.
                var day = first + (weekday - (first + 4) % 7 + 14) % 7 + (week - 1) * 7
                while day >= next { day -= 7 }
                return day * 86_400 + time
            }
        }
    }

    private(set) var name = ""
    /// Seconds east of UTC.
    private(set) var offset = 0
    private(set) var summer: (zone: (offset: Int, name: String), start: Day, end: Day)?

    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        guard let name = ZoneRule.name(&rest), let offset = ZoneRule.time(&rest) else { return nil }
        self.name = name
        self.offset = -offset
        if rest.isEmpty { return }
        guard let summerName = ZoneRule.name(&rest) else { return nil }
        var summerOffset = self.offset + 3_600
        if rest.first != UInt8(ascii: ",") {
            guard let written = ZoneRule.time(&rest) else { return nil }
            summerOffset = -written
        }
        guard let start = ZoneRule.day(&rest), let end = ZoneRule.day(&rest) else { return nil }
        summer = ((summerOffset, summerName), start, end)
    }

    private static func name(_ rest: inout ArraySlice<UInt8>) -> String? {
        let isQuoted = rest.first == UInt8(ascii: "<")
        if isQuoted { rest = rest.dropFirst() }
        let text = rest.prefix {
            isQuoted ? $0 != UInt8(ascii: ">") : $0 >= 0x41 && $0 <= 0x5A || $0 >= 0x61 && $0 <= 0x7A
        }
        rest = rest.dropFirst(text.count + (isQuoted ? 1 : 0))
        return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        rest = rest.dropFirst(digits.count)
        return digits.count > 4 ? nil : Int(String(decoding: digits, as: UTF8.self))
    }

    /// `[+-]h[:m[:s]]` in seconds.
    private static func time(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard var seconds = number(&rest).map({ $0 * 3_600 }) else { return nil }
        for unit in [60, 1] where rest.first == UInt8(ascii: ":") {
            rest = rest.dropFirst()
            guard let part = number(&rest) else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }

    /// `,Mm.w.d[/time]`, `,Jn[/time]`, `,n[/time]`
    private static func day(_ rest: inout ArraySlice<UInt8>) -> Day? {
        guard rest.popFirst() == UInt8(ascii: ",") else { return nil }
        let kind: Day.Kind
        if rest.first == UInt8(ascii: "M") {
            rest = rest.dropFirst()
            guard let month = number(&rest), rest.popFirst() == UInt8(ascii: "."),
                let week = number(&rest),
                rest.popFirst() == UInt8(ascii: "."), let weekday = number(&rest), (1...12).contains(month),
                (1...5).contains(week), (0...6).contains(weekday)
            else { return nil }
            kind = .month(month, week: week, weekday: weekday)
        } else if rest.first == UInt8(ascii: "J") {
            rest = rest.dropFirst()
            guard let day = number(&rest), (1...365).contains(day) else { return nil }
            kind = .julian(day)
        } else {
            guard let day = number(&rest), (0...365).contains(day) else { return nil }
            kind = .zeroBased(day)
        }
        var time = 7_200
        if rest.first == UInt8(ascii: "/") {
            rest = rest.dropFirst()
            guard let written = ZoneRule.time(&rest) else { return nil }
            time = written
        }
        return Day(kind: kind, time: time)
    }

    /// Days since 1970-01-01 (proleptic Gregorian).
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
