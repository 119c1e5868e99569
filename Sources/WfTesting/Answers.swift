// What a pass answers to the calls of its runs: from mocks, from a schedule of faults, from real doors.

import WfEngine
import WfPlan
import WfValue

extension TestPass {
    func note(_ call: NotedCall) {
        let key = shown(call.key)
        if let effect = call.effect {
            let name = plan.string(plan.effects[effect].name)
            if name == "#calls" { return }
            counts[.effect(effect), default: []].insert(call.key)
            if call.action == nil { record.insert("\(name) \(key)") }
        }
        if let action = call.action {
            counts[.action(action), default: []].insert(call.key)
            record.insert("\(plan.string(plan.actions[Int(action)].name)) \(key)")
        }
    }

    /// A key as a path: without the run's id, or with the name of a run that the test has started.
    func shown(_ key: String) -> String {
        guard let slash = key.utf8.firstIndex(of: UInt8(ascii: "/")),
            let name = runNames[String(key[..<slash])]
        else { return key }
        return name + key[key.index(after: slash)...]
    }

    func answer(_ request: EffectRequest) {
        if let faults, request.effect != "#calls", mocks.isMocked(request) {
            return disturb(request, faults)
        }
        settle(request)
    }

    /// Answers a call, at once or as late as its mock says.
    private func settle(_ request: EffectRequest, later extra: Int64 = 0) {
        if let promise = promises[request.key] { return promised(request, promise) }
        let outcome = outcome(of: request) ?? refuse(request)
        var delay = mocks.delay(of: request)
        guard let until = deadline(ofApproval: request) else {
            return promised(request, Promise(due: now + delay + extra, outcome: outcome))
        }
        let expired = EffectOutcome.success(TestPass.expired)
        if case .success(TestPass.expired) = outcome { delay = until }
        if delay + extra < until {
            promised(request, Promise(due: now + delay + extra, outcome: outcome))
        } else {
            promised(request, Promise(due: now + until, outcome: expired))
        }
    }

    private func promised(_ request: EffectRequest, _ promise: Promise) {
        if promise.due <= now { return engine.complete(request.attempt, promise.outcome) }
        promises[request.key] = promise
        pending.append(
            PendingAnswer(
                due: promise.due, attempt: request.attempt, key: request.key, outcome: promise.outcome))
    }

    /// Gives the answers that are due.
    func deliver() {
        for answer in pending where answer.due <= now { engine.complete(answer.attempt, answer.outcome) }
        pending.removeAll { $0.due <= now }
    }

    /// An answer that is still under way is told to stop.
    func stop(_ attempt: AttemptId) {
        guard let index = pending.firstIndex(where: { $0.attempt == attempt }) else { return }
        pending.remove(at: index)
        engine.complete(attempt, .failure(EffectFailure(kind: "cancelled", message: "told to stop")))
    }

    /// `.expired`, the last case of `Approval`.
    private static var expired: [UInt8] { [2] }

    /// How long an approval that is answered by a mock may take; nil: as long as it likes, or no approval.
    private func deadline(ofApproval request: EffectRequest) -> Int64? {
        guard request.effect == "approve", request.effectNumber != nil,
            let last = values.split(request.arguments, request.argumentTypes).last, last.first == 1
        else { return nil }
        let wait = try? withByteReader(Array(last.dropFirst())) { (reader) throws(DecodeError) in
            try reader.readInt()
        }
        return wait.map { Int64(max(0, $0)) }
    }

    /// Answers a call as the schedule says, and watches the rules that hold under all faults.
    private func disturb(_ request: EffectRequest, _ faults: FaultSource) {
        let place = FaultPlace(path: shown(request.key), attempt: request.attemptNumber)
        if let broken = watch.begin(place) {
            report(.faults, broken, span(of: request))
            isOver = true
            return
        }
        let retried = retriedKinds(request)
        let fault = faults.fault(at: place, retried: retried, applied: watch.applied.entries.count)
        // A fault strikes once, however the attempts are numbered afterwards.
        guard let fault, watch.applied.fault(at: place) == nil else { return settle(request) }
        watch.applied.add(place, fault)
        switch fault {
        case .failure(let kind, let code):
            let failure = EffectFailure(kind: kind, message: "injected", code: code)
            engine.complete(request.attempt, .failure(failure))
        case .slow(let time): settle(request, later: time)
        case .lost: diesNow = true
        }
    }

    private func span(of request: EffectRequest) -> SpanRow {
        places[request.key].map { plan.nodes[$0].span } ?? test.span
    }

    /// The kinds of failures that the step that calls tries again, as it says or as its action does.
    private func retriedKinds(_ request: EffectRequest) -> [(kind: String, code: Int?)] {
        var rows: [UInt32] = []
        if let node = places[request.key] { rows.append(plan.nodes[node].clauses) }
        if let action = request.action { rows.append(plan.actions[Int(action)].clauses) }
        for row in rows where row != .none && plan.clauses[Int(row)].retry != .none {
            let words = plan.list(plan.clauses[Int(row)].retryOn)
            var kinds: [(kind: String, code: Int?)] = []
            for index in stride(from: 0, to: words.count - words.count % 3, by: 3) {
                let low = words[index + 1]
                kinds.append((plan.string(words[index]), low == .none ? nil : Int(low)))
            }
            return kinds
        }
        return []
    }

    /// What comes of a call; nil: nothing says.
    private func outcome(of request: EffectRequest) -> EffectOutcome? {
        if request.effect == "#calls" { return .success(integer(count(request))) }
        if let mocked = mocks.answer(request) { return mocked }
        guard let effect = request.effectNumber else { return nil }
        if mocks.real.contains(effect) { return performed(request) }
        var writer = ByteWriter()
        switch request.effect {
        case "now": writer.appendInt(Int(now))
        case "random": writer.appendFloat(seededFraction(seed, request.key))
        case "uuid": writer.appendString(seededUuid(seed, request.key))
        case "emit", "nop": break
        default: return nil
        }
        return .success(writer.toArray())
    }

    /// What a real door answers. A statement and its result are one, and a step may be done `once`: what was done
    /// stays done.
    private func performed(_ request: EffectRequest) -> EffectOutcome? {
        guard request.effect == "sql" || isOnce(request) else { return real?.perform(request) }
        if let known = statements[request.key] { return known }
        let outcome = real?.perform(request)
        statements[request.key] = outcome
        return outcome
    }

    private func isOnce(_ request: EffectRequest) -> Bool {
        var rows: [UInt32] = []
        if let node = places[request.key] { rows.append(plan.nodes[node].clauses) }
        if let action = request.action { rows.append(plan.actions[Int(action)].clauses) }
        return rows.contains { $0 != .none && plan.clauses[Int($0)].isOnce }
    }

    private func count(_ request: EffectRequest) -> Int {
        let number =
            (try? withByteReader(request.arguments) { (reader) throws(DecodeError) in try reader.readInt() })
            ?? 0
        return counts[number >= 0 ? .action(UInt32(number)) : .effect(-1 - number)]?.count ?? 0
    }

    private func integer(_ value: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.appendInt(value)
        return writer.toArray()
    }

    private func refuse(_ request: EffectRequest) -> EffectOutcome {
        let mocked = request.action.map { plan.string(plan.actions[Int($0)].name) } ?? request.effect
        let step = "step `\(request.stepPath)`"
        report(
            .unmocked, "\(step) calls `\(request.effect)`, which nothing mocks", span(of: request),
            ["write `mock \(mocked) = …`, or `real \(request.effect)` to let it happen"])
        isOver = true
        return .failure(EffectFailure(kind: "unmocked", message: "nothing mocks `\(request.effect)`"))
    }
}
