// Operators, chains of calls, lambdas and strings: where their lines break.

import WfSyntax

extension Printer {
    /// `a + b + c`: the left spine flat; a line the source has at an operator stays, after the operator. What has no lines
    /// in the source and does not fit on one gets them at the operators that bind least.
    mutating func binary(_ id: NodeId) {
        var spine: [NodeId] = []
        var at = id
        while tree.kind(at) == .binaryExpr {
            spine.append(at)
            at = BinaryExprView(tree, at).left
        }
        spine.reverse()
        let hasLines = spine.contains { step in
            let right = tree.firstToken(BinaryExprView(tree, step).right).index
            return startsLine(right) || startsLine(right - 1)
        }
        let passes = hasLines && ignoresSource
        if passes { passedLine = true }
        var isLong = false
        if !hasLines, flat == 0, !inTrial {
            comments()  // one in front would end the try-out
            isLong = trial({ $0.spine(spine, from: at) { _, _ in false } }) == .overflow
        }
        let loosest = BinaryExprView(tree, id).operation.tightness
        self.spine(spine, from: at) { printer, step in
            if isLong { return BinaryExprView(printer.tree, step).operation.tightness == loosest }
            if passes { return false }
            return printer.startsLine(printer.next) || printer.startsLine(printer.next + 1)
        }
    }

    private mutating func spine(
        _ spine: [NodeId], from first: NodeId, breaks: (Printer, NodeId) -> Bool
    ) {
        node(first)
        let extra = continuation
        var indented = false
        for step in spine {
            let breaks = breaks(self, step)
            if breaks, !indented, flat == 0 {
                indented = true
                indent += extra
            }
            space()
            token()
            if breaks { newline(blank: false) } else { space() }
            node(BinaryExprView(tree, step).right)
            if stopped { break }
        }
        if indented { indent -= extra }
    }

    /// Calls, fields and indices after a base; a line the source has before a `.` stays. A chain of several calls that has
    /// no lines in the source and does not fit on one gets them before its calls.
    mutating func chain(_ id: NodeId) {
        var links: [NodeId] = []
        var at = id
        scan: while true {
            switch tree.kind(at) {
            case .callExpr where CallExprView(tree, at).isSleepUntil: break scan
            case .memberExpr, .tupleFieldExpr, .indexExpr, .callExpr:
                links.append(at)
                at = MemberExprView(tree, at).base
            default: break scan
            }
        }
        links.reverse()
        var lines: Set<Int> = []
        if flat == 0 {
            if !inTrial { comments() }  // one in front would end the try-out
            lines = Set(links.indices.filter { isDotted(links[$0]) && startsLine(dot(links[$0])) })
            if ignoresSource, !lines.isEmpty {
                passedLine = true
                lines = []
            } else if lines.isEmpty, !inTrial {
                let calls = callsToBreak(links, base: at)
                if !calls.isEmpty, trial({ $0.links(links, base: at, lines: []) }) == .overflow {
                    lines = Set(calls)
                }
            }
        }
        self.links(links, base: at, lines: lines)
    }

    private func isDotted(_ link: NodeId) -> Bool {
        tree.kind(link) == .memberExpr || tree.kind(link) == .tupleFieldExpr
    }

    /// The token of a link's `.`.
    private func dot(_ link: NodeId) -> UInt32 { tree.lastToken(MemberExprView(tree, link).base).index + 1 }

    /// The links before which a long chain gets lines: its calls, but for the first on a plain name; none if it has only
    /// one call.
    private func callsToBreak(_ links: [NodeId], base: NodeId) -> [Int] {
        let calls = links.indices.dropLast().filter {
            isDotted(links[$0]) && tree.kind(links[$0 + 1]) == .callExpr
        }
        if calls.count < 2 { return [] }
        return calls[0] == 0 && tree.kind(base) == .nameExpr ? Array(calls.dropFirst()) : Array(calls)
    }

    private mutating func links(_ links: [NodeId], base: NodeId, lines: Set<Int>) {
        node(base)
        let extra = continuation
        var indented = false
        for (index, link) in links.enumerated() {
            if stopped { break }
            switch tree.kind(link) {
            case .callExpr: arguments(link)
            case .indexExpr:
                token()
                node(IndexExprView(tree, link).index)
                token()
            default:
                if lines.contains(index) {
                    if !indented { indent += extra }
                    indented = true
                    newline(blank: false)
                }
                token()
                if nextKind == .dot { token() }
                token()
            }
        }
        if indented { indent -= extra }
    }

    mutating func lambda(_ id: NodeId) {
        let view = LambdaExprView(tree, id)
        let parameters = view.parameters
        if nextKind == .leftParen {
            let last = tree.firstToken(view.body).index - 2
            commaList(parameters.count, before: last) { $0.node(parameters[$1]) }
        } else {
            token()
        }
        space()
        keyword()
        node(view.body)
    }

    mutating func string(_ id: NodeId) {
        token()
        let view = StringExprView(tree, id)
        if view.interpolations.isEmpty { return }
        flat += 1
        for expression in view.interpolations {
            node(expression)
            token()
        }
        flat -= 1
    }
}

extension BinaryOperator {
    /// How tightly it binds, for where to break a line.
    fileprivate var tightness: Int {
        switch self {
        case .coalesce: 0
        case .or: 1
        case .and: 2
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: 3
        case .add, .subtract: 4
        case .multiply, .divide, .remainder: 5
        }
    }
}
