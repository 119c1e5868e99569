// A cron expression's five fields, as far as the lints ask: whether it ever fires, how often, and whether in the hour that
// clocks leave out in spring. Knows no clock and no table of zones but which hour it is.

/// Minute, hour, day of the month, month, day of the week.
struct CronSchedule {
    private let minutes: [Int]
    private let hours: [Int]
    private let days: [Int]
    private let months: [Int]
    private let hasWeekdays: Bool

    /// Nil for what is no expression of five fields.
    init?(_ text: String) {
        let fields = text.split(separator: " ").map(String.init)
        guard fields.count == 5,
            let minutes = CronSchedule.values(fields[0], 0...59),
            let hours = CronSchedule.values(fields[1], 0...23),
            let days = CronSchedule.values(fields[2], 1...31),
            let months = CronSchedule.values(fields[3], 1...12, CronSchedule.monthNames),
            CronSchedule.values(fields[4], 0...7, CronSchedule.dayNames) != nil
        else { return nil }
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        hasWeekdays = fields[4] != "*" && fields[4] != "?"
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
                let numbers = ends.compactMap { names[String($0)] ?? Int($0) }
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

    /// The least number of minutes between two runs of one hour or of two hours side by side; nil when it runs less
    /// often than that.
    var minutesBetweenRuns: Int? {
        var gaps = zip(minutes, minutes.dropFirst()).map { $1 - $0 }
        let hasNeighbours = zip(hours, hours.dropFirst()).contains { $1 - $0 == 1 }
        if hasNeighbours, let first = minutes.first, let last = minutes.last {
            gaps.append(first + 60 - last)
        }
        return gaps.min()
    }

    /// Whether all its runs of a day lie in that hour.
    func firesOnly(in hour: Int) -> Bool { hours == [hour] }

    /// The hour that clocks leave out on a day in spring; nil where they do not, or where it is not known.
    static func hourLeftOut(in zone: String) -> Int? {
        let parts = zone.split(separator: "/")
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "Europe":
            if ["London", "Lisbon", "Dublin", "Jersey", "Guernsey", "Belfast"].contains(parts[1]) {
                return 1
            }
            if ["Athens", "Bucharest", "Helsinki", "Kyiv", "Kiev", "Riga", "Sofia", "Tallinn", "Vilnius"]
                .contains(parts[1])
            {
                return 3
            }
            return ["Moscow", "Minsk", "Istanbul", "Kaliningrad", "Samara", "Saratov", "Volgograd", "Kirov"]
                .contains(parts[1]) ? nil : 2
        case "America":
            return [
                "New_York", "Chicago", "Denver", "Los_Angeles", "Anchorage", "Toronto", "Vancouver",
                "Winnipeg",
                "Edmonton", "Halifax", "Detroit", "Boise",
            ].contains(parts[1]) ? 2 : nil
        case "Australia":
            return ["Sydney", "Melbourne", "Hobart", "Adelaide", "Canberra"].contains(parts[1]) ? 2 : nil
        default: return nil
        }
    }
}
