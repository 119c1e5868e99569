// Names of steps within a run, for people and as idempotency keys: `build[2]/compile`. Knows nothing of
// state.

import WfPlan

extension Scope {
    /// The path of a node: the nodes around it, with item or turn in brackets, a repeated attempt of a whole
    /// scope behind `#`, and `!else` behind the failover.
    func path(_ node: Int, role: NodeRole = .main) -> String {
        var parts: [String] = []
        var name = run.context.plan.string(row(node).name)
        if role == .otherwise { name += "!else" }
        parts.append(name)
        var scope = self
        while let parent = scope.parent {
            var part = run.context.plan.string(parent.row(scope.parentNode).name)
            if scope.parentRole == .otherwise { part += "!else" }
            if scope.attempt > 1 { part += "#\(scope.attempt)" }
            if scope.ordinal >= 0 { part += "[\(scope.ordinal)]" }
            parts.append(part)
            scope = parent
        }
        return parts.reversed().joined(separator: "/")
    }

    /// The idempotency key of a node: the run and its path; a long path keeps its beginning and is hashed.
    func key(_ node: Int, role: NodeRole) -> String {
        let path = path(node, role: role)
        let whole = "\(run.id.text)/\(path)"
        if whole.utf8.count <= EngineLimits.keyBytesMax { return whole }
        let first = hash(path, seed: 0xCBF2_9CE4_8422_2325)
        let second = hash(path, seed: 0x9E37_79B9_7F4A_7C15)
        let kept = String(decoding: whole.utf8.prefix(EngineLimits.keyBytesMax - 40), as: UTF8.self)
        return "\(kept)~\(hex(first))\(hex(second))"
    }
}

/// FNV-1a over the bytes with a final mix; two of them with different seeds make 128 bits.
private func hash(_ text: String, seed: UInt64) -> UInt64 {
    var state = seed
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    state = (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
    return state ^ state >> 33
}

private func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

/// A seeded generator (SplitMix64): ids, tokens, jitter.
struct Generator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// `r` and ten characters without those that look alike: 50 bits.
    mutating func runId() -> RunId {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var bits = next()
        var text: [UInt8] = [UInt8(ascii: "r")]
        for _ in 0..<10 {
            text.append(alphabet[Int(bits & 31)])
            bits >>= 5
        }
        return RunId(String(decoding: text, as: UTF8.self))
    }
}
