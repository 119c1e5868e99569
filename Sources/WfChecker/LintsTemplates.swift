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

    /// Whether a `$` and a letter stand in the text of a string.
    func holdsDollarName(_ id: NodeId) -> Bool {
        let span = tree.span(id)
        let bytes = tree.bytes(from: span.start, to: span.end)
        // of a raw string, and of one with braces in it, another program is the reader
        guard bytes.first == UInt8(ascii: "\"") else { return false }
        var previous: UInt8 = 0
        var isFound = false
        for byte in bytes {
            if previous == UInt8(ascii: "\\") && byte == UInt8(ascii: "{") { return false }
            let lower = byte | 0x20
            if previous == UInt8(ascii: "$"), lower >= UInt8(ascii: "a"), lower <= UInt8(ascii: "z") {
                isFound = true
            }
            previous = byte
        }
        return isFound
    }

    /// `"hi $name"`, where `name` is one of this declaration.
    func lintDollarName(_ id: NodeId) {
        let whole = tree.span(id)
        let written = tree.text(id)
        var rest = Substring(written)
        while let sign = rest.firstIndex(of: "$") {
            rest = rest[rest.index(after: sign)...]
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            guard !name.isEmpty, isDeclaredHere(name) else { continue }
            let start = whole.start + UInt32(written.utf8.distance(from: written.startIndex, to: sign))
            let place = span(start, start + 1 + UInt32(name.utf8.count))
            let fix = Fix("write `{\(name)}`", [TextEdit(place, "{\(name)}")])
            return lint(.templateSign("$\(name)", "it stays as it is written", at: place, fix: fix))
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
