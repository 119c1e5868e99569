// The nodes of an Oozie workflow as places of a sound net. A node that several paths of a fork reach (as they may when
// actions fail) is written once for each path, so that every token knows its join; alternatives inside a path meet
// before it.
import WfDiagnostics
import WfSource

/// The net that is written.
struct OozieNet {
    /// A node of the flow.
    struct Place {
        let name: String
        /// What it does; nil where alternatives meet before a join.
        let node: OozieNode?
        /// The path of a fork that it stands in.
        let path: Int
        var targets: [(name: String, target: OozieTarget?)] = []
        var failure: String?
    }

    /// A path of a fork, or the way outside all forks.
    private struct Path {
        let fork: String
        let parent: Int
    }

    /// A node in a path.
    private struct Key: Hashable {
        let node: String
        let path: Int
    }

    private let app: OozieApp
    private let rules: OozieRules
    private(set) var places: [Place] = []
    private(set) var names = NameTable()
    private(set) var start = ""
    private var paths = [Path(fork: "", parent: -1)]
    private var numbers: [Key: Int] = [:]
    /// Arrows into joins, by join and path: place, and which of its targets (-1: failure).
    private var arrivals: [Key: [(place: Int, target: Int)]] = [:]
    private var order: [Key] = []
    private var reached: Set<String> = []
    private var waiting: [Int] = []
    private let placesMax = 20_000

    init(_ app: OozieApp, _ rules: OozieRules) {
        self.app = app
        self.rules = rules
    }

    func isReached(_ node: String) -> Bool { reached.contains(node) }

    /// The step of an action, as a place sees it: the one in its path, or in a path around.
    func step(of action: String, for place: Place) -> String? {
        guard app.node(action)?.kind == .action else { return nil }
        var path = place.path
        while path >= 0 {
            if let number = numbers[Key(node: action, path: path)] { return places[number].name }
            path = paths[path].parent
        }
        // Behind a join: the one in a path that has been joined.
        let others = places.filter { $0.node?.name == action && leads($0.path, to: place.path) }
        return others.count == 1 ? others[0].name : nil
    }

    /// Whether a path comes of another one.
    private func leads(_ inner: Int, to outer: Int) -> Bool {
        var path = inner
        while path >= 0, path != outer { path = paths[path].parent }
        return path == outer
    }

    mutating func build(_ job: inout ImportJob) {
        guard let first = app.start, let number = place(first.name, 0) else { return }
        start = places[number].name
        while let number = waiting.popLast() {
            if places.count > placesMax {
                job.add(.oozieTooManyPaths(at: app.xml.root.span))
                return
            }
            connect(number, &job)
        }
        meet()
    }

    /// The place of a node in a path; kill and end are outside all.
    private mutating func place(_ name: String, _ path: Int) -> Int? {
        guard let node = app.node(name) else { return nil }
        let path = node.kind == .kill ? 0 : path
        let key = Key(node: name, path: path)
        if let known = numbers[key] { return known }
        places.append(Place(name: names.take(name, fallback: "node"), node: node, path: path))
        numbers[key] = places.count - 1
        reached.insert(name)
        waiting.append(places.count - 1)
        return places.count - 1
    }

    private mutating func connect(_ number: Int, _ job: inout ImportJob) {
        guard let node = places[number].node else { return }
        let path = places[number].path
        for (index, target) in node.targets.enumerated() {
            var inner = path
            if node.kind == .fork {
                paths.append(Path(fork: node.name, parent: path))
                inner = paths.count - 1
            }
            let name = arrive(target, inner, from: number, as: index, &job)
            places[number].targets.append((name, target))
        }
        if let failure = node.failure {
            places[number].failure = arrive(failure, path, from: number, as: -1, &job)
        }
    }

    /// The name of the place that a transition leads to; for a join it is made good later.
    private mutating func arrive(
        _ target: OozieTarget, _ path: Int, from place: Int, as index: Int, _ job: inout ImportJob
    ) -> String {
        guard let node = app.node(target.name) else { return "" }
        guard node.kind == .join else {
            return self.place(target.name, path).map { places[$0].name } ?? ""
        }
        // The innermost path whose fork ends at this join.
        var inner = path
        while inner > 0 && rules.joins[paths[inner].fork] != node.name { inner = paths[inner].parent }
        if inner == 0 {
            job.add(.oozieJoinWithoutFork(node.name, at: app.span(target.element)))
            return ""
        }
        let key = Key(node: node.name, path: inner)
        if arrivals[key] == nil { order.append(key) }
        arrivals[key, default: []].append((place, index))
        return self.place(node.name, paths[inner].parent).map { places[$0].name } ?? ""
    }

    /// Where several arrows of one path lead to a join, they meet before it.
    private mutating func meet() {
        for key in order {
            guard let arrows = arrivals[key], arrows.count > 1,
                let join = numbers[Key(node: key.node, path: paths[key.path].parent)]
            else { continue }
            let name = names.take("to \(key.node)")
            places.append(Place(name: name, node: nil, path: key.path, targets: [(places[join].name, nil)]))
            for (place, target) in arrows {
                if target < 0 {
                    places[place].failure = name
                } else {
                    places[place].targets[target].name = name
                }
            }
        }
    }
}
