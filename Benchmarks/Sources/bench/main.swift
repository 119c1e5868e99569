// bench [--smoke] [GROUP…]: runs the groups (all when none is named) and prints one line per figure.
import Glibc

Workplace.prepare()
var arguments = Array(CommandLine.arguments.dropFirst())
let smoke = arguments.contains("--smoke")
arguments.removeAll { $0 == "--smoke" }
let groups: [(name: String, run: (inout Report) -> Void)] = [
    ("startup", benchmarkStartup), ("check", benchmarkCheck), ("chain", benchmarkChain),
    ("busy", benchmarkBusy),
    ("compute", benchmarkCompute), ("processes", benchmarkProcesses), ("graph", benchmarkGraph),
]
for name in arguments where !groups.contains(where: { $0.name == name }) {
    fatal("no group \(name); there are \(groups.map(\.name).joined(separator: ", "))")
}
var report = Report(smoke: smoke)
for group in groups where arguments.isEmpty || arguments.contains(group.name) {
    say("# \(group.name)")
    group.run(&report)
}
if report.failures > 0 {
    say("\(report.failures) figures are outside their bounds")
    exit(smoke ? 1 : 0)
}
