// Steps that are done at most `once`: when nobody knows what came of an attempt, the step waits for a person,
// also while everything around it stops, since what may have happened may have to be undone.

import WfJournal
import WfPlan
import WfValue

/// What a person says came of an attempt.
public enum Resolution: Equatable, Sendable {
    /// It happened; the step's value in the binary encoding of its type.
    case done([UInt8])
    /// It did not happen, and the step fails.
    case failed(String)
    /// It did not happen, and is tried again.
    case retry

    /// The bytes of a request.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .done(let value):
            writer.append(0)
            writer.append(value)
        case .failed(let message):
            writer.append(1)
            writer.appendString(message)
        case .retry: writer.append(2)
        }
        return writer.toArray()
    }

    init?(_ bytes: [UInt8]) {
        let read = try? withByteReader(bytes) { (reader) throws(DecodeError) -> Resolution in
            switch try reader.readByte() {
            case 0: return .done(Array(try reader.readBytes(reader.remaining)))
            case 1: return .failed(try reader.readString())
            case 2: return .retry
            default: throw reader.error(.unknownTag)
            }
        }
        guard let read else { return nil }
        self = read
    }
}

extension Engine {
    /// Whether a step or its action says `once`.
    func isOnce(_ live: LiveNode) -> Bool {
        let plan = live.scope.run.context.plan
        let row = row(live.scope, live.node, live.role)
        if row.clauses != .none && plan.clauses[Int(row.clauses)].isOnce { return true }
        guard NodeKind(rawValue: row.kind) == .action else { return false }
        let clauses = plan.actions[Int(row.target)].clauses
        return clauses != .none && plan.clauses[Int(clauses)].isOnce
    }

    /// Handles the end of an attempt that must not be repeated; false when it is like any other's.
    func onceEnded(_ live: LiveNode, _ outcome: EffectOutcome) -> Bool {
        guard isOnce(live) else { return false }
        switch outcome {
        case .success(let bytes):
            // Even when it was told to stop: it has happened.
            effectSucceeded(live.scope, live.node, live, bytes)
        case .unknown(let why): leaveUnresolved(live, why)
        case .failure(let reason):
            guard live.wasToldToStop else { return false }
            leaveUnresolved(live, "it was stopped (\(reason.kind))")
        }
        return true
    }

    /// Nobody knows what came of the attempt.
    func leaveUnresolved(_ live: LiveNode, _ why: String) {
        live.serial &+= 1
        live.isStopping = false
        live.wasToldToStop = false
        live.deadlineAt = 0
        let message = "nobody knows whether it happened: \(why)"
        let failure = completed(Failure(kind: "unknown", message: message), live.scope, live.node)
        apply(.unresolved(failure), live.scope, live.node)
    }

    /// Acts on what a person says; a request that fits no unresolved step changes nothing.
    func resolve(_ request: RequestRecord, _ run: Run) {
        take(request, run)
        guard let resolution = Resolution(request.bytes), let live = unresolved(request.name, in: run) else {
            return
        }
        let (scope, node) = (live.scope, live.node)
        switch resolution {
        case .done(let value):
            let type = TypeId(raw: row(scope, node, live.role).type)
            guard (try? run.context.plan.types.validate(value, as: type)) != nil else { return }
            end(scope, node, value)
        case .failed(let message):
            attemptFailed(scope, node, live.role, Failure(kind: "failed", message: message))
        case .retry:
            if scope.phase != .open { return cancel(scope, node) }
            live.isTimedOut = false
            live.isExpired = false
            startAttempt(scope, node, row(scope, node, live.role), role: live.role)
        }
    }

    private func unresolved(_ path: String, in run: Run) -> LiveNode? {
        for number in run.scopes.keys.sorted() {
            guard let scope = run.scopes[number] else { continue }
            for node in scope.live.keys.sorted() where scope.status(node) == .unresolved {
                if let live = scope.live[node], scope.path(node, role: live.role) == path { return live }
            }
        }
        return nil
    }
}
