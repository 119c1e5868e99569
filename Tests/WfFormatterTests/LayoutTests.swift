// Programs of this repository, laid out anew at random: comments and blank lines where lines begin, comments behind lines,
// blanks between tokens, names so long that lines have to break. However a program is laid out, formatting keeps its tree
// and its comments, a second time changes nothing, and with names as people choose them no line is too wide but for a
// string or a comment, which stay as they are.

import Testing
import WfDiagnostics
import WfFormatter
import WfSource
import WfSyntax
import WfTestSupport

/// Lays a program out anew.
private struct Layout {
    private var state: UInt64
    /// Whether names become longer.
    private let lengthens: Bool

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        lengthens = seed % 2 == 0
    }

    private mutating func below(_ limit: UInt64) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33 % limit)
    }

    mutating func text(of tree: SyntaxTree) -> String {
        let reader = tree.reader
        var text = ""
        for index in 0..<reader.tokenCount {
            let token = TokenId(UInt32(index))
            let span = reader.triviaSpan(before: token)
            text += trivia(String(decoding: reader.bytes(from: span.start, to: span.end), as: UTF8.self))
            text += reader.text(token)
            let isName = reader.token(token).kind == .identifier && !Layout.isWord(reader.text(token))
            if lengthens && isName && reader.text(token) != "_" { text += "WithAMuchLongerName" }
        }
        return text
    }

    /// What stands between two tokens, with more of it.
    private mutating func trivia(_ old: String) -> String {
        guard let end = old.firstIndex(where: { $0.isNewline }) else {
            return old.allSatisfy { $0 == " " } && !old.isEmpty && below(6) == 0 ? old + "  " : old
        }
        // `///` above and behind would be taken for documentation of something else.
        var text = String(old[..<end])
        if text.allSatisfy({ $0 == " " }) && below(5) == 0 { text += "// behind the line" }
        text += "\n"
        for _ in 0..<below(3) { text += "\n" }
        if below(5) == 0 { text += String(repeating: " ", count: below(9)) + "// before the line\n" }
        return text + old[old.index(after: end)...]
    }

    /// Words that mean something where they stand must stay as they are.
    static func isWord(_ text: String) -> Bool { words.contains(text) }
    private static let words: Set<String> = {
        var words: Set<String> = []
        let bytes = repositoryText("grammar/wf.ebnf")
        for part in bytes.split(separator: "\"") { words.insert(String(part)) }
        return words
    }()

    private static func repositoryText(_ path: String) -> String {
        (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

@Suite struct LayoutTests {
    /// Each seed takes its part of the programs; even ones lengthen the names.
    @Test(arguments: 1...4) func programsLaidOutAnewKeepTreeAndComments(seed: Int) throws {
        let paths = ["Tests/Language", "examples", "stdlib"].flatMap { filesBelow($0, suffix: ".wf") }
        var count = 0
        for path in paths {
            // A program has the same layouts whichever others there are.
            let number = path.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
            if number % 4 != seed - 1 { continue }
            for program in try programs(path) where parsed(program).isClean {
                var layout = Layout(seed: UInt64(number * 4 + seed))
                let text = layout.text(of: parsed(program).tree)
                let before = parsed(text)
                guard before.isClean else { continue }
                count += 1
                let once = String(decoding: Formatter.format(before.tree), as: UTF8.self)
                let after = parsed(once)
                let holds =
                    after.isClean && TreeDump.text(after.tree) == TreeDump.text(before.tree)
                    && comments(after.tree) == comments(before.tree)
                    && Formatter.format(after.tree) == Array(once.utf8)
                #expect(holds, "\(path), seed \(seed):\n\(text)\n---\n\(once)")
                // What is too deep to fit stays on one line.
                let isBound = seed % 2 == 1 && !path.contains("/limit/")
                let lines = !isBound ? [] : once.split(separator: "\n")
                for line in lines where line.unicodeScalars.count > Formatter.lineWidth {
                    #expect(line.contains("\"") || line.contains("//"), "\(path): \(line)")
                }
            }
        }
        #expect(count > 200, "too few programs: \(count)")
    }
}
