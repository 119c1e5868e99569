// Breaks a good plan in every place and in every way that is cheap: whatever comes out, loading it either
// says what is wrong or gives a plan that can be read to its end and run.
import Testing
import WfMachine
import WfPlan
import WfValue

/// Loads, reads and runs the bytes; true when they are a plan. Returning at all is what is tested.
func survives(_ bytes: [UInt8]) -> Bool {
    guard let plan = bytes.withUnsafeBytes({ fuzzPlan($0) }) else { return false }
    fuzzMachine(plan)
    return true
}

/// SplitMix64: equal seeds give equal runs.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

/// Where the sections of a good plan lie.
func sectionRange(_ section: PlanSection, in bytes: [UInt8]) -> Range<Int> {
    let entry = 32 + (Int(section.rawValue) - 1) * 24
    func long(_ offset: Int) -> Int {
        (0..<8).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) }
    }
    return long(entry + 8)..<long(entry + 8) + long(entry + 16)
}

func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32($1 * 8) }
}

func setWord(_ bytes: inout [UInt8], _ offset: Int, _ value: UInt32) {
    for place in 0..<4 { bytes[offset + place] = UInt8(truncatingIfNeeded: value >> UInt32(place * 8)) }
}

@Suite struct MutationTests {
    @Test func everyTruncationIsRefused() {
        let good = SamplePlan.bytes()
        for length in 0..<good.count {
            let isPlan = survives(Array(good[..<length]))
            #expect(!isPlan, "cut to \(length) bytes")
        }
    }

    @Test func headerAndTableHaveNoFreedom() {
        let good = SamplePlan.bytes()
        // The size of 'bytes' may grow over its padding: nothing refers to what is gained.
        let free = 32 + 16..<32 + 24
        let seal = 24..<32
        for offset in 0..<32 + PlanSection.allCases.count * 24
        where !free.contains(offset) && !seal.contains(offset) {
            for bit in 0..<8 {
                var bytes = good
                bytes[offset] ^= 1 << UInt8(bit)
                let isPlan = survives(bytes)
                #expect(!isPlan, "byte \(offset), bit \(bit)")
            }
        }
    }

    @Test func everyFlippedBitIsNoticed() throws {
        var bytes = SamplePlan.bytes()
        _ = try Plan.load(bytes: bytes)
        for offset in bytes.indices {
            let bit = UInt8(1) << UInt8(offset % 8)
            bytes[offset] ^= bit
            #expect(throws: PlanError.self, "byte \(offset)") { try Plan.load(bytes: bytes) }
            bytes[offset] ^= bit
        }
    }

    @Test(arguments: PlanSection.allCases)
    func everyByteOfASection(_ section: PlanSection) {
        let good = SamplePlan.bytes()
        var bytes = good
        var refused = 0
        let range = sectionRange(section, in: good)
        for offset in range {
            for value in [
                0, 0xFF, good[offset] ^ 1, good[offset] ^ 0x80, good[offset] &+ 1, good[offset] &- 1,
            ] {
                bytes[offset] = value
                if !survives(bytes) { refused += 1 }
            }
            bytes[offset] = good[offset]
        }
        // Text, spans and immediates may be anything; everything else is bound to something.
        #expect(refused > 0)
        if section == .blocks { #expect(refused > range.count * 3) }
    }

    @Test func wordsWithInterestingValues() {
        let good = SamplePlan.bytes()
        var bytes = good
        for section in PlanSection.allCases where section != .bytes && section != .types {
            let range = sectionRange(section, in: good)
            for offset in stride(from: range.lowerBound, to: range.upperBound - 3, by: 4) {
                let old = word(good, offset)
                for value in [0, 1, old &+ 1, old &- 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF] {
                    setWord(&bytes, offset, value)
                    _ = survives(bytes)
                }
                setWord(&bytes, offset, old)
            }
        }
        let isPlan = survives(bytes)
        #expect(isPlan)
    }

    /// Several fields at once, so that one break hides another.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func seededFieldFuzz(_ seed: UInt64) {
        let good = SamplePlan.bytes()
        var random = SeededNumbers(state: seed)
        let sections = PlanSection.allCases.filter { $0 != .bytes }
        var accepted = 0
        for _ in 0..<5000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                guard let section = sections.randomElement(using: &random) else { continue }
                let range = sectionRange(section, in: good)
                if range.count < 4 { continue }
                let offset = range.lowerBound + Int.random(in: 0..<range.count / 4, using: &random) * 4
                let old = word(bytes, offset)
                let other = range.lowerBound + Int.random(in: 0..<range.count / 4, using: &random) * 4
                let values = [
                    0, 1, old &+ 1, old &- 1, 0xFFFF_FFFF, 0x7FFF_FFFF, word(good, other),
                    UInt32.random(in: 0..<64, using: &random),
                    old ^ 1 << UInt32.random(in: 0..<32, using: &random),
                ]
                setWord(&bytes, offset, values.randomElement(using: &random) ?? 0)
            }
            if survives(bytes) { accepted += 1 }
        }
        // Some stay good (a span moved): those were read to their end.
        #expect(accepted > 0)
    }

    @Test func randomBytesAreNoPlan() {
        var random = SeededNumbers(state: 7)
        for length in [0, 1, 4, 31, 32, 33, 511, 512, 513, 10_000] {
            let isPlan = survives((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
            #expect(!isPlan)
        }
    }
}
