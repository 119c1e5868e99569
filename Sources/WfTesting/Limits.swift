// The limits of tests, by name. Nothing else.

public enum TestLimits {
    /// Turns of the engine that one test may take.
    public static var turnsMax: Int { 2_000_000 }
    /// Commits that are made again, in all, while one test is killed at each of its commits; behind it a sample is taken.
    public static var crashedCommitsMax: Int { 500_000 }
    /// Commits that are sampled at least, and of those how many at either end.
    public static var crashesMin: Int { 64 }
    public static var crashesAtEnds: Int { 16 }
    /// Runs that a test may have at a time.
    public static var runsMax: Int { 100_000 }
    /// Microseconds since 1970 at which every test begins: 2026-01-01T00:00:00Z.
    public static var startTime: Int64 { 1_767_225_600_000_000 }
    /// Characters of a value in a message.
    public static var shownValueMax: Int { 600 }
    /// Differences between two values that are shown.
    public static var differencesMax: Int { 8 }
    /// Instructions of a mock's function.
    public static var fuelMax: Int { 100_000_000 }
}
