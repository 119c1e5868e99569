// What expressions at a place do: which names they read, whether they touch the world, whether they can fail, and
// whether they may stand elsewhere.
import WfBuiltins
import WfChecker
import WfSource
import WfSyntax
import WfValue

/// A place where a name is read.
struct NameUse {
    /// A `nameExpr`, or a field without a value.
    let node: NodeId
    let token: TokenId
    let text: String
    let meaning: Meaning?
}

extension Spot {
    // MARK: names

    /// The names that are read in a node, in the order of the page; not members, cases and labels.
    func uses(in id: NodeId) -> [NameUse] {
        ([id] + descendants(id)).compactMap { node -> NameUse? in
            switch kind(node) {
            case .nameExpr:
                let token = reader.firstToken(node)
                return NameUse(
                    node: node, token: token, text: reader.text(token), meaning: meanings.expression(node))
            case .recordField where RecordFieldView(reader, node).value == nil:
                let token = RecordFieldView(reader, node).nameToken
                return NameUse(
                    node: node, token: token, text: reader.text(token),
                    meaning: meanings.meanings(token).first)
            default: return nil
            }
        }.sorted { $0.token < $1.token }
    }

    /// Every place that reads a name which is declared at a token of this file; punned fields too.
    func uses(of token: TokenId) -> [NameUse] {
        let meaning = Meaning.declared(file, reader.span(token).start)
        let name = reader.text(token)
        var found: [NameUse] = []
        for number in 0..<UInt32(reader.tokenCount) {
            let other = TokenId(number)
            let entry = reader.token(other)
            guard other != token, entry.kind == .identifier, Int(entry.length) == name.utf8.count,
                reader.bytes(other).elementsEqual(name.utf8), meanings.meanings(other).contains(meaning)
            else { continue }
            found.append(NameUse(node: index.owner(of: other), token: other, text: name, meaning: meaning))
        }
        return found
    }

    /// The declaration that a meaning is, when it stands inside the item around: a parameter, step, `let`, pattern.
    func local(_ meaning: Meaning?) -> Declaration? {
        guard case .declared(let file, let place)? = meaning, file == self.file, let item,
            span(item).start <= place, place < span(item).end, let found = server.declaration(file, place),
            found.node != item
        else { return nil }
        return found
    }

    /// The names of the body around that a node reads and does not declare itself, each once.
    func freeLocals(_ id: NodeId) -> [(use: NameUse, declaration: Declaration)] { freeLocals([id]) }

    func freeLocals(_ ids: [NodeId]) -> [(use: NameUse, declaration: Declaration)] {
        var seen: Set<TokenId> = []
        return ids.flatMap { uses(in: $0) }.compactMap { use in
            guard let found = local(use.meaning), !ids.contains(where: { contains($0, found.node) }),
                seen.insert(found.token).inserted
            else { return nil }
            return (use, found)
        }
    }

    /// Whether a declaration is a `var`, or a step of a loop's state: what can change.
    func isVariable(_ found: Declaration) -> Bool {
        let outer = found.index.parent(found.node)
        return found.reader.kind(outer) == .letStmt && LetStmtView(found.reader, outer).isVar
    }

    /// Whether every name that a node reads means the same at another node.
    func means(_ id: NodeId, theSameAt place: NodeId) -> Bool {
        uses(in: id).allSatisfy { use in
            guard case .declared(let file, let start)? = use.meaning, file == self.file else {
                // of another file, or built in: nothing here may hide it
                return localName(use.text, at: place) == nil
            }
            if let found = local(use.meaning), contains(id, found.node) { return true }
            let here = localName(use.text, at: place)
            if let here { return reader.span(here.token).start == start }
            return local(use.meaning) == nil
        }
    }

    private func localName(_ name: String, at node: NodeId) -> DeclaredName? {
        scopes.local(server.workspace.interner.intern(name), at: node, span(node).start)
    }

    // MARK: effects

    /// What a call calls, when that is known.
    func callee(_ call: NodeId) -> Meaning? {
        let view = CallExprView(reader, call)
        return meanings.expression(view.callee)
    }

    /// The declaration that a call calls.
    func calledDeclaration(_ call: NodeId) -> Declaration? { callee(call).flatMap { server.declaration($0) } }

    /// What a call of an action, an effect or a workflow yields.
    func resultType(_ call: NodeId) -> TypeId? {
        guard let inspection, let found = calledDeclaration(call) else { return nil }
        let view = CallableDeclView(found.reader, found.node)
        guard let result = view.result else { return .unit }
        if found.reader.kind(result) == .namedType {
            let named = NamedTypeView(found.reader, result)
            if named.module.isNone, named.arguments.isEmpty, let type = inspection.type(named: named.name) {
                return type
            }
        }
        let statement = parent(call)
        if kind(statement) == .stepStmt, !clauses(of: statement).contains(where: { isClause($0, .when) }) {
            return declaredType(StepStmtView(reader, statement).nameToken)
        }
        return nil
    }

    /// Whether a call computes only.
    func isPureCall(_ call: NodeId) -> Bool {
        let view = CallExprView(reader, call)
        if view.isSleepUntil { return false }
        if kind(view.callee) == .implicitMemberExpr { return true }
        switch callee(call) {
        case .builtin, .type: return true
        case .module, nil: return false
        case .declared:
            guard let found = calledDeclaration(call) else { return false }
            switch found.reader.kind(found.node) {
            case .funcDecl, .externFuncDecl, .enumCaseDecl, .lambdaParameter, .parameter, .bindingPattern:
                return true
            default: return false
            }
        }
    }

    /// Whether a node computes a value and does nothing else: no touch of the world, no assignment, no way out.
    func isPure(_ id: NodeId) -> Bool {
        ([id] + descendants(id)).allSatisfy { node in
            switch kind(node) {
            case .callExpr: return isPureCall(node)
            case .awaitExpr, .spawnExpr, .assignStmt, .returnStmt, .breakStmt, .continueStmt, .whileStmt,
                .nextStmt,
                .failStmt, .stepStmt, .loopExpr, .raceExpr, .tryExpr, .sequenceExpr, .signalStmt, .queryStmt:
                return false
            case .letStmt: return !LetStmtView(reader, node).isVar
            case .nameExpr:
                // words that mean something at their place only
                let name = text(node)
                return !["step", "result", "event"].contains(name) || local(meanings.expression(node)) != nil
            default: return true
            }
        }
    }

    /// Whether computing it cannot fail: no arithmetic, no index, no conversion, no call.
    func isTotal(_ id: NodeId) -> Bool {
        ([id] + descendants(id)).allSatisfy { node in
            switch kind(node) {
            case .intExpr, .floatExpr, .durationExpr, .stringExpr, .trueExpr, .falseExpr, .nullExpr,
                .nameExpr,
                .implicitMemberExpr, .memberExpr, .tupleFieldExpr, .listExpr, .tupleExpr, .parenExpr,
                .unitExpr,
                .recordExpr, .objectExpr, .recordField, .withExpr, .namedType, .listType, .mapType,
                .optionalType,
                .tupleType:
                return true
            case .unaryExpr: return UnaryExprView(reader, node).operation == .not
            case .binaryExpr:
                switch BinaryExprView(reader, node).operation {
                case .coalesce, .or, .and, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
                    return true
                case .add: return typeKind(node) == .string
                case .subtract, .multiply, .divide, .remainder: return false
                }
            default: return false
            }
        }
    }

    /// Whether its type does not depend on the place where it stands.
    func isSelfTyped(_ id: NodeId) -> Bool {
        switch kind(id) {
        case .intExpr: return type(id) == .int
        case .floatExpr: return type(id) == .float
        case .stringExpr: return type(id) == .string
        case .durationExpr, .trueExpr, .falseExpr, .nameExpr, .memberExpr, .tupleFieldExpr, .indexExpr,
            .recordExpr,
            .withExpr, .rangeExpr, .castExpr, .unitExpr:
            return true
        case .callExpr:
            guard let found = calledDeclaration(id) else {
                return isPureCall(id) && kind(CallExprView(reader, id).callee) != .implicitMemberExpr
            }
            switch found.reader.kind(found.node) {
            case .enumCaseDecl: return kind(CallExprView(reader, id).callee) != .implicitMemberExpr
            case .funcDecl, .externFuncDecl:
                return CallableDeclView(found.reader, found.node).typeParameters.isEmpty
            default: return true
            }
        case .parenExpr: return isSelfTyped(ParenExprView(reader, id).inner)
        case .unaryExpr: return isSelfTyped(UnaryExprView(reader, id).operand)
        case .binaryExpr:
            let view = BinaryExprView(reader, id)
            return isSelfTyped(view.left) && isSelfTyped(view.right)
        case .listExpr:
            let elements = ListExprView(reader, id).elements
            return !elements.isEmpty && elements.allSatisfy { isSelfTyped($0) }
        case .tupleExpr: return ListExprView(reader, id).elements.allSatisfy { isSelfTyped($0) }
        default: return false
        }
    }

    // MARK: where an expression stands

    /// Whether an expression is computed exactly once, whenever its statement is, before anything that it could
    /// depend on: it may be computed in front of the statement.
    func isStrict(_ id: NodeId, in statement: NodeId) -> Bool {
        var child = id
        while child != statement {
            let outer = parent(child)
            if outer.isNone { return false }
            switch kind(outer) {
            case .binaryExpr:
                let view = BinaryExprView(reader, outer)
                if [.and, .or, .coalesce].contains(view.operation) && view.right == child { return false }
            case .lambdaExpr, .matchArm, .whileStmt, .loopExpr, .loopVariable, .block, .clause, .retryClause,
                .raceBranch, .catchClause, .parameter, .fieldDecl:
                return false
            case .ifExpr:
                if IfExprView(reader, outer).condition != child || kind(parent(outer)) == .ifExpr {
                    return false
                }
            case .forExpr:
                if ForExprView(reader, outer).sequence != child { return false }
            case .memberExpr, .indexExpr, .tupleFieldExpr:
                if isOptionalChain(outer) && kind(outer) == .indexExpr
                    && IndexExprView(reader, outer).index == child
                {
                    return false
                }
            case .callExpr:
                // behind `?.` the arguments may not be computed
                let callee = CallExprView(reader, outer).callee
                if callee != child && isOptionalChain(callee) { return false }
            case .assignStmt:
                if AssignStmtView(reader, outer).value != child { return false }
            case .stepStmt:
                let clauses = StepStmtView(reader, outer).clauses
                if clauses.contains(where: { isConditional($0) }) { return false }
            case .exprStmt:
                let clauses = ExprStmtView(reader, outer).clauses
                if clauses.contains(where: { isConditional($0) }) { return false }
            default: break
            }
            child = outer
        }
        return true
    }

    private func isOptionalChain(_ id: NodeId) -> Bool {
        var next = id
        while true {
            switch kind(next) {
            case .memberExpr:
                if MemberExprView(reader, next).isOptional { return true }
                next = MemberExprView(reader, next).base
            case .tupleFieldExpr:
                if TupleFieldExprView(reader, next).isOptional { return true }
                next = TupleFieldExprView(reader, next).base
            case .indexExpr: next = IndexExprView(reader, next).base
            case .callExpr: next = CallExprView(reader, next).callee
            default: return false
            }
        }
    }

    /// `when` may skip the step, `else` takes over when its arguments fail.
    private func isConditional(_ clause: NodeId) -> Bool {
        kind(clause) == .clause && [.when, .otherwise].contains(ClauseView(reader, clause).kind)
    }

    /// Whether an expression can stand anywhere as it is.
    func isAtomic(_ id: NodeId) -> Bool {
        switch kind(id) {
        case .nameExpr, .stringExpr, .trueExpr, .falseExpr, .nullExpr, .memberExpr, .tupleFieldExpr,
            .indexExpr,
            .callExpr, .listExpr, .mapExpr, .tupleExpr, .parenExpr, .unitExpr, .implicitMemberExpr:
            return !(kind(id) == .callExpr && CallExprView(reader, id).isSleepUntil)
        case .intExpr, .floatExpr, .durationExpr: return true
        default: return false
        }
    }

    /// The text of one expression as it has to be written in the place of another.
    func text(_ id: NodeId, inPlaceOf place: NodeId) -> String {
        let text = text(id)
        let outer = parent(place)
        switch kind(outer) {
        case .callExpr:
            if CallExprView(reader, outer).callee == place {
                return isAtomic(id) && !isNumber(id) ? text : "(\(text))"
            }
            return text
        case .memberExpr, .tupleFieldExpr: return isAtomic(id) && !isNumber(id) ? text : "(\(text))"
        case .indexExpr:
            if IndexExprView(reader, outer).base == place {
                return isAtomic(id) && !isNumber(id) ? text : "(\(text))"
            }
            return text
        case .listExpr, .mapExpr, .tupleExpr, .parenExpr, .recordField, .letStmt, .stepStmt, .returnStmt,
            .assignStmt,
            .stringExpr, .queryStmt, .failStmt, .nextStmt, .constDecl, .configDecl, .expectStmt:
            return text
        case .exprStmt:
            return kind(id) == .objectExpr ? "(\(text))" : text
        default:
            return isAtomic(id) ? text : "(\(text))"
        }
    }

    private func isNumber(_ id: NodeId) -> Bool { [.intExpr, .floatExpr, .durationExpr].contains(kind(id)) }

    // MARK: conditions

    /// The opposite of a condition, as short as it can be said without another meaning.
    func negated(_ id: NodeId) -> String {
        switch kind(id) {
        case .trueExpr: return "false"
        case .falseExpr: return "true"
        case .parenExpr: return negated(ParenExprView(reader, id).inner)
        case .unaryExpr where UnaryExprView(reader, id).operation == .not:
            let operand = UnaryExprView(reader, id).operand
            return kind(operand) == .parenExpr ? text(ParenExprView(reader, operand).inner) : text(operand)
        case .binaryExpr:
            let view = BinaryExprView(reader, id)
            // of numbers that are none, neither `<` nor `>=` holds
            let isOrdered = typeKind(view.left) != .float && typeKind(view.right) != .float
            let opposite: BinaryOperator? =
                switch view.operation {
                case .equal: .notEqual
                case .notEqual: .equal
                case .less where isOrdered: .greaterEqual
                case .lessEqual where isOrdered: .greater
                case .greater where isOrdered: .lessEqual
                case .greaterEqual where isOrdered: .less
                default: nil
                }
            if let opposite { return "\(text(view.left)) \(opposite.text) \(text(view.right))" }
            return "!(\(text(id)))"
        default: return isAtomic(id) ? "!\(text(id))" : "!(\(text(id)))"
        }
    }

    /// The text of an operand of `&&`.
    func operand(_ id: NodeId) -> String {
        guard kind(id) == .binaryExpr else { return text(id) }
        return [.or, .coalesce].contains(BinaryExprView(reader, id).operation) ? "(\(text(id)))" : text(id)
    }
}
