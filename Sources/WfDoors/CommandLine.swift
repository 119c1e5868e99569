// A process's arguments and environment as the C strings execve wants, built without a String per entry.
// It starts nothing and searches nothing.
import Glibc

/// NULL-terminated C strings that lie one after another in memory of their own; reused for every process.
struct CStringList: ~Copyable {
    private var bytes: UnsafeMutablePointer<CChar>
    private var capacity: Int
    private var used = 0
    private var offsets: [Int] = []
    private var pointers: [UnsafeMutablePointer<CChar>?] = []
    /// An entry held a NUL byte, which no argument can.
    private(set) var hasNul = false

    init() {
        capacity = 4096
        bytes = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
    }

    deinit { bytes.deallocate() }

    var byteCount: Int { used }

    mutating func removeAll() {
        used = 0
        hasNul = false
        offsets.removeAll(keepingCapacity: true)
    }

    /// Begins an entry; follow it by `add` and `end`.
    mutating func begin() { offsets.append(used) }

    mutating func add(_ part: UnsafeRawBufferPointer) {
        reserve(part.count)
        guard let start = part.baseAddress else { return }
        if memchr(start, 0, part.count) != nil { hasNul = true }
        memcpy(bytes + used, start, part.count)
        used += part.count
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    mutating func end() {
        reserve(1)
        bytes[used] = 0
        used += 1
    }

    mutating func append(_ text: String) {
        begin()
        add(text)
        end()
    }

    mutating func append(_ part: UnsafeRawBufferPointer) {
        begin()
        add(part)
        end()
    }

    /// Appends all entries of another list.
    mutating func append(_ other: borrowing CStringList) {
        reserve(other.used)
        for offset in other.offsets { offsets.append(used + offset) }
        memcpy(bytes + used, other.bytes, other.used)
        used += other.used
        if other.hasNul { hasNul = true }
    }

    private mutating func reserve(_ extra: Int) {
        if capacity - used >= extra { return }
        let larger = max(capacity * 2, used + extra)
        let target = UnsafeMutablePointer<CChar>.allocate(capacity: larger)
        memcpy(target, bytes, used)
        bytes.deallocate()
        bytes = target
        capacity = larger
    }

    /// The first entry's bytes up to its end, or empty.
    func entry(_ index: Int) -> String {
        index < offsets.count ? String(cString: bytes + offsets[index]) : ""
    }

    /// Fixes the addresses for `withPointers`; nothing may be appended between the two.
    mutating func seal() {
        pointers.removeAll(keepingCapacity: true)
        for offset in offsets { pointers.append(bytes + offset) }
        pointers.append(nil)
    }

    /// Runs `body` with the NULL-terminated array of the sealed entries.
    func withPointers<Result>(_ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result) -> Result {
        pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}

/// The part of our own environment that processes inherit.
public struct InheritedEnvironment: Sendable {
    /// Name and value, in the order of `names`.
    let entries: [(name: String, value: String)]

    public static let names = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"]

    public init(reading get: (String) -> String?) {
        entries = InheritedEnvironment.names.compactMap { name in get(name).map { (name, $0) } }
    }

    /// As this process has it.
    public static func ofThisProcess() -> InheritedEnvironment {
        InheritedEnvironment { name in getenv(name).map { String(cString: $0) } }
    }

    /// The PATH that programs are looked up on; the system's usual one when there is none.
    public var path: String { entries.first { $0.name == "PATH" }?.value ?? "/usr/local/bin:/usr/bin:/bin" }
}
