// The doors against what people use instead: HTTP against curl and python, `sql` steps against steps that do nothing.
// Bounds are coarse, as in Groups.swift.
import Glibc

func benchmarkDoors(_ report: inout Report) {
    benchmarkHttp(&report)
    benchmarkSql(&report)
}

/// Requests per second to a small server of python's, which is what limits all three.
private func benchmarkHttp(_ report: inout Report) {
    let count = report.smoke ? 1_000 : 4_000
    guard let pipe = popen("exec python3 \(Workplace.root)/Tests/Loopback/server.py", "r") else {
        fatal("cannot start the server")
    }
    var line = [CChar](repeating: 0, count: 32)
    guard fgets(&line, 32, pipe) != nil else { fatal("the server printed no port") }
    let port = String(decoding: line.prefix { $0 >= 48 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let url = "http://127.0.0.1:\(port)/bench/bytes/100"
    let source = Workplace.folder + "/http.wf"
    writeText(
        source,
        """
        use std.http

        workflow main() -> Int {
            step all = for n in 0..<\(count) limit 16 {
                step r = http.get("\(url)?{n}")
                r.status
            }
            all.count
        }

        """)
    let plan = compile(source)
    let journal = Workplace.folder + "/http.db"
    var samples: [(ours: Double, curl: Double, python: Double)] = []
    for _ in 0..<3 {
        Workplace.removeJournal(journal)
        let ours = run([Workplace.wfi, "run", plan, "--journal", journal, "--quiet"]).seconds
        let curl = run([
            "curl", "-s", "-Z", "--parallel-max", "16", "-o", "/dev/null", "\(url)?[1-\(count)]",
        ]).seconds
        let python = run([
            "python3", "-c",
            """
            import http.client
            c = http.client.HTTPConnection("127.0.0.1", \(port))
            for n in range(\(count)):
                c.request("GET", "/bench/bytes/100?%d" % n); c.getresponse().read()
            """,
        ]).seconds
        samples.append((Double(count) / ours, Double(count) / curl, Double(count) / python))
    }
    let middle = samples.sorted { $0.ours / $0.curl < $1.ours / $1.curl }[1]
    report.add(
        "http.get, 16 at once, journaled", middle.ours, "requests/s", peer: "curl -Z, 16 at once",
        peerValue: middle.curl, better: .higher, bound: 0.2)
    report.add(
        "http.get, 16 at once, journaled", middle.ours, "requests/s", peer: "python, one at a time",
        peerValue: middle.python, better: .higher, bound: 0.4)
}

/// Steps per second of a loop of inserts, against the same loop of steps that do nothing.
private func benchmarkSql(_ report: inout Report) {
    let count = report.smoke ? 1_000 : 5_000
    func seconds(_ name: String, _ step: String) -> Double {
        let source = "\(Workplace.folder)/\(name).wf"
        writeText(
            source,
            """
            workflow main() -> Int {
                step made = sql("CREATE TABLE t(n INTEGER)")
                step all = loop (n: Int = 0) while n < \(count) {
                    step one = \(step)
                    next n + 1
                }
                all.n
            }

            """)
        let journal = "\(Workplace.folder)/\(name).db"
        Workplace.removeJournal(journal)
        return run([Workplace.wfi, "run", compile(source), "--journal", journal, "--quiet"]).seconds
    }
    var ratios: [(Double, Double)] = []
    for _ in 0..<3 {
        let plain = seconds("plain", "nop()")
        ratios.append(
            (Double(count) / seconds("sql", "sql(\"INSERT INTO t VALUES(?)\", n)"), Double(count) / plain))
    }
    let middle = ratios.sorted { $0.0 / $0.1 < $1.0 / $1.1 }[1]
    report.add(
        "sql steps in a loop", middle.0, "steps/s", peer: "nop steps", peerValue: middle.1, better: .higher,
        bound: 0.3)
}
