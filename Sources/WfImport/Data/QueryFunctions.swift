// What JSONata and jq do with each value of a sequence: functions that are given functions, orders, blocks with variables,
// and `.a[] | select(f)` inside a list of jq. Part of the reader of QueryExpression.

import WfSource

extension QueryExpression {
    static let higherFunctions: Set<String> = ["$map", "$filter", "$reduce", "$each", "$sort", "$sift"]
    /// What is put in for a variable is written where it is read.
    static let lengthMax = 20_000

    mutating func fresh(_ word: String = "each") -> String {
        lambdas += 1
        return "\(word)\(lambdas)"
    }

    /// Reads something with another meaning of the current value.
    mutating func inside<T>(_ value: String, _ read: (inout QueryExpression) -> T?) -> T? {
        guard value.utf8.count < QueryExpression.lengthMax else { return nil }
        let outer = current
        current = value
        defer { current = outer }
        return read(&self)
    }

    // MARK: JSONata

    /// `function($v, $i) { … }`, or the name of a function: its value for given arguments, and how many it takes.
    ///
    /// - Parameter arguments: the arguments, by how many there are.
    private mutating func lambda(_ arguments: (Int) -> [String]) -> (text: String, count: Int)? {
        if case .variable(let name)? = token, !name.isEmpty {
            position += 1
            return function("$" + name, [arguments(1)[0]]).map { ($0, 1) }
        }
        guard takeWord("function"), take("(") else { return nil }
        var names: [String] = []
        while !take(")") {
            guard case .variable(let name)? = token else { return nil }
            position += 1
            names.append(name)
            if !take(","), token != .sign(")") { return nil }
        }
        let values = arguments(names.count)
        guard names.count <= values.count, take("{") else { return nil }
        let outer = locals
        defer { locals = outer }
        for (name, value) in zip(names, values) { locals[name] = value }
        guard let body = pipe(), take("}") else { return nil }
        return (body, names.count)
    }

    /// A call of a function that is given a function.
    ///
    /// - Parameter first: the first argument, where it stands in front of `~>`.
    mutating func higher(_ name: String, first: String? = nil) -> String? {
        guard take("(") else { return nil }
        var values = first
        if values == nil {
            values = pipe()
            if name == "$sort", take(")") {
                return values.map { "dynamic.ordering(dynamic.gathered([\($0)]))" }
            }
            guard take(",") else { return nil }
        }
        guard let values else { return nil }
        let each = fresh()
        let items = "dynamic.items(\(values))"
        switch name {
        case "$map", "$filter":
            let found = lambda { $0 < 2 ? [each] : ["\(each).1", "toJson(\(each).0)"] }
            guard let found, take(")") else { return nil }
            let list = found.count < 2 ? items : "\(items).enumerated()"
            if name == "$map" { return "dynamic.sequence(\(list).map(\(each) => \(json(found.text))))" }
            let kept = "\(list).filter(\(each) => \(truth(found.text)))"
            return "dynamic.sequence(\(found.count < 2 ? kept : "\(kept).map(\(each) => \(each).1)"))"
        case "$sift":
            let found = lambda { _ in ["\(each).1", "toJson(\(each).0)"] }
            guard let found, take(")") else { return nil }
            let kept = "\(values).fields.entries.filter(\(each) => \(truth(found.text)))"
            return "\(kept).fold({} as Json, (all, entry) => all.with(entry.0, entry.1))"
        case "$each":
            let found = lambda { _ in ["\(each).1", "toJson(\(each).0)"] }
            guard let found, take(")") else { return nil }
            return "dynamic.sequence(\(values).fields.entries.map(\(each) => \(json(found.text))))"
        case "$reduce":
            let sum = fresh("sum")
            guard let found = lambda({ _ in [sum, each] }) else { return nil }
            if take(")") {
                let start = "dynamic.find(dynamic.gathered([\(values)]), [0])"
                return "\(items).drop(1).fold(\(start), (\(sum), \(each)) => \(json(found.text)))"
            }
            guard take(","), let start = pipe(), take(")") else { return nil }
            return "\(items).fold(\(json(start)), (\(sum), \(each)) => \(json(found.text)))"
        default:
            let other = fresh()
            guard let found = lambda({ _ in [each, other] }), take(")") else { return nil }
            return "dynamic.arranged(\(items), (\(each), \(other)) => \(truth(found.text)))"
        }
    }

    /// `($x := 1; $x + 1)`, behind its bracket.
    mutating func block() -> String? {
        let outer = locals
        defer { locals = outer }
        while true {
            if case .variable(let name)? = token, position + 1 < tokens.count,
                tokens[position + 1] == .sign(":=")
            {
                position += 2
                guard let value = pipe(), value.utf8.count < QueryExpression.lengthMax, take(";") else {
                    return nil
                }
                locals[name] = json(value)
                continue
            }
            guard let value = pipe() else { return nil }
            if take(")") { return value.utf8.count < QueryExpression.lengthMax ? value : nil }
            guard take(";") else { return nil }
        }
    }

    /// `^(>age, name)`, behind its sign.
    mutating func ordered(_ text: String) -> String? {
        guard take("(") else { return nil }
        let (left, right) = (fresh(), fresh())
        var tests: [(after: String, before: String)] = []
        repeat {
            let isDown = take(">")
            if !isDown { _ = take("<") }
            let start = position
            guard let first = inside(left, { $0.sum() }), first.utf8.count < QueryExpression.lengthMax
            else { return nil }
            position = start
            guard let second = inside(right, { $0.sum() }) else { return nil }
            let (low, high) = isDown ? (first, second) : (second, first)
            tests.append(("dynamic.less(\(low), \(high))", "dynamic.less(\(high), \(low))"))
        } while take(",")
        guard take(")") else { return nil }
        var after = tests.last?.after ?? "false"
        for test in tests.dropLast().reversed() { after = "\(test.after) || !\(test.before) && (\(after))" }
        return "dynamic.arranged(dynamic.items(\(text)), (\(left), \(right)) => \(after))"
    }

    /// What stands behind a dot of a path and is no name: it is made for each value.
    mutating func eachOf(_ text: String) -> String? {
        let each = fresh()
        // A list that is made of each value stays one.
        let function = token == .sign("[") ? "sequence" : "sequenced"
        return inside(each) { $0.primary() }.map { inner in
            "dynamic.\(function)(dynamic.items(\(text)).map(\(each) => \(json(inner))))"
        }
    }

    /// `a ~> $f(b)`, behind its sign.
    mutating func chained(_ left: String) -> String? {
        guard case .variable(let name)? = token else { return nil }
        position += 1
        if QueryExpression.higherFunctions.contains("$" + name) { return higher("$" + name, first: left) }
        guard let given = arguments() else { return nil }
        return function("$" + name, [left] + given)
    }

    // MARK: jq

    /// `.a[].b | select(f)` as an expression of type `[Json]`; nil where nothing in it stands for several values.
    mutating func generated() -> String? {
        let start = position
        if depth > 64 || single.contains(start) { return nil }
        depth += 1
        defer { depth -= 1 }
        let values = generatedValues()
        if values == nil { single.insert(start) }
        return values
    }

    private mutating func generatedValues() -> String? {
        var values: String
        if takeWord("range") {
            guard let given = arguments(), (1...2).contains(given.count) else { return nil }
            values =
                "dynamic.counting(\(given.count == 1 ? "toJson(0), " : "")\(given.joined(separator: ", ")))"
        } else {
            guard var base = postfix() else { return nil }
            while !isEach, take("|") {
                guard let next = inside(base, { $0.postfix() }) else { return nil }
                base = next
            }
            guard takeEach() else { return nil }
            values = "dynamic.valuesOf(\(base))"
        }
        while true {
            let each = fresh()
            if takeEach() {
                values = "\(values).flatMap(\(each) => dynamic.valuesOf(\(each)))"
            } else if dialect == .jq, take("?") {
                continue
            } else if take(".") {
                guard case .name(let name)? = token else { return nil }
                position += 1
                values = "\(values).map(\(each) => \(field(each, name)))"
            } else if token == .sign("["), let inner = index(each) {
                values = "\(values).map(\(each) => \(inner))"
            } else if take("|") {
                if takeWord("select") {
                    guard take("("), let test = inside(each, { $0.pipe() }), take(")") else { return nil }
                    values = "\(values).filter(\(each) => \(truth(test)))"
                    continue
                }
                let start = position
                if !single.contains(start) {
                    if let inner = inside(each, { $0.postfix() }), takeEach() {
                        values = "\(values).flatMap(\(each) => dynamic.valuesOf(\(inner)))"
                        continue
                    }
                    single.insert(start)
                }
                position = start
                guard let inner = inside(each, { $0.conditional() }), !isEach else { return nil }
                values = "\(values).map(\(each) => \(json(inner)))"
            } else {
                return values
            }
        }
    }

    /// `[]`
    private mutating func takeEach() -> Bool {
        guard isEach else { return false }
        position += 2
        return true
    }

    var isEach: Bool {
        dialect == .jq && token == .sign("[") && position + 1 < tokens.count
            && tokens[position + 1] == .sign("]")
    }

    /// `reduce .a[] as $x (0; . + $x)`, behind its first word.
    mutating func reduced() -> String? {
        guard let values = generated(), takeWord("as"), case .variable(let name)? = token else { return nil }
        position += 1
        guard take("("), let start = pipe(), take(";") else { return nil }
        let (sum, each) = (fresh("sum"), fresh())
        let outer = locals
        defer { locals = outer }
        locals[name] = each
        guard let body = inside(sum, { $0.pipe() }), take(")") else { return nil }
        return "\(values).fold(\(json(start)), (\(sum), \(each)) => \(json(body)))"
    }

    /// `sort_by(.a)`, `min_by(.a)`, `max_by(.a)`.
    mutating func sortedBy(_ name: String) -> String? {
        guard take("(") else { return nil }
        let (left, right) = (fresh(), fresh())
        let start = position
        guard let first = inside(left, { $0.pipe() }), first.utf8.count < QueryExpression.lengthMax
        else { return nil }
        position = start
        guard let second = inside(right, { $0.pipe() }), take(")") else { return nil }
        let all =
            "dynamic.arranged(dynamic.list(\(current)), (\(left), \(right)) => dynamic.before(\(second), \(first)))"
        return name == "sort_by" ? all : "dynamic.find(\(all), [\(name == "min_by" ? 0 : -1)])"
    }

    /// `map_values(f)`, `group_by(f)`, `unique_by(f)`, behind the word.
    mutating func byEach(_ name: String) -> String? {
        guard take("(") else { return nil }
        let (outer, each) = (current, fresh())
        guard let body = inside(each, { $0.pipe() }), take(")") else { return nil }
        if name == "map_values" { return "dynamic.mapped(\(outer), \(each) => \(json(body)))" }
        let groups = "dynamic.grouped(\(outer), \(each) => \(json(body)))"
        return name == "group_by" ? groups : "toJson(\(groups).elements.map(group => group[0]))"
    }

    /// `map(f)`, `map(select(f))`, `any(f)`, `all(f)`: the current value is an element inside.
    mutating func mapped(_ name: String) -> String? {
        position += 1
        let start = position
        if name != "map", let values = generated(), take(";") {
            let each = fresh()
            guard let test = inside(each, { $0.pipe() }), take(")") else { return nil }
            return "toJson(\(values).\(name)(\(each) => \(truth(test))))"
        }
        position = start
        lambdas += 1
        let element = "each\(lambdas)"
        let outer = current
        current = element
        defer { current = outer }
        if name == "map", takeWord("select") {
            guard take("("), let condition = pipe(), take(")"), take(")") else { return nil }
            return "toJson(dynamic.valuesOf(\(outer)).filter(\(element) => \(truth(condition))))"
        }
        guard let inner = pipe(), take(")") else { return nil }
        let yielded = name == "map" ? json(inner) : truth(inner)
        return "toJson(dynamic.valuesOf(\(outer)).\(name)(\(element) => \(yielded)))"
    }

    /// Whether a name of jq has no `\\( … )` in it.
    static func isPlain(_ name: String) -> Bool { name.firstRange(of: interpolation) == nil }

    /// `.a.b` as names, at the position; nil where it is more.
    private mutating func names() -> [String]? {
        var names: [String] = []
        while take(".") {
            switch token {
            case .name(let name)?, .string(let name)?:
                guard QueryExpression.isPlain(name) else { return nil }
                names.append(WfText.string(name))
            default: return nil
            }
            position += 1
        }
        return names.isEmpty ? nil : names
    }

    /// `.a = 1`, `.a |= f`: the value with another at the end of a path of names, which begins at the position.
    mutating func assigned(from start: Int) -> String? {
        let end = position
        position = start
        guard let path = names(), position == end else { return nil }
        let list = "[\(path.joined(separator: ", "))]"
        let old = path.reduce(current) { "\($0)[\($1)]" }
        let isUpdate = take("|=")
        guard isUpdate || take("=") else { return nil }
        guard let new = isUpdate ? inside(old, { $0.sum() }) : sum() else { return nil }
        return "dynamic.put(\(current), \(list), \(json(new)))"
    }

    /// `del(.a, .b.c)`, behind its word.
    mutating func deleted() -> String? {
        guard take("(") else { return nil }
        var text = current
        repeat {
            guard let path = names() else { return nil }
            text = "dynamic.without(\(text), [\(path.joined(separator: ", "))])"
        } while take(",")
        return take(")") ? text : nil
    }

    // MARK: Functions of values

    /// What a function of JSONata yields for a value; nothing for nothing.
    func made(_ value: String, _ function: (String) -> String) -> String {
        let name = "given\(position)"
        return "dynamic.made(\(json(value)), \(name) => \(function(name)))"
    }

    /// A function that the switch of the reader does not have.
    func otherFunction(_ name: String, _ given: [String]) -> String? {
        let list = given.joined(separator: ", ")
        switch (name, given.count) {
        case ("$lookup", 2): return "dynamic.field(\(given[0]), dynamic.plain(\(given[1])))"
        case ("$substring", 2): return "dynamic.substring(\(list), null)"
        case ("$substring", 3): return "dynamic.substring(\(list))"
        case ("$substringBefore", 2): return "dynamic.cut(\(list), 0)"
        case ("$substringAfter", 2): return "dynamic.cut(\(list), 1)"
        case ("$replace", 3):
            let parts = given.map { "dynamic.plain(\($0))" }
            return "toJson(\(parts[0]).replace(\(parts[1]), with: \(parts[2])))"
        case ("$replace", 4):
            let parts = given.prefix(3).map { "dynamic.plain(\($0))" }
            return
                "dynamic.replaced(\(parts[0]), \(parts[1]), \(parts[2]), dynamic.whole(\(given[3])))"
        case ("$pad", 2): return "dynamic.padded(\(list), toJson(\" \"))"
        case ("$pad", 3): return "dynamic.padded(\(list))"
        case ("$power", 2): return "dynamic.power(\(list))"
        case ("$spread", 1): return "dynamic.spread(\(list))"
        case ("$zip", 2):
            return
                "toJson(dynamic.items(\(given[0])).zip(dynamic.items(\(given[1]))).map(pair => toJson([pair.0, pair.1])))"
        case ("$error", 0...1):
            return
                "dynamic.raise(\"States.QueryEvaluationError: {dynamic.plain(\(given.first ?? "toJson(\"\")"))}\")"
        case ("$toMillis", 1): return "dynamic.toMillis(\(list))"
        case ("$fromMillis", 1): return "dynamic.fromMillis(\(list))"
        case ("$encodeUrlComponent", 1):
            return "toJson(dynamic.plain(\(list)).urlEncode())"
        case ("round", 0): return "dynamic.numeric(dynamic.number(\(current)).round())"
        case ("sqrt", 0): return "dynamic.numeric(dynamic.number(\(current)).sqrt())"
        case ("fabs", 0), ("abs", 0): return "dynamic.numeric(dynamic.number(\(current)).abs())"
        case ("trim", 0): return "toJson(dynamic.plain(\(current)).trim())"
        case ("any", 0), ("all", 0):
            return "toJson(dynamic.valuesOf(\(current)).\(name)(each => \(truth("each"))))"
        case ("@base64", 0): return "dynamic.base64(\(current))"
        case ("@base64d", 0): return "dynamic.fromBase64(\(current))"
        case ("@uri", 0): return "toJson(dynamic.plain(\(current)).urlEncode())"
        case ("@json", 0): return "toJson(\(current).text())"
        case ("@text", 0): return "toJson(dynamic.plain(\(current)))"
        case ("$type", 1): return "dynamic.typeName(\(list))"
        case ("type", 0): return "dynamic.typeName(\(current))"
        case ("$min", 1), ("$max", 1):
            return "dynamic.find(dynamic.ordering(dynamic.gathered([\(list)])), [\(name == "$min" ? 0 : -1)])"
        case ("min", 0): return "dynamic.find(dynamic.ordering(\(current)), [0])"
        case ("max", 0): return "dynamic.find(dynamic.ordering(\(current)), [-1])"
        case ("$average", 1): return "dynamic.average(\(list))"
        case ("$reverse", 1): return "toJson(dynamic.items(\(list)).reversed())"
        case ("flatten", 0): return "dynamic.flattened(\(current))"
        case ("to_entries", 0): return "dynamic.entries(\(current))"
        case ("from_entries", 0): return "dynamic.fromEntries(\(current))"
        case ("floor", 0): return "dynamic.numeric(dynamic.number(\(current)).floor())"
        case ("ceil", 0): return "dynamic.numeric(dynamic.number(\(current)).ceil())"
        case ("ltrimstr", 1):
            return "toJson(dynamic.plain(\(current)).removePrefix(dynamic.plain(\(given[0]))))"
        case ("rtrimstr", 1):
            return "toJson(dynamic.plain(\(current)).removeSuffix(dynamic.plain(\(given[0]))))"
        default: return nil
        }
    }
}
