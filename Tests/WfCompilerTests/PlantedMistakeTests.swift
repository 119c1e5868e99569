// Several mistakes at once: programs of the language suite that run, with 2 to 10 mistakes of different kinds planted as
// statements of their own, in one declaration or in several. As many messages, each at its line.
import Testing
import WfCompiler
import WfDiagnostics
import WfSource
import WfTestSupport

/// Wrong statements; `§` becomes a name that nothing else has.
private let wrong: [(kind: String, statements: [String])] = [
    (
        "syntax",
        [
            "let § = (1 + 2", "let § = 3 * )", "let § 3", "let § = [1, 2", "lett § = 4",
            "let § = \"a {1 + }\"",
            "let = 4", "let § = 1 1", "let § = 2.max(1 2)", "let §: = 3", "let § = if true 1 else 2",
        ]
    ),
    (
        "name",
        [
            "let § = §_missing", "let § = \"x\".unheardOf", "let §: Missing§ = 3", "let § = missing§(1)",
            "let § = \"{missing§}\"", "let § = [1].unheardOf()",
        ]
    ),
    (
        "type",
        [
            "let §: Int = \"text\"", "let § = 1 + \"a\"", "let §: [Int] = [\"a\"]",
            "let § = if 3 { 1 } else { 2 }",
            "let § = true && 1", "let §: String = 4", "let § = \"abc\".contains(3)",
        ]
    ),
    (
        "clause",
        [
            "step § = uuid() timout 3s", "step § = uuid() timeout \"soon\"", "step § = uuid() after missing§",
            "step § = uuid() retry \"x\"", "step § = uuid() when 3", "step § = uuid() timeout",
            "step § = uuid()\n        deadlin 3s",
        ]
    ),
]

/// Numbers that look random and are the same every time.
private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(sides))
    }
}

/// A program without mistakes, and the lines of it that begin a statement of a declaration.
private struct Field {
    let path: String
    let lines: [Substring]
    private(set) var spots: [(line: Int, isWorkflow: Bool, declaration: Int)] = []

    init?(_ path: String, _ text: String) {
        let special = ["bytes:", "line-ends", "//@ start", "markers:", "\"\"\"", " error WF", " warning WF"]
        guard text.contains("//@ kind: run"), !special.contains(where: { text.contains($0) }) else {
            return nil
        }
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("//") }
        var declaration: (line: Int, isWorkflow: Bool)?
        for (number, line) in lines.enumerated() {
            if line.first != " ", !line.isEmpty {
                let isWorkflow = line.hasPrefix("workflow ")
                declaration =
                    (isWorkflow || line.hasPrefix("func ")) && line.hasSuffix("{")
                    ? (number, isWorkflow) : nil
            } else if let declaration, beginsStatement(number) {
                spots.append((number, declaration.isWorkflow, declaration.line))
            }
        }
        if spots.isEmpty { return nil }
    }

    /// A line one level deep that continues none and is continued into by none.
    private func beginsStatement(_ number: Int) -> Bool {
        let line = lines[number]
        guard line.hasPrefix("    "), let first = line.dropFirst(4).first, first.isLetter else {
            return false
        }
        let word = line.dropFirst(4).prefix { $0.isLetter }
        let clauses = [
            "else", "catch", "timeout", "retry", "after", "when", "deadline", "undo", "cache", "once", "pool",
            "rate", "breaker", "priority", "no",
        ]
        if clauses.contains(String(word)) { return false }
        return ![",", "(", "[", "=", ">", "&", "|", "+"].contains { lines[number - 1].hasSuffix($0) }
    }

    /// The text with mistakes, and the line and statement of each.
    func planted(_ count: Int, inOne: Bool, _ dice: inout Dice) -> (text: String, mistakes: [(Int, String)]) {
        var open = spots
        if inOne {
            let chosen = spots[dice.roll(spots.count)].declaration
            open = spots.filter { $0.declaration == chosen }
        }
        let chosen = (0..<count).map { _ in open[dice.roll(open.count)] }
        var text: [Substring] = []
        var mistakes: [(Int, String)] = []
        for (number, line) in lines.enumerated() {
            for spot in chosen where spot.line == number {
                let kinds = spot.isWorkflow ? 4 : 3
                let statements = wrong[dice.roll(kinds)].statements
                let pattern = statements[dice.roll(statements.count)]
                let statement = pattern.replacing("§", with: "planted\(mistakes.count)")
                text += ("    " + statement).split(separator: "\n")
                mistakes.append((text.count, pattern))
            }
            text.append(line)
        }
        return (text.joined(separator: "\n") + "\n", mistakes)
    }
}

private func errorLines(_ text: String) -> [Int] {
    let source = SourceFile(path: "case.wf", text: text)
    let result = Compiler.check(["case.wf"], provider: OverlaySourceProvider([source], over: NoSources()))
    let bytes = Array(text.utf8)
    return result.diagnostics.filter { $0.severity == .error }.map { found in
        1 + bytes[..<Int(found.span.start)].count { $0 == 0x0A }
    }.sorted()
}

struct PlantedMistakeTests {
    @Test func asManyMessagesAsMistakes() throws {
        let fields = try filesBelow("Tests/Language", suffix: ".wf").compactMap { path in
            Field(path, String(decoding: try readFile(path), as: UTF8.self))
        }.filter { errorLines($0.lines.joined(separator: "\n")).isEmpty }
        var dice = Dice(state: 20)
        var exact = 0
        var planted = 0
        var silent: [String: Int] = [:]
        var doubled = 0
        let trials = 1200
        for trial in 0..<trials {
            let field = fields[dice.roll(fields.count)]
            let (text, mistakes) = field.planted(2 + dice.roll(9), inOne: trial % 2 == 0, &dice)
            var found = errorLines(text)
            var isExact = true
            for (line, pattern) in mistakes {
                planted += 1
                if let place = found.firstIndex(of: line) {
                    found.remove(at: place)
                } else {
                    silent[pattern, default: 0] += 1
                    isExact = false
                }
            }
            doubled += found.count
            if isExact && found.isEmpty { exact += 1 }
        }
        let missed = silent.values.reduce(0, +)
        print(
            "planted: \(planted) mistakes in \(trials) programs; \(exact) programs exact, "
                + "\(missed) mistakes without a message, \(doubled) messages too many")
        #expect(fields.count > 300)
        #expect(exact * 100 >= trials * 98)
        #expect(missed * 1000 <= planted * 2, "\(silent)")
        #expect(doubled * 1000 <= planted * 5)
    }
}
