// `wfi test`: finds files, compiles each with its tests, runs them one after another, and says what came of it.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfEngine
import WfPlan
import WfTesting

func testCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let mode = try TestMode(arguments)
    let files = try testFiles(arguments.operands.isEmpty ? ["."] : arguments.operands)
    var report = TestReport(json: arguments.has("--json"), colour: usesColour(arguments), streams)
    let wantsCoverage = arguments.has("--coverage") || arguments.has("--coverage-html")
    let coverage = wantsCoverage ? Coverage() : nil
    let real = RealDoors()
    let folder = try currentFolder()
    for file in files {
        for plan in try testPlans(
            file, covers: wantsCoverage, colour: usesColour(arguments), streams, &report)
        {
            coverage?.add(plan)
            let config = try readConfig(plan, arguments)
            let runner = TestRunner(
                plan: plan, seed: mode.seed, real: real, coverage: coverage, config: config,
                baseFolder: folder)
            for test in plan.tests.indices where mode.wants(runner.title(of: test)) {
                report.add(file, runner.title(of: test), mode.run(runner, test), plan)
            }
        }
    }
    report.finish()
    if let coverage { try write(CoverageReport(coverage), arguments, streams) }
    if let path = arguments.value("--junit") { try writeFile(path, report.junit()) }
    if report.testCount == 0 && report.unusable == 0 {
        throw CommandError(
            mode.filter == nil ? "no file has a test" : "no test has `\(mode.filter ?? "")` in its title",
            help: mode.filter == nil ? "write `test \"…\" { … }` in a .wf file" : nil)
    }
    return report.unusable > 0
        ? ExitStatus.usage : report.failedCount > 0 ? ExitStatus.failed : ExitStatus.done
}

/// The table goes where the report goes, unless that is JSON; the page into its file.
private func write(
    _ report: CoverageReport, _ arguments: Arguments, _ streams: Streams
) throws(CommandError) {
    if arguments.has("--coverage") {
        (arguments.has("--json") ? streams.error : streams.output).write(report.text())
    }
    if let path = arguments.value("--coverage-html") { try writeFile(path, report.html()) }
}

/// How tests are run.
struct TestMode {
    let seed: UInt64
    let filter: String?
    let crashes: Bool
    /// At every commit, however many there are.
    let crashesEverywhere: Bool
    /// How many schedules of faults each test is run under.
    let faults: Int?
    let schedule: FaultSchedule?

    init(_ arguments: Arguments) throws(CommandError) {
        filter = arguments.value("--filter")
        crashes = arguments.has("--crash")
        crashesEverywhere = arguments.has("--every")
        if crashesEverywhere && !crashes {
            throw CommandError("`--every` says how `--crash` goes about it", help: "add `--crash`")
        }
        faults = try arguments.value("--faults").map { (text) throws(CommandError) in
            guard let count = Int(text), count > 0 else {
                throw CommandError("`--faults` is a number from 1 on, found `\(text)`")
            }
            return count
        }
        schedule = try arguments.value("--schedule").map { (text) throws(CommandError) in
            guard let schedule = FaultSchedule(text) else {
                throw CommandError(
                    "`--schedule` cannot be read: `\(text)`",
                    help:
                        "write `step/path@attempt=fault`; faults are `lost`, `slow(10ms)` and kinds of failures"
                )
            }
            return schedule
        }
        if [crashes, faults != nil, schedule != nil].filter({ $0 }).count > 1 {
            throw CommandError("`--crash`, `--faults` and `--schedule` exclude each other")
        }
        guard let text = arguments.value("--seed") else {
            seed = 1
            return
        }
        guard let number = UInt64(text) else {
            throw CommandError("`--seed` is a number from 0 on, found `\(text)`")
        }
        seed = number
    }

    func wants(_ title: String) -> Bool { filter.map { title.contains($0) } ?? true }

    func run(_ runner: TestRunner, _ test: Int) -> TestOutcome {
        if crashes { return runner.runCrashing(test, every: crashesEverywhere) }
        if let faults { return runner.runFaults(test, count: faults) }
        if let schedule { return runner.run(test, schedule: schedule) }
        return runner.run(test)
    }
}

/// The files named, and those below the folders named, in order.
private func testFiles(_ operands: [String]) throws(CommandError) -> [String] {
    var files: [String] = []
    for operand in operands {
        var status = stat()
        guard stat(operand, &status) == 0 else {
            throw CommandError("`\(operand)` cannot be read: \(reason(errno))")
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            let folder = SourceFolder(operand)
            if let (path, reason) = folder.unreadable.first {
                throw CommandError("`\(path)` cannot be read: \(reason)", code: DiagnosticCode(8003))
            }
            files += folder.files.map { ModulePath.normalized($0) }
        } else {
            files.append(operand)
        }
    }
    var seen: Set<String> = []
    return files.filter { seen.insert($0).inserted }
}

/// The plan of a file with its tests, and one for each fence of examples in it; what cannot be had has been said.
private func testPlans(
    _ path: String, covers: Bool, colour: Bool, _ streams: Streams, _ report: inout TestReport
) throws(CommandError) -> [Plan] {
    if path.hasSuffix(".wfb") { return [try loadPlan(path, colour: colour, streams).plan] }
    let path = ModulePath.normalized(path)
    let disk = DiskSourceProvider()
    guard let plan = try testPlan(path, disk, covers: covers, colour: colour, streams, &report) else {
        return []
    }
    var plans = [plan]
    guard case .success(let source) = disk.source(at: path) else { return plans }
    let examples = ExampleTests(path: path, text: String(decoding: source.bytes, as: UTF8.self))
    for program in examples.programs {
        let provider = OverlaySourceProvider([program], over: disk)
        if let plan = try testPlan(program.path, provider, covers: covers, colour: colour, streams, &report) {
            plans.append(plan)
        }
    }
    return plans
}

private func testPlan(
    _ path: String, _ provider: any SourceProvider, covers: Bool, colour: Bool, _ streams: Streams,
    _ report: inout TestReport
) throws(CommandError) -> Plan? {
    let compilation = Compiler.compile(
        path, provider: provider, tests: true, covers: covers, keepsPaths: true)
    for source in compilation.unreadable {
        streams.printError(
            "cannot read `\(source.path)`: \(source.error.reason)", code: DiagnosticCode(8003))
    }
    guard let bytes = compilation.plan else {
        var renderer = TextRenderer(compilation.files, colour: colour)
        streams.error.write(renderer.render(compilation.diagnostics))
        streams.error.flush()
        report.unusable += 1
        return nil
    }
    do throws(PlanError) { return try Plan.load(bytes: bytes) } catch {
        throw CommandError("`\(path)` cannot be tested: \(error.description)")
    }
}

private func writeFile(_ path: String, _ text: String) throws(CommandError) {
    try refuseSource(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw CommandError("`\(path)` cannot be written: \(reason(errno))") }
    let output = Output(descriptor)
    output.write(text)
    output.flush()
    close(descriptor)
    if let failure = output.failure { throw CommandError("`\(path)` cannot be written: \(reason(failure))") }
}
