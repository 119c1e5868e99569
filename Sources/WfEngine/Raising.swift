// `raise`: a signal that stays inside the run. It is heard by who listens when it comes, and not kept for others; it
// comes in the turn behind its step's, so that what begins beside the step listens by then.

import WfPlan
import WfValue

extension Engine {
    /// Lets the signals of the turn before be heard; then their steps end.
    func settleRaises() {
        if raises.isEmpty { return }
        let due = raises
        raises.removeAll(keepingCapacity: true)
        var runs: [Run] = []
        for (scope, node, arguments) in due where scope.phase != .closed && !scope.status(node).isTerminal {
            // One at a time: an event that has come listens again when the turn's work is done.
            if runs.contains(where: { $0 === scope.run }) {
                raises.append((scope, node, arguments))
                continue
            }
            runs.append(scope.run)
            if let failure = raise(scope, arguments) {
                attemptFailed(scope, node, scope.live[node]?.role ?? .main, failure)
            } else {
                effectSucceeded(scope, node, scope.live[node], [])
            }
        }
    }

    /// - Returns: why it cannot be heard, or nil.
    private func raise(_ scope: Scope, _ arguments: [UInt8]) -> Failure? {
        let types = scope.run.context.plan.types
        let parts = try? withByteReader(arguments) { (reader) throws(DecodeError) in
            let name = try reader.readString()
            let start = reader.position
            try types.validate(&reader, as: .json)
            let data = Array(arguments[start..<reader.position])
            return (name, data, try reader.readByte() == 1)
        }
        guard let (name, data, isEverywhere) = parts else {
            return Failure(kind: "argument", message: "what is raised does not fit")
        }
        let all = (scope.run.hearing.listeners[name]?.all ?? []).filter(\.isMeant)
        for listener in isEverywhere ? all : nearest(all, scope) where listener.isMeant {
            let row = row(listener.live.scope, listener.live.node, listener.live.role)
            let type = TypeId(raw: row.type)
            guard let bytes = type == .json ? data : converted(data, to: type, types) else {
                let message = "what is raised as `\(name)` is not a \(types.text(of: type))"
                return Failure(kind: "decode", message: message)
            }
            received(listener.live, bytes, "signal `\(name)`")
        }
        return nil
    }

    /// Those in the innermost block around a scope that has any.
    private func nearest(_ listeners: [Listener], _ scope: Scope) -> [Listener] {
        var around: Scope? = scope
        while let current = around {
            let here = listeners.filter { lies($0.live.scope, in: current) }
            if !here.isEmpty { return here }
            around = current.parent
        }
        return []
    }

    /// Whether a scope lies in another one, in the same flow or workflow: the turn of a loop in it does, what it calls does
    /// not.
    private func lies(_ scope: Scope, in block: Scope) -> Bool {
        var scope = scope
        while scope !== block {
            guard let parent = scope.parent, parent.callDepth == scope.callDepth else { return false }
            scope = parent
        }
        return true
    }

    private func converted(_ data: [UInt8], to type: TypeId, _ types: TypeTable) -> [UInt8]? {
        guard let text = try? types.jsonText(of: data, as: .json) else { return nil }
        return try? types.binary(fromJson: text, as: type)
    }
}
