// What is known of a run's steps while it goes on: a tree built from events, pruned as items and turns end. A model
// without a terminal; TreeRenderer draws it.
public import WfEngine
public import WfPlan

/// How far a step has come.
public enum StepStatus: Sendable {
    case running, waiting, sleeping, retrying, done, skipped, failed, cancelled

    var isEnded: Bool {
        switch self {
        case .running, .waiting, .sleeping, .retrying: return false
        case .done, .skipped, .failed, .cancelled: return true
        }
    }
}

/// A step, or an item of a fan-out, a turn of a loop.
public final class LiveStep {
    let name: String
    let path: String
    private(set) weak var parent: LiveStep?
    var children: [LiveStep] = []
    var status = StepStatus.running
    /// Microseconds since 1970.
    var started: Int64
    var ended: Int64 = 0
    var attempt = 0
    var dueTime: Int64 = 0
    /// Items of a fan-out: how many there will be and how many have ended. Turns of a loop: only the latter.
    var total = 0
    var endedItems = 0
    /// Why it failed or is tried again, or what it waits for.
    var message = ""

    init(name: String, path: String, parent: LiveStep?, started: Int64) {
        self.name = name
        self.path = path
        self.parent = parent
        self.started = started
    }

    /// An item of a fan-out or a turn of a loop: `[3]`.
    var isItem: Bool { name.utf8.last == UInt8(ascii: "]") }
}

/// The steps of one run.
public struct LiveModel {
    public init() {}

    private(set) var top: [LiveStep] = []
    private var byPath: [String: LiveStep] = [:]
    /// Scope number to the path of what it executes.
    private var scopePaths: [Int: String] = [:]
    private(set) var started: Int64 = 0
    private(set) var doneSteps = 0

    /// Takes an event; `isShown` says whether it is about a node that people see.
    public mutating func apply(_ event: RunEvent, isShown: Bool) {
        if started == 0 { started = event.time }
        switch event.kind {
        case .runStarted, .runResumed, .runCancelling, .runDone, .runFailed, .runCancelled, .scopeOpened,
            .scopeUndoing, .undoFailed, .nodeAgain, .runPaused, .runUnpaused:
            return
        case .scopeClosed: closeScope(event.scope)
        case .nodeStarted, .nodeEnded, .nodeSkipped, .nodeRetrying, .nodeFailed, .nodeCancelled,
            .nodeSleeping, .nodeWaiting, .nodeElse, .nodeCaught, .nodeUnresolved,
            .nodeCached:
            if event.node == nil { return }
            noteScope(event)
            if isShown { update(event) }
        }
    }

    /// Values and hidden nodes are not steps.
    public static func isShown(_ node: Int, _ plan: Plan) -> Bool {
        let row = plan.nodes[node]
        if row.kind == NodeKind.value.rawValue { return false }
        let name = plan.stringBytes(row.name)
        return name.first != UInt8(ascii: "#")
    }

    private mutating func noteScope(_ event: RunEvent) {
        if scopePaths[event.scope] != nil { return }
        scopePaths[event.scope] = parentPath(event.path)
    }

    private mutating func update(_ event: RunEvent) {
        let step = step(at: event.path, time: event.time)
        step.dueTime = event.dueTime
        switch event.kind {
        case .nodeStarted:
            step.status = .running
            step.attempt = max(event.attempt, 1)
            step.total = event.total
        case .nodeSleeping: step.status = .sleeping
        case .nodeWaiting:
            step.status = .waiting
            step.message = event.what
            step.attempt = max(event.attempt, 1)
        case .nodeRetrying:
            step.status = .retrying
            step.message = event.failure?.message ?? ""
        case .nodeUnresolved:
            step.status = .retrying
            step.message = "waits for `wfi resolve`"
        case .nodeCaught: step.message = event.failure.map { "\($0.kind): \($0.message)" } ?? ""
        case .nodeCached: step.message = "from the cache"
        case .nodeElse:
            step.status = .running
            step.attempt = 0
        case .nodeEnded:
            end(step, .done, event.time)
            doneSteps += 1
        case .nodeSkipped: end(step, .skipped, event.time)
        case .nodeFailed:
            step.message = event.failure.map { "\($0.kind): \($0.message)" } ?? ""
            end(step, .failed, event.time)
        case .nodeCancelled: end(step, .cancelled, event.time)
        case .runStarted, .runResumed, .runCancelling, .runDone, .runFailed, .runCancelled, .scopeOpened,
            .scopeClosed, .scopeUndoing, .undoFailed, .nodeAgain, .runPaused, .runUnpaused:
            return
        }
    }

    private mutating func end(_ step: LiveStep, _ status: StepStatus, _ time: Int64) {
        step.status = status
        step.ended = time
        if status == .failed { return }
        // What lies inside has ended as well; only its sum is shown.
        for child in step.children { forget(child) }
        step.children = []
    }

    private mutating func closeScope(_ scope: Int) {
        guard let path = scopePaths.removeValue(forKey: scope), path.utf8.last == UInt8(ascii: "]") else {
            return
        }
        let parent = byPath[parentPath(path)]
        parent?.endedItems += 1
        guard let item = byPath[path], !item.children.contains(where: { $0.status == .failed }) else {
            return
        }
        parent?.children.removeAll { $0 === item }
        forget(item)
    }

    private mutating func forget(_ step: LiveStep) {
        byPath[step.path] = nil
        for child in step.children { forget(child) }
    }

    private mutating func step(at path: String, time: Int64) -> LiveStep {
        if let known = byPath[path] { return known }
        let around = parentPath(path)
        let parent = around.isEmpty ? nil : step(at: around, time: time)
        let name = lastName(path, in: around)
        let made = LiveStep(name: name, path: path, parent: parent, started: time)
        byPath[path] = made
        if let parent { parent.children.append(made) } else { top.append(made) }
        return made
    }
}

/// `a[2]/b` lies in `a[2]`, which lies in `a`, which lies in nothing; `a!catch` lies in `a`.
public func parentPath(_ path: String) -> String {
    let bytes = Array(path.utf8)
    guard let last = bytes.last else { return "" }
    if last == UInt8(ascii: "]"), let bracket = bytes.lastIndex(of: UInt8(ascii: "[")), bracket > 0 {
        return String(decoding: bytes[..<bracket], as: UTF8.self)
    }
    let slash = bytes.lastIndex(of: UInt8(ascii: "/"))
    if let mark = bytes.lastIndex(of: UInt8(ascii: "!")), mark > slash ?? 0,
        bytes[(mark + 1)...].starts(with: "catch".utf8)
    {
        return String(decoding: bytes[..<mark], as: UTF8.self)
    }
    guard let slash else { return "" }
    return String(decoding: bytes[..<slash], as: UTF8.self)
}

/// `b` of `a[2]/b`, `[2]` of `a[2]`.
private func lastName(_ path: String, in around: String) -> String {
    if around.isEmpty { return path }
    let rest = path.utf8.dropFirst(around.utf8.count)
    return String(decoding: rest.first == UInt8(ascii: "/") ? rest.dropFirst() : rest, as: UTF8.self)
}
