// The processes in flight: starts them, moves their bytes, ends them. One thread, no waiting: everything goes
// through the poller. It does not know what an attempt is for; it reports its end to a `DoorReports`.
import CLinux
import Glibc
public import WfEngine
public import WfJournal
import WfValue

/// What the doors have to tell: ended attempts and what processes wrote, in the order in which it happened.
public final class DoorReports {
    public struct Written {
        public var attempt: AttemptId
        public var stream: LogStream
        public var bytes: ArraySlice<UInt8>
    }

    public var ended: [(attempt: AttemptId, outcome: EffectOutcome)] = []
    public var written: [Written] = []

    public init() {}

    func end(_ attempt: AttemptId, _ outcome: EffectOutcome) { ended.append((attempt, outcome)) }
    func write(_ attempt: AttemptId, _ stream: LogStream, _ bytes: ArraySlice<UInt8>) {
        if !bytes.isEmpty { written.append(Written(attempt: attempt, stream: stream, bytes: bytes)) }
    }
    func note(_ attempt: AttemptId, _ text: String) {
        write(attempt, .note, ArraySlice(Array((text + "\n").utf8)))
    }
}

/// Starts, feeds, reads, cancels and reaps processes.
public final class ProcessTable {
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
    /// As many processes as may be in flight.
    private let processesMax: Int
    /// The system had no room for a process; one that ends makes some.
    private var isFull = false
    /// Places with a deadline.
    private var timed: [Int] = []
    /// Processes whose output nobody watches yet, in the order of their starts, from `unwatchedHead` on; and the
    /// monotonic nanoseconds at which somebody is to.
    private var unwatched: [(process: RunningProcess, due: Int64)] = []
    private var unwatchedHead = 0

    /// Where processes are started; there are as many as were ever on their way at once.
    private var freeStarts: [StartPlace] = []
    /// Processes that have not executed their programs yet, as far as is known.
    private var starting: [RunningProcess] = []
    /// What processes get of our environment.
    private var ownEnvironment = CStringList()

    public init(
        poller: Poller, reports: DoorReports, inherited: InheritedEnvironment, secrets: Secrets = Secrets()
    ) throws(DoorError) {
        self.poller = poller
        self.reports = reports
        self.inherited = inherited
        self.secrets = secrets
        search = ProgramSearch(path: inherited.path)
        // Each takes up to four descriptors; the journal and other doors need some, too.
        let descriptors = Int(wf_raise_descriptors(UInt64(DoorLimits.processesMax * 4 + 512)))
        processesMax = max(1, min(DoorLimits.processesMax, (descriptors - 64) / 4))
        nullDevice = open("/dev/null", O_RDWR | O_CLOEXEC)
        if nullDevice < 0 { throw .system("/dev/null", errno) }
        for entry in inherited.entries { append(entry.name, entry.value, to: &ownEnvironment) }
    }

    deinit {
        for process in places { process?.closeAll() }
        close(nullDevice)
        scratch.deallocate()
    }

    /// Processes in flight.
    public var count: Int { placeOf.count }

    // MARK: starting

    /// Starts a process, or queues it while as many are in flight as there is room for. Its end is reported later, also
    /// when its program cannot be executed.
    public func start(_ request: ProcessRequest) {
        if count >= processesMax || isFull {
            waiting.append(request)
        } else {
            launch(request)
        }
    }

    private func startWaiting() {
        isFull = false
        while waitingHead < waiting.count, count < processesMax, !isFull {
            let request = waiting[waitingHead]
            waitingHead += 1
            launch(request)
        }
        if waitingHead == waiting.count {
            waiting.removeAll()
            waitingHead = 0
        }
    }

    /// - Parameter searched: the program was looked for anew, since what was remembered has gone.
    private func launch(_ request: ProcessRequest, searched: Bool = false) {
        let hasInput = request.input.map { !$0.isEmpty } ?? false
        switch begun(request, hasInput: hasInput, searched: searched) {
        case .success(let process): adopt(process, request)
        case .failure(let failure) where failure.isForWantOfRoom && count > 0:
            isFull = true
            waiting.insert(request, at: waitingHead)
        case .failure(let failure): reports.end(request.attempt, .failure(failure.failure))
        }
    }

    /// Starts a process, waits until it executes its program, and leaves it to the caller.
    /// - Parameter hasInput: whether it gets a pipe as standard input; else it reads nothing.
    func started(_ request: ProcessRequest, hasInput: Bool) -> Result<RunningProcess, StartFailure> {
        var searched = false
        while true {
            let process: RunningProcess
            switch begun(request, hasInput: hasInput, searched: searched) {
            case .success(let made): process = made
            case .failure(let failure): return .failure(failure)
            }
            process.start?.place?.wait()
            guard let trouble = leaveStart(process) else { return .success(process) }
            reapWaiting(process)
            process.closeAll()
            if shouldSearch(request, trouble, searched) {
                searched = true
                continue
            }
            return .failure(StartFailure(failure: failure(trouble, request)))
        }
    }

    /// Whether a program was not found where it is remembered to be; if so, that is forgotten.
    private func shouldSearch(_ request: ProcessRequest, _ trouble: SpawnTrouble, _ searched: Bool) -> Bool {
        guard trouble.step == .program, trouble.code == ENOENT, !searched,
            !request.program.utf8.contains(UInt8(ascii: "/"))
        else { return false }
        search.forget(request.program)
        return true
    }

    private func folder(of request: ProcessRequest) -> String {
        request.folder.map { absolutePath($0, from: request.baseFolder) } ?? request.baseFolder
    }

    /// Sends a process on its way.
    private func begun(
        _ request: ProcessRequest, hasInput: Bool, searched: Bool
    ) -> Result<RunningProcess, StartFailure> {
        for process in starting where process.start?.place?.isFree ?? false { _ = leaveStart(process) }
        starting.removeAll { $0.start?.place == nil }
        let folder = folder(of: request)
        do throws(SpawnTrouble) {
            let place = try freeStart()
            if let failure = prepare(request, place) {
                freeStarts.append(place)
                return .failure(StartFailure(failure: failure))
            }
            switch find(request, from: folder) {
            case .success(let path):
                let process = try spawn(request, place, path: path, folder: folder, hasInput: hasInput)
                process.start = RunningProcess.Start(place: place, request: request, searched: searched)
                starting.append(process)
                return .success(process)
            case .failure(let missing):
                freeStarts.append(place)
                return .failure(missing)
            }
        } catch {
            return .failure(
                StartFailure(failure: failure(error, request), isForWantOfRoom: error.isForWantOfRoom))
        }
    }

    private func freeStart() throws(SpawnTrouble) -> StartPlace {
        if let place = freeStarts.popLast() { return place }
        return try StartPlace()
    }

    /// The process has executed its program, or has failed to: why, if so.
    private func leaveStart(_ process: RunningProcess) -> SpawnTrouble? {
        guard let place = process.start?.place else { return process.startTrouble }
        process.startTrouble = place.trouble
        process.start?.place = nil
        freeStarts.append(place)
        // Who failed is tried again, or its request is quoted.
        if process.startTrouble == nil { process.start = nil }
        return process.startTrouble
    }

    /// Fills the place's arguments and environment.
    private func prepare(_ request: ProcessRequest, _ place: StartPlace) -> EffectFailure? {
        place.arguments.removeAll()
        place.arguments.append(request.program)
        for argument in request.arguments { place.arguments.append(argument) }
        place.environment.removeAll()
        if request.environment.isEmpty {
            place.environment.append(ownEnvironment)
        } else {
            for entry in inherited.entries
            where !request.environment.contains(where: { $0.name == entry.name }) {
                append(entry.name, entry.value, to: &place.environment)
            }
        }
        for entry in request.environment {
            if entry.name.isEmpty || entry.name.utf8.contains(UInt8(ascii: "=")) {
                return DoorFailures.environmentName(entry.name)
            }
            append(entry.name, entry.value, to: &place.environment)
        }
        append("WF_KEY", request.key, to: &place.environment)
        append("WF_RUN", request.run, to: &place.environment)
        append("WF_STEP", request.step, to: &place.environment)
        append("WF_ATTEMPT", String(request.attemptNumber), to: &place.environment)
        place.arguments.seal()
        place.environment.seal()
        if place.arguments.hasNul || place.environment.hasNul {
            return DoorFailures.nulInArguments(request.program)
        }
        if place.arguments.byteCount + place.environment.byteCount > DoorLimits.argumentBytesMax {
            return DoorFailures.notStarted(request.program, E2BIG)
        }
        return nil
    }

    private func append(_ name: String, _ value: String, to environment: inout CStringList) {
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
    struct StartFailure: Error {
        var failure: EffectFailure
        /// The system has no more descriptors, processes or memory now.
        var isForWantOfRoom = false
    }

    private func found(
        _ result: Result<String, ProgramMissing>, _ request: ProcessRequest, path: String
    ) -> Result<String, StartFailure> {
        result.mapError { missing in
            missing.code == ENOENT
                ? StartFailure(failure: DoorFailures.programNotFound(request.program, path: path))
                : StartFailure(failure: DoorFailures.notStarted(request.program, missing.code))
        }
    }

    private func failure(_ trouble: SpawnTrouble, _ request: ProcessRequest) -> EffectFailure {
        switch (trouble.step, trouble.code) {
        case (.folder, let code): return DoorFailures.folderNotUsable(folder(of: request), code)
        case (.program, ENOENT):
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

    /// Gives the place back when nothing is started.
    private func spawn(
        _ request: ProcessRequest, _ place: StartPlace, path: String, folder: String, hasInput: Bool
    ) throws(SpawnTrouble) -> RunningProcess {
        var (output, errors, input) = (PipeEnds(), PipeEnds(), PipeEnds())
        do throws(SpawnTrouble) {
            guard output.open(), errors.open(), !hasInput || input.open() else {
                throw SpawnTrouble(code: errno, step: .pipes)
            }
            let made = try place.spawn(
                path: path, folder: folder, input: hasInput ? input.read : nullDevice, output: output.write,
                error: errors.write)
            closeDescriptor(&output.write)
            closeDescriptor(&errors.write)
            closeDescriptor(&input.read)
            let process = RunningProcess(
                attempt: request.attempt, program: request.program, accepted: request.accepted,
                processId: made.processId, pidfd: made.pidfd, outputDescriptor: output.read,
                errorDescriptor: errors.read)
            process.inputDescriptor = input.write
            return process
        } catch {
            freeStarts.append(place)
            output.closeBoth()
            errors.closeBoth()
            input.closeBoth()
            throw error
        }
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
            try poller.watch(process.pidfd, reading: true, token: token(.process, place), once: true)
        } catch {
            return giveUp(process, place, error)
        }
        if process.inputDescriptor >= 0 { return watchPipes(process, place) }
        unwatched.append(
            (process, monotonicNanoseconds() + Int64(DoorLimits.unwatchedMs) * 1_000_000))
    }

    /// From now on the process is read from and written to whenever that is possible.
    private func watchPipes(_ process: RunningProcess, _ place: Int) {
        if process.watcher != nil { return }
        process.watcher = poller
        do throws(DoorError) {
            if process.outputDescriptor >= 0 {
                try poller.watch(
                    process.outputDescriptor, reading: true, token: token(.standardOutput, place))
            }
            if process.errorDescriptor >= 0 {
                try poller.watch(process.errorDescriptor, reading: true, token: token(.standardError, place))
            }
            if process.inputDescriptor >= 0 {
                try poller.watch(process.inputDescriptor, reading: false, token: token(.standardInput, place))
            }
        } catch {
            giveUp(process, place, error)
        }
    }

    private func giveUp(_ process: RunningProcess, _ place: Int, _ error: DoorError) {
        process.failure = DoorFailures.text("io", "`\(process.program)` cannot be watched: \(error)")
        process.signalGroup(SIGKILL)
        reapWaiting(process)
        finish(process, place)
    }

    private func token(_ kind: PollToken.Kind, _ place: Int) -> PollToken {
        PollToken(kind, place: place, generation: generations[place])
    }

    // MARK: events

    /// Moves the process along that an event is about; events for processes that have gone are ignored.
    public func handle(_ event: PollEvent) {
        let place = event.token.place
        guard place < places.count, let process = places[place],
            event.token == token(event.token.kind, place)
        else { return }
        switch event.token.kind {
        case .process:
            reap(process)
            if process.ending == nil {
                poller.change(process.pidfd, reading: true, writing: false, token: event.token)
            }
        case .standardOutput: readOutput(process, isEnd: !event.isReadable)
        case .standardError: readError(process, isEnd: !event.isReadable)
        case .standardInput: process.writeInput()
        case .workers, .signals, .turns, .bell, .http, .plugin: return
        }
        // Most processes end right after they have closed their output: ask before another wake-up.
        if !process.hasOpenOutput, process.ending == nil { reap(process) }
        settle(process, place)
    }

    private func readOutput(_ process: RunningProcess, isEnd: Bool) {
        read(&process.outputDescriptor, into: &process.output, process, .output, isEnd: isEnd)
    }

    private func readError(_ process: RunningProcess, isEnd: Bool) {
        read(&process.errorDescriptor, into: &process.error, process, .error, isEnd: isEnd)
    }

    /// Reads what a process has left behind. Others may hold the pipes and go on writing: they get no more than a pipe
    /// can hold.
    private func readRest(_ process: RunningProcess) {
        for _ in 0..<DoorLimits.restReadsMax where process.hasOpenOutput {
            let ready = wf_ready(process.outputDescriptor, process.errorDescriptor)
            if ready == 0 { return }
            let (output, error) = (Int32(ready & 0xFFFF), Int32(ready >> 16))
            if output != 0 { readOutput(process, isEnd: output & Int32(POLLIN) == 0) }
            if error != 0 { readError(process, isEnd: error & Int32(POLLIN) == 0) }
        }
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
            process.closeWatched(&descriptor)
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
        // It has left our memory for certain.
        _ = leaveStart(process)
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
        if process.watcher == nil { readRest(process) }
        if !process.hasOpenOutput { return finish(process, place) }
        watchPipes(process, place)
        // Somebody else holds the other end, or it has not been read to its end: wait for a moment.
        if !process.isDraining {
            process.isDraining = true
            setDeadline(process, place, afterMs: DoorLimits.drainGraceMs)
        }
    }

    private func finish(_ process: RunningProcess, _ place: Int) {
        if process.outputDescriptor >= 0 {
            reports.write(process.attempt, .output, process.output.takeLines(ended: true))
        }
        if process.errorDescriptor >= 0 {
            reports.write(process.attempt, .error, process.error.takeLines(ended: true))
        }
        process.closeAll()
        places[place] = nil
        generations[place] &+= 1
        freePlaces.append(place)
        placeOf[process.attempt] = nil
        if process.deadline != nil { timed.removeAll { $0 == place } }
        if let start = process.start, let trouble = process.startTrouble {
            if process.isCancelled {
                process.failure = DoorFailures.cancelled
            } else if shouldSearch(start.request, trouble, start.searched) {
                return launch(start.request, searched: true)
            } else {
                process.failure = failure(trouble, start.request)
            }
        }
        reports.end(process.attempt, process.outcome(secrets.redacted) { reports.note(process.attempt, $0) })
        startWaiting()
    }

    // MARK: cancelling and time

    /// Ends the process of an attempt: TERM to its group, KILL after a grace period. Its end is reported as usual.
    public func cancel(_ attempt: AttemptId) {
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
    public func holds(_ attempt: AttemptId) -> Bool {
        placeOf[attempt] != nil || waiting[waitingHead...].contains { $0.attempt == attempt }
    }

    /// Cancels everything in flight and forgets what waits.
    public func cancelAll() {
        waiting.removeAll()
        waitingHead = 0
        for process in places { if let process { cancel(process.attempt) } }
    }

    /// Kills everything in flight at once.
    public func killAll() {
        for process in places { process?.signalGroup(SIGKILL) }
    }

    private func setDeadline(_ process: RunningProcess, _ place: Int, afterMs: Int) {
        if process.deadline == nil { timed.append(place) }
        process.deadline = monotonicNanoseconds() + Int64(afterMs) * 1_000_000
    }

    /// Monotonic nanoseconds at which `runTimers` has something to do.
    public var nextDeadline: Int64? {
        forgetWatched()
        var result = unwatchedHead < unwatched.count ? unwatched[unwatchedHead].due : nil
        for place in timed {
            guard let due = places[place]?.deadline else { continue }
            result = min(result ?? due, due)
        }
        return result
    }

    /// Drops those from the queue who have ended or are watched.
    private func forgetWatched() {
        while unwatchedHead < unwatched.count {
            let process = unwatched[unwatchedHead].process
            if process.ending == nil && process.watcher == nil { break }
            unwatchedHead += 1
        }
        if unwatchedHead == unwatched.count || unwatchedHead > 64 {
            unwatched.removeFirst(unwatchedHead)
            unwatchedHead = 0
        }
    }

    private func watchOld(now: Int64) {
        while true {
            forgetWatched()
            guard unwatchedHead < unwatched.count, unwatched[unwatchedHead].due <= now,
                let place = placeOf[unwatched[unwatchedHead].process.attempt]
            else { return }
            watchPipes(unwatched[unwatchedHead].process, place)
        }
    }

    /// Does what is due.
    public func runTimers(now: Int64) {
        watchOld(now: now)
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
