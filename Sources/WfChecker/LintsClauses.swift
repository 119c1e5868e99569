// Lints about times and numbers that are written out: durations of nothing or in a small unit, retries that cannot all
// happen or that hammer, filters that never match, limits that limit nothing, schedules.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// Numbers from which on the lints speak.
enum LintLimits {
    /// Further attempts of a step.
    static var retriesMax: Int64 { 20 }
    /// Items of a fan-out, or calls through a pool, at a time.
    static var atOnceMax: Int64 { 1000 }
    /// Lines with code of a func, and of a workflow or flow.
    static var functionLinesMax: Int { 100 }
    static var workflowLinesMax: Int { 250 }
    static var parametersMax: Int { 10 }
    /// Blocks inside each other.
    static var nestingMax: Int { 6 }
    /// Runs of a schedule that are closer together.
    static var scheduleMinutesMin: Int { 5 }
}

extension ProgramChecker {
    // MARK: durations

    /// `3600s` is `1h`.
    func lintDuration(_ id: NodeId) {
        let bytes = tree.bytes(tree.firstToken(id))
        // at least three digits and a unit
        guard bytes.count > 3, bytes[2] == UInt8(ascii: "_") || bytes[2] &- UInt8(ascii: "0") < 10 else {
            return
        }
        let text = tree.text(id)
        let digits = text.prefix { $0.isNumber || $0 == "_" }
        guard let count = Int64(digits.filter { $0 != "_" }), count >= 120 else { return }
        let larger: (unit: String, size: Int64)
        switch text.dropFirst(digits.count) {
        case "us": larger = ("ms", 1000)
        case "ms": larger = ("s", 1000)
        case "s": larger = ("m", 60)
        case "m": larger = ("h", 60)
        case "h": larger = ("d", 24)
        default: return
        }
        guard count % larger.size == 0 else { return }
        var (number, unit) = (count / larger.size, larger.unit)
        if unit == "s" && number % 60 == 0 { (number, unit) = (number / 60, "m") }
        if unit == "m" && number % 60 == 0 { (number, unit) = (number / 60, "h") }
        if unit == "h" && number % 24 == 0 { (number, unit) = (number / 24, "d") }
        lint(.smallUnit(text, "\(number)\(unit)", at: tree.span(id)))
    }

    func lintClause(_ view: ClauseView) {
        switch view.kind {
        case .timeout, .deadline, .cache:
            guard let operand = view.operand, tree.kind(withoutParens(operand)) == .durationExpr,
                tree.durationMicroseconds(withoutParens(operand)) == 0
            else { return }
            let consequence =
                view.kind == .cache
                ? "nothing is ever taken from it" : "every attempt is over before it begins"
            lint(.noTime("\(view.kind.text) 0", consequence, at: tree.span(operand)))
        default: break
        }
    }

    /// `sleep(0s)`
    func lintSleep(_ view: CallExprView) {
        guard view.arguments.count == 1, let argument = view.arguments.first,
            tree.kind(argument.value) == .durationExpr, tree.durationMicroseconds(argument.value) == 0
        else { return }
        lint(.noTime("sleep(0s)", "nothing is waited for", at: tree.span(view.id)))
    }

    // MARK: retries and limits

    func lintRetryCount(_ view: RetryClauseView) {
        if let count = wholeLiteral(written(view.count)), count > LintLimits.retriesMax {
            lint(.manyRetries(count, most: LintLimits.retriesMax, at: tree.span(view.count)))
        }
        if view.faults.count < 2 { return }
        var seen: [String: Span] = [:]
        for item in view.faults where tree.kind(item) == .faultPattern {
            let pattern = FaultPatternView(tree, item)
            let words = tree.text(item)
            if seen.isEmpty {
                seen[words] = pattern.span
                continue
            }
            let whole = pattern.hasArgument ? text(pattern.name) : words
            if let first = seen[words] ?? seen[whole] {
                lint(.filterCovered(words, at: pattern.span, first: first))
            } else if pattern.hasArgument, let digit = words.dropFirst(whole.count + 1).first,
                let first = seen["\(whole)(\(digit)xx)"]
            {
                lint(.filterCovered(words, at: pattern.span, first: first))
            } else {
                seen[words] = pattern.span
            }
        }
    }

    func lintLimit(_ id: NodeId) {
        guard let count = wholeLiteral(written(id)), count > LintLimits.atOnceMax else { return }
        lint(.limitOfMany(count, most: LintLimits.atOnceMax, at: tree.span(id)))
    }

    /// Pauses between attempts that are longer than the deadline of all of them.
    ///
    /// - Parameters: in microseconds, as far as they are written out.
    func lintPauses(
        _ view: RetryClauseView, count: Int64, first: Int64, last: Int64?, deadline: Int64, at: Span
    ) {
        if view.hasJitter || count < 1 { return }
        var factor = last == nil ? 1.0 : 2.0
        if let written = view.factor {
            guard let number = Double(tree.numberText(written)) else { return }
            factor = number
        }
        var pause = Double(first)
        var sum = 0.0
        for number in 1...min(count, 1000) {
            sum += min(pause, Double(last ?? first))
            if sum >= Double(deadline) {
                lint(
                    .retriesBeyondDeadline(number - 1, of: count, at: tree.span(view.count), deadline: at))
                return
            }
            pause *= factor
        }
    }

    /// Kinds of failure in a filter that the call cannot have.
    func lintFilters(_ faults: NodeList, of facts: CallFacts) {
        for item in faults where tree.kind(item) == .faultPattern {
            let pattern = FaultPatternView(tree, item)
            if pattern.name.isNone { continue }
            let name = text(pattern.name)
            if name == "exit" && facts.traits.contains(.isHttp) {
                lint(.filterNeverMatches("exit", "a call over HTTP starts no process", at: pattern.span))
            } else if name == "http" && facts.traits.contains(.isProcess) {
                lint(.filterNeverMatches("http", "a process has no status of HTTP", at: pattern.span))
            } else if (name == "exit" || name == "http") && facts.traits.contains(.isFile) {
                lint(
                    .filterNeverMatches(
                        name, "a file is read and written without a process", at: pattern.span))
            } else if let why = impossibleCode(name, pattern) {
                lint(.filterNeverMatches(tree.text(item), why, at: pattern.span))
            }
        }
    }

    /// `exit(0)`, `exit(300)`, `http(200)`
    private func impossibleCode(_ name: String, _ pattern: FaultPatternView) -> String? {
        guard pattern.hasArgument else { return nil }
        let code = tree.text(pattern.id).dropFirst(name.count + 1).dropLast()
        switch (name, Int(code)) {
        case ("exit", 0?): return "with the status 0 it has succeeded"
        case ("exit", let code?) where code > 255: return "the status of a process is 255 at most"
        case ("http", let code?) where code < 400: return "a status below 400 is no failure"
        case ("http", nil) where ["1xx", "2xx", "3xx"].contains(code):
            return "a status below 400 is no failure"
        default: return nil
        }
    }

    // MARK: schedules

    /// `on cron "…" zone "…"`
    func lintSchedule(_ view: TriggerDeclView) {
        guard !view.event.isNone, text(view.event) == "cron", let subject = view.subject,
            tree.kind(subject) == .stringExpr, let words = CommandLine.literal(subject, tree)
        else { return }
        let span = tree.span(subject)
        guard let schedule = CronSchedule(words) else {
            return lint(.cronUnreadable(words, CronSchedule.mistake(in: words) ?? "it is empty", at: span))
        }
        if !schedule.everFires { return lint(.cronNeverFires(words, at: span)) }
        if let minutes = schedule.minutesBetweenRuns, minutes < LintLimits.scheduleMinutesMin {
            lint(.cronTooOften(words, minutes: minutes, at: span))
        }
        for item in view.options {
            let option = TriggerOptionView(tree, item)
            guard !option.name.isNone, text(option.name) == "zone", let value = option.value,
                let zone = CommandLine.literal(value, tree)
            else { continue }
            lintZone(value)
            guard let changes = CronSchedule.changes(in: zone) else { continue }
            let isLeftOut = schedule.meets(changes.leftOut)
            if isLeftOut || changes.twice.map({ schedule.meets($0) }) == true {
                lint(.cronInGap(words, zone: zone, changes, isLeftOut: isLeftOut, at: span))
            }
        }
    }
}
