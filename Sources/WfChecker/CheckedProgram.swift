// The checked program: declarations, workflows and actions over one typed tree. It is what lowering turns into a plan,
// and it is complete: lowering never looks at syntax and never reports a mistake of the author.
public import WfSource
public import WfValue

/// A local or binding of a body.
public struct LocalInfo: Sendable {
    public var name: String
    public var type: TypeId
    public var isMutable: Bool
    public init(name: String, type: TypeId, isMutable: Bool = false) {
        self.name = name
        self.type = type
        self.isMutable = isMutable
    }
}

/// A value of a reference type, in the binary encoding of its type.
public struct CheckedConstant: Hashable, Sendable {
    public var type: TypeId
    public var bytes: [UInt8]
    public init(type: TypeId, bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }
}

/// `const NAME = expr` whose value is not a literal (literals are inlined by the checker).
public struct CheckedConstantDeclaration: Sendable {
    public var name: String
    public var type: TypeId
    public var file: FileId
    public var value: TypedId
    public var locals: [LocalInfo]
    /// Of a `config`: where its name stands. Its value may be none: it must be given.
    public var config: Span?
    public init(
        name: String, type: TypeId, file: FileId, value: TypedId, locals: [LocalInfo], config: Span? = nil
    ) {
        self.config = config
        self.name = name
        self.type = type
        self.file = file
        self.value = value
        self.locals = locals
    }
}

/// A `func`. `locals` starts with the parameters; `body` is an expr of the result type.
public struct CheckedFunction: Sendable {
    public var name: String
    public var file: FileId
    public var parameterCount: Int
    public var result: TypeId
    public var locals: [LocalInfo]
    public var body: TypedId
    public init(
        name: String, file: FileId, parameterCount: Int, result: TypeId, locals: [LocalInfo], body: TypedId
    ) {
        self.name = name
        self.file = file
        self.parameterCount = parameterCount
        self.result = result
        self.locals = locals
        self.body = body
    }
}

/// An effect the program uses (`extern action` of the standard library).
public struct CheckedEffect: Sendable {
    /// Qualified: `exec`, `file.read`.
    public var name: String
    public var parameterNames: [String]
    public var parameterTypes: [TypeId]
    public var result: TypeId
    public init(name: String, parameterNames: [String], parameterTypes: [TypeId], result: TypeId) {
        self.name = name
        self.parameterNames = parameterNames
        self.parameterTypes = parameterTypes
        self.result = result
    }
}

/// One entry of `retry … on`: a kind, and for `exit` and `http` a range of numbers.
public struct CheckedFailurePattern: Sendable {
    public var kind: String
    public var range: ClosedRange<UInt32>?
    public init(kind: String, range: ClosedRange<UInt32>?) {
        self.kind = kind
        self.range = range
    }
}

/// Clauses; every expr is typed as `ClausesRow` says and reads the bindings of its body.
public struct CheckedClauses: Sendable {
    public var when: TypedId = .none
    public var timeout: TypedId = .none
    public var deadline: TypedId = .none
    public var retry: TypedId = .none
    public var retryOn: [CheckedFailurePattern] = []
    public var backoffFirst: TypedId = .none
    public var backoffLast: TypedId = .none
    public var backoffFactor: TypedId = .none
    public var hasJitter = false
    /// Number of a node in `CheckedWorkflow.nodes` that belongs to no block's `nodes`, or nil.
    public var otherwise: Int?
    public var undo: CheckedUndo?
    /// At most once: an outcome nobody knows waits for a person.
    public var isOnce = false
    /// Numbers into `CheckedProgram.resources`.
    public var pool: Int?
    public var rate: Int?
    public var breaker: Int?
    public var priority: TypedId = .none
    public var cache: TypedId = .none
    public init() {}
}

/// A pool, rate or breaker. `numbers` are constants (into `CheckedProgram.constantDeclarations`): the limit; count and
/// period; count, period and time to recover.
public struct CheckedResource: Sendable {
    public enum Kind: Sendable { case pool, rate, breaker }
    public var kind: Kind
    public var name: String
    public var span: Span
    public var numbers: [Int]
    public init(kind: Kind, name: String, span: Span, numbers: [Int]) {
        self.kind = kind
        self.name = name
        self.span = span
        self.numbers = numbers
    }
}

/// `undo call(…)`: the arguments are computed when the step succeeds, the call is made when it is undone.
public struct CheckedUndo: Sendable {
    /// A block that makes the call with what it is given: one binding per argument.
    public var block: Int
    public var arguments: [TypedId]
    public init(block: Int, arguments: [TypedId]) {
        self.block = block
        self.arguments = arguments
    }
}

/// `catch name on … { … }`; the block's one given binding is the `Error`.
public struct CheckedCatch: Sendable {
    /// What it takes; empty: everything.
    public var failures: [CheckedFailurePattern]
    public var block: Int
    public init(failures: [CheckedFailurePattern], block: Int) {
        self.failures = failures
        self.block = block
    }
}

/// A branch of a `race`.
public struct CheckedRaceBranch: Sendable {
    public var name: String
    public var block: Int
    public init(name: String, block: Int) {
        self.name = name
        self.block = block
    }
}

/// An action. `locals` starts with the parameters; in `returns` the local behind them is the effect's result.
public struct CheckedAction: Sendable {
    public var name: String
    public var file: FileId
    public var span: Span
    public var parameterCount: Int
    public var result: TypeId
    public var locals: [LocalInfo]
    public var effect: Int
    /// One expr per parameter of the effect, conversions and defaults filled in.
    public var arguments: [TypedId]
    /// The action's result from the effect's; none when it is the effect's own.
    public var returns: TypedId
    public var clauses: CheckedClauses?
    public init(
        name: String, file: FileId, span: Span, parameterCount: Int, result: TypeId, locals: [LocalInfo],
        effect: Int,
        arguments: [TypedId], returns: TypedId, clauses: CheckedClauses?
    ) {
        self.name = name
        self.file = file
        self.span = span
        self.parameterCount = parameterCount
        self.result = result
        self.locals = locals
        self.effect = effect
        self.arguments = arguments
        self.returns = returns
        self.clauses = clauses
    }
}

/// What a node does; exprs read the bindings (locals) of the workflow, of this block or of blocks around it.
public enum CheckedNodeKind: Sendable {
    /// A pure value: `let`, or a hidden node that unpacks a pattern.
    case value(TypedId)
    case action(Int, arguments: [TypedId])
    case effect(Int, arguments: [TypedId])
    case workflow(Int, arguments: [TypedId])
    /// `sequence` or a bare block.
    case block(Int)
    /// `selector` is an Int expr; nil branches yield null or Unit.
    case branch(selector: TypedId, blocks: [Int?])
    /// Runs `block` for each element of `sequence` (a list); the block's first given binding is the element.
    case fan(sequence: TypedId, limit: TypedId, block: Int)
    /// `initial` is a record; the block's one given binding is the state; its value is the next state; `condition`
    /// (none: for ever) reads the state.
    case loop(initial: TypedId, condition: TypedId, block: Int)
    case fail(TypedId)
    /// Runs `body`; when it fails, what it did is undone and the first catch that takes the failure runs.
    case `try`(body: Int, catches: [CheckedCatch])
    /// Runs all blocks; the first that yields wins.
    case race([CheckedRaceBranch])
    /// Tests: how often what it names was called.
    case calls(CheckedTarget)
    /// Waits for the workflow's signal with this number.
    case awaitSignal(Int)
    /// Waits for the end of the run whose handle the expr yields.
    case awaitRun(TypedId)
    case spawn(Int, arguments: [TypedId], isAttached: Bool)
    /// Sends signal `signal` of the workflow to the run of the handle.
    case send(TypedId, workflow: Int, signal: Int, payload: TypedId)
    /// Asks the run of the handle to stop.
    case stop(TypedId)
    /// Flows: the number of the arrow that a token takes, an Int expr.
    case choose(TypedId)
    /// Flows: which arrows take a token, an expr of type [Bool].
    case chooseSome(TypedId)
    /// Flows: passes tokens on.
    case pass
    /// Flows: waits for one of its events.
    case first
    /// Flows: takes a failure of what it belongs to, and yields it.
    case caught
    /// Flows: waits until the Bool expr holds.
    case watch(TypedId)
}

/// A node. `binding` is the local its result is bound to (nil: nobody can read it).
public struct CheckedNode: Sendable {
    public var kind: CheckedNodeKind
    /// Step name; hidden nodes start with `#`. Unique in the block.
    public var name: String
    public var span: Span
    public var binding: LocalId?
    /// What the node itself yields; the binding's type is its optional when `isOptional`.
    public var type: TypeId
    public var isOptional: Bool
    /// Numbers (into `CheckedWorkflow.nodes`) of nodes of the same block that must have ended before: every node whose
    /// binding this one or a block inside it reads, and those named by `after` or given by `sequence`. Ascending, unique.
    public var dependencies: [Int]
    public var clauses: CheckedClauses?
    /// Tests: it yields `Error?` and never fails.
    public var catches = false
    public init(
        kind: CheckedNodeKind, name: String, span: Span, binding: LocalId?, type: TypeId, isOptional: Bool,
        dependencies: [Int], clauses: CheckedClauses?
    ) {
        self.kind = kind
        self.name = name
        self.span = span
        self.binding = binding
        self.type = type
        self.isOptional = isOptional
        self.dependencies = dependencies
        self.clauses = clauses
    }
}

/// A block: its nodes (numbers into `CheckedWorkflow.nodes`), what it is given, and its value.
public struct CheckedBlock: Sendable {
    public var nodes: [Int]
    /// Bindings given from outside: the workflow's parameters, the element, the loop state.
    public var given: [LocalId]
    public var resultType: TypeId
    /// none: Unit.
    public var result: TypedId
    /// The block of a flow: its nodes are joined by arrows, not by what they read.
    public var flow: CheckedFlow?
    public init(nodes: [Int], given: [LocalId], resultType: TypeId, result: TypedId) {
        self.nodes = nodes
        self.given = given
        self.resultType = resultType
        self.result = result
    }
}

/// A workflow. Block 0 is its root; its given bindings are the parameters.
public struct CheckedWorkflow: Sendable {
    public var name: String
    public var file: FileId
    public var span: Span
    public var documentation: String
    public var parameterCount: Int
    /// Constant (into `CheckedProgram.constants`, any type) for a parameter that an input may leave out.
    public var parameterDefaults: [Int?]
    public var result: TypeId
    public var locals: [LocalInfo]
    public var blocks: [CheckedBlock]
    public var nodes: [CheckedNode]
    public var signals: [CheckedSignal]
    public var queries: [CheckedQuery]
    public init(
        name: String, file: FileId, span: Span, documentation: String, parameterCount: Int,
        parameterDefaults: [Int?],
        result: TypeId, locals: [LocalInfo], blocks: [CheckedBlock], nodes: [CheckedNode],
        signals: [CheckedSignal] = [], queries: [CheckedQuery] = []
    ) {
        self.name = name
        self.file = file
        self.span = span
        self.documentation = documentation
        self.parameterCount = parameterCount
        self.parameterDefaults = parameterDefaults
        self.result = result
        self.locals = locals
        self.blocks = blocks
        self.nodes = nodes
        self.signals = signals
        self.queries = queries
    }
}

/// `signal NAME: TYPE`
public struct CheckedSignal: Sendable {
    public var name: String
    public var type: TypeId
    public init(name: String, type: TypeId) {
        self.name = name
        self.type = type
    }
}

/// A local that only a query reads, and what it stands for.
public struct CheckedQueryInput: Sendable {
    public enum Source: Sendable {
        /// The node's value as an optional; how many items of the fan-out have ended; how many there are.
        case value, done, total
    }
    public var local: LocalId
    /// Number into `CheckedWorkflow.nodes`; a node of the root block with a binding.
    public var node: Int
    public var source: Source
    public init(local: LocalId, node: Int, source: Source) {
        self.local = local
        self.node = node
        self.source = source
    }
}

/// `query NAME = value`. The value reads the workflow's parameters and the locals of `inputs`.
public struct CheckedQuery: Sendable {
    public var name: String
    public var span: Span
    public var type: TypeId
    public var value: TypedId
    public var inputs: [CheckedQueryInput]
    public init(name: String, span: Span, type: TypeId, value: TypedId, inputs: [CheckedQueryInput]) {
        self.name = name
        self.span = span
        self.type = type
        self.value = value
        self.inputs = inputs
    }
}

/// A whole program without mistakes.
public struct CheckedProgram: Sendable {
    public var types: TypeTable
    public var tree: TypedTree
    public var constants: [CheckedConstant]
    public var constantDeclarations: [CheckedConstantDeclaration]
    public var functions: [CheckedFunction]
    public var effects: [CheckedEffect]
    public var actions: [CheckedAction]
    public var workflows: [CheckedWorkflow]
    public var tests: [CheckedTest] = []
    public var resources: [CheckedResource] = []
    /// Files by `FileId`, the standard library's included.
    public var files: [SourceFile]

    public init(types: TypeTable, files: [SourceFile]) {
        self.types = types
        self.files = files
        tree = TypedTree()
        constants = []
        constantDeclarations = []
        functions = []
        effects = []
        actions = []
        workflows = []
    }
}
