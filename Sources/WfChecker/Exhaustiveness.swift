// Is every value matched, and does every arm match one? The usefulness algorithm of Maranget, "Warnings for pattern
// matching" (2007), over typed patterns. Knows nothing of syntax but where an arm stands.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// An arm's pattern.
struct ArmPattern {
    var pattern: TypedId
    var isGuarded: Bool
    var node: NodeId
}

/// A value that no arm matches, as a pattern.
private indirect enum Witness {
    case any
    case named(String, [Witness])
    case tuple([Witness])

    var text: String {
        switch self {
        case .any: return "_"
        case .named(let name, let parts):
            return parts.isEmpty ? name : "\(name)(\(parts.map(\.text).joined(separator: ", ")))"
        case .tuple(let parts): return "(\(parts.map(\.text).joined(separator: ", ")))"
        }
    }
}

/// The head of a pattern: which constructor it asks for.
private enum Head: Equatable {
    case any
    /// A case, `true`/`false`, null (0) or present (1), the one tuple.
    case constructor(Int)
    /// A literal or a range: covers part of an endless type.
    case partial
}

extension ProgramChecker {
    /// Reports arms that are never reached and values that no arm matches.
    func checkExhaustive(_ arms: [ArmPattern], _ type: TypeId, _ view: MatchExprView) {
        for arm in arms where containsPoisonPattern(arm.pattern) { return }
        for arm in view.arms
        where tree.kind(arm) == .matchArm && tree.kind(MatchArmView(tree, arm).body) == .errorExpr { return }
        if type == .poison || types.containsPoison(type) || isCoveredPlainly(arms, type) { return }
        var budget = 100_000
        var rows: [[TypedId]] = []
        for arm in arms {
            if !isUseful(rows, [arm.pattern], [type], &budget) && budget > 0 {
                report(.unreachableArm(at: tree.span(arm.node)))
            }
            if !arm.isGuarded { rows.append([arm.pattern]) }
        }
        let missing = missingValues(rows, type, &budget)
        if missing.isEmpty { return }
        report(
            .notExhaustive(
                missing, text(type), at: tree.span(tree.firstToken(view.id)), fix: armFix(missing, view)))
    }

    /// The usual case without the algorithm: flat patterns, each constructor at most once, all of them covered.
    private func isCoveredPlainly(_ arms: [ArmPattern], _ type: TypeId) -> Bool {
        let count = constructorCount(type) ?? 0
        if count > 64 { return false }
        let all: UInt64 = count == 0 ? 0 : ~0 >> UInt64(64 - count)
        var seen: UInt64 = 0
        var isClosed = false
        for arm in arms {
            if arm.isGuarded || isClosed { return false }
            switch head(arm.pattern) {
            case .any:
                if typed[arm.pattern].kind == .orPattern || (count > 0 && seen == all) { return false }
                isClosed = true
            case .constructor(let number):
                let bit: UInt64 = 1 << UInt64(number)
                if seen & bit != 0 || !isFlat(arm.pattern) { return false }
                seen |= bit
            case .partial: return false
            }
        }
        return isClosed || (count > 0 && seen == all)
    }

    private func isFlat(_ id: TypedId) -> Bool {
        let node = typed[id]
        switch node.kind {
        case .casePattern, .tuplePattern:
            for child in typed.list(node.list) {
                let kind = typed[TypedId(child)].kind
                if kind != .anyPattern && kind != .bindPattern { return false }
            }
            return true
        case .somePattern:
            let kind = typed[TypedId(node.a)].kind
            return kind == .anyPattern || kind == .bindPattern
        default: return true
        }
    }

    private func armFix(_ missing: [String], _ view: MatchExprView) -> Fix? {
        let close = tree.span(tree.lastToken(view.id))
        guard tree.text(close) == "}" else { return nil }
        // what is not named here is left to one arm
        let patterns = missing.contains("…") ? ["else"] : missing
        let arms = patterns.map { "\($0) => fail \"not handled\"" }
        if beginsLine(close.start) {
            let margin = indentation(close.start)
            let start = lineStart(close.start)
            let lines = arms.map { "\(margin)    \($0)\n" }.joined()
            return Fix("add the missing arms", [TextEdit(span(start, start), lines)])
        }
        let last = TokenId(tree.lastToken(view.id).index - 1)
        let comma = tree.text(last) == "{" || tree.text(last) == "," ? " " : ", "
        return Fix(
            "add the missing arms", [.insert(comma + arms.joined(separator: ", "), after: tree.span(last))])
    }

    private func containsPoisonPattern(_ id: TypedId) -> Bool {
        let node = typed[id]
        if node.type == .poison { return true }
        switch node.kind {
        case .casePattern, .tuplePattern, .orPattern:
            for child in typed.list(node.list) where containsPoisonPattern(TypedId(child)) { return true }
            return false
        case .somePattern: return containsPoisonPattern(TypedId(node.a))
        default: return false
        }
    }

    // MARK: the algorithm

    private func head(_ id: TypedId) -> Head {
        let node = typed[id]
        switch node.kind {
        case .casePattern: return .constructor(Int(node.a))
        case .nullPattern: return .constructor(0)
        case .somePattern: return .constructor(1)
        case .tuplePattern: return .constructor(0)
        case .valuePattern:
            if node.type == .bool, typed[TypedId(node.a)].kind == .word {
                return .constructor(Int(typed[TypedId(node.a)].a))
            }
            return .partial
        case .rangePattern: return .partial
        default: return .any
        }
    }

    /// The number of constructors of a type, or nil when it has endlessly many.
    private func constructorCount(_ type: TypeId) -> Int? {
        switch kind(type) {
        case .bool, .optional: return 2
        case .enumeration: return members(of: type).count
        case .tuple: return 1
        default: return nil
        }
    }

    private func componentTypes(_ type: TypeId, _ constructor: Int) -> [TypeId] {
        switch kind(type) {
        case .optional: return constructor == 1 ? [types.element(of: type)] : []
        case .enumeration: return payloadRange(type, constructor).map { payloads[$0].type }
        case .tuple: return types.tupleElements(of: type)
        default: return []
        }
    }

    private func components(_ id: TypedId) -> [TypedId] {
        let node = typed[id]
        switch node.kind {
        case .casePattern, .tuplePattern: return typed.list(node.list).map { TypedId($0) }
        case .somePattern: return [TypedId(node.a)]
        default: return []
        }
    }

    private func alternatives(_ id: TypedId) -> [TypedId] {
        typed[id].kind == .orPattern ? typed.list(typed[id].list).map { TypedId($0) } : [id]
    }

    private var anyPattern: TypedId { .none }

    private func headOrAny(_ id: TypedId) -> Head { id.isNone ? .any : head(id) }

    /// The rows that match the constructor, taken apart.
    private func specialized(_ rows: [[TypedId]], _ constructor: Int, _ arity: Int) -> [[TypedId]] {
        var result: [[TypedId]] = []
        for row in rows {
            let first = row[0]
            for choice in first.isNone ? [first] : alternatives(first) {
                switch headOrAny(choice) {
                case .any:
                    result.append([TypedId](repeating: anyPattern, count: arity) + row.dropFirst())
                case .constructor(let number) where number == constructor:
                    result.append(components(choice) + row.dropFirst())
                default: break
                }
            }
        }
        return result
    }

    /// The rows that match whatever the first column is.
    private func defaulted(_ rows: [[TypedId]]) -> [[TypedId]] {
        var result: [[TypedId]] = []
        for row in rows {
            for choice in row[0].isNone ? [row[0]] : alternatives(row[0]) where headOrAny(choice) == .any {
                result.append(Array(row.dropFirst()))
            }
        }
        return result
    }

    /// Whether a value matches `vector` and none of `rows`.
    private func isUseful(_ rows: [[TypedId]], _ vector: [TypedId], _ columns: [TypeId], _ budget: inout Int)
        -> Bool
    {
        budget -= 1 + rows.count
        if budget <= 0 { return true }
        guard let first = vector.first, let type = columns.first else { return rows.isEmpty }
        if !first.isNone && typed[first].kind == .orPattern {
            for choice in alternatives(first) {
                if isUseful(rows, [choice] + vector.dropFirst(), columns, &budget) { return true }
            }
            return false
        }
        switch headOrAny(first) {
        case .constructor(let number):
            let parts = componentTypes(type, number)
            return isUseful(
                specialized(rows, number, parts.count), components(first) + vector.dropFirst(),
                parts + columns.dropFirst(), &budget)
        case .partial:
            // only an equal literal or a catch-all before it hides it
            var remaining = defaulted(rows)
            for row in rows where !row[0].isNone {
                for choice in alternatives(row[0]) where samePartial(choice, first) {
                    remaining.append(Array(row.dropFirst()))
                }
            }
            return isUseful(remaining, Array(vector.dropFirst()), Array(columns.dropFirst()), &budget)
        case .any:
            if let count = constructorCount(type), allSeen(rows, count) {
                for number in 0..<count {
                    let parts = componentTypes(type, number)
                    let wild = [TypedId](repeating: anyPattern, count: parts.count)
                    if isUseful(
                        specialized(rows, number, parts.count), wild + vector.dropFirst(),
                        parts + columns.dropFirst(), &budget)
                    {
                        return true
                    }
                }
                return false
            }
            return isUseful(defaulted(rows), Array(vector.dropFirst()), Array(columns.dropFirst()), &budget)
        }
    }

    private func samePartial(_ left: TypedId, _ right: TypedId) -> Bool {
        let a = typed[left]
        let b = typed[right]
        guard a.kind == .valuePattern, b.kind == .valuePattern else { return false }
        let x = typed[TypedId(a.a)]
        let y = typed[TypedId(b.a)]
        if x.kind == .word && y.kind == .word { return x.a == y.a && x.b == y.b }
        // without retained constants equal text is what tells
        if x.kind == .constant && y.kind == .constant {
            let file = tree.file
            return tree.text(Span(file: file, start: x.start, end: x.end))
                == tree.text(Span(file: file, start: y.start, end: y.end))
        }
        return false
    }

    private func allSeen(_ rows: [[TypedId]], _ count: Int) -> Bool {
        var seen = Set<Int>()
        for row in rows where !row[0].isNone {
            for choice in alternatives(row[0]) {
                if case .constructor(let number) = head(choice) { seen.insert(number) }
            }
        }
        return seen.count == count
    }

    /// Patterns of values that no row matches, the first few of them.
    private func missingValues(_ rows: [[TypedId]], _ type: TypeId, _ budget: inout Int) -> [String] {
        guard let count = constructorCount(type), count > 0 else {
            return isUseful(rows, [anyPattern], [type], &budget) ? ["else"] : []
        }
        if kind(type) == .enumeration && rows.isEmpty { return [] }
        var result: [String] = []
        let most = CheckerLimits.missingPatternsShown
        for number in 0..<count where result.count <= most {
            let parts = componentTypes(type, number)
            for found in witnesses(
                specialized(rows, number, parts.count), parts, most + 1 - result.count, &budget)
            {
                result.append(build(type, number, found).text)
            }
        }
        if result.count > most { result[most] = "…" }
        return result
    }

    private func build(_ type: TypeId, _ number: Int, _ parts: [Witness]) -> Witness {
        switch kind(type) {
        case .bool: return .named(number == 1 ? "true" : "false", [])
        case .optional: return number == 0 ? .named("null", []) : parts.first.map { present($0) } ?? .any
        case .enumeration:
            return .named(".\(text(cases[members(of: type).lowerBound + number].name))", parts)
        case .tuple: return .tuple(parts)
        default: return .any
        }
    }

    /// A present optional is matched by a pattern of what it holds.
    private func present(_ inner: Witness) -> Witness {
        if case .any = inner { return .named("value", []) }
        return inner
    }

    /// Values of the columns that no row matches, as patterns, at most so many.
    private func witnesses(
        _ rows: [[TypedId]], _ columns: [TypeId], _ most: Int, _ budget: inout Int
    ) -> [[Witness]] {
        budget -= 1 + rows.count
        if budget <= 0 { return [] }
        guard let type = columns.first else { return rows.isEmpty ? [[]] : [] }
        let rest = Array(columns.dropFirst())
        guard let count = constructorCount(type), count > 0, !rows.isEmpty, hasConstructor(rows) else {
            return witnesses(defaulted(rows), rest, most, &budget).map { [.any] + $0 }
        }
        var result: [[Witness]] = []
        for number in 0..<count where result.count < most {
            let parts = componentTypes(type, number)
            for found in witnesses(
                specialized(rows, number, parts.count), parts + rest, most - result.count, &budget)
            {
                result.append(
                    [build(type, number, Array(found.prefix(parts.count)))] + found.dropFirst(parts.count))
            }
        }
        return result
    }

    private func hasConstructor(_ rows: [[TypedId]]) -> Bool {
        for row in rows where !row[0].isNone {
            for choice in alternatives(row[0]) {
                if case .constructor = head(choice) { return true }
            }
        }
        return false
    }
}
