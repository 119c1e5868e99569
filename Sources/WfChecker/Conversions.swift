// What to write where a value has another type than its place needs.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// How a value becomes one of the type that is needed, and the changes that do it.
    func conversionHelp(
        _ node: NodeId, from found: TypeId, to expected: TypeId, at span: Span
    ) -> (help: String?, fixes: [Fix]) {
        let wanted = types.unwrapped(expected)
        if kind(found) == .optional {
            return ("it may be null, too: give a default with `??` first, then convert it", [])
        }
        if let number = numberHelp(node, from: found, to: wanted) { return number }
        switch (found, wanted) {
        case (.string, .path):
            let fix = Fix(
                safe: "make it a Path", [.insert("Path(", before: span), .insert(")", after: span)])
            return ("write `Path(…)`", [fix])
        case (.path, .string): return ("write `.text`", conversion(".text", node, isSafe: true))
        case (.string, .duration) where !durationFixes(node).isEmpty && tree.kind(node) == .stringExpr:
            return ("write it without the quotes", durationFixes(node))
        case (.string, .int), (.string, .float), (.string, .decimal), (.string, .bool), (.string, .time),
            (.string, .duration):
            return (
                "parse it with `.to\(text(wanted))()`, which yields `\(text(wanted))?`", parsing(node, wanted)
            )
        case (.json, _):
            let fix = wrapped(node, "(", " as \(text(expected)))", title: "convert it with `as`")
            return ("convert it: `… as \(text(expected))`", [fix])
        case (_, .json):
            return (
                "convert it: `… as Json`", [wrapped(node, "(", " as Json)", title: "convert it with `as`")]
            )
        case (.bytes, .string): return ("read it as text: `.text()`", conversion(".text()", node))
        case (_, .string): return textHelp(node, found)
        default: break
        }
        if kind(found) == .enumeration, wanted == .bool { return (caseHelp(node, found), []) }
        return listHelp(node, from: found, to: wanted)
    }

    /// As text: interpolated where the type has a form as text.
    private func textHelp(_ node: NodeId, _ found: TypeId) -> (help: String?, fixes: [Fix]) {
        switch kind(found) {
        case .record where text(found) == "Output":
            return ("take what it has printed: `.stdout`", conversion(".stdout", node))
        case .list where types.element(of: found) == .string:
            return ("join its elements: `.join(\", \")`", conversion(".join(\", \")", node))
        case .record, .list, .map, .tuple, .range:
            return ("take a part of it, or write `jsonText(…)` for its JSON", [])
        case .enumeration where types.isReference(found):
            return ("ask which case it is with `match`", [])
        default: return ("interpolate it: `\"{…}\"`", textFix(node, found))
        }
    }

    /// Between numbers, and between numbers and durations.
    private func numberHelp(
        _ node: NodeId, from found: TypeId, to wanted: TypeId
    ) -> (help: String?, fixes: [Fix])? {
        switch (found, wanted) {
        case (.int, .float), (.int, .decimal):
            let method = wanted == .float ? ".toFloat()" : ".toDecimal()"
            return (
                divides(node)
                    ? "convert before dividing, which drops the rest of an Int: `a\(method) / …`"
                    : "convert it with `\(method)`", conversion(method, node, isSafe: true)
            )
        case (.float, .decimal): return ("convert it with `.toDecimal()`", conversion(".toDecimal()", node))
        case (.decimal, .float): return ("convert it with `.toFloat()`", conversion(".toFloat()", node))
        case (.float, .int), (.decimal, .int):
            return ("convert it with `.toInt()`, or round it first", conversion(".toInt()", node))
        case (.int, .duration):
            let written = tree.text(node)
            return (
                tree.kind(node) == .intExpr
                    ? "say the unit: `\(written)s`, `\(written)ms` or `\(written)m`"
                    : "make it a duration: `seconds(…)`, `minutes(…)`", durationFixes(node)
            )
        case (.float, .duration):
            return tree.kind(node) == .floatExpr
                ? ("a duration is a whole number and its unit, such as `500ms`", durationFixes(node))
                : ("make it a duration: `seconds(…)`, `minutes(…)`", [])
        case (.duration, .int): return ("say the unit: `.milliseconds`, or `.seconds.toInt()`", [])
        case (.duration, .float): return ("say the unit: `.seconds`, `.minutes` or `.hours`", [])
        default: return nil
        }
    }

    /// One value or a tuple where a list is needed.
    private func listHelp(
        _ node: NodeId, from found: TypeId, to wanted: TypeId
    ) -> (help: String?, fixes: [Fix]) {
        guard kind(wanted) == .list else { return (nil, []) }
        let element = types.element(of: wanted)
        if element == found {
            return ("put it in brackets: `[…]`", [wrapped(node, "[", "]", title: "put it in brackets")])
        }
        guard tree.kind(node) == .tupleExpr else { return (nil, []) }
        let brackets = Fix(
            "put them in brackets",
            [
                TextEdit(tree.span(tree.firstToken(node)), "["),
                TextEdit(tree.span(tree.lastToken(node)), "]"),
            ])
        return ("a list stands in brackets: `[…]`", [brackets])
    }

    /// An enum where a Bool is needed.
    private func caseHelp(_ node: NodeId, _ type: TypeId) -> String {
        let first = members(of: type).first
        guard let first else { return "ask which case it is with `match`" }
        let written = Diagnostic.shortened(tree.text(node))
        if members(of: type).allSatisfy({ cases[$0].payloadCount == 0 }) {
            return "compare it: `\(written) == .\(text(cases[first].name))`"
        }
        let isBare = cases[first].payloadCount == 0
        let pattern = ".\(text(cases[first].name))\(isBare ? "" : "(…)")"
        return "ask which case it is: `match \(written) { \(pattern) => true, else => false }`"
    }

    /// Whether something divides in the arithmetic that a value is computed with.
    func divides(_ id: NodeId) -> Bool {
        let id = withoutParens(id)
        guard tree.kind(id) == .binaryExpr else { return false }
        let view = BinaryExprView(tree, id)
        switch view.operation {
        case .divide: return true
        case .add, .subtract, .multiply, .remainder: return divides(view.left) || divides(view.right)
        default: return false
        }
    }

    /// The operands of some arithmetic converted one by one, before anything is divided.
    func operandConversion(_ text: String, _ node: NodeId) -> [Fix] {
        var edits: [TextEdit] = []
        func convert(_ id: NodeId) -> Bool {
            let id = withoutParens(id)
            switch tree.kind(id) {
            case .intExpr: return true
            case .binaryExpr:
                let view = BinaryExprView(tree, id)
                switch view.operation {
                case .add, .subtract, .multiply, .divide: return convert(view.left) && convert(view.right)
                default: return false
                }
            default:
                guard isPlain(id) else { return false }
                edits.append(.insert(text, after: tree.span(id)))
                return true
            }
        }
        return convert(node) && !edits.isEmpty ? [Fix("convert before dividing", edits)] : []
    }
}
