// Funcs: types, narrowing, patterns, built-ins; and that one mistake gives one message.
import Testing
import WfChecker

@Suite struct FunctionTests {
    @Test func narrowing() {
        expectMarks(
            """
            func a(x: String?) -> Int { if x != null { x.count } else { 0 } }
            func b(x: String?) -> Int {
                if x == null { return 0 }
                x.count
            }
            func c(x: String?, y: Int?) -> Int { if x != null && y != null { x.count + y } else { 0 } }
            func d(x: String?) -> Bool { x == null || x.isEmpty }
            func e(start: Int?) -> Int {
                var cursor = start
                var sum = 0
                while cursor != null {
                    sum += cursor
                    cursor = if sum > 10 { null } else { sum }
                }
                sum
            }
            func f(x: Int?) -> Int { match x { null => 0, n => n + 1 } }
            func g(x: String?) -> Int {
                let n = x.count
            //            ^^^^^ WF2021
                n
            }
            record P { s: String, xs: [Int] }
            func i(x: P?) -> Int { x?.s.trim().count ?? x?.xs[0] ?? 0 }
            func h(x: Int?) -> Int {
                var y = x
                if y != null {
                    y = null
                    return y + 1
            //             ^ WF2021
                }
                0
            }
            """)
    }

    @Test func literalsTakeTheTypeOfTheirPlace() {
        expectMarks(
            """
            record Price { amount: Decimal, rate: Float = 1, at: Path = "a/b" }
            func f(x: Float) -> Float { 2 * x + 1 }
            func g() -> Decimal { 0.10 + 2 }
            func h() -> [Float] { [1, 2.5] }
            func i() -> Price { Price { amount: 3 } }
            func j() -> Json { { a: 1, b: [1, "x", null], c: { d: true } } }
            func k() -> Int? { 3 }
            func l(n: Int) -> Float { n }
            //                        ^ WF2004
            """)
    }

    @Test func patternsAreExhaustive() {
        expectMarks(
            """
            enum E { a, b(Int), c(x: Int, y: String) }
            func f(e: E) -> Int {
                match e {
                    .a => 0
                    .b(1) => 1
                    .b(n) => n
                    .c(x, _) => x
                }
            }
            func g(e: E, flag: Bool) -> Int {
                match (e, flag) {
            //  ^^^^^ WF2014
                    (.a, true) => 0
                    (.b(_), _) => 1
                    (.c(_, _), _) => 2
                }
            }
            func h(e: E) -> Int {
                match e {
                    .a => 0
                    else => 1
                    .b(_) => 2
            //      ^^^^^ WF2015
                }
            }
            """)
    }

    @Test func builtinsBindTheirVariables() {
        expectMarks(
            """
            record P { name: String, n: Int }
            func a(ps: [P]) -> [String: [P]] { ps.grouped(by: p => p.name) }
            func b(ps: [P]) -> Int { ps.map(p => p.n).fold(0, (s, n) => s + n) }
            func c(ps: [P]) -> [Int] { ps.filterMap(p => if p.n > 0 { p.n } else { null }) }
            func d(ps: [P]) -> [P] { ps.sorted(by: p => p.n, descending: true) }
            func e(ps: [P]) -> [String] { ps.map(nameOf) }
            func nameOf(self: P) -> String { self.name }
            func f(p: P) -> String { p.nameOf() }
            func g(xs: [Int]) -> [Int] { xs.fold([], (acc, x) => acc + [x]) }
            func h(ps: [P]) -> [P] { ps.sorted() }
            //                       ^^^^^^^^^^^ WF2036
            """)
    }

    @Test func mistakesCountOnce() {
        expectMarks(
            """
            func f(n: Int, s: String, b: Bool) -> Int {
                let m1: Int = "a"
            //                ^^^ WF2004
                let m2 = s + n
            //           ^^^^^ WF2011
                let m3 = nobody
            //           ^^^^^^ WF2003
                let m4 = m3.anything.at(all) + m2
            //                          ^^^ WF2003
                let m5 = if b { 1 } else { "y" }
            //                             ^^^ WF2033
                m1 + m5
            }
            """)
    }

    @Test func assignments() {
        expectMarks(
            """
            record P { x: Int, ys: [Int] }
            func f() -> P {
                var p = P { x: 1, ys: [1, 2] }
                p.x += 1
                p.ys[0] = 5
                var m: [String: Int] = [:]
                m["a"] = (m["a"] ?? 0) + 1
                var grid = [[1], [2]]
                grid[0][0] = 3
                p with { x: m.count }
            }
            func g(n: Int) -> Int {
                n = 2
            //  ^ WF2016
                n
            }
            """)
    }

    @Test func constantsAndDefaults() {
        expectMarks(
            """
            const A = 1024 * 4
            const B: [String] = ["a", "b{A}"]
            const C: Int = D
            const D: Int = C
            //             ^ WF2025
            record R { n: Int = A, b: [Int] = [1, 2], c: String? }
            func f(n: Int = A) -> R { R { n } }
            func g() -> R { f() }
            func one() -> Int { 1 }
            func h(n: Int = one()) -> Int { n }
            //              ^^^^^ WF2022
            """)
    }

    @Test func modulesSeeEachOther() {
        let checked = check(
            """
            use "lib.wf" as lib
            func f(p: lib.P) -> Int { p.double() + lib.LIMIT + lib.make().x }
            """,
            files: [
                (
                    "lib.wf",
                    """
                    record P { x: Int }
                    const LIMIT = 3
                    func make() -> P { P { x: 1 } }
                    func double(self: P) -> Int { self.x * 2 }
                    """
                )
            ])
        #expect(checked.diagnostics.isEmpty)
        #expect(checked.program?.functions.count == 3)
    }

    @Test func longChainsAreSafe() {
        let sum = Array(repeating: "1", count: 1_900).joined(separator: " + ")
        let both = Array(repeating: "true", count: 1_900).joined(separator: " && ")
        #expect(check("func f() -> Int { \(sum) }\nfunc g() -> Bool { \(both) }").diagnostics.isEmpty)
    }
}
