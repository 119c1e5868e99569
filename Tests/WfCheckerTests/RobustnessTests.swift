// No text crashes the checker: each program with each of its tokens left out, doubled, or replaced by another.
import Testing
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax

@Suite struct RobustnessTests {
    private static let programs = [
        """
        use "lib.wf" as lib
        const A = 10
        enum Color { red, green(Int), named(text: String) }
        record Item { id: Int, name: String = "x", tags: [String] = [], note: String? }
        func describe(self: Color, other: Int? = null) -> String {
            var n = 0
            for (i, x) in [1, 2].enumerated() { n += x * i }
            while n > 0 && other != null { n -= other }
            match self {
                .red => "red {n}"
                .green(1...3) | .green(7) => "few"
                .green(k) if k > 10 => "{k}"
                .named(text) => text
                else => fail "no"
            }
        }
        func items(xs: [Int]) -> [Item] {
            let (low, _) = xs.partition(where: x => x < A)
            let made = low.map(x => Item { id: x, tags: ["a"] })
            made.map(i => i with { name: "{i.id}", note: i.note?.upper() ?? "" })
        }
        """,
        """
        record Page { items: [Int], cursor: String? }
        action fetch(cursor: String?, n: Int = 3) -> Page
            via exec("fetch", cursor ?? "", n, env: { A: "b" })
            timeout 30s
            retry 3 on timeout, exit(75) backoff 1s..1m factor 2 jitter
        workflow main(xs: [Int], name: String?) -> [Int] {
            step crawl = loop (cursor: String? = "", items: [Int] = []) while cursor != null && items.count < 10 {
                step page = fetch(cursor)
                next (page.cursor, items + page.items)
            }
            step all = for (i, x) in xs.enumerated() limit 3 { step p = fetch("{i}", n: x) else fetch(null); p.items.count }
            let (a, b) = (crawl.items, all)
            emit("x", { a, b, c: [1, { d: null }] }) after crawl
            step m = match name { null => 0, text => { step s = fetch(text) when text.count > 1; s?.items.count ?? 0 } }
            step o = if m > 1 { sleep(3s) ; 1 } else if m == 0 { fail "none" } else { 2 }
            sequence { nop() ; nop() }
            a + b + [m, o]
        }
        """,
    ]

    @Test(arguments: programs) func anyTokenMayBeMissing(program: String) {
        #expect(check(program, files: [("lib.wf", "")]).diagnostics.isEmpty)
        let bytes = Array(program.utf8)
        let interner = Interner()
        var sink = DiagnosticSink()
        let source = SourceFile(path: "main.wf", bytes: bytes)
        let reader = Parser.parse(source, file: FileId(0), interner: interner, into: &sink)
        let count = reader.reader.tokenCount - 1
        for token in 0..<count {
            let span = reader.reader.span(TokenId(UInt32(token)))
            let other = reader.reader.span(TokenId(UInt32((token * 7 + 3) % count)))
            let before = bytes[..<Int(span.start)]
            let after = bytes[Int(span.end)...]
            let itself = bytes[Int(span.start)..<Int(span.end)]
            let replaced = bytes[Int(other.start)..<Int(other.end)]
            for middle in [[], Array(itself) + [0x20] + Array(itself), Array(replaced)] {
                _ = check(Array(before) + middle + Array(after), retain: token % 2 == 0)
            }
        }
    }

    /// What looks at its operands once more, for a hint, a fix or a lint.
    private static let wrappers = [
        "missing(~)", "missing(1, ~)", "shell(\"a {~}\")", "if b { [] } else { ~ }", "if b { ~ } else { [] }",
        "match b { true => [], false => ~ }", "x.missing(~)", "[1].map(a => ~)", "[1].fold([], (a, c) => ~)",
        "\"{~}\"", "for a in [1] { ~ }", "for a in ~ { 1 }", "exec(\"sh\", \"-c\", \"{~}\")", "[~]",
        "(~, 1)",
    ]

    /// Twenty deep, each form within each other: a look at each level that looks twice would take days.
    @Test(arguments: wrappers) func mistakesInEachOtherAreLookedAtOnce(outer: String) {
        for inner in Self.wrappers {
            var text = "x"
            for depth in 0..<40 {
                text = (depth % 2 == 0 ? inner : outer).replacing("~", with: text)
            }
            for head in ["func f(x: Int, b: Bool) -> Int {", "workflow f(x: Int, b: Bool) { step s ="] {
                _ = check("\(head)\n    \(text)\n}")
            }
        }
    }
}
