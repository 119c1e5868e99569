// Secrets: what may hold one, and that nothing can be told of its content. A Secret is text in which a name stands for
// the content (see `SecretText`), so what is kept out here could at worst show the name; it is refused all the same,
// because it would not do what its author means.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// The value that a `secret` declaration stands for.
    func secretReference(_ name: NameId, _ id: NodeId) -> TypedId {
        stringConstant(SecretText.reference(Array(interner.bytes(name))), .secret, id)
    }

    /// `secret NAME`
    func declareSecret(_ item: NodeId) {
        let view = SecretDeclView(tree, item)
        add(
            Symbol(
                kind: .secret, module: Int32(module), name: view.name, node: item, index: 0, type: .secret),
            view.nameToken)
    }

    /// A String, or a list or map of such, as the Secret that is expected; nil when it is none.
    func asSecret(_ value: TypedId, _ found: TypeId, _ wanted: TypeId) -> TypedId? {
        guard types.holdsSecret(wanted), types.secretForm(of: found) == wanted else { return nil }
        let node = typed[value]
        if node.kind == .constant && found == .string {
            if !needsConstants { return make(.constant, .secret, like: value) }
            return make(
                .constant, .secret, like: value, a: poolConstant(.secret, constantPool[Int(node.a)].bytes))
        }
        return make(.reinterpret, wanted, like: value, a: value.index)
    }

    /// Whether a value of the type may become Json here; reports when not.
    func requireJson(_ type: TypeId, at id: NodeId) -> Bool {
        guard types.holdsSecret(type) else { return requireEncodable(type, at: id) }
        if jsonTakesSecrets { return true }
        report(.secretAsJson(text(type), at: tree.span(id)))
        return false
    }

    /// The value of an argument where Json with secrets inside is taken.
    func secretJson(_ id: NodeId, _ type: TypeId) -> TypedId {
        let saved = jsonTakesSecrets
        jsonTakesSecrets = true
        defer { jsonTakesSecrets = saved }
        return expression(id, as: type)
    }

    /// Whether the mistake is one with a secret; reports it then.
    func reportSecretMismatch(_ expected: TypeId, _ found: TypeId, at span: Span) -> Bool {
        guard types.holdsSecret(found), !types.holdsSecret(expected) else { return false }
        report(
            expected == .json
                ? .secretAsJson(text(found), at: span)
                : .secretMismatch(expected: text(expected), found: text(found), at: span))
        return true
    }
}
