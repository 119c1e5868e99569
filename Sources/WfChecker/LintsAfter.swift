// Lints about `after`: what it names and the step waits for anyway, because it reads it, because it is named twice, or because
// something else that it waits for does.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// - Parameter reads: nodes that the step's value and its other clauses read.
    func lintAfter(_ operands: [NodeId], reads: ArraySlice<UInt32>) {
        guard lints.isOn, let first = operands.first, let last = operands.last else { return }
        let nodes = operands.map { node(named: $0) }
        let isRead = nodes.map { $0 >= 0 && reads.contains(UInt32($0)) }
        if !isRead.contains(false) {
            let names = operands.map { tree.text($0) }
            return lint(.redundantAfter(names, isAll: true, at: tree.span(first).joined(tree.span(last))))
        }
        for (place, operand) in operands.enumerated() where nodes[place] >= 0 {
            let name = tree.text(operand)
            if nodes[..<place].contains(nodes[place]) {
                lint(.afterTwice(name, at: tree.span(operand)))
            } else if isRead[place] {
                lint(.redundantAfter([name], isAll: false, at: tree.span(operand)))
            } else if let other = chain(to: nodes[place], from: nodes + reads.map { Int($0) }) {
                lint(.afterThroughOther(name, workflowNodes[other].name, at: tree.span(operand)))
            }
        }
    }

    /// The node of this block that a name in `after` stands for; -1 for none.
    private func node(named operand: NodeId) -> Int {
        guard tree.kind(operand) == .nameExpr else { return -1 }
        let name = NameExprView(tree, operand).name
        let found = name.isNone ? -1 : Int(bindingOf[Int(name.rawValue)]) - 1
        return found >= bindingBase ? Int(bindings[found].node) : -1
    }

    /// The one of some nodes that waits for another, directly or through others; looks at the nearest of each, so that the cost
    /// of a step does not grow with its block.
    private func chain(to wanted: Int, from sources: [Int]) -> Int? {
        let nearest = 16
        var seen: [Int] = []
        for source in sources where source >= 0 && source != wanted {
            seen.removeAll(keepingCapacity: true)
            seen.append(source)
            var next = 0
            while next < seen.count {
                for needed in workflowNodes[seen[next]].dependencies {
                    if needed == wanted { return source }
                    if seen.count < nearest, !seen.contains(needed) { seen.append(needed) }
                }
                next += 1
            }
        }
        return nil
    }
}
