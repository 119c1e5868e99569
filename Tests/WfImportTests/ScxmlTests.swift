// SCXML: machines that are run to their end, what is refused by name, and the corpus's own tests.
import Testing
import WfDiagnostics
import WfEngine
import WfImport
import WfPlan
import WfSource
import WfTestSupport
import WfValue

/// What the run of a machine comes to: its final state, then what it logged; what went wrong otherwise.
private func run(_ bytes: [UInt8], as file: String, hears events: [String] = []) throws -> [String] {
    let result = compiled(bytes, as: file)
    guard !result.isRefused, let plan = result.compilation.plan else { return result.codes }
    let world = VirtualWorld(try Plan.load(bytes: plan))
    let run = try world.start(0, data: "{}")
    try world.go(for: 0)
    for event in events {
        let text = SourceFile(path: "event.json", text: "{\"name\": \"\(event)\"}")
        if let data = JSONReader.read(text, file: FileId(0)).root { try world.send("event", to: run, data) }
        try world.go(for: 0)
    }
    try world.go(for: nil)
    guard let end = world.ended.last?.end else { return ["it has not ended"] }
    guard case .done(let value) = end else { return ["\(end)"] }
    let type = TypeId(raw: world.plan.workflows[0].resultType)
    let text = try world.plan.types.jsonText(of: value, as: type)
    let root = JSONReader.read(SourceFile(path: "value.json", bytes: text), file: FileId(0)).root
    return [root?["final"]?.text ?? ""] + (root?["log"]?.list ?? []).compactMap(\.text)
}

@Suite struct ScxmlTests {
    private func scxml(_ inner: String, _ attributes: String = "") -> String {
        "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\" name=\"door\" \(attributes)>\n\(inner)\n</scxml>"
    }

    @Test func partsOfAnIfAreRead() throws {
        let file = scxml(
            "<state id=\"a\"><onentry><if cond=\"In('b')\"><log expr=\"1\"/><else/><log expr=\"2\"/></if></onentry>"
                + "<transition target=\"b\"/></state><final id=\"b\"/>", "initial=\"a\"")
        #expect(imported(file, as: "x.scxml").codes == [])
    }

    private func codes(_ inner: String, _ attributes: String = "") -> [String] {
        imported(scxml(inner, attributes), as: "x.scxml").codes
    }

    private func run(_ inner: String, hears events: [String] = [], _ attributes: String = "") throws
        -> [String]
    {
        try WfImportTests.run(Array(scxml(inner, attributes).utf8), as: "x.scxml", hears: events)
    }

    @Test func eventsFromOutside() throws {
        let door = """
            <state id="closed"><transition event="open" target="opened"/></state>
            <state id="opened"><onentry><log label="it is" expr="'open'"/></onentry>
            <transition event="close" target="closed"/><transition event="break.*" target="broken"/></state><final id="broken"/>
            """
        #expect(
            try run(door, hears: ["close", "open", "close", "open", "break.hinge"]) == [
                "broken", "it is: open", "it is: open",
            ])
    }

    @Test func statesInsideStates() throws {
        let machine = """
            <state id="on" initial="fast"><onexit><log expr="'off'"/></onexit><transition event="off" target="end"/>
            <state id="slow"/><state id="fast"><transition event="slower" target="slow"/></state></state><final id="end"/>
            """
        #expect(try run(machine, hears: ["slower", "off"]) == ["end", "off"])
    }

    @Test func regionsDataAndQueues() throws {
        let machine = """
            <datamodel><data id="n" expr="1"/></datamodel>
            <parallel id="both"><transition event="done.state.both" target="check"/>
            <state id="a"><state id="a1"><onentry><raise event="go"/><send event="late" delay="2s"/></onentry>
            <transition event="late" target="a2"/></state><final id="a2"/></state>
            <state id="b"><state id="b1"><transition event="go" cond="In('a1')" target="b2"><assign location="n" expr="n + 1"/>
            </transition></state><final id="b2"/></state></parallel>
            <state id="check"><onentry><if cond="n == 1"><log expr="'one'"/><elseif cond="n &gt; 1"/><log expr="'n is ' + n"/>
            <else/><log expr="'none'"/></if></onentry><transition target="end"/></state><final id="end"/>
            """
        #expect(try run(machine, "datamodel=\"ecmascript\"") == ["end", "n is 2"])
    }

    @Test func whatIsRefused() {
        #expect(codes("") == ["WF9470:1"])
        #expect(codes("<state id=\"a\"/>\n<state id=\"a\"/>") == ["WF9471:3"])
        #expect(codes("<state id=\"a\"><transition target=\"b\"/></state>") == ["WF9472:2"])
        #expect(codes("<state id=\"a\">\n<invoke/></state>") == ["WF9473:3"])
        #expect(codes("<state id=\"a\"><onentry>\n<script>x</script></onentry></state>") == ["WF9473:3"])
        #expect(
            codes("<state id=\"a\"><onentry>\n<send event=\"x\" target=\"y\"/></onentry></state>") == [
                "WF9473:3"
            ])
        #expect(codes("<state id=\"a\"/>", "datamodel=\"xpath\"") == ["WF9473:1"])
        #expect(codes("<state id=\"a\">\n<transition cond=\"f(x)\" target=\"a\"/></state>") == ["WF9476:3"])
        #expect(codes("<state id=\"a\">\n<transition cond=\"x == 1\" target=\"a\"/></state>") == ["WF9476:3"])
        #expect(codes("<state id=\"a\"><onentry>\n<raise/></onentry></state>") == ["WF9400:3"])
    }

    @Test func corpusTests() throws {
        guard let folder = corpus("scxml") else { return }
        let bytes = try readFile(folder + "/cases.json")
        let root = JSONReader.read(SourceFile(path: "cases.json", bytes: bytes), file: FileId(0)).root
        var board = Scoreboard("scxml, tests that run by themselves")
        for row in root?["cases"]?.list ?? [] {
            guard let file = row["file"]?.text, row["wantFinal"]?.text == "pass", row["manual"]?.bool != true
            else { continue }
            let found = try WfImportTests.run(try readFile(folder + "/" + file), as: file)
            board.add(file, isRight: found.first == "pass", "\(found)")
        }
        board.finish(atLeast: 96)
    }
}
