// `compensate`: what was done so far is undone in the middle of things, and the run goes on. What is meant is taken from
// the frame that answers for it, so that nobody undoes it twice, and given to a scope of the node, which undoes it as any
// frame does: in reverse order, one at a time. When nothing is left the node ends. How undoing is done stands in
// Compensation.swift.

import WfPlan
import WfValue

extension Engine {
    /// Begins the node of a `compensate`.
    func startCompensation(
        _ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole, effect: Int, _ arguments: [UInt8]
    ) {
        let live = opening(scope, node, role, total: 0)
        noteCall(live, row, effect: effect)
        let asked = try? withByteReader(arguments) { (reader) throws(DecodeError) in
            (step: try reader.readString(), isAround: try reader.readByte() == 1)
        }
        var frame = frame(of: scope)
        if asked?.isAround == true, frame.parentRole != .undo, let parent = frame.parent {
            frame = self.frame(of: parent)
        }
        let places = places(from: scope, to: frame)
        let meant = frame.undos.filter { isMeant($0, asked?.step ?? "", places) }
            .sorted { $0.number < $1.number }
        // It is laid out as what it undoes last; none of its nodes begins.
        guard let last = meant.first else { return end(scope, node, []) }
        let child = makeScope(scope.run, block: last.block, parent: live, given: [])
        live.child = child
        scope.run.scopes[child.id] = child
        apply(.scopeOpened, child)
        apply(.undosTaken(meant, from: frame), child)
        apply(.undoing(meant.count), child)
        undoNext(child)
    }

    /// Whether a scope undoes what a `compensate` has taken.
    func compensates(_ scope: Scope) -> Bool {
        guard let parent = scope.parent, scope.parentRole != .undo else { return false }
        switch NodeKind(rawValue: row(parent, scope.parentNode, scope.parentRole).kind) {
        case .effect, .action: return true
        default: return false
        }
    }

    /// Where a step that is named stands: in the block of the call, or in one around it.
    private func places(from scope: Scope, to frame: Scope) -> [String] {
        var places: [String] = []
        var around: Scope? = scope
        while let current = around {
            // The place of a frame further out than the call's own counts alone.
            places.append(current.place)
            if current === frame { break }
            around = current.parent
        }
        return places
    }

    private func isMeant(_ entry: UndoEntry, _ step: String, _ places: [String]) -> Bool {
        if step.isEmpty { return true }
        return places.contains { place in
            let prefix = place.isEmpty ? step : "\(place)/\(step)"
            guard entry.path.utf8.starts(with: prefix.utf8) else { return false }
            // `hold`, `hold[1]`, `hold/inner`, and not `holdings`.
            guard let next = entry.path.utf8.dropFirst(prefix.utf8.count).first else { return true }
            return "/[#!".utf8.contains(next)
        }
    }

    /// Entries change hands; called by `apply` alone.
    func takeUndos(_ entries: [UndoEntry], from frame: Scope, to scope: Scope) {
        let numbers = Set(entries.map(\.number))
        frame.undos.removeAll { numbers.contains($0.number) }
        scope.undos = entries
        // Their rows name the frame that they belong to now.
        scope.run.newUndos.removeAll { numbers.contains($0.entry.number) }
        scope.run.newUndos += entries.map { (scope.id, $0) }
    }
}
