// Arguments as they stand on the page: those that would fit in another order are one mistake and get one message; and
// where a lambda's parameters are.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// When all that was reported since `mark` are positional arguments of the wrong type, and these would fit in each
    /// other's places, says just that.
    func reportSwapped(
        _ arguments: ArgumentList, _ range: Range<Int>, since mark: Int, _ callee: NodeId
    ) {
        var wrong: [Int] = []
        var nodes: [NodeId] = []
        for (number, argument) in arguments.enumerated() {
            guard argument.label.isNone, number < range.count else { return }
            if parameters[range.lowerBound + number].isVariadic { return }
            let span = tree.span(argument.value)
            if sink.diagnostics[mark...].contains(where: { $0.span == span && $0.code.number == 2004 }) {
                wrong.append(number)
            }
            nodes.append(argument.value)
        }
        let found = sink.diagnostics[mark...]
        guard wrong.count >= 2, found.count == wrong.count else { return }
        let taken = Array(found)
        let values = wrong.map { type(of: expression(nodes[$0])) }
        sink.keepFirst(mark + taken.count)
        let wanted = wrong.map { parameters[range.lowerBound + $0].type }
        let isPermuted = values.sorted { $0.index < $1.index } == wanted.sorted { $0.index < $1.index }
        guard isPermuted, !values.contains(.poison) else { return }
        sink.keepFirst(mark)
        let span = tree.span(nodes[wrong[0]]).joined(tree.span(nodes[wrong[wrong.count - 1]]))
        report(
            .swappedArguments(
                calleeName(callee), expected: range.map { text(parameters[$0].name) }, at: span
            ).fixed(orderFix(wrong.map { nodes[$0] }, found: values, wanted: wanted)))
    }

    /// `(a, b)` of a lambda.
    func parametersSpan(_ view: LambdaExprView) -> Span {
        let body = tree.node(view.body).first
        let arrow = body > 0 ? TokenId(body - 1) : tree.firstToken(view.id)
        let last = arrow.index > tree.firstToken(view.id).index ? TokenId(arrow.index - 1) : arrow
        return tree.span(tree.firstToken(view.id)).joined(tree.span(last))
    }
}
