import Testing
import WfValue

@Suite struct TimeTests {
    /// Reference: Python's datetime: microseconds, text, ISO weekday.
    static let reference: [(Int, String, Int)] = [
        (0, "1970-01-01T00:00:00Z", 4),
        (-1, "1969-12-31T23:59:59.999999Z", 3),
        (951825600000000, "2000-02-29T12:00:00Z", 2),
        (-2203891201000000, "1900-02-28T23:59:59Z", 3),
        (-2203891200000000, "1900-03-01T00:00:00Z", 4),
        (1709164800000000, "2024-02-29T00:00:00Z", 4),
        (4107456000000000, "2100-02-28T00:00:00Z", 7),
        (4107542400000000, "2100-03-01T00:00:00Z", 1),
        (-62135596800000000, "0001-01-01T00:00:00Z", 1),
        (253402300799999999, "9999-12-31T23:59:59.999999Z", 5),
        (-11670998400000000, "1600-02-29T00:00:00Z", 2),
        (2147483648000000, "2038-01-19T03:14:08Z", 2),
        (13627012122967109, "2401-10-28T01:08:42.967109Z", 7),
        (43340824747950233, "3343-06-01T21:59:07.950233Z", 6),
        (139007755457121847, "6374-12-25T01:24:17.121847Z", 3),
        (182549022139902954, "7754-09-30T21:42:19.902954Z", 1),
        (127935342415445545, "6024-02-10T03:06:55.445545Z", 6),
        (92773588407909792, "4909-11-17T09:13:27.909792Z", 7),
        (182213851853808367, "7744-02-16T14:50:53.808367Z", 7),
        (163654827596647387, "7156-01-07T02:19:56.647387Z", 6),
        (11784541248803700, "2343-06-10T03:40:48.8037Z", 4),
        (-45054318476447147, "0542-04-14T23:32:03.552853Z", 6),
        (-14790680746694085, "1501-04-21T13:34:13.305915Z", 7),
        (47162136055845110, "3464-07-05T01:20:55.84511Z", 2),
        (190312362472827042, "8000-10-04T09:07:52.827042Z", 3),
        (49745997543859624, "3546-05-22T20:39:03.859624Z", 3),
        (-30607878600660632, "1000-01-28T03:29:59.339368Z", 2),
        (11864688046886725, "2345-12-23T18:40:46.886725Z", 7),
        (150749355166757785, "6747-01-22T04:52:46.757785Z", 3),
        (57641530285202082, "3796-08-02T08:11:25.202082Z", 2),
        (-7520265856210915, "1731-09-10T21:15:43.789085Z", 1),
        (190028063328672801, "7991-10-01T21:08:48.672801Z", 2),
    ]

    @Test(arguments: reference)
    func agreesWithTheReference(_ microseconds: Int, _ text: String, _ weekday: Int) {
        #expect(TimeText.text(microseconds) == text)
        #expect(TimeText.parse(text) == microseconds)
        let days = microseconds / 86_400_000_000 - (microseconds % 86_400_000_000 < 0 ? 1 : 0)
        #expect(TimeText.weekday(ofDays: days) == weekday)
    }

    @Test func everyDayOfFourCenturies() {
        var (year, month, day) = (1599, 12, 31)
        for days in TimeText.daysFromCivil(
            year: 1599, month: 12, day: 31)..<TimeText.daysFromCivil(year: 2401, month: 1, day: 1)
        {
            let date = TimeText.civilFromDays(days)
            #expect(date.year == year && date.month == month && date.day == day)
            #expect(TimeText.daysFromCivil(year: year, month: month, day: day) == days)
            day += 1
            if day > TimeText.daysInMonth(year: year, month: month) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    @Test func otherForms() {
        let expected = TimeText.parse("2026-01-02T03:04:05Z")
        #expect(expected == 1_767_323_045_000_000)
        for text in [
            "2026-01-02t03:04:05z", "2026-01-02T05:04:05+02:00", "2026-01-01T21:34:05-05:30",
            "2026-01-02T03:04:05.000Z",
            "2026-01-02T03:04:05.0000009Z", "2026-01-02T03:04:05-00:00",
        ] { #expect(TimeText.parse(text) == expected) }
        #expect(TimeText.parse("2026-01-02T03:04:05.5Z") == 1_767_323_045_500_000)
        for wrong in [
            "", "2026-01-02", "2026-01-02T03:04Z", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-01-00T00:00:00Z", "2026-01-02T24:00:00Z", "2026-01-02T03:60:05Z", "2026-01-02T03:04:60Z",
            "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05+2:00", "2026-01-02T03:04:05+24:00",
            "2026-01-02T03:04:05Zx",
            "26-01-02T03:04:05Z", "+2026-01-02T03:04:05Z", "-000000-01-02T03:04:05Z", "2026-1-2T03:04:05Z",
            "+999999-01-01T00:00:00Z",
        ] { #expect(TimeText.parse(wrong) == nil, "\(wrong)") }
    }

    @Test func theWholeRangeGoesThroughText() {
        for value in [
            Int.min, Int.max, Int.min + 1, Int.max - 1, -62_167_219_200_000_001, 253_402_300_800_000_000,
        ] {
            #expect(TimeText.parse(TimeText.text(value)) == value)
            #expect(DurationText.parse(DurationText.text(value)) == value)
        }
        #expect(TimeText.text(Int.max) == "+294247-01-10T04:00:54.775807Z")
        #expect(TimeText.text(-62_167_219_200_000_001) == "-000001-12-31T23:59:59.999999Z")
        var random = Seeded(9)
        for _ in 0..<20_000 {
            let value = Int(truncatingIfNeeded: random.next()) >> random.below(60)
            #expect(TimeText.parse(TimeText.text(value)) == value)
            #expect(DurationText.parse(DurationText.text(value)) == value)
        }
    }

    @Test func durations() {
        let texts: [(Int, String)] = [
            (0, "0s"), (5_400_000_000, "1h30m"), (250_000, "250ms"), (-5_000_000, "-5s"), (1, "1us"),
            (1500, "1ms500us"),
            (86_400_000_000, "1d"), (183_723_004_005, "2d3h2m3s4ms5us"), (60_000_000, "1m"),
        ]
        for (value, text) in texts {
            #expect(DurationText.text(value) == text)
            #expect(DurationText.parse(text) == value)
        }
        #expect(DurationText.parse("90m") == 5_400_000_000 && DurationText.parse("0ms") == 0)
        for wrong in [
            "", "-", "1", "h", "1h2h", "1m1h", "1.5s", " 1s", "1s ", "1S", "1min", "+1s", "1h-2m",
            "200000000d", "1u",
            "9223372036854775808us", "99999999999999999999s", "--1s",
        ] { #expect(DurationText.parse(wrong) == nil, "\(wrong)") }
        #expect(DurationText.parse("-9223372036854775808us") == Int.min)
    }
}
