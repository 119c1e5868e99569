import Testing
import WfPlan
import WfValue

@Suite struct DisassemblerTests {
    private func text() throws -> String { Disassembler.text(of: try Plan.load(bytes: SamplePlan.bytes())) }

    @Test func equalPlansGiveEqualText() throws {
        #expect(try text() == text())
    }

    @Test func aFunctionReadsLikeItsSource() throws {
        let expected = """
            function f0 `total`(r0: [Int]) -> Int
              registers r1: Int, r2: Int, r3: Int, r4: Int
              ; flows/main.wf:3  var sum = 0
                  0  ldi         r1, 0
                  1  ldi         r2, -1
                  2  llen        r3, r0
              ; flows/main.wf:4  for item in items { sum = sum + item }
                  3  jlti        r3, 1, -> L8
                  4  ldi         r2, 0
              L5:
                  5  lget        r4, r0, r2
                  6  add         r1, r1, r4
                  7  forlt       r2, r3, -> L5
              ; flows/main.wf:5  sum
              L8:
                  8  ret         r1

            """
        #expect(try text().contains(expected))
    }

    @Test func namesStandForNumbers() throws {
        let text = try text()
        for part in [
            "get         r6, r4, .name", "enew        r5, Shape, .text, (r6, r1)",
            "payload     r6, r5, .text.0",
            "k0 = \"hé\\n\"", "enum Shape { dot, circle(r: Float), text(String, Int) }", "open record Item {",
            "switch      r2, 0 -> L", "bcall       r2, intAbs, (r2)", "action greet(name: String) -> String",
            "workflow main(count: Int, name: String) -> String", "default count = 3",
            "retried on timeout, http(500...599)",
            "first: String? = action greet", "after first, at", "while false", "timeout \"1s\"",
            "backoff \"1s\"", "element", "0:", "else",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }
}
