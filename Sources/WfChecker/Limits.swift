// The limits of checking, by name. Nothing else.

public enum CheckerLimits {
    /// Missing patterns of a `match` that are named.
    public static var missingPatternsShown: Int { 8 }
    /// Instances of generic funcs, and of generic records and enums, in one program.
    public static var instancesMax: Int { 4096 }
    /// Type parameters of one declaration.
    public static var typeParametersMax: Int { 16 }
}

public enum FlowLimits {
    /// The largest `limit` of an event.
    static let repeatsMax = 1_000_000
    /// Arrows looked at in the search for a mistake in a flow; beyond it the search is given up and says so.
    public static var searchWorkMax: Int { 2_000_000 }
    /// Arrows of an `any` whose combinations are all tried.
    public static var inclusiveArrowsMax: Int { 12 }
    /// Nodes shown of a way through a flow.
    public static var pathNodesMax: Int { 200 }
}
