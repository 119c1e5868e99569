// Walks over the typed tree: which locals an expression reads, and what stands inside it.
// Knows the children of each kind of node; writes no code.
import WfChecker
import WfValue

extension TypedTree {
    /// Calls `visit` for each child in order of evaluation; patterns are children too.
    @inline(__always)
    func forEachChild(_ node: TypedNode, _ visit: (TypedId) -> Void) {
        switch node.kind {
        case .word, .constant, .null, .local, .constantReference, .functionReference, .break, .continue,
            .anyPattern,
            .bindPattern, .nullPattern:
            break
        case .lambda, .negate, .not, .wrap, .unwrap, .intToFloat, .text, .toJson, .fromJson, .tryFromJson,
            .decode,
            .jsonText, .reinterpret, .field, .return, .fail, .destructure, .valuePattern, .somePattern:
            if node.a != 0 { visit(TypedId(node.a)) }
        case .binary, .and, .or, .coalesce, .range, .element, .lookup, .while, .forIn, .rangePattern:
            visit(TypedId(node.a))
            visit(TypedId(node.b))
        case .declare, .assign: visit(TypedId(node.b))
        case .assignElement:
            for word in list(node.list) { visit(TypedId(word)) }
            visit(TypedId(node.b))
        case .call, .builtin, .if, .construct, .enumCase, .list, .map, .concat, .casePattern, .tuplePattern,
            .orPattern:
            for word in list(node.list) where word != 0 { visit(TypedId(word)) }
        case .callValue, .match:
            visit(TypedId(node.a))
            for word in list(node.list) { visit(TypedId(word)) }
        case .block:
            for word in list(node.list) { visit(TypedId(word)) }
            if node.a != 0 { visit(TypedId(node.a)) }
        case .with:
            visit(TypedId(node.a))
            visitEverySecond(node, visit)
        case .recordPattern: visitEverySecond(node, visit)
        case .optionalChain:
            visit(TypedId(node.a))
            for word in list(node.list) { visit(TypedId(word)) }
        case .arm:
            visit(TypedId(node.a))
            for word in list(node.list) where word != 0 { visit(TypedId(word)) }
            visit(TypedId(node.b))
        }
    }

    @inline(__always)
    private func visitEverySecond(_ node: TypedNode, _ visit: (TypedId) -> Void) {
        var isValue = false
        for word in list(node.list) {
            if isValue { visit(TypedId(word)) }
            isValue.toggle()
        }
    }

    /// Calls `visit` with every local that `id` reads or writes, in order, repeated ones too.
    func forEachLocal(_ id: TypedId, _ visit: (LocalId) -> Void) {
        let node = self[id]
        switch node.kind {
        case .local: visit(LocalId(node.a))
        case .assign, .assignElement:
            visit(LocalId(node.a))
            forEachChild(node) { forEachLocal($0, visit) }
        default: forEachChild(node) { forEachLocal($0, visit) }
        }
    }

    /// Whether `id` reads or writes the local.
    func mentions(_ id: TypedId, _ local: LocalId) -> Bool {
        let node = self[id]
        if node.kind == .local { return node.a == local.index }
        if (node.kind == .assign || node.kind == .assignElement) && node.a == local.index { return true }
        var found = false
        forEachChild(node) { found = found || mentions($0, local) }
        return found
    }

    /// Whether a statement inside `id` (but not in a lambda) writes a local: then it may change an operand
    /// that was read before.
    func mayAssign(_ id: TypedId) -> Bool {
        let node = self[id]
        switch node.kind {
        case .assign, .assignElement: return true
        case .lambda, .word, .constant, .null, .local, .functionReference, .constantReference: return false
        default: break
        }
        var found = false
        forEachChild(node) { found = found || mayAssign($0) }
        return found
    }

    /// Whether a statement inside `id` writes the local.
    func assigns(_ id: TypedId, _ local: LocalId) -> Bool {
        let node = self[id]
        if (node.kind == .assign || node.kind == .assignElement) && node.a == local.index { return true }
        var found = false
        forEachChild(node) { found = found || assigns($0, local) }
        return found
    }

    /// Whether a `return` of this very body stands inside `id`.
    func mayReturn(_ id: TypedId) -> Bool {
        let node = self[id]
        if node.kind == .return { return true }
        if node.kind == .lambda { return false }
        var found = false
        forEachChild(node) { found = found || mayReturn($0) }
        return found
    }

    /// Whether evaluating `id` is so cheap and harmless that it may happen in vain.
    func isTrivial(_ id: TypedId) -> Bool {
        switch self[id].kind {
        case .word, .constant, .null, .local: return true
        default: return false
        }
    }
}
