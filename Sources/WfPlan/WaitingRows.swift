// Rows of what a workflow shares with the outside while it runs: the signals it takes and the queries it answers.

/// A signal that a workflow declares. One queue per run and name.
public struct SignalRow: Equatable, BitwiseCopyable, Sendable {
    public var name: UInt32
    public var workflow: UInt32
    /// Type of the payload.
    public var type: UInt32
    public init(name: UInt32, workflow: UInt32, type: UInt32) {
        self.name = name
        self.workflow = workflow
        self.type = type
    }
}

/// A query: a function over the last committed state of the workflow's root scope.
///
/// `inputs` is a list with one word per parameter of `function`, packed by `QueryRow.input`.
public struct QueryRow: Equatable, BitwiseCopyable, Sendable {
    public var name: UInt32
    public var workflow: UInt32
    public var function: UInt32
    public var inputs: ListRow
    public var span: SpanRow
    public init(name: UInt32, workflow: UInt32, function: UInt32, inputs: ListRow, span: SpanRow) {
        self.name = name
        self.workflow = workflow
        self.function = function
        self.inputs = inputs
        self.span = span
    }

    /// What a parameter of the function is. The raw value is the plan format.
    public enum Source: UInt32, Sendable {
        /// The value of a given slot: a parameter of the workflow.
        case given = 0
        /// The value of a node's slot as an optional: null until the node has ended.
        case value = 1
        /// How many items of the fan-out that fills the slot have ended, and how many there are: `Int`.
        case done = 2
        case total = 3
    }

    /// Packs what a parameter is: `source << 24 | slot of the root block`.
    public static func input(_ source: Source, slot: Int) -> UInt32 { source.rawValue << 24 | UInt32(slot) }
    /// Nil for a word that `input` does not make.
    public static func source(_ input: UInt32) -> Source? { Source(rawValue: input >> 24) }
    public static func slot(_ input: UInt32) -> Int { Int(input & 0x00FF_FFFF) }
}
