// Rows of what runs share and of what they are set up with: pools, rates and breakers, and `config` values. Their
// numbers are functions, since they may depend on `config`.

/// What a resource limits. The raw value is the plan format: append only, never renumber.
public enum ResourceKind: UInt32, CaseIterable, Sendable {
    /// Attempts at the same time: `first` yields how many (Int).
    case pool
    /// Attempts that begin within a time: `first` yields how many (Int), `second` the time (Duration).
    case rate
    /// Attempts at what keeps failing: `first` yields how many failures (Int), `second` within what time, `third` how
    /// long nothing is tried then (Durations).
    case breaker

    /// How many functions a resource of this kind has, and the types that they yield.
    public var isDuration: [Bool] {
        switch self {
        case .pool: return [false]
        case .rate: return [false, true]
        case .breaker: return [false, true, true]
        }
    }
}

/// A declared pool, rate or breaker. The functions take no parameters; those that its kind does not need are none.
public struct ResourceRow: Equatable, BitwiseCopyable, Sendable {
    public var kind: UInt32
    /// Shared by all runs of a journal whose plans say the same kind and name.
    public var name: UInt32
    public var first: UInt32
    public var second: UInt32
    public var third: UInt32
    public var span: SpanRow
    public init(
        kind: ResourceKind, name: UInt32, first: UInt32, second: UInt32 = .none, third: UInt32 = .none,
        span: SpanRow
    ) {
        self.kind = kind.rawValue
        self.name = name
        self.first = first
        self.second = second
        self.third = third
        self.span = span
    }

    public var functions: [UInt32] { [first, second, third] }
}

/// `config NAME: TYPE = value`. Its cell is set before anything else where a run was given a value; else the cell's
/// function computes the default.
public struct ConfigRow: Equatable, BitwiseCopyable, Sendable {
    public var name: UInt32
    public var cell: UInt32
    /// Bit 0: it has a default.
    public var flags: UInt32
    public var span: SpanRow
    public static let defaultFlag: UInt32 = 1
    public var hasDefault: Bool { flags & ConfigRow.defaultFlag != 0 }
    public init(name: UInt32, cell: UInt32, hasDefault: Bool, span: SpanRow) {
        self.name = name
        self.cell = cell
        flags = hasDefault ? ConfigRow.defaultFlag : 0
        self.span = span
    }
}

extension Plan {
    /// The type of a `config`.
    public func type(of row: ConfigRow) -> UInt32 { cells[Int(row.cell)].type }
}
