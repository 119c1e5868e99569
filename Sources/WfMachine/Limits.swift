// The limits of the machine, by name. Nothing else.

public struct MachineLimits: Sendable {
    /// Bytes of objects that may be alive at once.
    public var heapBytesMax: Int
    /// Bytes of objects before the collector runs for the first time.
    public var heapBytesFirst: Int
    /// Calls that may be open at once.
    public var frameDepthMax: Int
    /// Registers of all open calls together.
    public var registersMax: Int
    /// Fuel between two looks at whether to go on: some milliseconds.
    public var fuelSlice = 1 << 21
    /// Bytes of one value when it is encoded, for the journal or as JSON.
    public var encodedBytesMax = 1 << 29
    /// Collect before every allocation: for tests.
    public var collectsAlways: Bool

    public init(
        heapBytesMax: Int = 2 << 30, heapBytesFirst: Int = 16 << 20, frameDepthMax: Int = 100_000,
        registersMax: Int = 4 << 20, collectsAlways: Bool = false
    ) {
        self.heapBytesMax = heapBytesMax
        self.heapBytesFirst = heapBytesFirst
        self.frameDepthMax = frameDepthMax
        self.registersMax = registersMax
        self.collectsAlways = collectsAlways
    }

    /// Fuel of one run when the caller has no other wish: about a minute of work.
    public static var fuelDefault: Int { 10_000_000_000 }
    /// How deeply a value may nest where the machine walks it (comparison, text, encoding).
    public static var depthMax: Int { 512 }
    /// Bytes of one string.
    public static var stringBytesMax: Int { 1 << 30 }
    /// Elements of one list, entries of one map.
    public static var elementsMax: Int { 1 << 28 }
}
