// Runs the cases of the language suite with a pair of commands, `wfc` and `wfi`, and says what each file would have to
// say. Knows the commands only by their public face: arguments, exit status, JSON.
import FoundationEssentials
import Glibc

/// The commands under test.
public struct LanguageSuite: Sendable {
    public let wfc: String
    public let wfi: String
    public let folder: String

    /// - Parameters:
    ///   - bin: the folder of `wfc` and `wfi` when WFC and WFI do not name others.
    ///   - folder: the folder of the cases.
    public init(bin: String = builtFolder, folder: String) {
        wfc = builtCommand("wfc", in: bin)
        wfi = builtCommand("wfi", in: bin)
        self.folder = folder
    }

    /// The cases, sorted by path.
    public func cases() throws(SubprocessError) -> [CaseFile] {
        var cases: [CaseFile] = []
        for path in filesBelow(folder, suffix: ".wf") {
            let text = String(decoding: try readFile(path), as: UTF8.self)
            if text.hasPrefix("//@ about:") { cases.append(CaseFile(path: path, text: text)) }
        }
        return cases
    }

    /// The text the case's file would have if it expected exactly what happens.
    public func blessed(_ testCase: CaseFile) throws(SubprocessError) -> String {
        let work = try TemporaryFolder("wf-case")
        let name = String(testCase.path.split(separator: "/").last ?? "case.wf")
        try writeFile(work.path + "/" + name, testCase.programBytes())
        switch testCase.kind {
        case .check:
            return testCase.blessed(diagnostics: try diagnostics(name, work.path))
        case .fmt:
            let result = try run(wfc, ["fmt", "-"], work.path, input: testCase.programBytes())
            return testCase.blessed(diagnostics: [], formatted: result.outputText)
        case .run:
            let diagnostics = try diagnostics(name, work.path)
            if diagnostics.contains(where: { $0.severity == "error" }) {
                return testCase.blessed(diagnostics: diagnostics)
            }
            // An address differs from time to time in its length, too, and the places of diagnostics with it.
            let session = testCase.usesServer ? LoopbackServer.shared?.session() : nil
            if session != nil {
                try writeFile(work.path + "/" + name, testCase.programBytes(server: session))
            }
            let secrets = CaseSecrets(testCase, seed: 0)
            let outcome = try outcome(testCase, name, work.path, secrets)
            if !secrets.isEmpty { try compare(testCase, name, secrets) }
            return testCase.blessed(
                diagnostics: diagnostics, outcome: session.map { outcome.naming($0, "LOOPBACK") } ?? outcome)
        case .test:
            let diagnostics = try diagnostics(name, work.path)
            if diagnostics.contains(where: { $0.severity == "error" }) {
                return testCase.blessed(diagnostics: diagnostics)
            }
            return testCase.blessed(
                diagnostics: diagnostics, outcome: try testOutcome(testCase, name, work.path))
        }
    }

    /// What `wfi test` prints, twice: the same tests give the same bytes.
    private func testOutcome(
        _ testCase: CaseFile, _ name: String, _ folder: String
    ) throws(SubprocessError) -> CaseOutcome {
        let arguments = ["test", name] + testCase.arguments
        let result = try run(wfi, arguments, folder)
        let again = try run(wfi, arguments, folder)
        let text = result.outputText + result.errorText
        if text != again.outputText + again.errorText {
            throw SubprocessError(description: "two runs of \(name) print different reports: \(text)")
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last == "" { lines.removeLast() }
        return CaseOutcome(value: nil, fault: nil, effects: nil, report: lines, status: result.status)
    }

    /// What `wfc check` says about a case's program.
    public func diagnostics(of testCase: CaseFile) throws(SubprocessError) -> [CaseDiagnostic] {
        let work = try TemporaryFolder("wf-case")
        let name = String(testCase.path.split(separator: "/").last ?? "case.wf")
        try writeFile(work.path + "/" + name, testCase.programBytes())
        return try diagnostics(name, work.path)
    }

    private func run(
        _ program: String, _ arguments: [String], _ folder: String, input: [UInt8]? = nil,
        secrets: CaseSecrets? = nil
    ) throws(SubprocessError) -> ProcessResult {
        let environment = secrets.flatMap { $0.isEmpty ? nil : $0.environment }
        let result = try runProcess(
            program, arguments, input: input, workingFolder: folder, environment: environment, seconds: 300)
        if result.status > 3 || result.standardError.starts(with: Array("sh: ".utf8)) {
            throw SubprocessError(
                description:
                    "\(program) \(arguments.joined(separator: " ")) ended with \(result.status): \(result.errorText)"
            )
        }
        return result
    }

    private struct DiagnosticLine: Decodable {
        var code: String
        var severity: String
        var message: String
        var line: Int?
        var column: Int?
        var endLine: Int?
        var endColumn: Int?
    }

    private func diagnostics(_ name: String, _ folder: String) throws(SubprocessError) -> [CaseDiagnostic] {
        let result = try run(wfc, ["check", "--json", name], folder)
        var found: [CaseDiagnostic] = []
        for line in result.outputText.split(separator: "\n") {
            guard let json = try? JSONDecoder().decode(DiagnosticLine.self, from: Data(line.utf8)) else {
                throw SubprocessError(description: "wfc check --json printed \(line)")
            }
            found.append(
                CaseDiagnostic(
                    severity: json.severity, code: json.code, message: json.message, line: json.line ?? 0,
                    column: json.column ?? 0, endLine: json.endLine ?? 0, endColumn: json.endColumn ?? 0))
        }
        let errors = found.contains { $0.severity == "error" }
        if (result.status == 1) != errors {
            throw SubprocessError(
                description:
                    "wfc check ended with \(result.status) on \(found.count) messages: \(result.errorText)")
        }
        return found
    }

    private func arguments(_ testCase: CaseFile, _ name: String, _ folder: String) -> [String] {
        var arguments = ["run", name, "--journal", folder + "/journal.db", "--events"]
        if let input = testCase.input { arguments += ["--input", input] }
        if let workflow = testCase.workflow { arguments += ["--workflow", workflow] }
        return arguments
    }

    /// Runs the case with other contents of its secrets; nothing that can be seen may differ.
    private func compare(
        _ testCase: CaseFile, _ name: String, _ first: CaseSecrets
    ) throws(SubprocessError) {
        let session = testCase.usesServer ? LoopbackServer.shared?.session() : nil
        let before = try observation(testCase, name, first, session)
        let after = try observation(testCase, name, CaseSecrets(testCase, seed: 1), session)
        for (one, two) in zip(before.parts, after.parts) where one != two {
            throw SubprocessError(
                description: "what can be seen depends on the content of a secret:\n\(one)\nand\n\(two)")
        }
        // How a run's rows are cut into transactions depends on the machine: runs are tried until two are cut alike.
        // A run whose rows tell the time is never like another, not even with the same contents.
        var firsts = [before.rows]
        var seconds = [after.rows]
        while !firsts.contains(where: { seconds.contains($0) }) {
            if firsts.count == 4 {
                guard Set(firsts).count == 1, Set(seconds).count == 1 else { return }
                let differing = zip(firsts[0], seconds[0]).first { $0 != $1 }
                throw SubprocessError(
                    description: "the journal depends on the content of a secret: "
                        + (differing.map { "\($0)\nand\n\($1)" } ?? "it has other rows"))
            }
            firsts.append(try observation(testCase, name, first, session).rows)
            seconds.append(try observation(testCase, name, CaseSecrets(testCase, seed: 1), session).rows)
        }
    }

    private func observation(
        _ testCase: CaseFile, _ name: String, _ secrets: CaseSecrets, _ session: String?
    ) throws(SubprocessError) -> Observation {
        let work = try TemporaryFolder("wf-case")
        let folder = work.path
        try writeFile(folder + "/" + name, testCase.programBytes(server: session))
        let result = try run(wfi, arguments(testCase, name, folder), folder, secrets: secrets)
        var shown: [String] = [result.errorText]
        for command in [["show", "--json"], ["logs"]] where result.status <= 1 {
            shown.append(try run(wfi, command + ["--journal", folder + "/journal.db"], folder).outputText)
        }
        return try Observation(
            output: result.outputText, shown: shown, folder: folder, server: session, secrets: secrets)
    }

    private struct EventLine: Decodable {
        struct Failure: Decodable {
            var kind: String
            var message: String
            var step: String?
        }
        var event: String
        var run: String?
        var effect: String?
        var failure: Failure?
    }

    private func events(in log: String) -> [EventLine] {
        log.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(EventLine.self, from: Data($0.utf8))
        }
    }

    /// Runs, and does what outsiders do whenever the run waits. Gives the last result, all that was logged, and what
    /// outsiders were refused.
    private func perform(
        _ arguments: [String], _ acts: [CaseAct], _ folder: String, _ secrets: CaseSecrets
    ) throws(SubprocessError) -> (ProcessResult, log: String, refusals: [String]) {
        let journal = ["--journal", folder + "/journal.db"]
        var result = try run(
            wfi, arguments + (acts.isEmpty ? [] : ["--no-wait"]), folder, secrets: secrets)
        var log = result.errorText
        var refusals: [String] = []
        guard let name = events(in: log).first?.run else { return (result, log, []) }
        for (index, act) in acts.enumerated() where result.status == 3 {
            let acted = try run(wfi, act.command(run: name) + journal, folder)
            if acted.status != 0 {
                let lines = acted.errorText.split(separator: "\n").map { $0.drop { $0 == " " } }
                refusals.append(lines.joined(separator: " "))
            }
            let isLast = index == acts.count - 1
            result = try run(
                wfi, ["resume", name, "--events"] + (isLast ? [] : ["--no-wait"]) + journal, folder,
                secrets: secrets)
            log += result.errorText
        }
        return (result, log, refusals)
    }

    private func outcome(
        _ testCase: CaseFile, _ name: String, _ folder: String, _ secrets: CaseSecrets
    ) throws(SubprocessError) -> CaseOutcome {
        let (result, log, refusals) = try perform(
            arguments(testCase, name, folder), testCase.acts, folder, secrets)
        let output = result.outputText.split(separator: "\n", omittingEmptySubsequences: false)
        var effects: [String] = []
        var failure: EventLine.Failure?
        var runs: [String] = []
        for event in events(in: log) {
            if let effect = event.effect { effects.append(effect) }
            if let run = event.run, !runs.contains(run) { runs.append(run) }
            if event.event == "runFailed", event.run == runs.first { failure = event.failure }
        }
        /// Runs are named by chance, folders too.
        func plain(_ text: String) -> String {
            runs.reduce(text.replacing(folder, with: "…")) { $0.replacing($1, with: "r…") }
        }
        switch result.status {
        case 0:
            guard output.count == 2, output[1].isEmpty else {
                throw SubprocessError(description: "wfi run printed \(result.outputText)")
            }
            return CaseOutcome(
                value: plain(String(output[0])), fault: nil, effects: effects,
                refusals: refusals.map(plain))
        case 1:
            guard let failure else {
                throw SubprocessError(description: "wfi run failed without a failure: \(result.errorText)")
            }
            let step = failure.step ?? ""
            let short = step.count > 60 ? step.prefix(20) + "…" : Substring(step)
            let place = step.isEmpty ? "" : " at \(short)"
            let message = plain(failure.message).replacing("\n", with: "\\n")
            return CaseOutcome(
                value: nil, fault: "\(failure.kind)\(place): \(message)", effects: effects,
                refusals: refusals.map(plain))
        default:
            let text = plain(result.errorText).split(separator: "\n").joined(
                separator: "\\n")
            return CaseOutcome(value: nil, fault: "status \(result.status): \(text)", effects: nil)
        }
    }
}
