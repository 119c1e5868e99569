// One module looked at closely, for editors: the types of its expressions and names, and what its steps wait for. It is
// taken down while the module's bodies are checked, and only when somebody asks; it knows no protocol and no text.
public import WfBuiltins
public import WfDiagnostics
public import WfSource
public import WfSyntax
public import WfValue

/// A step of a workflow, as it came out.
public struct InspectedStep: Sendable {
    /// Where its name stands, or the call of a step without one.
    public var span: Span
    public var name: String
    public var type: TypeId
    /// Names of the steps that must have ended before, in order of the page.
    public var waitsFor: [String]
}

/// What of one module is checked beside what it declares.
public enum CheckedBodies: Equatable {
    case allAndLints
    /// Errors only.
    case all
    /// Errors only, in the declarations with these nodes.
    case only(Set<NodeId>)

    func contains(_ item: NodeId) -> Bool {
        guard case .only(let items) = self else { return true }
        return items.contains(item)
    }
}

/// What is taken down while the bodies of one module are checked.
struct InspectedBodies {
    /// By node: the type of its value; poison where none is known.
    var types: [TypeId]
    /// By node: the type that its place wants.
    var expected: [TypeId]
    /// By where a name is declared: its type.
    var bindings: [ByteOffset: TypeId] = [:]
    /// By node that reads a name of its body: where that name is declared.
    var uses: [NodeId: ByteOffset] = [:]
    var steps: [InspectedStep] = []

    init(nodes: Int) {
        types = [TypeId](repeating: .poison, count: nodes)
        expected = types
    }
}

extension ProgramChecker {
    @inline(never) func noteType(_ type: TypeId, _ id: NodeId) {
        guard module == focus, type != .poison else { return }
        inspected.types[Int(id.index)] = type
    }

    @inline(never) func noteExpected(_ type: TypeId, _ id: NodeId) {
        guard module == focus, type != .poison else { return }
        inspected.expected[Int(id.index)] = type
    }

    @inline(never) func noteBinding(_ binding: Binding) {
        guard module == focus, binding.type != .poison, binding.end > binding.start else { return }
        inspected.bindings[binding.start] = binding.type
    }

    @inline(never) func noteUse(of binding: Binding, _ id: NodeId) {
        guard module == focus, binding.end > binding.start else { return }
        inspected.uses[id] = binding.start
    }

    /// Nodes, with those in the place of a value that its own nodes must have yielded before: a `let` is known as soon as
    /// the steps are that it reads.
    private func steps(behind nodes: [Int]) -> [Int] {
        var found: Set<Int> = []
        var seen: Set<Int> = []
        var open = nodes
        while let node = open.popLast() {
            guard seen.insert(node).inserted else { continue }
            if case .value = workflowNodes[node].kind {
                open += workflowNodes[node].dependencies
            } else {
                found.insert(node)
            }
        }
        return found.sorted()
    }

    /// Takes down the nodes of the workflow that has just been checked.
    func noteSteps() {
        guard module == focus else { return }
        for node in workflowNodes where !node.name.hasPrefix("#") {
            let names = steps(behind: node.dependencies).map { workflowNodes[$0].name }
                .filter { !$0.hasPrefix("#") }
            inspected.steps.append(
                InspectedStep(span: node.span, name: node.name, type: node.type, waitsFor: names))
        }
    }
}

/// The answers about one module. Not thread-safe, and valid as long as the trees it was made from are kept.
public final class Inspection {
    private let checker: ProgramChecker
    /// Of all modules of the check; those of the module itself are complete.
    public let diagnostics: [Diagnostic]

    init(_ checker: ProgramChecker, diagnostics: [Diagnostic]) {
        self.checker = checker
        self.diagnostics = diagnostics
    }

    /// The type of an expression's value; nil where none is known.
    public func type(of node: NodeId) -> TypeId? { known(checker.inspected.types, node) }

    /// The type that an expression's place wants.
    public func expectedType(at node: NodeId) -> TypeId? { known(checker.inspected.expected, node) }

    private func known(_ list: [TypeId], _ node: NodeId) -> TypeId? {
        guard Int(node.index) < list.count, list[Int(node.index)] != .poison else { return nil }
        return list[Int(node.index)]
    }

    /// The type of the name that is declared at a place.
    public func type(ofNameAt start: ByteOffset) -> TypeId? { checker.inspected.bindings[start] }

    /// Where the name of a body is declared that a node reads; nil for any other name.
    public func declaration(readAt node: NodeId) -> ByteOffset? { checker.inspected.uses[node] }

    public var steps: [InspectedStep] { checker.inspected.steps }

    /// What `on` and `catch` can name.
    public static var failureKinds: [String] { ProgramChecker.failureKinds }

    /// As source writes it.
    public func text(_ type: TypeId) -> String { checker.text(type) }

    public func kind(_ type: TypeId) -> TypeKind { checker.kind(type) }

    /// Without `?`, and the element of a list for a list.
    public func element(of type: TypeId) -> TypeId { checker.types.element(of: type) }

    /// A type by name as the module sees it; nil when there is none.
    public func type(named name: NameId) -> TypeId? {
        if let primitive = checker.primitiveType(name) { return primitive }
        let found = checker.table.find(checker.focus, name)
        return found >= 0 && checker.symbols[found].type != .poison ? checker.symbols[found].type : nil
    }

    /// Where a record or enum is declared: the file and the declaration's node.
    public func declaration(of type: TypeId) -> (file: FileId, node: NodeId)? {
        guard type.index < checker.nominalOfType.count, checker.nominalOfType[type.index] >= 0 else {
            return nil
        }
        let symbol = Int(checker.nominals[Int(checker.nominalOfType[type.index])].symbol)
        return symbol < 0 ? nil : place(symbol)
    }

    /// The workflow whose runs a handle stands for.
    public func workflow(ofHandle type: TypeId) -> (file: FileId, node: NodeId)? {
        checker.waiting.callableOfHandle[type].map { place(Int(checker.callables[$0].symbol)) }
    }

    private func place(_ symbol: Int) -> (file: FileId, node: NodeId) {
        let entry = checker.symbols[symbol]
        return (checker.modules[Int(entry.module)].tree.file, entry.node)
    }

    /// What a tuple holds, in order; empty for other types.
    public func elements(ofTuple type: TypeId) -> [TypeId] {
        checker.kind(type) == .tuple ? checker.types.tupleElements(of: type) : []
    }

    /// Fields of a record with their types.
    public func fields(of type: TypeId) -> [(name: NameId, type: TypeId)] {
        guard checker.kind(type) == .record else { return [] }
        return checker.members(of: type).map { (checker.fields[$0].name, checker.fields[$0].type) }
    }

    /// Cases of an enum with the types of what they carry.
    public func cases(of type: TypeId) -> [(name: NameId, payload: [TypeId])] {
        guard checker.kind(type) == .enumeration else { return [] }
        return checker.members(of: type).map { index in
            let entry = checker.cases[index]
            let range = Int(entry.payloadStart)..<Int(entry.payloadStart + entry.payloadCount)
            return (entry.name, range.map { checker.payloads[$0].type })
        }
    }

    /// Built-in members of values of a type.
    public func builtinMembers(of type: TypeId) -> [BuiltinSignature] {
        checker.builtins.table.members(of: checker.kind(type), types: checker.types)
            .map { checker.builtins.table[$0] }.filter { signature in
                var variables = [TypeId](repeating: .poison, count: signature.constraints.count)
                return checker.bindVariables(signature.receiver ?? .poison, type, &variables)
            }
    }

    /// What is known of one of them.
    public func signature(_ builtin: Builtin) -> BuiltinSignature { checker.builtins.table[builtin] }

    /// What a type parameter can be required to do.
    public static var constraints: [String] { ProgramChecker.constraintNames }

    /// Built-in functions.
    public var builtinFunctions: [BuiltinSignature] {
        checker.builtins.table.functions.map { checker.builtins.table[$0] }
    }

    /// Funcs that are called on values of a type, as the module sees them.
    public func methods(of type: TypeId) -> [(file: FileId, node: NodeId)] {
        let modules =
            [checker.focus, checker.coreModule] + checker.modules[checker.focus].uses.compactMap { $0 }
        var found: [(file: FileId, node: NodeId)] = []
        for target in modules where target >= 0 {
            for symbol in checker.moduleSymbols[target]
            where checker.isMethod(symbol, type)
                && !found.contains(where: { $0 == place(symbol) })
            {
                found.append(place(symbol))
            }
        }
        return found
    }

    /// The func that `value.name(…)` calls on a value of the type.
    public func method(_ name: NameId, of type: TypeId) -> (file: FileId, node: NodeId)? {
        let found = checker.findMethod(name, type)
        return found < 0 ? nil : place(found)
    }
}

extension Checker {
    /// Checks the bodies of one module only; of the others, what they declare.
    ///
    /// - Parameters:
    ///   - focus: the module's place in `modules`, which holds it and all that it uses.
    ///   - isUsed: whether a module beside these uses it.
    ///   - inspects: whether types and steps are taken down; without it the answers are empty.
    ///   - bodies: which declarations of the module are checked inside, and whether lints are looked for.
    ///   - basis: of the same interner.
    ///   - sink: what reading the modules has found; what checking finds is added.
    public static func inspect(
        modules: [ModuleInput], focus: Int, isUsed: Bool, knownModules: [String], interner: Interner,
        inspects: Bool = true, bodies: CheckedBodies = .allAndLints, basis: CheckerBasis? = nil,
        into sink: inout DiagnosticSink
    ) -> Inspection {
        let checker = ProgramChecker(
            modules: modules, knownModules: knownModules, interner: interner, retain: false,
            lints: bodies == .allAndLints, focus: focus, inspects: inspects, basis: basis)
        checker.focusIsUsed = isUsed
        checker.bodies = bodies
        checker.run()
        let before = sink.diagnostics
        sink.add(contentsOf: withoutEchoes(checker.sink.diagnostics, of: before, modules))
        sink.add(contentsOf: checker.settledLints(after: before))
        return Inspection(checker, diagnostics: sink.sorted())
    }
}
