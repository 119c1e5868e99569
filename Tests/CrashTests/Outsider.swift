// Somebody outside who does to a run in memory what a case's acts say, as `wfi signal`, `wfi approve` and `wfi tasks` do
// to one in a file. Knows nothing of who runs the run.
import WfEngine
import WfJournal
import WfPlan
import WfTestSupport
import WfValue

/// The acts of a case that are left.
struct Outsider {
    private var acts: ArraySlice<CaseAct>
    private let plan: Plan
    private let workflow: Int

    init(_ acts: [CaseAct], plan: Plan, workflow: Int) {
        self.acts = acts[...]
        self.plan = plan
        self.workflow = workflow
    }

    var hasActs: Bool { !acts.isEmpty }

    /// What is due within a moment happens before an outsider acts: how long that is, in microseconds; nil: nothing is.
    static func patience(_ timer: Int64?, now: Int64) -> Int64? {
        guard let timer, timer - now < 200_000 else { return nil }
        return max(0, timer - now)
    }

    /// Performs the next act. What does not fit the run is not performed, as the command would refuse it.
    mutating func act(on run: RunId, in journal: any Journal) {
        guard let act = acts.popFirst() else { return }
        try? perform(act, run, journal)
    }

    private func perform(_ act: CaseAct, _ run: RunId, _ journal: any Journal) throws {
        guard let record = try journal.run(id: run.text) else { return }
        switch act {
        case .signal(let name, let json):
            let declared = plan.signals(reachedFrom: workflow)
            guard let type = declared.first(where: { $0.name == name })?.type else { return }
            let payload = type == .unit ? [] : try plan.types.binary(fromJson: json, as: type)
            _ = try journal.post(
                RequestRecord(run: record.number, kind: .signal, name: name, time: 0, bytes: payload))
        case .approve(let name, let step):
            try answer(record, .approval, step, by: name, .complete) { _ in
                "{\"approved\":{\"by\":\"\(name)\"}}"
            }
        case .reject(let name, let reason):
            try answer(record, .approval, nil, by: name, .complete) { _ in
                "{\"rejected\":{\"by\":\"\(name)\",\"reason\":\"\(reason)\"}}"
            }
        case .complete(let step, let json):
            try answer(record, .task, step, by: "somebody", .complete) { _ in json }
        case .fail(let step, let reason):
            guard let item = try item(record, .task, step) else { return }
            try store(item, by: "somebody", .fail, Failure(kind: "failed", message: reason).encoded, journal)
        }

        func answer(
            _ record: RunRecord, _ kind: ItemKind, _ step: String?, by: String, _ request: RequestKind,
            json: (ItemRecord) -> String
        ) throws {
            guard let item = try item(record, kind, step) else { return }
            let type = TypeId(raw: item.resultType)
            let value = type == .unit ? [] : try plan.types.binary(fromJson: json(item), as: type)
            try store(item, by: by, request, value, journal)
        }

        func item(_ record: RunRecord, _ kind: ItemKind, _ step: String?) throws -> ItemRecord? {
            try journal.items(run: record.number, role: nil, after: 0, limit: 100)
                .first { $0.kind == kind && (step == nil || $0.step == step) }
        }
    }

    private func store(
        _ item: ItemRecord, by: String, _ kind: RequestKind, _ value: [UInt8], _ journal: any Journal
    ) throws {
        var writer = ByteWriter()
        writer.appendVarint(UInt64(bitPattern: item.number))
        writer.append(value)
        let request = RequestRecord(
            run: item.run, kind: kind, name: item.step, time: 0, bytes: writer.toArray())
        _ = try journal.change(item: item.number, .answer(by: by, request), now: 1)
    }
}
