// One mistake, one message, at the right place; and what stands around it is still read.

import Testing
import WfSyntax

struct Mistake: CustomStringConvertible, Sendable {
    let text: String
    let code: String
    init(_ text: String, _ code: String) {
        self.text = text
        self.code = code
    }
    var description: String { "\(code): \(text)" }
}

private let mistakes: [Mistake] = [
    Mistake("let a = )", "WF1020"), Mistake("let a = (1 + 2", "WF1022"), Mistake("let a = f(1, 2", "WF1022"),
    Mistake("let a = [1, 2", "WF1022"), Mistake("let = 3", "WF1020"), Mistake("let a 3", "WF1020"),
    Mistake("let if = 3", "WF1025"), Mistake("a b", "WF1024"), Mistake("let a = 1 let b = 2", "WF1024"),
    Mistake("let a = 1 +", "WF1020"), Mistake("let a = b.", "WF1020"), Mistake("let a = x < y < z", "WF1028"),
    Mistake("let a = \"abc", "WF1008"), Mistake("let a = \"a{b\"", "WF1009"),
    Mistake("let a = \"{}\"", "WF1010"),
    Mistake("let a = \"\\q\"", "WF1011"), Mistake("let a = \"\\u{D800}\"", "WF1012"),
    Mistake("let a = 12abc", "WF1013"),
    Mistake("let a = .5", "WF1014"), Mistake("let a = 1 /* one */", "WF1015"),
    Mistake("let größe = 1", "WF1016"),
    Mistake("let a = 'b'", "WF1017"), Mistake("let a = “b”", "WF1006"), Mistake("let a = 1 − 2", "WF1006"),
    Mistake("let\u{A0}a = 1", "WF1007"), Mistake("let a = 1 @ 2", "WF1005"),
    Mistake("let a = 1 & 2", "WF1006"),
    Mistake("func g() { 1 }", "WF1030"), Mistake("if a == R { b: 1 } { 2 }", "WF1029"),
    Mistake("for i in 0..3 { i }", "WF1033"),
    Mistake("let a = b === c", "WF1034"), Mistake("elif a { b }", "WF1035"),
    Mistake("if a { 1 } else { 2 } else { 3 }", "WF1032"),
    Mistake("match a { .b 1, .c => 2 }", "WF1020"), Mistake("let a = f(b c, d)", "WF1020"),
    Mistake("f(1))", "WF1024"),
    Mistake("let a: = 1", "WF1020"), Mistake("let a: [Int = [1]", "WF1022"),
    Mistake("let a = { b 1 }", "WF1020"),
    Mistake("while { a }", "WF1020"), Mistake("for x xs { a }", "WF1020"),
    Mistake("let a = x ? 1 : 2", "WF1034"),
    Mistake("return return", "WF1020"), Mistake("let a = \u{1}", "WF1005"),
    Mistake("let a = b timeout 3s", "WF1037"),
]

@Test(arguments: mistakes)
func oneMistakeOneMessage(_ mistake: Mistake) {
    let before = "func before() {\n    let x = 1\n"
    let parsed = Parsed(
        before + "    \(mistake.text)\n    let y = 2\n}\n\nfunc after() {\n    let z = 3\n}\n")
    let code = mistake.code == "WF1024" && mistake.text == "f(1))" ? "WF1023" : mistake.code
    #expect(parsed.codes == [code], "\(parsed.shown)")
    if let start = parsed.diagnostics.first?.span.start {
        #expect(
            start >= UInt32(before.utf8.count)
                && start < UInt32(before.utf8.count + 8 + mistake.text.utf8.count))
    }
    let items = parsed.tree.rootView.items
    #expect(items.count == 2)
    let reader = parsed.tree.reader
    #expect(items.last.map { reader.kind($0) } == .funcDecl)
}

@Test func aMissingBraceIsFoundByTheMargin() {
    let parsed = Parsed("func a() {\n    if b {\n        c()\n    let d = 1\n}\nfunc e() {\n    f()\n}\n")
    #expect(parsed.codes == ["WF1022"], "\(parsed.shown)")
    #expect(parsed.diagnostics.first?.labels.first?.text.contains("probably missing") == true)
    #expect(parsed.tree.rootView.items.count == 2)
}

@Test func anExtraBraceIsOneMessage() {
    let parsed = Parsed("func a() {\n    if b { c() } }\n    let d = 1\n    d\n}\nfunc e() { f() }\n")
    #expect(
        parsed.codes == ["WF1021"] || parsed.codes == ["WF1023"] || parsed.codes.count == 1, "\(parsed.shown)"
    )
}

@Test func tenMistakesTenMessages() {
    var text = ""
    for index in 0..<10 { text += "func f\(index)() {\n    let a = 1 +\n    let b = 2\n}\n" }
    #expect(Parsed(text).diagnostics.count == 10)
}

@Test func encodingsAreNamed() {
    #expect(Parsed([0xEF, 0xBB, 0xBF] + Array("const a = 1\r\nconst b = 2\r\n".utf8)).codes == [])
    #expect(Parsed(Array("const a = \"".utf8) + [0xFF] + Array("\"\n".utf8)).codes == ["WF1001"])
    #expect(Parsed("const a = 1\rconst b = 2\rconst c = 3\r").codes == ["WF1003"])
    #expect(Parsed("const a = \u{0}1\n").codes == ["WF1002"])
    #expect(Parsed("").codes == [])
    #expect(Parsed("// only a comment").codes == [])
}

@Test func unterminatedThingsAtTheEnd() {
    #expect(Parsed("func f() {\n    \"\"\"\n    text\n").codes == ["WF1008"])
    #expect(Parsed("func f() {\n    r#\"\"\"\n    text\n").codes == ["WF1008"])
    #expect(Parsed("func f() {\n    \"\"\" a { b\n").codes == ["WF1009"])
    #expect(Parsed("/* comment").codes == ["WF1015"])
    #expect(Parsed("func f() {").codes == ["WF1022"])
    #expect(Parsed("func").codes == ["WF1020"])
}
