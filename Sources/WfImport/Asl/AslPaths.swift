// JSONPath and intrinsic functions of state machines as expressions of wf, over the functions of `std.dynamic`.

import WfSource

/// What the words of a path begin at.
struct AslRoots {
    /// The state's input (`$`), the context (`$$`), the variables (`$name`).
    var input: String
    var context = "context"
    var variables = "vars"
    /// The state's name, which the context does not hold.
    var state = ""
    /// What the state has asked the world for; nil where it cannot be read.
    var doors: AslDoors?
}

/// Calls of functions of chance and time in a state: each is a step in front of it. Counts which of them have been written.
final class AslDoors {
    private static let calls = [
        ("uuid", ["$uuid()", "States.UUID()"]), ("now", ["$now()"]),
        ("random", ["$random()", "States.MathRandom("]),
    ]
    private var left: [String: [String]] = [:]

    /// The steps, by what stands in the text of the state: their names and calls.
    func steps(for text: String) -> [(name: String, call: String)] {
        var steps: [(String, String)] = []
        for (call, words) in AslDoors.calls {
            let count = words.reduce(0) {
                $0 + text.split(separator: $1, omittingEmptySubsequences: false).count - 1
            }
            // A text that holds thousands of them is none to run.
            let names = (0..<min(count, 100)).map { $0 == 0 ? "\(call)1" : "\(call)\($0 + 1)" }
            left[call] = names
            steps += names.map { ($0, "\(call)()") }
        }
        return steps
    }

    /// The name of the next step of that call.
    func next(_ call: String) -> String? {
        guard left[call]?.isEmpty == false else { return nil }
        return left[call]?.removeFirst()
    }
}

enum AslPath {
    /// The parts of a path behind its root, as the elements of a list of wf; nil when it is not understood.
    static func parts(_ text: Substring) -> [String]? {
        var parts: [String] = []
        var rest = text
        while let character = rest.first {
            if character == "." {
                rest = rest.dropFirst()
                if rest.first == "." {
                    let name = rest.dropFirst().prefix(while: isName)
                    if name.isEmpty { return nil }
                    parts.append("{ deep: \(WfText.string(name)) }")
                    rest = rest.dropFirst(1 + name.count)
                } else if rest.first == "*" {
                    parts.append("{ all: true }")
                    rest = rest.dropFirst()
                } else {
                    let name = rest.prefix(while: isName)
                    if name.isEmpty { return rest.first == "[" ? nil : nil }
                    parts.append(WfText.string(name))
                    rest = rest.dropFirst(name.count)
                }
            } else if character == "[" {
                guard let (part, length) = bracket(rest) else { return nil }
                parts.append(part)
                rest = rest.dropFirst(length)
            } else {
                return nil
            }
        }
        return parts
    }

    private static func isName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "-" || character == "@"
            || !character.isASCII
    }

    private static func bracket(_ text: Substring) -> (String, Int)? {
        let inner = text.dropFirst()
        if let quote = inner.first, quote == "'" || quote == "\"" {
            guard let close = inner.dropFirst().firstIndex(of: quote),
                inner[inner.index(after: close)...].first == "]"
            else { return nil }
            let name = inner.dropFirst()[..<close]
            return (WfText.string(name), name.count + 4)
        }
        if inner.hasPrefix("?") { return filter(inner) }
        guard let close = inner.firstIndex(of: "]") else { return nil }
        let words = inner[..<close]
        let length = words.count + 2
        if words == "*" { return ("{ all: true }", length) }
        if let number = Int(words) { return ("\(number)", length) }
        let ends = words.split(separator: ":", omittingEmptySubsequences: false)
        if ends.count == 2, ends.allSatisfy({ $0.isEmpty || Int($0).map { $0 >= 0 } == true }) {
            return (
                "{ slice: [\(ends[0].isEmpty ? "0" : String(ends[0])), \(ends[1].isEmpty ? "null" : String(ends[1]))] }",
                length
            )
        }
        return nil
    }

    /// `?(@.year <= 1998)]`: comparisons of a path with a literal, or that the path leads to something, joined by `&&` or `||`.
    private static func filter(_ text: Substring) -> (String, Int)? {
        guard text.hasPrefix("?("), let close = text.firstRange(of: ")]") else { return nil }
        let words = text[..<close.lowerBound].dropFirst(2)
        let length = text[..<close.upperBound].count + 1
        for (sign, name) in [("||", "some"), ("&&", "every")] where words.firstRange(of: sign) != nil {
            let all = words.split(separator: sign).map { test(SourceWriter.trimmed($0)[...]) }
            guard !all.contains(nil), !words.contains("(") else { return nil }
            // Both in one would need an order.
            if sign == "||", words.firstRange(of: "&&") != nil { return nil }
            return ("{ \(name): [\(all.compactMap { $0 }.joined(separator: ", "))] }", length)
        }
        return test(words).map { ($0, length) }
    }

    /// One test of a filter.
    private static func test(_ text: Substring) -> String? {
        if text.hasPrefix("!") {
            var inner = SourceWriter.trimmed(text.dropFirst())
            if inner.hasPrefix("("), inner.hasSuffix(")") { inner = String(inner.dropFirst().dropLast()) }
            if inner.hasPrefix("!") { return nil }
            return test(inner[...]).map { "{ none: [\($0)] }" }
        }
        guard text.hasPrefix("@") else { return nil }
        let words = text.dropFirst()
        for sign in ["==", "!=", "<=", ">=", "<", ">"] {
            guard let place = words.firstRange(of: sign) else { continue }
            let literal = SourceWriter.trimmed(words[place.upperBound...])
            guard let parts = parts(SourceWriter.trimmed(words[..<place.lowerBound])[...]) else { return nil }
            let value: String
            if let quote = literal.first, quote == "'" || quote == "\"" {
                value = WfText.string(literal.dropFirst().dropLast())
            } else if ["true", "false", "null"].contains(literal) {
                value = literal
            } else if Double(literal) != nil {
                value = WfJson.number(literal)
            } else {
                return nil
            }
            return "{ at: [\(parts.joined(separator: ", "))], is: \(WfText.string(sign)), to: \(value) }"
        }
        guard let parts = parts(SourceWriter.trimmed(words)[...]) else { return nil }
        return "{ at: [\(parts.joined(separator: ", "))] }"
    }

    /// A path as an expression of type `Json`, or nil.
    ///
    /// - Parameter function: `get` fails where there is nothing, `find` yields null.
    static func write(_ text: String, _ roots: AslRoots, function: String = "get") -> String? {
        if text.hasSuffix(".length()") {
            let path = String(text.dropLast(9))
            if path.hasSuffix(".length()") { return nil }
            return write(path, roots, function: function).map { "dynamic.length(\($0))" }
        }
        guard let (root, rest) = root(text, roots), let parts = parts(rest) else { return nil }
        if text == "$$.State.Name" { return "toJson(\(WfText.string(roots.state)))" }
        if parts.isEmpty { return root }
        return "dynamic.\(function)(\(root), [\(parts.joined(separator: ", "))])"
    }

    /// Whether a path leads to something, as an expression of type `Bool`.
    static func exists(_ text: String, _ roots: AslRoots) -> String? {
        guard let (root, rest) = root(text, roots), let parts = parts(rest) else { return nil }
        return "dynamic.has(\(root), [\(parts.joined(separator: ", "))])"
    }

    private static func root(_ text: String, _ roots: AslRoots) -> (String, Substring)? {
        guard text.hasPrefix("$") else { return nil }
        if text.hasPrefix("$$") { return (roots.context, text.dropFirst(2)) }
        let behind = text.dropFirst()
        let name = behind.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        if name.isEmpty { return (roots.input, behind) }
        return ("dynamic.get(\(roots.variables), [\(WfText.string(name))])", behind.dropFirst(name.count))
    }

    /// Names of a path without positions, as `ResultPath` has it; nil when it is more.
    static func names(_ text: String) -> [String]? {
        guard text.hasPrefix("$"), let parts = parts(text.dropFirst()),
            parts.allSatisfy({ $0.hasPrefix("\"") })
        else { return nil }
        return parts
    }
}

/// Intrinsic functions, such as `States.Format('{}', $.name)`.
struct AslIntrinsic {
    private var rest: Substring
    private let roots: AslRoots
    private var depth = 0

    /// The expression of type `Json`, or nil when it is not understood.
    static func write(_ text: String, _ roots: AslRoots) -> String? {
        var reader = AslIntrinsic(rest: text[...], roots: roots)
        guard let result = reader.value() else { return nil }
        reader.skipSpace()
        return reader.rest.isEmpty ? result : nil
    }

    private init(rest: Substring, roots: AslRoots) {
        self.rest = rest
        self.roots = roots
    }

    private mutating func skipSpace() { rest = rest.drop(while: \.isWhitespace) }

    private mutating func value() -> String? {
        depth += 1
        defer { depth -= 1 }
        skipSpace()
        guard depth < 32, let first = rest.first else { return nil }
        if first == "'" {
            return string().map { "toJson(\(WfText.string($0.replacing("\u{FFFE}", with: ""))))" }
        }
        if first == "$" {
            var brackets = 0
            let path = rest.prefix { character in
                if character == "[" { brackets += 1 }
                if character == "]" { brackets -= 1 }
                return brackets > 0 || !(character == "," || character == ")" || character.isWhitespace)
            }
            rest = rest.dropFirst(path.count)
            return AslPath.write(String(path), roots)
        }
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
        rest = rest.dropFirst(word.count)
        skipSpace()
        if rest.first == "(" { return call(String(word)) }
        switch word {
        case "true", "false": return "toJson(\(word))"
        case "null": return "(null as Json)"
        default: return Double(word) == nil ? nil : "toJson(\(WfJson.number(String(word))))"
        }
    }

    /// Text in single quotes; a backslash keeps the character behind it.
    private mutating func string() -> String? {
        rest = rest.dropFirst()
        var text = ""
        while let character = rest.first {
            rest = rest.dropFirst()
            if character == "'" { return text }
            if character == "\\" {
                guard let escaped = rest.first else { return nil }
                switch escaped {
                case "'", "\\": text.append(escaped)
                // Marked, so that it is no place of `States.Format`.
                case "{", "}": text += "\(escaped)\u{FFFE}"
                case "n": text.append("\n")
                case "t": text.append("\t")
                case "r": text.append("\r")
                default: return nil
                }
                rest = rest.dropFirst()
            } else {
                text.append(character)
            }
        }
        return nil
    }

    private static let functions: [String: (name: String, count: Int)] = [
        "States.ArrayPartition": ("partition", 2), "States.ArrayContains": ("contains", 2),
        "States.ArrayRange": ("range", 3), "States.ArrayLength": ("length", 1),
        "States.ArrayUnique": ("unique", 1),
        "States.Base64Encode": ("base64", 1), "States.Base64Decode": ("fromBase64", 1),
        "States.StringToJson": ("parsed", 1), "States.MathAdd": ("addWhole", 2),
        "States.StringSplit": ("split", 2),
    ]

    /// `States.Format` with a template that is known.
    private mutating func format() -> String? {
        guard let template = string(), let arguments = arguments(behind: true) else { return nil }
        let values = "[\(arguments.joined(separator: ", "))]"
        if !template.contains("\u{FFFE}") {
            return "dynamic.format(dynamic.plain(toJson(\(WfText.string(template)))), \(values))"
        }
        let pieces = template.split(separator: "{}", omittingEmptySubsequences: false)
        guard pieces.count == arguments.count + 1 else {
            return "dynamic.format(\"\(String(repeating: "\\{\\}", count: pieces.count - 1))\", \(values))"
        }
        var text = ""
        for (index, piece) in pieces.enumerated() {
            text += WfText.escaped(piece.replacing("\u{FFFE}", with: ""))
            if index < arguments.count { text += "{dynamic.plain(\(arguments[index]))}" }
        }
        return "toJson(\"\(text)\")"
    }

    /// What stands in the brackets of a call, up to their end.
    ///
    /// - Parameter behind: whether one argument has been read.
    private mutating func arguments(behind: Bool = false) -> [String]? {
        var arguments: [String] = []
        skipSpace()
        if behind, rest.first == "," { rest = rest.dropFirst() }
        while rest.first != ")" {
            guard let argument = value() else { return nil }
            arguments.append(argument)
            skipSpace()
            if rest.first == "," { rest = rest.dropFirst() } else if rest.first != ")" { return nil }
        }
        rest = rest.dropFirst()
        return arguments
    }

    private mutating func call(_ name: String) -> String? {
        rest = rest.dropFirst()
        skipSpace()
        if name == "States.Format", rest.first == "'" { return format() }
        guard let arguments = arguments() else { return nil }
        if let (function, count) = AslIntrinsic.functions[name] {
            return arguments.count == count
                ? "dynamic.\(function)(\(arguments.joined(separator: ", ")))" : nil
        }
        switch (name, arguments.count) {
        case ("States.UUID", 0): return roots.doors?.next("uuid").map { "toJson(\($0))" }
        case ("States.MathRandom", 2):
            return roots.doors?.next("random").map {
                "dynamic.between(\(arguments[0]), \(arguments[1]), \($0))"
            }
        case ("States.Array", _): return "toJson([\(arguments.joined(separator: ", "))] as [Json])"
        case ("States.Format", 1...):
            return
                "dynamic.format(dynamic.plain(\(arguments[0])), [\(arguments.dropFirst().joined(separator: ", "))])"
        case ("States.ArrayGetItem", 2): return "dynamic.get(\(arguments[0]), [\(arguments[1])])"
        case ("States.JsonToString", 1): return "toJson(\(arguments[0]).text())"
        case ("States.JsonMerge", 3): return "\(arguments[0]).merged(\(arguments[1]))"
        default: return nil
        }
    }
}
