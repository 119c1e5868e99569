// Where secrets come from, and that they are looked up before anything is run and anew on each resume.
import Glibc
import Testing
import WfTestSupport

@Suite struct SecretTests {
    private func workplace() throws -> Workplace {
        let place = try Workplace()
        try place.put(
            "main.wf",
            """
            secret API_KEY
            workflow main() -> String {
                step a = exec("sh", "-c", "test \\"$K\\" = \\"$W\\" && echo same", env: ["K": API_KEY, "W": "the-first-key"])
                a.stdout
            }
            """)
        return place
    }

    private func run(_ place: Workplace, _ prefix: String, _ options: String = "") throws -> ProcessResult {
        try place.shell("env -u API_KEY -u API_KEY_FILE \(prefix) $WFI run main.wf -q \(options)")
    }

    @Test func sources() throws {
        let place = try workplace()
        try place.put("key.txt", "the-first-key\n")
        try place.put("secrets.env", "# a comment\n\nOTHER=1\nAPI_KEY=the-first-key\r\n")
        #expect(try run(place, "API_KEY=the-first-key").outputText == "\"same\\n\"\n")
        #expect(try run(place, "API_KEY_FILE=key.txt").outputText == "\"same\\n\"\n")
        #expect(try run(place, "", "--secrets secrets.env").outputText == "\"same\\n\"\n")
        #expect(try run(place, "API_KEY=another-key-it-is", "--secrets secrets.env").status == 0)
    }

    @Test func whatCannotBeUsedIsRefusedBeforeAnythingRuns() throws {
        let place = try workplace()
        try place.put("bad.env", "API_KEY the-first-key\n")
        for (prefix, options, message) in [
            ("", "", "the secret `API_KEY` is not set"),
            ("API_KEY=short", "", "the secret `API_KEY` has 5 bytes, expected at least 8"),
            ("API_KEY_FILE=none.txt", "", "the secret `API_KEY` cannot be read from `none.txt`"),
            ("", "--secrets none.env", "`none.env` cannot be read"),
            ("", "--secrets bad.env", "line 1 of `bad.env` is not `NAME=CONTENT`"),
        ] {
            let result = try run(place, prefix, options)
            #expect(result.status == 2)
            #expect(result.errorText.contains(message), "\(result.errorText)")
        }
        #expect(access(place.path + "/.wf/journal.db", F_OK) != 0)
    }

    @Test func resumeLooksThemUpAnew() throws {
        let place = try workplace()
        try place.put(
            "main.wf",
            """
            secret API_KEY
            workflow main() -> Int {
                step wait = sleep(2s)
                step a = exec("sh", "-c", "test \\"$K\\" = the-second-key", env: ["K": API_KEY]) after wait
                a.status
            }
            """)
        let first = try run(place, "API_KEY=the-first-key", "--no-wait --name one")
        #expect(first.status == 3)
        #expect(try place.shell("env -u API_KEY $WFI resume one").errorText.contains("is not set"))
        let second = try place.shell("API_KEY=the-second-key $WFI resume one")
        #expect(second.outputText == "0\n")
    }
}
