// A cron expression's five fields, as far as the lints ask: whether it ever fires, how often, and whether in the hour that
// clocks leave out in spring. Knows no clock, and of zones only which hours these are.

/// Minute, hour, day of the month, month, day of the week.
struct CronSchedule {
    private let minutes: [Int]
    private let hours: [Int]
    private let days: [Int]
    private let months: [Int]
    /// 0 is Sunday, and so is 7.
    private let weekdays: [Int]
    private let hasDays: Bool
    private let hasWeekdays: Bool

    private static let fields: [(name: String, range: ClosedRange<Int>, names: [String: Int])] = [
        ("minute", 0...59, [:]), ("hour", 0...23, [:]), ("day of the month", 1...31, [:]),
        ("month", 1...12, monthNames), ("day of the week", 0...7, dayNames),
    ]

    /// Nil for what is no expression of five fields.
    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == CronSchedule.fields.count else { return nil }
        let found = zip(words, CronSchedule.fields).compactMap { CronSchedule.values($0, $1.range, $1.names) }
        guard found.count == words.count else { return nil }
        (minutes, hours, days, months, weekdays) = (found[0], found[1], found[2], found[3], found[4])
        hasDays = !words[2].hasPrefix("*") && words[2] != "?"
        hasWeekdays = !words[4].hasPrefix("*") && words[4] != "?"
    }

    /// Why a text is no expression; nil for one that is.
    static func mistake(in text: String) -> String? {
        let words = text.split(separator: " ").map(String.init)
        if words.isEmpty { return "it is empty" }
        if words.count != fields.count {
            return "it has \(words.count == 1 ? "one field" : "\(words.count) fields"), not five"
        }
        for (word, field) in zip(words, fields) where values(word, field.range, field.names) == nil {
            return
                "`\(word)` is no \(field.name) from \(field.range.lowerBound) to \(field.range.upperBound)"
        }
        return nil
    }

    private static let monthNames = [
        "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
        "nov": 11, "dec": 12,
    ]
    private static let dayNames = ["sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6]

    /// `*`, `*/5`, `1,2`, `1-5`, `1-30/2`, `mon-fri`.
    private static func values(
        _ field: String, _ range: ClosedRange<Int>, _ names: [String: Int] = [:]
    ) -> [Int]? {
        var found: Set<Int> = []
        for part in field.lowercased().split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard pieces.count <= 2, let body = pieces.first else { return nil }
            var step = 1
            if pieces.count == 2 {
                guard let number = Int(pieces[1]), number > 0 else { return nil }
                step = number
            }
            var (low, high) = (range.lowerBound, range.upperBound)
            if body != "*" && body != "?" {
                let ends = body.split(separator: "-", omittingEmptySubsequences: false)
                var numbers = ends.compactMap { names[String($0)] ?? Int($0) }
                // `mon-sun`
                if ends.count == 2, ends[1] == "sun", numbers.count == 2 { numbers[1] = 7 }
                guard numbers.count == ends.count, ends.count <= 2, let first = numbers.first,
                    let last = numbers.last, range.contains(first), range.contains(last), first <= last
                else { return nil }
                low = first
                high =
                    ends.count == 1 && pieces.count == 1 ? first : ends.count == 1 ? range.upperBound : last
            }
            found.formUnion(stride(from: low, through: high, by: step))
        }
        return found.isEmpty ? nil : found.sorted()
    }

    /// Whether there is a day that it names: the 30th of February is none.
    var everFires: Bool {
        if hasWeekdays { return true }
        let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return months.contains { month in days.contains { $0 <= longest[month - 1] } }
    }

    /// How many minutes lie between two of the runs of an hour, taken over the hour; nil for fewer than two.
    var minutesBetweenRuns: Int? { minutes.count < 2 ? nil : 60 / minutes.count }

    /// Whether all its runs of a day lie in an hour, on a Sunday on which clocks are changed.
    func meets(_ change: ClockChanges.Change) -> Bool {
        guard hours == [change.hour], months.contains(change.month) else { return false }
        let isOnSunday = weekdays.contains(0) || weekdays.contains(7)
        let isOnDay = days.contains { change.days.contains($0) }
        // where both are given, either will do
        if hasDays && hasWeekdays { return isOnDay || isOnSunday }
        return isOnDay && isOnSunday
    }

    /// When a zone's clocks are changed: the hour that is left out in spring and the one that comes twice in autumn, and
    /// on which Sundays. Nil where they are not changed, or where it is not known.
    static func changes(in zone: String) -> ClockChanges? {
        let parts = zone.split(separator: "/")
        guard parts.count == 2 else { return nil }
        let (region, place) = (String(parts[0]), String(parts[1]))
        switch region {
        case "Europe":
            if unchanged.contains(place) { return nil }
            let hour = western.contains(place) ? 1 : eastern.contains(place) ? 3 : 2
            return ClockChanges(leftOut: hour, in: 3, 25...31, twice: hour, in: 10, 25...31)
        case "Atlantic":
            switch place {
            case "Canary", "Madeira", "Faroe":
                return ClockChanges(leftOut: 1, in: 3, 25...31, twice: 1, in: 10, 25...31)
            case "Azores": return ClockChanges(leftOut: 0, in: 3, 25...31, twice: 0, in: 10, 25...31)
            case "Bermuda": return ClockChanges(leftOut: 2, in: 3, 8...14, twice: 1, in: 11, 1...7)
            default: return nil
            }
        case "America":
            switch place {
            case "Havana": return ClockChanges(leftOut: 0, in: 3, 8...14, twice: 0, in: 11, 1...7)
            case "Santiago": return ClockChanges(leftOut: 0, in: 9, 2...8, twice: nil, in: 4, 2...8)
            default:
                return northern.contains(place)
                    ? ClockChanges(leftOut: 2, in: 3, 8...14, twice: 1, in: 11, 1...7) : nil
            }
        case "Asia":
            return place == "Beirut"
                ? ClockChanges(leftOut: 0, in: 3, 25...31, twice: nil, in: 10, 25...31) : nil
        case "Australia":
            return ["Sydney", "Melbourne", "Hobart", "Adelaide", "Canberra"].contains(place)
                ? ClockChanges(leftOut: 2, in: 10, 1...7, twice: 2, in: 4, 1...7) : nil
        case "Pacific":
            return place == "Auckland"
                ? ClockChanges(leftOut: 2, in: 9, 24...30, twice: 2, in: 4, 1...7) : nil
        default: return nil
        }
    }

    private static let unchanged: Set<String> = [
        "Moscow", "Minsk", "Istanbul", "Kaliningrad", "Samara", "Saratov", "Volgograd", "Kirov", "Astrakhan",
        "Ulyanovsk", "Simferopol",
    ]
    private static let western: Set<String> = [
        "London", "Lisbon", "Dublin", "Jersey", "Guernsey", "Belfast", "Isle_of_Man",
    ]
    private static let eastern: Set<String> = [
        "Athens", "Bucharest", "Helsinki", "Kyiv", "Kiev", "Riga", "Sofia", "Tallinn", "Vilnius", "Mariehamn",
    ]
    private static let northern: Set<String> = [
        "New_York", "Chicago", "Denver", "Los_Angeles", "Anchorage", "Toronto", "Vancouver", "Winnipeg",
        "Edmonton", "Halifax", "Detroit", "Boise", "St_Johns", "Montreal", "Tijuana",
    ]
}

/// The two changes of a zone's clocks in a year.
struct ClockChanges {
    /// An hour, the month in which it is left out or comes twice, and the Sundays that may be the day.
    typealias Change = (hour: Int, month: Int, days: ClosedRange<Int>)
    let leftOut: Change
    let twice: Change?

    init(
        leftOut: Int, in spring: Int, _ springDays: ClosedRange<Int>, twice: Int?, in autumn: Int,
        _ autumnDays: ClosedRange<Int>
    ) {
        self.leftOut = (leftOut, spring, springDays)
        self.twice = twice.map { ($0, autumn, autumnDays) }
    }
}
