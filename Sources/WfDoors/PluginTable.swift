// The plugins that are running: each is started by its first call, gets calls as lines and answers with lines, and is
// ended when it breaks the protocol or is no longer needed. One thread, no waiting. It knows no runs.
//
//     greeting ──hello──▶ ready ──▶ … ──▶ gone
//         └──── protocol broken, died ──────┘
import CLinux
import Glibc
import WfEngine
import WfValue

/// A running plugin.
private final class Plugin {
    let identity: [String]
    let process: RunningProcess
    let generation: UInt32
    var isReady = false
    var concurrent = 1
    /// Calls that have been sent, by id.
    var sent: [Int: PluginCall] = [:]
    var waiting: [PluginCall] = []
    var lastId = 0
    /// What has been read of the line that is not complete.
    var line: [UInt8] = []
    /// Monotonic nanoseconds until when it may take to greet.
    var greetingDue: Int64
    /// Calls that have been asked to stop, and until when.
    var stopping: [Int: Int64] = [:]
    /// Why it is being ended.
    var mistake: String?

    init(_ identity: [String], _ process: RunningProcess, _ generation: UInt32) {
        self.identity = identity
        self.process = process
        self.generation = generation
        greetingDue = monotonicNanoseconds() + Int64(DoorLimits.pluginGreetingMs) * 1_000_000
    }
}

/// Starts, feeds, reads and ends plugins. Owned by the loop's thread.
final class PluginTable {
    private enum Part: Int { case process, input, output, error }

    private let poller: Poller
    private let reports: DoorReports
    private let processes: ProcessTable
    private var plugins: [Plugin?] = []
    private var lastGeneration: UInt32 = 0
    private var scratch = [UInt8](repeating: 0, count: 64 << 10)

    init(poller: Poller, reports: DoorReports, processes: ProcessTable) {
        self.poller = poller
        self.reports = reports
        self.processes = processes
    }

    deinit { stop() }

    /// Calls that have not ended.
    var count: Int { plugins.reduce(0) { $0 + ($1.map { $0.sent.count + $0.waiting.count } ?? 0) } }

    /// Sends a call, or keeps it until the plugin can take it.
    func start(_ call: PluginCall) {
        let identity = call.identity
        if let place = plugins.firstIndex(where: { $0?.identity == identity && $0?.mistake == nil }),
            let plugin = plugins[place]
        {
            plugin.waiting.append(call)
            return send(plugin, place)
        }
        switch processes.started(call.process, hasInput: true) {
        case .failure(let failure): reports.end(call.attempt, .failure(failure.failure))
        case .success(let process): adopt(process, call)
        }
    }

    private func adopt(_ process: RunningProcess, _ call: PluginCall) {
        lastGeneration &+= 1
        let plugin = Plugin(call.identity, process, lastGeneration & 0xFF_FFFF)
        let place = plugins.firstIndex { $0 == nil } ?? plugins.count
        if place == plugins.count { plugins.append(nil) }
        plugins[place] = plugin
        plugin.waiting.append(call)
        _ = fcntl(process.inputDescriptor, F_SETFL, O_NONBLOCK)
        process.input = PluginCall.hello
        for (descriptor, part) in [
            (process.pidfd, Part.process), (process.outputDescriptor, .output),
            (process.errorDescriptor, .error),
        ] {
            poller.add(descriptor, reading: true, writing: false, token: token(plugin, place, part))
        }
        poller.add(
            process.inputDescriptor, reading: false, writing: true, token: token(plugin, place, .input))
    }

    private func token(_ plugin: Plugin, _ place: Int, _ part: Part) -> PollToken {
        PollToken(.plugin, place: place << 2 | part.rawValue, generation: plugin.generation)
    }

    // MARK: writing

    private func send(_ plugin: Plugin, _ place: Int) {
        guard plugin.isReady, plugin.mistake == nil else { return }
        var written = false
        while plugin.sent.count < plugin.concurrent, !plugin.waiting.isEmpty {
            let call = plugin.waiting.removeFirst()
            plugin.lastId += 1
            plugin.sent[plugin.lastId] = call
            plugin.process.input += call.line(id: plugin.lastId)
            written = true
        }
        if written { write(plugin, place) }
    }

    /// Writes what the pipe takes; waits for room with the poller while something is left.
    private func write(_ plugin: Plugin, _ place: Int) {
        let process = plugin.process
        guard process.inputDescriptor >= 0 else { return }
        while process.inputWritten < process.input.count {
            let count = process.input.withUnsafeBytes { buffer in
                Glibc.write(
                    process.inputDescriptor, buffer.baseAddress.map { $0 + process.inputWritten },
                    buffer.count - process.inputWritten)
            }
            if count < 0, errno == EINTR { continue }
            // A pipe that nobody reads: the end of the process will tell.
            if count < 0 { break }
            process.inputWritten += count
        }
        let isDone = process.inputWritten == process.input.count
        if isDone {
            process.input.removeAll(keepingCapacity: true)
            process.inputWritten = 0
        }
        poller.change(
            process.inputDescriptor, reading: false, writing: !isDone, token: token(plugin, place, .input))
    }

    // MARK: reading

    func handle(_ event: PollEvent) {
        let place = event.token.place >> 2
        guard place < plugins.count, let plugin = plugins[place],
            let part = Part(rawValue: event.token.place & 3),
            event.token == token(plugin, place, part)
        else { return }
        switch part {
        case .input: write(plugin, place)
        case .output: readOutput(plugin, place, isEnd: !event.isReadable)
        case .error: readError(plugin, isEnd: !event.isReadable)
        case .process: return died(plugin, place)
        }
        if plugin.mistake != nil { end(plugin, place) }
    }

    private func read(_ descriptor: inout Int32, isEnd: Bool) -> ArraySlice<UInt8>? {
        if descriptor < 0 { return nil }
        let count = isEnd ? 0 : Glibc.read(descriptor, &scratch, scratch.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return nil }
        if count <= 0 {
            closeDescriptor(&descriptor)
            return []
        }
        return scratch[..<count]
    }

    private func readOutput(_ plugin: Plugin, _ place: Int, isEnd: Bool) {
        guard let part = read(&plugin.process.outputDescriptor, isEnd: isEnd) else { return }
        if part.isEmpty { return }
        var rest = part
        while let newline = rest.firstIndex(of: 0x0A) {
            plugin.line += rest[..<newline]
            rest = rest[(newline + 1)...]
            let line = plugin.line
            plugin.line = []
            take(line, plugin, place)
            if plugin.mistake != nil { return }
        }
        plugin.line += rest
        if plugin.line.count > DoorLimits.pluginLineBytesMax {
            plugin.mistake = "a line is longer than \(DoorLimits.pluginLineBytesMax >> 20) MiB"
        }
    }

    /// What it writes to standard error belongs to the calls it is at.
    private func readError(_ plugin: Plugin, isEnd: Bool) {
        guard let part = read(&plugin.process.errorDescriptor, isEnd: isEnd) else { return }
        plugin.process.error.append(part.withUnsafeBytes { $0 })
        let lines = plugin.process.error.takeLines(ended: part.isEmpty)
        for id in plugin.sent.keys.sorted() {
            if let call = plugin.sent[id] { reports.write(call.attempt, .error, lines) }
        }
    }

    private func take(_ line: [UInt8], _ plugin: Plugin, _ place: Int) {
        if line.allSatisfy({ $0 <= 0x20 }) { return }
        do throws(PluginMessage.Mistake) {
            let message = try PluginMessage(line: line)
            switch message {
            case .hello(let version, _, let concurrent):
                if plugin.isReady { throw .init("it greets twice") }
                if version != PluginProtocol.version {
                    throw .init(
                        "it speaks version \(version) of the protocol; expected \(PluginProtocol.version)")
                }
                plugin.isReady = true
                plugin.concurrent = concurrent
                send(plugin, place)
            case .result(let id, let value): try settle(id, plugin, place, .success(value))
            case .error(let id, let failure): try settle(id, plugin, place, .failure(failure))
            case .log(let id, let text):
                guard let call = plugin.sent[id] else {
                    throw .init("it logs for call \(id), which nobody made")
                }
                reports.write(call.attempt, .output, ArraySlice(Array((text + "\n").utf8)))
            }
        } catch {
            plugin.mistake = error.text
        }
    }

    private func settle(
        _ id: Int, _ plugin: Plugin, _ place: Int, _ outcome: EffectOutcome
    ) throws(PluginMessage.Mistake) {
        guard plugin.isReady else { throw .init("it answers before it has greeted") }
        guard let call = plugin.sent.removeValue(forKey: id) else {
            throw .init("it answers call \(id), which nobody made")
        }
        let wasStopped = plugin.stopping.removeValue(forKey: id) != nil
        var outcome = outcome
        if wasStopped, case .failure = outcome { outcome = .failure(DoorFailures.cancelled) }
        reports.end(call.attempt, outcome)
        send(plugin, place)
    }

    // MARK: ending

    /// The process has ended by itself.
    private func died(_ plugin: Plugin, _ place: Int) {
        // What it had written before is still to be had.
        while plugin.process.outputDescriptor >= 0, plugin.mistake == nil {
            let waiting = wf_bytes_waiting(plugin.process.outputDescriptor)
            readOutput(plugin, place, isEnd: waiting <= 0)
        }
        readError(plugin, isEnd: wf_bytes_waiting(plugin.process.errorDescriptor) <= 0)
        end(plugin, place)
    }

    /// Ends the process and settles its calls: what was sent has an unknown outcome, unless the protocol was broken.
    private func end(_ plugin: Plugin, _ place: Int) {
        let process = plugin.process
        process.signalGroup(SIGKILL)
        var status = (code: Int32(0), signal: Int32(0))
        var poll = pollfd(fd: process.pidfd, events: Int16(POLLIN), revents: 0)
        while Glibc.poll(&poll, 1, 1_000) < 0, errno == EINTR {}
        _ = wf_reap(process.pidfd, &status.code, &status.signal)
        process.ending = (Int(status.code), Int(status.signal))
        process.closeAll()
        plugins[place] = nil
        let how =
            status.signal != 0 ? "was ended by signal \(status.signal)" : "exited with status \(status.code)"
        let tail = process.error.tail()
        let said = tail.isEmpty ? "" : ": " + tail
        for id in plugin.sent.keys.sorted() {
            guard let call = plugin.sent[id] else { continue }
            if plugin.stopping[id] != nil {
                reports.end(call.attempt, .failure(DoorFailures.cancelled))
            } else if let mistake = plugin.mistake {
                reports.end(call.attempt, .failure(DoorFailures.plugin(process.program, mistake)))
            } else {
                reports.end(
                    call.attempt, .unknown("the plugin `\(process.program)` \(how) during the call\(said)"))
            }
        }
        let left = plugin.waiting
        if plugin.isReady {
            // These have not been sent: another process takes them.
            for call in left { start(call) }
        } else {
            let why = plugin.mistake ?? "it \(how) before it greeted\(said)"
            for call in left {
                reports.end(call.attempt, .failure(DoorFailures.plugin(process.program, why)))
            }
        }
    }

    func holds(_ attempt: AttemptId) -> Bool { find(attempt) != nil }

    private func find(_ attempt: AttemptId) -> Int? {
        plugins.firstIndex { plugin in
            guard let plugin else { return false }
            return plugin.waiting.contains { $0.attempt == attempt }
                || plugin.sent.values.contains { $0.attempt == attempt }
        }
    }

    /// Asks the plugin to stop a call; it is ended when it does not within the grace period.
    func cancel(_ attempt: AttemptId) {
        guard let place = find(attempt), let plugin = plugins[place] else { return }
        if let index = plugin.waiting.firstIndex(where: { $0.attempt == attempt }) {
            plugin.waiting.remove(at: index)
            return reports.end(attempt, .failure(DoorFailures.cancelled))
        }
        guard let id = plugin.sent.first(where: { $0.value.attempt == attempt })?.key,
            plugin.stopping[id] == nil
        else { return }
        plugin.stopping[id] = monotonicNanoseconds() + Int64(DoorLimits.cancelGraceMs) * 1_000_000
        plugin.process.input += PluginCall.cancel(id: id)
        write(plugin, place)
    }

    func cancelAll() {
        for plugin in plugins {
            guard let plugin else { continue }
            for call in plugin.waiting + plugin.sent.values { cancel(call.attempt) }
        }
    }

    /// Ends all plugins: their input ends, and after a moment they do.
    func stop() {
        for plugin in plugins { plugin?.process.closeInput() }
        for plugin in plugins {
            guard let process = plugin?.process else { continue }
            var poll = pollfd(fd: process.pidfd, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, Int32(DoorLimits.drainGraceMs))
            process.signalGroup(SIGKILL)
            process.closeAll()
        }
        plugins = []
    }

    // MARK: time

    /// Monotonic nanoseconds at which `runTimers` has something to do.
    var nextDeadline: Int64? {
        plugins.compactMap { plugin -> Int64? in
            guard let plugin else { return nil }
            return (plugin.isReady ? [] : [plugin.greetingDue] + plugin.stopping.values).min()
                ?? plugin.stopping.values.min()
        }.min()
    }

    func runTimers(now: Int64) {
        for (place, plugin) in plugins.enumerated() {
            guard let plugin else { continue }
            if !plugin.isReady, plugin.greetingDue <= now {
                plugin.mistake = "it did not greet within \(DoorLimits.pluginGreetingMs / 1_000) s"
                end(plugin, place)
            } else if plugin.stopping.values.contains(where: { $0 <= now }) {
                end(plugin, place)
            }
        }
    }
}

extension DoorFailures {
    static func plugin(_ program: String, _ mistake: String) -> EffectFailure {
        EffectFailure(kind: "plugin", message: "the plugin `\(program)` broke the protocol: \(mistake)")
    }
}
