// Hostile state charts and task trees: what is too large, too deep, circular or meaningless has a message with a line.
import Testing
import WfDiagnostics
import WfImport
import WfSource
import WfTestSupport

@Suite struct HostileChartsTests {
    private func chart(_ body: String) -> CompiledImport {
        compiled(
            "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\">\n\(body)\n</scxml>\n",
            as: "x.scxml")
    }

    private func tree(_ body: String) -> CompiledImport {
        compiled("<process-definition>\n\(body)\n</process-definition>\n", as: "x.xml")
    }

    private func expectRefused(_ result: CompiledImport, _ what: String) {
        #expect(result.isRefused, "\(what): \(result.codes)")
        #expect(
            result.diagnostics.contains { $0.severity == .error && result.line($0) > 0 },
            "\(what): \(result.codes)")
        for diagnostic in result.diagnostics {
            let leaks = ["xmlSAX", "libxml", "XML_PARSE", "parser error", "wf_", "Fatal"]
            #expect(!leaks.contains { diagnostic.message.contains($0) }, "\(what): \(diagnostic.message)")
        }
    }

    @Test func textsAndDepth() {
        let huge = String(repeating: "x", count: 11_000_000)
        expectRefused(
            chart("<state id=\"a\"><onentry><log expr=\"1\">\(huge)</log></onentry></state>"), "a huge text")
        expectRefused(chart("<state id=\"\(huge.prefix(100_000))\"/>"), "a huge id")
        let deep = (0..<300).map { "<state id=\"s\($0)\">" }.joined()
        expectRefused(chart(deep + String(repeating: "</state>", count: 300)), "a deep chart")
        let paths = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
        expectRefused(
            compiled(
                "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" datamodel=\"ecmascript\"><state id=\"a\">\n"
                    + "<transition cond=\"\(paths)\" target=\"a\"/></state></scxml>", as: "x.scxml"),
            "a deep expression")
    }

    @Test func charts() {
        for (body, what) in [
            ("", "no state"), ("<state id=\"a\"/><state id=\"a\"/>", "an id twice"),
            ("<state id=\"a\"><transition target=\"b\"/></state>", "an unknown target"),
            ("<state id=\"a\" initial=\"b\"/><state id=\"b\"/>", "an initial state elsewhere"),
            ("<state id=\"a\"><invoke type=\"http\"/></state>", "a call of something else"),
            ("<script>x()</script><state id=\"a\"/>", "a script"),
            ("<state id=\"a\"><history id=\"h\"/></state>", "a history without a way on"),
            ("<state><final><state/></final></state>", "a state inside a final one"),
        ] {
            let result = chart(body)
            if result.isRefused { expectRefused(result, what) }
            #expect(result.isRefused || what.contains("history"), "\(what): \(result.text)")
        }
        let wide = (0..<3000).map {
            "<state id=\"s\($0)\"><transition event=\"e\" target=\"s\(($0 + 1) % 3000)\"/></state>"
        }
        #expect(!chart(wide.joined(separator: "\n")).isRefused)
    }

    @Test func trees() {
        let start = "<start-task><successor>a</successor></start-task>\n"
        for (body, what) in [
            (start, "an unknown successor"), (start + "<task name=\"a\"/><task name=\"a\"/>", "a name twice"),
            (start + "<zzz name=\"a\"/>", "an unknown task"), (start + start, "two starts"),
        ] {
            let result = tree(body)
            #expect(!result.diagnostics.isEmpty, "\(what): \(result.text)")
            if result.isRefused { expectRefused(result, what) }
        }
        let chain = (0..<2000).map { "<task name=\"t\($0)\"><successor>t\($0 + 1)</successor></task>" }
        let long =
            "<start-task><successor>t0</successor></start-task>" + chain.joined(separator: "\n")
            + "<task name=\"t2000\"/>"
        #expect(!tree(long).isRefused)
    }
}
