// Imported plans run without a test of the language around them: an engine over a journal in memory, a clock that moves
// only when nothing else can, and people and workers that are a closure.
import WfEngine
import WfImport
import WfJournal
import WfPlan
import WfSource
import WfValue

/// What a work item or another effect is answered with, and how long that takes.
struct Answer {
    var outcome: EffectOutcome
    var after: Int64 = 0
}

/// What somebody is asked to do.
struct Asked {
    let title: String
    let input: DataNode
    let path: String
    let run: RunId
}

/// Runs of one plan.
final class VirtualWorld {
    let plan: Plan
    let journal = MemoryJournal()
    private let engine: Engine
    private(set) var now: Int64 = 1_700_000_000_000_000
    private var pending: [(due: Int64, attempt: AttemptId, outcome: EffectOutcome)] = []
    private(set) var ended: [(run: RunId, end: RunEnd)] = []
    private var turns = 0
    /// Answers a work item; nil: nobody ever does it.
    var people: (Asked) -> Answer? = { _ in Answer(outcome: .success([0])) }
    /// Hears what is emitted.
    var world: (RunId, String, DataNode) -> Void = { _, _, _ in }

    init(_ plan: Plan) {
        self.plan = plan
        engine = Engine(
            journal: journal,
            options: EngineOptions(
                processId: 1, bootId: "test", seed: 1, observes: false,
                simulation: Simulation(mockedActions: []), processIsAlive: { _ in false }))
    }

    private var moment: Moment { Moment(wall: now, boot: 0) }

    /// The number of the workflow with a name, letters and digits compared alone.
    func workflow(_ name: String) -> Int? {
        let wish = VirtualWorld.plain(name)
        return plan.workflows.indices.first {
            VirtualWorld.plain(plan.string(plan.workflows[$0].name)) == wish
        }
    }

    static func plain(_ name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// Starts a workflow with `data` for its first parameter, where it has one, and the defaults of the others.
    func start(_ workflow: Int, data: String) throws -> RunId {
        let row = plan.workflows[workflow]
        let types = plan.list(plan.blocks[Int(row.rootBlock)].slotTypes)
        var input: [UInt8] = []
        if row.parameterNames.count > 0 {
            input = try plan.types.binary(fromJson: data, as: TypeId(raw: types[0]))
        }
        for place in 1..<max(1, Int(row.parameterNames.count)) {
            let constant = plan.list(row.parameterDefaults)[place]
            input += plan.constantBytes(Int(constant))
        }
        return try engine.start(
            plan: plan, workflow: workflow, input: input, baseFolder: "/", name: "", now: moment)
    }

    /// Sends a signal to a run.
    func send(_ signal: String, to run: RunId, _ data: DataNode) throws {
        guard let record = try journal.run(id: run.text),
            let row = plan.signals.first(where: { isCalled($0, signal) })
        else { return }
        let bytes = try plan.types.binary(fromJson: DataText.json(data), as: TypeId(raw: row.type))
        _ = try journal.post(
            RequestRecord(
                run: record.number, kind: .signal, name: plan.string(row.name), time: now, bytes: bytes))
        engine.notice()
    }

    /// A number behind a name makes it differ from another one of the plan.
    private func isCalled(_ row: SignalRow, _ name: String) -> Bool {
        var found = VirtualWorld.plain(plan.string(row.name))
        let wish = VirtualWorld.plain(name)
        while found != wish, found.last?.isNumber == true { found.removeLast() }
        return found == wish
    }

    /// Lets everything happen until nothing moves, or until that much time has passed.
    func go(for time: Int64?) throws {
        let end = time.map { now + $0 } ?? Int64.max
        while turns < 100_000 {
            turns += 1
            let turn = try engine.turn(now: moment)
            for request in turn.effectsToStart { try answer(request) }
            for end in turn.endedRuns { ended.append((end.run, end.end)) }
            for attempt in turn.attemptsToCancel {
                pending.removeAll { $0.attempt == attempt }
                engine.complete(attempt, .failure(EffectFailure(kind: "cancelled", message: "told to stop")))
            }
            if engine.hasWork { continue }
            let next = [engine.nextTimer(), pending.map(\.due).min()].compactMap { $0 }.min()
            guard let next, next <= end else { return }
            now = max(now, next)
            for answer in pending where answer.due <= now { engine.complete(answer.attempt, answer.outcome) }
            pending.removeAll { $0.due <= now }
        }
    }

    private func answer(_ request: EffectRequest) throws {
        var answer: Answer? = Answer(outcome: .success([]))
        switch request.effect {
        case "task":
            let parts = arguments(request)
            answer = people(
                Asked(title: parts[0].text ?? "", input: parts[1], path: request.stepPath, run: request.run))
        case "emit":
            let parts = arguments(request)
            world(request.run, parts[0].text ?? "", parts[1])
        case "now": answer?.outcome = .success(try plan.types.binary(fromJson: "\(now)", as: .int))
        case "random": answer?.outcome = .success(try plan.types.binary(fromJson: "0.5", as: .float))
        default: break
        }
        guard let answer else { return }
        if answer.after == 0 { return engine.complete(request.attempt, answer.outcome) }
        pending.append((now + answer.after, request.attempt, answer.outcome))
    }

    /// The arguments of a call, as data.
    private func arguments(_ request: EffectRequest) -> [DataNode] {
        var rest = request.arguments[...]
        return request.argumentTypes.map { type in
            let bytes = Array(rest)
            let length =
                (try? withByteReader(bytes) { (reader) throws(DecodeError) -> Int in
                    try plan.types.validate(&reader, as: type)
                    return reader.position
                }) ?? 0
            rest = rest.dropFirst(length)
            let text = (try? plan.types.jsonText(of: Array(bytes.prefix(length)), as: type)) ?? []
            let source = SourceFile(path: "argument.json", bytes: text)
            return JSONReader.read(source, file: FileId(0)).root
                ?? DataNode(.null, Span(file: FileId(0), start: 0, end: 0))
        }
    }
}
