// Every limit of the text side, by name. Each has a diagnostic and a case in Tests/Language/limit/.
// Other modules add theirs in an extension beside their code.

/// Named limits. A limit is inclusive: the value itself is still allowed.
public enum Limits {
    /// Bytes in one source file.
    public static let fileBytesMax = 64 << 20
    /// Bytes in one token (a string literal, as a rule); the token's packed length has 23 bits.
    public static let tokenBytesMax = (1 << 23) - 1
    /// Depth of nested syntax: brackets, blocks, types, patterns, prefix operators.
    public static let nestingDepthMax = 256
    /// Length of one chain of left-associative operators, or of calls, fields and indices.
    public static let expressionChainMax = 2000
    /// Strings nested in interpolations of strings.
    public static let interpolationDepthMax = 32
    /// Syntax diagnostics reported for one file; what follows is counted, not shown.
    public static let syntaxDiagnosticsMax = 200
    /// Messages of one check that carry fixes; those behind them get theirs once these are applied.
    public static let fixedDiagnosticsMax = 10_000
    /// Names that are looked at, in one check, to find what was meant by those that nothing declares.
    public static let namesComparedMax = 20_000_000
}
