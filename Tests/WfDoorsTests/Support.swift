// A loop for tests: starts processes and files through the real doors and waits until everything has ended.
import Glibc
import Testing
import WfDoors
import WfEngine
import WfJournal
import WfTestSupport

/// The doors with a poller of their own, on the test's thread.
final class TestLoop {
    let poller: Poller
    let reports = DoorReports()
    let table: ProcessTable
    private(set) var outcomes: [UInt64: EffectOutcome] = [:]
    /// What each attempt wrote, stream by stream.
    private(set) var logs: [UInt64: [LogStream: String]] = [:]
    private var lastAttempt: UInt64 = 0

    init(environment: [String: String] = [:]) throws {
        signal(SIGPIPE, SIG_IGN)
        poller = try Poller()
        let inherited = InheritedEnvironment { name in
            environment[name] ?? getenv(name).map { String(cString: $0) }
        }
        table = try ProcessTable(poller: poller, reports: reports, inherited: inherited)
    }

    func request(_ program: String, _ arguments: [String] = [], folder: String = "/tmp") -> ProcessRequest {
        lastAttempt += 1
        return ProcessRequest(
            attempt: AttemptId(raw: lastAttempt), program: program, arguments: arguments, baseFolder: folder,
            key: "r1/step", run: "r1", step: "step", attemptNumber: 2)
    }

    func shell(_ command: String) -> ProcessRequest { request("/bin/sh", ["-c", command]) }

    /// Starts it and waits for its end.
    func run(_ request: ProcessRequest) -> EffectOutcome {
        table.start(request)
        wait(for: request.attempt)
        return outcomes[request.attempt.raw] ?? .unknown("no end")
    }

    /// Waits until an attempt has ended, or for 20 seconds.
    func wait(for attempt: AttemptId) {
        let end = monotonicNanoseconds() + 20_000_000_000
        while monotonicNanoseconds() < end {
            gather()
            if outcomes[attempt.raw] != nil { return }
            step(100_000_000)
        }
    }

    /// One round of the loop.
    func step(_ nanoseconds: Int64) {
        var events: [PollEvent] = []
        var timeout = nanoseconds
        if let deadline = table.nextDeadline {
            timeout = min(timeout, max(0, deadline - monotonicNanoseconds()))
        }
        poller.wait(timeout: timeout, into: &events)
        for event in events { table.handle(event) }
        table.runTimers(now: monotonicNanoseconds())
    }

    func gather() {
        for end in reports.ended { outcomes[end.attempt.raw] = end.outcome }
        reports.ended.removeAll()
        for written in reports.written {
            logs[written.attempt.raw, default: [:]][written.stream, default: ""] +=
                String(decoding: written.bytes, as: UTF8.self)
        }
        reports.written.removeAll()
    }
}

/// Status, standard output and standard error of a success.
func output(_ outcome: EffectOutcome) throws -> (status: Int, output: String, error: String) {
    guard case .success(let bytes) = outcome else {
        Issue.record("expected a success, found \(outcome)")
        return (-1, "", "")
    }
    var rest = bytes[...]
    let status = try varint(&rest)
    return (Int(status >> 1) ^ -Int(status & 1), try text(&rest), try text(&rest))
}

func failure(_ outcome: EffectOutcome) -> EffectFailure {
    if case .failure(let failure) = outcome { return failure }
    Issue.record("expected a failure, found \(outcome)")
    return EffectFailure(kind: "", message: "")
}

private struct ShortOutput: Error {}

private func varint(_ bytes: inout ArraySlice<UInt8>) throws -> UInt64 {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while true {
        guard let byte = bytes.popFirst() else { throw ShortOutput() }
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
    }
}

private func text(_ bytes: inout ArraySlice<UInt8>) throws -> String {
    let count = Int(try varint(&bytes))
    let text = String(decoding: bytes.prefix(count), as: UTF8.self)
    bytes = bytes.dropFirst(count)
    return text
}
