// Lints about text in strings that other languages would read as a value.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// `"hi ${name}"` and `"hi {{name}}"`, as other languages write values in text.
    ///
    /// - Parameter parts: the typed parts of the string.
    func lintTemplate(_ view: StringExprView, _ parts: ArraySlice<UInt32>) {
        for inner in view.interpolations {
            let place = tree.span(inner)
            let hasSign =
                place.start >= 2
                && tree.bytes(from: place.start - 2, to: place.start).elementsEqual("${".utf8)
            let removed = hasSign ? [TextEdit.remove(span(place.start - 2, place.start - 1))] : []
            if tree.kind(inner) == .objectExpr {
                guard let name = punnedName(inner) else { continue }
                let fix = Fix("write one pair of braces", removed + [TextEdit(place, name)])
                return lint(.templateSign("{{…}}", "it is the JSON of an object", at: place, fix: fix))
            }
            if !hasSign { continue }
            // an amount of dollars is meant so
            let isText = parts.contains { typed[TypedId($0)].start == place.start && holdsText(TypedId($0)) }
            if !isText { continue }
            let fix = Fix("remove the `$`", removed)
            return lint(.templateSign("${…}", "the `$` stays in the text", at: place, fix: fix))
        }
    }

    /// A String or a Path, as a part of a string.
    private func holdsText(_ id: TypedId) -> Bool {
        let node = typed[id]
        return node.kind == .reinterpret || node.type == .string && node.kind != .text
    }

    /// `name` of `{ name }`.
    private func punnedName(_ id: NodeId) -> String? {
        let fields = ObjectExprView(tree, id).fields
        guard fields.count == 1, let only = fields.first, tree.kind(only) == .recordField,
            RecordFieldView(tree, only).value == nil
        else { return nil }
        return tree.text(only)
    }
}
