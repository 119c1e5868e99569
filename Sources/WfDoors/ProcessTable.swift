// The processes in flight: starts them, moves their bytes, ends them. One thread, no waiting: everything goes
// through the poller. It does not know what an attempt is for; it reports its end to a `DoorReports`.
import CLinux
import Glibc
package import WfEngine
package import WfJournal
import WfValue

/// What the doors have to tell: ended attempts and what processes wrote, in the order in which it happened.
package final class DoorReports {
    package struct Written {
        package var attempt: AttemptId
        package var stream: LogStream
        package var bytes: ArraySlice<UInt8>
    }

    package var ended: [(attempt: AttemptId, outcome: EffectOutcome)] = []
    package var written: [Written] = []

    package init() {}

    func end(_ attempt: AttemptId, _ outcome: EffectOutcome) { ended.append((attempt, outcome)) }
    func write(_ attempt: AttemptId, _ stream: LogStream, _ bytes: ArraySlice<UInt8>) {
        if !bytes.isEmpty { written.append(Written(attempt: attempt, stream: stream, bytes: bytes)) }
    }
    func note(_ attempt: AttemptId, _ text: String) {
        write(attempt, .note, ArraySlice(Array((text + "\n").utf8)))
    }
}

/// Starts, feeds, reads, cancels and reaps processes.
package final class ProcessTable {
    private let poller: Poller
    private let reports: DoorReports
    private let inherited: InheritedEnvironment
    private let secrets: Secrets
    private var search: ProgramSearch
    private let nullDevice: Int32
    private let scratch = UnsafeMutableRawBufferPointer.allocate(
        byteCount: DoorLimits.pipeBytes, alignment: 16)

    private var places: [RunningProcess?] = []
    private var generations: [UInt32] = []
    private var freePlaces: [Int] = []
    private var placeOf: [AttemptId: Int] = [:]
    /// Requests beyond `DoorLimits.processesMax`, first come first served, from `waitingHead` on.
    private var waiting: [ProcessRequest] = []
    private var waitingHead = 0
    /// Places with a deadline.
    private var timed: [Int] = []

    private var arguments = CStringList()
    private var environment = CStringList()

    package init(
        poller: Poller, reports: DoorReports, inherited: InheritedEnvironment, secrets: Secrets = Secrets()
    ) throws(DoorError) {
        self.poller = poller
        self.reports = reports
        self.inherited = inherited
        self.secrets = secrets
        search = ProgramSearch(path: inherited.path)
        nullDevice = open("/dev/null", O_RDWR | O_CLOEXEC)
        if nullDevice < 0 { throw .system("/dev/null", errno) }
    }

    deinit {
        for process in places { process?.closeAll() }
        close(nullDevice)
        scratch.deallocate()
    }

    /// Processes in flight.
    package var count: Int { placeOf.count }

    // MARK: starting

    /// Starts a process, or queues it when `DoorLimits.processesMax` are in flight. Its end is reported later, a
    /// failure to start at once.
    package func start(_ request: ProcessRequest) {
        if count >= DoorLimits.processesMax {
            waiting.append(request)
        } else {
            launch(request)
        }
    }

    private func startWaiting() {
        while waitingHead < waiting.count, count < DoorLimits.processesMax {
            let request = waiting[waitingHead]
            waitingHead += 1
            launch(request)
        }
        if waitingHead == waiting.count {
            waiting.removeAll()
            waitingHead = 0
        }
    }

    private func launch(_ request: ProcessRequest) {
        let hasInput = request.input.map { !$0.isEmpty } ?? false
        switch started(request, hasInput: hasInput) {
        case .success(let process): adopt(process, request)
        case .failure(let failure): reports.end(request.attempt, .failure(failure.failure))
        }
    }

    /// Starts a process and leaves it to the caller.
    /// - Parameter hasInput: whether it gets a pipe as standard input; else it reads nothing.
    func started(
        _ request: ProcessRequest, hasInput: Bool
    ) -> Result<RunningProcess, StartFailure> {
        if let failure = prepare(request) { return .failure(StartFailure(failure: failure)) }
        let folder = request.folder.map { absolutePath($0, from: request.baseFolder) } ?? request.baseFolder
        var isRetry = false
        while true {
            let path: String
            switch find(request, from: folder) {
            case .success(let found): path = found
            case .failure(let missing): return .failure(missing)
            }
            switch spawn(request, path: path, folder: folder, needsPipe: hasInput) {
            case .success(let process): return .success(process)
            case .failure(let trouble):
                // The remembered place of the program may be out of date: look once more.
                if trouble.step == 3, trouble.code == ENOENT, !isRetry, path != request.program {
                    search.forget(request.program)
                    isRetry = true
                    continue
                }
                return .failure(StartFailure(failure: failure(trouble, request, folder: folder)))
            }
        }
    }

    /// Fills `arguments` and `environment`.
    private func prepare(_ request: ProcessRequest) -> EffectFailure? {
        arguments.removeAll()
        arguments.append(request.program)
        for argument in request.arguments { arguments.append(argument) }
        environment.removeAll()
        for entry in inherited.entries where !request.environment.contains(where: { $0.name == entry.name }) {
            append(entry.name, entry.value)
        }
        for entry in request.environment {
            if entry.name.isEmpty || entry.name.utf8.contains(UInt8(ascii: "=")) {
                return DoorFailures.environmentName(entry.name)
            }
            append(entry.name, entry.value)
        }
        append("WF_KEY", request.key)
        append("WF_RUN", request.run)
        append("WF_STEP", request.step)
        append("WF_ATTEMPT", String(request.attemptNumber))
        arguments.seal()
        environment.seal()
        if arguments.hasNul || environment.hasNul { return DoorFailures.nulInArguments(request.program) }
        if arguments.byteCount + environment.byteCount > DoorLimits.argumentBytesMax {
            return DoorFailures.notStarted(request.program, E2BIG)
        }
        return nil
    }

    private func append(_ name: String, _ value: String) {
        environment.begin()
        environment.add(name)
        environment.add("=")
        environment.add(value)
        environment.end()
    }

    private func find(_ request: ProcessRequest, from folder: String) -> Result<String, StartFailure> {
        if let path = request.environment.first(where: { $0.name == "PATH" })?.value, path != search.path {
            var other = ProgramSearch(path: path)
            return found(other.find(request.program, from: folder), request, path: path)
        }
        return found(search.find(request.program, from: folder), request, path: search.path)
    }

    /// Why a process was not started.
    struct StartFailure: Error { var failure: EffectFailure }

    private func found(
        _ result: Result<String, ProgramMissing>, _ request: ProcessRequest, path: String
    ) -> Result<String, StartFailure> {
        result.mapError { missing in
            missing.code == ENOENT
                ? StartFailure(failure: DoorFailures.programNotFound(request.program, path: path))
                : StartFailure(failure: DoorFailures.notStarted(request.program, missing.code))
        }
    }

    private struct SpawnTrouble: Error {
        var code: Int32
        /// `failed` of `wf_spawn`; 0: a pipe could not be made.
        var step: Int32
    }

    private func failure(_ trouble: SpawnTrouble, _ request: ProcessRequest, folder: String) -> EffectFailure
    {
        switch (trouble.step, trouble.code) {
        case (2, let code): return DoorFailures.folderNotUsable(folder, code)
        case (3, ENOENT):
            // A script whose interpreter is missing gives ENOENT as well.
            if access(request.program, F_OK) == 0 {
                return DoorFailures.text(
                    "notFound",
                    "`\(request.program)` cannot be started: the interpreter in its first line is missing")
            }
            return DoorFailures.programNotFound(request.program, path: search.path)
        default: return DoorFailures.notStarted(request.program, trouble.code)
        }
    }

    private func spawn(
        _ request: ProcessRequest, path: String, folder: String, needsPipe: Bool
    ) -> Result<RunningProcess, SpawnTrouble> {
        var (outputEnds, errorEnds, inputEnds) = (PipeEnds(), PipeEnds(), PipeEnds())
        guard outputEnds.open(), errorEnds.open(), !needsPipe || inputEnds.open() else {
            let code = errno
            outputEnds.closeBoth()
            errorEnds.closeBoth()
            return .failure(SpawnTrouble(code: code, step: 0))
        }
        var pidfd: Int32 = -1
        var failed: Int32 = 0
        let processId = arguments.withPointers { arguments in
            environment.withPointers { environment in
                path.withCString { path in
                    folder.withCString { folder in
                        var spawnRequest = wf_spawn_request(
                            path: path, arguments: arguments, environment: environment, directory: folder,
                            input: needsPipe ? inputEnds.read : nullDevice, output: outputEnds.write,
                            error: errorEnds.write, death_signal: SIGKILL)
                        return wf_spawn(&spawnRequest, &pidfd, &failed)
                    }
                }
            }
        }
        closeDescriptor(&outputEnds.write)
        closeDescriptor(&errorEnds.write)
        closeDescriptor(&inputEnds.read)
        if processId < 0 {
            outputEnds.closeBoth()
            errorEnds.closeBoth()
            inputEnds.closeBoth()
            return .failure(SpawnTrouble(code: -processId, step: failed))
        }
        let process = RunningProcess(
            attempt: request.attempt, program: request.program, accepted: request.accepted,
            processId: processId,
            pidfd: pidfd, outputDescriptor: outputEnds.read, errorDescriptor: errorEnds.read)
        process.inputDescriptor = inputEnds.write
        return .success(process)
    }

    private func adopt(_ process: RunningProcess, _ request: ProcessRequest) {
        let place = freePlaces.popLast() ?? places.count
        if place == places.count {
            places.append(nil)
            generations.append(0)
        }
        places[place] = process
        placeOf[process.attempt] = place
        if process.inputDescriptor >= 0, let input = request.input {
            process.input = input
            _ = fcntl(process.inputDescriptor, F_SETFL, O_NONBLOCK)
            process.writeInput()
        }
        do throws(DoorError) {
            try watch(process.pidfd, .process, place)
            try watch(process.outputDescriptor, .standardOutput, place)
            try watch(process.errorDescriptor, .standardError, place)
            if process.inputDescriptor >= 0 {
                try poller.watch(process.inputDescriptor, reading: false, token: token(.standardInput, place))
            }
        } catch {
            process.failure = DoorFailures.text("io", "`\(process.program)` cannot be watched: \(error)")
            process.signalGroup(SIGKILL)
            reapWaiting(process)
            finish(process, place)
        }
    }

    private func watch(_ descriptor: Int32, _ kind: PollToken.Kind, _ place: Int) throws(DoorError) {
        try poller.watch(descriptor, reading: true, token: token(kind, place))
    }

    private func token(_ kind: PollToken.Kind, _ place: Int) -> PollToken {
        PollToken(kind, place: place, generation: generations[place])
    }

    // MARK: events

    /// Moves the process along that an event is about; events for processes that have gone are ignored.
    package func handle(_ event: PollEvent) {
        let place = event.token.place
        guard place < places.count, let process = places[place],
            event.token == token(event.token.kind, place)
        else { return }
        switch event.token.kind {
        case .process: reap(process)
        case .standardOutput:
            read(&process.outputDescriptor, into: &process.output, process, .output, isEnd: !event.isReadable)
        case .standardError:
            read(&process.errorDescriptor, into: &process.error, process, .error, isEnd: !event.isReadable)
        case .standardInput: process.writeInput()
        case .workers, .signals, .turns, .bell, .http, .plugin: return
        }
        // Most processes end right after they have closed their output: ask before another wake-up.
        if !process.hasOpenOutput, process.ending == nil { reap(process) }
        settle(process, place)
    }

    private func read(
        _ descriptor: inout Int32, into capture: inout OutputCapture, _ process: RunningProcess,
        _ stream: LogStream, isEnd: Bool
    ) {
        if descriptor < 0 { return }
        let count = isEnd ? 0 : Glibc.read(descriptor, scratch.baseAddress, scratch.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        if count > 0 {
            capture.append(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
            if capture.isOverfull, process.failure == nil {
                process.failure = DoorFailures.output(
                    process.program, stream: stream == .output ? "output" : "error")
                process.signalGroup(SIGKILL)
            }
        } else {
            closeDescriptor(&descriptor)
        }
        reports.write(process.attempt, stream, capture.takeLines(ended: count <= 0))
    }

    private func reap(_ process: RunningProcess) {
        if process.ending != nil { return }
        if process.isCancelled || process.failure != nil {
            // Before the leader is reaped the group's number cannot be anybody else's.
            kill(-process.processId, SIGKILL)
        }
        var (code, signal): (Int32, Int32) = (0, 0)
        let result = wf_reap(process.pidfd, &code, &signal)
        if result == 0 { return }
        process.ending = result > 0 ? (Int(code), Int(signal)) : (0, Int(SIGKILL))
        closeDescriptor(&process.pidfd)
    }

    private func reapWaiting(_ process: RunningProcess) {
        var wait = pollfd(fd: process.pidfd, events: Int16(POLLIN), revents: 0)
        while process.ending == nil {
            _ = poll(&wait, 1, -1)
            reap(process)
        }
    }

    /// Ends the attempt if the process has ended and its output is complete, or arranges for that.
    private func settle(_ process: RunningProcess, _ place: Int) {
        guard process.ending != nil else { return }
        if !process.hasOpenOutput { return finish(process, place) }
        // Somebody else holds the other end, or it has not been read to its end: wait for a moment.
        if !process.isDraining {
            process.isDraining = true
            setDeadline(process, place, afterMs: DoorLimits.drainGraceMs)
        }
    }

    private func finish(_ process: RunningProcess, _ place: Int) {
        for (descriptor, stream) in [
            (process.outputDescriptor, LogStream.output), (process.errorDescriptor, .error),
        ]
        where descriptor >= 0 {
            reports.write(
                process.attempt, stream,
                stream == .output
                    ? process.output.takeLines(ended: true) : process.error.takeLines(ended: true))
        }
        process.closeAll()
        places[place] = nil
        generations[place] &+= 1
        freePlaces.append(place)
        placeOf[process.attempt] = nil
        if process.deadline != nil { timed.removeAll { $0 == place } }
        reports.end(process.attempt, process.outcome(secrets.redacted) { reports.note(process.attempt, $0) })
        startWaiting()
    }

    // MARK: cancelling and time

    /// Ends the process of an attempt: TERM to its group, KILL after a grace period. Its end is reported as usual.
    package func cancel(_ attempt: AttemptId) {
        if let place = placeOf[attempt], let process = places[place] {
            if process.isCancelled || process.ending != nil { return }
            process.isCancelled = true
            process.signalGroup(SIGTERM)
            // A stopped process would not get to see it.
            process.signalGroup(SIGCONT)
            setDeadline(process, place, afterMs: DoorLimits.cancelGraceMs)
        } else if let index = waiting[waitingHead...].firstIndex(where: { $0.attempt == attempt }) {
            waiting.remove(at: index)
            reports.end(attempt, .failure(DoorFailures.cancelled))
        }
    }

    /// Whether an attempt is a process of this table.
    package func holds(_ attempt: AttemptId) -> Bool {
        placeOf[attempt] != nil || waiting[waitingHead...].contains { $0.attempt == attempt }
    }

    /// Cancels everything in flight and forgets what waits.
    package func cancelAll() {
        waiting.removeAll()
        waitingHead = 0
        for process in places { if let process { cancel(process.attempt) } }
    }

    /// Kills everything in flight at once.
    package func killAll() {
        for process in places { process?.signalGroup(SIGKILL) }
    }

    private func setDeadline(_ process: RunningProcess, _ place: Int, afterMs: Int) {
        if process.deadline == nil { timed.append(place) }
        process.deadline = monotonicNanoseconds() + Int64(afterMs) * 1_000_000
    }

    /// Monotonic nanoseconds at which `runTimers` has something to do.
    package var nextDeadline: Int64? {
        timed.isEmpty ? nil : timed.compactMap { places[$0]?.deadline }.min()
    }

    /// Does what is due.
    package func runTimers(now: Int64) {
        if timed.isEmpty { return }
        for place in timed {
            guard let process = places[place], let deadline = process.deadline, deadline <= now else {
                continue
            }
            if process.ending == nil {
                process.signalGroup(SIGKILL)
                process.deadline = now + Int64(DoorLimits.cancelGraceMs) * 1_000_000
            } else {
                reports.note(
                    process.attempt,
                    "`\(process.program)` has ended, but left its output open in another process; what comes is lost"
                )
                finish(process, place)
            }
        }
    }
}

/// The two ends of a pipe; -1 where there is none.
private struct PipeEnds {
    var read: Int32 = -1
    var write: Int32 = -1

    mutating func open() -> Bool {
        var ends: [Int32] = [-1, -1]
        if wf_pipe_cloexec(&ends) != 0 { return false }
        (read, write) = (ends[0], ends[1])
        return true
    }

    mutating func closeBoth() {
        closeDescriptor(&read)
        closeDescriptor(&write)
    }
}

/// A path made absolute by a base folder.
package func absolutePath(_ path: String, from base: String) -> String {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    if path.isEmpty || path == "." { return base }
    return base == "/" ? "/" + path : base + "/" + path
}
