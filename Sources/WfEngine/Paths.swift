// Names of steps within a run, for people and as idempotency keys: `build[2]/compile`. Knows nothing of
// state.

import WfPlan

extension Scope {
    /// The path of a node: the nodes around it, with item or turn in brackets, a repeated attempt of a whole
    /// scope behind `#`, `!else` behind the failover, `!catch` behind a `try` whose catch runs, `!undo` behind
    /// what is undone.
    func path(_ node: Int, role: NodeRole = .main) -> String {
        // The block of an undo has one node, which is the undo itself.
        if parentRole == .undo { return undoPath }
        let name = run.context.plan.string(row(node).name)
        var path = place
        if !path.isEmpty { path += "/" }
        path += name + Scope.visitSuffix(visit(node))
        if role == .otherwise { path += "!else" }
        return path
    }

    /// The path of what this scope belongs to, which its nodes stand behind; empty for a run's own.
    var place: String {
        if parentRole == .undo { return undoPath }
        if let knownPlace { return knownPlace }
        let found = findPlace()
        // Deep ones together would grow with the square of the depth.
        if found.utf8.count <= EngineLimits.keyBytesMax { knownPlace = found }
        return found
    }

    private func findPlace() -> String {
        guard let parent else { return "" }
        let part = ScopePart(
            run.context.plan, parent.row(parentNode), role: parentRole, attempt: attempt, ordinal: ordinal)
        let around = parent.place
        if part.isHidden || parent.parentRole == .undo { return around.isEmpty ? "" : around + part.suffix }
        let name = part.name + Scope.visitSuffix(parent.visit(parentNode))
        return (around.isEmpty ? "" : around + "/") + name + part.suffix
    }

    /// For which time a node of a flow has been begun.
    private func visit(_ node: Int) -> Int { Int(flow?.visits[node] ?? 0) }

    /// A node of a flow that is begun again has another path: `inspect`, `inspect[1]`.
    static func visitSuffix(_ visit: Int) -> String { visit > 1 ? "[\(visit - 1)]" : "" }

    /// The idempotency key of a node: the run and its path; a long path keeps its beginning and is hashed.
    func key(_ node: Int, role: NodeRole) -> String { key(path: path(node, role: role)) }

    /// The same for a path of this run.
    func key(path: String) -> String {
        let whole = "\(run.id.text)/\(path)"
        if whole.utf8.count <= EngineLimits.keyBytesMax { return whole }
        let first = fingerprint(path, seed: 0xCBF2_9CE4_8422_2325)
        let second = fingerprint(path, seed: 0x9E37_79B9_7F4A_7C15)
        let kept = String(decoding: whole.utf8.prefix(EngineLimits.keyBytesMax - 40), as: UTF8.self)
        return "\(kept)~\(hex(first))\(hex(second))"
    }
}

/// What a scope adds to the paths of its nodes.
struct ScopePart {
    let name: String
    let suffix: String
    /// A node that no person has written: only its suffix shows, behind the name of the node around it.
    let isHidden: Bool

    init(_ plan: Plan, _ row: NodeRow, role: NodeRole, attempt: Int, ordinal: Int) {
        name = plan.string(row.name)
        isHidden = name.hasPrefix("#")
        var suffix = role == .otherwise ? "!else" : ""
        if attempt > 1 { suffix += "#\(attempt)" }
        if ordinal >= 0 {
            switch role == .main ? NodeKind(rawValue: row.kind) : nil {
            case .try: suffix += ordinal == 0 ? "!catch" : "!catch\(ordinal + 1)"
            case .race:
                let branches = plan.raceBranches(of: row)
                suffix += ordinal < branches.count ? "/" + plan.string(branches[ordinal].name) : ""
            default: suffix += "[\(ordinal)]"
            }
        }
        self.suffix = suffix
    }
}

extension RunId {
    /// The id of a run that a step starts, from the step's key: 50 bits of it.
    init(key: String) {
        self.init(bits: fingerprint(key, seed: 0xCBF2_9CE4_8422_2325))
    }

    /// `r` and ten characters without those that look alike.
    fileprivate init(bits: UInt64) {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var bits = bits
        var text: [UInt8] = [UInt8(ascii: "r")]
        for _ in 0..<10 {
            text.append(alphabet[Int(bits & 31)])
            bits >>= 5
        }
        self.init(String(decoding: text, as: UTF8.self))
    }
}

/// FNV-1a over the bytes with a final mix; two of them with different seeds make 128 bits.
func fingerprint(_ text: String, seed: UInt64) -> UInt64 {
    var state = seed
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    state = (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
    return state ^ state >> 33
}

private func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

/// A seeded generator (SplitMix64): ids, tokens.
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

    mutating func runId() -> RunId { RunId(bits: next()) }
}

/// A path of a step or of a file as one word for a shell: in quotes where it needs them, on one line.
public func shellWord(_ path: String) -> String {
    if path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
        let parts = path.unicodeScalars.map { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\\", "'": "\\\(scalar)"
            case "\0"..<" ", "\u{7F}":
                "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "$'\(parts.joined())'"
    }
    let isPlain = !path.isEmpty && !path.utf8.contains { "[]{}!*?$&;|<>()'\"\\`#~ ".utf8.contains($0) }
    let parts = path.split(separator: "'", omittingEmptySubsequences: false)
    return isPlain ? path : "'" + parts.joined(separator: "'\\''") + "'"
}
