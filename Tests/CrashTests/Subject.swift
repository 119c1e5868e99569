// The cases of the language suite that can be run, and how a run of one ended. Knows nothing of how it is interrupted.
import WfCompiler
import WfDoors
import WfEngine
import WfJournal
import WfPlan
import WfTestSupport
import WfValue

/// How a run ended, comparable between folders and runs.
enum Outcome: Hashable {
    case value([UInt8])
    case failure(String)
    case cancelled
    case none

    /// - Parameter folder: left out of messages.
    init(_ end: RunEnd?, folder: String) {
        switch end {
        case .done(let value): self = .value(value)
        case .failed(let failure):
            let message = withoutRunIds(
                failure.message.split(separator: folder, omittingEmptySubsequences: false)
                    .joined(separator: "…"))
            // An attempt that was interrupted is another attempt.
            let isExpired = failure.kind == "expired"
            self = .failure("\(failure.kind) at \(failure.step)\(isExpired ? "" : ": \(message)")")
        case .cancelled: self = .cancelled
        case nil: self = .none
        }
    }
}

/// A case that can be run: its plan, and what it is given.
struct Subject {
    let name: String
    let bytes: [UInt8]
    let plan: Plan
    let workflow: Int
    let input: [UInt8]
    let outsider: Outsider
    /// `NAME=content`
    let secretEntries: [String]

    /// Steps that are done at most once.
    var onceSteps: Set<String> {
        Set(
            plan.nodes.filter { row in
                if row.clauses != .none && plan.clauses[Int(row.clauses)].isOnce { return true }
                guard NodeKind(rawValue: row.kind) == .action else { return false }
                let clauses = plan.actions[Int(row.target)].clauses
                return clauses != .none && plan.clauses[Int(clauses)].isOnce
            }.map { plan.string($0.name) })
    }

    /// The contents of its secrets, for the doors.
    func secrets() throws(SecretProblem) -> Secrets {
        let entries = secretEntries
        let secrets = Secrets { (name) throws(SecretProblem) in
            let entry = entries.first { $0.hasPrefix(name + "=") }
            return entry.map { Array($0.utf8.dropFirst(name.utf8.count + 1)) }
        }
        try secrets.load(plan)
        return secrets
    }

    /// Nil for a case that does not come so far as to run.
    /// - Parameter server: what stands for LOOPBACK; nil: cases that need the server are left out.
    init?(_ testCase: CaseFile, server: String? = nil) throws {
        name = testCase.path
        if testCase.usesServer && server == nil { return nil }
        secretEntries = CaseSecrets(testCase, seed: 0).entries
        bytes = testCase.programBytes(server: server)
        let file = String(testCase.path.split(separator: "/").last ?? "case.wf")
        guard let compiled = Compiler.compile(text: bytes, path: file).plan else { return nil }
        plan = try Plan.load(bytes: compiled)
        guard let number = CrashTests.workflow(of: plan, named: testCase.workflow) else { return nil }
        workflow = number
        guard let encoded = try? encodedInput(testCase.input ?? "{}", plan, workflow: number) else {
            return nil
        }
        input = encoded
        outsider = Outsider(testCase.acts, plan: plan, workflow: number)
    }
}

/// The text with what is a run's id left out: two runs of a case have two.
func withoutRunIds(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
        let core = word.drop { !$0.isLetter && !$0.isNumber }.prefix { $0.isLetter || $0.isNumber }
        let isId = core.count == 11 && core.first == "r" && core.contains(where: \.isNumber)
        return isId ? "RUN" : String(word)
    }.joined(separator: " ")
}
