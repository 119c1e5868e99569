// The XML form: what it looks like, and that nothing is lost on the way there and back, over every program of the suite.
import Testing
import WfCompiler
import WfDiagnostics
import WfFormatter
import WfImport
import WfSource
import WfSyntax
import WfTestSupport

@Suite struct WfXmlTests {
    private func parse(_ text: [UInt8]) -> SyntaxTree {
        var sink = DiagnosticSink()
        return Parser.parse(
            SourceFile(path: "x.wf", bytes: text), file: FileId(0), interner: Interner(), into: &sink)
    }

    /// Canonical text, a line each, without the blank ones: how lines are grouped is not part of the form.
    private func lines(_ tree: SyntaxTree) -> [String] {
        String(decoding: Formatter.format(tree), as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    @Test func looks() {
        let xml = WfXmlExport.xml(
            parse(
                Array(
                    """
                    use std.text
                    /// Greets.
                    workflow main(name: String = "you") -> String {
                        step a = exec("echo", name)  // loud
                            timeout 5s
                            retry 2 on exit
                        let b = if name == "x" { 1 } else { 2 }
                        "{a.stdout} & {b}"
                    }

                    """.utf8)))
        #expect(
            xml == """
                <?xml version="1.0" encoding="UTF-8"?>
                <module xmlns="urn:wf:module:1">
                  <use>std.text</use>
                  <comment>/// Greets.</comment>
                  <workflow name="main">(name: String = "you") -&gt; String <block>
                    <step name="a">exec("echo", name)
                      <comment trails="true">// loud</comment>
                      <timeout>5s</timeout>
                      <retry>2 on exit</retry>
                    </step>
                    <let name="b">if name == "x" <block><do>1</do></block> else <block><do>2</do></block></let>
                    <do>"{a.stdout} &amp; {b}"</do>
                  </block></workflow>
                </module>

                """, "\(xml)")
    }

    @Test func everyProgramComesBack() throws {
        var count = 0
        for folder in ["Tests/Language", "examples", "stdlib", "templates"] {
            for path in filesBelow(folder, suffix: ".wf") {
                let tree = parse(try readFile(path))
                if tree.hasErrors { continue }
                let xml = WfXmlExport.xml(tree)
                // The limits of import are for files of others.
                if xml.utf8.count > Limits.importBytesMax { continue }
                let back = imported(xml, as: "x.xml")
                if back.diagnostics.contains(where: { $0.code == DiagnosticCode(9003) }) { continue }
                #expect(!back.isRefused, "\(path): \(back.codes)")
                // What is written is read.
                #expect(
                    !back.codes.contains { $0.hasPrefix("WF9241") },
                    "\(path): \(back.diagnostics.map(\.message))")
                let again = parse(back.text)
                #expect(!again.hasErrors, "\(path): \(String(decoding: back.text, as: UTF8.self))")
                guard !again.hasErrors else { continue }
                #expect(lines(again) == lines(tree), "\(path)")
                count += 1
            }
        }
        #expect(count > 1000)
    }

    @Test func whatNoXmlCanHoldIsNamed() {
        func codes(_ text: String) -> [String] {
            let source = SourceFile(path: "x.wf", bytes: Array(text.utf8))
            return WfXmlExport.unwritable(source, file: FileId(0)).map {
                "\($0.code) \($0.span.start)..\($0.span.end)"
            }
        }
        #expect(
            codes("const a = \"\u{1}é\u{FFFE}\"\n// \u{B}") == [
                "WF9491 11..12", "WF9491 14..17", "WF9491 22..23",
            ])
        // What can be written comes back as it was.
        let text = "const a = \"\u{7F}\u{85}\u{E000}\u{FFFD}\u{1F600}\"\n"
        #expect(codes(text).isEmpty)
        let back = imported(WfXmlExport.xml(parse(Array(text.utf8))), as: "x.xml")
        #expect(String(decoding: back.text, as: UTF8.self) == text, "\(back.codes)")
    }

    @Test func placesAreThoseOfTheXml() {
        let xml = """
            <module xmlns="urn:wf:module:1">
              <workflow name="main">() -&gt; String <block>
                <step name="a">exec("echo")</step>
                <do>missing</do>
              </block></workflow>
            </module>
            """
        let result = Compiler.compile(text: Array(xml.utf8), path: "x.xml")
        let lines = result.diagnostics.map { LineIndex(result.files[0]).position(at: $0.span.start).line }
        #expect(lines == [4], "\(result.diagnostics)")
    }

    @Test func whatIsRefused() {
        func codes(_ inner: String) -> [String] {
            imported("<module xmlns=\"urn:wf:module:1\">\n\(inner)\n</module>", as: "x.xml").codes
        }
        #expect(codes("<workflw name=\"a\"/>") == ["WF9490:2"])
        #expect(codes("<workflow>()<block/></workflow>") == ["WF9400:2"])
        #expect(codes("<workflow name=\"a\">()<block>\n<stp name=\"b\"/></block></workflow>") == ["WF9490:3"])
        #expect(
            codes("<workflow name=\"a\">()<block><do>x()\n<befor>y</befor></do></block></workflow>") == [
                "WF9490:3"
            ])
    }
}
