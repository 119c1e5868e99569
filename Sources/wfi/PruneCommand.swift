// `wfi prune`: removes what has ended long ago, a few runs at a time, so that nobody who writes meanwhile waits for long.
import WfCommand
import WfDoors
import WfEngine
import WfJournal
import WfJournalSQLite
import WfValue

/// How many runs, and how many rows of a table, one transaction looks at.
private let runsPerStep = 50
private let rowsPerStep = 20_000

func pruneCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    guard let text = arguments.value("--older") else {
        throw CommandError("expected `--older DURATION`", help: "`wfi prune --older 30d`")
    }
    guard let age = DurationText.parse(text), age >= 0 else {
        throw CommandError("`--older` is a duration such as 30d or 12h, found `\(text)`")
    }
    let journal = try openJournal(arguments, .existing)
    let time = Driver.moment().wall - Int64(age)
    let before = "\(TimeText.text(Int(time)).prefix(19))Z"
    if arguments.has("--dry-run") {
        let count = try asking { () throws(JournalError) in try journal.prunable(endedBefore: time) }
        streams.printNote("\(counted(count, "run")) ended before \(before) and would be removed")
        return ExitStatus.done
    }
    var removed = 0
    while true {
        let count = try asking { () throws(JournalError) in
            try journal.prune(endedBefore: time, limit: runsPerStep)
        }
        if count == 0 { break }
        removed += count
    }
    for part in PrunedPart.allCases {
        var next: Int64? = 0
        while let after = next {
            next = try asking { () throws(JournalError) in
                try journal.sweep(part, after: after, limit: rowsPerStep)
            }
        }
    }
    streams.printNote("removed \(counted(removed, "run")) that ended before \(before)")
    return ExitStatus.done
}
