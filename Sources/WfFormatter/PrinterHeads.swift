// What goes on behind a word without brackets: lists of names, parts of a clause, arrows. Knows where such a line may end.

import WfSyntax

extension Printer {
    /// What comes next, behind a space, or on a line of its own where it would not fit.
    ///
    /// - Parameters:
    ///   - levels: by which such a line stands deeper: two where a block follows.
    ///   - tail: what stands on the line behind it at least.
    mutating func goOn(levels: Int = 1, tail: StaticString = "", _ print: (inout Printer) -> Void) {
        let fits =
            inTrial || flat > 0
            || trial({
                $0.space()
                print(&$0)
                $0.insert(tail)
            }) != .overflow
        if fits {
            space()
            return print(&self)
        }
        indent += levels
        newline(blank: false)
        print(&self)
        indent -= levels
    }

    /// ` a, b` behind a word: as many on a line as fit.
    mutating func words(_ items: NodeList, levels: Int = 1, tail: StaticString = "") {
        for (index, item) in items.enumerated() {
            if index == 0 {
                space()
                node(item)
                continue
            }
            token()
            goOn(levels: levels, tail: index == items.count - 1 ? tail : ",") { $0.node(item) }
        }
    }

    mutating func faultPattern(_ id: NodeId) {
        let last = tree.lastToken(id).index
        while next <= last, !stopped { token() }
    }

    mutating func retry(_ id: NodeId) {
        let view = RetryClauseView(tree, id)
        keyword()
        node(view.count)
        let last = tree.lastToken(id).index
        while next <= last, !stopped { goOn { $0.retryPart(view) } }
    }

    private mutating func retryPart(_ view: RetryClauseView) {
        if let first = view.faults.first, tree.firstToken(first).index == next + 1 {
            token()
            words(view.faults)
        } else if let low = view.backoffFirst, tree.firstToken(low).index == next + 1 {
            keyword()
            node(low)
            if let high = view.backoffLast {
                token()
                node(high)
            }
        } else if let factor = view.factor, tree.firstToken(factor).index == next + 1 {
            keyword()
            node(factor)
        } else {
            token()
        }
    }

    /// ` -> a, b`
    mutating func arrow(_ targets: NodeList) {
        if targets.isEmpty { return }
        goOn { $0.arrowHere(targets) }
    }

    mutating func arrowHere(_ targets: NodeList) {
        token()
        words(targets)
    }

    /// ` -> a`
    mutating func arrow(to target: NodeId) {
        goOn {
            $0.keyword()
            $0.node(target)
        }
    }
}
