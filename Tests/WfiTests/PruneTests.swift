// `wfi prune` with real processes: what goes, what stays, and what a kill in the middle of it does (nothing).
import Glibc
import Testing
import WfTestSupport

@Suite struct PruneTests {
    private let program = """
        workflow main(n: Int) -> String {
            step text = exec("sh", "-c", "yes some words | head -c 2000")
            "{n}: {text.stdout}"
        }
        workflow waits() { step nap = sleep(3h) }
        """

    private func filled(_ count: Int) throws -> Workplace {
        let place = try Workplace(["w.wf": program])
        try place.put("in.jsonl", (0..<count).map { "{\"n\": \($0)}\n" }.joined())
        #expect(try place.run("run", "-q", "w.wf", "--workflow", "main", "--each", "in.jsonl").status == 0)
        #expect(try place.run("run", "-q", "w.wf", "--workflow", "waits", "--no-wait").status == 3)
        return place
    }

    private func rows(_ place: Workplace) throws -> Int {
        let tables = ["wf_history", "wf_value", "wf_log", "wf_run", "wf_plan"]
        let query = tables.map { "(SELECT count(*) FROM \($0))" }.joined(separator: "+")
        return try Int(databaseTexts(place.path + "/.wf/journal.db", "SELECT \(query)").first ?? "") ?? -1
    }

    @Test func whatHasEndedGoesAndTheRestStays() throws {
        let place = try filled(20)
        #expect(try place.run("prune", "--older", "1d").errorText.contains("removed 0 runs"))
        let before = try rows(place)
        let dry = try place.run("prune", "--older", "0s", "--dry-run")
        #expect(dry.status == 0 && dry.errorText.contains("20 runs ended before"), "\(dry.errorText)")
        #expect(try rows(place) == before)
        let pruned = try place.run("prune", "--older", "0s")
        #expect(pruned.status == 0 && pruned.errorText.contains("removed 20 runs"), "\(pruned.errorText)")
        // The run that waits: itself, its plan, what has happened to it.
        #expect(try rows(place) < 8)
        #expect(try place.run("show").outputText.contains("◷ nap"))
        #expect(try place.run("list", "--ids").outputText.split(separator: "\n").count == 1)
        // What is started after it is stored whole, plan included.
        #expect(try place.run("run", "-q", "w.wf", "--workflow", "main", "n=1").status == 0)
        #expect(try place.run("show").outputText.contains("✓ text"))
    }

    @Test func aKillInTheMiddleLosesNothing() throws {
        let place = try filled(60)
        for pause in [0, 2_000, 5_000, 9_000, 15_000, 30_000] as [UInt32] {
            let process = try place.start(["prune", "--older", "0s"])
            usleep(pause)
            process.signal(SIGKILL)
            _ = try process.wait()
            #expect(try databaseTexts(place.path + "/.wf/journal.db", "PRAGMA integrity_check") == ["ok"])
            // Every run that is still there is there whole.
            for id in try place.run("list", "--ids", "--limit", "3").outputText.split(separator: "\n") {
                #expect(try place.run("show", String(id)).status == 0)
            }
        }
        #expect(try place.run("prune", "--older", "0s").status == 0)
        #expect(try rows(place) < 8)
    }

    @Test func whatSaysNothingIsRefused() throws {
        let place = try Workplace()
        let bare = try place.run("prune")
        #expect(bare.status == 2 && bare.errorText.contains("--older DURATION"), "\(bare.errorText)")
        #expect(try place.run("prune", "--older", "soon").errorText.contains("is a duration such as"))
        #expect(try place.run("prune", "--older", "1d").errorText.contains("WF7002"))
        #expect(access(place.path + "/.wf/journal.db", F_OK) != 0)
    }
}
