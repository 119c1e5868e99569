// Rows of what runs share and of what they are set up with: pools, rates and breakers, and `config` values. Their
// numbers are functions, since they may depend on `config`.

/// What a resource limits. The raw value is the plan format: append only, never renumber.
package enum ResourceKind: UInt32, CaseIterable, Sendable {
    /// Attempts at the same time: `first` yields how many (Int).
    case pool
    /// Attempts that begin within a time: `first` yields how many (Int), `second` the time (Duration).
    case rate
    /// Attempts at what keeps failing: `first` yields how many failures (Int), `second` within what time, `third` how
    /// long nothing is tried then (Durations).
    case breaker

    /// How many functions a resource of this kind has, and the types that they yield.
    package var isDuration: [Bool] {
        switch self {
        case .pool: return [false]
        case .rate: return [false, true]
        case .breaker: return [false, true, true]
        }
    }
}

/// A declared pool, rate or breaker. The functions take no parameters; those that its kind does not need are none.
package struct ResourceRow: Equatable, BitwiseCopyable, Sendable {
    package var kind: UInt32
    /// Shared by all runs of a journal whose plans say the same kind and name.
    package var name: UInt32
    package var first: UInt32
    package var second: UInt32
    package var third: UInt32
    package var span: SpanRow
    package init(
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

    package var functions: [UInt32] { [first, second, third] }
}

/// `config NAME: TYPE = value`. Its cell is set before anything else where a run was given a value; else the cell's
/// function computes the default.
package struct ConfigRow: Equatable, BitwiseCopyable, Sendable {
    package var name: UInt32
    package var cell: UInt32
    /// Bit 0: it has a default.
    package var flags: UInt32
    package var span: SpanRow
    package static let defaultFlag: UInt32 = 1
    package var hasDefault: Bool { flags & ConfigRow.defaultFlag != 0 }
    package init(name: UInt32, cell: UInt32, hasDefault: Bool, span: SpanRow) {
        self.name = name
        self.cell = cell
        flags = hasDefault ? ConfigRow.defaultFlag : 0
        self.span = span
    }
}

extension Plan {
    /// The type of a `config`.
    package func type(of row: ConfigRow) -> UInt32 { cells[Int(row.cell)].type }
}
