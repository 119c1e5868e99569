// What a person or a program sees of runs while they go on: a live tree on a terminal, plain lines in a pipe, JSON
// lines with `--events`, nothing with `--quiet`. It watches; it decides nothing but how to stop on a signal.
import CLinux
import Glibc
import WfCommand
import WfDoors
import WfEngine
import WfJournalSQLite
import WfPlan
import WfProgress
import WfValue

/// How progress is shown.
enum ViewMode {
    case quiet, plain, live, events

    init(_ arguments: Arguments) {
        if arguments.has("--events") {
            self = .events
        } else if arguments.has("--quiet") {
            self = .quiet
        } else {
            let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
            self = isatty(STDERR_FILENO) == 1 && !isDumb ? .live : .plain
        }
    }
}

/// Shows what happens on standard error, and keeps what has ended.
final class ProgressView: DriverObserver {
    private let mode: ViewMode
    private let streams: Streams
    private let colour: Bool
    /// Holds the runs, for the commands that are printed.
    private let journal: SQLiteJournal
    private var plans: [String: Plan] = [:]
    /// In the order in which the runs began.
    private var models: [(run: String, model: LiveModel)] = []
    private var drawnLines = 0
    private var frame = 0
    private var isDirty = false
    private var lastDraw: Int64 = 0
    private var isCursorHidden = false
    private(set) var ended: [EndedRun] = []
    private(set) var lost: [RunId] = []
    private(set) var unusable: [(run: RunId, error: EngineError)] = []
    /// Called when a signal asks to stop.
    var onInterrupt: (() -> Void)?
    /// Called when a second signal asks to stop at once, just before the end of this process.
    var onAbandon: (() -> Void)?
    private(set) var interruptions = 0
    /// Called when a run waits for another that nobody may be running.
    var onWanted: ((RunId) -> Void)?

    /// Between two drawings: at most 20 a second.
    private static let drawEvery: Int64 = 50_000_000

    init(_ mode: ViewMode, _ streams: Streams, _ journal: SQLiteJournal, colour: Bool) {
        self.journal = journal
        self.mode = mode
        self.streams = streams
        self.colour = colour
    }

    /// Tells the view of a run before its first event.
    func watch(_ run: RunId, plan: Plan) {
        follow(run, plan)
        if mode == .plain { line("run \(run)") }
    }

    private func follow(_ run: RunId, _ plan: Plan) {
        plans[run.text] = plan
        if mode == .live { models.append((run.text, LiveModel())) }
    }

    /// The run only waits, and costs nothing from here on.
    private func forget(_ run: RunId) {
        plans[run.text] = nil
        models.removeAll { $0.run == run.text }
    }

    // MARK: events

    func wanted(_ run: RunId) { onWanted?(run) }

    func turned(_ turn: Turn) {
        for (run, plan) in turn.spawnedRuns { watch(run, plan: plan) }
        for (run, plan) in turn.loadedRuns where plans[run.text] == nil { follow(run, plan) }
        defer { for run in turn.evictedRuns { forget(run) } }
        ended.append(contentsOf: turn.endedRuns)
        lost.append(contentsOf: turn.lostRuns)
        unusable.append(contentsOf: turn.unusableRuns)
        if turn.events.isEmpty { return }
        switch mode {
        case .quiet: return
        case .plain: for event in turn.events { plain(event) }
        case .events:
            for event in turn.events { json(event) }
            streams.error.flush()
        case .live:
            for event in turn.events {
                guard let index = models.firstIndex(where: { $0.run == event.run.text }),
                    let plan = plans[event.run.text]
                else { continue }
                let isShown = event.node.map { LiveModel.isShown($0, plan) } ?? true
                models[index].model.apply(event, isShown: isShown)
            }
            isDirty = true
            if monotonicNanoseconds() - lastDraw >= ProgressView.drawEvery { draw() }
        }
        if mode == .plain { streams.error.flush() }
    }

    func emitted(_ emission: Emission) {
        switch mode {
        case .quiet: return
        case .events:
            var object = JsonObject()
            object.add("event", "emit")
            object.add("run", emission.request.run.text)
            object.add("time", time: Int64(wallMicroseconds()))
            object.add("step", emission.request.stepPath)
            object.add("name", emission.name)
            object.add("data", json: emission.data)
            streams.error.write(object.bytes + [0x0A])
            streams.error.flush()
        case .plain: line("  • \(emission.name) \(String(decoding: emission.data, as: UTF8.self))")
        case .live:
            erase()
            let text = printable("\(emission.name) \(String(decoding: emission.data, as: UTF8.self))")
            streams.error.write("• \(fitted(text, size().width - 3))\n")
            draw()
        }
    }

    private func line(_ text: String) { streams.error.write(printable(text) + "\n") }

    private func plain(_ event: RunEvent) {
        switch event.kind {
        case .runStarted, .runResumed, .runCancelling, .runDone, .runFailed, .runCancelled, .scopeOpened,
            .scopeClosed, .nodeAgain:
            return
        case .runPaused: line("  ‖ paused; go on with `\(journal.command("unpause \(event.run)"))`")
        case .runUnpaused: line("  ▸ unpaused")
        case .nodeCached:
            line("  ≡ \(event.path) from the cache of \(TimeText.text(Int(event.dueTime)))")
        case .nodeStarted: if event.attempt > 1 { line("  ↻ \(event.path) (attempt \(event.attempt))") }
        case .nodeEnded: shown(event) { line("  ✓ \(event.path)") }
        case .nodeSkipped: shown(event) { line("  – \(event.path) skipped") }
        case .nodeRetrying: line("  ↻ \(event.path) failed, again: \(event.failure?.message ?? "")")
        case .nodeFailed: shown(event) { line("  ✗ \(event.path): \(event.failure?.message ?? "failed")") }
        case .nodeCancelled: shown(event) { line("  ⊘ \(event.path) cancelled") }
        case .nodeSleeping: line("  ◷ \(event.path) until \(TimeText.text(Int(event.dueTime)))")
        case .nodeElse: line("  ↷ \(event.path) else")
        case .nodeUnresolved:
            line("  ? \(event.path): \(event.failure?.message ?? "")")
            let step = "\(event.run) \(shellWord(event.path))"
            line("    say what came of it: \(journal.resolveCommand(step))")
        case .nodeCaught: line("  ↷ \(event.path) caught: \(event.failure?.message ?? "")")
        case .scopeUndoing: line("  ↶ undoing \(counted(event.total, "step"))")
        case .undoFailed:
            if let failure = event.failure { line("  ✗ \(failure.step) failed: \(failure.message)") }
        case .nodeWaiting: line("  ◌ \(event.path) waits for \(event.what)")
        }
    }

    private func shown(_ event: RunEvent, _ body: () -> Void) {
        guard let node = event.node, let plan = plans[event.run.text], LiveModel.isShown(node, plan) else {
            return
        }
        body()
    }

    private func json(_ event: RunEvent) {
        guard let plan = plans[event.run.text] else { return }
        streams.error.write(eventObject(event, plan).bytes + [0x0A])
    }

    // MARK: the live tree

    var nextRedraw: Int64? { mode == .live ? lastDraw + (isDirty ? 1 : 2) * ProgressView.drawEvery : nil }

    func redraw() {
        frame += 1
        draw()
    }

    private func size() -> (width: Int, height: Int) {
        var (columns, rows): (Int32, Int32) = (0, 0)
        if wf_terminal_size(STDERR_FILENO, &columns, &rows) != 0 { return (80, 24) }
        return (columns > 0 ? Int(columns) : 80, rows > 0 ? Int(rows) : 24)
    }

    private func draw(isFinal: Bool = false) {
        let (width, height) = size()
        var lines: [String] = []
        let options = RenderOptions(
            width: width, height: isFinal ? Int.max : max(1, (height - 1) / max(1, models.count)),
            now: Int64(wallMicroseconds()), colour: colour, frame: frame)
        for (_, model) in models { lines += TreeRenderer.render(model, options) }
        var text = isCursorHidden ? "" : "\u{1B}[?25l"
        isCursorHidden = true
        if drawnLines > 0 { text += "\u{1B}[\(drawnLines)A\r" }
        for line in lines { text += line + "\u{1B}[K\n" }
        text += "\u{1B}[J"
        streams.error.write(text)
        streams.error.flush()
        drawnLines = min(lines.count, height)
        lastDraw = monotonicNanoseconds()
        isDirty = false
    }

    private func erase() {
        if drawnLines > 0 { streams.error.write("\u{1B}[\(drawnLines)A\r\u{1B}[J") }
        drawnLines = 0
    }

    /// Leaves the last picture standing and gives the terminal back as it was.
    func finish() {
        guard mode == .live else { return streams.error.flush() }
        draw(isFinal: true)
        restore()
    }

    private func restore() {
        if isCursorHidden { streams.error.write("\u{1B}[?25h") }
        isCursorHidden = false
        streams.error.flush()
    }

    // MARK: signals

    func signalled(_ number: Int32) {
        if number == SIGWINCH {
            if mode == .live { draw() }
            return
        }
        interruptions += 1
        if interruptions > 1 {
            restore()
            onAbandon?()
            _exit(ExitStatus.interrupted)
        }
        if mode == .live { erase() }
        streams.printNote("stopping; once more to stop at once")
        onInterrupt?()
    }
}

/// An event as `--events` and `show --json` write it.
func eventObject(_ event: RunEvent, _ plan: Plan) -> JsonObject {
    var object = JsonObject()
    object.add("event", "\(event.kind)")
    object.add("run", event.run.text)
    object.add("time", time: event.time)
    if !event.path.isEmpty { object.add("step", event.path) }
    if event.kind == .nodeStarted || event.kind == .nodeWaiting {
        object.add("attempt", max(1, event.attempt))
    }
    if !event.what.isEmpty { object.add("waits", event.what) }
    if event.kind == .nodeStarted || event.kind == .nodeSleeping || event.kind == .nodeWaiting,
        let node = event.node,
        let effect = effectName(node, plan)
    {
        object.add("effect", effect)
    }
    if event.total > 0 { object.add("total", event.total) }
    if event.dueTime != 0 { object.add("due", time: event.dueTime) }
    if let failure = event.failure { object.add("failure", failureObject(failure, plan)) }
    if let value = event.value, let node = event.node, event.valueId == 0,
        let json = try? plan.types.jsonText(of: value, as: TypeId(raw: plan.nodes[node].type))
    {
        object.add("value", json: json)
    }
    return object
}

/// A message of the command itself as `--events` writes it.
func messageObject(_ message: Streams.Message) -> JsonObject {
    var object = JsonObject()
    object.add("event", message.code == nil ? "note" : "error")
    object.add("time", time: Int64(wallMicroseconds()))
    if let code = message.code { object.add("code", "\(code)") }
    object.add("message", message.text)
    if let help = message.help { object.add("help", help) }
    return object
}

/// The effect behind a node, or nil when it has none of its own.
private func effectName(_ node: Int, _ plan: Plan) -> String? {
    let row = plan.nodes[node]
    switch NodeKind(rawValue: row.kind) {
    case .effect: return plan.string(plan.effects[Int(row.target)].name)
    case .action: return plan.string(plan.effects[Int(plan.actions[Int(row.target)].effect)].name)
    case .value, .workflow, .block, .branch, .fan, .loop, .fail, .try, .race, .await, .spawn, .send, .stop,
        .choose, .chooseSome, .pass, .first, .caught, .watch, nil:
        return nil
    }
}
