// What is measured, group by group. Bounds are for smoke runs: coarse, so that a slower machine with noisy neighbours
// does not trip them. They catch a mechanism that was lost, not a percentage; percentages are for `./scripts/bench`.
import Glibc

/// Process start to exit of the smallest workflow.
func benchmarkStartup(_ report: inout Report) {
    let source = Workplace.folder + "/hello.wf"
    writeText(source, "workflow main() -> String { \"hello\" }\n")
    let plan = compile(source)
    let journal = Workplace.folder + "/startup.db"
    Workplace.removeJournal(journal)
    let command = [Workplace.wfi, "run", plan, "--journal", journal, "--quiet"]
    _ = runAll(command, times: 3)
    // On a busy machine most starts wait for a core: a smoke run compares the luckiest.
    func typical(_ samples: [Sample]) -> Double {
        let seconds = samples.map(\.seconds)
        return (report.smoke ? seconds.min() ?? 0 : median(seconds)) * 1000
    }
    let shell = typical(runAll(["sh", "-c", "echo hello"], times: 40))
    let existing = runAll(command, times: 40)
    report.add(
        "hello, existing journal", typical(existing), "ms", peer: "sh -c echo",
        peerValue: shell,
        better: .lower, bound: 25)
    report.add(
        "hello, memory", Double(existing.map(\.peakKilobytes).max() ?? 0) / 1024, "MB", better: .lower,
        bound: 64)
    let fresh = runAll(command, times: 20) { Workplace.removeJournal(journal) }
    report.add(
        "hello, new journal", typical(fresh), "ms", peer: "sh -c echo", peerValue: shell,
        better: .lower, bound: 25)
}

/// `wfc check` on a million lines, and on a small project.
func benchmarkCheck(_ report: inout Report) {
    let files = report.smoke ? 100 : 1000
    let folder = Workplace.folder + "/project"
    let lines = Double(Generate.project(folder, files: files, linesPerFile: 1000))
    let samples = runAll([Workplace.wfc, "check", folder], times: 3)
    let seconds = median(samples.map(\.cpuSeconds))
    let lua = Workplace.folder + "/project.lua"
    writeText(lua, luaLines(count: 100_000))
    let luaSeconds = median(runAll(["luac5.4", "-p", lua], times: 3).map(\.seconds))
    report.add(
        "check, lines per CPU second", lines / seconds, "lines/s", peer: "luac -p",
        peerValue: 100_000 / luaSeconds, better: .higher, bound: 0.2)
    report.add(
        "check, memory", Double(samples.map(\.peakKilobytes).max() ?? 0) * 1024 / lines, "bytes/line",
        better: .lower,
        bound: report.smoke ? 600 : 300)
    let small = Workplace.folder + "/small"
    _ = Generate.project(small, files: 2, linesPerFile: 200)
    report.add(
        "check, small project",
        median(runAll([Workplace.wfc, "check", small], times: 20).map(\.seconds)) * 1000, "ms",
        better: .lower, bound: 100)
}

/// `wfc fmt` over a project that is formatted already, so that every byte is printed and none is written.
func benchmarkFormat(_ report: inout Report) {
    let folder = Workplace.folder + "/formatted"
    let files = report.smoke ? 50 : 400
    _ = Generate.project(folder, files: files, linesPerFile: 1000)
    _ = runAll([Workplace.wfc, "fmt", folder], times: 1)
    let bytes = (0..<files).reduce(0) { $0 + readText("\(folder)/part\($1).wf").utf8.count }
    let seconds = median(runAll([Workplace.wfc, "fmt", "--check", folder], times: 5).map(\.cpuSeconds))
    // Go's own formatter, on the same kind of code.
    let source = Workplace.folder + "/project.go"
    let text = goText(count: report.smoke ? 5_000 : 40_000)
    writeText(source, text)
    let goSeconds = median(runAll(["gofmt", "-l", source], times: 5).map(\.cpuSeconds))
    report.add(
        "fmt, MB per CPU second", Double(bytes) / seconds / 1e6, "MB/s", peer: "gofmt -l",
        peerValue: Double(text.utf8.count) / goSeconds / 1e6, better: .higher, bound: 0.3)
}

private func goText(count: Int) -> String {
    var text = "package project\n\n"
    for index in 0..<count {
        text += """
            // total\(index) adds up the lines, less the discount.
            func total\(index)(lines []Line, discount float64) float64 {
            \tsum := 0.0
            \tfor _, line := range lines {
            \t\tif line.quantity > 0 && line.price != 0 {
            \t\t\tsum = sum + line.price*line.quantity
            \t\t}
            \t}
            \treturn sum - discount
            }


            """
    }
    return text
}

private func luaLines(count: Int) -> String {
    var text = ""
    for index in 0..<(count / 5) {
        text += """
            do local function total\(index)(lines, discount)
              local sum = 0
              for _, line in ipairs(lines) do sum = sum + line.price * line.quantity end
              return sum - discount
            end end

            """
    }
    return text
}

/// One run of 10,000 steps, one after the other, against a C program that commits the same rows.
func benchmarkChain(_ report: inout Report) {
    let count = 10_000
    let source = Workplace.folder + "/chain.wf"
    Generate.straightChain(source, count: count)
    let plan = compile(source)
    let journal = Workplace.folder + "/chain.db"
    var ratios: [(Double, Double)] = []
    for _ in 0..<3 {
        let peer = journalPeer(inFlight: 1)
        Workplace.removeJournal(journal)
        let sample = runAll([Workplace.wfi, "run", plan, "--journal", journal, "--quiet"], times: 1)[0]
        ratios.append((Double(count) / sample.seconds, peer))
    }
    let best = ratios.sorted { $0.0 / $0.1 < $1.0 / $1.1 }[1]
    report.add(
        "chain of 10,000 steps", best.0, "steps/s", peer: "C, same rows", peerValue: best.1, better: .higher,
        bound: 0.35)
    benchmarkCollecting(&report)
}

/// A loop that appends to a list, against one that only counts: what a turn writes does not grow with the list.
private func benchmarkCollecting(_ report: inout Report) {
    let turns = report.smoke ? 2_000 : 8_000
    func written(_ loop: String, _ condition: String, _ next: String) -> Double {
        let source = Workplace.folder + "/collect.wf"
        writeText(
            source,
            """
            workflow main() {
                step all = loop (\(loop)) while \(condition) < \(turns) {
                    nop()
                    next \(next)
                }
            }

            """)
        let plan = compile(source)
        let journal = Workplace.folder + "/collect.db"
        Workplace.removeJournal(journal)
        let sample = runAll([Workplace.wfi, "run", plan, "--journal", journal, "--quiet"], times: 1)[0]
        return sample.writtenKilobytes / Double(turns)
    }
    let counting = written("n: Int = 0", "n", "n + 1")
    let collecting = written("all: [Int] = []", "all.count", "all + [all.count * 7919 % 9973]")
    // Nothing is counted where the temporary folder is not on a disk.
    if counting == 0 { return say("a loop that collects: no disk to write to") }
    report.add(
        "a loop that collects \(turns)", collecting, "kB/turn", peer: "a loop that counts",
        peerValue: counting,
        better: .lower, bound: 1.5)
}

/// 64 runs at once in one process, against the C program's group commit with 64 in flight.
func benchmarkBusy(_ report: inout Report) {
    let source = Workplace.folder + "/busy.wf"
    let steps = 1000
    Generate.straightChain(source, count: steps)
    let plan = compile(source)
    let inputs = Workplace.folder + "/inputs.jsonl"
    writeText(inputs, String(repeating: "{}\n", count: 64))
    let journal = Workplace.folder + "/busy.db"
    var ratios: [(Double, Double)] = []
    for _ in 0..<3 {
        let peer = journalPeer(inFlight: 64)
        Workplace.removeJournal(journal)
        let sample = runAll(
            [Workplace.wfi, "run", plan, "--each", inputs, "--journal", journal, "--quiet"], times: 1)[0]
        ratios.append((Double(64 * steps) / sample.seconds, peer))
    }
    let middle = ratios.sorted { $0.0 / $0.1 < $1.0 / $1.1 }[1]
    report.add(
        "64 runs at once", middle.0, "steps/s", peer: "C, 64 in flight", peerValue: middle.1, better: .higher,
        bound: 0.25)
}

/// Steps per second of the C program that commits the rows a chain commits.
private func journalPeer(inFlight: Int) -> Double {
    let program = Workplace.folder + "/journal_peer"
    if access(program, X_OK) != 0 {
        let built = run([
            "cc", "-O2", "-o", program, Workplace.root + "/Benchmarks/c/journal_peer.c", "-lsqlite3", "-lm",
        ])
        if built.status != 0 { fatal("cannot build journal_peer: " + readText(Workplace.folder + "/errors")) }
    }
    let output = run([program, Workplace.folder + "/peer.db", "10000", "500"], keepOutput: true).output
    for line in output.split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.count == 4, words[1] == String(inFlight), let value = Double(words[2]) { return value }
    }
    fatal("journal_peer printed \(output)")
}

/// Pure code against Lua 5.4, whole processes.
func benchmarkCompute(_ report: inout Report) {
    let document = Workplace.folder + "/document.json"
    if access(document, R_OK) != 0 {
        if run(["python3", Workplace.root + "/Benchmarks/peers/gen_json.py", document]).status != 0 {
            fatal("cannot make \(document)")
        }
    }
    for name in ["fib", "loop", "strbuild", "map", "sort", "sieve", "jsonx"] {
        let lua = ["lua5.4", Workplace.root + "/Benchmarks/peers/\(name).lua"]
        let isJson = name == "jsonx"
        compute(
            name, input: isJson ? ["path=\(document)"] : [], peer: isJson ? "lua5.4 + cjson" : "lua5.4",
            isJson ? lua + [document] : lua, bound: isJson ? 1.5 : 1.0, &report)
    }
    compute(
        "ledger", input: [], peer: "python3, decimal in C",
        ["python3", Workplace.root + "/Benchmarks/peers/ledger.py"], bound: 1.0, &report)
}

private func compute(
    _ name: String, input: [String], peer: String, _ peerCommand: [String], bound: Double,
    _ report: inout Report
) {
    let plan = compile(
        Workplace.root + "/Benchmarks/compute/\(name).wf", to: Workplace.folder + "/\(name).wfb")
    let journal = Workplace.folder + "/compute.db"
    Workplace.removeJournal(journal)
    var ours: [Double] = []
    var peers: [Double] = []
    for _ in 0..<(report.smoke ? 3 : 5) {
        ours.append(
            runAll([Workplace.wfi, "run", plan, "--journal", journal, "--quiet"] + input, times: 1)[0]
                .cpuSeconds)
        peers.append(runAll(peerCommand, times: 1)[0].cpuSeconds)
    }
    report.add(
        "compute, \(name)", (ours.min() ?? 0) * 1000, "ms", peer: peer, peerValue: (peers.min() ?? 0) * 1000,
        better: .lower, bound: bound)
}

/// A test of a loop that sleeps for a day 3,650 times, on virtual time; compiling it included.
func benchmarkTest(_ report: inout Report) {
    let source = Workplace.folder + "/years.wf"
    writeText(
        source,
        """
        action beat(day: Int)
            via exec("beat", "{day}")

        workflow daily(days: Int) -> Int {
            step all = loop (day: Int = 0) while day < days {
                step nap = sleep(1d)
                step done = beat(day) after nap
                next (day + 1)
            }
            all.day
        }

        test "ten years" {
            mock beat = ()
            let days = daily(3650)
            expect days == 3650
            expect calls(beat) == 3650
        }

        """)
    let samples = runAll([Workplace.wfi, "test", source], times: 5)
    report.add(
        "ten years of a daily loop, CPU", samples.map(\.cpuSeconds).min() ?? 0, "s", better: .lower, bound: 1)
}

/// 2,000 processes of `true`.
func benchmarkProcesses(_ report: inout Report) {
    let count = 2000
    let source = Workplace.folder + "/processes.wf"
    Generate.processes(source, count: count)
    let plan = compile(source)
    let journal = Workplace.folder + "/processes.db"
    var ninja = "rule t\n  command = true\n"
    var make = "all:"
    for index in 0..<count {
        ninja += "build t\(index): t\n"
        make += " t\(index)"
    }
    make += "\n"
    for index in 0..<count { make += "t\(index):\n\t@/bin/true\n" }
    let folder = Workplace.folder + "/true"
    mkdir(folder, 0o755)
    writeText(folder + "/build.ninja", ninja)
    writeText(folder + "/Makefile", make)
    for limit in [2, 8] {
        var ours: [Sample] = []
        var ninjas: [Double] = []
        var makes: [Double] = []
        for _ in 0..<(report.smoke ? 1 : 5) {
            unlink(folder + "/.ninja_log")
            unlink(folder + "/.ninja_deps")
            ninjas.append(runAll(["ninja", "-j\(limit)"], times: 1, folder: folder)[0].seconds)
            makes.append(runAll(["make", "-s", "-j\(limit)"], times: 1, folder: folder)[0].seconds)
            Workplace.removeJournal(journal)
            ours +=
                runAll(
                    [Workplace.wfi, "run", plan, "--journal", journal, "--quiet", "limit=\(limit)"], times: 1)
        }
        let rate = Double(count) / median(ours.map(\.seconds))
        report.add(
            "2,000 processes, \(limit) at once", rate, "1/s", peer: "ninja -j\(limit)",
            peerValue: Double(count) / median(ninjas), better: .higher, bound: 0.5)
        report.add(
            "2,000 processes, \(limit) at once", rate, "1/s", peer: "make -j\(limit)",
            peerValue: Double(count) / median(makes), better: .higher, bound: 0.4)
        report.add(
            "CPU of wfi itself, \(limit) at once",
            median(ours.map(\.ownCpuSeconds)) / Double(count) * 1_000_000, "µs/process", better: .lower,
            bound: 400)
    }
}

/// A graph of 100,000 nodes, each needing three of the layer before.
func benchmarkGraph(_ report: inout Report) {
    let nodes = report.smoke ? 20_000 : 100_000
    let folder = Workplace.folder + "/graph"
    mkdir(folder, 0o755)
    let source = folder + "/graph.wf"
    Generate.graph(source, ninja: folder + "/build.ninja", nodes: nodes, width: 100)
    let plan = folder + "/graph.wfb"
    let compiled = runAll([Workplace.wfc, "compile", source, "-o", plan], times: 3)
    let ninja = median(runAll(["ninja", "-C", folder, "n\(nodes - 1)"], times: 3).map(\.seconds))
    report.add(
        "graph of \(nodes), check + compile", median(compiled.map(\.seconds)), "s",
        peer: "ninja, load and walk",
        peerValue: ninja, better: .lower, bound: 3)
    let journal = folder + "/graph.db"
    let ran = runAll([Workplace.wfi, "run", plan, "--journal", journal, "--quiet"], times: 3) {
        Workplace.removeJournal(journal)
    }
    report.add(
        "graph of \(nodes), durable run", median(ran.map(\.seconds)), "s", better: .lower,
        bound: report.smoke ? 5 : 15)
    report.add(
        "graph of \(nodes), memory", Double(ran.map(\.peakKilobytes).max() ?? 0) / 1024, "MB", better: .lower,
        bound: 400)
}

/// Compiles a source file with wfc and gives the plan's path.
func compile(_ source: String, to output: String? = nil) -> String {
    let plan = output ?? String(source.dropLast(3)) + ".wfb"
    _ = runAll([Workplace.wfc, "compile", source, "-o", plan], times: 1)
    return plan
}
