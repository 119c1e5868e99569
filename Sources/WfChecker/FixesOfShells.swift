// A command line that a shell reads, with its values handed over in the environment: there the shell takes them as they are.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// `shell("a {b} | c")` as `shell("a \"$B\" | c", env: ["B": b])`, when each value is a name and the text around it is plain.
    func environmentFix(_ view: CallExprView) -> Fix? {
        guard quietLooks == 0, let command = view.arguments.first?.value, tree.kind(command) == .stringExpr,
            !tree.text(command).hasPrefix("\"\"\""), tree.text(command).hasPrefix("\""),
            !view.arguments.contains(where: { text($0.label) == "env" })
        else { return nil }
        var edits: [TextEdit] = []
        var entries: [String] = []
        for value in StringExprView(tree, command).interpolations {
            guard tree.kind(value) == .nameExpr || tree.kind(value) == .memberExpr else { return nil }
            let type = quietly { self.type(of: self.expression(value)) }
            switch type {
            case .int, .float, .bool, .decimal, .duration, .time: continue
            case .string, .path: break
            default: return nil
            }
            let name = variable(for: value)
            guard let edit = shellWord(name, value, in: command) else { return nil }
            edits.append(edit)
            let entry = "\"\(name)\": \(type == .string ? tree.text(value) : "\"{\(tree.text(value))}\"")"
            if !entries.contains(entry) { entries.append(entry) }
        }
        let last = TokenId(tree.lastToken(view.id).index - 1)
        guard !entries.isEmpty, tree.text(last) != ",",
            Set(entries.map { $0.prefix { $0 != ":" } }).count == entries.count
        else { return nil }
        edits.append(.insert(", env: [\(entries.joined(separator: ", "))]", after: tree.span(last)))
        return Fix("pass it in `env:`", edits)
    }

    /// `WORD` for `word` and `a.word`.
    private func variable(for value: NodeId) -> String {
        let name =
            tree.kind(value) == .nameExpr
            ? NameExprView(tree, value).name : MemberExprView(tree, value).name
        return text(name).uppercased()
    }

    /// The interpolation as a variable in quotes; quotes right around it are replaced. Nil inside other quotes.
    private func shellWord(_ name: String, _ value: NodeId, in command: NodeId) -> TextEdit? {
        let literal = tree.span(command)
        var place = tree.span(value)
        place = span(place.start - 1, place.end + 1)
        // a string that is being written may have no end
        guard place.start > literal.start, place.end < literal.end, tree.text(place).hasPrefix("{"),
            tree.text(place).hasSuffix("}")
        else { return nil }
        let before = tree.text(span(literal.start + 1, place.start))
        let after = tree.text(span(place.end, literal.end - 1))
        let quotes =
            before.filter { $0 == "'" }.count
            + before.split(separator: "\\\"", omittingEmptySubsequences: false).count - 1
        if quotes % 2 == 0 { return TextEdit(place, "\\\"$\(name)\\\"") }
        if before.hasSuffix("'"), after.hasPrefix("'") {
            return TextEdit(span(place.start - 1, place.end + 1), "\\\"$\(name)\\\"")
        }
        if before.hasSuffix("\\\""), after.hasPrefix("\\\"") { return TextEdit(place, "$\(name)") }
        return nil
    }
}
