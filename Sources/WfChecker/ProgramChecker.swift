// The state of one check: everything declared, the module and body being looked at, and the typed tree that grows.
// Its passes stand in extensions, one file per subject. It does not know where modules come from or where they go.
import WfBuiltins
import WfDiagnostics
import WfSource
public import WfSyntax
import WfValue

/// What kind of body is being checked: it decides what a call may touch.
enum BodyKind {
    case function, constant, workflow, action
}

/// A value local of the body being checked.
struct LocalSlot {
    var name: NameId
    var type: TypeId
    var isMutable: Bool
}

final class ProgramChecker {
    let interner: Interner
    let retain: Bool
    let modules: [ModuleInput]
    /// The only module whose bodies are checked; -1: all.
    let focus: Int
    /// Whether types and steps of the module in focus are taken down.
    let isInspecting: Bool
    var inspected: InspectedBodies
    /// What of the module in focus is looked at.
    var bodies = CheckedBodies.allAndLints
    /// A module beside these uses the one in focus.
    var focusIsUsed = false
    let knownModules: [String]
    var sink = DiagnosticSink()
    /// How many of the table's refusals have been reported.
    var knownRefusals = 0
    var lints: LintState
    var types = TypeTable()
    let builtins: BuiltinIndex
    let names: KnownNames

    // declared
    var symbols: [Symbol] = []
    var table = SymbolTable()
    var callables: [Callable] = []
    var parameters: [Parameter] = []
    var fields: [Field] = []
    var cases: [EnumCase] = []
    var payloads: [Payload] = []
    var nominals: [NominalMembers] = []
    /// By the type's raw value: index into `nominals`, or -1.
    var nominalOfType: [Int32] = []
    var constants: [ConstantEntry] = []
    var folded: [FoldedValue] = []
    var coreModule = -1
    /// What each module declares: a run of `symbols`.
    var moduleSymbols: [Range<Int>] = []

    // the module being looked at
    var module = 0
    var tree: TreeReader

    // the body being checked
    var body = BodyKind.function
    var typed = TypedTree()
    var locals: [LocalSlot] = []
    var bindings: [Binding] = []
    /// By name: 1 + the index of its innermost binding, or 0.
    var bindingOf: [UInt32]
    /// Bindings below belong to another body.
    var bindingBase = 0
    var narrowings: [Narrowing] = []
    var facts: [Fact] = []
    var loops: [LoopState] = []
    var lambdaDepth = 0
    /// What `return` must yield; poison when a lambda's result is being found.
    var resultType = TypeId.unit
    var returnsSeen: [(id: TypedId, node: NodeId)] = []
    var isFindingResult = false
    /// Scratch for child lists, used as a stack.
    var scratch: [UInt32] = []
    var keepsConstants = false

    // the workflow being checked
    var frames: [BlockFrame] = []
    var pending: [PendingNode] = []
    var workflowBlocks: [CheckedBlock] = []
    var workflowNodes: [CheckedNode] = []
    /// Expressions of a workflow's block that nobody reads.
    var discarded: [NodeId] = []
    /// The statement of the node being typed.
    var currentStatement: NodeId?
    /// Whether a branch is typed only for what the one before it is to be.
    var isLookingAhead = false
    /// Looks around what is being typed of which nothing is said: no lint or fix looks once more in them.
    var quietLooks = 0
    /// Names that are still looked at for what was meant by unknown ones: a file of nothing but mistakes ends too.
    var namesToCompare = Limits.namesComparedMax
    var declarationNode = NodeId.none { didSet { declarationModule = module } }
    /// Whose node that is: another module may have been entered since.
    private(set) var declarationModule = -1
    /// The local that `step.key` is, in an action's `via` and `returns`; nil elsewhere.
    var keyLocal: UInt32?
    var farLookups = 0
    /// Of the module that was asked about last, with how often it was asked.
    var sketched: (module: Int, sketch: Sketch, count: Int)?
    /// Key types of maps as written, to be checked when all enums are known.
    /// Whether what is being checked becomes the Json of a parameter that takes secrets.
    var jsonTakesSecrets = false
    /// In the argument of an effect that takes secrets where it is declared with text: messages name the text.
    var namesSecretsAsText = false
    /// What the alternatives before the one being looked at bind.
    var alternativeNames: [AlternativeName] = []
    var keyChecks: [(TypeId, Span)] = []
    var nominalsAreKnown = false
    var waiting = WaitingState()

    // generics
    var typeParameters: [TypeParameter] = []
    /// Those of the declaration being looked at.
    var scopeTypeParameters = TypeParameterRun()
    var instances: [InstanceKey: TypeId] = [:]
    var instanceQueue: [NominalInstance] = []
    var isFillingInstances = false
    var nominalsAreResolved = false
    var defaultsAreFolded = false
    var undefinedInstances: [TypeId] = []
    var argumentChecks: [(type: TypeId, parameter: Int, symbol: Int, span: Span)] = []
    var reportedKeys: [TypeId] = []
    /// Whether a message has said that instances have no end.
    var reportedGrowth = false
    var openUses: [OpenUse] = []
    /// By callable.
    var genericBodies: [Int: GenericBody] = [:]
    var functionInstances: [FunctionInstance] = []
    var functionInstanceOf: [InstanceKey: Int] = [:]

    // the result
    var constantPool: [CheckedConstant] = []
    var constantIndex: [CheckedConstant: UInt32] = [:]
    var checkedConstants: [CheckedConstantDeclaration] = []
    /// Beside `checkedConstants`: index into `folded`, or -1 when only the machine can tell.
    var foldedConstants: [Int32] = []
    var checkedFunctions: [CheckedFunction?] = []
    var checkedEffects: [CheckedEffect] = []
    var checkedActions: [CheckedAction?] = []
    var checkedWorkflows: [CheckedWorkflow?] = []
    var checkedTests: [CheckedTest] = []
    var checkedResources: [CheckedResource?] = []
    /// The test being checked; a func or constant in between puts it aside.
    var test = TestBody()
    /// Titles of the module's tests, and where they stand.
    var testTitles: [String: Span] = [:]

    init(
        modules: [ModuleInput], knownModules: [String], interner: Interner, retain: Bool, lints: Bool,
        focus: Int = -1, inspects: Bool = false, basis: CheckerBasis? = nil
    ) {
        self.focus = focus
        isInspecting = inspects
        inspected = InspectedBodies(nodes: inspects ? modules[focus].tree.reader.nodeCount : 0)
        self.lints = LintState(isOn: lints)
        self.modules = modules
        self.knownModules = knownModules
        self.interner = interner
        self.retain = retain
        let basis = basis ?? CheckerBasis(interner)
        types = basis.types
        builtins = basis.builtins
        names = KnownNames(interner)
        bindingOf = [UInt32](repeating: 0, count: interner.count + 1)
        precondition(!modules.isEmpty, "a program has at least the standard library's core")
        tree = modules[0].tree.reader
    }

    /// All passes in order.
    func run() {
        declareBuiltinRecords()
        for index in modules.indices {
            enter(index)
            let first = symbols.count
            collectDeclarations()
            moduleSymbols.append(first..<symbols.count)
        }
        if let core = modules.indices.first(where: {
            modules[$0].isStandardLibrary && moduleName($0) == "core"
        }) {
            coreModule = core
        }
        for index in modules.indices {
            enter(index)
            resolveUses()
        }
        lints.usedSymbols = [Bool](repeating: false, count: symbols.count)
        resolveNominals()
        resolveSignatures()
        collectSignals()
        checkRecursiveRecords()
        foldDefaults()
        for index in modules.indices {
            enter(index)
            checkBodies()
        }
        makeInstances()
        checkSignalTypes()
    }

    /// Makes a module the one being looked at.
    func enter(_ index: Int) {
        module = index
        tree = modules[index].tree.reader
    }

    /// The last part of the module's path without `.wf`.
    func moduleName(_ index: Int) -> String {
        var name = modules[index].path
        if let slash = name.lastIndex(of: "/") { name = String(name[name.index(after: slash)...]) }
        if name.hasSuffix(".wf") { name.removeLast(3) }
        return name
    }

    func report(_ diagnostic: Diagnostic) { sink.add(repaired(diagnostic)) }

    /// Reports with another help, if there is one.
    func report(_ diagnostic: Diagnostic, _ help: String?) {
        var diagnostic = diagnostic
        if let help { diagnostic.help = help }
        report(diagnostic)
    }

    /// The name as written.
    func text(_ name: NameId) -> String { interner.text(name) }

    /// The type as source writes it.
    func text(_ type: TypeId) -> String { types.text(of: type) }

    func kind(_ type: TypeId) -> TypeKind { types.kind(of: type) }

    /// Everything checked, once no error stands.
    func finishedProgram() -> CheckedProgram {
        var files: [SourceFile] = []
        let count = (modules.map { Int($0.tree.file.index) }.max() ?? -1) + 1
        for number in 0..<count {
            let owner = modules.first { Int($0.tree.file.index) == number }
            files.append(owner?.tree.source ?? SourceFile(path: "", bytes: []))
        }
        var program = CheckedProgram(types: types, files: files)
        program.tree = typed
        program.constants = constantPool
        program.constantDeclarations = checkedConstants
        program.functions = checkedFunctions.compactMap { $0 }
        program.effects = checkedEffects
        program.actions = checkedActions.compactMap { $0 }
        program.workflows = checkedWorkflows.compactMap { $0 }
        program.tests = checkedTests
        program.resources = checkedResources.compactMap { $0 }
        precondition(
            program.functions.count == checkedFunctions.count && program.actions.count == checkedActions.count
                && program.workflows.count == checkedWorkflows.count
                && program.resources.count == checkedResources.count,
            "every body was checked, none with errors")
        return program
    }
}

/// Names the checker asks for that are not words of the language.
struct KnownNames {
    let secretType: NameId
    let errorType: NameId
    let outputType: NameId
    let rangeType: NameId
    let textType: NameId
    let neverType: NameId
    let count: NameId
    let calls: NameId
    let anyType: NameId
    let run: NameId
    let id: NameId
    let cancel: NameId
    let send: NameId
    let done: NameId
    let total: NameId

    init(_ interner: Interner) {
        secretType = interner.intern("Secret")
        errorType = interner.intern("Error")
        outputType = interner.intern("Output")
        rangeType = interner.intern("Range")
        textType = interner.intern("Text")
        neverType = interner.intern("Never")
        count = interner.intern("count")
        calls = interner.intern("calls")
        anyType = interner.intern("Any")
        run = interner.intern("Run")
        id = interner.intern("id")
        cancel = interner.intern("cancel")
        send = interner.intern("send")
        done = interner.intern("done")
        total = interner.intern("total")
    }
}

/// A signature without arrays of its own: copying it counts no references.
struct BuiltinEntry {
    var kind: BuiltinKind
    /// Poison for a function.
    var receiver: TypeId
    var result: TypeId
    /// A run of `BuiltinIndex.parameterTypes` and its neighbours.
    var start: Int32
    var count: Int32
    var requiredCount: Int32
    var variableCount: Int32
    var isConstrained: Bool
    var parameters: Range<Int> { Int(start)..<Int(start + count) }
}

/// What every check begins with: made once by those who check often.
public struct CheckerBasis {
    let types: TypeTable
    let builtins: BuiltinIndex

    public init(_ interner: Interner) {
        var types = TypeTable()
        builtins = BuiltinIndex(types: &types, interner: interner)
        self.types = types
    }
}

/// The built-ins by receiver and interned name.
struct BuiltinIndex {
    let table: BuiltinTable
    /// By raw value of `Builtin`.
    private let entries: [BuiltinEntry]
    let parameterTypes: [TypeId]
    let parameterNames: [NameId]
    /// Keyed by receiver kind (255: functions) << 32 | name; a run of `builtins`.
    private var runs: [UInt64: (start: Int, count: Int)] = [:]
    private var builtins: [Builtin] = []

    init(types: inout TypeTable, interner: Interner) {
        table = BuiltinTable(types: &types)
        var rows: [BuiltinEntry] = []
        var parameterTypes: [TypeId] = []
        var parameterNames: [NameId] = []
        for signature in table.signatures {
            rows.append(
                BuiltinEntry(
                    kind: signature.kind, receiver: signature.receiver ?? .poison, result: signature.result,
                    start: Int32(parameterTypes.count), count: Int32(signature.parameters.count),
                    requiredCount: Int32(signature.parameters.filter { $0.defaultValue == nil }.count),
                    variableCount: Int32(signature.constraints.count),
                    isConstrained: signature.constraints.contains { $0 != .none }))
            for parameter in signature.parameters {
                parameterTypes.append(parameter.type)
                parameterNames.append(interner.intern(parameter.name))
            }
        }
        entries = rows
        self.parameterTypes = parameterTypes
        self.parameterNames = parameterNames
        for signature in table.signatures where !signature.isHidden {
            let key = BuiltinIndex.key(
                signature.receiver.map { BuiltinIndex.receiverKind($0, types) },
                interner.intern(signature.name))
            if runs[key] != nil { continue }
            let kind = signature.receiver.map { BuiltinIndex.receiverKind($0, types) }
            let found: [Builtin]
            if let kind {
                found = table.members(of: kind, named: signature.name)
            } else {
                found = table.functions(named: signature.name)
            }
            runs[key] = (builtins.count, found.count)
            builtins.append(contentsOf: found)
        }
    }

    private static func receiverKind(_ type: TypeId, _ types: TypeTable) -> TypeKind { types.kind(of: type) }

    private static func key(_ kind: TypeKind?, _ name: NameId) -> UInt64 {
        UInt64(kind?.rawValue ?? 255) << 32 | UInt64(name.rawValue)
    }

    @inline(__always) subscript(builtin: Builtin) -> BuiltinEntry { entries[Int(builtin.rawValue)] }

    /// The number of a built-in's parameter with this name, or nil.
    func parameter(_ name: NameId, of entry: BuiltinEntry) -> Int? {
        for index in entry.parameters where parameterNames[index] == name { return index - Int(entry.start) }
        return nil
    }

    /// The built-ins of that name on receivers of this kind, or the functions of that name.
    func named(_ name: NameId, on kind: TypeKind?) -> ArraySlice<Builtin> {
        guard let run = runs[BuiltinIndex.key(kind, name)] else { return [] }
        return builtins[run.start..<run.start + run.count]
    }
}
