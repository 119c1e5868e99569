// SpiffWorkflow's pattern dialect: what is refused and named, and the paths of the corpus, each run and compared.
import Testing
import WfDiagnostics
import WfEngine
import WfImport
import WfPlan
import WfSource
import WfTestSupport
import WfValue

/// The path that the run of an imported file leaves, line by line; what went wrong otherwise.
private func path(_ bytes: [UInt8], as file: String, data: String = "{}") throws -> [String] {
    let result = compiled(bytes, as: file)
    guard !result.isRefused, let plan = result.compilation.plan else { return result.codes }
    let world = VirtualWorld(try Plan.load(bytes: plan))
    _ = try world.start(0, data: data)
    try world.go(for: nil)
    guard let end = world.ended.last?.end else { return ["it has not ended"] }
    guard case .done(let value) = end else { return ["\(end)"] }
    let type = TypeId(raw: world.plan.workflows[0].resultType)
    let text = try world.plan.types.jsonText(of: value, as: type)
    let root = JSONReader.read(SourceFile(path: "value.json", bytes: text), file: FileId(0)).root
    return (root?["path"]?.list ?? []).compactMap(\.text)
}

@Suite struct PatternTests {
    private func pattern(_ inner: String) -> String {
        "<process-definition name=\"flow\">\n\(inner)\n</process-definition>"
    }

    private func codes(_ inner: String) -> [String] { imported(pattern(inner), as: "x.xml").codes }

    private func path(_ inner: String, data: String = "{}") throws -> [String] {
        try WfImportTests.path(Array(pattern(inner).utf8), as: "x.xml", data: data)
    }

    private let start = "<start-task><successor>a</successor></start-task>\n"

    @Test func branchesAndJoins() throws {
        let found = try path(
            """
            <start-task><successor>a</successor><successor>b</successor></start-task>
            <task name="a"><successor>both</successor></task>
            <task name="b"><successor>c</successor></task><task name="c"><successor>both</successor></task>
            <join name="both"><successor>end</successor></join>
            """)
        #expect(found == ["Start", "  a", "  b", "    c", "      both", "        End"])
    }

    @Test func conditionsAndCounts() throws {
        let inner =
            start + """
                <exclusive-choice name="a"><default-successor>end</default-successor>
                <conditional-successor><less-than left-field="a_reached" right-field="most"/><successor>A</successor></conditional-successor>
                <conditional-successor><matches left-value="^t.*$" right-field="most"/><successor>end</successor></conditional-successor>
                </exclusive-choice>
                """
        let data = "{\"most\":\"3\"}"
        #expect(try path(inner, data: data) == ["Start", "  a", "    a", "      a", "        End"])
    }

    @Test func threadsJoinOneByOne() throws {
        let found = try path(
            start + """
                <thread-split name="a" times="2"><successor>b</successor><successor>c</successor></thread-split>
                <task name="b"><successor>j</successor></task><task name="c"><successor>j</successor></task>
                <join name="j" context="a"><successor>m</successor></join>
                <thread-merge name="m" context="a"><successor>end</successor></thread-merge>
                """)
        let thread = ["    ThreadStart", "      b", "      c", "        j"]
        #expect(found == ["Start", "  a"] + thread + thread + ["          m", "            End"])
    }

    @Test func triggersCancelsAndMutexes() throws {
        let found = try path(
            """
            <start-task><successor>more</successor><successor>many</successor><successor>stop</successor></start-task>
            <trigger name="more" context="many"/>
            <multi-instance name="many" times="1"><successor>work</successor></multi-instance>
            <acquire-mutex name="work" mutex="m"><successor>free</successor></acquire-mutex>
            <release-mutex name="free" mutex="m"/>
            <cancel-task name="stop"><cancel>never</cancel><successor>never</successor><successor>halt</successor></cancel-task>
            <task name="never"/><cancel name="halt"/>
            """)
        #expect(
            found == [
                "Start", "  more", "  many", "    work", "      free", "    work", "      free", "  stop",
                "    never", "    halt",
            ])
    }

    @Test func callsOfTheSameFile() throws {
        let found = try path(
            start + """
                <exclusive-choice name="a"><default-successor>end</default-successor>
                <conditional-successor><not-equals left-field="deep" right-value="yes"/><successor>b</successor></conditional-successor>
                </exclusive-choice>
                <sub-workflow name="b" file="x.xml"><in><assign name="deep" value="yes"/></in><successor>end</successor></sub-workflow>
                """)
        #expect(found == ["Start", "  a", "      Start", "        a", "          End", "    b", "      End"])
    }

    @Test func whatWaitsForEverFails() throws {
        let found = try path(
            start + "<task name=\"a\"><successor>j</successor></task><join name=\"j\" threshold=\"2\"/>")
        #expect(found.joined().contains("j: waits for branches that never come"))
    }

    @Test func namedOrRefused() {
        #expect(codes("<task name=\"a\"><successor>end</successor></task>") == ["WF9300:1"])
        #expect(codes(start + "<dance name=\"a\"/>") == ["WF9301:3"])
        #expect(codes(start + "<task name=\"a\"><jump/></task>") == ["WF9301:3"])
        #expect(codes(start + "<task name=\"a\"/>\n<task name=\"A\"/>") == ["WF9302:4"])
        #expect(codes(start + "<task name=\"a\"/>\n<task name=\"end\"/>") == ["WF9302:4"])
        #expect(codes(start + "<task name=\"a\">\n<successor>b</successor></task>") == ["WF9303:4"])
        #expect(codes(start + "<gate name=\"a\" context=\"b\"/>") == ["WF9303:3"])
        #expect(codes(start + "<gate name=\"a\"/>") == ["WF9400:3"])
        #expect(codes(start + "<cancel-task name=\"a\"/>") == ["WF9304:3"])
        #expect(codes(start + "<task name=\"a\"><successor/></task>") == ["WF9304:3"])
        #expect(codes(start + "<multi-instance name=\"a\" times=\"2\" times-field=\"n\"/>") == ["WF9305:3"])
        #expect(codes(start + "<join name=\"a\" threshold=\"some\"/>") == ["WF9306:3"])
        let arm = start + "<multi-choice name=\"a\">\n<conditional-successor>"
        let close = "</conditional-successor></multi-choice>"
        #expect(codes(arm + "<successor>a</successor>" + close) == ["WF9304:4"])
        #expect(codes(arm + "<equals left-value=\"1\" right-value=\"1\"/>" + close) == ["WF9304:4"])
        #expect(
            codes(
                arm
                    + "<successor>a</successor><successor>a</successor><equals left-value=\"1\" right-value=\"1\"/>"
                    + close)
                == ["WF9305:4"])
        #expect(
            codes(arm + "<successor>a</successor><matches left-value=\"a(b|c)\" right-field=\"d\"/>" + close)
                == ["WF9307:4"])
        #expect(codes(start + "<execute name=\"a\"/>") == ["WF9308:3"])
        #expect(codes(start + "<task name=\"a\"><define name=\"x\" value=\"1\"/></task>") == ["WF9011:3"])
    }

    @Test func paths() throws {
        guard let folder = corpus("bpmn/spiff") else { return }
        let bytes = try readFile(folder + "/patterns/cases.json")
        let root = JSONReader.read(SourceFile(path: "cases.json", bytes: bytes), file: FileId(0)).root
        var board = Scoreboard("spiff, paths of patterns")
        let data =
            "{\"two\":\"2\",\"three\":\"3\",\"test_attribute1\":\"false\",\"test_attribute2\":\"true\"}"
        for row in root?["cases"]?.list ?? [] {
            guard let file = row["file"]?.text, let wish = row["path"]?.text else { continue }
            let name = file.split(separator: "/").last.map(String.init) ?? file
            let found = try WfImportTests.path(
                try readFile(folder + "/patterns/" + file), as: name, data: data)
            let text = String(decoding: try readFile(folder + "/patterns/" + wish), as: UTF8.self)
            let wanted = text.split(separator: "\n").map(String.init)
            board.add(file, isRight: found == wanted, "wanted \(wanted), found \(found)")
        }
        board.finish(atLeast: 42)
    }
}
