// What people write out of habit where no rule of the grammar reads on: what is written here instead. Looked at only when
// something has already gone wrong. Knows tokens; what can be read on as what is meant is in ParserForeign.swift.
import WfDiagnostics
import WfSource

/// What to write instead, and the change that does it.
struct Habit {
    let help: String
    var fix: Fix?

    init(_ help: String, _ fix: Fix? = nil) {
        self.help = help
        self.fix = fix
    }
}

extension SyntaxParser {
    /// What the tokens about the current one tell of another language.
    ///
    /// - Parameter wanted: what was expected, as the message says it; nil for the end of a statement.
    func habit(_ wanted: String? = nil) -> Habit? {
        if index == 0 { return nil }
        if let found = habitOfLanguage(wanted) ?? habitOfPlace(wanted) { return found }
        if kind == .identifier, let found = habitOfWord() { return found }
        if !startsLine, tokens[index - 1].kind == .identifier, let found = habitBehindWord() { return found }
        return habitOfSign(wanted)
    }

    private func replacing(_ first: Int, _ last: Int, _ text: String, title: String? = nil) -> Fix {
        let place = Span(file: file, start: tokens[first].start, end: tokens[last].end)
        return Fix(title ?? "write `\(text)`", [TextEdit(place, text)])
    }

    /// Without a word and the blanks behind it.
    private func dropping(_ word: Int) -> Fix {
        let place = Span(file: file, start: tokens[word].start, end: tokens[word + 1].start)
        return Fix("remove `\(text(word))`", [.remove(place)])
    }

    // MARK: Words

    /// The current word is one of another language.
    private func habitOfWord() -> Habit? {
        let before = tokens[index - 1].kind
        if before == .integer, !startsLine, let unit = habitOfUnit() { return unit }
        switch text(index) {
        case "is", "IS":
            let isNot = !nextStartsLine && ["not", "NOT"].contains(text(next))
            let sign = isNot ? "!=" : "=="
            return Habit("write `\(sign)`", replacing(index, isNot ? next : index, sign))
        case "in" where wantsNoIn: return habitOfMember()
        case "like", "LIKE", "matches":
            return Habit("write `.startsWith(…)`, `.contains(…)` or `.matches(\"a*\")`")
        case "between", "BETWEEN": return Habit("write `low <= x && x <= high`")
        case "instanceof": return Habit("a value's type is known: ask an `enum` with `match`")
        case "then" where nextKind == .leftBrace: return Habit("leave `then` out", dropping(index))
        case "for" where isOpen: return Habit("write `xs.map(x => …)`")
        case "finally": return Habit("put it behind the `try`, as a step with `after`")
        case "let" where word(at: index - 1) == .if:
            return Habit("write `if x != null { … }`: inside, `x` is not null")
        case "schedule" where word(at: index - 1) == .on:
            return Habit("write `cron`", replacing(index, index, "cron"))
        default: return nil
        }
    }

    private var wantsNoIn: Bool { tokens[index - 1].kind != .comma }

    /// `5 minutes`
    private func habitOfUnit() -> Habit? {
        let units = [
            ("us", ["us", "microseconds"]), ("ms", ["ms", "millis", "milliseconds"]),
            ("s", ["s", "sec", "secs", "second", "seconds"]),
            ("m", ["m", "min", "mins", "minute", "minutes"]),
            ("h", ["h", "hr", "hour", "hours"]), ("d", ["d", "day", "days"]),
        ]
        let word = text(index).lowercased()
        guard tokens[index - 1].kind == .integer, let unit = units.first(where: { $0.1.contains(word) })
        else { return nil }
        let written = text(index - 1) + unit.0
        return Habit("write `\(written)`", replacing(index - 1, index, written))
    }

    /// `a in xs`
    private func habitOfMember() -> Habit {
        let isPlain =
            tokens[index - 1].kind == .identifier && nextKind == .identifier
            && ![.dot, .leftParen, .leftBracket].contains(tokens[next + 1].kind)
            && ![.dot, .question].contains(tokens[max(index - 2, 0)].kind)
        let written = "\(text(next)).contains(\(text(index - 1)))"
        return Habit(
            isPlain ? "write `\(written)`" : "write `list.contains(value)`",
            isPlain ? replacing(index - 1, next, written) : nil)
    }

    /// The word before is one of another language.
    private func habitBehindWord() -> Habit? {
        let last = index - 1
        switch text(last) {
        case "new" where isCapitalised(index): return Habit("write `\(text(index)) { field: value }`")
        case "defer":
            return Habit("write `undo` behind the step that it takes back, or a step with `after`")
        case "go" where kind == .identifier:
            return Habit(
                "leave `go` out: steps that do not read each other run side by side", dropping(last))
        case "unless": return Habit("write `if !(…) { … }`")
        case "do" where kind == .leftBrace: return Habit("write `while condition { … }`")
        case "parallel" where kind == .leftBrace:
            return Habit("leave it out: steps that do not read each other run side by side")
        case "lambda" where kind == .identifier:
            return Habit("write `\(text(index)) => …`", fixLambda())
        case "sequence" where word(at: index) == .for: return Habit("write `for … limit 1`")
        case "map" where kind == .leftBracket: return habitOfMapType()
        case "f", "F", "b", "u", "s":
            guard kind == .string || kind == .stringHead, isAdjacent(index) else { return nil }
            return Habit(
                "leave `\(text(last))` out: `{…}` is a value in any string",
                Fix("remove `\(text(last))`", [.remove(span(last))]))
        default:
            guard kind == .bang, isAdjacent(index), nextKind == .leftParen || nextKind == .leftBracket else {
                return nil
            }
            if nextKind == .leftBracket {
                let name = span(last).joined(span(index))
                return Habit("write the list alone: `[…]`", Fix("remove `\(text(last))!`", [.remove(name)]))
            }
            return Habit("leave `!` out: there are no macros", Fix("remove `!`", [.remove(span(index))]))
        }
    }

    /// `lambda x: x * 2`
    private func fixLambda() -> Fix? {
        guard nextKind == .colon else { return nil }
        let start = Span(file: file, start: tokens[index - 1].start, end: tokens[index].start)
        return Fix(
            "write `\(text(index)) =>`", [.remove(start), TextEdit(span(next), " =>")])
    }

    /// `map[String]Int`
    private func habitOfMapType() -> Habit? {
        guard nextKind == .identifier, tokens[index + 2].kind == .rightBracket,
            tokens[index + 3].kind == .identifier
        else { return nil }
        let written = "[\(text(next)): \(text(index + 3))]"
        return Habit("write `\(written)`", replacing(index - 1, index + 3, written))
    }

    // MARK: Signs

    private func habitOfSign(_ wanted: String?) -> Habit? {
        switch kind {
        case .colon: return habitOfColon(wanted)
        case .slash where wanted == "a pattern":
            return Habit("ask behind `if`, as in `s if s.matches(\"a*\") => …`")
        case .bang where isAdjacent(index) && !startsLine:
            return Habit("give a default with `??`, or test it with `!= null` first")
        case .ellipsis where wanted == "an expression":
            return Habit("join lists with `+`, as in `xs + [x]`, and records with `with`")
        case .equal where isOpen && tokens[index - 1].kind == .identifier:
            return Habit("write `\(text(index - 1)): value`", fixSeparator())
        case .rightBracket where tokens[index - 1].kind == .leftBracket && wanted == "a type":
            let isPlain = nextKind == .identifier && isAdjacent(next)
            return Habit(
                isPlain ? "write `[\(text(next))]`" : "write the element's type between the brackets",
                isPlain ? replacing(index - 1, next, "[\(text(next))]") : nil)
        case .leftParen where wanted == "`=` and a call" && word(at: index - 2) == .step:
            return Habit("name the step, or leave `step` out: a call is one", dropping(index - 2))
        default: return nil
        }
    }

    private func habitOfColon(_ wanted: String?) -> Habit? {
        let isPair = nextKind != .endOfFile && tokens[next].start == tokens[index].end
        if isPair, nextKind == .colon {
            return Habit("write `.`", replacing(index, next, "."))
        }
        if isPair, nextKind == .equal, tokens[index - 1].kind == .identifier {
            let isAlone = index - 1 == statementStart
            let name = text(index - 1)
            return Habit(
                "write `let \(name) = …`, or `var` if it changes",
                isAlone ? replacing(index - 1, next, "let \(name) =") : nil)
        }
        if wanted == "`{`" { return Habit("put the block in braces: `{ … }`") }
        return nil
    }
}

/// Words of other languages, and ours for them.
enum Foreign {
    static let operators = ["and": "&&", "or": "||", "mod": "%", "div": "/", "AND": "&&", "OR": "||"]
    static let statement: [String: String] = [
        "elif": "else if", "elseif": "else if", "elsif": "else if", "val": "let", "const": "let",
        "def": "let",
        "task": "step", "job": "step", "switch": "match", "foreach": "for", "throw": "fail", "raise": "fail",
        "until": "while", "yield": "return",
    ]
    static let clause: [String: Word] = [
        "depends_on": .after, "dependsOn": .after, "needs": .after, "requires": .after, "upstream": .after,
        "retries": .retry, "parallel": .limit, "concurrency": .limit, "default": .else, "except": .catch,
        "rescue": .catch, "on_error": .else, "onError": .else, "each": .for, "rollback": .undo,
        "compensate": .undo, "fallback": .else,
    ]
    static let declaration: [String: String] = [
        "fn": "func", "def": "func", "function": "func", "fun": "func", "proc": "func", "struct": "record",
        "class": "record", "type": "record", "interface": "record", "import": "use", "include": "use",
        "require": "use", "let": "const", "var": "const", "val": "const", "static": "const",
        "job": "workflow", "from": "use",
        "pipeline": "workflow", "task": "action", "union": "enum",
    ]
    /// Words in front of declarations.
    static let modifiers: Set<String> = [
        "pub", "export", "public", "private", "protected", "internal", "async", "abstract", "final",
        "default",
    ]
    /// Words that are answered where they stand, and no misspelt ones of ours.
    static let habits: Set<String> = ["is", "IS", "like", "LIKE", "then", "new", "do", "go", "mut", "impl"]
    /// Types that a result may be said to have without an arrow, and ours for them.
    static let types: [String: String] = [
        "int": "Int", "int64": "Int", "string": "String", "str": "String", "bool": "Bool", "boolean": "Bool",
        "float": "Float", "float64": "Float", "number": "Float", "error": "Error", "void": "Unit",
        "any": "Json",
    ]
}
