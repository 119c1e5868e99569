// `{{ … }}` and `${{ … }}` inside text: where they begin and end. Knows nothing of what stands between.

/// A text taken apart at its placeholders.
enum Placeholders {
    enum Part: Equatable {
        case text(String)
        /// What stands between the braces, without white space at its ends.
        case placeholder(String)
    }

    /// - Parameter opening: `{{` or `${{`.
    static func parts(_ text: String, opening: String = "{{", closing: String = "}}") -> [Part] {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstRange(of: opening) {
            guard let close = rest[open.upperBound...].firstRange(of: closing) else { break }
            if open.lowerBound > rest.startIndex {
                parts.append(.text(String(rest[..<open.lowerBound])))
            }
            parts.append(.placeholder(SourceWriter.trimmed(rest[open.upperBound..<close.lowerBound])))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return parts
    }

    /// The parts of a path such as `inputs.name`, `steps["a b"].items[0]`; nil when it is more than a path.
    static func path(_ text: String) -> [String]? {
        var parts: [String] = []
        var part = ""
        var rest = text[...]
        func isWord(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || character == "_" || character == "-"
        }
        while let character = rest.first {
            if isWord(character) {
                part.append(character)
                rest = rest.dropFirst()
            } else if character == "." {
                if part.isEmpty && parts.isEmpty { return nil }
                if !part.isEmpty { parts.append(part) }
                part = ""
                rest = rest.dropFirst()
                guard let next = rest.first, isWord(next) else { return nil }
            } else if character == "[", let close = rest.firstIndex(of: "]") {
                if !part.isEmpty { parts.append(part) }
                part = ""
                var inner = rest[rest.index(after: rest.startIndex)..<close]
                if let quote = inner.first, quote == "'" || quote == "\"", inner.count >= 2,
                    inner.last == quote
                {
                    inner = inner.dropFirst().dropLast()
                } else if inner.isEmpty || !inner.allSatisfy(isWord) {
                    return nil
                }
                parts.append(String(inner))
                rest = rest[rest.index(after: close)...]
            } else {
                return nil
            }
        }
        if !part.isEmpty { parts.append(part) }
        return parts.isEmpty ? nil : parts
    }
}

extension Substring {
    func firstRange(of words: String) -> Range<Index>? {
        let bytes = utf8
        let wanted = Array(words.utf8)
        guard let first = wanted.first else { return nil }
        var index = bytes.startIndex
        while let found = bytes[index...].firstIndex(of: first) {
            if bytes[found...].starts(with: wanted) {
                return found..<bytes.index(found, offsetBy: wanted.count)
            }
            index = bytes.index(after: found)
        }
        return nil
    }
}

/// Durations as wf writes them.
enum WfDuration {
    /// What stands for no limit of a delay: a year.
    static let longMs = 31_536_000_000.0

    /// `90s`, `1500ms`, `2h`; at least 0.
    static func text(ms: Double) -> String {
        let whole = Int(max(0, min(ms, 3.15e14)).rounded())
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        where whole >= size && whole % size == 0 {
            return "\(whole / size)\(unit)"
        }
        return "\(whole)ms"
    }

    /// Milliseconds of `30`, `30s`, `5m`, `1h30m`, `PT5M`; nil when it is none of these.
    ///
    /// - Parameter unitMs: what a bare number counts.
    static func ms(_ node: DataNode, unitMs: Double) -> Double? {
        if let number = node.float { return number * unitMs }
        guard let text = node.text else { return nil }
        if let number = Double(text) { return number * unitMs }
        return text.hasPrefix("P") ? iso(text) : goStyle(text)
    }

    /// `1h30m`, `500ms`.
    static func goStyle(_ text: String) -> Double? {
        let sizes = ["ms": 1.0, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
        var total = 0.0
        var rest = text.lowercased()[...]
        if rest.isEmpty { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let size = sizes[String(unit)] else { return nil }
            total += number * size
        }
        return total
    }

    /// `P1DT2H3M4.5S`; months and years are not fixed lengths and give nil.
    static func iso(_ text: String) -> Double? {
        var rest = text.dropFirst()
        var isTime = false
        var total = 0.0
        if rest.isEmpty { return nil }
        while let character = rest.first {
            if character == "T" {
                isTime = true
                rest = rest.dropFirst()
                continue
            }
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            guard let number = Double(digits), let unit = rest.first else { return nil }
            rest = rest.dropFirst()
            switch (unit, isTime) {
            case ("W", false): total += number * 604_800_000
            case ("D", false): total += number * 86_400_000
            case ("H", true): total += number * 3_600_000
            case ("M", true): total += number * 60_000
            case ("S", true): total += number * 1000
            default: return nil
            }
        }
        return total
    }
}
