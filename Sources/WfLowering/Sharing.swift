// Which variables are written in place, and the forms of assignment that do it.
import WfBuiltins
import WfChecker
import WfPlan
import WfValue

/// An assignment `x = …` that changes what x holds instead of making a new value.
enum InPlaceForm {
    /// `x + list + list…`
    case lists([UInt32])
    /// `x + text…`, `"{x}…"`
    case strings([UInt32])
    /// `x.append(value)`
    case element(UInt32)
    /// `x.with(key, value)` on a map
    case entry(UInt32, UInt32)
}

extension BodyLowering {
    /// Marks the variables of a body that are written in place; reading those takes more care.
    func findVariablesWrittenInPlace(_ id: TypedId) {
        if hasVariables { markWrites(id) }
    }

    private func markWrites(_ id: TypedId) {
        let node = tree[id]
        switch node.kind {
        case .assignElement: mark(LocalId(node.a))
        case .assign: markForms(LocalId(node.a), TypedId(node.b))
        default: break
        }
        tree.forEachChild(node) { markWrites($0) }
    }

    func mark(_ local: LocalId) {
        if places[Int(local.index)].isInPlace || !isBuffer(info(local).type) { return }
        places[Int(local.index)].isInPlace = true
        inPlace.append(local)
    }

    /// Marks the local if a value assigned to it has such a form, in any branch.
    func markForms(_ local: LocalId, _ id: TypedId) {
        if !isBuffer(info(local).type) { return }
        let node = tree[id]
        switch node.kind {
        case .if:
            for word in tree.list(node.list).dropFirst() where word != 0 { markForms(local, TypedId(word)) }
        case .match:
            for word in tree.list(node.list) { markForms(local, TypedId(tree[TypedId(word)].b)) }
        case .block:
            if node.a != 0 { markForms(local, TypedId(node.a)) }
        default:
            if inPlaceForm(local, id) != nil { mark(local) }
        }
    }

    /// What an assignment of `id` to the local changes in place, if that can be done.
    func inPlaceForm(_ local: LocalId, _ id: TypedId) -> InPlaceForm? {
        let node = tree[id]
        switch node.kind {
        case .binary where kind(node.type) == .list:
            var lists: [UInt32] = []
            var left = node
            while left.kind == .binary && kind(left.type) == .list {
                lists.append(left.b)
                left = tree[TypedId(left.a)]
            }
            guard left.kind == .local, left.a == local.index else { return nil }
            return .lists(lists.reversed())
        case .binary, .concat:
            guard node.type == .string, node.kind == .concat || isConcatPair(node) else { return nil }
            var parts: [UInt32] = []
            concatParts(id, &parts)
            guard let first = parts.first else { return nil }
            let head = tree[TypedId(first)]
            guard head.kind == .local, head.a == local.index, parts.count > 1 else { return nil }
            return .strings(Array(parts.dropFirst()))
        case .builtin:
            let words = Array(tree.list(node.list))
            guard let first = words.first, tree[TypedId(first)].kind == .local,
                tree[TypedId(first)].a == local.index
            else { return nil }
            switch Builtin(rawValue: UInt16(truncatingIfNeeded: node.a)) {
            case .listAppend where words.count == 2: return .element(words[1])
            case .mapWith where words.count == 3: return .entry(words[1], words[2])
            case .listConcat where words.count == 2: return .lists([words[1]])
            default: return nil
            }
        default: return nil
        }
    }
}
