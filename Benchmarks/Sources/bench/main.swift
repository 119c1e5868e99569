// bench [--smoke] [GROUP…]: runs the groups (all when none is named) and prints one line per figure.
// bench --workspace DIR: makes the workspace of the groups `editor` and `session` (Benchmarks/editor/record).
import Glibc

Workplace.prepare(smoke: CommandLine.arguments.contains("--smoke"))
var arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count == 2, arguments[0] == "--workspace" {
    Generate.workspace(arguments[1], files: 200, stepsPerFile: 50)
    exit(0)
}
let smoke = arguments.contains("--smoke")
arguments.removeAll { $0 == "--smoke" }
let groups: [(name: String, run: (inout Report) -> Void)] = [
    ("startup", benchmarkStartup), ("check", benchmarkCheck), ("format", benchmarkFormat),
    ("chain", benchmarkChain),
    ("busy", benchmarkBusy),
    ("compute", benchmarkCompute), ("test", benchmarkTest), ("processes", benchmarkProcesses),
    ("graph", benchmarkGraph),
    ("doors", benchmarkDoors), ("editor", benchmarkEditor), ("session", benchmarkSession),
    ("import", benchmarkImport),
]
for name in arguments where !groups.contains(where: { $0.name == name }) {
    fatal("no group \(name); there are \(groups.map(\.name).joined(separator: ", "))")
}
var failures = 0
for group in groups where arguments.isEmpty || arguments.contains(group.name) {
    say("# \(group.name)")
    var report = Report(smoke: smoke)
    group.run(&report)
    var outside = report.outside
    if smoke && !outside.isEmpty {
        // A neighbour may have taken the machine for a moment: what holds the second time holds.
        say("# \(group.name), again")
        var again = Report(smoke: smoke)
        group.run(&again)
        outside.formIntersection(again.outside)
    }
    failures += outside.count
}
if failures > 0 {
    say("\(failures) figures are outside their bounds")
    exit(smoke ? 1 : 0)
}
