// Lints about time zones that are written out: names that no machine knows.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    /// `calendar.zone("Europe/Berlin")`
    func lintZoneCall(_ view: CallExprView) {
        let callee = MemberExprView(tree, view.callee)
        guard tree.kind(callee.base) == .nameExpr, let argument = view.arguments.first,
            let target = moduleNamed(NameExprView(tree, callee.base).name), target >= 0,
            moduleName(target) == "calendar"
        else { return }
        lintZone(argument.value)
    }

    func lintZone(_ value: NodeId) {
        let literal = written(value)
        guard tree.kind(literal) == .stringExpr, StringExprView(tree, literal).interpolations.isEmpty,
            let name = CommandLine.literal(literal, tree), !ZoneNames.contains(name)
        else { return }
        let near = nearZone(name)
        let fix = near.map { Fix("replace it with `\($0)`", [TextEdit(tree.span(literal), "\"\($0)\"")]) }
        lint(.unknownZone(name, near: near, at: tree.span(value)).fixed(fix))
    }

    /// The zone that is probably meant: spelt nearly so, in other letters, or of the city alone.
    private func nearZone(_ name: String) -> String? {
        let wanted = name.replacing(" ", with: "_").lowercased()
        let all = ZoneNames.all.sorted()
        return all.first { $0.lowercased() == wanted }
            ?? all.first { $0.lowercased().hasSuffix("/" + wanted) }
            ?? Suggestion.best(for: name, among: all)
    }
}

extension Diagnostic {
    static func unknownZone(_ name: String, near: String?, at span: Span) -> Diagnostic {
        warning(
            5087, "no time zone is called `\(shortened(name))`", span,
            help: near.map { "did you mean `\($0)`?" }
                ?? "write a name of the IANA database, such as `Europe/Berlin`, or `UTC`")
    }
}
