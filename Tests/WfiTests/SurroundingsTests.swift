// What is around a run and goes wrong while it is under way: few descriptors, little memory, a journal that somebody
// removes, an output that is full.
import Glibc
import Testing
import WfTestSupport

@Suite struct SurroundingsTests {
    private let many = """
        workflow main() -> Int {
            step all = for n in 0..<60 limit 60 { exec("sleep", "0.2") }
            all.count
        }
        """

    /// More processes than there are descriptors for wait for one another; programs get the limit that `wfi` got.
    @Test func fewDescriptors() throws {
        let place = try Workplace([
            "many.wf": many,
            "limit.wf": """
            workflow main() -> String {
                step a = shell("ulimit -n")
                a.stdout.trim()
            }
            """,
        ])
        let hard = try place.shell("ulimit -n 100; $WFI run -q many.wf")
        #expect(hard.status == 0 && hard.outputText == "60\n", "\(hard.errorText)")
        let soft = try place.shell("ulimit -S -n 60; $WFI run -q many.wf && $WFI run -q limit.wf")
        #expect(soft.status == 0 && soft.outputText == "60\n\"60\"\n", "\(soft.errorText)")
    }

    @Test func littleAddressSpace() throws {
        let place = try Workplace(["many.wf": many])
        let result = try place.shell("ulimit -v 200000; $WFI run -q many.wf")
        #expect(
            result.status == 2 && result.errorText.contains("MiB of address space"), "\(result.errorText)")
    }

    /// A run does not say that it is done when its journal has gone.
    @Test(arguments: ["rm -r .wf", "rm .wf/journal.db-wal", "mv .wf/journal.db .wf/other.db", "mv .wf moved"])
    func theJournalGoes(command: String) throws {
        let place = try Workplace([
            "a.wf": """
            workflow main() -> Int {
                step a = exec("sh", "-c", "echo begun >> begun.txt; while [ ! -e go ]; do sleep 0.01; done")
                7
            }
            """
        ])
        let process = try place.start(["run", "-q", "a.wf"])
        try place.wait(forLines: 1, of: "begun.txt")
        #expect(try place.shell(command + "; touch go").status == 0)
        let result = try process.wait()
        #expect(result.status == 2 && result.outputText.isEmpty, "\(result.outputText)")
        #expect(
            result.errorText.contains("error[WF7016]: the journal `.wf/journal.db`"), "\(result.errorText)")
        #expect(!result.errorText.contains("wfi resume"), "\(result.errorText)")
    }

    @Test func aPipeIsNoJournal() throws {
        let place = try Workplace()
        mkfifo(place.path + "/pipe", 0o600)
        let result = try place.run("list", "--journal", "pipe")
        #expect(result.status == 2 && result.errorText.contains("WF7003"), "\(result.errorText)")
    }

    @Test func aSecondSignalStopsAtOnce() throws {
        let place = try Workplace([
            "a.wf": """
            workflow main() {
                step a = exec("sh", "-c", "trap '' TERM; echo begun >> begun.txt; sleep 60")
            }
            """
        ])
        let process = try place.start(["run", "-q", "a.wf"])
        try place.wait(forLines: 1, of: "begun.txt")
        process.signal(SIGTERM)
        usleep(300_000)
        process.signal(SIGTERM)
        let result = try process.wait()
        let run = try place.newestRun()
        #expect(result.status == 130)
        #expect(
            result.errorText.hasSuffix("stopped at once; resume with: wfi resume \(run)\n"),
            "\(result.errorText)")
    }
}
