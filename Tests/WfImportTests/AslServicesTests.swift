// State machines that call services: run on virtual time, each call answered with what its record says came of it.
import Testing
import WfEngine
import WfImport
import WfPlan
import WfSource
import WfTestSupport
import WfValue

/// What came of a call: what the service gave, the error it failed with, or nothing in time.
private enum CallEnd {
    case gave(DataNode)
    case failed(String, String)
    case never
}

/// A recorded run with its calls.
private struct ServiceRun {
    let row: DataNode

    /// What came of each call, in order.
    private var ends: [CallEnd] {
        (row["events"]?.list ?? []).compactMap { event in
            switch event["e"]?.text ?? "" {
            case "TaskSucceeded", "LambdaFunctionSucceeded": return event["out"].map { .gave($0) }
            case "TaskFailed", "LambdaFunctionFailed", "TaskSubmitFailed", "TaskStartFailed":
                return .failed(event["error"]?.text ?? "States.TaskFailed", event["cause"]?.text ?? "")
            case "TaskTimedOut", "LambdaFunctionTimedOut": return .never
            default: return nil
            }
        }
    }

    /// What does not fit, or nil.
    func mismatch() throws -> String? {
        let result = compiled(DataText.json(row["definition"] ?? null), as: "machine.json")
        guard let bytes = result.compilation.plan, !result.isRefused else {
            return "refused: \(result.codes)"
        }
        let plan = try Plan.load(bytes: bytes)
        let world = VirtualWorld(plan)
        var ends = ends[...]
        world.people = { _ in
            switch ends.popFirst() {
            case .gave(let value)?:
                let bytes = try? plan.types.binary(fromJson: DataText.json(value), as: .json)
                return Answer(outcome: .success(bytes ?? []))
            case .failed(let name, let cause)?:
                return Answer(
                    outcome: .failure(EffectFailure(kind: "failed", message: name + ": " + cause)))
            case .never?, nil: return nil
            }
        }
        guard let main = world.workflow("main") else { return "there is no `main`" }
        _ = try world.start(main, data: DataText.json(row["input"] ?? null))
        try world.go(for: nil)
        guard let end = world.ended.first?.end else { return "it does not end" }
        let isFailure = row["status"]?.text == "FAILED"
        switch end {
        case .done(let value):
            let type = TypeId(raw: plan.workflows[main].resultType)
            let text = try plan.types.jsonText(of: value, as: type)
            let found =
                JSONReader.read(SourceFile(path: "value.json", bytes: text), file: FileId(0)).root ?? null
            if isFailure { return "it ends with \(DataText.json(found))" }
            let wanted = row["output"] ?? null
            return fits(found, wanted) ? nil : "\(DataText.json(found)), wanted \(DataText.json(wanted))"
        case .failed(let failure):
            let name = failure.kind == "timeout" ? "States.Timeout" : failure.message
            return isFailure && name.hasPrefix(row["error"]?.text ?? "") ? nil : "failed: \(failure.message)"
        case .cancelled: return "cancelled"
        }
    }

    /// Whether a value is what the record says; what is masked there may be anything.
    private func fits(_ found: DataNode, _ wanted: DataNode) -> Bool {
        switch (found.content, wanted.content) {
        case (_, .text(let text)) where text.hasPrefix("<") && text.hasSuffix(">"): return true
        case (.null, .null): return true
        case (.bool(let one), .bool(let other)): return one == other
        case (.number(let one), .number(let other)): return Double(one) == Double(other)
        case (.text(let one), .text(let other)): return one == other
        case (.list(let one), .list(let other)):
            return one.count == other.count && zip(one, other).allSatisfy { fits($0, $1) }
        case (.map(let one), .map(let other)):
            return one.entries.count == other.entries.count
                && other.entries.allSatisfy { entry in
                    // A cause need not match to the letter.
                    one[entry.key].map { entry.key == "Cause" || fits($0, entry.value) } ?? false
                }
        default: return false
        }
    }
}

private let null = DataNode(.null, Span(file: FileId(0), start: 0, end: 0))

@Suite struct AslServicesTests {
    @Test func histories() throws {
        guard let folder = corpus("asl") else { return }
        var score = Scoreboard("asl, histories with services")
        var maps = Scoreboard("asl, histories with distributed maps")
        for file in ["base", "scenarios", "error_handling", "intrinsic_functions"] {
            for row in try oracle(folder + "/histories/" + file + ".jsonl") {
                guard let services = row["services"]?.list, row["status"]?.text != "RUNNING" else { continue }
                let mismatch = try ServiceRun(row: row).mismatch()
                let (id, text) = (row["id"]?.text ?? "", mismatch ?? "")
                if services.contains(where: { $0.text == "distributed map" }) {
                    maps.add(id, isRight: mismatch == nil, text)
                } else {
                    score.add(id, isRight: mismatch == nil, text)
                }
            }
        }
        score.finish(atLeast: 38)
        maps.finish(atLeast: 19)
    }
}
