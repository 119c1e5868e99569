// The live tree as a pure function: widths, heights, Unicode, progress. No terminal.
import Testing
import WfEngine
import WfProgress

@Suite struct RenderTests {
    private func event(
        _ kind: RunEvent.Kind, _ path: String, scope: Int = 1, attempt: Int = 1, at second: Int64 = 0,
        total: Int = 0, due: Int64 = 0, message: String? = nil
    ) -> RunEvent {
        RunEvent(
            kind: kind, run: RunId("r1"), time: second * 1_000_000, scope: scope,
            node: kind == .scopeClosed ? nil : 0,
            path: path, attempt: attempt, dueTime: due,
            failure: message.map { Failure(kind: "exit", message: $0) }, total: total)
    }

    private func draw(_ events: [RunEvent], width: Int = 80, height: Int = 20, at second: Int64 = 10)
        -> [String]
    {
        var model = LiveModel()
        for event in events { model.apply(event, isShown: true) }
        return TreeRenderer.render(
            model, RenderOptions(width: width, height: height, now: second * 1_000_000, colour: false))
    }

    @Test func stepsInTheOrderOfTheirStart() {
        let lines = draw([
            event(.nodeStarted, "fetch", at: 1), event(.nodeStarted, "build", at: 2),
            event(.nodeEnded, "fetch", at: 4), event(.nodeStarted, "build/compile", scope: 2, at: 5),
        ])
        #expect(lines == ["✓ fetch  3.0s", "⠋ build  8.0s", "  ⠋ compile  5.0s"])
    }

    @Test func failuresAndRetriesSayWhy() {
        let lines = draw([
            event(.nodeStarted, "a", at: 1),
            event(.nodeRetrying, "a", at: 2, due: 15_000_000, message: "no route"),
            event(.nodeStarted, "b", attempt: 3, at: 1),
            event(.nodeFailed, "b", at: 2, message: "broken\nfor good"),
            event(.nodeSkipped, "c", at: 2), event(.nodeSleeping, "d", at: 1, due: 70_000_000),
        ])
        #expect(
            lines == [
                "↻ a again in 5.0s  9.0s  no route", "✗ b (attempt 3)  1.0s  exit: broken for good",
                "– c skipped",
                "◷ d until in 1m00s  9.0s",
            ])
    }

    @Test func fanOutShowsABarAndWhatRuns() {
        var events = [event(.nodeStarted, "thumbs", at: 1, total: 4)]
        for item in 0..<3 {
            events.append(event(.nodeStarted, "thumbs[\(item)]/resize", scope: 10 + item, at: 2))
        }
        events.append(event(.nodeEnded, "thumbs[0]/resize", scope: 10, at: 3))
        events.append(event(.scopeClosed, "", scope: 10, at: 3))
        events.append(event(.nodeEnded, "thumbs[2]/resize", scope: 12, at: 3))
        events.append(event(.scopeClosed, "", scope: 12, at: 3))
        #expect(draw(events) == ["⠋ thumbs  ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌ 2/4  9.0s", "  ⠋ [1]/resize  8.0s"])
        #expect(draw(events, width: 40)[0] == "⠋ thumbs  2/4  9.0s")
        events.append(event(.nodeEnded, "thumbs", at: 5))
        #expect(draw(events) == ["✓ thumbs  4 items  4.0s"])
    }

    @Test func noLineIsWiderThanTheTerminal() {
        let names = [
            "計算する", "a👩‍👩‍👧‍👦b", "e\u{301}tude", String(repeating: "x", count: 300), "tab\there", "esc\u{1B}[31m",
        ]
        var events: [RunEvent] = []
        for name in names {
            events.append(event(.nodeStarted, name, at: 1))
            events.append(
                event(.nodeFailed, name, at: 2, message: "期限切れ " + String(repeating: "y", count: 200)))
        }
        for width in [1, 2, 3, 5, 8, 13, 40, 80, 200] {
            for line in draw(events, width: width) {
                #expect(columns(of: line) <= max(width, 3), "\(width): \(line)")
                #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
            }
        }
    }

    @Test func finishedStepsGiveWayFirst() {
        var events: [RunEvent] = []
        for step in 0..<30 {
            events.append(event(.nodeStarted, "s\(step)", at: 1))
            if step < 28 { events.append(event(.nodeEnded, "s\(step)", at: 2)) }
        }
        let lines = draw(events, height: 5)
        #expect(lines.count == 5)
        #expect(lines[0] == "  … 26 more steps, finished")
        #expect(lines.suffix(2) == ["⠋ s28  9.0s", "⠋ s29  9.0s"])
        #expect(draw(events, height: 1).count == 1)
    }

    @Test func widthsOfCharacters() {
        #expect(columns(of: "abc") == 3)
        #expect(columns(of: "日本") == 4)
        #expect(columns(of: "e\u{301}") == 1)
        #expect(columns(of: "👩‍👩‍👧‍👦") == 2)
        #expect(columns(of: "✓") == 1)
        #expect(columns(of: "\u{200B}") == 0)
        #expect(fitted("日本語テキスト", 7) == "日本語…")
        #expect(fitted("abc", 3) == "abc")
        #expect(fitted("abcd", 3) == "ab…")
    }

    @Test func durations() {
        #expect(durationText(0) == "0ms")
        #expect(durationText(999_999) == "999ms")
        #expect(durationText(59_999_999) == "59.9s")
        #expect(durationText(125_000_000) == "2m05s")
        #expect(durationText(3_720_000_000) == "1h02m")
        #expect(durationText(273_600_000_000) == "3d4h")
    }
}
