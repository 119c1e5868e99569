// Results that calls with equal arguments may use again, across runs. The key is a keyed hash of the effect and its
// arguments, as the door would get them: an action whose `via` has changed asks anew, one whose `returns` has changed
// reads the old result its new way.

import WfJournal
import WfMachine
import WfPlan
import WfValue

extension Engine {
    /// Ends the node with a result of an equal call, if there is one that is young enough.
    func answeredFromCache(_ live: LiveNode, _ row: NodeRow, _ gate: Gate) -> Bool {
        guard let (clauses, source) = clauses(live, having: \.cache) else { return false }
        let (scope, node) = (live.scope, live.node)
        let context = scope.run.context
        switch evaluator.word(clauses.cache, context, source) {
        case .fault(let fault):
            if evaluator.excuses(fault) { return true }
            finallyFail(scope, node, live.role, failure(of: fault, scope, node, attempts: live.counted))
            return true
        case .value(let time): gate.cacheTime = Int64(max(0, time))
        }
        guard let call = call(live, row) else { return false }
        freshen()
        gate.cacheKey = cacheKey(of: call, scope.run)
        let stored =
            shares.newResults[gate.cacheKey]
            ?? look { () throws(JournalError) in try journal.cached(key: gate.cacheKey) }
        guard let stored, stored.stored <= now.wall, now.wall - stored.stored < gate.cacheTime,
            (try? context.plan.types.validate(stored.bytes, as: call.result)) != nil
        else { return false }
        gate.cacheKey = []
        apply(.cached(stored.stored), scope, node)
        effectSucceeded(scope, node, live, stored.bytes)
        return true
    }

    private struct Call {
        var name: String
        var arguments: [UInt8]
        var types: [TypeId]
        var result: TypeId
    }

    /// What is called, as the door gets it; nil where the arguments cannot be computed, which the attempt will say.
    private func call(_ live: LiveNode, _ row: NodeRow) -> Call? {
        let context = live.scope.run.context
        let plan = context.plan
        if isMocked(row) {
            let action = plan.actions[Int(row.target)]
            guard case .value(let bytes) = evaluator.value(row.chunk, context, .scope(live.scope)) else {
                return nil
            }
            return Call(
                name: plan.string(action.name), arguments: bytes,
                types: plan.list(action.parameterTypes).map { TypeId(raw: $0) },
                result: TypeId(raw: action.resultType))
        }
        guard case .value(let call) = effectCall(live.scope, live.node, row, live.role) else { return nil }
        let effect = plan.effects[call.effect]
        return Call(
            name: context.effectNames[call.effect], arguments: call.arguments,
            types: plan.list(effect.parameterTypes).map { TypeId(raw: $0) },
            result: TypeId(raw: effect.resultType))
    }

    /// Contents stand for the names of secrets in what is hashed, so that another secret asks anew.
    private func cacheKey(of call: Call, _ run: Run) -> [UInt8] {
        if shares.cacheKey.isEmpty {
            for _ in 0..<4 {
                withUnsafeBytes(of: generator.next().littleEndian) { shares.cacheKey.append(contentsOf: $0) }
            }
            shares.newCacheKey = true
        }
        let types = run.context.plan.types
        var arguments = call.arguments
        if let secretContent {
            arguments =
                (try? SecretExpansion.expanded(arguments, call.types, in: types, content: secretContent))
                ?? arguments
        }
        var writer = ByteWriter()
        writer.appendString(call.name)
        writer.appendString(run.record.baseFolder)
        writer.appendCount(call.types.count)
        for type in call.types { writer.appendString(types.text(of: type)) }
        writer.appendString(types.text(of: call.result))
        writer.append(arguments)
        return keyedHash(writer.toArray(), key: shares.cacheKey)
    }

    /// Keeps the result of a call that has just succeeded.
    func keepResult(_ live: LiveNode, _ bytes: [UInt8]) {
        guard let gate = live.gate, !gate.cacheKey.isEmpty else { return }
        let (expires, overflows) = now.wall.addingReportingOverflow(gate.cacheTime)
        let record = CacheRecord(
            key: gate.cacheKey, stored: now.wall, expires: overflows ? Int64.max : expires, bytes: bytes)
        gate.cacheKey = []
        shares.newResults[record.key] = record
        live.scope.run.newResults.append(record)
        markDirty(live.scope.run)
    }
}
