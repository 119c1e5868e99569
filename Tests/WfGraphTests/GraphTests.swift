// What of a workflow becomes a box, an arrow, a frame; and the texts for other programs.
import Testing
import WfCompiler
import WfGraph
import WfPlan
import WfTestSupport

private let program = """
    workflow main(n: Int = 1, xs: [Int] = []) -> Int {
        step a = random()
        step b = uuid() after a
        let half = a / 2.0
        step c = emit("x", b as Json)
            when half > 0.5
        step d = nop() after a, b
        step all = for x in xs limit 3 {
            step one = uuid()
            step two = sleep(1s) after one
            x
        }
        step turns = loop (i: Int = 0) while i < 3 {
            step z = nop()
            next (i + 1)
        }
        step way = match n {
            1 => { step one = nop()
                1 }
            2 if half < 1.0 => { step two = nop()
                2 }
            else => 3
        }
        step side = if n > 3 { step big = nop()
            1 } else { step small = nop()
            2 }
        way
    }
    """

private func graph(_ text: String) throws -> WorkflowGraph {
    let result = Compiler.compile(text: Array(text.utf8), path: "test.wf")
    #expect(!result.hasErrors, "\(result.diagnostics)")
    return WorkflowGraph(try Plan.load(bytes: try #require(result.plan)), workflow: 0)
}

@Suite struct GraphTests {
    @Test func stepsAndTheirNeeds() throws {
        let graph = try graph(program)
        #expect(graph.title == "main(n: Int, xs: [Int]) -> Int")
        #expect(graph.root.boxes.map(\.title) == ["a", "b", "half", "c", "d", "all", "turns", "way", "side"])
        let named = graph.root.edges.map {
            "\(graph.root.boxes[$0.from].title)>\(graph.root.boxes[$0.to].title)"
        }
        // `c` needs `half`, and `b`, which needs `a` itself; `d` needs `b`. The match reads `half`.
        #expect(named == ["a>b", "a>half", "b>c", "half>c", "b>d", "half>way"])
    }

    @Test func wordsComeFromTheSource() throws {
        let boxes = try graph(program).root.boxes
        #expect(
            boxes.map(\.detail).prefix(5) == [
                "random()", "uuid()", "= a / 2.0", "emit(\"x\", b as Json) when half > 0.5", "nop()",
            ])
        #expect(boxes[5].detail == "for x in xs limit 3" && boxes[5].blocks.map(\.title) == [""])
        #expect(boxes[6].detail == "loop while i < 3" && boxes[6].repeats)
        #expect(boxes[7].detail == "match n" && boxes[7].blocks.map(\.title) == ["1", "2 if half < 1.0"])
        #expect(boxes[8].detail == "if n > 3" && boxes[8].blocks.map(\.title) == ["n > 3", "else"])
    }

    @Test func whatTakesAStepBackIsNamed() throws {
        let graph = try graph(
            """
            action book(what: String) -> String
                via exec("book", what)
            action cancel(what: String)
                via exec("cancel", what)
            workflow main() -> String {
                step flight = book("flight")
                    undo cancel(flight)
                flight
            }
            """)
        #expect(graph.root.boxes.map(\.detail) == ["book(\"flight\"), undo cancel"])
    }

    @Test func mermaidNamesEveryBoxAndArrow() throws {
        let text = MermaidRenderer.render(try graph(program))
        #expect(
            text.hasPrefix("%% main(n: Int, xs: [Int]) -#62; Int\nflowchart TD\n")
                || text.hasPrefix("%% main("))
        #expect(text.contains("n0[\"<b>a</b><br/>random()\"]"))
        #expect(text.contains("n0 --> n1\n"))
        #expect(text.contains("subgraph n5[\"<b>all</b><br/>for x in xs limit 3\"]"))
        #expect(
            text.split(separator: "\n").filter { $0.contains("subgraph") }.count
                == text.split(separator: "\n").filter { $0.drop { $0 == " " } == "end" }.count)
        #expect(!text.contains("i < 3"), "angle brackets are entities")
    }

    @Test(.enabled(if: fileExists("/usr/bin/dot"))) func graphvizReadsTheDot() throws {
        for path in filesBelow("examples", suffix: ".wf") {
            let plan = try Plan.load(
                bytes: try #require(Compiler.compile(path, provider: DiskSourceProvider()).plan))
            let text = DOTRenderer.render(WorkflowGraph(plan, workflow: 0))
            let result = try runProcess("dot", ["-Tplain"], input: Array(text.utf8))
            #expect(result.status == 0 && result.errorText == "", "\(path): \(result.errorText)")
        }
        let result = try runProcess(
            "dot", ["-Tplain"], input: Array(DOTRenderer.render(try graph(program)).utf8))
        #expect(result.status == 0 && result.errorText == "", "\(result.errorText)")
        #expect(result.outputText.split(separator: "\n").filter { $0.hasPrefix("edge") }.count >= 4)
    }

    @Test func svgIsOneDocumentWithoutScript() throws {
        let text = SVGRenderer.render(try graph(program))
        #expect(text.hasPrefix("<svg xmlns=") && text.hasSuffix("</svg>\n"))
        #expect(text.contains("loop while i &lt; 3"))
        #expect(!text.contains("<script") && !text.contains("href"))
        guard fileExists("/usr/bin/python3") else { return }
        let check = "import sys, xml.dom.minidom as m; m.parseString(sys.stdin.buffer.read())"
        let result = try runProcess("/usr/bin/python3", ["-c", check], input: Array(text.utf8))
        #expect(result.status == 0, "\(result.errorText)")
    }

    @Test func onlyNeedsThatDoNotFollowAreDrawn() {
        let needs: [Set<Int>] = [[], [0], [0, 1], [0, 2], []]
        #expect(
            WorkflowGraph.necessary(needs) == [
                GraphEdge(from: 0, to: 1), GraphEdge(from: 1, to: 2), GraphEdge(from: 2, to: 3),
            ])
    }
}
