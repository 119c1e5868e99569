// The rules of Oozie for transitions: known targets, no loops, forks and joins in pairs. As Oozie does, walks from the
// start along every transition; unlike Oozie, goes on after a finding and visits each state once.
import WfDiagnostics
import WfSource

/// What the walk has found out of a sound workflow.
struct OozieRules {
    private let app: OozieApp
    /// The join of each fork.
    private(set) var joins: [String: String] = [:]
    /// The fork of each join.
    private var forks: [String: String] = [:]
    /// By node that "ok" leads to: the decision that chooses, nil for none.
    private var deciders: [String: String?] = [:]
    private var visited: Set<Visit> = []
    private var findings: [Diagnostic] = []

    private struct Visit: Hashable {
        let node: String
        let fork: String?
        let decider: String?
        let isOk: Bool
    }

    /// A place of the walk.
    private struct Place {
        var fork: String?
        /// The outermost decision since the fork.
        var decider: String?
        /// Only "ok" transitions so far.
        var isOk = true
    }

    /// Checks an app; what it finds goes to the job.
    init(_ app: OozieApp, _ job: inout ImportJob) {
        self.app = app
        checkTargets()
        if findings.isEmpty { checkLoops() }
        if findings.isEmpty, let start = app.start { walk(start, Place(), from: nil) }
        for finding in findings.prefix(50) { job.add(finding) }
    }

    private mutating func add(_ finding: Diagnostic) {
        if !findings.contains(where: { $0.message == finding.message }) { findings.append(finding) }
    }

    private mutating func checkTargets() {
        if let start = app.start, app.node(start.name) == nil {
            add(.oozieUnknownTarget(start.name, of: "start", at: app.span(start.element)))
        }
        for node in app.nodes {
            for target in node.targets + (node.failure.map { [$0] } ?? []) {
                if target.name == node.name {
                    add(.oozieGoesToItself(node.name, at: app.span(target.element)))
                } else if app.node(target.name) == nil {
                    add(.oozieUnknownTarget(target.name, of: node.name, at: app.span(target.element)))
                }
            }
        }
    }

    // MARK: Loops

    private mutating func checkLoops() {
        var states = [UInt8](repeating: 0, count: app.nodes.count)
        for root in app.nodes.indices where states[root] == 0 {
            // A stack of its own: a chain may be long.
            var stack = [(node: root, next: 0)]
            states[root] = 1
            while let (node, next) = stack.last {
                let targets = successors(node)
                if next == targets.count {
                    states[node] = 2
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let target = targets[next]
                guard let number = app.numbers[target.name] else { continue }
                if states[number] == 1 {
                    let from = stack.firstIndex { $0.node == number } ?? 0
                    let path = stack[from...].map { app.nodes[$0.node].name } + [target.name]
                    add(.oozieLoop(path, at: app.span(target.element)))
                } else if states[number] == 0 {
                    states[number] = 1
                    stack.append((number, 0))
                }
            }
        }
    }

    private func successors(_ node: Int) -> [OozieTarget] {
        app.nodes[node].targets + (app.nodes[node].failure.map { [$0] } ?? [])
    }

    // MARK: Forks and joins

    /// Work is done from a list: chains of transitions may be long. A fork's own way on waits until its paths are done.
    private enum Work {
        case visit(OozieTarget, Place, from: String?)
        case leave(fork: String, Place)
    }

    private mutating func walk(_ start: OozieTarget, _ place: Place, from: String?) {
        var list = [Work.visit(start, place, from: from)]
        while let work = list.popLast() {
            switch work {
            case .visit(let target, let place, let from): visit(target, place, from: from, &list)
            case .leave(let fork, let place):
                guard let join = joins[fork], let node = app.node(join) else { continue }
                for target in node.targets { list.append(.visit(target, place, from: join)) }
            }
        }
    }

    private mutating func visit(_ target: OozieTarget, _ place: Place, from: String?, _ list: inout [Work]) {
        guard let node = app.node(target.name) else { return }
        if place.isOk { checkMeeting(node, place, target) }
        let visit = Visit(node: node.name, fork: place.fork, decider: place.decider, isOk: place.isOk)
        guard visited.insert(visit).inserted else { return }
        switch node.kind {
        case .kill: break
        case .end:
            if let fork = place.fork {
                add(
                    .oozieEndInFork(from ?? "start", end: node.name, fork: fork, at: app.span(target.element))
                )
            }
        case .join: close(node, place, target)
        case .decision:
            var inner = place
            inner.decider = place.decider ?? node.name
            for next in node.targets.reversed() { list.append(.visit(next, inner, from: node.name)) }
        case .fork:
            var seen: Set<String> = []
            for path in node.targets where !seen.insert(path.name).inserted {
                add(.oozieForkTwice(node.name, path.name, at: app.span(path.element)))
            }
            list.append(.leave(fork: node.name, place))
            for path in node.targets.reversed() {
                list.append(.visit(path, Place(fork: node.name, isOk: place.isOk), from: node.name))
            }
        case .action:
            if let failure = node.failure {
                var other = place
                other.isOk = false
                list.append(.visit(failure, other, from: node.name))
            }
            for next in node.targets { list.append(.visit(next, place, from: node.name)) }
        }
    }

    /// Two ways of "ok" to one node are alternatives of one decision, or would run it twice.
    private mutating func checkMeeting(_ node: OozieNode, _ place: Place, _ target: OozieTarget) {
        if node.kind == .kill || node.kind == .join || node.kind == .end { return }
        guard let decider = deciders[node.name] else {
            deciders[node.name] = .some(place.decider)
            return
        }
        if decider == nil || decider != place.decider {
            add(.oozieReachedTwice(node.name, at: app.span(target.element)))
        }
    }

    private mutating func close(_ join: OozieNode, _ place: Place, _ target: OozieTarget) {
        guard let fork = place.fork else {
            add(.oozieJoinWithoutFork(join.name, at: app.span(target.element)))
            return
        }
        if let other = joins[fork], other != join.name {
            add(.oozieTwoJoins(fork: fork, other, join.name, at: app.span(target.element)))
        } else if let other = forks[join.name], other != fork {
            add(.oozieTwoForks(join: join.name, other, fork, at: app.span(target.element)))
        } else {
            joins[fork] = join.name
            forks[join.name] = fork
        }
    }
}
