// What built-ins do costs fuel in proportion, so that no program computes far beyond its fuel; what they do at once
// costs nothing. Values and types that hold one part many times are bounded, too.
import Testing
import WfMachine
import WfValue

@Suite struct FuelTests {
    /// `text` has 200,000 bytes, `words` and `numbers` 50,000 elements.
    private func program(_ expression: String) throws -> Program {
        try Program(
            """
            func f(turns: Int) -> Int {
                let text = "abcdefghij".repeat(20000)
                let other = text.replace("j", "j")
                let words = "word,".repeat(50000).split(",")
                let numbers = [3, 1, 2, 0, 5].repeat(10000)
                var result = 0
                var turn = 0
                while turn < turns {
                    result += \(expression)
                    turn += 1
                }
                result + text.byteCount + other.byteCount + words.count + numbers.count
            }
            """)
    }

    @Test(
        arguments: [
            "text.repeat(2).byteCount", "text.replace(\"j\", \"x\").byteCount", "text.split(\"j\").count",
            "text.lines().count", "text.words().count", "text.characters().count", "text.upper().byteCount",
            "text.reversed().byteCount", "text.count", "text.occurrences(\"jx\")",
            "(if text.contains(\"jx\") { 1 } else { 0 })", "(text.indexOf(\"jx\") ?? 0)",
            "(text.lastIndexOf(\"xa\") ?? 0)", "(if text.matches(\"*x*\") { 1 } else { 0 })",
            "text.take(150000).byteCount", "text.drop(150000).byteCount", "\"{text}!\".byteCount",
            "(if text == other { 1 } else { 0 })", "(if text + \"a\" == other { 1 } else { 0 })",
            "words.join(\",\").byteCount", "words.unique().count", "words.counts().count",
            "words.sorted().count", "(words.indexOf(\"x\") ?? 0)",
            "(if words.contains(\"x\") { 1 } else { 0 })", "numbers.sorted().count", "numbers.sum()",
            "(numbers.max() ?? 0)", "numbers.reversed().count", "(numbers + [1]).count",
            "[numbers, numbers].flatten().count", "numbers.take(40000).count", "numbers.chunks(2).count",
            "numbers.zip(words).count", "numbers.enumerated().count",
            "(if numbers == numbers.take(49999) + [5] { 1 } else { 0 })",
        ])
    func workIsPaidFor(expression: String) throws {
        let program = try program(expression)
        let ending = try program.call("f", ["100000"], fuel: 4_000_000)
        #expect(
            ending == .fault("fuel: the fuel of this run is used up: is there a loop that does not end?"))
        guard case .value = try program.call("f", ["2"], fuel: 4_000_000) else {
            Issue.record("two turns are more than the fuel")
            return
        }
    }

    /// These take a moment whatever the size, and must stay as cheap in a loop.
    @Test(
        arguments: [
            "(numbers.get(turn) ?? 0)", "(numbers.first ?? 0)", "(numbers.last ?? 0)", "numbers.count",
            "(words.get(turn % 100) ?? \"\").byteCount", "text.byteCount",
            "(if text.startsWith(\"abc\") { 1 } else { 0 })",
            "(if text.contains(\"cde\") { 1 } else { 0 })", "(text.indexOf(\"cde\") ?? 0)",
            "(words.indexOf(\"word\") ?? 0)", "text.take(3).byteCount",
            "(if text == text { 1 } else { 0 })",
        ])
    func whatTakesAMomentCostsLittle(expression: String) throws {
        guard case .value = try program(expression).call("f", ["40000"], fuel: 4_000_000) else {
            Issue.record("40,000 turns are more than the fuel")
            return
        }
    }

    // MARK: parts that a value holds many times

    private let bombs = """
        func bomb(levels: Int) -> Json {
            var json: Json = 1
            for _ in 0..<levels { json = [json, json] }
            json
        }
        func same(levels: Int) -> Bool { bomb(levels) == bomb(levels) }
        func text(levels: Int) -> Int { "{bomb(levels)}".byteCount }
        """

    @Test func equalityOfSharedPartsEnds() throws {
        let program = try Program(bombs)
        #expect(try program.call("same", ["10"]) == .value("true"))
        guard case .fault(let message) = try program.call("same", ["60"], fuel: 3_000_000) else {
            Issue.record("a billion billion parts were compared")
            return
        }
        #expect(message.hasPrefix("fuel: "))
    }

    @Test(arguments: ["bomb", "text"]) func encodingOfSharedPartsEnds(function: String) throws {
        let program = try Program(bombs)
        var limits = MachineLimits()
        limits.encodedBytesMax = 100_000
        guard case .value = try program.call(function, ["10"], limits: limits) else {
            Issue.record("a small value was refused")
            return
        }
        let ending = try program.call(function, ["60"], limits: limits)
        #expect(
            ending
                == .fault("encode: expected a value of at most 100000 bytes when it is encoded, found more"))
    }

    /// A type whose text would have 2^60 parts: it is refused where it grows too large, and one just below is checked,
    /// compared, ordered and named.
    @Test func typesOfSharedPartsEnd() throws {
        var lines = "    let a0 = (1, 2)\n"
        for level in 1...60 { lines += "    let a\(level) = (a\(level - 1), a\(level - 1))\n" }
        do {
            _ = try Program("func f() -> Int {\n\(lines)    let s = [a60].sorted()\n    a60\n}\n")
            Issue.record("a tuple is no Int")
        } catch let error as ProgramError {
            #expect(error.description.contains("error[WF0104]: this type is too large"))
            #expect(error.description.contains("let a15 = "))
            #expect(error.description.utf8.count < 20_000)
        }
        do {
            let small = lines.split(separator: "\n").prefix(15).joined(separator: "\n")
            _ = try Program("func f() -> Int {\n\(small)\n    let s = [a14].sorted()\n    a14\n}\n")
            Issue.record("a tuple is no Int")
        } catch let error as ProgramError {
            #expect(error.description.contains("expected `Int`"))
            #expect(error.description.utf8.count < 20_000)
        }
    }

    // MARK: searching

    /// Texts on which trying place by place takes the product of both lengths: 10^11 steps here.
    @Test func searchingIsLinear() throws {
        let program = try Program(
            """
            func f() -> [Int] {
                let text = "a".repeat(1000000)
                let ahead = "a".repeat(300000) + "b"
                let behind = "b" + "a".repeat(300000)
                let inner = "a".repeat(150000) + "b" + "a".repeat(150000)
                var result: [Int] = []
                for needle in [ahead, behind, inner] {
                    result = result + [
                        text.indexOf(needle) ?? -1, text.lastIndexOf(needle) ?? -1, text.occurrences(needle),
                        text.split(needle).count, text.replace(needle, "").byteCount,
                        (text + needle).indexOf(needle) ?? -1, (needle + text).lastIndexOf(needle) ?? -1,
                    ]
                }
                result
            }
            """)
        // Behind the text, and in front of it, the needle begins where as many of its letters fit.
        #expect(
            try program.call("f")
                == .value(
                    "[-1,-1,0,1,1000000,1000000,0,-1,-1,0,1,1000000,1000000,0,-1,-1,0,1,1000000,1000000,0]"))
    }

    /// Both ways of searching find what a plain search finds, on texts of two letters.
    @Test func searchingFindsTheSame() throws {
        let program = try Program(
            """
            func f(text: String, needle: String) -> [Int] {
                [text.indexOf(needle) ?? -1, text.lastIndexOf(needle) ?? -1, text.occurrences(needle)]
            }
            """)
        var state: UInt64 = 7
        func bit(_ chance: UInt64) -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % chance == 0 ? 0x62 : 0x61
        }
        for round in 0..<300 {
            let text = (0..<(200 + round)).map { _ in bit(40) }
            let start = round % 150
            var needle = Array(text[start..<start + 2 + round % 40])
            if round % 3 == 0 { needle[round % needle.count] ^= 3 }
            let places = (0...text.count - needle.count).filter {
                Array(text[$0..<$0 + needle.count]) == needle
            }
            var (count, from) = (0, 0)
            for place in places where place >= from { (count, from) = (count + 1, place + needle.count) }
            func quoted(_ bytes: [UInt8]) -> String { "\"\(String(decoding: bytes, as: UTF8.self))\"" }
            #expect(
                try program.call("f", [quoted(text), quoted(needle)])
                    == .value("[\(places.first ?? -1),\(places.last ?? -1),\(count)]"))
        }
    }
}
