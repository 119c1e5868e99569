// jPDL 3: nodes, transitions, handlers and timers.
import Testing
import WfDiagnostics
import WfImport
import WfSource

@Suite struct JpdlTests {
    private func jpdl(_ inner: String) -> Imported {
        imported(
            "<process-definition xmlns=\"urn:jbpm.org:jpdl-3.2\" name=\"my process\">\n\(inner)\n</process-definition>",
            as: "processdefinition.xml")
    }

    private func text(_ inner: String) -> String { String(decoding: jpdl(inner).text, as: UTF8.self) }

    @Test func tasksAndStates() {
        let text = text(
            """
            <description>What it is for.</description><start-state name="s"><transition to="Ask Anna"/></start-state>
            <task-node name="Ask Anna"><task name="Look at it"><assignment actor-id="anna"/></task>
            <transition name="yes" to="wait"/><transition name="no" to="e"/></task-node>
            <state name="wait"><timer duedate="2 business hours" transition="t"/><transition name="t" to="e"/></state>
            <end-state name="e"/>
            """)
        #expect(
            text.hasPrefix(
                "/// What it is for.\nflow myProcess(data: Json = null) {\n    signal waitSignal: Json\n"),
            "\(text)")
        #expect(
            text.contains("step askAnna = task(\"Look at it\", data, role: \"anna\")\n        -> askAnnaWay"),
            "\(text)")
        #expect(
            text.contains("askAnna == \"yes\" -> wait\n") && text.contains("askAnna == \"no\" -> e\n"),
            "\(text)")
        #expect(
            text.contains("step wait = await waitSignal\n        -> e\n        on timeout 2h -> e"), "\(text)"
        )
    }

    @Test func wordsOfAMailAreItsOwn() {
        let result = jpdl(
            """
            <start-state name="s"><transition to="m"/></start-state>
            <mail-node name="m" to="a"><subject>Hi</subject><text>Words</text><transition to="e"/></mail-node>
            <end-state name="e"/>
            """)
        #expect(result.codes == ["WF9240:3"])
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(text.contains("subject: \"Hi\"") && text.contains("text: \"Words\""), "\(text)")
    }

    @Test func handlersAreWorkItems() {
        let result = jpdl(
            """
            <start-state name="s"><transition to="n"><action class="a.OnTheWay"/></transition></start-state>
            <node name="n"><event type="node-enter"><action class="a.Enter"/></event><action class="a.b.Run"/>
            <event type="node-leave"><script>x = 1;</script></event><transition to="e"/></node><end-state name="e"/>
            """)
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(text.contains("start -> sLeave"), "\(text)")
        #expect(
            text.contains("step sLeave = task(\"OnTheWay\", data, role: \"a.OnTheWay\")\n        -> nEnter"),
            "\(text)")
        #expect(
            text.contains("step nEnter = task(\"Enter\", data, role: \"a.Enter\")\n        -> n\n"), "\(text)"
        )
        #expect(
            text.contains("step n = task(\"Run\", data, role: \"a.b.Run\")\n        -> nLeave"), "\(text)")
        #expect(text.contains("task(\"script\", { data, script: \"x = 1;\" }, role: \"script\")"), "\(text)")
        #expect(result.codes == ["WF9458:4"])
    }

    @Test func decisions() {
        let result = jpdl(
            """
            <start-state name="s"><transition to="d"/></start-state><decision name="d">
            <handler class="x.Proxy" config-type="bean"><beanName>big enough</beanName></handler>
            <transition name="true" to="e"/><transition name="false" to="d"/></decision><end-state name="e"/>
            """)
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(
            text.contains(
                "step d = task(\"d\", { data, oneOf: [\"true\", \"false\"] }, role: \"big enough\")"),
            "\(text)")
        #expect(result.codes == ["WF9456:2"])
    }

    @Test func superStates() {
        let text = text(
            """
            <start-state name="s"><transition to="f"/></start-state><fork name="f"><transition to="a"/><transition to="b/n"/></fork>
            <super-state name="a"><node name="n"><transition to="../j"/></node></super-state>
            <super-state name="b"><node name="n"><transition to="../j"/></node></super-state>
            <join name="j"><transition to="e"/></join><end-state name="e"/>
            """)
        #expect(text.contains("split f -> n, n2") && text.contains("join j -> e"), "\(text)")
    }

    @Test func aJoinWithoutForksWaitsForNothing() {
        let text = text(
            "<start-state name=\"s\"><transition to=\"j\"/></start-state><join name=\"j\"><transition to=\"e\"/></join><end-state name=\"e\"/>"
        )
        #expect(text.contains("choice j { true -> e }"), "\(text)")
    }

    @Test func namedOrRefused() {
        let start = "<start-state name=\"s\"><transition to=\"e\"/></start-state>\n"
        #expect(jpdl("<end-state name=\"e\"/>").codes == ["WF9450:1"])
        #expect(jpdl(start + "<end-state name=\"e\"/>\n<end-state name=\"e\"/>").codes == ["WF9451:4"])
        #expect(jpdl(start).codes == ["WF9452:2"])
        #expect(
            jpdl("<start-state name=\"s\"><transition to=\"n\"/></start-state>\n<node name=\"n\"/>").codes
                == ["WF9453:3"])
        #expect(
            jpdl(start + "<end-state name=\"e\"/>\n<node name=\"n\"><transition to=\"e\"/></node>").codes == [
                "WF9454:4"
            ])
        #expect(
            jpdl(start + "<end-state name=\"e\"/>\n<event type=\"process-start\"><script/></event>").codes
                == ["WF9454:4"])
        let sub =
            "<start-state name=\"s\"><transition to=\"p\"/></start-state>\n<process-state name=\"p\"><sub-process name=\"q\"/>"
        #expect(
            jpdl(sub + "<transition to=\"e\"/></process-state><end-state name=\"e\"/>").codes == ["WF9455:3"])
    }

    @Test func dueDates() {
        func codes(_ due: String) -> [String] {
            jpdl(
                "<start-state name=\"s\"><transition to=\"w\"/></start-state>\n<state name=\"w\"><timer duedate=\"\(due)\"/>"
                    + "<transition to=\"e\"/></state><end-state name=\"e\"/>"
            ).codes
        }
        #expect(codes("3 days").isEmpty && codes("1 hour and 30 minutes").isEmpty && codes("1 week").isEmpty)
        #expect(codes("#{when}") == ["WF9459:3"] && codes("2 moons") == ["WF9459:3"])
    }

    @Test func conditionsAreNamed() {
        let result = jpdl(
            """
            <start-state name="s"><transition to="d"/></start-state><decision name="d">
            <transition name="a" to="e"><condition expression="#{x}"/></transition>
            <transition name="b" to="e"/></decision><end-state name="e"/>
            """)
        #expect(result.codes == ["WF9456:2", "WF9457:3"])
    }

    /// A join waits for the branches of its fork, not for each way that one of them may come.
    @Test func waysOfABranchAreOneArrowIntoAJoin() throws {
        let enter = "<event type=\"node-enter\"><action class=\"In\"/></event>"
        for event in ["", enter] {
            let source = """
                <process-definition name="m"><start-state name="s"><transition to="f"/></start-state>
                <fork name="f"><transition name="x" to="a"/><transition name="y" to="b"/></fork>
                <state name="a"><timer duedate="1 second" transition="late"/>
                <transition name="ok" to="j"/><transition name="late" to="c"/></state>
                <node name="c"><transition to="j"/></node><node name="b"><transition to="j"/></node>
                <join name="j">\(event)<transition to="e"/></join><end-state name="e"/></process-definition>
                """
            let result = compiled(source, as: "x.xml")
            #expect(!result.isRefused, "\(result.codes) \(result.text)")
            let wanted = event.isEmpty ? "choice jBranch { true -> j }" : "task(\"In\", data, role: \"In\")"
            #expect(result.text.contains(wanted), "\(result.text)")
            #expect(event.isEmpty || result.text.split(separator: wanted).count == 3, "\(result.text)")
        }
    }

    /// An expression in place of a class is a title as a whole.
    @Test func anExpressionIsNoClass() {
        let text = text(
            """
            <start-state name="s"><transition to="n"/></start-state><node name="n"><action expression="#{shop.ship}"/>
            <transition to="e"/></node><end-state name="e"/>
            """)
        #expect(text.contains("task(\"#\\{shop.ship\\}\", data"), "\(text)")
    }
}
