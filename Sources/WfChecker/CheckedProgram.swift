// The checked program: declarations, workflows and actions over one typed tree. It is what lowering turns into a plan,
// and it is complete: lowering never looks at syntax and never reports a mistake of the author.
package import WfSource
package import WfValue

/// A local or binding of a body.
package struct LocalInfo: Sendable {
    package var name: String
    package var type: TypeId
    package var isMutable: Bool
    package init(name: String, type: TypeId, isMutable: Bool = false) {
        self.name = name
        self.type = type
        self.isMutable = isMutable
    }
}

/// A value of a reference type, in the binary encoding of its type.
package struct CheckedConstant: Hashable, Sendable {
    package var type: TypeId
    package var bytes: [UInt8]
    package init(type: TypeId, bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }
}

/// `const NAME = expr` whose value is not a literal (literals are inlined by the checker).
package struct CheckedConstantDeclaration: Sendable {
    package var name: String
    package var type: TypeId
    package var file: FileId
    package var value: TypedId
    package var locals: [LocalInfo]
    /// Of a `config`: where its name stands. Its value may be none: it must be given.
    package var config: Span?
    package init(
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
package struct CheckedFunction: Sendable {
    package var name: String
    package var file: FileId
    package var parameterCount: Int
    package var result: TypeId
    package var locals: [LocalInfo]
    package var body: TypedId
    package init(
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
package struct CheckedEffect: Sendable {
    /// Qualified: `exec`, `file.read`.
    package var name: String
    package var parameterNames: [String]
    package var parameterTypes: [TypeId]
    package var result: TypeId
    package init(name: String, parameterNames: [String], parameterTypes: [TypeId], result: TypeId) {
        self.name = name
        self.parameterNames = parameterNames
        self.parameterTypes = parameterTypes
        self.result = result
    }
}

/// One entry of `retry … on`: a kind, and for `exit` and `http` a range of numbers.
package struct CheckedFailurePattern: Sendable {
    package var kind: String
    package var range: ClosedRange<UInt32>?
    package init(kind: String, range: ClosedRange<UInt32>?) {
        self.kind = kind
        self.range = range
    }
}

/// Clauses; every expr is typed as `ClausesRow` says and reads the bindings of its body.
package struct CheckedClauses: Sendable {
    package var when: TypedId = .none
    package var timeout: TypedId = .none
    package var deadline: TypedId = .none
    package var retry: TypedId = .none
    package var retryOn: [CheckedFailurePattern] = []
    package var backoffFirst: TypedId = .none
    package var backoffLast: TypedId = .none
    package var backoffFactor: TypedId = .none
    package var hasJitter = false
    /// Number of a node in `CheckedWorkflow.nodes` that belongs to no block's `nodes`, or nil.
    package var otherwise: Int?
    package var undo: CheckedUndo?
    /// At most once: an outcome nobody knows waits for a person.
    package var isOnce = false
    /// Numbers into `CheckedProgram.resources`.
    package var pool: Int?
    package var rate: Int?
    package var breaker: Int?
    package var priority: TypedId = .none
    package var cache: TypedId = .none
    package init() {}
}

/// A pool, rate or breaker. `numbers` are constants (into `CheckedProgram.constantDeclarations`): the limit; count and
/// period; count, period and time to recover.
package struct CheckedResource: Sendable {
    package enum Kind: Sendable { case pool, rate, breaker }
    package var kind: Kind
    package var name: String
    package var span: Span
    package var numbers: [Int]
    package init(kind: Kind, name: String, span: Span, numbers: [Int]) {
        self.kind = kind
        self.name = name
        self.span = span
        self.numbers = numbers
    }
}

/// `undo call(…)`: the arguments are computed when the step succeeds, the call is made when it is undone.
package struct CheckedUndo: Sendable {
    /// A block that makes the call with what it is given: one binding per argument.
    package var block: Int
    package var arguments: [TypedId]
    package init(block: Int, arguments: [TypedId]) {
        self.block = block
        self.arguments = arguments
    }
}

/// `catch name on … { … }`; the block's one given binding is the `Error`.
package struct CheckedCatch: Sendable {
    /// What it takes; empty: everything.
    package var failures: [CheckedFailurePattern]
    package var block: Int
    package init(failures: [CheckedFailurePattern], block: Int) {
        self.failures = failures
        self.block = block
    }
}

/// A branch of a `race`.
package struct CheckedRaceBranch: Sendable {
    package var name: String
    package var block: Int
    package init(name: String, block: Int) {
        self.name = name
        self.block = block
    }
}

/// An action. `locals` starts with the parameters; in `returns` the local behind them is the effect's result.
package struct CheckedAction: Sendable {
    package var name: String
    package var file: FileId
    package var span: Span
    package var parameterCount: Int
    package var result: TypeId
    package var locals: [LocalInfo]
    package var effect: Int
    /// One expr per parameter of the effect, conversions and defaults filled in.
    package var arguments: [TypedId]
    /// The action's result from the effect's; none when it is the effect's own.
    package var returns: TypedId
    package var clauses: CheckedClauses?
    package init(
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
package enum CheckedNodeKind: Sendable {
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
package struct CheckedNode: Sendable {
    package var kind: CheckedNodeKind
    /// Step name; hidden nodes start with `#`. Unique in the block.
    package var name: String
    package var span: Span
    package var binding: LocalId?
    /// What the node itself yields; the binding's type is its optional when `isOptional`.
    package var type: TypeId
    package var isOptional: Bool
    /// Numbers (into `CheckedWorkflow.nodes`) of nodes of the same block that must have ended before: every node whose
    /// binding this one or a block inside it reads, and those named by `after` or given by `sequence`. Ascending, unique.
    package var dependencies: [Int]
    package var clauses: CheckedClauses?
    /// Tests: it yields `Error?` and never fails.
    package var catches = false
    package init(
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
package struct CheckedBlock: Sendable {
    package var nodes: [Int]
    /// Bindings given from outside: the workflow's parameters, the element, the loop state.
    package var given: [LocalId]
    package var resultType: TypeId
    /// none: Unit.
    package var result: TypedId
    /// The block of a flow: its nodes are joined by arrows, not by what they read.
    package var flow: CheckedFlow?
    package init(nodes: [Int], given: [LocalId], resultType: TypeId, result: TypedId) {
        self.nodes = nodes
        self.given = given
        self.resultType = resultType
        self.result = result
    }
}

/// A workflow. Block 0 is its root; its given bindings are the parameters.
package struct CheckedWorkflow: Sendable {
    package var name: String
    package var file: FileId
    package var span: Span
    package var documentation: String
    package var parameterCount: Int
    /// Constant (into `CheckedProgram.constants`, any type) for a parameter that an input may leave out.
    package var parameterDefaults: [Int?]
    package var result: TypeId
    package var locals: [LocalInfo]
    package var blocks: [CheckedBlock]
    package var nodes: [CheckedNode]
    package var signals: [CheckedSignal]
    package var queries: [CheckedQuery]
    package init(
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
package struct CheckedSignal: Sendable {
    package var name: String
    package var type: TypeId
    package init(name: String, type: TypeId) {
        self.name = name
        self.type = type
    }
}

/// A local that only a query reads, and what it stands for.
package struct CheckedQueryInput: Sendable {
    package enum Source: Sendable {
        /// The node's value as an optional; how many items of the fan-out have ended; how many there are.
        case value, done, total
    }
    package var local: LocalId
    /// Number into `CheckedWorkflow.nodes`; a node of the root block with a binding.
    package var node: Int
    package var source: Source
    package init(local: LocalId, node: Int, source: Source) {
        self.local = local
        self.node = node
        self.source = source
    }
}

/// `query NAME = value`. The value reads the workflow's parameters and the locals of `inputs`.
package struct CheckedQuery: Sendable {
    package var name: String
    package var span: Span
    package var type: TypeId
    package var value: TypedId
    package var inputs: [CheckedQueryInput]
    package init(name: String, span: Span, type: TypeId, value: TypedId, inputs: [CheckedQueryInput]) {
        self.name = name
        self.span = span
        self.type = type
        self.value = value
        self.inputs = inputs
    }
}

/// A whole program without mistakes.
package struct CheckedProgram: Sendable {
    package var types: TypeTable
    package var tree: TypedTree
    package var constants: [CheckedConstant]
    package var constantDeclarations: [CheckedConstantDeclaration]
    package var functions: [CheckedFunction]
    package var effects: [CheckedEffect]
    package var actions: [CheckedAction]
    package var workflows: [CheckedWorkflow]
    package var tests: [CheckedTest] = []
    package var resources: [CheckedResource] = []
    /// Files by `FileId`, the standard library's included.
    package var files: [SourceFile]

    package init(types: TypeTable, files: [SourceFile]) {
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
