// Programs and what they yield, one small feature each.
import Testing

struct ValueTests {
    @Test(
        arguments: [
            ("func f() -> Int { 1 + 2 * 3 - 4 / 2 % 3 }", "5"),
            ("func f() -> Int { -7 / 2 }", "-3"),
            ("func f() -> Int { 100000 * 100000 }", "10000000000"),
            ("func f() -> Float { 1.5 * 2.0 + 0.25 }", "3.25"),
            ("func f() -> Bool { 1 < 2 && (3 >= 4 || !false) }", "true"),
            (
                "func f() -> [Bool] { let n = 0.0 / 0.0; [n < 1.0, n > 1.0, n == n, !(n < 1.0)] }",
                "[false,false,false,true]"
            ),
            (
                "func f() -> [Bool] { [\"a\" < \"b\", \"a\" == \"a\", \"b\" <= \"a\", [1, 2] == [1, 2]] }",
                "[true,true,false,true]"
            ),
            ("func f() -> Decimal { let a: Decimal = 0.1; a + 0.2 }", "0.3"),
            ("func f() -> String { \"a{1 + 1}b{true}c{1.5}\" }", "\"a2bt" + "ruec1.5\""),
            ("func f() -> Duration { 90s + 1m * 2 }", "\"3m30s\""),
            ("func f() -> Duration { 10s * 1.5 }", "\"15s\""),
            ("func f() -> [Int] { [1, 2, 3].map(x => x * x) }", "[1,4,9]"),
            ("func f() -> [Int] { [1, 2, 3, 4].filter(x => x % 2 == 0) }", "[2,4]"),
            ("func f() -> Int { [1, 2, 3].fold(10, (a, x) => a + x) }", "16"),
            (
                "func f() -> [Int] { [1, 2, 3].fold([0], (a, x) => if x > 1 { a + [x] } else { a }) }",
                "[0,2,3]"
            ),
            ("func f() -> [Int] { [3, 1, 2].sorted(by: x => -x) }", "[3,2,1]"),
            (
                "func f() -> [String: [Int]] { [1, 2, 3].grouped(by: x => if x > 1 { \"big\" } else { \"small\" }) }",
                "{\"small\":[1],\"big\":[2,3]}"
            ),
            ("func f() -> (Bool, Bool) { ([1, 2].any(x => x > 1), [1, 2].all(x => x > 1)) }", "[true,false]"),
            (
                "func f() -> (Int?, Int?) { ([1, 2].find(x => x > 1), [1, 2].findIndex(x => x > 5)) }",
                "[2,null]"
            ),
            ("func f() -> Int { [1, 2, 3].count(x => x > 1) }", "2"),
            ("func f() -> [Int] { [[1], [2, 3]].flatMap(x => x) }", "[1,2,3]"),
            ("func f() -> [Int] { [1, 2, 3].filterMap(x => if x > 1 { x * 10 } else { null }) }", "[20,30]"),
            ("func f() -> ([Int], [Int]) { [1, 2, 3].partition(x => x > 1) }", "[[2,3],[1]]"),
            ("func f() -> [Int] { [1, 2, 1, 3].unique(by: x => x) }", "[1,2,3]"),
            ("func f() -> (Int?, Int?) { ([3, 1, 2].minBy(x => x), [3, 1, 2].maxBy(x => x)) }", "[1,3]"),
            (
                "func f() -> (Int, Float, Decimal) { ([1, 2].sumBy(x => x), [1, 2].sumBy(x => x.toFloat()), [1, 2].sumBy(x => x.toDecimal())) }",
                "[3,3.0,3]"
            ),
            (
                "func f() -> [String: Int] { [\"a\", \"bb\"].keyed(by: x => x).mapValues(x => x.count) }",
                "{\"a\":1,\"bb\":2}"
            ),
            (
                "func f() -> [Int] { [1, 2, 3, 1].takeWhile(x => x < 3) + [1, 2, 3, 1].dropWhile(x => x < 3) }",
                "[1,2,3,1]"
            ),
            ("func f() -> [Int] { (0..<4).map(x => x * 2) }", "[0,2,4,6]"),
            ("func f() -> [String] { [\"a\": 1, \"b\": 2].map((k, v) => \"{k}{v}\") }", "[\"a1\",\"b2\"]"),
            ("func f() -> [String: Int] { [\"a\": 1, \"b\": 2].filter((k, v) => v > 1) }", "{\"b\":2}"),
            ("func g(x: Int) -> Int { x + 1 }\nfunc f() -> [Int] { [1, 2].map(g) }", "[2,3]"),
            (
                "func h(g: (Int) -> Int) -> [Int] { [1, 2].map(g) }\nfunc f() -> [Int] { let k = 10; h(x => x * k) }",
                "[10,20]"
            ),
            ("func f() -> [Int] { [5, 1].map(x => { if x > 2 { return 0 }; x }) }", "[0,1]"),
            (
                "func f() -> Int { var s = 0; for i in 1...10 { if i == 3 { continue }; if i == 6 { break }; s += i }; s }",
                "12"
            ),
            ("func f() -> Int { var s = 0; for i in 5..<5 { s += 1 }; for i in 7...3 { s += 1 }; s }", "0"),
            (
                "func f() -> Int { var n = 27; var s = 0; while n != 1 { n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 }; s += 1 }; s }",
                "111"
            ),
            ("func f() -> Int { var a = [1, 2, 3]; a[1] += 40; a[0] + a[1] + a[2] }", "46"),
            (
                "func f() -> [String: Int] { var m: [String: Int] = [:]; for w in [\"a\", \"b\", \"a\"] { m[w] = (m[w] ?? 0) + 1 }; m }",
                "{\"a\":2,\"b\":1}"
            ),
            (
                "record P { x: Int, y: Int = 2 }\nfunc f() -> P { P { x: 1 } with { y: 5 } }",
                "{\"x\":1,\"y\":5}"
            ),
            (
                "record P { x: Int? }\nfunc g(p: P?) -> Int { p?.x ?? -1 }\nfunc f() -> [Int] { [g(null), g(P { x: null }), g(P { x: 3 })] }",
                "[-1,-1,3]"
            ),
            (
                "enum E { a, b, c, d, e }\nfunc g(e: E) -> Int { match e { .a => 1, .b => 2, .c => 3, .d => 4, .e => 5 } }\nfunc f() -> [Int] { [g(.a), g(.c), g(.e)] }",
                "[1,3,5]"
            ),
            (
                "enum E { a, b(n: Int), c(s: String, n: Int), d }\nfunc g(e: E) -> Int { match e { .a => 1, .b(0) => 2, .b(n) => n, .c(_, n) => n, .d => 4 } }\nfunc f() -> [Int] { [g(.a), g(.b(0)), g(.b(7)), g(.c(\"x\", 9)), g(.d)] }",
                "[1,2,7,9,4]"
            ),
            (
                "func g(n: Int) -> String { match n { 0 => \"zero\", 1...9 => \"digit\", x if x < 0 => \"less\", else => \"more\" } }\nfunc f() -> [String] { [g(0), g(5), g(-3), g(50)] }",
                "[\"zero\",\"digit\",\"less\",\"more\"]"
            ),
            (
                "func g(n: Int?) -> Int { match n { null => 0, x => x } }\nfunc f() -> [Int] { [g(null), g(4)] }",
                "[0,4]"
            ),
            (
                "const A = [1, 2].map(x => x * 2)\nconst B = A.count + 1\nfunc f() -> (Int, Int) { (A[1], B) }",
                "[4,3]"
            ),
            (
                "record R { n: Int }\nfunc f() -> Int { let r = parseJson(\"{raw()}\") as R; r.n }\nfunc raw() -> String { \"\\{\\\"n\\\": 4}\" }",
                "4"
            ),
            (
                "func f() -> Json { { a: 1, b: [true, null], c: \"x\" } }",
                "{\"a\":1,\"b\":[true,null],\"c\":\"x\"}"
            ),
            ("func f() -> (Bool, Bool) { let x: Int? = null; (x == null, x != null) }", "[true,false]"),
        ])
    func programs(_ source: String, _ expected: String) throws {
        let lines = source.split(separator: ";").joined(separator: "\n")
        #expect(try value(lines) == expected, "\(source)")
    }

    @Test(
        arguments: [
            ("func f() -> Int { let x = 9223372036854775807; x + 1 }", "overflow"),
            ("func f() -> Int { [1, 2][5] }", "index"),
            ("func g() -> Int { 0 }\nfunc f() -> Int { 1 / g() }", "division"),
            ("func f() -> Int { fail \"no way\" }", "failed"),
        ])
    func faults(_ source: String, _ kind: String) throws {
        let text = try value(source.split(separator: ";").joined(separator: "\n"))
        #expect(text.hasPrefix("fault"), "\(text)")
        #expect(text.lowercased().contains(kind), "\(text)")
    }
}
