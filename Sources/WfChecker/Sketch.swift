// Types as far as the page tells them, for names that nothing declares: what a value yields by its literals and by what is
// declared around it, and what the place wants in which a value stands. One file's syntax, no checked types: what is missing
// is known by none. Slow paths only.
import WfSyntax

/// Guesses at the types of one file.
struct Sketch {
    /// A field that the uses of a record name.
    struct Field: Equatable {
        var name: NameId
        /// Nil: nothing tells.
        var type: String?
        var isOptional = false
    }

    let tree: TreeReader
    private let interner: Interner
    /// By node: what is directly around it.
    private let parents: [UInt32]
    private let items: [NameId: NodeId]
    /// How far one guess may lead to another.
    private static let depthMax = 8

    init(_ tree: TreeReader, _ interner: Interner) {
        self.tree = tree
        self.interner = interner
        var parents = [UInt32](repeating: 0, count: tree.nodeCount)
        var open: [UInt32] = []
        // children are made before their parents
        for index in 1..<UInt32(max(1, tree.nodeCount)) {
            let first = tree.node(NodeId(index)).first
            while let last = open.last, tree.node(NodeId(last)).first >= first {
                parents[Int(last)] = index
                open.removeLast()
            }
            open.append(index)
        }
        self.parents = parents
        var items: [NameId: NodeId] = [:]
        for item in tree.enclosingFile.items where tree.kind(item) != .useDecl {
            // all declarations keep their name first
            if tree.kind(item).isNamed { items[SecretDeclView(tree, item).name] = item }
        }
        self.items = items
    }

    func parent(_ id: NodeId) -> NodeId { NodeId(parents[Int(id.index)]) }

    private func text(_ name: NameId) -> String { interner.text(name) }

    private func isType(_ id: NodeId, _ name: NameId) -> Bool {
        guard tree.kind(id) == .namedType else { return false }
        let view = NamedTypeView(tree, id)
        return view.module.isNone && view.name == name
    }

    // MARK: what a value yields

    func type(of id: NodeId, _ depth: Int = 0) -> String? {
        if depth > Sketch.depthMax { return nil }
        func inner(_ id: NodeId) -> String? { type(of: id, depth + 1) }
        switch tree.kind(id) {
        case .intExpr: return "Int"
        case .floatExpr: return "Float"
        case .durationExpr: return "Duration"
        case .stringExpr: return "String"
        case .trueExpr, .falseExpr: return "Bool"
        case .rangeExpr: return "Range"
        case .parenExpr: return inner(ParenExprView(tree, id).inner)
        case .unaryExpr:
            let view = UnaryExprView(tree, id)
            return view.operation == .not ? "Bool" : inner(view.operand)
        case .binaryExpr:
            let view = BinaryExprView(tree, id)
            switch view.operation {
            case .or, .and, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: return "Bool"
            case .coalesce: return inner(view.left).map { present($0) } ?? inner(view.right)
            case .add, .subtract, .multiply, .divide, .remainder: return inner(view.left) ?? inner(view.right)
            }
        case .castExpr:
            let view = CastExprView(tree, id)
            return tree.text(view.type) + (view.isOptional ? "?" : "")
        case .listExpr:
            return ListExprView(tree, id).elements.lazy.compactMap { inner($0) }.first.map { "[\($0)]" }
        case .mapExpr:
            for entry in MapExprView(tree, id).entries {
                if let key = inner(entry.key), let value = inner(entry.value) { return "[\(key): \(value)]" }
            }
            return nil
        case .recordExpr: return tree.text(RecordExprView(tree, id).type)
        case .withExpr: return inner(WithExprView(tree, id).base)
        case .nameExpr:
            return declaration(NameExprView(tree, id).name, at: id).flatMap { declaredType($0, depth + 1) }
        case .memberExpr: return memberType(MemberExprView(tree, id), depth)
        case .callExpr: return resultType(CallExprView(tree, id), depth)
        case .ifExpr: return inner(IfExprView(tree, id).thenBlock)
        case .matchExpr:
            return MatchExprView(tree, id).arms.first.flatMap { inner(MatchArmView(tree, $0).body) }
        case .sequenceExpr: return inner(SequenceExprView(tree, id).body)
        case .tryExpr: return inner(TryExprView(tree, id).body)
        case .forExpr: return inner(ForExprView(tree, id).body).map { "[\($0)]" }
        case .block:
            guard let last = BlockView(tree, id).statements.last, tree.kind(last) == .exprStmt else {
                return nil
            }
            return inner(ExprStmtView(tree, last).value)
        default: return nil
        }
    }

    private func memberType(_ view: MemberExprView, _ depth: Int) -> String? {
        if tree.kind(view.base) == .nameExpr, let item = items[NameExprView(tree, view.base).name],
            tree.kind(item) == .enumDecl, declaration(NameExprView(tree, view.base).name, at: view.id) == item
        {
            return text(EnumDeclView(tree, item).name)
        }
        guard let base = type(of: view.base, depth + 1),
            let field = field(view.name, of: present(base))
        else { return nil }
        let found = tree.text(FieldDeclView(tree, field).type)
        return base.hasSuffix("?") && !found.hasSuffix("?") ? found + "?" : found
    }

    private func field(_ name: NameId, of type: String) -> NodeId? {
        guard let record = interner.lookup(type).flatMap({ items[$0] }), tree.kind(record) == .recordDecl
        else { return nil }
        return RecordDeclView(tree, record).fields.first { FieldDeclView(tree, $0).name == name }
    }

    private func resultType(_ view: CallExprView, _ depth: Int) -> String? {
        if tree.kind(view.callee) == .memberExpr {
            let callee = MemberExprView(tree, view.callee)
            guard tree.kind(callee.base) == .nameExpr,
                let item = items[NameExprView(tree, callee.base).name], tree.kind(item) == .enumDecl
            else { return nil }
            return text(EnumDeclView(tree, item).name)
        }
        guard let callable = callable(view) else { return nil }
        return callable.result.map { tree.text($0) }
    }

    /// What a call calls, when this file declares it.
    private func callable(_ view: CallExprView) -> CallableDeclView? {
        guard tree.kind(view.callee) == .nameExpr, let item = items[NameExprView(tree, view.callee).name],
            tree.kind(item).isCallable
        else { return nil }
        return CallableDeclView(tree, item)
    }

    /// `T` for `T?`.
    private func present(_ type: String) -> String { type.hasSuffix("?") ? String(type.dropLast()) : type }

    /// `T` for `[T]`.
    private func element(_ type: String) -> String? {
        guard type.hasPrefix("["), type.hasSuffix("]"), !type.contains(":") else { return nil }
        return String(type.dropFirst().dropLast())
    }

    // MARK: what a name is

    /// The parameter, statement, pattern or declaration of the file that a name at a node means.
    func declaration(_ name: NameId, at id: NodeId) -> NodeId? {
        if name.isNone { return nil }
        var child = id
        var next = parent(id)
        while !next.isNone {
            if let found = declared(name, in: next, from: child) { return found }
            (child, next) = (next, parent(next))
        }
        return items[name]
    }

    private func declared(_ name: NameId, in id: NodeId, from child: NodeId) -> NodeId? {
        switch tree.kind(id) {
        case .block:
            // the nearest one above, else (in a workflow) one below
            let all = BlockView(tree, id).statements.filter { $0 != child && declares($0, name) }
            return all.last { tree.node($0).first < tree.node(child).first } ?? all.first
        case .forExpr:
            let pattern = ForExprView(tree, id).pattern
            let isItem =
                tree.kind(pattern) == .bindingPattern && BindingPatternView(tree, pattern).name == name
            return isItem && child != pattern ? pattern : nil
        case .lambdaExpr:
            return LambdaExprView(tree, id).parameters.first { LambdaParameterView(tree, $0).name == name }
        case .loopExpr:
            return LoopExprView(tree, id).variables.first { LoopVariableView(tree, $0).name == name }
        case let kind where kind.isCallable:
            return CallableDeclView(tree, id).parameters.first { ParameterView(tree, $0).name == name }
        default: return nil
        }
    }

    private func declares(_ statement: NodeId, _ name: NameId) -> Bool {
        switch tree.kind(statement) {
        case .letStmt:
            let view = LetStmtView(tree, statement)
            return view.name == name
                || tree.kind(view.pattern) == .bindingPattern
                    && BindingPatternView(tree, view.pattern).name == name
        case .stepStmt: return StepStmtView(tree, statement).name == name
        case .flowStep: return FlowStepView(tree, statement).name == name
        case .signalStmt: return SignalStmtView(tree, statement).name == name
        default: return false
        }
    }

    private func declaredType(_ id: NodeId, _ depth: Int) -> String? {
        if depth > Sketch.depthMax { return nil }
        func written(_ type: NodeId?, _ value: NodeId?) -> String? {
            type.map { tree.text($0) } ?? value.flatMap { self.type(of: $0, depth + 1) }
        }
        switch tree.kind(id) {
        case .parameter:
            let view = ParameterView(tree, id)
            return view.isVariadic ? "[\(tree.text(view.type))]" : tree.text(view.type)
        case .letStmt: return written(LetStmtView(tree, id).type, LetStmtView(tree, id).value)
        case .stepStmt: return written(StepStmtView(tree, id).type, StepStmtView(tree, id).value)
        case .flowStep: return written(FlowStepView(tree, id).type, FlowStepView(tree, id).value)
        case .loopVariable: return written(LoopVariableView(tree, id).type, LoopVariableView(tree, id).value)
        case .constDecl, .configDecl:
            return written(ConstDeclView(tree, id).type, ConstDeclView(tree, id).value)
        case .lambdaParameter: return LambdaParameterView(tree, id).type.map { tree.text($0) }
        case .bindingPattern:
            let outer = parent(id)
            guard tree.kind(outer) == .forExpr else { return nil }
            return type(of: ForExprView(tree, outer).sequence, depth + 1).flatMap { element($0) }
        default: return nil
        }
    }

    // MARK: what a place wants

    func wanted(at id: NodeId, _ depth: Int = 0) -> String? {
        if depth > Sketch.depthMax { return nil }
        let outer = parent(id)
        if outer.isNone { return nil }
        func around(_ id: NodeId) -> String? { wanted(at: id, depth + 1) }
        switch tree.kind(outer) {
        case .parenExpr, .matchArm, .tryExpr, .catchClause, .sequenceExpr: return around(outer)
        case .matchExpr: return MatchExprView(tree, outer).subject == id ? nil : around(outer)
        case .stringExpr: return "String"
        case .unaryExpr: return UnaryExprView(tree, outer).operation == .not ? "Bool" : around(outer)
        case .binaryExpr: return wanted(of: BinaryExprView(tree, outer), id, depth)
        case .ifExpr: return IfExprView(tree, outer).condition == id ? "Bool" : around(outer)
        case .whileStmt: return WhileStmtView(tree, outer).condition == id ? "Bool" : nil
        case .clause:
            switch ClauseView(tree, outer).kind {
            case .when: return "Bool"
            case .timeout, .deadline: return "Duration"
            default: return nil
            }
        case .callExpr: return parameterType(CallExprView(tree, outer), id)
        case .recordField:
            let literal = parent(outer)
            guard tree.kind(literal) == .recordExpr else { return nil }
            return field(RecordFieldView(tree, outer).name, of: tree.text(RecordExprView(tree, literal).type))
                .map { tree.text(FieldDeclView(tree, $0).type) }
        case .letStmt, .stepStmt, .flowStep:
            return declaredWithout(outer, id) ?? uses(of: outer).lazy.compactMap { around($0) }.first
        case .awaitExpr: return around(outer)
        case .listExpr: return around(outer).flatMap { element($0) }
        case .forExpr:
            return ForExprView(tree, outer).body == id ? around(outer).flatMap { element($0) } : nil
        case .returnStmt: return callableAround(outer)?.result.map { tree.text($0) }
        case .assignStmt:
            let view = AssignStmtView(tree, outer)
            return view.value == id ? type(of: view.target, depth + 1) : nil
        case .exprStmt:
            let block = parent(outer)
            guard tree.kind(block) == .block, BlockView(tree, block).statements.last == outer else {
                return nil
            }
            return around(block)
        case let kind where kind.isCallable: return CallableDeclView(tree, outer).result.map { tree.text($0) }
        default: return nil
        }
    }

    /// The type that a `let` or step says for its value.
    private func declaredWithout(_ statement: NodeId, _ value: NodeId) -> String? {
        switch tree.kind(statement) {
        case .letStmt: return LetStmtView(tree, statement).type.map { tree.text($0) }
        case .stepStmt: return StepStmtView(tree, statement).type.map { tree.text($0) }
        default: return FlowStepView(tree, statement).type.map { tree.text($0) }
        }
    }

    private func wanted(of view: BinaryExprView, _ id: NodeId, _ depth: Int) -> String? {
        let other = view.left == id ? view.right : view.left
        switch view.operation {
        case .and, .or: return "Bool"
        case .coalesce:
            guard let type = type(of: other, depth + 1) else { return nil }
            return view.left == id ? present(type) + "?" : present(type)
        default: return type(of: other, depth + 1)
        }
    }

    private func parameterType(_ view: CallExprView, _ id: NodeId) -> String? {
        guard let callable = callable(view),
            let place = view.arguments.firstIndex(where: { $0.value == id })
        else { return nil }
        let label = view.arguments[place].label
        let all = Array(callable.parameters)
        let number = view.arguments.distance(from: view.arguments.startIndex, to: place)
        let found =
            label.isNone
            ? (number < all.count ? all[number] : nil) : all.first { ParameterView(tree, $0).name == label }
        return found.map { tree.text(ParameterView(tree, $0).type) }
    }

    private func callableAround(_ id: NodeId) -> CallableDeclView? {
        var next = id
        while !next.isNone {
            if tree.kind(next) == .lambdaExpr { return nil }
            if tree.kind(next).isCallable { return CallableDeclView(tree, next) }
            next = parent(next)
        }
        return nil
    }

    // MARK: uses

    /// Where the name is read that a statement, parameter or pattern gives, in order of the page.
    func uses(of declared: NodeId) -> [NodeId] {
        var name = NameId.none
        switch tree.kind(declared) {
        case .letStmt:
            let pattern = LetStmtView(tree, declared).pattern
            if tree.kind(pattern) == .bindingPattern { name = BindingPatternView(tree, pattern).name }
        case .stepStmt: name = StepStmtView(tree, declared).name
        case .flowStep: name = FlowStepView(tree, declared).name
        default: return []
        }
        if name.isNone { return [] }
        var item = declared
        while !parent(item).isNone, !tree.kind(item).isDeclaration { item = parent(item) }
        let first = tree.node(item).first
        var found: [NodeId] = []
        var index = item.index - 1
        while index > 0, tree.node(NodeId(index)).first >= first {
            let id = NodeId(index)
            if tree.kind(id) == .nameExpr, NameExprView(tree, id).name == name,
                declaration(name, at: id) == declared
            {
                found.append(id)
            }
            index -= 1
        }
        return found.sorted { tree.node($0).first < tree.node($1).first }
    }

    /// The fields that are read of values, in order of the page, each once.
    func fields(readFrom bases: [NodeId]) -> [Field] {
        var fields: [Field] = []
        for base in bases {
            let outer = parent(base)
            guard tree.kind(outer) == .memberExpr, MemberExprView(tree, outer).base == base else { continue }
            add(MemberExprView(tree, outer), to: &fields)
        }
        return fields
    }

    private func add(_ view: MemberExprView, to fields: inout [Field]) {
        let outer = parent(view.id)
        let isCalled = tree.kind(outer) == .callExpr && CallExprView(tree, outer).callee == view.id
        if view.name.isNone || isCalled { return }
        add(Field(name: view.name, type: wanted(at: view.id)), to: &fields)
    }

    private func add(_ field: Field, to fields: inout [Field]) {
        guard let known = fields.firstIndex(where: { $0.name == field.name }) else {
            return fields.append(field)
        }
        fields[known].type = fields[known].type ?? field.type
        fields[known].isOptional = fields[known].isOptional || field.isOptional
    }

    /// The fields of a record that nothing declares: those that its literals give, and those that are read of its values.
    func fields(ofRecord name: NameId) -> [Field] {
        var fields: [Field] = []
        var literals: [[NameId]] = []
        let written = text(name)
        func note(_ list: NodeList) -> [NameId] {
            list.filter { tree.kind($0) == .recordField }.map { item in
                let view = RecordFieldView(tree, item)
                let isNull = view.value.map { tree.kind($0) == .nullExpr } ?? false
                let type =
                    view.value.map { self.type(of: $0) }
                    ?? declaration(view.name, at: item).flatMap { declaredType($0, 0) }
                add(Field(name: view.name, type: type, isOptional: isNull), to: &fields)
                return view.name
            }
        }
        var reads: [MemberExprView] = []
        for index in 1..<UInt32(max(1, tree.nodeCount)) {
            let id = NodeId(index)
            switch tree.kind(id) {
            case .recordExpr where isType(RecordExprView(tree, id).type, name):
                literals.append(note(RecordExprView(tree, id).fields))
            case .withExpr where self.type(of: WithExprView(tree, id).base) == written:
                _ = note(WithExprView(tree, id).fields)
            case .memberExpr:
                let view = MemberExprView(tree, id)
                if type(of: view.base).map({ present($0) }) == written { reads.append(view) }
            default: break
            }
        }
        for read in reads { add(read, to: &fields) }
        // what some literals leave out may be absent
        for place in fields.indices where literals.contains(where: { !$0.contains(fields[place].name) }) {
            fields[place].isOptional = true
        }
        return fields.filter { !$0.name.isNone }
    }
}

extension NodeKind {
    /// Whether it is called with arguments.
    fileprivate var isCallable: Bool {
        switch self {
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl: return true
        default: return false
        }
    }

    /// Whether it is a declaration of a file that others mean by its name.
    fileprivate var isNamed: Bool {
        switch self {
        case .constDecl, .configDecl, .secretDecl, .poolDecl, .rateDecl, .breakerDecl, .recordDecl, .enumDecl:
            return true
        default: return isCallable
        }
    }
}
