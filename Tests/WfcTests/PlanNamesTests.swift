// A plan is the same wherever its sources lie and wherever `wfc` is called from.
import Glibc
import Testing
import WfTestSupport

@Suite struct PlanNamesTests {
    private func project(_ settings: Bool) throws -> Workplace {
        let place = try Workplace()
        for folder in ["p", "p/flows", "p/flows/parts", "p/shared", "elsewhere"] {
            mkdir(place.path + "/" + folder, 0o755)
        }
        if settings { try place.put("p/wf.json", "{}") }
        try place.put(
            "p/flows/main.wf",
            """
            use "parts/add.wf" as add
            use "../shared/text.wf" as text
            workflow main(n: Int) -> String {
                step out = exec("echo", text.shown(add.one(n)))
                out.stdout
            }
            """)
        try place.put("p/flows/parts/add.wf", "func one(n: Int) -> Int { n + 1 }\n")
        try place.put("p/shared/text.wf", "func shown(n: Int) -> String { \"<{n}>\" }\n")
        return place
    }

    private func compile(_ place: Workplace, from folder: String, _ operand: String) throws -> [UInt8] {
        let plan = place.path + "/out.wfb"
        let result = try runProcess(
            wfc, ["compile", operand, "-o", plan], workingFolder: place.path + "/" + folder, seconds: 60)
        #expect(result.status == 0, "\(result.errorText)")
        return try readFile(plan)
    }

    @Test(arguments: [false, true]) func equalSourcesGiveAnEqualPlan(settings: Bool) throws {
        let first = try project(settings)
        let plan = try compile(first, from: "p", "flows/main.wf")
        #expect(!String(decoding: plan, as: UTF8.self).contains(first.path))
        #expect(try compile(first, from: "p/flows", "main.wf") == plan)
        #expect(try compile(first, from: "p/flows/parts", "../main.wf") == plan)
        #expect(try compile(first, from: "elsewhere", "../p/flows/main.wf") == plan)
        #expect(try compile(first, from: "p", first.path + "/p/flows/main.wf") == plan)
        let second = try project(settings)
        #expect(try compile(second, from: ".", "p/flows/main.wf") == plan)
        #expect(try compile(second, from: "elsewhere", first.path + "/p/flows/main.wf") == plan)
        #expect(try compile(second, from: "elsewhere", second.path + "/p/flows/main.wf") == plan)
        let listing = try first.run("disasm", "out.wfb").outputText
        let names =
            settings
            ? ["flows/main.wf", "flows/parts/add.wf", "shared/text.wf"] : ["main.wf", "../shared/text.wf"]
        for name in names { #expect(listing.contains("  \(name)  "), "\(listing)") }
    }

    @Test func messagesOfTheCompilerLeadToTheFile() throws {
        let place = try project(true)
        try place.put("p/shared/text.wf", "func shown(n: Int) -> String { n }\n")
        let result = try runProcess(
            wfc, ["compile", "../p/flows/main.wf"], workingFolder: place.path + "/elsewhere", seconds: 60)
        #expect(
            result.status == 1 && result.errorText.contains("--> ../p/shared/text.wf:1:"),
            "\(result.errorText)")
    }
}
