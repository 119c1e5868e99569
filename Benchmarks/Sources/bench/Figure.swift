// One line per figure: name, value, unit, peer, the peer's value, ratio, and whether the goal was met.

/// Which direction is good.
enum Better {
    case higher, lower
}

/// Prints a group's figures and remembers which are outside their smoke bounds.
struct Report {
    /// Figures printed so far, and those of them (by number) that are outside.
    private var count = 0
    private(set) var outside: Set<Int> = []
    /// In smoke mode a figure outside its bound fails the run; bounds are coarse, since machines are noisy.
    let smoke: Bool

    init(smoke: Bool) { self.smoke = smoke }

    /// `bound` is a limit on the ratio to the peer (or on the value, when there is no peer) that CI holds.
    mutating func add(
        _ name: String, _ value: Double, _ unit: String, peer: String? = nil, peerValue: Double = 0,
        better: Better,
        bound: Double? = nil
    ) {
        let ratio = peer == nil ? value : (better == .higher ? value / peerValue : value / peerValue)
        var line = pad(name, 34) + pad(number(value), 12, right: true) + " " + pad(unit, 10)
        if let peer {
            line += pad(peer, 22) + pad(number(peerValue), 12, right: true) + "  ratio " + number(ratio)
        }
        if let bound {
            let holds = better == .higher ? ratio >= bound : ratio <= bound
            if !holds { outside.insert(count) }
            line += holds ? "" : "   OUTSIDE its bound \(number(bound))"
        }
        count += 1
        say(line)
    }

    private func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let fill = String(repeating: " ", count: max(0, width - text.count))
        return right ? fill + text : text + fill
    }

    private func number(_ value: Double) -> String {
        if value >= 1000 { return String(Int(value.rounded())) }
        let digits = value >= 100 ? 1.0 : value >= 10 ? 10.0 : 1000.0
        return String((value * digits).rounded() / digits)
    }
}
