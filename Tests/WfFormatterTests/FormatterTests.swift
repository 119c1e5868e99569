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
            == "workflow w() {\n    step a = f()\n        timeout 1s\n        retry 3\n    step b = f()\n        timeout 1s\n}\n"
    )
}

@Test func aClauseStaysWhereTheAuthorPutIt() {
    let text = """
        workflow w() {
            step a = f() timeout 1s
            step b = f()
                timeout 1s
            step c = for i in xs {
                f(i)
            } after b
        }

        """
    #expect(stable(text) == text)
    let long = "workflow w() {\n    step a = f(\"\(String(repeating: "x", count: 75))\") timeout 10s\n}\n"
    #expect(stable(long) == long.replacing(" timeout", with: "\n        timeout"))
    #expect(stable("action f() -> Int via nop()\n") == "action f() -> Int\n    via nop()\n")
}

@Test func longListsBreak() {
    let call = (0..<4).map { "aRatherLongArgumentNumber\($0)" }
    let text = stable("const a = f(\(call.joined(separator: ", ")))\n")
    #expect(text == "const a = f(\n" + call.map { "    \($0),\n" }.joined() + ")\n")
}

@Test func longListsOfWordsAreFilled() {
    let words = (10..<30).map { "\"word\($0)\"" }
    #expect(
        stable("const a = f(\(words.joined(separator: ", ")), label: 1)\n") == """
            const a = f(
                "word10", "word11", "word12", "word13", "word14", "word15", "word16", "word17", "word18",
                "word19", "word20", "word21", "word22", "word23", "word24", "word25", "word26", "word27",
                "word28", "word29",
                label: 1,
            )

            """)
    // Where the author has begun a line, one begins.
    let grouped = """
        const flags = [
            "--first", "1",
            "--second", "a text that is so long that the list does not fit on one line",
            "--third", "3",
        ]

        """
    #expect(stable(grouped) == grouped)
}

@Test func longHeadsHaveALineForEachPart() {
    #expect(
        stable(
            "workflow main(first: [String: Int] = [:], second: String = \"\", third: Int, fourth: Int) -> [String: [Int]] {\n    1\n}\n"
        ) == """
            workflow main(
                first: [String: Int] = [:],
                second: String = "",
                third: Int,
                fourth: Int,
            ) -> [String: [Int]] {
                1
            }

            """)
    #expect(
        stable(
            """
            workflow w() {
                step all = loop (status: Status = .pending, pause: Duration = 10ms, asked: Int = 0)
                    while isPending(status) && asked < 20 {
                    next (status, pause, asked)
                }
                if condition(first) && condition(second) && condition(third) || condition(fourth) && last == 0_000 {
                    f()
                }
            }

            """) == """
                workflow w() {
                    step all = loop (
                        status: Status = .pending,
                        pause: Duration = 10ms,
                        asked: Int = 0,
                    ) while isPending(status) && asked < 20 {
                        next (status, pause, asked)
                    }
                    if condition(first) && condition(second) && condition(third) ||
                            condition(fourth) && last == 0_000 {
                        f()
                    }
                }

                """)
}

@Test func longChainsAndOperatorsBreak() {
    #expect(
        stable(
            """
            func f() {
                let a = orders.filter(order => order.total > 100).map(order => order.customer.name).takeAtMost(1_000)
                let b = firstAmount * firstRate + secondAmount * secondRate + thirdAmount * thirdRate + fourthAmount
            }

            """) == """
                func f() {
                    let a = orders.filter(order => order.total > 100)
                        .map(order => order.customer.name)
                        .takeAtMost(1_000)
                    let b = firstAmount * firstRate +
                        secondAmount * secondRate +
                        thirdAmount * thirdRate +
                        fourthAmount
                }

                """)
    let command = "func f() {\n    shell(\"\(String(repeating: "word ", count: 20)){name}\")\n}\n"
    #expect(stable(command) == command)
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

@Test func aBlankLineBelowACommentStays() {
    let text = """
        // top

        // second

        func f() {
            // first

            a()
            // one

            // two
        }

        """
    #expect(stable(text) == text)
    #expect(
        stable("func f() {\n\n    // c\n\n    a() // d\n\n}\n")
            == "func f() {\n    // c\n\n    a()  // d\n}\n")
    #expect(
        stable("record R {\n\n    a: Int\n\n\n    b: Int\n\n}\n")
            == "record R {\n    a: Int\n\n    b: Int\n}\n")
    #expect(stable("const a = [ // c\n\n    1,\n\n]\n") == "const a = [  // c\n    1,\n]\n")
}

@Test func sleepUntilIsPrintedAsWritten() {
    #expect(
        stable("workflow w(t: Time) {\nstep a = sleep  until t\n    .next(1)\n}\n")
            == "workflow w(t: Time) {\n    step a = sleep until t\n        .next(1)\n}\n")
}

@Test func continuedChainsStandDeeperThanTheirStatement() {
    #expect(
        stable("func f() {\nlet a = xs.map(x => x)\n  .filter(y)\n          .count\n}\n")
            == "func f() {\n    let a = xs.map(x => x)\n        .filter(y)\n        .count\n}\n")
}

/// Chains of calls in every place that may hold one, their lines broken before some of the links.
private struct ChainWriter {
    private var state: UInt64
    /// Blanks before the deepest line of the statement so far; what begins on that line is continued deeper still.
    private var deepest = 0

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    private mutating func below(_ limit: UInt64) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33 % limit)
    }

    private mutating func pick(_ choices: String...) -> String { choices[below(UInt64(choices.count))] }

    /// - Parameter indent: blanks that the line of the statement begins with.
    mutating func chain(_ indent: Int, _ depth: Int = 0) -> String {
        deepest = max(deepest, indent) + 1 + below(4)
        let deeper = String(repeating: " ", count: deepest)
        var text = pick(
            "items", "call()", "[1, 2]", "(a + b)", "Name", "match a { .b => c, else => d }", "\"text\"")
        for _ in 0...below(depth == 0 ? 5 : 2) {
            if below(2) == 0 { text += pick("\n", " // why\n", "\n\n", "\n\(deeper)// because\n") + deeper }
            text += ".\(pick("name", "aRatherLongNameOfAFunction", "x"))"
            if below(3) > 0, depth < 2 {
                let inner = chain(indent, depth + 1)
                text += pick(
                    "()", "(\(inner))", "(x => \(inner))", "(a, label: \(inner))", "({ a: \(inner) })",
                    "[\(inner)]")
            }
        }
        return text
    }

    mutating func program() -> String {
        var lines = ["workflow w() {"]
        for number in 0...below(5) {
            let indent = 4 * (1 + below(3))
            let margin = String(repeating: " ", count: indent)
            deepest = 0
            let first = chain(indent)
            let second = chain(indent)
            lines.append(
                margin
                    + pick(
                        "step s\(number) = \(first)", "let v = \(first)", first, "return \(first)",
                        "let v = \(first) + \(second)", "step s\(number) = call(\(first)) timeout \(second)",
                        "if \(first) { \(second) }", "let v = R { a: \(first), b: \(second) }",
                        "let v = if \(first) {\n\(margin)    \(chain(indent + 4))\n\(margin)} else { b }",
                        "let v = match \(first) {\n\(margin)    .a => \(chain(indent + 4))\n\(margin)    else => b\n\(margin)}",
                        "let v = -\(first) as Int", "step s\(number) = sleep until \(first)"))
            lines.append(margin + ".end")
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }
}

@Test func chainsKeepTheirTree() {
    for seed in 1...2000 {
        var writer = ChainWriter(seed: UInt64(seed))
        let text = writer.program()
        let before = tree(text)
        #expect(before.isClean, "seed \(seed):\n\(text)")
        let once = formatted(text)
        let after = tree(once)
        let holds =
            after.isClean && TreeDump.text(after.tree) == TreeDump.text(before.tree)
            && formatted(once) == once
        #expect(holds, "seed \(seed):\n\(text)\n---\n\(once)")
        if !holds || !before.isClean { return }
    }
}
