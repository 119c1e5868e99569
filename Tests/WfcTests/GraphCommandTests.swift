// `wfc graph` from the command line: formats, choices, plans, mistakes.
import Testing
import WfTestSupport

private let two = """
    workflow first() { step a = nop() }
    workflow second() { step b = nop() }
    """

@Suite struct GraphCommandTests {
    @Test func formatFollowsTheNameOfTheOutput() throws {
        let place = try Workplace(["a.wf": two])
        for (name, start) in [
            ("a.svg", "<svg "), ("a.mmd", "%% first()"), ("a.dot", "digraph"), ("a.txt", "<svg "),
        ] {
            #expect(try place.run("graph", "a.wf", "-w", "first", "-o", name).status == 0)
            #expect(try place.text(name).hasPrefix(start), "\(name)")
        }
        #expect(
            try place.run("graph", "a.wf", "-w", "second", "--format", "mermaid").outputText.contains(
                "<b>b</b>"))
    }

    @Test func aPlanIsDrawnLikeItsSource() throws {
        let place = try Workplace(["a.wf": "workflow main() { step a = nop() }\n"])
        #expect(try place.run("compile", "a.wf").status == 0)
        #expect(try place.run("graph", "a.wfb").outputText == place.run("graph", "a.wf").outputText)
    }

    @Test func tokensAreDrawn() throws {
        let place = try Workplace([
            "a.wf": """
            flow main() {
                start -> a, b
                step a = nop() -> both
                step b = nop() -> both
                join both -> done
                end done
            }
            """,
            "shown.json": """
            {"run":"x","status":"running","marking":[{"node":"b[1]","tokens":0,"active":true},
            {"node":"both","tokens":1,"active":false},{"node":"a/inner","tokens":1,"active":true}]}
            """, "other.json": "{}",
        ])
        let text = try place.run("graph", "a.wf", "--marking", "shown.json", "--format", "dot").outputText
        #expect(text.contains("label=\"● b\\n") && text.contains("both (1 waiting)"))
        #expect(!text.contains("● a") && text.contains("penwidth=3"))
        let drawn = try place.run("graph", "a.wf", "--marking", "shown.json").outputText
        #expect(drawn.contains("step marked") && drawn.contains("● b"))
        let mermaid = try place.run("graph", "a.wf", "--marking", "shown.json", "--format", "mermaid")
            .outputText
        #expect(mermaid.contains(" marked\n"))
        #expect(
            try place.run("graph", "a.wf", "--marking", "other.json").errorText.contains("wfi show --json"))
        #expect(try place.run("graph", "a.wf", "--marking", "gone.json").status == 2)
    }

    @Test func whichWorkflowIsAsked() throws {
        let place = try Workplace([
            "a.wf": two, "b.wf": "func f() -> Int { 1 }\n", "c.wf": "workflow main( {",
        ])
        let unclear = try place.run("graph", "a.wf")
        #expect(unclear.status == 2 && unclear.errorText.contains("first, second"))
        #expect(try place.run("graph", "b.wf").errorText.contains("declares no workflow"))
        #expect(try place.run("graph", "c.wf").status == 1)
        #expect(try place.run("graph", "nosuch.wfb").errorText.contains("no such file"))
    }
}
