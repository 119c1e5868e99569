// What runs of several processes on one journal share, and what `config` is given, with real processes.
import Glibc
import Testing
import WfTestSupport

private let pooled = """
    pool gpu limit 1
    action work(name: String)
        via exec("sh", "-c", "echo \\"begin $1\\" >> log.txt; sleep 0.1; echo \\"end $1\\" >> log.txt", "sh", name)
        timeout 1m
        pool gpu
    workflow main(name: String) {
        step all = for n in [1, 2, 3] { work("{name}{n}") }
    }
    """

private let configured = """
    config region: String
    config workers: Int = 2
    workflow main() -> String {
        signal go: Int
        step n = await go
        "{region} {workers} {n}"
    }
    """

@Suite struct SharedTests {
    /// The lines of the log in pairs: what begins ends before another begins.
    private func isOneAtATime(_ place: Workplace) throws -> Bool {
        let lines = try place.text("log.txt").split(separator: "\n")
        for index in stride(from: 0, to: lines.count - 1, by: 2) {
            if lines[index].dropFirst(6) != lines[index + 1].dropFirst(4) { return false }
        }
        return lines.count % 2 == 0
    }

    @Test func processesShareAPool() throws {
        let place = try Workplace(["a.wf": pooled])
        let a = try place.start(["run", "-q", "a.wf", "name=a"])
        let b = try place.start(["run", "-q", "a.wf", "name=b"])
        let c = try place.start(["run", "-q", "a.wf", "name=c"])
        let ended = [try a.wait(), try b.wait(), try c.wait()]
        #expect(ended.map(\.status) == [0, 0, 0], "\(ended.map(\.errorText))")
        #expect(try place.text("log.txt").split(separator: "\n").count == 18)
        let log = try place.text("log.txt")
        #expect(try isOneAtATime(place), "\(log)")
    }

    /// All of them may find a journal that another has made and not yet given its log.
    @Test func processesMakeTheirJournalTogether() throws {
        let place = try Workplace(["a.wf": "workflow main() { nop() }"])
        for round in 0..<100 {
            let words = ["run", "-q", "--journal", "j\(round).db", "a.wf"]
            let a = try place.start(words)
            let b = try place.start(words)
            let c = try place.start(words)
            let d = try place.start(words)
            let e = try place.start(words)
            let f = try place.start(words)
            let ended = [try a.wait(), try b.wait(), try c.wait(), try d.wait(), try e.wait(), try f.wait()]
            #expect(ended.allSatisfy { $0.status == 0 }, "\(ended.map { $0.errorText })")
        }
    }

    @Test func aProcessThatDiesGivesItsPlacesBack() throws {
        let place = try Workplace(["a.wf": pooled.replacing("sleep 0.1", with: "test -e quick || sleep 60")])
        let first = try place.start(["run", "-q", "a.wf", "name=a"])
        try place.wait(forLines: 1, of: "log.txt")
        first.signal(SIGKILL)
        _ = try first.wait()
        try place.put("quick", "")
        let second = try place.run("run", "-q", "a.wf", "name=b")
        #expect(second.status == 0, "\(second.errorText)")
    }

    @Test func waitingIsSaid() throws {
        let place = try Workplace(["a.wf": pooled.replacing("sleep 0.1", with: "test -e quick || sleep 60")])
        let first = try place.start(["run", "-q", "a.wf", "name=a"])
        try place.wait(forLines: 1, of: "log.txt")
        try place.wait(forShown: "waiting for pool gpu")
        first.signal(SIGTERM)
        #expect(try first.wait().status == 130)
    }

    @Test func cacheHoldsAcrossRuns() throws {
        let place = try Workplace([
            "a.wf": """
            action embed(text: String) -> Int
                via exec("sh", "-c", "echo called >> log.txt; echo 7")
                returns text.count
                cache 1d
            workflow main(text: String) -> Int { embed(text) }
            """
        ])
        #expect(try place.run("run", "-q", "a.wf", "text=abc").outputText == "3\n")
        #expect(try place.run("run", "-q", "a.wf", "text=abc").outputText == "3\n")
        #expect(try place.text("log.txt") == "called\n")
        #expect(try place.run("show").outputText.contains("from the cache of 20"))
    }

    @Test func anotherSecretAsksAnew() throws {
        let place = try Workplace([
            "a.wf": """
            secret TOKEN
            action ask() -> Int
                via exec("sh", "-c", "echo called >> log.txt", env: ["T": TOKEN])
                returns 1
                cache 1d
            workflow main() -> Int { ask() }
            """
        ])
        for token in ["first-token", "first-token", "other-token", "first-token"] {
            let result = try place.shell("TOKEN=\(token) $WFI run -q a.wf")
            #expect(result.outputText == "1\n", "\(result.errorText)")
        }
        #expect(try place.text("log.txt") == "called\ncalled\n")
        #expect(
            try !place.shell("strings .wf/journal.db .wf/journal.db-wal").outputText.contains("other-token"))
    }

    @Test func configComesFromFileVariableAndDefault() throws {
        let place = try Workplace(["a.wf": configured])
        func refused(_ result: ProcessResult, _ words: String...) {
            #expect(result.status == 2, "\(result.errorText)")
            for word in words { #expect(result.errorText.contains(word), "\(result.errorText)") }
        }
        refused(try place.run("run", "a.wf"), "WF8121", "`config region: String`", "WF_CONFIG_REGION")
        try place.put("c.json", #"{"regoin": "eu"}"#)
        refused(try place.run("run", "a.wf", "--config", "c.json"), "WF8120", "did you mean `region`?")
        try place.put("c.json", #"{"region": "eu", "workers": "many"}"#)
        refused(try place.run("run", "a.wf", "--config", "c.json"), "$.workers", "Int")
        refused(try place.run("run", "a.wf", "--config", "none.json"), "none.json")
        try place.put("c.json", "[1]")
        refused(try place.run("run", "a.wf", "--config", "c.json"), "an object with settings")
        refused(
            try place.shell("WF_CONFIG_REGION=us WF_CONFIG_WORKERS=many $WFI run a.wf"),
            "`WF_CONFIG_WORKERS=…` does not fit", "$.workers", "Int")
        #expect(!fileExists(place.path + "/.wf"), "nothing was started")
        try place.put("c.json", #"{"region": "eu"}"#)
        let started = try place.shell(
            "WF_CONFIG_REGION=us WF_CONFIG_WORKERS=5 $WFI run -q --no-wait a.wf --config c.json")
        #expect(started.status == 3, "\(started.errorText)")
        let run = try place.newestRun()
        let shown = try place.run("show").outputText
        #expect(
            shown.contains("config    region = \"eu\"") && shown.contains("config    workers = 5"), "\(shown)"
        )
        // What was recorded holds, whatever there is by then.
        #expect(try place.run("signal", run, "go", "1").status == 0)
        let resumed = try place.shell("WF_CONFIG_REGION=us $WFI resume -q \(run)")
        #expect(resumed.outputText == "\"eu 5 1\"\n", "\(resumed.errorText)")
    }

    @Test func testsGetTheirConfig() throws {
        let place = try Workplace([
            "a.wf": """
            config region: String
            workflow main() -> String { region }
            test "region" {
                let found = main()
                expect found == "eu"
            }
            """, "c.json": #"{"region": "eu"}"#,
        ])
        #expect(try place.run("test", "a.wf", "--config", "c.json").status == 0)
        #expect(try place.run("test", "a.wf").errorText.contains("WF8121"))
        #expect(try place.shell("WF_CONFIG_REGION=us $WFI test a.wf").status == 1)
    }
}
