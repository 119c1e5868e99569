// The rows of a plan's tables. Every row is a fixed number of little-endian 32-bit words, used in place:
// the file layout is the memory layout. This file knows nothing of how a section is found or checked.
//
// Conventions: an index into another table is a UInt32; `UInt32.none` means "there is none". A list is
// (start, count) in the section `lists`, which holds nothing but 32-bit words.

extension UInt32 {
    /// The index that says "there is none".
    public static let none: UInt32 = 0xFFFF_FFFF
}

/// A run of words in the section `lists`.
public struct ListRow: Equatable, BitwiseCopyable, Sendable {
    public var start: UInt32
    public var count: UInt32
    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }
    public static let empty = ListRow(start: 0, count: 0)
}

/// A stretch of source text; `file` is `.none` where there is no source.
public struct SpanRow: Hashable, BitwiseCopyable, Sendable {
    public var file: UInt32
    public var start: UInt32
    public var end: UInt32
    public init(file: UInt32, start: UInt32, end: UInt32) {
        self.file = file
        self.start = start
        self.end = end
    }
    public static let none = SpanRow(file: .none, start: 0, end: 0)
}

/// A constant: a value in the binary encoding of its type, in the section `bytes`.
public struct ConstantRow: Equatable, BitwiseCopyable, Sendable {
    public var type: UInt32
    public var start: UInt32
    public var count: UInt32
    public init(type: UInt32, start: UInt32, count: UInt32) {
        self.type = type
        self.start = start
        self.count = count
    }
}

/// A cell: the value of a `const` that is not a literal, computed once per chunk by `function`.
public struct CellRow: Equatable, BitwiseCopyable, Sendable {
    public var type: UInt32
    public var function: UInt32
    public init(type: UInt32, function: UInt32) {
        self.type = type
        self.function = function
    }
}

/// A function of the machine: a `func`, a lambda, or a chunk between two steps.
public struct FunctionRow: Equatable, BitwiseCopyable, Sendable {
    /// Name (index into strings), for traces.
    public var name: UInt32
    /// First instruction word and number of words in the section `code`.
    public var codeStart: UInt32
    public var codeCount: UInt32
    /// One type per register (a list); the first `parameterCount` registers are the parameters.
    public var registerTypes: ListRow
    public var parameterCount: UInt32
    public var resultType: UInt32
    /// Reference registers that are not parameters lie in [zeroStart, zeroStart + zeroCount); a call zeroes
    /// them.
    public var zeroStart: UInt32
    public var zeroCount: UInt32
    /// Source positions: rows of the section `positions`, ascending by code offset.
    public var positionStart: UInt32
    public var positionCount: UInt32

    public init(
        name: UInt32, codeStart: UInt32, codeCount: UInt32, registerTypes: ListRow, parameterCount: UInt32,
        resultType: UInt32, zeroStart: UInt32, zeroCount: UInt32, positionStart: UInt32, positionCount: UInt32
    ) {
        self.name = name
        self.codeStart = codeStart
        self.codeCount = codeCount
        self.registerTypes = registerTypes
        self.parameterCount = parameterCount
        self.resultType = resultType
        self.zeroStart = zeroStart
        self.zeroCount = zeroCount
        self.positionStart = positionStart
        self.positionCount = positionCount
    }
}

/// From `codeOffset` (words from the function's start) on, instructions come from this stretch of source.
public struct PositionRow: Equatable, BitwiseCopyable, Sendable {
    public var codeOffset: UInt32
    public var span: SpanRow
    public init(codeOffset: UInt32, span: SpanRow) {
        self.codeOffset = codeOffset
        self.span = span
    }
}

/// A chunk: a function together with where its arguments come from.
///
/// `inputs` is a list with one word per parameter of `function`: `depth << 24 | slot`. Depth 0 is the scope
/// the chunk runs in, 1 the scope around it, and so on up to the workflow's root. In an action's chunk the
/// slots are the action's parameters (depth 0); in its `returns` chunk the slot behind the last parameter is
/// the effect's result.
public struct ChunkRow: Equatable, BitwiseCopyable, Sendable {
    public var function: UInt32
    public var inputs: ListRow
    public init(function: UInt32, inputs: ListRow) {
        self.function = function
        self.inputs = inputs
    }

    /// Packs a slot reference.
    public static func input(depth: Int, slot: Int) -> UInt32 { UInt32(depth) << 24 | UInt32(slot) }
    /// Scopes to go outwards, from a packed slot reference.
    public static func depth(_ input: UInt32) -> Int { Int(input >> 24) }
    /// Slot number in that scope, from a packed slot reference.
    public static func slot(_ input: UInt32) -> Int { Int(input & 0x00FF_FFFF) }
}

/// A workflow. Its parameters are the first slots of its root block.
public struct WorkflowRow: Equatable, BitwiseCopyable, Sendable {
    public var name: UInt32
    /// List of parameter names (indices into strings); their types are those of the root block's first slots.
    public var parameterNames: ListRow
    /// For each parameter the constant that stands in when an input leaves it out, or none (a list).
    public var parameterDefaults: ListRow
    public var resultType: UInt32
    public var rootBlock: UInt32
    public var documentation: UInt32
    public var span: SpanRow
    public init(
        name: UInt32, parameterNames: ListRow, parameterDefaults: ListRow, resultType: UInt32,
        rootBlock: UInt32,
        documentation: UInt32, span: SpanRow
    ) {
        self.name = name
        self.parameterNames = parameterNames
        self.parameterDefaults = parameterDefaults
        self.resultType = resultType
        self.rootBlock = rootBlock
        self.documentation = documentation
        self.span = span
    }
}

/// A block: nodes that run as soon as what they need has ended. One execution of a block is a scope.
public struct BlockRow: Equatable, BitwiseCopyable, Sendable {
    /// The node this block belongs to, or none for a workflow's root.
    public var owner: UInt32
    public var workflow: UInt32
    /// Its nodes are rows [nodeStart, nodeStart + nodeCount) of the section `nodes`.
    public var nodeStart: UInt32
    public var nodeCount: UInt32
    /// One type per slot (a list). Slots given from outside come first: parameters, items, loop state.
    public var slotTypes: ListRow
    public var givenSlots: UInt32
    /// Chunk that computes the block's value when all its nodes have ended, or none for Unit.
    public var result: UInt32
    public init(
        owner: UInt32, workflow: UInt32, nodeStart: UInt32, nodeCount: UInt32, slotTypes: ListRow,
        givenSlots: UInt32, result: UInt32
    ) {
        self.owner = owner
        self.workflow = workflow
        self.nodeStart = nodeStart
        self.nodeCount = nodeCount
        self.slotTypes = slotTypes
        self.givenSlots = givenSlots
        self.result = result
    }
}

/// What a node does. The raw value is the plan format: append only, never renumber.
public enum NodeKind: UInt32, CaseIterable, Sendable {
    /// A pure value. `chunk` computes it.
    case value
    /// Calls action `target`; `chunk` yields its arguments as a tuple (none when it takes none).
    case action
    /// Calls effect `target`, a built-in door; `chunk` yields its arguments as a tuple.
    case effect
    /// Runs workflow `target` as a child scope; `chunk` yields its arguments as a tuple.
    case workflow
    /// Runs block `target` as a child scope (`sequence`, or a block in braces).
    case block
    /// `chunk` yields an Int; runs block lists[branches][that] as a child scope (`if`: 1 then, 0 else;
    /// `match`). A branch that is none yields the null of the node's optional type, or Unit.
    case branch
    /// `chunk` yields a list; runs block `target` once per element, at most `limit` (a chunk) at a time. The
    /// first given slot of the block is the element. Yields the list of the block values, in order.
    case fan
    /// `chunk` yields the initial state, a record; while the chunk `condition` (in the turn's scope) holds,
    /// runs block `target` whose one given slot is the state and whose value is the next state. Yields the
    /// last state.
    case loop
    /// Fails with the message that `chunk` yields.
    case fail
    /// `try`: runs block `target`; when it fails, what it did is undone, and the first of `branches` (parts of
    /// three words: block, start and count of the failures it takes) that fits runs with the `Error` as its
    /// one given slot.
    case `try`
    /// Runs all of `branches` (parts of two words: block and name); the first that yields gives the value,
    /// the others are stopped and undone.
    case race
    /// Waits for signal `target`; or, where that is none, for the end of the run whose handle `chunk` yields.
    case await = 11
    /// Starts a run of workflow `target`; `chunk` yields its arguments as a tuple. Yields the run's handle.
    case spawn = 12
    /// Sends signal `target`: `chunk` yields the other run's handle and the payload as a tuple.
    case send = 13
    /// Asks the run whose handle `chunk` yields to stop.
    case stop = 14

    // Flows: gates and events (FlowRows.swift).

    /// `chunk` yields an Int, the number of the arrow that the token takes.
    case choose = 21
    /// `chunk` yields a [Bool], one per arrow that stands under a condition: which of them take a token.
    case chooseSome = 22
    /// Passes tokens on.
    case pass = 23
    /// Waits for one of the events that belong to it.
    case first = 24
    /// An event: yields the `Error` with which what it belongs to has failed.
    case caught = 25
    /// An event: waits until `chunk`, a Bool, holds.
    case watch = 26
}

/// A node of a block. Node numbers in `dependencies` are relative to the block's `nodeStart`.
public struct NodeRow: Equatable, BitwiseCopyable, Sendable {
    public var kind: UInt32
    /// Step name (index into strings), unique in its block; hidden nodes start with `#`.
    public var name: UInt32
    public var block: UInt32
    /// Slot of the block that takes the result, or none.
    public var slot: UInt32
    /// Type of what the node itself yields; the slot's type is its optional when `isOptional` is set.
    public var type: UInt32
    /// Bit 0: the node may be skipped by `when`, and a present result is wrapped as `T?`.
    /// Bit 1: the node never fails; it yields `Error?`, null when what it calls succeeds (tests only).
    /// Bit 2: `spawn` is attached.
    public var flags: UInt32
    /// Nodes that must have ended or been skipped before this one is ready (a list of relative numbers).
    public var dependencies: ListRow
    public var target: UInt32
    public var chunk: UInt32
    public var branches: ListRow
    /// `loop`: the condition chunk, or none; `fan`: the limit chunk, or none.
    public var condition: UInt32
    /// Row of the section `clauses`, or none.
    public var clauses: UInt32
    public var span: SpanRow

    public static let optionalFlag: UInt32 = 1
    public static let catchesFlag: UInt32 = 2
    public var catches: Bool { flags & NodeRow.catchesFlag != 0 }
    /// `spawn`: the run ends with its parent.
    public static let attachedFlag: UInt32 = 4
    public var isOptional: Bool { flags & NodeRow.optionalFlag != 0 }

    public init(
        kind: NodeKind, name: UInt32, block: UInt32, slot: UInt32, type: UInt32, flags: UInt32 = 0,
        dependencies: ListRow = .empty, target: UInt32 = .none, chunk: UInt32 = .none,
        branches: ListRow = .empty,
        condition: UInt32 = .none, clauses: UInt32 = .none, span: SpanRow
    ) {
        self.kind = kind.rawValue
        self.name = name
        self.block = block
        self.slot = slot
        self.type = type
        self.flags = flags
        self.dependencies = dependencies
        self.target = target
        self.chunk = chunk
        self.branches = branches
        self.condition = condition
        self.clauses = clauses
        self.span = span
    }
}

/// The clauses of a step or an action. All chunks yield the type named; none where the clause is absent.
public struct ClausesRow: Equatable, BitwiseCopyable, Sendable {
    /// Bool: run only if true (steps only).
    public var when: UInt32
    /// Duration of each attempt.
    public var timeout: UInt32
    /// Duration of all attempts together, from readiness (steps only).
    public var deadline: UInt32
    /// Int: further attempts.
    public var retry: UInt32
    /// Failures that are retried: a list of triples (kind: string index, low, high); low = high = none: any.
    /// An empty list: all failures. The kinds `exit` and `http` match low ... high.
    public var retryOn: ListRow
    /// Durations: first and longest pause.
    public var backoffFirst: UInt32
    public var backoffLast: UInt32
    /// Float: growth per attempt; none means 2.
    public var backoffFactor: UInt32
    /// Bit 0: jitter (pause is drawn evenly from half to the whole).
    public var flags: UInt32
    /// Node (in the section `nodes`, outside every block's range, `block` = the step's block) that is run
    /// once when this one has finally failed (`else`), or none.
    public var otherwise: UInt32
    /// Block that takes the step back (steps only), or none. Its given slots are the arguments, its nodes read
    /// nothing else.
    public var undo: UInt32
    /// Chunk that yields those arguments as a tuple, when the step has succeeded; it may read the step's own
    /// slot. None when there are none.
    public var undoArguments: UInt32
    /// Rows of the section `resources`, or none: what an attempt needs a place in, and who judges its outcome.
    public var pool: UInt32
    public var rate: UInt32
    public var breaker: UInt32
    /// Int: among those that wait for a pool or rate, the highest goes first.
    public var priority: UInt32
    /// Duration: how old the result of an equal call may be that is taken instead.
    public var cache: UInt32

    public static let jitterFlag: UInt32 = 1
    /// At most once: an outcome nobody knows waits for a person.
    public static let onceFlag: UInt32 = 2
    public static let knownFlags: UInt32 = 3
    public var isOnce: Bool { flags & ClausesRow.onceFlag != 0 }

    public init(
        when: UInt32 = .none, timeout: UInt32 = .none, deadline: UInt32 = .none, retry: UInt32 = .none,
        retryOn: ListRow = .empty, backoffFirst: UInt32 = .none, backoffLast: UInt32 = .none,
        backoffFactor: UInt32 = .none, flags: UInt32 = 0, otherwise: UInt32 = .none,
        undo: UInt32 = .none, undoArguments: UInt32 = .none, pool: UInt32 = .none, rate: UInt32 = .none,
        breaker: UInt32 = .none, priority: UInt32 = .none, cache: UInt32 = .none
    ) {
        self.when = when
        self.timeout = timeout
        self.deadline = deadline
        self.retry = retry
        self.retryOn = retryOn
        self.backoffFirst = backoffFirst
        self.backoffLast = backoffLast
        self.backoffFactor = backoffFactor
        self.flags = flags
        self.otherwise = otherwise
        self.undo = undo
        self.undoArguments = undoArguments
        self.pool = pool
        self.rate = rate
        self.breaker = breaker
        self.priority = priority
        self.cache = cache
    }

    /// Whether an attempt has to ask before it begins.
    public var hasGate: Bool {
        pool != .none || rate != .none || breaker != .none || cache != .none || priority != .none
    }
}

/// An action: one effect with its arguments, and how its result is read.
public struct ActionRow: Equatable, BitwiseCopyable, Sendable {
    public var name: UInt32
    public var parameterNames: ListRow
    /// List of types, one per parameter.
    public var parameterTypes: ListRow
    public var resultType: UInt32
    public var effect: UInt32
    /// Chunk over the parameters that yields the effect's arguments as a tuple; none when it takes none.
    public var arguments: UInt32
    /// Chunk over the parameters and the effect's result that yields the action's result; none: they are the
    /// same.
    public var returns: UInt32
    public var clauses: UInt32
    public var span: SpanRow
    public init(
        name: UInt32, parameterNames: ListRow, parameterTypes: ListRow, resultType: UInt32, effect: UInt32,
        arguments: UInt32, returns: UInt32, clauses: UInt32, span: SpanRow
    ) {
        self.name = name
        self.parameterNames = parameterNames
        self.parameterTypes = parameterTypes
        self.resultType = resultType
        self.effect = effect
        self.arguments = arguments
        self.returns = returns
        self.clauses = clauses
        self.span = span
    }
}

/// A built-in effect (`extern action`), by its name; the engine looks the door up when it opens the plan.
public struct EffectRow: Equatable, BitwiseCopyable, Sendable {
    /// Qualified name, for example `file.read`.
    public var name: UInt32
    public var parameterNames: ListRow
    public var parameterTypes: ListRow
    public var resultType: UInt32
    public init(name: UInt32, parameterNames: ListRow, parameterTypes: ListRow, resultType: UInt32) {
        self.name = name
        self.parameterNames = parameterNames
        self.parameterTypes = parameterTypes
        self.resultType = resultType
    }
}

/// A source file: project-relative path (string index) and its text in the section `bytes`.
public struct SourceRow: Equatable, BitwiseCopyable, Sendable {
    public var path: UInt32
    public var textStart: UInt32
    public var textCount: UInt32
    public init(path: UInt32, textStart: UInt32, textCount: UInt32) {
        self.path = path
        self.textStart = textStart
        self.textCount = textCount
    }
}

/// A string: UTF-8 in the section `bytes`.
public struct StringRow: Equatable, BitwiseCopyable, Sendable {
    public var start: UInt32
    public var count: UInt32
    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }
}

/// The sections of a plan, in file order. The raw value is the plan format.
public enum PlanSection: UInt32, CaseIterable, Sendable {
    case bytes = 1, strings, types, constants, cells, lists, code, functions, positions, chunks, workflows,
        blocks,
        nodes, clauses, actions, effects, sources, tests, marks, signals, queries, flows,
        resources, configs, points
}
