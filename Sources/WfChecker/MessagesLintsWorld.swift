// What the lints about processes, machines, times and secrets say, and their codes.
public import WfDiagnostics
public import WfSource

extension Diagnostic {
    // MARK: processes

    static func secretInArguments(at span: Span) -> Diagnostic {
        warning(
            5040, "a Secret becomes a word of a command line", span,
            notes: ["every user of the machine can see the command lines of its processes"],
            help: "pass it in `env:` or `stdin:`")
    }

    static func notVerified(_ program: String, _ option: String, at span: Span) -> Diagnostic {
        warning(
            5041, "`\(program) \(option)` talks to whoever answers", span,
            notes: ["who the other side is, is not checked"],
            help: "remove `\(option)`, and add its certificate or key")
    }

    static func settingNotVerified(_ setting: String, at span: Span) -> Diagnostic {
        warning(
            5041, "with `\(setting)` the process talks to whoever answers", span,
            notes: ["who the other side is, is not checked"],
            help: "remove it, and add the other side's certificate or key")
    }

    static func downloadRun(_ program: String, _ shell: String, at span: Span) -> Diagnostic {
        warning(
            5042, "what `\(program)` downloads is run by `\(shell)` unread", span,
            notes: ["a download that breaks off runs half a script"],
            help: "download it to a file, compare its hash, and run that")
    }

    static func signForNoShell(_ word: String, at span: Span) -> Diagnostic {
        warning(
            5043, "`\(shortened(word))` is passed as it is: no shell reads the words of `exec`", span,
            help: "use `shell(\"…\")`, or a step for each program")
    }

    static func programIsLine(_ text: String, words: [String]?, at span: Span) -> Diagnostic {
        let better = words.map { $0.joined(separator: ", ") }
        return warning(
            5044, "`exec` looks for a program that is called `\(shortened(text))`, blanks included", span,
            help: better.map { "write each word as an argument: `exec(\(shortened($0)))`" }
                ?? "write each word as an argument of its own",
            fixes: better.map { [Fix("write each word as an argument", [TextEdit(span, $0)])] } ?? [])
    }

    static func needlessShell(at span: Span, fix: Fix) -> Diagnostic {
        warning(5045, "nothing in this command needs a shell", span, help: "use `exec`", fixes: [fix])
    }

    /// What ShellCheck says about a script.
    ///
    /// - Parameter name: `SC2086`
    public static func shellScript(_ name: String, _ message: String, at span: Span) -> Diagnostic {
        let lower = message.prefix(1).lowercased() + message.dropFirst()
        return warning(
            5089, "\(name): \(lower)", span,
            notes: ["ShellCheck says so: https://www.shellcheck.net/wiki/\(name)"],
            help: "change the script, or write `# shellcheck disable=\(name)` above the line")
    }

    // MARK: what is written out

    static func writtenCredential(_ message: String, at span: Span) -> Diagnostic {
        warning(
            5050, message, span, notes: ["whoever can read the source or a plan can read it"],
            help: "declare `secret NAME` and read that; make the written one worthless")
    }

    static func pathOfOneMachine(_ path: String, isHome: Bool, at span: Span) -> Diagnostic {
        warning(
            5051,
            isHome
                ? "nothing puts a home folder in the place of `~`"
                : "`\(shortened(path))` is a path of one machine",
            span, help: "make it a `config`, or a path relative to the run's folder")
    }

    static func plainHttp(_ host: String, at span: Span) -> Diagnostic {
        warning(
            5052, "what goes to `\(shortened(host))` can be read and changed on its way", span,
            help: "write `https://`")
    }

    static func writtenAddress(_ address: String, at span: Span) -> Diagnostic {
        warning(
            5053, "the machine `\(address)` is written out", span,
            help: "make it a `config`, or use a name that can move")
    }

    static func todo(_ word: String, at span: Span) -> Diagnostic {
        warning(5054, "a comment says \(word)", span, help: "do it, or open an issue")
    }

    // MARK: times

    static func filterCovered(_ text: String, at span: Span, first: Span) -> Diagnostic {
        warning(
            5062, "`\(text)` is in this list already", span, labels: [DiagnosticLabel(first, "includes it")],
            help: "remove it")
    }

    static func filterNeverMatches(_ kind: String, _ why: String, at span: Span) -> Diagnostic {
        warning(
            5062, "this call never fails with `\(kind)`: \(why)", span,
            help: "name a kind of failure that it has, or remove it")
    }

    static func noTime(_ what: String, _ consequence: String, at span: Span) -> Diagnostic {
        warning(5066, "`\(what)`: \(consequence)", span, help: "write how long it should be, or remove it")
    }

    static func smallUnit(_ text: String, _ better: String, at span: Span) -> Diagnostic {
        warning(
            5067, "`\(text)` is `\(better)`", span, help: "write `\(better)`",
            fixes: [Fix(safe: "write `\(better)`", [TextEdit(span, better)])])
    }

    static func retriesBeyondDeadline(_ possible: Int64, of count: Int64, at span: Span, deadline: Span)
        -> Diagnostic
    {
        let can = possible == 0 ? "none of them can" : "only \(possible) of them can"
        return warning(
            5069, "\(count) further attempts, but \(can) begin before the deadline", span,
            labels: [DiagnosticLabel(deadline, "of all attempts together")],
            help: "allow more time, shorter pauses or fewer attempts")
    }

    static func eagerRetry(at span: Span) -> Diagnostic {
        warning(
            5070, "another machine is asked again at once, several times", span,
            notes: ["one that is overloaded or restarts needs a moment"],
            help: "add a pause: `backoff 1s..30s jitter`")
    }

    static func manyRetries(_ count: Int64, most: Int64, at span: Span) -> Diagnostic {
        warning(
            5071, "\(count) further attempts: what has failed \(most) times will hardly succeed", span,
            help: "allow fewer, with longer pauses, or a `deadline`")
    }

    static func limitOfMany(_ count: Int64, most: Int64, at span: Span) -> Diagnostic {
        warning(
            5072, "\(count) at a time is hardly a limit", span,
            notes: ["beyond \(most), machines run out of processes"],
            help: "write how many the other side can serve")
    }

    static func cachedNews(_ name: String, at span: Span) -> Diagnostic {
        warning(
            5074, "`\(name)` is different each time, and `cache` keeps the first one", span,
            help: "remove `cache`")
    }

    static func cronNeverFires(_ text: String, at span: Span) -> Diagnostic {
        warning(5075, "`\(text)` names no day that exists", span, help: "correct the day or the month")
    }

    static func cronUnreadable(_ text: String, _ reason: String, at span: Span) -> Diagnostic {
        warning(
            5086, "`\(text)` is no schedule of cron: \(reason)", span,
            help: "write minute, hour, day of the month, month and day of the week")
    }

    static func cronTooOften(_ text: String, minutes: Int, at span: Span) -> Diagnostic {
        let often = minutes == 1 ? "every minute" : "every \(minutes) minutes"
        return warning(
            5076, "`\(text)` starts a run \(often)", span,
            help: "let it run less often, or let one run loop with `sleep`")
    }

    static func cronInGap(
        _ text: String, zone: String, _ changes: ClockChanges, isLeftOut: Bool, at span: Span
    ) -> Diagnostic {
        let both = isLeftOut && changes.twice?.hour == changes.leftOut.hour
        let hour = changes.leftOut.hour
        let what =
            both
            ? "leaves out in spring and has twice in autumn"
            : isLeftOut ? "leaves out in spring" : "has twice in autumn"
        return warning(
            5077, "`\(text)` lies in the hour that \(zone) \(what)", span,
            notes: isLeftOut ? ["clocks go from \(hour):00 to \(hour + 1):00"] : [],
            help: "choose another hour, or a zone such as UTC")
    }

    // MARK: words

    static func emptyMessage(at span: Span) -> Diagnostic {
        warning(
            5083, "this text is empty: whoever reads it learns nothing", span,
            help: "say what has happened or is to be done")
    }
}
