// Pegasus DAX: what becomes of jobs, arguments and edges, and what is refused.
import Testing
import WfCompiler
import WfDiagnostics
import WfImport
import WfSource
import WfTestSupport

@Suite struct DaxTests {
    private func dax(_ inner: String) -> Imported {
        imported(
            "<adag xmlns=\"http://pegasus.isi.edu/schema/DAX\" version=\"3.6\" name=\"two steps\">\n\(inner)\n</adag>",
            as: "x.dax")
    }

    private func text(_ inner: String) -> String { String(decoding: dax(inner).text, as: UTF8.self) }

    @Test func jobsAndEdges() {
        let text = text(
            """
            <executable name="make" installed="true"><pfn url="file:///usr/bin/make" site="here"/></executable>
            <job id="j1" name="make"><argument>-o <file name="a b"/> <file name="c"/></argument></job>
            <job id="j2" name="check"><profile namespace="env" key="MODE">fast</profile>
            <profile namespace="dagman" key="RETRY">3</profile></job>
            <child ref="j2"><parent ref="j1"/><parent ref="j1"/></child>
            """)
        #expect(text.contains("workflow twoSteps()"), "\(text)")
        #expect(text.contains("step j1 = exec(\"/usr/bin/make\", \"-o\", \"a b\", \"c\")"), "\(text)")
        #expect(text.contains("step j2 = exec(\"check\", env: [\"MODE\": \"fast\"])"), "\(text)")
        #expect(text.contains("after j1\n") && text.contains("retry 3"), "\(text)")
    }

    @Test func argumentsKeepWhatStandsTogether() {
        let text = text(
            "<job id=\"j\" name=\"p\"><argument>-i<file name=\"x\"/>,<file name=\"y\"/> -q</argument></job>")
        #expect(text.contains("exec(\"p\", \"-ix,y\", \"-q\")"), "\(text)")
    }

    @Test func redirectionsAreParametersOfTheShell() {
        let text = text("<job id=\"j\" name=\"p\"><stdin name=\"in; rm\"/><stdout name=\"out\"/></job>")
        #expect(
            text.contains(
                "exec(\"sh\", \"-c\", \"stdin=$1; shift; stdout=$1; shift; exec \\\"$@\\\" <\\\"$stdin\\\" >\\\"$stdout\\\"\", "
                    + "\"sh\", \"in; rm\", \"out\", \"p\")"), "\(text)")
    }

    @Test func whatIsRefused() {
        #expect(dax("<job id=\"a\" name=\"p\"/>\n<job id=\"a\" name=\"q\"/>").codes == ["WF9412:3"])
        #expect(dax("<job name=\"p\"/>").codes.contains("WF9400:2"))
        #expect(
            dax("<job id=\"a\" name=\"p\"/>\n<child ref=\"a\"><parent ref=\"b\"/></child>").codes == [
                "WF9413:3"
            ])
        #expect(
            dax("<job id=\"a\" name=\"p\"/>\n<child ref=\"a\">\n<parent ref=\"a\"/></child>").codes == [
                "WF9414:4"
            ])
        #expect(dax("").codes == ["WF9411:1"])
        #expect(dax("<jop id=\"a\"/>").codes.contains("WF9410:2"))
    }

    @Test func innerWorkflowsAreNamed() {
        let result = dax("<dax id=\"d\" file=\"inner.dax\"/>\n<dag id=\"g\" file=\"g.dag\"/>")
        #expect(result.codes == ["WF9415:2", "WF9415:3"])
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(
            text.contains("exec(\"wfi\", \"run\", \"inner.dax\")")
                && text.contains("exec(\"condor_submit_dag\", \"g.dag\")"))
    }

    /// A cycle of several jobs is the checker's to find, at a line of the file.
    @Test func cyclesHaveTheLineOfAJob() {
        let source =
            "<adag name=\"n\">\n<job id=\"a\" name=\"p\"/>\n<job id=\"b\" name=\"p\"/>\n"
            + "<child ref=\"a\"><parent ref=\"b\"/></child>\n<child ref=\"b\"><parent ref=\"a\"/></child>\n</adag>\n"
        let result = Compiler.compile(text: Array(source.utf8), path: "x.dax")
        #expect(result.plan == nil)
        let lines = result.diagnostics.filter { $0.severity == .error }.map {
            LineIndex(result.files[0]).position(at: $0.span.start).line
        }
        #expect(lines == [2], "\(result.diagnostics)")
    }

    @Test func quotesKeepWordsTogether() {
        let line = "-c \"echo 'a  b' > <file name=\"o\"/>\" 'two words' a\\\"b"
        let result = dax("<job id=\"j\" name=\"sh\"><argument>\(line)</argument></job>")
        let text = String(decoding: result.text, as: UTF8.self)
        #expect(
            text.contains("exec(\"sh\", \"-c\", \"echo 'a  b' > o\", \"two words\", \"a\\\"b\")"), "\(text)")
    }

    @Test func argumentsOfAnInnerWorkflowAreForItsPlanner() {
        let result = dax("<dax id=\"d\" file=\"inner.dax\"><argument>--force</argument></dax>")
        #expect(result.codes.sorted() == ["WF9241:2", "WF9415:2"], "\(result.codes)")
        #expect(
            String(decoding: result.text, as: UTF8.self).contains("exec(\"wfi\", \"run\", \"inner.dax\")"))
    }
}
