// The frame of import: limits, encodings, what is no workflow, names and literals.
import Testing
import WfDiagnostics
import WfImport
import WfSource

private let head =
    "<?xml version=\"1.0\"?>\n<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" id=\"d\">\n"

@Suite struct FrameTests {
    @Test func limits() {
        let large = [UInt8](repeating: 0x20, count: Limits.importBytesMax + 1)
        #expect(imported(large).codes == ["WF9001:1"])
        let many = String(repeating: "<a/>\n", count: Limits.importElementsMax)
        #expect(imported("<r>\n" + many + "</r>").codes == ["WF9002:250001"])
        let deep = String(repeating: "<a>\n", count: Limits.importDepthMax + 1)
        #expect(imported(deep).codes == ["WF9003:257"])
        let attributes = (0..<100_000).map { " a\($0)=\"1\"" }.joined()
        #expect(imported("<r>\n<a\(attributes)/>\n</r>").codes == ["WF9004:2"])
        let value = String(repeating: "x", count: 11 << 20)
        #expect(imported("<r>\n<a b=\"\(value)\"/></r>").codes == ["WF9004:2"])
        #expect(
            imported("<\(String(repeating: "n", count: Limits.importTagBytesMax))/>").codes == ["WF9004:1"])
    }

    @Test func whatLiesAtALimitIsRead() {
        let deep = String(repeating: "<a>", count: Limits.importDepthMax)
        let closed = deep + String(repeating: "</a>", count: Limits.importDepthMax)
        #expect(imported(closed).codes == ["WF9009:1"])
    }

    @Test func timeIsBounded() {
        let many = String(repeating: "<a/>", count: 5000)
        let source = SourceFile(path: "x.bpmn", text: "<r>\(many)</r>")
        let result = Import.run(source, file: FileId(0), timeMsMax: 0)
        #expect(result.codes == ["WF9005:1"] && result.isRefused)
    }

    @Test func nothingThere() {
        for text in ["", "\u{FEFF}", " \n\n "] { #expect(imported(text).codes == ["WF9006:1"]) }
        #expect(imported([0x1F, 0x8B, 8, 0]).codes == ["WF9007:1"])
        #expect(imported([0x50, 0x4B, 3, 4]).codes == ["WF9007:1"])
    }

    @Test func noDoctype() {
        #expect(
            imported("<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a 'b'>]>\n<x>&a;</x>").codes == [
                "WF9030:2"
            ])
        #expect(
            imported(head + "<!-- <!DOCTYPE x> --><![CDATA[<!DOCTYPE y>]]></definitions>").dialect
                == "BPMN 2.0")
    }

    @Test func malformed() {
        let cases = [
            "<a><b></a>": 1, "<a>\n<b c=1/></a>": 2, "<a>\n\n&nbsp;</a>": 3, "<a/>\n<b/>": 2,
            "<a>\n<x:b/></a>": 2,
            "<a>\n<b c='1' c='2'/></a>": 2, "hello": 1,
        ]
        for (text, line) in cases { #expect(imported(text).codes == ["WF9031:\(line)"], "\(text)") }
        // What ends too early is not told to have too much.
        for text in ["<a><b>", head, "<a><b></b>"] {
            #expect(
                imported(text).diagnostics.first?.message.contains("ends inside an element") == true,
                "\(text)")
        }
        #expect(imported("<a/>", as: "x.xml").codes == ["WF9009:1"])
        #expect(imported("<?xml version=\"1.1\"?><a/>").codes == ["WF9032:1"])
    }

    /// All files of at most four bytes of those that tell of encodings and elements.
    @Test func fewBytesAreRefusedWithAPlace() {
        let bytes: [UInt8] = [
            0, 0x3C, 0x3E, 0x2F, 0x3F, 0x61, 0x20, 0xFE, 0xFF, 0xEF, 0xBB, 0xBF, 0x4C, 0x6F, 0xA7, 0x94,
        ]
        var files: [[UInt8]] = [[]]
        for _ in 0..<4 {
            files = files.flatMap { file in bytes.map { file + [$0] } }
            for file in files {
                let result = imported(file)
                #expect(result.isRefused && result.codes.count == 1, "\(file): \(result.codes)")
            }
        }
        for file: [UInt8] in [[0, 0, 0x3C, 0], [0, 0x3C, 0, 0], Array("<a\0/>".utf8)] {
            #expect(imported(file).codes == ["WF9031:1"], "\(file)")
        }
    }

    @Test func encodings() {
        let model =
            head.replacing("\"1.0\"?", with: "\"1.0\" encoding=\"ENC\"?")
            + "<process id=\"é\"/></definitions>"
        func labelled(_ label: String) -> String { model.replacing("ENC", with: label) }
        let latin = labelled("ISO-8859-1").unicodeScalars.map { UInt8($0.value) }
        #expect(imported(latin).dialect == "BPMN 2.0")
        let lying = labelled("UTF-8").unicodeScalars.map { UInt8($0.value) }
        #expect(imported(lying).codes == ["WF9034:3"])
        let ascii = labelled("US-ASCII")
        #expect(imported(ascii).codes == ["WF9034:3"])
        for label in ["UTF-7", "UTF-16", "EBCDIC-CP-DE", "x"] {
            #expect(imported(labelled(label)).codes == ["WF9033:1"])
        }
        let wide = labelled("UTF-16").utf16
        #expect(
            imported([0xFF, 0xFE] + wide.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }).dialect == "BPMN 2.0"
        )
        #expect(
            imported([0xFE, 0xFF] + wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }).dialect == "BPMN 2.0"
        )
        #expect(
            imported([0xFF, 0xFE] + wide.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } + [0]).codes == [
                "WF9034:1"
            ])
        #expect(imported([0xFF, 0xFE, 0, 0] + labelled("UTF-32").utf8).codes == ["WF9033:1"])
    }

    @Test func names() {
        var names = NameTable()
        #expect(names.take("Ship the order!") == "shipTheOrder")
        #expect(names.take("ship the Order") == "shipTheOrder2")
        #expect(names.take("URLCheck") == "urlCheck")
        #expect(names.take("1. Prüfen") == "n1Pruefen")
        #expect(names.take("end") == "end1")
        #expect(names.take("", fallback: "gate") == "gate")
        #expect(names.take("日本", fallback: "gate") == "gate2")
        #expect(names.takeType("my type") == "MyType")
        #expect(names.take("a1") == "a1" && names.take("a1") == "a1_2")
    }

    @Test func literals() {
        #expect(WfText.string("a \"{b}\" \\ \n\u{202E}") == "\"a \\\"\\{b\\}\\\" \\\\ \\n\\u{202e}\"")
    }

    @Test func originsOfLines() {
        var writer = SourceWriter()
        let here = Span(file: FileId(0), start: 7, end: 9)
        writer.line("workflow main() {", from: here)
        writer.line("}")
        let (text, origins) = writer.finish()
        #expect(String(decoding: text, as: UTF8.self) == "workflow main() {\n}\n")
        #expect(origins.place(of: 18) == here)
    }
}
