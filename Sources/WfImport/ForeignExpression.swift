// Expressions of JUEL, FEEL, MVEL/Java, XPath and Python as one small tree, in whichever spelling. What lies outside is not
// translated, and the caller says so. Knows nothing of wf.

/// A named part of an object.
public struct ForeignField: Equatable {
    public let name: String
    public let value: ForeignExpression
}

/// What is done with each element of a list.
public enum ForeignEach: Sendable {
    /// Whether it holds of one of them, or of all.
    case some, every
    /// What they become; `all`: the lists that they become, joined.
    case become, all
    /// Those of which it holds.
    case filter
}

/// An expression of another language.
public indirect enum ForeignExpression: Equatable {
    case bool(Bool)
    case null
    case number(String)
    case string(String)
    case name(String)
    case list([ForeignExpression])
    case object([ForeignField])
    case member(ForeignExpression, String)
    case index(ForeignExpression, ForeignExpression)
    /// Operators that only one language has are calls too: `in`, `**`, `//`, `empty`.
    case call(String, [ForeignExpression])
    case method(ForeignExpression, String, [ForeignExpression])
    case not(ForeignExpression)
    case minus(ForeignExpression)
    case binary(ForeignOperator, ForeignExpression, ForeignExpression)
    case choice(ForeignExpression, ForeignExpression, ForeignExpression)
    /// Something of each element of a list, which the name stands for.
    case each(ForeignEach, String, ForeignExpression, ForeignExpression)
    /// The numbers from one to another.
    case range(ForeignExpression, ForeignExpression)
    /// Text with values in it.
    case joined([ForeignExpression])
    /// An expression that means what it means in a language.
    case said(ForeignLanguage, ForeignExpression)

    /// Reads a text; nil when it is not of the subset.
    ///
    /// - Parameters:
    ///   - equalsCompares: whether a single `=` compares (FEEL, XPath) rather than assigns (scripts).
    ///   - language: what it is declared in; FEEL, which a `=` in front says too, and XPath count from 1.
    public static func parse(
        _ text: String, equalsCompares: Bool = true, language: ForeignLanguage = .plain
    ) -> ForeignExpression? {
        var body = SourceWriter.trimmed(text)
        var language = language
        if body.hasPrefix("=") && !body.hasPrefix("==") {
            body = SourceWriter.trimmed(body.dropFirst())
            language = .feel
        }
        if body.hasPrefix("${") || body.hasPrefix("#{") {
            guard body.hasSuffix("}") else { return nil }
            body = String(body.dropFirst(2).dropLast())
            // Several in one text are text with holes, not an expression.
            if body.contains("${") || body.contains("#{") { return nil }
        }
        if body.hasPrefix("return ") { body = String(body.dropFirst("return ".count)) }
        while body.hasSuffix(";") { body.removeLast() }
        guard body.utf8.count <= 4000, let tokens = ForeignToken.read(body, language) else { return nil }
        var parser = ForeignParser(tokens: tokens, equalsCompares: equalsCompares, language: language)
        guard let result = parser.expression(0), parser.isAtEnd else { return nil }
        return result
    }

    /// Reads a text as what it means in its language: `= x` is FEEL, and `${x}`, alone or in a text, JUEL; nil when it is
    /// not of the subset.
    public static func read(
        _ text: String, _ language: ForeignLanguage = .plain, equalsCompares: Bool = true
    ) -> ForeignExpression? {
        let body = SourceWriter.trimmed(text)
        if body.hasPrefix("=") && !body.hasPrefix("==") {
            return parse(body).map { .said(.feel, $0) }
        }
        guard body.contains("${") || body.contains("#{"), language.hasHoles else {
            return parse(body, equalsCompares: equalsCompares, language: language)
                .map { .said(language, $0) }
        }
        let spoken = language == .plain ? ForeignLanguage.juel : language
        guard let parts = parts(of: body) else { return nil }
        var read: [ForeignExpression] = []
        for part in parts {
            guard part.isExpression else {
                read.append(.string(part.text))
                continue
            }
            guard let tree = parse(part.text, equalsCompares: false, language: spoken) else { return nil }
            read.append(.said(spoken, tree))
        }
        return read.count == 1 ? read[0] : .joined(read)
    }

    /// A text's plain parts, and those in `${…}` and `#{…}`; nil where one is not closed.
    private static func parts(of text: String) -> [(text: String, isExpression: Bool)]? {
        var result: [(text: String, isExpression: Bool)] = []
        var plain = ""
        var rest = text[...]
        while let first = rest.first {
            guard rest.hasPrefix("${") || rest.hasPrefix("#{") else {
                plain.append(first)
                rest = rest.dropFirst()
                continue
            }
            guard let end = closing(rest.dropFirst(2)) else { return nil }
            if !plain.isEmpty { result.append((plain, false)) }
            plain = ""
            result.append((String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end]), true))
            rest = rest[rest.index(after: end)...]
        }
        if !plain.isEmpty { result.append((plain, false)) }
        return result
    }

    /// Where the bracket closes that is open, texts passed over.
    private static func closing(_ text: Substring) -> String.Index? {
        var depth = 1
        var quote: Character?
        var isEscaped = false
        for place in text.indices {
            let character = text[place]
            if isEscaped {
                isEscaped = false
            } else if let open = quote {
                if character == "\\" { isEscaped = true }
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "{" {
                depth += 1
            } else if character == "}" {
                depth -= 1
                if depth == 0 { return place }
            }
        }
        return nil
    }

    /// What it is made of.
    var children: [ForeignExpression] {
        switch self {
        case .bool, .null, .number, .string, .name: return []
        case .list(let items), .call(_, let items), .joined(let items): return items
        case .object(let fields): return fields.map(\.value)
        case .member(let base, _), .not(let base), .minus(let base), .said(_, let base): return [base]
        case .index(let base, let index): return [base, index]
        case .method(let base, _, let items): return [base] + items
        case .binary(_, let left, let right), .range(let left, let right): return [left, right]
        case .choice(let condition, let yes, let no): return [condition, yes, no]
        case .each(_, _, let list, let body): return [list, body]
        }
    }

    /// Whether it has so few parts that it may be written more than once.
    var mayBeRepeated: Bool {
        var open = [self]
        var count = 0
        while let next = open.popLast() {
            count += 1
            if count > 50 { return false }
            open += next.children
        }
        return true
    }

    /// Whether a variable is read in it.
    var readsVariables: Bool {
        switch self {
        case .name, .call, .method: return true
        default: return children.contains(where: \.readsVariables)
        }
    }

    /// Whether a variable of that name is read in it.
    func mentions(_ name: String) -> Bool {
        if case .name(let other) = self { return other == name }
        return children.contains { $0.mentions(name) }
    }

    /// Whether a text is in it, as the name in `execution.getVariable("x")` is.
    func holds(_ text: String) -> Bool {
        if case .string(let other) = self { return other == text }
        return children.contains { $0.holds(text) }
    }
}

public enum ForeignOperator: String {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
    case rest = "%"

    var power: Int {
        switch self {
        case .or: return 1
        case .and: return 2
        case .equal, .unequal, .less, .atMost, .greater, .atLeast: return 4
        case .plus, .minus: return 5
        case .times, .over, .rest: return 6
        }
    }

    var compares: Bool { power == 4 }
}
