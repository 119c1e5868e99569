// `match`: from a chain of `if`s and back, on null, its arms.
import WfChecker
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let matchChanges: Family = { spot in
        guard spot.isCaret else { return [] }
        var drafts: [Draft] = []
        if let id = spot.near(.ifExpr), spot.kind(spot.parent(id)) != .ifExpr,
            spot.range.lowerBound <= spot.span(IfExprView(spot.reader, id).thenBlock).start
        {
            drafts += spot.matchOfChain(id) + spot.matchOnNull(id)
        }
        if let arm = spot.near(.matchArm) {
            drafts += spot.armBraces(arm)
        } else if let id = spot.near(.matchExpr) {
            drafts += spot.chainOfMatch(id) + spot.ifOnNull(id)
        }
        if let id = spot.chain.first(where: { spot.kind($0) == .matchExpr }) {
            drafts += spot.spelledOutElse(id)
        }
        return drafts
    }
}

extension Spot {
    // MARK: if and match

    /// The branches of `if s == a {…} else if s == b {…} else {…}` on one subject.
    private func chain(_ id: NodeId) -> (
        subject: NodeId, arms: [(pattern: String, block: NodeId)], rest: NodeId?
    )? {
        var arms: [(pattern: String, block: NodeId)] = []
        var subject: NodeId?
        var next = id
        while true {
            let view = IfExprView(reader, next)
            guard let (tested, patterns) = equalities(view.condition),
                subject.map({ text($0) == text(tested) }) ?? true
            else { return nil }
            subject = tested
            arms.append((patterns.joined(separator: " | "), view.thenBlock))
            guard let other = view.elseBranch else { return subject.map { ($0, arms, nil) } }
            if kind(other) == .ifExpr {
                next = other
            } else {
                return subject.map { ($0, arms, other) }
            }
        }
    }

    /// `s == a`, `s == a || s == b`: the subject, and what it is compared with as patterns.
    private func equalities(_ id: NodeId) -> (subject: NodeId, patterns: [String])? {
        guard kind(id) == .binaryExpr else { return nil }
        let view = BinaryExprView(reader, id)
        if view.operation == .or {
            guard let left = equalities(view.left), let right = equalities(view.right),
                text(left.subject) == text(right.subject)
            else { return nil }
            return (left.subject, left.patterns + right.patterns)
        }
        guard view.operation == .equal, isPath(view.left), let pattern = pattern(view.right) else {
            return nil
        }
        return (view.left, [pattern])
    }

    /// A name, or fields of one.
    func isPath(_ id: NodeId) -> Bool {
        switch kind(id) {
        case .nameExpr: return true
        case .memberExpr:
            return !MemberExprView(reader, id).isOptional && isPath(MemberExprView(reader, id).base)
        default: return false
        }
    }

    private func pattern(_ id: NodeId) -> String? {
        switch kind(id) {
        case .intExpr, .durationExpr, .trueExpr, .falseExpr, .implicitMemberExpr: return text(id)
        case .stringExpr: return StringExprView(reader, id).interpolations.isEmpty ? text(id) : nil
        case .unaryExpr:
            let view = UnaryExprView(reader, id)
            return view.operation == .negate && kind(view.operand) == .intExpr ? text(id) : nil
        case .memberExpr:
            // `E.case`
            guard case .declared? = meanings.expression(id),
                let found = meanings.expression(id).flatMap({ server.declaration($0) }),
                found.reader.kind(found.node) == .enumCaseDecl,
                kind(MemberExprView(reader, id).base) == .nameExpr
            else { return nil }
            return ".\(reader.text(MemberExprView(reader, id).nameToken))"
        default: return nil
        }
    }

    fileprivate func matchOfChain(_ id: NodeId) -> [Draft] {
        guard let (subject, arms, rest) = chain(id), arms.count > 1 || rest != nil,
            typeKind(subject) != .optional,
            typeKind(subject) != .float, isTotal(subject)
        else { return [] }
        var lines = arms.map { "\($0.pattern) => \(armText($0.block))" }
        lines.append("else => \(rest.map { armText($0) } ?? "{}")")
        return [
            Draft(
                "turn the if into a match", .rewrite,
                [replace(id, "match \(text(subject)) {\n\(lines.joined(separator: "\n"))\n}")])
        ]
    }

    /// A block as the body of an arm: without braces when it is one plain expression.
    private func armText(_ block: NodeId) -> String {
        let all = statements(block)
        if all.count == 1, let value = blockValue(block), isPlain(value), !inside(block).contains("//"),
            clauses(of: all[0]).isEmpty, isPure(value)
        {
            return text(value)
        }
        return text(block)
    }

    private func isPlain(_ id: NodeId) -> Bool {
        ![.ifExpr, .matchExpr, .forExpr, .objectExpr, .tryExpr, .raceExpr, .loopExpr, .sequenceExpr].contains(
            kind(id))
    }

    fileprivate func chainOfMatch(_ id: NodeId) -> [Draft] {
        let view = MatchExprView(reader, id)
        guard isPath(view.subject), view.arms.count > 1, let type = type(view.subject), let inspection else {
            return []
        }
        var lines: [String] = []
        for (number, arm) in view.arms.map({ MatchArmView(reader, $0) }).enumerated() {
            let isLast = number == view.arms.count - 1
            let body = blockText(arm.body)
            // exhaustive: what is left is the last arm's
            if isLast {
                guard arm.guardCondition == nil, binds(arm.pattern) == false else { return [] }
                lines.append("else \(body)")
                break
            }
            guard let test = test(arm.pattern, view.subject, inspection.kind(type)) else { return [] }
            var condition = test
            if let more = arm.guardCondition {
                condition = "\(test.contains(" || ") ? "(\(test))" : test) && \(operand(more))"
            }
            lines.append("if \(condition) \(body)")
        }
        return [
            Draft(
                "turn the match into ifs", .rewrite,
                [replace(id, lines.joined(separator: " else ").replacing("else else", with: "else"))])
        ]
    }

    private func binds(_ pattern: NodeId) -> Bool {
        ([pattern] + descendants(pattern)).contains { kind($0) == .bindingPattern }
    }

    private func blockText(_ body: NodeId) -> String {
        kind(body) == .block ? text(body) : "{\n\(text(body))\n}"
    }

    /// A pattern as a condition; nil when it binds something or looks into a value.
    private func test(_ pattern: NodeId, _ subject: NodeId, _ type: TypeKind) -> String? {
        switch kind(pattern) {
        case .nullPattern: return "\(text(subject)) == null"
        case .literalPattern:
            if type == .bool { return text(pattern) == "true" ? text(subject) : "!\(text(subject))" }
            return type == .optional || type == .float ? nil : "\(text(subject)) == \(text(pattern))"
        case .casePattern:
            let view = CasePatternView(reader, pattern)
            guard !view.hasArguments, type == .enumeration, !hasPayload(view) else { return nil }
            return "\(text(subject)) == \(text(pattern))"
        case .orPattern:
            let tests = OrPatternView(reader, pattern).elements.map { test($0, subject, type) }
            return tests.contains { $0 == nil } ? nil : tests.compactMap { $0 }.joined(separator: " || ")
        default: return nil
        }
    }

    private func hasPayload(_ view: CasePatternView) -> Bool {
        guard let found = meanings.meanings(view.nameToken).first.flatMap({ server.declaration($0) }) else {
            return true
        }
        return !found.members.isEmpty
    }

    // MARK: null

    fileprivate func matchOnNull(_ id: NodeId) -> [Draft] {
        let view = IfExprView(reader, id)
        guard let other = view.elseBranch, kind(other) == .block,
            let (subject, isPresent) = nullTest(view.condition),
            kind(subject) == .nameExpr
        else { return [] }
        let (some, none) = isPresent ? (view.thenBlock, other) : (other, view.thenBlock)
        return [
            Draft(
                "turn the if into a match on null", .rewrite,
                [
                    replace(
                        id, "match \(text(subject)) {\nnull => \(armText(none))\nelse => \(armText(some))\n}")
                ])
        ]
    }

    fileprivate func ifOnNull(_ id: NodeId) -> [Draft] {
        let view = MatchExprView(reader, id)
        let arms = view.arms.map { MatchArmView(reader, $0) }
        guard arms.count == 2, kind(view.subject) == .nameExpr, typeKind(view.subject) == .optional,
            kind(arms[0].pattern) == .nullPattern, arms.allSatisfy({ $0.guardCondition == nil })
        else { return [] }
        switch kind(arms[1].pattern) {
        case .elsePattern, .wildcardPattern: break
        case .bindingPattern:
            // a new name for the value: only when it is the subject's own
            guard text(arms[1].pattern) == text(view.subject) else { return [] }
        default: return []
        }
        return [
            Draft(
                "turn the match into an if on null", .rewrite,
                [
                    replace(
                        id,
                        "if \(text(view.subject)) != null \(blockText(arms[1].body)) else \(blockText(arms[0].body))"
                    )
                ])
        ]
    }

    // MARK: arms

    fileprivate func armBraces(_ id: NodeId) -> [Draft] {
        let body = MatchArmView(reader, id).body
        if kind(body) != .block {
            return [Draft("put braces around the arm", .rewrite, [replace(body, "{\n\(text(body))\n}")])]
        }
        let all = statements(body)
        guard all.count == 1, let value = blockValue(body), isPlain(value), clauses(of: all[0]).isEmpty,
            isPure(value), !inside(body).contains("//")
        else { return [] }
        return [Draft("drop the braces of the arm", .rewrite, [replace(body, text(value))])]
    }

    /// The cases that `else` stands for, by name.
    fileprivate func spelledOutElse(_ id: NodeId) -> [Draft] {
        let view = MatchExprView(reader, id)
        guard let arm = view.arms.last.map({ MatchArmView(reader, $0) }),
            chain.contains(arm.id) || near(.matchExpr) == id,
            [.elsePattern, .wildcardPattern].contains(kind(arm.pattern)), let inspection,
            var type = type(view.subject)
        else { return [] }
        var missing: [String] = []
        var seen: Set<String> = []
        for other in view.arms.dropLast().map({ MatchArmView(reader, $0) }) where other.guardCondition == nil
        {
            let patterns =
                kind(other.pattern) == .orPattern
                ? Array(OrPatternView(reader, other.pattern).elements) : [other.pattern]
            for pattern in patterns {
                if kind(pattern) == .nullPattern { seen.insert("null") }
                guard kind(pattern) == .casePattern else { continue }
                // one that looks into its payload may leave some of it
                let inner = CasePatternView(reader, pattern)
                let isWhole = inner.arguments.allSatisfy {
                    [.wildcardPattern, .bindingPattern].contains(
                        kind(CasePatternArgumentView(reader, $0).pattern))
                }
                if isWhole { seen.insert(reader.text(inner.nameToken)) }
            }
        }
        if inspection.kind(type) == .optional {
            if !seen.contains("null") { missing.append("null") }
            type = inspection.element(of: type)
        }
        guard inspection.kind(type) == .enumeration else { return [] }
        for entry in inspection.cases(of: type) {
            let name = server.workspace.interner.text(entry.name)
            if seen.contains(name) { continue }
            let payload = entry.payload.map { _ in "_" }.joined(separator: ", ")
            missing.append(".\(name)\(payload.isEmpty ? "" : "(\(payload))")")
        }
        guard !missing.isEmpty else { return [] }
        return [
            Draft(
                "name the cases of the else", .rewrite,
                [replace(arm.pattern, missing.joined(separator: " | "))])
        ]
    }
}
