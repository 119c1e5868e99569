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
        if operands.count + reads.count < 2 { return }
        let nodes = operands.map { node(named: $0) }
        let isRead = nodes.map { $0 >= 0 && reads.contains(UInt32($0)) }
        if !isRead.contains(false) {
            let names = operands.map { tree.text($0) }
            return lint(.redundantAfter(names, isAll: true, at: tree.span(first).joined(tree.span(last))))
        }
        let through = chains(to: nodes, reads)
        for (place, operand) in operands.enumerated() where nodes[place] >= 0 {
            let at = tree.span(operand)
            if nodes[..<place].contains(nodes[place]) {
                lint(.afterTwice(tree.text(operand), at: at))
            } else if isRead[place] {
                lint(.redundantAfter([tree.text(operand)], isAll: false, at: at))
            } else if let other = through.first(where: { $0.wanted == nodes[place] })?.source {
                lint(.afterThroughOther(tree.text(operand), workflowNodes[other].name, at: at))
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

    /// Those of the wanted nodes that another source of the step waits for, directly or through others, each with that source. One
    /// walk over the nearest nodes, so that the cost of a step does not grow with its block.
    private func chains(to wanted: [Int], _ reads: ArraySlice<UInt32>) -> [(wanted: Int, source: Int)] {
        let (sourcesMax, othersMax) = (32, 8)
        // What the walk has reached, and from which source.
        var reached: [(node: Int, source: Int)] = []
        for node in wanted where node >= 0 { reached.append((node, node)) }
        for node in reads where !wanted.contains(Int(node)) { reached.append((Int(node), Int(node))) }
        let sources = reached.count
        if sources < 2 || sources > sourcesMax { return [] }
        var found: [(wanted: Int, source: Int)] = []
        var next = 0
        while next < reached.count {
            let (node, source) = reached[next]
            next += 1
            for needed in workflowNodes[node].dependencies {
                if let known = reached.firstIndex(where: { $0.node == needed }) {
                    if known < sources { found.append((needed, source)) }
                } else if reached.count < sources + othersMax {
                    reached.append((needed, source))
                }
            }
        }
        return found
    }
}
