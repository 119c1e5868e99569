// How numbers and durations are written.
import WfSource
import WfSyntax

extension Refactorings {
    static let numberChanges: Family = { spot in
        guard spot.isCaret else { return [] }
        if let id = spot.near(.intExpr) { return spot.integerForms(id) }
        if let id = spot.near(.durationExpr) { return spot.durationForms(id) }
        return []
    }
}

extension Spot {
    fileprivate func integerForms(_ id: NodeId) -> [Draft] {
        guard let value = reader.integerMagnitude(id) else { return [] }
        let words = text(id)
        let isDecimal = !words.hasPrefix("0x") && !words.hasPrefix("0o") && !words.hasPrefix("0b")
        var drafts: [Draft] = []
        func offer(_ title: String, _ new: String) {
            if new != words { drafts.append(Draft(title, .rewrite, [replace(id, new)])) }
        }
        if !isDecimal {
            offer("write it in decimal", "\(value)")
            return drafts
        }
        if words.contains("_") {
            offer("drop the groups of digits", "\(value)")
        } else if value >= 10_000 {
            offer("group the digits", Spot.grouped("\(value)"))
        }
        if value >= 10 { offer("write it in hexadecimal", "0x" + String(value, radix: 16, uppercase: true)) }
        return drafts
    }

    private static func grouped(_ digits: String) -> String {
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index) % 3 == 0 { out.append("_") }
            out.append(digit)
        }
        return out
    }

    private static let units: [(name: String, microseconds: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000),
        ("us", 1),
    ]

    fileprivate func durationForms(_ id: NodeId) -> [Draft] {
        guard let value = reader.durationMicroseconds(id), value > 0 else { return [] }
        var rest = value
        var parts = ""
        for unit in Spot.units where rest >= unit.microseconds {
            parts += "\(rest / unit.microseconds)\(unit.name)"
            rest %= unit.microseconds
        }
        let one = Spot.units.first { value % $0.microseconds == 0 }.map {
            "\(value / $0.microseconds)\($0.name)"
        }
        var drafts: [Draft] = []
        if parts != text(id) {
            drafts.append(Draft("write the duration in its units", .rewrite, [replace(id, parts)]))
        }
        if let one, one != text(id), one != parts {
            drafts.append(Draft("write the duration in one unit", .rewrite, [replace(id, one)]))
        }
        return drafts
    }
}
