// The expressions of SCXML's machines, a subset of ECMAScript, as wf text that yields Json and decides by the value at hand
// what an operator means. docs/import/scxml.md lists the subset.
import WfDiagnostics
import WfSource

/// Conditions and values, each with its number.
struct ScxmlExpressions {
    /// Fields of the machine.
    let fields: Set<String>
    let machine: String
    /// Text of type `Json`, by number.
    private(set) var values: [(text: String, span: Span)] = []

    init(fields: Set<String>, machine: String) {
        self.fields = fields
        self.machine = machine
    }

    /// The number of an expression; nil when it has been refused.
    mutating func number(_ text: String, at span: Span, _ job: inout ImportJob) -> Int? {
        guard let value = value(text) else {
            job.add(.scxmlExpression(text, at: span))
            return nil
        }
        return add(value, span)
    }

    mutating func add(_ text: String, _ span: Span) -> Int {
        if let known = values.firstIndex(where: { $0.text == text }) { return known }
        values.append((text, span))
        return values.count - 1
    }

    /// Text of type `Json`; nil when it is outside the subset.
    func value(_ text: String) -> String? {
        var plain = text.replacing("===", with: "==").replacing("!==", with: "!=")
        // `typeof x == 'undefined'`
        if plain.hasPrefix("typeof "), let quote = plain.lastIndex(where: { $0 == "=" }),
            plain.contains("undefined")
        {
            plain = plain[...quote].dropFirst("typeof ".count) + " null"
        }
        return ForeignExpression.parse(plain, equalsCompares: false).flatMap(json)
    }

    private func json(_ tree: ForeignExpression) -> String? {
        switch tree {
        case .bool(let isTrue): return "toJson(\(isTrue))"
        case .null: return "(null as Json)"
        case .number(let digits): return "toJson(\(digits))"
        case .string(let text): return "toJson(\(WfText.string(text)))"
        case .name(let name): return read(name)
        case .list(let items):
            let parts = items.compactMap(json)
            return parts.count == items.count ? "toJson([\(parts.joined(separator: ", "))] as [Json])" : nil
        case .member(let base, "length"): return json(base).map { "statechart.length(\($0))" }
        case .member(let base, let name): return json(base).map { $0 + WfText.member(name) }
        case .index(let base, .string(let name)): return json(base).map { $0 + WfText.member(name) }
        case .index(let base, let index):
            guard let base = json(base), let index = json(index) else { return nil }
            return "\(base)[statechart.number(\(index)).toInt()]"
        case .not(let inner): return json(inner).map { "toJson(!statechart.isTrue(\($0)))" }
        case .minus(let inner): return json(inner).map { "statechart.whole(-statechart.number(\($0)))" }
        case .binary(let operation, let left, let right):
            guard let left = json(left), let right = json(right) else { return nil }
            return binary(operation, left, right)
        case .choice(let condition, let yes, let no):
            guard let condition = json(condition), let yes = json(yes), let no = json(no) else { return nil }
            return "(if statechart.isTrue(\(condition)) { \(yes) } else { \(no) })"
        case .call("In", let items):
            guard items.count == 1, case .string(let id) = items[0] else { return nil }
            return "toJson(scope.states.contains(\(WfText.string(id))))"
        case .call, .method, .object, .each, .range, .joined, .said: return nil
        }
    }

    private func read(_ name: String) -> String? {
        switch name {
        case "_event": return "scope.heard()"
        case "_name": return "toJson(\(WfText.string(machine)))"
        case "undefined": return "(null as Json)"
        default: return fields.contains(name) ? "scope.data.get(\(WfText.string(name)), null)" : nil
        }
    }

    private func binary(_ operation: ForeignOperator, _ left: String, _ right: String) -> String {
        switch operation {
        case .or, .and:
            return "toJson(statechart.isTrue(\(left)) \(operation.rawValue) statechart.isTrue(\(right)))"
        case .equal: return "toJson(statechart.isEqual(\(left), \(right)))"
        case .unequal: return "toJson(!statechart.isEqual(\(left), \(right)))"
        case .less: return "toJson(statechart.isLess(\(left), \(right)))"
        case .greater: return "toJson(statechart.isLess(\(right), \(left)))"
        case .atMost: return "toJson(!statechart.isLess(\(right), \(left)))"
        case .atLeast: return "toJson(!statechart.isLess(\(left), \(right)))"
        case .plus: return "statechart.sum(\(left), \(right))"
        case .minus, .times, .over, .rest:
            return
                "statechart.whole(statechart.number(\(left)) \(operation.rawValue) statechart.number(\(right)))"
        }
    }
}
