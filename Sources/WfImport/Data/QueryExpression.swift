// JSONata and jq, a subset of each, as expressions of wf over the functions of `std.dynamic`. One reader for both: they
// share literals, operators, paths, constructors and calls. What is beyond the subset gives nil.

import WfSource

/// Reads one expression; everything it writes is of type `Json`.
struct QueryExpression {
    enum Dialect { case jsonata, jq }

    enum Token: Equatable {
        case name(String), variable(String), string(String), number(String), sign(String)
    }

    let tokens: [Token]
    let dialect: Dialect
    /// What `$name` stands for.
    private let variable: (String) -> String?
    /// What a function of chance or time has yielded that is called once: `$uuid`, `$now`, `$random`.
    private let door: (String) -> String?
    /// What `.` stands for; changes behind a pipe and inside `map`.
    var current: String
    /// What `$name` stands for that the expression sets itself.
    var locals: [String: String] = [:]
    var position = 0
    var depth = 0
    var lambdas = 0
    /// Where nothing begins that stands for several values: tried once, else what is nested is read twice at each depth.
    var single: Set<Int> = []
    /// Where the term that was read last begins and ends.
    private var term = (start: 0, end: 0)

    /// The expression in wf, or nil when it is not understood.
    static func write(
        _ text: String, _ dialect: Dialect, current: String,
        door: @escaping (String) -> String? = { _ in nil }, variable: @escaping (String) -> String?
    ) -> String? {
        guard let tokens = tokens(text, dialect) else { return nil }
        var reader = QueryExpression(
            tokens: tokens, dialect: dialect, variable: variable, door: door, current: current)
        guard let result = reader.pipe(), reader.position == tokens.count else { return nil }
        return result.utf8.count < 25 * lengthMax + 8 * text.utf8.count ? result : nil
    }

    private init(
        tokens: [Token], dialect: Dialect, variable: @escaping (String) -> String?,
        door: @escaping (String) -> String?, current: String
    ) {
        self.tokens = tokens
        self.dialect = dialect
        self.variable = variable
        self.door = door
        self.current = current
    }

    var token: Token? { position < tokens.count ? tokens[position] : nil }

    mutating func take(_ sign: String) -> Bool {
        guard token == .sign(sign) else { return false }
        position += 1
        return true
    }

    mutating func takeWord(_ word: String) -> Bool {
        guard token == .name(word) else { return false }
        position += 1
        return true
    }

    // MARK: Operators, the loosest first

    mutating func pipe() -> String? {
        depth += 1
        let outer = (current, locals)
        defer {
            depth -= 1
            (current, locals) = outer
        }
        if depth > 64 { return nil }
        while true {
            let start = position
            guard let value = conditional() else { return nil }
            let isTerm = term.start == start && term.end == position
            // What is put in for a name or for `.` is written wherever it is read.
            let isShort = value.utf8.count < QueryExpression.lengthMax
            if dialect == .jq, takeWord("as") {
                // `.a as $x | …`; behind `.a + .b` it would name `.b` alone.
                guard isTerm, isShort, case .variable(let name)? = token else { return nil }
                position += 1
                guard take("|") else { return nil }
                locals[name] = json(value)
                continue
            }
            guard dialect == .jq, take("|") else { return value }
            if !isShort { return nil }
            current = value
        }
    }

    mutating func conditional() -> String? {
        let start = position
        guard let condition = alternative() else { return nil }
        if dialect == .jq, token == .sign("=") || token == .sign("|=") { return assigned(from: start) }
        guard dialect == .jsonata, take("?") else { return condition }
        guard let yes = conditional() else { return nil }
        let no = take(":") ? conditional() : "null"
        guard let no else { return nil }
        return chosen(condition, yes, no)
    }

    private func chosen(_ condition: String, _ yes: String, _ no: String) -> String {
        "toJson(if \(truth(condition)) { \(json(yes)) } else { \(json(no)) })"
    }

    func json(_ text: String) -> String { text == "null" ? "(null as Json)" : text }

    func truth(_ text: String) -> String { "dynamic.\(dialect == .jq ? "isSet" : "truth")(\(text))" }

    private mutating func alternative() -> String? {
        guard var left = either() else { return nil }
        while dialect == .jq, take("//") {
            guard left.utf8.count < QueryExpression.lengthMax, let right = either() else { return nil }
            left = chosen(left, left, right)
        }
        return left
    }

    private mutating func either() -> String? {
        guard var left = both() else { return nil }
        while takeWord("or") {
            guard let right = both() else { return nil }
            left = "toJson(\(truth(left)) || \(truth(right)))"
        }
        return left
    }

    private mutating func both() -> String? {
        guard var left = comparison() else { return nil }
        while takeWord("and") {
            guard let right = comparison() else { return nil }
            left = "toJson(\(truth(left)) && \(truth(right)))"
        }
        return left
    }

    private mutating func comparison() -> String? {
        guard var left = sum() else { return nil }
        while dialect == .jsonata, take("~>") {
            guard let next = chained(left) else { return nil }
            left = next
        }
        let isEqual = dialect == .jq ? "==" : "="
        for sign in [isEqual, "!=", "<=", ">=", "<", ">"] where take(sign) {
            guard let right = sum() else { return nil }
            let less = dialect == .jq ? "dynamic.before" : "dynamic.less"
            switch sign {
            case "<": return "toJson(\(less)(\(left), \(right)))"
            case ">": return "toJson(\(less)(\(right), \(left)))"
            case "<=": return "toJson(!\(less)(\(right), \(left)))"
            case ">=": return "toJson(!\(less)(\(left), \(right)))"
            default: return "toJson(\(json(left)) \(sign == "!=" ? "!=" : "==") \(json(right)))"
            }
        }
        if dialect == .jsonata, takeWord("in") {
            guard let right = sum() else { return nil }
            return "dynamic.isIn(\(left), \(right))"
        }
        return left
    }

    mutating func sum() -> String? {
        guard var left = product() else { return nil }
        while true {
            if take("+") {
                guard let right = product() else { return nil }
                left =
                    dialect == .jq
                    ? "dynamic.add(\(left), \(right))" : "dynamic.reckoned(\(left), \"+\", \(right))"
            } else if take("-") {
                guard let right = product() else { return nil }
                left =
                    dialect == .jq
                    ? "dynamic.subtract(\(left), \(right))" : "dynamic.reckoned(\(left), \"-\", \(right))"
            } else if dialect == .jsonata, take("&") {
                guard let right = product() else { return nil }
                left = "dynamic.join(\(left), \(right))"
            } else {
                return left
            }
        }
    }

    private mutating func product() -> String? {
        guard var left = unary() else { return nil }
        while case .sign(let sign)? = token, ["*", "/", "%"].contains(sign) {
            position += 1
            guard let right = unary() else { return nil }
            if dialect == .jsonata {
                left = "dynamic.reckoned(\(left), \"\(sign)\", \(right))"
                continue
            }
            let function = sign == "*" ? "times" : sign == "/" ? "over" : "remainder"
            left = "dynamic.\(function)(\(left), \(right))"
        }
        return left
    }

    private mutating func unary() -> String? {
        if take("-") {
            let zero = "toJson(0)"
            return unary().map {
                dialect == .jq
                    ? "dynamic.subtract(\(zero), \($0))" : "dynamic.reckoned(\(zero), \"-\", \($0))"
            }
        }
        let start = position
        let text = postfix()
        term = (start, position)
        return text
    }

    // MARK: Paths

    mutating func postfix() -> String? {
        guard var text = primary() else { return nil }
        while true {
            if take(".") {
                switch token {
                case .name(let name)?, .string(let name)?:
                    guard QueryExpression.isPlain(name) else { return nil }
                    position += 1
                    guard dialect == .jsonata, token == .sign("[") else {
                        text = field(text, name)
                        continue
                    }
                    guard let step = step(text, name) else { return nil }
                    text = step
                case .sign("{")?, .sign("(")?, .sign("[")?, .variable?:
                    guard dialect == .jsonata, let made = eachOf(text) else { return nil }
                    text = made
                case .sign("*")? where dialect == .jsonata:
                    position += 1
                    let each = fresh()
                    text =
                        "dynamic.sequenced(dynamic.items(\(text)).flatMap(\(each) => \(each).fields.values))"
                default: return nil
                }
            } else if dialect == .jsonata, take("^") {
                guard let sorted = ordered(text) else { return nil }
                text = sorted
            } else if isEach {
                return text
            } else if token == .sign("[") {
                guard let indexed = index(text) else { return nil }
                text = indexed
            } else if dialect == .jq, take("?") {
                continue
            } else {
                return text
            }
        }
    }

    func field(_ text: String, _ name: String) -> String {
        dialect == .jq ? "\(text)[\(WfText.string(name))]" : "dynamic.field(\(text), \(WfText.string(name)))"
    }

    mutating func index(_ text: String) -> String? {
        position += 1
        if dialect == .jsonata { return predicate(text) }
        if case .string(let name)? = token, QueryExpression.isPlain(name) {
            position += 1
            return take("]") ? field(text, name) : nil
        }
        if take(":") {
            guard let end = pipe(), take("]") else { return nil }
            return "dynamic.stretch(\(text), null, \(end))"
        }
        guard let inner = pipe() else { return nil }
        if take(":") {
            if take("]") { return "dynamic.stretch(\(text), \(inner), null)" }
            guard let end = pipe(), take("]") else { return nil }
            return "dynamic.stretch(\(text), \(inner), \(end))"
        }
        return take("]") ? "dynamic.find(\(text), [\(inner)])" : nil
    }

    /// `.name[…]` of JSONata: the predicate picks among the values that each object has, not among all of them.
    private mutating func step(_ text: String, _ name: String) -> String? {
        lambdas += 1
        let element = "each\(lambdas)"
        var inner = field(element, name)
        var staysList = false
        while token == .sign("[") {
            staysList = staysList || position + 1 < tokens.count && tokens[position + 1] == .sign("]")
            guard let picked = index(inner) else { return nil }
            inner = picked
        }
        return
            "dynamic.\(staysList ? "gathered" : "sequenced")(dynamic.items(\(text)).map(\(element) => \(inner)))"
    }

    /// What a predicate of JSONata, behind its `[`, picks: at a position, or where it holds of the value itself.
    private mutating func predicate(_ text: String) -> String? {
        if take("]") { return "dynamic.gathered([\(text)])" }
        var sign = ""
        let start = position
        if take("-") { sign = "-" }
        if case .number(let digits)? = token, Int(digits) != nil {
            position += 1
            if take("]") { return "dynamic.find(dynamic.gathered([\(text)]), [\(sign)\(digits)])" }
        }
        position = start
        lambdas += 1
        let element = "each\(lambdas)"
        let outer = current
        current = element
        defer { current = outer }
        guard let inner = pipe(), take("]") else { return nil }
        return "dynamic.picked(\(text), dynamic.items(\(text)).map(\(element) => \(inner)))"
    }

    mutating func primary() -> String? {
        guard let token else { return nil }
        position += 1
        switch token {
        case .number(let digits):
            // `1.0` is 1 in both.
            let whole = Double(digits).flatMap { $0.magnitude < 1e15 ? Int(exactly: $0) : nil }
            return "toJson(\(whole.map { "\($0)" } ?? WfJson.number(digits)))"
        case .string(let text): return dialect == .jq ? interpolated(text) : "toJson(\(WfText.string(text)))"
        case .variable(let name):
            if dialect == .jsonata, self.token == .sign("(") { return call("$" + name) }
            return name.isEmpty ? current : locals[name] ?? variable(name)
        case .name(let name): return word(name)
        case .sign("(") where dialect == .jsonata: return block()
        case .sign("("):
            guard let inner = pipe(), take(")") else { return nil }
            return inner
        case .sign("["): return list()
        case .sign("{"): return object()
        case .sign(".") where dialect == .jq: return path()
        default: return nil
        }
    }

    private mutating func path() -> String? {
        switch token {
        case .name(let name)?, .string(let name)?:
            position += 1
            return QueryExpression.isPlain(name) ? field(current, name) : nil
        default: return current
        }
    }

    /// Stands for `\\(` in a text of jq; no text holds it otherwise.
    static let interpolation = "\u{FFFF}("

    /// A text of jq with its `\\( … )` put in.
    private func interpolated(_ text: String) -> String? {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: QueryExpression.interpolation) {
            result += WfText.escaped(rest[..<open.lowerBound])
            rest = rest[open.upperBound...]
            var depth = 1
            let inner = rest.prefix { character in
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
                return depth > 0
            }
            guard depth == 0,
                let expression = QueryExpression.write(
                    String(inner), .jq, current: current, variable: variable)
            else { return nil }
            result += "{dynamic.plain(\(expression))}"
            rest = rest.dropFirst(inner.count + 1)
        }
        return "toJson(\"\(result + WfText.escaped(rest))\")"
    }

    private mutating func word(_ name: String) -> String? {
        switch name {
        case "true", "false": return "toJson(\(name))"
        case "null": return "(null as Json)"
        case "not" where dialect == .jq: return "toJson(!\(truth(current)))"
        case "if" where dialect == .jq: return ifThenElse()
        case "reduce" where dialect == .jq: return reduced()
        case "sort_by", "min_by", "max_by": if dialect == .jq { return sortedBy(name) }
        case "map_values", "group_by", "unique_by": if dialect == .jq { return byEach(name) }
        case "del": if dialect == .jq { return deleted() }
        default: break
        }
        if dialect == .jq { return call(name) }
        return field(current, name)
    }

    private mutating func ifThenElse() -> String? {
        guard let condition = pipe(), takeWord("then"), let yes = pipe() else { return nil }
        var no = current
        if takeWord("elif") {
            guard let other = ifThenElse() else { return nil }
            return chosen(condition, yes, other)
        }
        if takeWord("else") {
            guard let other = pipe() else { return nil }
            no = other
        }
        return takeWord("end") ? chosen(condition, yes, no) : nil
    }

    private mutating func list() -> String? {
        let first = position
        if dialect == .jq, let values = generated(), take("]") { return "toJson(\(values))" }
        position = first
        var elements: [String] = []
        var areSimple = true
        while !take("]") {
            let start = position
            guard var element = pipe() else { return nil }
            if dialect == .jsonata {
                // A list in a list stays one, and so does null; what a path leads to is spread.
                let isOne = position == start + 1
                switch tokens[start] {
                case .number where isOne: break
                case .string where isOne: break
                case .name("null") where isOne: element = "toJson([\(element)] as [Json])"
                case .sign("["): element = "toJson([\(element)] as [Json])"
                default: areSimple = false
                }
            }
            if dialect == .jsonata, take("..") {
                guard elements.isEmpty, let end = pipe(), take("]") else { return nil }
                return "dynamic.range(\(element), \(end), toJson(1))"
            }
            elements.append(element)
            if !take(","), token != .sign("]") { return nil }
        }
        if dialect == .jsonata, elements.contains(where: { $0.hasSuffix(" as [Json])") }) {
            areSimple = false
        }
        if !areSimple { return "dynamic.gathered([\(elements.joined(separator: ", "))])" }
        return "toJson([\(elements.joined(separator: ", "))] as [Json])"
    }

    private mutating func object() -> String? {
        var fields: [String] = []
        while !take("}") {
            guard let token else { return nil }
            position += 1
            let name: String
            switch token {
            case .name(let text), .string(let text):
                guard QueryExpression.isPlain(text) else { return nil }
                name = text
            case .variable(let text) where dialect == .jq && self.token != .sign(":"):
                guard let value = variable(text) else { return nil }
                fields.append("\(WfText.string(text)): \(value)")
                if !take(","), self.token != .sign("}") { return nil }
                continue
            case .sign("(") where dialect == .jq:
                // One field whose name is computed.
                guard fields.isEmpty, let key = pipe(), take(")"), take(":"), let value = alternative(),
                    take("}")
                else { return nil }
                return "({} as Json).with(dynamic.plain(\(key)), \(json(value)))"
            default: return nil
            }
            if take(":") {
                guard let value = alternativeInObject() else { return nil }
                fields.append("\(WfText.string(name)): \(value)")
            } else if dialect == .jq {
                fields.append("\(WfText.string(name)): \(field(current, name))")
            } else {
                return nil
            }
            if !take(","), self.token != .sign("}") { return nil }
        }
        return fields.isEmpty
            ? "parseJson(\"\\{\\}\")" : "toJson({ \(fields.joined(separator: ", ")) } as Json)"
    }

    private mutating func alternativeInObject() -> String? { dialect == .jq ? alternative() : conditional() }

    // MARK: Calls

    mutating func arguments() -> [String]? {
        guard take("(") else { return [] }
        var found: [String] = []
        while !take(")") {
            guard let argument = pipe() else { return nil }
            found.append(argument)
            if !take(dialect == .jq ? ";" : ","), token != .sign(")") { return nil }
        }
        return found
    }

    private mutating func call(_ name: String) -> String? {
        if dialect == .jq, ["map", "any", "all"].contains(name), token == .sign("(") { return mapped(name) }
        if QueryExpression.higherFunctions.contains(name) { return higher(name) }
        if name == "first", token == .sign("(") {
            position += 1
            guard let values = generated(), take(")") else { return nil }
            return "dynamic.find(toJson(\(values)), [0])"
        }
        guard let given = arguments() else { return nil }
        return function(name, given)
    }

    /// A function's value for these arguments; nil when there is none of that name.
    func function(_ name: String, _ given: [String]) -> String? {
        let list = given.joined(separator: ", ")
        switch (name, given.count) {
        // What is made for each value would need one each.
        case ("$uuid", 0), ("$now", 0), ("$random", 0): return lambdas == 0 ? door(name) : nil
        case ("$partition", 2): return "dynamic.partition(\(list))"
        case ("$range", 3): return "dynamic.sequenced([dynamic.range(\(list))])"
        case ("$parse", 1), ("$eval", 1): return "dynamic.parsed(\(list))"
        case ("$count", 1): return "dynamic.count(\(list))"
        case ("$length", 1): return made(list) { "dynamic.length(\($0))" }
        case ("$string", 1): return made(list) { "toJson(dynamic.shown(\($0)))" }
        case ("$number", 1): return made(list) { "dynamic.asNumber(\($0))" }
        case ("$exists", 1):
            // A variable that nobody has set is nothing.
            let isPath = list.hasPrefix("dynamic.get(")
            return "toJson(!\(isPath ? "dynamic.find(\(list.dropFirst(12))" : list).isNull)"
        case ("$join", 1): return "dynamic.joined(\(list), \"\")"
        case ("$join", 2): return "dynamic.joined(\(list))"
        case ("$boolean", 1): return "toJson(dynamic.truth(\(list)))"
        case ("$not", 1): return "toJson(!dynamic.truth(\(list)))"
        case ("$uppercase", 1): return made(list) { "toJson(dynamic.plain(\($0)).upper())" }
        case ("$lowercase", 1): return made(list) { "toJson(dynamic.plain(\($0)).lower())" }
        case ("$trim", 1): return made(list) { "dynamic.neat(\($0))" }
        case ("$split", 2), ("$split", 3):
            let most = given.count > 2 ? ".take(dynamic.whole(\(given[2])))" : ""
            return made(given[0]) {
                "toJson(dynamic.plain(\($0)).split(dynamic.plain(\(given[1])))\(most))"
            }
        case ("$contains", 2):
            return "toJson(dynamic.plain(\(given[0])).contains(dynamic.plain(\(given[1]))))"
        case ("$append", 2): return "dynamic.appended(\(list))"
        case ("$merge", 1): return "dynamic.mergedAll(\(list))"
        case ("$keys", 1): return "dynamic.sequenced(toJson(\(given[0]).keys).elements)"
        case ("$distinct", 1): return "dynamic.unique(dynamic.gathered([\(list)]))"
        case ("$base64encode", 1): return made(list) { "dynamic.base64(\($0))" }
        case ("$base64decode", 1): return made(list) { "dynamic.fromBase64(\($0))" }
        case ("$floor", 1): return made(list) { "dynamic.numeric(dynamic.number(\($0)).floor())" }
        case ("$ceil", 1): return made(list) { "dynamic.numeric(dynamic.number(\($0)).ceil())" }
        case ("$round", 1): return made(list) { "dynamic.rounded(\($0), 0)" }
        case ("$round", 2): return made(given[0]) { "dynamic.rounded(\($0), \(given[1]))" }
        case ("$abs", 1): return made(list) { "dynamic.numeric(dynamic.number(\($0)).abs())" }
        case ("$sqrt", 1): return made(list) { "dynamic.numeric(dynamic.number(\($0)).sqrt())" }
        case ("$sum", 1):
            return "dynamic.numeric(dynamic.numbers(\(list)).sum())"
        case ("length", 0): return "dynamic.size(\(current))"
        case ("keys", 0): return "dynamic.keysOf(\(current))"
        case ("sort", 0): return "dynamic.ordering(\(current))"
        case ("reverse", 0): return "toJson(dynamic.list(\(current)).reversed())"
        case ("startswith", 1):
            return "toJson(dynamic.plain(\(current)).startsWith(dynamic.plain(\(given[0]))))"
        case ("endswith", 1):
            return "toJson(dynamic.plain(\(current)).endsWith(dynamic.plain(\(given[0]))))"
        case ("tostring", 0): return "toJson(dynamic.plain(\(current)))"
        case ("tonumber", 0): return "dynamic.asNumber(\(current))"
        case ("tojson", 0): return "toJson(\(current).text())"
        case ("fromjson", 0): return "dynamic.parsed(\(current))"
        case ("ascii_upcase", 0): return "toJson(dynamic.plain(\(current)).upper())"
        case ("ascii_downcase", 0): return "toJson(dynamic.plain(\(current)).lower())"
        case ("unique", 0): return "dynamic.unique(dynamic.ordering(\(current)))"
        case ("add", 0):
            return "dynamic.valuesOf(\(current)).fold(null as Json, (a, b) => dynamic.add(a, b))"
        case ("has", 1): return "toJson(\(current).has(dynamic.plain(\(given[0]))))"
        case ("split", 1): return "toJson(dynamic.plain(\(current)).split(dynamic.plain(\(given[0]))))"
        case ("join", 1):
            return "dynamic.linked(\(current), \(given[0]))"
        case ("contains", 1): return "toJson(dynamic.includes(\(current), \(given[0])))"
        case ("first", 0): return "dynamic.find(\(current), [0])"
        case ("last", 0): return "dynamic.find(\(current), [-1])"
        default: return otherFunction(name, given)
        }
    }
}
