// Oozie: nodes, transitions, actions and expressions, and Oozie's own rules.
import Testing
import WfDiagnostics
import WfImport
import WfSource

@Suite struct OozieTests {
    private func oozie(_ inner: String) -> Imported {
        imported(
            "<workflow-app xmlns=\"uri:oozie:workflow:1.0\" name=\"my-app\">\n\(inner)\n</workflow-app>",
            as: "workflow.xml")
    }

    private func text(_ inner: String) -> String { String(decoding: oozie(inner).text, as: UTF8.self) }

    /// An action that runs `true`.
    private func action(_ name: String, ok: String, error: String = "no") -> String {
        "<action name=\"\(name)\"><shell><exec>true</exec></shell><ok to=\"\(ok)\"/><error to=\"\(error)\"/></action>"
    }

    private let ends =
        "<kill name=\"no\"><message>it failed: ${wf:errorMessage(wf:lastErrorNode())}</message></kill><end name=\"yes\"/>"

    @Test func chain() {
        let text = text("<start to=\"a-b\"/>" + action("a-b", ok: "c") + action("c", ok: "yes") + ends)
        #expect(text.contains("flow myApp() {"), "\(text)")
        #expect(text.contains("start -> aB\n"), "\(text)")
        #expect(text.contains("step aB = exec(\"true\")\n        -> c\n        on error -> no1"), "\(text)")
        #expect(text.contains("fail no1 = \"it failed: {errorMessage(error)}\""), "\(text)")
        #expect(text.contains("end yes") && !text.contains("errorNode"), "\(text)")
    }

    @Test func aNameWithPropertiesIn() {
        let result = imported(
            "<workflow-app xmlns=\"uri:oozie:workflow:1.0\" name=\"etl-${env}\">\n<start to=\"a\"/>"
                + action("a", ok: "yes").replacing(
                    "</exec>", with: "</exec><argument>${wf:name()}</argument>")
                + ends + "\n</workflow-app>", as: "workflow.xml")
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(text.contains("exec(\"true\", \"etl-{env}\")"), "\(text)")
    }

    /// What an action in a path of a fork has said is read behind the join, where it was done once.
    @Test func dataOfAPathBehindTheJoin() {
        let said = action("a", ok: "j").replacing("</exec>", with: "</exec><capture-output/>")
        let result = oozie(
            "<start to=\"f\"/><fork name=\"f\"><path start=\"a\"/><path start=\"b\"/></fork>" + said
                + action("b", ok: "j") + "<join name=\"j\" to=\"d\"/><decision name=\"d\"><switch>"
                + "<case to=\"no\">${wf:actionData('a')['rows'] eq '0'}</case><default to=\"yes\"/></switch></decision>"
                + ends)
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(text.contains("actionData(a, \"rows\") == \"0\" -> no"), "\(text)")
        #expect(result.codes.isEmpty, "\(result.codes)")
    }

    @Test func decisionsAndExpressions() {
        let text = text(
            """
            <parameters><property><name>queue</name><value>default</value></property></parameters>
            <start to="d"/><decision name="d"><switch><case to="a">${wf:conf('mode') eq 'fast' and size gt 10}</case>
            <case to="yes">${2 + 3 == n}</case><default to="b"/></switch></decision>
            """ + action("a", ok: "yes") + action("b", ok: "yes") + ends)
        #expect(
            text.contains("flow myApp(mode: String, size: String, n: String, queue: String = \"default\")"),
            "\(text)")
        #expect(text.contains("(mode == \"fast\") && ((size.toFloat() ?? 0.0) > 10.0) -> a"), "\(text)")
        #expect(text.contains("\"{2 + 3}\" == n -> yes"), "\(text)")
        #expect(text.contains("else -> b"), "\(text)")
    }

    @Test func unknownFunctionsAreParametersWithANote() {
        let result = oozie(
            "<start to=\"d\"/><decision name=\"d\"><switch>\n<case to=\"yes\">${fs:exists(x)}</case><default to=\"no\"/></switch></decision>"
                + ends)
        #expect(result.codes == ["WF9437:3"])
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(text.contains("condition1: Bool") && text.contains("condition1 -> yes"), "\(text)")
    }

    @Test func actionsOfEachKind() {
        let kinds = [
            (
                "<fs><mkdir path=\"${root}/a\"/></fs>",
                "exec(\"hdfs\", \"dfs\", \"-mkdir\", \"-p\", \"{root}/a\")"
            ),
            (
                "<shell><exec>run.sh</exec><argument>a b</argument><env-var>K=v=w</env-var></shell>",
                "exec(\"run.sh\", \"a b\", env: [\"K\": \"v=w\"])"
            ),
            (
                "<java><main-class>x.Y</main-class><java-opts>-Xmx1g -ea</java-opts><arg>1</arg></java>",
                "exec(\"java\", \"-Xmx1g\", \"-ea\", \"-cp\", \"lib/*\", \"x.Y\", \"1\")"
            ),
            (
                "<spark><master>m</master><jar>a.jar</jar><spark-opts>--conf \"k=a b\" -v</spark-opts></spark>",
                "exec(\"spark-submit\", \"--master\", \"m\", \"--conf\", \"k=a b\", \"-v\", \"a.jar\")"
            ),
            (
                "<sqoop><command>import --query \"a b\"</command></sqoop>",
                "exec(\"sqoop\", \"import\", \"--query\", \"\\\"a\", \"b\\\"\")"
            ),
            (
                "<email><to>a@x, b@x</to><subject>s</subject><body>text</body></email>",
                "exec(\"mail\", \"-s\", \"s\", \"a@x\", \"b@x\", stdin: \"text\")"
            ),
            (
                "<sub-workflow><app-path>p.xml</app-path><configuration><property><name>k</name><value>v</value></property></configuration></sub-workflow>",
                "exec(\"wfi\", \"run\", \"p.xml\", \"k=v\")"
            ),
            (
                "<mine xmlns=\"urn:x\"><size>3</size></mine>",
                "task(\"a\", { \"size\": \"3\" }, role: \"mine\")"
            ),
        ]
        for (body, call) in kinds {
            let text = text(
                "<start to=\"a\"/><action name=\"a\">\(body)<ok to=\"yes\"/><error to=\"no\"/></action>"
                    + ends)
            #expect(text.contains("step a = " + call), "\(text)")
        }
    }

    @Test func preparationComesFirst() {
        let text = text(
            """
            <start to="a"/><action name="a" retry-max="2" retry-interval="5"><pig><resource-manager>r</resource-manager>
            <name-node>n</name-node><prepare><delete path="/o"/></prepare><script>s.pig</script><param>A=1</param></pig>
            <ok to="yes"/><error to="no"/></action>
            """ + ends)
        #expect(text.contains("step a = sequence {"), "\(text)")
        #expect(
            text.contains("step part1 = exec(\"hdfs\", \"dfs\", \"-rm\", \"-r\", \"-f\", \"/o\")"), "\(text)")
        #expect(
            text.contains("step part2 = exec(\"pig\", \"-param\", \"A=1\", \"-f\", \"s.pig\")"), "\(text)")
        #expect(text.contains("retry 2 backoff 5m"), "\(text)")
    }

    // MARK: Forks and joins

    @Test func alternativesOfAPathMeetBeforeTheJoin() {
        let text = text(
            "<start to=\"f\"/><fork name=\"f\"><path start=\"d\"/><path start=\"c\"/></fork><decision name=\"d\"><switch>"
                + "<case to=\"a\">${x == 1}</case><default to=\"b\"/></switch></decision>"
                + action("a", ok: "j")
                + action("b", ok: "j") + action("c", ok: "j") + "<join name=\"j\" to=\"yes\"/>" + ends)
        #expect(text.contains("choice toJ { true -> j }"), "\(text)")
        #expect(text.components("-> toJ") == 2 && text.components("-> j\n") == 1, "\(text)")
    }

    @Test func nodesThatErrorsShareAreWrittenForEachPath() {
        let text = text(
            "<start to=\"f\"/><fork name=\"f\"><path start=\"a\"/><path start=\"b\"/></fork>"
                + action("a", ok: "j", error: "c")
                + action("b", ok: "c") + action("c", ok: "j") + "<join name=\"j\" to=\"yes\"/>" + ends)
        #expect(text.contains("step c = ") && text.contains("step c2 = "), "\(text)")
    }

    @Test func rules() {
        let fork = "<start to=\"f\"/><fork name=\"f\"><path start=\"a\"/><path start=\"b\"/></fork>\n"
        #expect(oozie("<start to=\"a\"/>\n" + action("a", ok: "gone") + ends).codes == ["WF9424:3"])
        #expect(oozie("<start to=\"a\"/>\n" + action("a", ok: "a") + ends).codes == ["WF9425:3"])
        #expect(
            oozie("<start to=\"a\"/>\n" + action("a", ok: "b") + "\n" + action("b", ok: "a") + ends).codes
                == ["WF9426:4"])
        #expect(
            oozie(
                fork + action("a", ok: "yes") + action("b", ok: "j") + "<join name=\"j\" to=\"yes\"/>" + ends
            ).codes
                == ["WF9427:3"])
        #expect(
            oozie(
                "<start to=\"f\"/>\n<fork name=\"f\"><path start=\"a\"/><path start=\"a\"/></fork>"
                    + action("a", ok: "j")
                    + "<join name=\"j\" to=\"yes\"/>" + ends
            ).codes.first == "WF9428:3")
        #expect(
            oozie(
                fork + action("a", ok: "c") + action("b", ok: "c") + action("c", ok: "j")
                    + "<join name=\"j\" to=\"yes\"/>" + ends
            )
            .codes == ["WF9429:3"])
        #expect(
            oozie("<start to=\"a\"/>" + action("a", ok: "j") + "\n<join name=\"j\" to=\"yes\"/>" + ends).codes
                == ["WF9430:2"])
        #expect(
            oozie(
                fork + action("a", ok: "j") + action("b", ok: "k")
                    + "<join name=\"j\" to=\"yes\"/><join name=\"k\" to=\"yes\"/>" + ends
            )
            .codes == ["WF9431:3"])
        #expect(oozie("<xstart to=\"a\"/>" + ends).codes.first == "WF9420:2")
        #expect(oozie("<start to=\"no\"/><kill name=\"no\"/><end name=\"y\"/>").codes == ["WF9421:2"])
        #expect(oozie("<start to=\"yes\"/><end name=\"a b\"/>").codes.first == "WF9422:2")
        #expect(oozie("<start to=\"yes\"/><end name=\"yes\"/>\n<end name=\"yes\"/>").codes == ["WF9423:3"])
    }

    @Test func clusters() {
        func hive(_ inner: String) -> [String] {
            oozie(
                "<start to=\"a\"/>\n<action name=\"a\"><hive>\(inner)<script>s</script></hive><ok to=\"yes\"/><error to=\"no\"/></action>"
                    + ends
            ).codes
        }
        #expect(hive("") == ["WF9434:3"])
        #expect(hive("<name-node>n</name-node>") == ["WF9436:3"])
        #expect(hive("<name-node>n</name-node><job-tracker>j</job-tracker>").isEmpty)
        let two =
            "<action name=\"a\"><fs/>\n<shell><exec>x</exec></shell><ok to=\"yes\"/><error to=\"no\"/></action>"
        #expect(oozie("<start to=\"a\"/>" + two + ends).codes == ["WF9433:3"])
    }
}

extension String {
    /// How often a text stands in it.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
