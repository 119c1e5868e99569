// Input meant to hurt: nothing may crash, hang or grow without bound, and one cause gives one message.

import Testing
import WfFormatter
import WfSource
import WfSyntax

@Test(arguments: ["(", "[", "{", "!", "-", "a(", "if a {", "x => ", "\"{", "match a { b => ", "a.b(", "[a: "])
func deepNestingIsOneDiagnostic(_ opener: String) {
    let began = seconds()
    let parsed = Parsed("func f() {\n    let a = " + String(repeating: opener, count: 100_000) + "\n}\n")
    #expect(seconds() - began < 50)
    #expect(!parsed.diagnostics.isEmpty)
    #expect(parsed.diagnostics.count <= 3, "\(parsed.shown.prefix(400))")
    #expect(parsed.isLossless)
}

@Test func balancedDeepNestingIsOneDiagnostic() {
    let depth = 100_000
    let text =
        "const a = " + String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth)
        + "\n"
    #expect(Parsed(text).codes == ["WF1026"])
}

@Test(arguments: ["[", "(", "[Int: "])
func deepTypesAreOneDiagnostic(_ opener: String) {
    let parsed = Parsed("record R {\n    a: " + String(repeating: opener, count: 100_000) + "\n}\n")
    #expect(parsed.diagnostics.count >= 1 && parsed.diagnostics.count <= 2, "\(parsed.shown.prefix(400))")
}

@Test func longChainsAreLimited() {
    #expect(Parsed("const a = 1" + String(repeating: " + 1", count: 100_000) + "\n").codes == ["WF1027"])
    #expect(Parsed("const a = b" + String(repeating: ".c", count: 100_000) + "\n").codes == ["WF1027"])
    #expect(
        Parsed("const a = 1" + String(repeating: " + 1", count: Limits.expressionChainMax) + "\n").codes == []
    )
    #expect(Parsed("const a: T" + String(repeating: "?", count: 100_000) + " = 1\n").diagnostics.count == 1)
}

@Test(arguments: ["action a\n", "func f\n", "exec undo\n", "let a\n", "if retry\n", "xor .a try // when\n"])
func mistakesOverAndOverTakeTheirTimeOnce(_ line: String) {
    let began = seconds()
    let parsed = Parsed("workflow main() {\n" + String(repeating: line, count: 50_000))
    #expect(seconds() - began < 25)
    #expect(!parsed.diagnostics.isEmpty)
    #expect(parsed.diagnostics.count <= Limits.syntaxDiagnosticsMax + 1)
}

@Test func manyStatementsInABlockAreFine() {
    var text = "workflow main() {\n"
    for index in 0..<100_000 { text += "    step s\(index) = nop()\n" }
    text += "}\n"
    let began = seconds()
    let parsed = Parsed(text)
    #expect(seconds() - began < 50)
    #expect(parsed.codes == [])
    #expect(Formatter.format(parsed.tree) == Array(text.utf8))
}

@Test func aLineOfTenMegabytesIsFine() {
    let words =
        [UInt8]("const a = [".utf8) + Array(repeating: Array("1234567, ".utf8), count: 1_200_000).joined()
        + Array("1]\n".utf8)
    #expect(words.count > 10_000_000)
    let began = seconds()
    #expect(Parsed(words).codes == [])
    #expect(seconds() - began < 100)
    let string = "const a = \"" + String(repeating: "x", count: 10_000_000) + "\"\n"
    #expect(Parsed(string).codes == ["WF1018"])
}

@Test func fileLimit() {
    let source = [UInt8](repeating: 0x20, count: Limits.fileBytesMax + 1)
    #expect(Parsed(source).codes == ["WF1004"])
}

@Test func randomBytesNeverCrash() {
    var random = Seeded(3)
    let alphabet =
        Array("{}()[]\"\\\n;,.=<>-+*/!?:|& \tabr#\u{0}1xs".utf8) + [0xC3, 0xA9, 0xFF, 0xE2, 0x80, 0x9C]
    let began = seconds()
    for round in 0..<4000 {
        let count = Int.random(in: 0..<400, using: &random)
        var bytes: [UInt8] = []
        for _ in 0..<count {
            bytes.append(
                round % 2 == 0
                    ? UInt8.random(in: 0...255, using: &random)
                    : alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
        }
        let parsed = Parsed(bytes)
        #expect(parsed.isLossless)
        if parsed.diagnostics.isEmpty, let broken = brokenPromise(parsed) {
            Issue.record("\(broken) from \(bytes)")
        }
        _ = TreeDump.text(parsed.tree)
    }
    #expect(seconds() - began < 300)
}

@Test func randomWordsNeverCrash() {
    var random = Seeded(9)
    let words = [
        "func", "workflow", "step", "a", "B", "(", ")", "{", "}", "[", "]", "=", "=>", "->", "\n", "\n", ",",
        ":", ".", "..",
        "..<", "if", "else", "match", "for", "in", "let", "\"x\"", "\"{", "}\"", "1", "2s", "5xx", "retry",
        "on", "timeout",
        "when", "flow", "choice", "race", "try", "catch", "loop", "next", "-", "!", "?", "??", "as", "with",
        "record",
        "enum", "action", "via", "test", "mock", "fails", "use", "extern", "once", "//c\n", "_", "null", ";",
    ]
    for _ in 0..<4000 {
        var text = ""
        for _ in 0..<Int.random(in: 1..<120, using: &random) {
            text += words[Int.random(in: 0..<words.count, using: &random)] + " "
        }
        let parsed = Parsed(text)
        #expect(parsed.isLossless)
        if parsed.diagnostics.isEmpty, let broken = brokenPromise(parsed) {
            Issue.record("\(broken) from\n\(text)")
        }
    }
}
