// Workflows: dependencies, order on the page, blocks, clauses, effects.
import Testing
import WfChecker

@Suite struct WorkflowTests {
    private func nodes(_ text: String) -> [String: CheckedNode] {
        let checked = check(text)
        #expect(checked.diagnostics.isEmpty, "\(checked.diagnostics.map(\.message))")
        var result: [String: CheckedNode] = [:]
        for node in checked.program?.workflows.first?.nodes ?? [] { result[node.name] = node }
        return result
    }

    private func needs(_ text: String, _ name: String) -> [String] {
        let checked = check(text)
        guard let workflow = checked.program?.workflows.first,
            let node = workflow.nodes.first(where: { $0.name == name })
        else { return ["nothing: \(checked.diagnostics.map(\.message))"] }
        return node.dependencies.map { workflow.nodes[$0].name }
    }

    @Test func dependenciesAreNamesRead() {
        let text = """
            action f(n: Int) -> Int
                via exec("echo", n)
            workflow main(xs: [Int]) -> Int {
                step d = f(c?.count ?? 0)
                step c = for x in xs { f(x + b) } after e
                    when a > 0
                step a = f(1)
                let b = xs.map(a => a + 1).count
                emit("x", { d })
                step e = nop()
                d
            }
            """
        #expect(needs(text, "d") == ["c"])
        #expect(needs(text, "c") == ["a", "b", "e"])
        #expect(needs(text, "b") == [])
        #expect(needs(text, "emit") == ["d"])
    }

    @Test func sequenceOrders() {
        let text = """
            workflow main() {
                step s = sequence {
                    step a = nop()
                    step b = nop()
                    nop()
                    nop()
                }
            }
            """
        #expect(needs(text, "b") == ["a"])
        #expect(needs(text, "nop") == ["b"])
        #expect(needs(text, "nop#2") == ["nop"])
    }

    @Test func cyclesArePrintedInRunOrder() {
        let checked = check(
            """
            action f(n: Int) -> Int
                via exec("echo", n)
            workflow main() {
                step a = f(c)
                step b = f(a)
                step c = f(b)
            }
            """)
        #expect(checked.diagnostics.map(\.message) == ["these steps wait for each other: a → b → c → a"])
        #expect(checked.diagnostics.first?.labels.count == 2)
    }

    @Test func aLongChainWrittenBackwardsIsSafe() {
        var text = "workflow main() {\n"
        for index in (1...20_000).reversed() { text += "    step s\(index) = nop() after s\(index - 1)\n" }
        text += "    step s0 = nop()\n}\n"
        #expect(check(text).diagnostics.isEmpty)
    }

    @Test func blocksYieldTypes() {
        let found = nodes(
            """
            action f(n: Int) -> Int
                via exec("echo", n)
            workflow main(xs: [Int], name: String?) -> [Int] {
                step all = for x in xs limit 4 { f(x) }
                step some = if xs.isEmpty { f(1) }
                step maybe = f(2) when xs.count > 1
                step state = loop (i: Int = 0, sum: Int = 0) while i < 3 {
                    step n = f(i)
                    next (i + 1, sum + n)
                }
                let total = state.sum + (some ?? 0) + (maybe ?? 0)
                step picked = match name {
                    null => f(0)
                    text => { step n = f(text.count); n + total }
                }
                all + [picked]
            }
            """)
        #expect(found["maybe"]?.isOptional == true)
        #expect(found["picked"]?.type.raw == 4)
        #expect(found["all"]?.dependencies == [])
    }

    @Test func oneStepMakesOneCall() {
        expectMarks(
            """
            action f(n: Int) -> Int
                via exec("echo", n)
            workflow main(xs: [Int]) -> Int {
                step a = f(f(1))
            //             ^ WF4001
                let b = f(2)
            //  ^^^ WF4004
                step c = b + 1
            //  ^^^^ WF4005
                let d = xs.map(x => f(x))
            //                      ^ WF4002
                a
            }
            func g() -> Int { f(1) }
            //                ^ WF4002
            """)
    }

    @Test func theFixOfANestedCallMakesItAStep() throws {
        let checked = check(
            """
            action f(n: Int) -> Int
                via exec("echo", n)
            workflow main() -> Int {
                step a = f(f(1))
                a
            }
            """)
        let fix = try #require(checked.diagnostics.first?.fixes.first)
        var bytes = Array(checked.source.bytes)
        for edit in fix.edits.sorted(by: { $0.span.start > $1.span.start }) {
            bytes.replaceSubrange(
                Int(edit.span.start)..<Int(edit.span.end), with: Array(edit.replacement.utf8))
        }
        #expect(check(bytes).diagnostics.isEmpty, "\(String(decoding: bytes, as: UTF8.self))")
    }

    @Test func whatIsNotBuiltIsNamedOnce() {
        let checked = check(
            """
            on every 15m { main() }
            workflow main() -> Int {
                step c = nop()
                1
            }
            """)
        #expect(checked.diagnostics.map(\.code.number) == [101])
    }

    @Test func scopesOfBlocks() {
        let checked = check(
            """
            workflow main(yes: Bool) -> Int {
                step a = if yes {
                    step inner = nop()
                    let x = 4
                    x
                } else { 5 }
                x
            }
            """)
        #expect(checked.diagnostics.map(\.code.number) == [2003])
        #expect(checked.diagnostics.first?.help == "yield it as the block's value, then read `a`")
    }

    @Test func actionsDecodeTheirResult() {
        expectMarks(
            """
            record R { n: Int }
            action a() -> R
                via exec("x")
            action b() -> String
                via exec("x")
            action c() -> Int
                via exec("x")
                returns result.stdout.count
            action d()
                via exec("x")
                timeout 1s
                retry 3 on exit(75), timeout backoff 1s..1m factor 2 jitter
            action e() -> Int
            //            ^^^ WF4006
                via now()
            action f() -> Time
                via now()
            action g() -> Int
            //     ^ WF4003
            """)
    }
}
