// Runs and other runs: starting one, waiting for its end, sending it a signal, asking it to stop. The other run may be
// this engine's, another process's, or nobody's.

import WfJournal
import WfPlan
import WfValue

/// Who waits for the end of which run.
struct RunWaits {
    /// By number of a run of this engine.
    var here: [Int64: [Listener]] = [:]
    /// By number of a run that somebody else runs, or nobody.
    var elsewhere: [Int64: [Listener]] = [:]
    /// Runs that have ended in the turn before, and who waited.
    var ended: [(record: RunRecord, listeners: [Listener])] = []
    /// Runs that nobody may be running, for the driver to take over.
    var wanted: [RunId] = []
    /// Started in this turn.
    var spawned: [Run] = []
}

extension Engine {
    // MARK: spawn

    func startSpawn(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) {
        guard let arguments = argument(row.chunk, scope, node, role) else { return }
        let parent = scope.run
        let types = parent.context.parameterTypes(ofWorkflow: Int(row.target))
        let given = parent.context.split(arguments, types) ?? []
        let id = RunId(key: scope.key(node, role: role))
        let plan = parent.context.plan
        var record = RunRecord(
            number: nextId(), id: id.text, workflow: plan.string(plan.workflows[Int(row.target)].name),
            name: "", plan: plan.identity, status: .running, owner: session?.owner ?? 0, epoch: 1,
            created: now.wall, baseFolder: parent.record.baseFolder, input: given.flatMap { $0 })
        record.parent = parent.number
        record.config = parent.record.config
        record.isAttached = row.flags & NodeRow.attachedFlag != 0
        scope.liveNode(node).role = role
        apply(.started(1), scope, node)
        end(scope, node, encoded(id))
        let run = Run(
            id: id, number: record.number, context: parent.context, workflow: Int(row.target), record: record)
        runs[run.number] = run
        runNumbers[id] = run.number
        runWaits.spawned.append(run)
        begin(run, given)
    }

    /// A handle: a record whose one field is the id.
    private func encoded(_ id: RunId) -> [UInt8] {
        var writer = ByteWriter()
        writer.appendString(id.text)
        return writer.toArray()
    }

    // MARK: await

    func startAwaitRun(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) {
        guard let handle = argument(row.chunk, scope, node, role) else { return }
        let id = readText(handle)
        awaitRun(id, listen(scope, node, role, for: "run \(id)"))
    }

    func awaitRunAgain(_ live: LiveNode, _ row: NodeRow) {
        guard let handle = argument(row.chunk, live.scope, live.node, live.role) else { return }
        awaitRun(readText(handle), live)
    }

    private func awaitRun(_ id: String, _ live: LiveNode) {
        if let number = runNumbers[RunId(id)] {
            runWaits.here[number, default: []].append(Listener(live))
            return
        }
        guard let record = look({ () throws(JournalError) in try journal.run(id: id) }) else {
            let failure = Failure(kind: "notFound", message: "the journal has no run `\(id)`")
            return attemptFailed(live.scope, live.node, live.role, failure)
        }
        if record.status.isEnded { return otherEnded(record, [Listener(live)]) }
        runWaits.elsewhere[record.number, default: []].append(Listener(live))
        runWaits.wanted.append(RunId(id))
    }

    /// A run has been taken over: who waited for it while it was somebody else's waits for ours.
    func adoptWaits(for run: Run) {
        guard let listeners = runWaits.elsewhere.removeValue(forKey: run.number) else { return }
        runWaits.here[run.number, default: []] += listeners
    }

    /// After the commit: who waited for a run that has ended learns it in the next turn.
    func noteEnd(of run: Run) {
        guard let listeners = runWaits.here.removeValue(forKey: run.number) else { return }
        runWaits.ended.append((run.record, listeners))
    }

    /// The run is somebody else's now.
    func noteLoss(of run: Run) {
        guard let listeners = runWaits.here.removeValue(forKey: run.number) else { return }
        runWaits.elsewhere[run.number, default: []] += listeners
    }

    func settleEndedRuns() {
        if runWaits.ended.isEmpty { return }
        let ended = runWaits.ended
        runWaits.ended = []
        for (record, listeners) in ended { otherEnded(record, listeners) }
    }

    /// Looks at runs that others run, as somebody has rung.
    func lookAtOtherRuns() {
        for number in runWaits.elsewhere.keys.sorted() {
            guard let record = look({ () throws(JournalError) in try journal.run(number: number) }),
                record.status.isEnded,
                let listeners = runWaits.elsewhere.removeValue(forKey: number)
            else { continue }
            otherEnded(record, listeners)
        }
    }

    private func otherEnded(_ record: RunRecord, _ listeners: [Listener]) {
        for listener in listeners where listener.isMeant {
            let live = listener.live
            switch record.status {
            case .done: received(live, record.result, "the value of run `\(record.id)`")
            case .failed:
                var reason = (try? Failure(encoded: record.result)) ?? Failure(kind: "failed", message: "")
                reason.message = "run `\(record.id)` failed: \(reason.message)"
                (reason.step, reason.attempts, reason.span, reason.attached) = ("", 0, .none, [])
                attemptFailed(live.scope, live.node, live.role, reason)
            case .cancelled, .running, .cancelling:
                let failure = Failure(kind: "failed", message: "run `\(record.id)` was cancelled")
                attemptFailed(live.scope, live.node, live.role, failure)
            }
        }
    }

    // MARK: messages

    /// `handle.send(…)` and `handle.cancel()`: the request is stored in the transaction of the step.
    func startMessage(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) {
        guard let message = argument(row.chunk, scope, node, role) else { return }
        let isSignal = NodeKind(rawValue: row.kind) == .send
        let id = readText(message)
        scope.liveNode(node).role = role
        guard let other = record(of: id) else {
            let failure = Failure(kind: "notFound", message: "the journal has no run `\(id)`")
            return attemptFailed(scope, node, role, failure)
        }
        if other.status.isEnded && isSignal {
            let message = "run `\(id)` has ended (\(other.status.word)); nothing was sent"
            return finallyFail(scope, node, role, Failure(kind: "ended", message: message))
        }
        let plan = scope.run.context.plan
        if !other.status.isEnded {
            post(
                RequestRecord(
                    run: other.number, kind: isSignal ? .signal : .cancel,
                    name: isSignal ? plan.string(plan.signals[Int(row.target)].name) : "",
                    key: isSignal ? scope.key(node, role: role) : "", time: now.wall,
                    bytes: isSignal ? rest(of: message) : []), from: scope.run)
        }
        apply(.started(1), scope, node)
        end(scope, node, [])
    }

    private func record(of id: String) -> RunRecord? {
        if let number = runNumbers[RunId(id)], let run = runs[number] { return run.record }
        return look { () throws(JournalError) in try journal.run(id: id) }
    }

    /// Sends a request with the transaction of this turn; a run of our own finds it in the next.
    private func post(_ request: RequestRecord, from run: Run) {
        run.hearing.posts.append(request)
        isNoticeDue = true
        markDirty(run)
    }

    /// A run was asked to stop, or has failed: so do the runs that are attached to it.
    func stopAttached(to run: Run) {
        var children = look { () throws(JournalError) in try journal.attached(to: run.number) } ?? []
        for other in runs.values
        where other.record.parent == run.number && other.record.isAttached && !other.isStored {
            children.append(other.number)
        }
        for child in children.sorted() {
            post(RequestRecord(run: child, kind: .cancel, time: now.wall), from: run)
        }
    }

    /// The String that a value begins with: a handle's id.
    private func readText(_ value: [UInt8]) -> String {
        value.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            return (try? reader.readString()) ?? ""
        }
    }

    /// What stands behind that String.
    private func rest(of value: [UInt8]) -> [UInt8] {
        value.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            _ = try? reader.readString()
            return Array(buffer[reader.position...])
        }
    }

    /// Asks the journal within a turn; what it refuses ends the turn.
    func look<Result>(_ body: () throws(JournalError) -> Result?) -> Result? {
        do throws(JournalError) { return try body() } catch {
            if trouble == nil { trouble = error }
            return nil
        }
    }
}
