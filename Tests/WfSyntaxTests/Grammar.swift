// Reads grammar/wf.ebnf and writes random sentences of it. Knows the notation and the grammar's five conditions.

/// One side of a rule.
indirect enum Part {
    case sequence([Part])
    case choice([Part])
    case optional(Part)
    case repeated(Part)
    /// A rule's name or a token's class, in capitals; `glued` touches what stands before.
    case symbol(String, glued: Bool)
    case text(String, glued: Bool)
}

struct Grammar {
    private(set) var rules: [String: Part] = [:]
    private(set) var order: [String] = []
    /// The case file named behind each rule.
    private(set) var cases: [String: String] = [:]
    /// The least depth of expansion a rule needs.
    private(set) var depths: [String: Int] = [:]

    init(_ source: String) {
        var words: [String] = []
        var text = Array(source.unicodeScalars)
        text.append("\n")
        var index = 0
        var lastRule = ""
        while index < text.count {
            let scalar = text[index]
            if scalar == "(", text[index + 1] == "*" {
                var comment = ""
                index += 2
                while !(text[index] == "*" && text[index + 1] == ")") {
                    comment.unicodeScalars.append(text[index])
                    index += 1
                }
                index += 2
                let name = comment.split(separator: " ")
                if name.count == 1, !lastRule.isEmpty { cases[lastRule] = String(name[0]) }
            } else if scalar == "\"" {
                var word = "\""
                index += 1
                while text[index] != "\"" {
                    word.unicodeScalars.append(text[index])
                    index += 1
                }
                index += 1
                words.append(word)
            } else if scalar.properties.isAlphabetic || scalar == "_" {
                var word = ""
                while text[index].properties.isAlphabetic || text[index] == "_" {
                    word.unicodeScalars.append(text[index])
                    index += 1
                }
                words.append(word)
            } else {
                if !scalar.properties.isWhitespace { words.append(String(scalar)) }
                if scalar == ";" {
                    lastRule = words[0]
                    add(words)
                    words = []
                }
                index += 1
            }
        }
        measure()
    }

    private mutating func add(_ words: [String]) {
        var at = 2
        rules[words[0]] = Grammar.choice(words, &at)
        order.append(words[0])
    }

    private static func choice(_ words: [String], _ at: inout Int) -> Part {
        var parts = [sequence(words, &at)]
        while words[at] == "|" {
            at += 1
            parts.append(sequence(words, &at))
        }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private static func sequence(_ words: [String], _ at: inout Int) -> Part {
        var parts: [Part] = []
        var glued = false
        while true {
            let word = words[at]
            switch word {
            case ";", "|", ")", "]", "}": return .sequence(parts)
            case "~": glued = true
            case "(", "[", "{":
                at += 1
                let inner = choice(words, &at)
                parts.append(word == "(" ? inner : word == "[" ? .optional(inner) : .repeated(inner))
            default:
                if word.hasPrefix("\"") {
                    parts.append(.text(String(word.dropFirst()), glued: glued))
                } else {
                    parts.append(.symbol(word, glued: glued))
                }
                glued = false
            }
            at += 1
        }
    }

    private mutating func measure() {
        for name in order { depths[name] = 1000 }
        var changed = true
        while changed {
            changed = false
            for name in order {
                guard let part = rules[name] else { continue }
                let depth = min(1000, 1 + depth(part))
                if depth < depths[name] ?? 1000 {
                    depths[name] = depth
                    changed = true
                }
            }
        }
    }

    func depth(_ part: Part) -> Int {
        switch part {
        case .sequence(let parts): return parts.map(depth).max() ?? 0
        case .choice(let parts): return parts.map(depth).min() ?? 0
        case .optional, .repeated, .text: return 0
        case .symbol(let name, _): return depths[name] ?? 0
        }
    }
}

/// Writes sentences.
struct SentenceWriter {
    let grammar: Grammar
    var random: Seeded
    private(set) var tokens: [(text: String, glued: Bool)] = []
    private var depth = 0
    private let tokenMax: Int
    private let depthMax = 90
    /// From here on the shortest way out is taken.
    private var isFull: Bool { depth > depthMax || tokens.count > tokenMax }
    private var inHead = false
    /// Where no `{` may stand, because it would open a block.
    private var noBraceAt = -1
    private var glueNext = false
    private var inGuard = false
    private var inFunction = true

    init(_ grammar: Grammar, seed: UInt64, tokenMax: Int) {
        self.grammar = grammar
        random = Seeded(seed)
        self.tokenMax = tokenMax
    }

    /// A sentence of a rule, tokens separated by blanks.
    mutating func sentence(_ rule: String) -> String {
        tokens = []
        expand(rule, glued: false)
        return SentenceWriter.text(tokens)
    }

    static func text(_ tokens: [(text: String, glued: Bool)]) -> String {
        var result = ""
        for token in tokens {
            if !token.glued, !result.isEmpty, result.last != "\n" { result += " " }
            result += token.text
        }
        return result
    }

    private mutating func expand(_ name: String, glued: Bool) {
        guard let part = grammar.rules[name] else { return emit(sample(name), glued) }
        let saved = (inHead, inGuard, inFunction)
        defer { (inHead, inGuard, inFunction) = saved }
        depth += 1
        defer { depth -= 1 }
        switch name {
        case "head": inHead = true
        case "guard": inGuard = true
        case "funcDecl", "lambda", "parameters": inFunction = true
        case "workflowDecl", "flowDecl", "actionDecl", "triggerDecl", "testDecl": inFunction = false
        case "clauseLines", "failover": if inFunction { return }
        case "interpolated": return interpolated()
        case "lambdaValue", "armValue": noBraceAt = tokens.count
        default: break
        }
        write(part, glued: glued)
    }

    private mutating func interpolated() {
        if isFull || Bool.random(using: &random) {
            emit("\"x {", false)
            emit("b", false)
            emit("} \\{y\\}\"", false)
            return
        }
        emit("\"\"\"\n  x {", false)
        expand("expression", glued: false)
        if Bool.random(using: &random) {
            emit("} y {", false)
            expand("expression", glued: false)
        }
        emit("}\n  \"\"\"", false)
    }

    private mutating func write(_ part: Part, glued: Bool = false) {
        switch part {
        case .sequence(let parts):
            let saved = (inHead, inGuard)
            for part in parts {
                write(part)
                if case .text(let text, _) = part, text == "(" || text == "[" || text == "{" {
                    (inHead, inGuard) = (false, false)
                }
            }
            (inHead, inGuard) = saved
        case .choice(let parts):
            var usable = parts.filter(isAllowed)
            if isFull {
                let least = usable.map(grammar.depth).min() ?? 0
                usable = usable.filter { grammar.depth($0) == least }
            }
            write(usable[Int.random(in: 0..<usable.count, using: &random)])
        case .optional(let inner):
            if isAllowed(inner), !isFull, Int.random(in: 0..<5, using: &random) < 2 { write(inner) }
        case .repeated(let inner):
            var count = isFull ? 0 : max(0, Int.random(in: -2...2, using: &random))
            while count > 0, isAllowed(inner) {
                write(inner)
                count -= 1
            }
        case .symbol(let name, let glued):
            if glued { glueNext = true }
            expand(name, glued: glued)
        case .text(let text, let glued): emit(text, glued)
        }
    }

    /// The grammar's conditions on what may stand where.
    private func isAllowed(_ part: Part) -> Bool {
        switch part {
        case .sequence(let parts): return parts.first.map(isAllowed) ?? true
        case .symbol(let name, _):
            if inHead, name == "record" || name == "object" { return false }
            if name == "object", tokens.count == noBraceAt { return false }
            if inGuard, name == "lambda" { return false }
            if name == "failover", inFunction { return false }
            return true
        case .text(let text, _): return !(inHead && text == "with")
        case .choice(let parts): return parts.contains(where: isAllowed)
        default: return true
        }
    }

    private mutating func emit(_ text: String, _ glued: Bool) {
        tokens.append((text, glued || glueNext))
        glueNext = false
    }

    private mutating func sample(_ token: String) -> String {
        let samples: [String]
        switch token {
        case "NAME": samples = ["a", "b", "item", "total_2", "order", "Order", "x"]
        case "TYPE_NAME": samples = ["Order", "R"]
        case "INT": samples = ["0", "7", "1_000", "0xFF", "0b10", "42"]
        case "INDEX": samples = ["0", "1"]
        case "FLOAT": samples = ["1.5", "1e9", "2.5e-3"]
        case "DURATION": samples = ["250ms", "30s", "2h", "3d", "1h30m", "10us"]
        case "STATUS": samples = ["5xx", "4xx"]
        case "STRING":
            samples = ["\"\"", "\"text\"", "\"a\\n\\u{1F600}\\{\"", "\"\"\"\n  two\n   lines\n  \"\"\""]
        case "RAW_STRING": samples = ["r\"a\\b{\"", "r#\"say \"x\"\"#"]
        case "NEWLINE": samples = ["\n", "\n", "\n\n", " // note\n"]
        default: samples = ["?\(token)?"]
        }
        return samples[Int.random(in: 0..<samples.count, using: &random)]
    }
}
