// Each code that `wfi` gives for a fault of a run, for its command line or for a journal is brought about once.
import Glibc
import Testing
import WfTestSupport

@Suite struct CodeTests {
    @Test(arguments: [
        ("WF6001", "func f(n: Int) -> Int { n * 9223372036854775807 }"),
        ("WF6002", "func f(n: Int) -> Int { n / (n - 2) }"),
        ("WF6003", "func f(n: Int) -> Int { [1][n] }"),
        ("WF6005", "func f(n: Int) -> Int { let j = [\"x{n}\"] as Json\n j[0] as Int }"),
        ("WF6006", "func f(n: Int) -> Int { fail \"no {n}\" }"),
        (
            "WF6007",
            "func f(n: Int) -> Int { var i = 0; let s = \"ab\".repeat(100000000); "
                + "while n > 0 { i = s.occurrences(\"x\") }\n i }"
        ),
        ("WF6008", "func f(n: Int) -> Int { f(n + 1) + 1 }"),
        ("WF6009", "func f(n: Int) -> Int { \"ab\".repeat(n * 1000000000).count }"),
        ("WF6010", "func f(n: Int) -> Float { n.toFloat() / 0.0 }"),
    ])
    func faults(code: String, function: String) throws {
        let type = function.contains("-> Float") ? "Float" : "Int"
        let place = try Workplace([
            "a.wf": "\(function)\nworkflow main(n: Int = 2) -> \(type) { step x = nop()\n f(n) }\n"
        ])
        let result = try place.run("run", "a.wf")
        #expect(result.status == 1 && result.outputText.isEmpty, "\(result.errorText)")
        #expect(result.errorText.contains("error[\(code)]"), "\(result.errorText)")
    }

    @Test func journals() throws {
        let place = try Workplace(["a.wf": "workflow main() -> Int { step x = nop()\n 1 }\n"])
        func expect(_ code: String, _ words: String, location: SourceLocation = #_sourceLocation) throws {
            let result = try place.shell("$WFI \(words)")
            #expect(result.status == 2, "\(result.errorText)", sourceLocation: location)
            #expect(
                result.errorText.contains("error[\(code)]"), "\(words): \(result.errorText)",
                sourceLocation: location)
        }
        try expect("WF7002", "list --journal j.db")
        try expect("WF7003", "list --journal a.wf")
        #expect(try place.run("run", "-q", "a.wf", "--journal", "j.db").status == 0)
        try expect("WF7010", "show rzzzzzzzzzz --journal j.db")
        let id = try place.shell("$WFI list --ids --journal j.db").outputText.dropLast()
        try expect("WF7011", "retry \(id) --journal j.db")
        let whole = try readFile(place.path + "/j.db")
        var bytes = whole
        bytes[63] = 99
        try writeFile(place.path + "/newer.db", bytes)
        try expect("WF7004", "list --journal newer.db")
        try writeFile(place.path + "/cut.db", Array(whole.prefix(whole.count / 2)))
        try expect("WF7005", "show \(id) --journal cut.db")
    }
}
