// Places in messages of a run lead from the working folder to the file, though a plan names its files from the project's
// folder.
import Glibc
import Testing
import WfTestSupport

@Suite struct PlacesTests {
    private let failing = "func half(n: Int) -> Int { n / (n - n) }\n"
    private let main = """
        use "parts/half.wf" as half
        workflow main() -> Int {
            step n = exec("true")
            half.half(n.status)
        }
        """

    private func project() throws -> Workplace {
        let place = try Workplace()
        for folder in ["p", "p/flows", "p/flows/parts", "other"] { mkdir(place.path + "/" + folder, 0o755) }
        try place.put("p/wf.json", "{}")
        try place.put("p/flows/main.wf", main)
        try place.put("p/flows/parts/half.wf", failing)
        return place
    }

    @Test func failuresLeadToTheFile() throws {
        let place = try project()
        for (folder, operand, shown) in [
            (".", "p/flows/main.wf", "--> p/flows/parts/half.wf:1:"),
            ("p/flows", "main.wf", "--> parts/half.wf:1:"),
            ("other", "../p/flows/main.wf", "--> ../p/flows/parts/half.wf:1:"),
            ("other", place.path + "/p/flows/main.wf", "--> \(place.path)/p/flows/parts/half.wf:1:"),
        ] {
            let result = try place.shell("cd \(folder) && $WFI run -q \(operand)")
            #expect(result.status == 1 && result.errorText.contains(shown), "\(result.errorText)")
        }
        // What is read from the journal says the names that the plan has.
        #expect(try place.run("show").outputText.contains("--> flows/parts/half.wf:1:"))
    }

    @Test func testsNameTheirFilesAsTheyWereGiven() throws {
        let place = try project()
        try place.put("p/flows/t.wf", "test \"no\" {\n    expect 1 == 2\n}\n")
        let result = try place.run("test", "p/flows/t.wf")
        #expect(result.outputText.contains("--> p/flows/t.wf:2:"), "\(result.outputText)")
    }
}
