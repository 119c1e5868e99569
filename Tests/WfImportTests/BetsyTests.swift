// What engines were asked to do with the models of betsy: each imported, run on virtual time, its log compared. The
// script of a task is a word that says what its worker does; the README of the set lists them.
import Testing
import WfCompiler
import WfEngine
import WfImport
import WfPlan
import WfSource
import WfTestSupport

/// One case of the set.
private struct BetsyCase {
    let file: String
    let number: Int
    let tier: Int
    let start: [String]
    let data: String
    let wait: Int64
    let log: [String]

    init(_ row: DataNode) {
        file = row["file"]?.text ?? ""
        number = row["case"]?.int ?? 0
        tier = row["tier"]?.int ?? 0
        start = (row["start"]?.list ?? []).compactMap(\.text)
        wait = Int64(row["waitMs"]?.int ?? 0) * 1_000
        log = (row["log"]?.list ?? []).compactMap(\.text)
        let test = row["test"]?.text.map { ",\"test\":" + WfJson.quoted($0) } ?? ""
        data = "{\"integerVariable\":\(row["integerVariable"]?.int ?? 0)\(test)}"
    }
}

/// The worker of a case, and what it logs.
private final class BetsyWorker {
    private let world: VirtualWorld
    private var runs: [RunId] = []
    private var log: [String] = []
    private var hasMarker = false
    private var intervals: [(from: Int64, to: Int64)] = []

    init(_ plan: Plan) { world = VirtualWorld(plan) }

    /// The log that a case leaves.
    func log(of test: BetsyCase) throws -> [String] {
        world.people = { [unowned self] in work($0) }
        world.world = { [unowned self] sender, name, data in
            // Whoever waits for a message is found outside: every other run may.
            for run in runs where run != sender { try? world.send(name, to: run, data) }
        }
        for (place, name) in test.start.enumerated() {
            let isLast = place == test.start.count - 1
            let workflow = world.workflow("main") ?? world.workflow(name) ?? 0
            runs.append(try world.start(workflow, data: isLast ? test.data : "{\"integerVariable\":0}"))
            try world.go(for: isLast ? (test.wait == 0 ? nil : test.wait) : 0)
        }
        if hasMarker && test.log.contains("MARKER_exists") { log.append("MARKER_exists") }
        if overlaps { log.append("EXECUTION_parallel") }
        for (run, end) in world.ended where run == runs.last {
            guard case .failed(let failure) = end else { continue }
            if test.log.contains("ERROR") {
                log.append("ERROR")
            } else {
                log.append(failure.kind == "failed" ? "ERROR_thrownErrorEvent" : "ERROR_runtime")
            }
        }
        return log.sorted()
    }

    private var overlaps: Bool {
        intervals.indices.contains { one in
            intervals.indices.contains { other in
                one < other && intervals[one].from < intervals[other].to
                    && intervals[other].from < intervals[one].to
            }
        }
    }

    private func work(_ asked: Asked) -> Answer? {
        let script = asked.input["script"]?.text ?? ""
        let known = asked.input["data"] ?? asked.input["known"] ?? asked.input
        let tenSeconds: Int64 = 10_000_000
        switch script {
        case "CREATE_MARKER_FILE": hasMarker = true
        case "INCREMENT_INTEGER_VARIABLE", "INCREMENT_INTEGER_VARIABLE_AND_LOG":
            if script.hasSuffix("LOG") { log.append("INCREMENT_correct") }
            return said("{\"integerVariable\":\((known["integerVariable"]?.int ?? 0) + 1)}")
        case "SET_STRING_DATA": return said("{\"data\":\"String\"}")
        case "LOG_DATA": if known["data"]?.text == "String" { log.append("DATA_correct") }
        case "CREATE_TIMESTAMP_LOG_1", "CREATE_TIMESTAMP_LOG_2":
            intervals.append((world.now, world.now + tenSeconds))
            return said("{}", after: tenSeconds)
        case "WAIT_TEN_SECONDS": return said("{}", after: tenSeconds)
        case "THROW_ERROR":
            return Answer(outcome: .failure(EffectFailure(kind: "failed", message: "ERR_CODE")))
        default: if script.hasPrefix("SCRIPT_") { log.append(script) }
        }
        return said("{}")
    }

    private func said(_ text: String, after: Int64 = 0) -> Answer {
        let bytes = (try? world.plan.types.binary(fromJson: text, as: .json)) ?? []
        return Answer(outcome: .success(bytes), after: after)
    }
}

@Suite struct BetsyTests {
    @Test func cases() throws {
        guard let folder = corpus("bpmn/betsy") else { return }
        let bytes = try readFile(folder + "/cases.json")
        let root = JSONReader.read(SourceFile(path: "cases.json", bytes: bytes), file: FileId(0)).root
        var common = Scoreboard("betsy, cases of tier 1 and 2")
        var rare = Scoreboard("betsy, cases of tier 3")
        for row in root?["cases"]?.list ?? [] {
            let test = BetsyCase(row)
            let result = compiled(try readFile(folder + "/" + test.file), as: test.file)
            var found = ["refused", "\(result.codes.filter { $0 < "WF9" })"]
            var isRight = result.isRefused && test.log == ["ERROR"]
            if let plan = result.compilation.plan, !result.isRefused {
                found = try BetsyWorker(try Plan.load(bytes: plan)).log(of: test)
                isRight = found == test.log
            }
            let title = "\(test.file) \(test.number)"
            if test.tier <= 2 {
                common.add(title, isRight: isRight, "wanted \(test.log), found \(found)")
            } else {
                rare.add(title, isRight: isRight, "wanted \(test.log), found \(found)")
            }
        }
        common.finish(atLeast: 173)
        rare.finish(atLeast: 33)
    }
}
