// Everything written in wf in this repository is formatted: the tree stays, a second time changes nothing, no comment is
// lost. And lines: what a difference says is what happened.

import Testing
import WfDiagnostics
import WfFormatter
import WfSource
import WfSyntax
import WfTestSupport

func parsed(_ text: String) -> (tree: SyntaxTree, isClean: Bool) {
    var sink = DiagnosticSink()
    let source = SourceFile(path: "test.wf", text: text)
    let tree = Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink)
    return (tree, !sink.hasErrors)
}

/// All comments of a text, in order, without the blanks at their ends.
func comments(_ tree: SyntaxTree) -> [String] {
    let reader = tree.reader
    var found: [String] = []
    for index in 0..<reader.tokenCount {
        let span = reader.triviaSpan(before: TokenId(UInt32(index)))
        let trivia = String(decoding: reader.bytes(from: span.start, to: span.end), as: UTF8.self)
        for line in trivia.split(whereSeparator: \.isNewline) {
            guard let start = line.firstRange(of: "//") else { continue }
            var comment = line[start.lowerBound...]
            while comment.last?.isWhitespace == true { comment.removeLast() }
            found.append(String(comment))
        }
    }
    return found
}

/// The programs of a file: itself, or the fences of a page.
func programs(_ path: String) throws -> [String] {
    let text = String(decoding: try readFile(path), as: UTF8.self)
    if path.hasSuffix(".wf") { return [text] }
    var found: [String] = []
    for (index, part) in text.split(separator: "```", omittingEmptySubsequences: false).enumerated()
    where index % 2 == 1 && part.hasPrefix("wf") {
        found.append(String(part.drop { $0 != "\n" }.dropFirst()))
    }
    return found
}

@Suite struct RepositoryTests {
    @Test func everyProgramKeepsItsTreeAndItsComments() throws {
        let paths =
            ["Tests/Language", "examples", "stdlib"].flatMap { filesBelow($0, suffix: ".wf") }
            + filesBelow("docs", suffix: ".md") + ["README.md"]
        var count = 0
        for path in paths {
            for program in try programs(path) {
                let before = parsed(program)
                let once = String(decoding: Formatter.format(before.tree), as: UTF8.self)
                guard before.isClean else {
                    #expect(once == program, "\(path): text with errors stays")
                    continue
                }
                count += 1
                let after = parsed(once)
                #expect(after.isClean, "\(path):\n\(once)")
                #expect(TreeDump.text(after.tree) == TreeDump.text(before.tree), "\(path)")
                #expect(Formatter.format(after.tree) == Array(once.utf8), "\(path): a second time")
                #expect(comments(after.tree) == comments(before.tree), "\(path)")
                for line in once.split(separator: "\n") { #expect(line.last != " ", "\(path): \(line)") }
            }
        }
        #expect(count > 500)
    }

    @Test func examplesAndStandardLibraryAreFormatted() throws {
        for path in ["examples", "stdlib"].flatMap({ filesBelow($0, suffix: ".wf") }) {
            let text = String(decoding: try readFile(path), as: UTF8.self)
            #expect(String(decoding: Formatter.format(parsed(text).tree), as: UTF8.self) == text, "\(path)")
        }
    }
}

@Suite struct LineDiffTests {
    private func bytes(_ lines: [Int]) -> [UInt8] { lines.flatMap { Array("\($0)\n".utf8) } }

    @Test func unifiedIsWhatDiffPrints() throws {
        let old = Array("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n".utf8)
        let new = Array("a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nK\nl".utf8)
        #expect(
            LineDiff(old, new).unified(oldName: "x", newName: "y") == """
                --- x
                +++ y
                @@ -1,5 +1,5 @@
                 a
                -b
                +B
                 c
                 d
                 e
                @@ -8,4 +8,5 @@
                 h
                 i
                 j
                -k
                +K
                +l
                \\ No newline at end of file

                """)
        #expect(LineDiff(old, old).unified(oldName: "x", newName: "y") == "")
        #expect(
            LineDiff([], Array("a\n".utf8)).unified(oldName: "x", newName: "y").contains(
                "@@ -0,0 +1 @@\n+a\n"))
    }

    @Test func changesLeadFromOneTextToTheOther() {
        var state: UInt64 = 7
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<400 {
            let old = (0..<random(30)).map { _ in random(6) }
            var new = old
            for _ in 0..<random(8) {
                if new.isEmpty || random(2) == 0 {
                    new.insert(random(6), at: random(new.count + 1))
                } else {
                    new.remove(at: random(new.count))
                }
            }
            let diff = LineDiff(bytes(old), bytes(new))
            #expect(diff.applied(to: 0...1_000, byLine: false) == bytes(new))
            #expect(diff.applied(to: 2_000...3_000, byLine: false) == bytes(old))
            let removed = diff.changes.reduce(0) { $0 + $1.old.count }
            let added = diff.changes.reduce(0) { $0 + $1.new.count }
            #expect(removed + added <= 8 + abs(old.count - new.count), "as few lines as possible")
            #expect(old.count - removed == new.count - added)
        }
    }

    @Test func onlyTheLinesAskedForChange() {
        let text = "func f( )  { 1 }\n\nfunc g( )  { 2 }\n\nfunc h( )  { 3 }\n"
        let tree = parsed(text).tree
        #expect(
            String(decoding: Formatter.format(tree, lines: 3...3), as: UTF8.self)
                == "func f( )  { 1 }\n\nfunc g() { 2 }\n\nfunc h( )  { 3 }\n")
        #expect(Formatter.format(tree, lines: 2...2) == Array(text.utf8))
        #expect(Formatter.format(tree, lines: 1...9) == Formatter.format(tree))
    }
}
