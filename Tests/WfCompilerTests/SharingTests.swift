// Values are values: whatever two names a value has, a write through one is not seen through the other.
import Testing

struct SharingTests {
    @Test(
        arguments: [
            ("second variable", "var a = [1]; var b = a; b[0] = 2; (a[0], b[0])", "[1,2]"),
            ("first variable after the second", "var a = [1]; var b = a; a[0] = 2; (a[0], b[0])", "[2,1]"),
            ("let of a variable", "var a = [1]; let b = a; a[0] = 2; (a[0], b[0])", "[2,1]"),
            ("stored in a tuple", "var a = [1]; let p = (a, 0); a[0] = 2; (a[0], p.0[0])", "[2,1]"),
            ("stored in a list", "var a = [1]; let p = [a]; a[0] = 2; (a[0], p[0][0])", "[2,1]"),
            (
                "pushed to a list",
                "var a = [1]; var p: [[Int]] = []; p = p + [a]; a[0] = 2; (a[0], p[0][0])", "[2,1]"
            ),
            ("read from a list", "let p = [[1]]; var a = p[0]; a[0] = 2; (a[0], p[0][0])", "[2,1]"),
            ("read from a tuple", "let p = ([1], 0); var a = p.0; a[0] = 2; (a[0], p.0[0])", "[2,1]"),
            ("an optional", "var a = [1]; let o: [Int]? = a; a[0] = 2; (a[0], (o ?? [])[0])", "[2,1]"),
            (
                "from an optional", "let o: [Int]? = [1]; var a = o ?? []; a[0] = 2; (a[0], (o ?? [])[0])",
                "[2,1]"
            ),
            (
                "a map's value",
                "let m = [\"k\": [1]]; var a = m[\"k\"] ?? []; a[0] = 2; (a[0], (m[\"k\"] ?? [])[0])", "[2,1]"
            ),
            ("append", "var a = [1]; let b = a; a = a + [2]; (a.count, b.count)", "[2,1]"),
            ("append to itself", "var a = [1, 2]; a = a + a; (a.count, a[3])", "[4,2]"),
            ("text", "var a = \"x\"; let b = a; a = a + \"y\"; (a.byteCount, b.byteCount)", "[2,1]"),
            ("text with itself", "var a = \"xy\"; a = a + a; a = \"{a}{a}\"; (a.byteCount, 0)", "[8,0]"),
            (
                "a constant text in a loop",
                "var n = 0; for i in 0..<3 { var a = \"x\"; a = a + \"y\"; n = n + a.byteCount }; (n, 0)",
                "[6,0]"
            ),
            ("a map", "var m = [\"a\": 1]; let n = m; m[\"b\"] = 2; (m.count, n.count)", "[2,1]"),
            ("passed to a function", "var a = [1]; let b = same(a); a[0] = 2; (a[0], b[0])", "[2,1]"),
            ("kept by a function", "var a = [1]; let b = kept(a); a[0] = 2; (a[0], b.0[0])", "[2,1]"),
            ("written by a function", "let a = [1]; let b = written(a); (a[0], b[0])", "[1,9]"),
            ("captured", "var a = [1]; let g = capture(a); a[0] = 2; (a[0], g(0))", "[2,1]"),
            (
                "an element assigned", "var g = [[1], [2]]; let h = g; g[0][0] = 5; (g[0][0], h[0][0])",
                "[5,1]"
            ),
            ("an old row", "var g = [[1], [2]]; let r = g[0]; g[0][0] = 5; (g[0][0], r[0])", "[5,1]"),
            (
                "the list that is walked",
                "var a = [1, 2]; var n = 0; for x in a { a = a + [x]; n = n + 1 }; (a.count, n)", "[4,2]"
            ),
            ("swapped", "var a = [1]; var b = [2]; let t = a; a = b; b = t; a[0] = 7; (a[0], b[0])", "[7,1]"),
            (
                "folded", "let s = [0]; let t = [1, 2].fold(s, (acc, x) => acc + [x]); (t.count, s.count)",
                "[3,1]"
            ),
            (
                "a branch", "var a = [1]; var b = if a.count > 0 { a } else { [0] }; b[0] = 2; (a[0], b[0])",
                "[1,2]"
            ),
            ("a module constant", "var b = CONST; b[0] = 2; (CONST[0], b[0])", "[1,2]"),
            (
                "a record's field", "let r = R { xs: [1] }; var b = r.xs; b = b + [2]; (r.xs.count, b.count)",
                "[1,2]"
            ),
            (
                "a matched payload",
                "let e = E.some([1]); var b = match e { .some(xs) => xs, .none => [0] }; b[0] = 2; (b[0], match e { .some(xs) => xs[0], .none => 0 })",
                "[2,1]"
            ),
        ])
    func writesAreNotSeenElsewhere(_ name: String, _ body: String, _ expected: String) throws {
        let lines = body.split(separator: ";").map { "    " + $0.drop { $0 == " " } }.joined(separator: "\n")
        let source = """
            record R { xs: [Int] }
            enum E { some(xs: [Int]), none }
            const CONST = [1, 2].map(x => x)
            func same(a: [Int]) -> [Int] { a }
            func kept(a: [Int]) -> ([Int], Int) { (a, 0) }
            func written(a: [Int]) -> [Int] {
                var b = a
                b[0] = 9
                b
            }
            func capture(a: [Int]) -> (Int) -> Int { i => a[i] }
            func f() -> (Int, Int) {
            \(lines)
            }
            """
        #expect(try value(source) == expected, "\(name)")
    }

    @Test func operandsKeepTheValueTheyHad() throws {
        let source = """
            func f() -> (Int, Int) {
                var a = 1
                let b = a + (if a == 1 {
                    a = 5
                    a
                } else { 0 })
                (a, b)
            }
            """
        #expect(try value(source) == "[5,6]")
    }
}
