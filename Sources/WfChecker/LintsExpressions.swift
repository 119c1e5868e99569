// Lints about expressions: conditions that are always one way, a thing compared with itself, Float compared for
// equality, numbers of one unit given to another.
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// A condition written as a literal, or as a comparison of literals.
    ///
    /// - Parameter consequences: what follows when it is always true, and always false.
    func lintCondition(_ id: NodeId, _ consequences: (ifTrue: String, ifFalse: String)) {
        guard lints.isOn, let value = constantTruth(id) else { return }
        let consequence = value ? consequences.ifTrue : consequences.ifFalse
        if !consequence.isEmpty {
            lint(.constantCondition(value, consequence: consequence, at: tree.span(id)))
        }
    }

    private func constantTruth(_ id: NodeId) -> Bool? {
        switch tree.kind(id) {
        case .trueExpr: return true
        case .falseExpr: return false
        case .parenExpr: return constantTruth(ParenExprView(tree, id).inner)
        case .unaryExpr:
            let view = UnaryExprView(tree, id)
            return view.operation == .not ? constantTruth(view.operand).map { !$0 } : nil
        case .binaryExpr:
            let view = BinaryExprView(tree, id)
            let left = constantTruth(view.left)
            let right = constantTruth(view.right)
            switch view.operation {
            case .and: return left == false || right == false ? false : left == true ? right : nil
            case .or: return left == true || right == true ? true : left == false ? right : nil
            default: return comparedLiterals(view)
            }
        default: return nil
        }
    }

    /// `1 == 1`, `"a" == "b"`
    private func comparedLiterals(_ view: BinaryExprView) -> Bool? {
        if let left = wholeLiteral(view.left), let right = wholeLiteral(view.right) {
            switch view.operation {
            case .equal: return left == right
            case .notEqual: return left != right
            case .less: return left < right
            case .lessEqual: return left <= right
            case .greater: return left > right
            case .greaterEqual: return left >= right
            default: return nil
            }
        }
        guard view.operation == .equal || view.operation == .notEqual,
            let left = plainText(view.left), let right = plainText(view.right)
        else { return nil }
        return (left == right) == (view.operation == .equal)
    }

    /// What a string literal without interpolation says.
    private func plainText(_ id: NodeId) -> String? {
        guard tree.kind(id) == .stringExpr, StringExprView(tree, id).interpolations.isEmpty else {
            return nil
        }
        return CommandLine.literal(id, tree)
    }

    /// Whether a condition is always true, as far as the text says.
    func isAlwaysTrue(_ id: NodeId) -> Bool { constantTruth(id) == true }

    /// `a == b`, `a < b`, when both sides have been typed.
    func lintComparison(_ view: BinaryExprView, _ operands: TypeId, _ left: TypedId, _ right: TypedId) {
        guard lints.isOn else { return }
        let isEquality = view.operation == .equal || view.operation == .notEqual
        if operands == .bool && isEquality && type(of: right) == .bool { lintTruth(view) }
        if operands == .int { lintCount(view, typed[left], typed[right]) }
        if isSame(view.left, view.right) {
            let holds = [.equal, .lessEqual, .greaterEqual].contains(view.operation)
            lint(
                .sameOperands(
                    tree.text(view.left), view.operation.text, result: "it is always \(holds)",
                    at: tree.span(view.id)))
        } else if isEquality && !isTest && holdsFloat(operands) && !isWholeNumber(view.left)
            && !isWholeNumber(view.right)
        {
            lint(.floatEquality("with `\(view.operation.text)`", at: tree.span(view.id)))
        }
    }

    /// `prices.contains(total)`, `prices.indexOf(total)`, for a list of Floats.
    func lintFloatSearch(_ builtin: Builtin, _ view: CallExprView, in list: TypeId) {
        guard lints.isOn, !isTest, builtin == .listContains || builtin == .listIndexOf, kind(list) == .list,
            holdsFloat(types.element(of: list)), let wanted = view.arguments.first?.value,
            !isWholeNumber(wanted)
        else { return }
        lint(.floatEquality("by `\(builtins.table[builtin].name)`", at: tree.span(wanted)))
    }

    /// `match x { 0.1 => … }`
    func lintFloatPattern(_ value: NodeId, _ type: TypeId) {
        guard lints.isOn, !isTest, type == .float, !isWholeNumber(value) else { return }
        lint(.floatEquality("by a pattern", at: tree.span(value)))
    }

    /// Whether two values of a type are equal only if Floats in them are.
    private func holdsFloat(_ type: TypeId, depth: Int = 0) -> Bool {
        if type == .float { return true }
        if depth == 4 { return false }
        switch kind(type) {
        case .list, .optional: return holdsFloat(types.element(of: type), depth: depth + 1)
        case .map: return holdsFloat(types.value(of: type), depth: depth + 1)
        case .record: return members(of: type).contains { holdsFloat(fields[$0].type, depth: depth + 1) }
        case .tuple:
            return (0..<types.memberCount(of: type)).contains {
                holdsFloat(types.tupleElement(of: type, at: $0), depth: depth + 1)
            }
        case .enumeration where types.isReference(type):
            return members(of: type).indices.contains { number in
                payloadRange(type, number - members(of: type).lowerBound).contains {
                    holdsFloat(payloads[$0].type, depth: depth + 1)
                }
            }
        default: return false
        }
    }

    /// `x == true`
    private func lintTruth(_ view: BinaryExprView) {
        for (literal, other) in [(view.right, view.left), (view.left, view.right)] {
            let kind = tree.kind(literal)
            guard kind == .trueExpr || kind == .falseExpr else { continue }
            let holds = (kind == .trueExpr) == (view.operation == .equal)
            let isSimple = [.nameExpr, .memberExpr, .callExpr, .parenExpr].contains(tree.kind(other))
            let text = tree.text(other)
            lint(
                .comparedWithTruth(
                    holds ? text : isSimple ? "!\(text)" : "!(\(text))", at: tree.span(view.id)))
            return
        }
    }

    /// `xs.count >= 0`, `0 <= xs.count`, `xs.count == 0`
    private func lintCount(_ view: BinaryExprView, _ left: TypedNode, _ right: TypedNode) {
        let isFlipped = wholeLiteral(view.left) != nil
        let counted = isFlipped ? right : left
        let side = isFlipped ? view.right : view.left
        let counts: [Builtin] = [.listCount, .mapCount, .stringCount, .stringByteCount, .bytesCount]
        guard counted.kind == .builtin, let limit = wholeLiteral(isFlipped ? view.left : view.right),
            limit <= 0,
            counts.contains(where: { UInt32($0.rawValue) == counted.a }), tree.kind(side) == .memberExpr
        else { return }
        let span = tree.span(view.id)
        if limit < 0 {
            let holds = [.greater, .greaterEqual, .notEqual].contains(
                isFlipped ? Bound.flipped(view.operation) : view.operation)
            return lint(.countNeverNegative(tree.text(span), value: holds, at: span))
        }
        switch isFlipped ? Bound.flipped(view.operation) : view.operation {
        case .greaterEqual: lint(.countNeverNegative(tree.text(span), value: true, at: span))
        case .less: lint(.countNeverNegative(tree.text(span), value: false, at: span))
        case .equal, .notEqual, .greater, .lessEqual:
            guard isLinted(5085), counted.a != UInt32(Builtin.stringByteCount.rawValue) else { return }
            let base = tree.text(MemberExprView(tree, side).base)
            let isEmpty = view.operation == .equal || view.operation == .lessEqual
            let isNone = isFlipped ? view.operation == .equal || view.operation == .greaterEqual : isEmpty
            lint(.comparesCount("\(isNone ? "" : "!")\(base).isEmpty", at: span))
        default: break
        }
    }

    /// `"{name}"`
    func lintInterpolation(_ view: StringExprView, _ parts: ArraySlice<UInt32>, _ wanted: TypeId) {
        if lints.isOn { lintTemplate(view, parts) }
        guard lints.isOn, parts.count == 1, let only = parts.first, wanted == .string || wanted == .poison,
            type(of: TypedId(only)) == .string, ![.text, .reinterpret].contains(typed[TypedId(only)].kind),
            let inner = view.interpolations.first
        else { return }
        lint(.needlessInterpolation(tree.text(inner), at: tree.span(view.id)))
    }

    /// `a && a`, `a - a`.
    func lintOperands(_ view: BinaryExprView) {
        guard lints.isOn else { return }
        let result: String
        switch view.operation {
        case .and, .or: result = "one is enough"
        case .subtract, .remainder: result = "it is always 0"
        default: return
        }
        if isSame(view.left, view.right) {
            lint(
                .sameOperands(
                    tree.text(view.left), view.operation.text, result: result, at: tree.span(view.id)))
        }
    }

    /// Statements behind one that never ends, in a func.
    func lintUnreachable(from first: NodeId, to last: NodeId, behind earlier: NodeId) {
        guard lints.isOn else { return }
        let word = tree.firstToken(earlier)
        lint(
            .unreachable(
                at: tree.span(first).joined(tree.span(last)), behind: tree.text(word), tree.span(word)))
    }

    /// `x = x`
    func lintAssignment(_ view: AssignStmtView) {
        guard lints.isOn, view.operation == .set, isSame(view.target, view.value) else { return }
        lint(.assignsItself(Diagnostic.shortened(tree.text(view.target)), at: tree.span(view.id)))
    }

    /// Whether two expressions are the same name, or the same part of it.
    private func isSame(_ left: NodeId, _ right: NodeId) -> Bool {
        var (left, right) = (left, right)
        while true {
            (left, right) = (withoutParens(left), withoutParens(right))
            guard tree.kind(left) == tree.kind(right) else { return false }
            switch tree.kind(left) {
            case .nameExpr: return NameExprView(tree, left).name == NameExprView(tree, right).name
            case .memberExpr:
                let (a, b) = (MemberExprView(tree, left), MemberExprView(tree, right))
                if a.name != b.name { return false }
                (left, right) = (a.base, b.base)
            case .indexExpr:
                let (a, b) = (IndexExprView(tree, left), IndexExprView(tree, right))
                if tree.text(a.index) != tree.text(b.index) { return false }
                (left, right) = (a.base, b.base)
            default: return false
            }
        }
    }

    private func isWholeNumber(_ id: NodeId) -> Bool {
        let value = withoutParens(id)
        switch tree.kind(value) {
        case .intExpr, .nullExpr, .mapExpr: return true
        case .unaryExpr: return isWholeNumber(UnaryExprView(tree, value).operand)
        case .listExpr: return ListExprView(tree, value).elements.allSatisfy { isWholeNumber($0) }
        case .floatExpr: return tree.text(value).hasSuffix(".0")
        default: return false
        }
    }

    /// `seconds(delayMs)`
    func lintUnit(_ view: CallExprView, _ name: NameId) {
        guard lints.isOn, view.arguments.count == 1, let argument = view.arguments.first else { return }
        let function = text(name)
        guard ["days", "hours", "minutes", "seconds", "milliseconds"].contains(function) else { return }
        let value = withoutParens(argument.value)
        let written: NameId
        switch tree.kind(value) {
        case .nameExpr: written = NameExprView(tree, value).name
        case .memberExpr: written = MemberExprView(tree, value).name
        default: return
        }
        guard !written.isNone, let unit = ProgramChecker.unit(of: text(written)), unit != function else {
            return
        }
        let fix = Fix("write `\(unit)`", [TextEdit(tree.span(view.callee), unit)])
        lint(
            .wrongUnit(text(written), nameUnit: unit, function: function, at: tree.span(value)).fixed(fix))
    }

    static func unit(of name: String) -> String? {
        let endings: [(String, String)] = [
            ("Milliseconds", "milliseconds"), ("Millis", "milliseconds"), ("Ms", "milliseconds"),
            ("Seconds", "seconds"), ("Secs", "seconds"), ("Sec", "seconds"), ("Minutes", "minutes"),
            ("Mins", "minutes"), ("Hours", "hours"), ("Days", "days"),
        ]
        for (ending, unit) in endings {
            if name.hasSuffix(ending) || name == ending.lowercased()
                || name.hasSuffix("_" + ending.lowercased())
            {
                return unit
            }
        }
        return nil
    }
}
