// Canonical text: what it looks like, that it stays as it is, and that no comment is lost.

import Testing
import WfDiagnostics
import WfFormatter
import WfSource
import WfSyntax

private func tree(_ text: String) -> (tree: SyntaxTree, isClean: Bool) {
    var sink = DiagnosticSink()
    let tree = Parser.parse(
        SourceFile(path: "test.wf", text: text), file: FileId(0), interner: Interner(), into: &sink)
    return (tree, sink.isEmpty)
}

private func formatted(_ text: String) -> String {
    String(decoding: Formatter.format(tree(text).tree), as: UTF8.self)
}

/// Formats, and checks that the result is clean, has the same tree, and formats to itself.
private func stable(_ text: String, _ location: SourceLocation = #_sourceLocation) -> String {
    let before = tree(text)
    #expect(before.isClean, sourceLocation: location)
    let once = formatted(text)
    let after = tree(once)
    #expect(after.isClean, "\(once)", sourceLocation: location)
    #expect(TreeDump.text(after.tree) == TreeDump.text(before.tree), sourceLocation: location)
    #expect(formatted(once) == once, sourceLocation: location)
    return once
}

@Test func spacing() {
    #expect(
        stable("func f( a:Int,b : [String:Int?] )->Int{a+b*-c}\n")
            == "func f(a: Int, b: [String: Int?]) -> Int { a + b * -c }\n")
    #expect(stable("const a=[ 1,2 , 3, ]") == "const a = [1, 2, 3]\n")
    #expect(stable("record R{a:Int,b:Int=2}") == "record R { a: Int, b: Int = 2 }\n")
}

@Test func blankLinesAreKeptButOne() {
    #expect(stable("const a = 1\n\n\n\nconst b = 2\n\n\n") == "const a = 1\n\nconst b = 2\n")
    #expect(stable("func f() {\n\n\n    a()\n\n\n    b()\n\n}\n") == "func f() {\n    a()\n\n    b()\n}\n")
}

@Test func clausesStandOnLinesOfTheirOwn() {
    #expect(
        stable("workflow w() {\nstep a = f() timeout 1s retry 3\nstep b = f()\n    timeout 1s\n}\n")
            == "workflow w() {\n    step a = f()\n        timeout 1s\n        retry 3\n    step b = f() timeout 1s\n}\n"
    )
}

@Test func longListsBreak() {
    let long = "const a = f(" + (0..<12).map { "argumentNumber\($0)" }.joined(separator: ", ") + ")\n"
    let text = stable(long)
    #expect(text.hasPrefix("const a = f(\n    argumentNumber0,\n"))
    #expect(text.hasSuffix("    argumentNumber11,\n)\n"))
}

@Test func recordsKeepTheirLines() {
    #expect(stable("const a = R {\n a: 1, b }\n") == "const a = R {\n    a: 1,\n    b,\n}\n")
    #expect(stable("const a = R { a: 1\n b }\n") == "const a = R { a: 1, b }\n")
}

@Test func commentsStay() {
    let text = """
        // first

        /// Documents.
        func f(a: Int, // the a
            b: Int) -> Int { // opens
            // inside
            let c = [ // list
                1, // one
                // before two
                2
                // last
            ] // closes

            c // value
            // end
        }
        record R { // r
            a: Int // a

            // b
            b: Int
        }
        workflow w() {
            step a = f() // first line
                // between
                timeout 1s // clause
            // after
        }
        func g() { /* */ }
        // last
        """.replacing("/* */", with: "// empty\n")
    let result = stable(text)
    for comment in text.split(separator: "\n").compactMap({ line in
        line.firstRange(of: "//").map { line[$0.lowerBound...] }
    }) {
        #expect(result.contains(comment), "\(comment) in\n\(result)")
    }
}

@Test func stringsAreUntouched() {
    let text = "const a = \"\"\"\n      one {b + 1}\n    two\n    \"\"\"\nconst c = r#\"x \"y\" {z}\"#\n"
    #expect(stable(text) == text)
}

@Test func textWithErrorsIsLeftAlone() {
    let text = "func f( {\n  a  b }\n"
    #expect(formatted(text) == text)
}

@Test func lineEndsAndByteOrderMark() {
    #expect(stable("\u{FEFF}const a = 1\r\n// c\r\nconst b = 2\r\n") == "const a = 1\n// c\nconst b = 2\n")
    #expect(stable("") == "")
    #expect(stable("// only\n\n\n") == "// only\n")
}
