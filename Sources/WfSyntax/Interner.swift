// Names as small integers, shared by all files of a compilation. Knows bytes; the language's own words come first.

/// A name's number: equal names have equal numbers within one `Interner`. 0 means "no name" (recovery).
public struct NameId: Hashable, Sendable {
    public let rawValue: UInt32
    @inlinable @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// The number of a word of the language.
    @inlinable @inline(__always) public init(_ word: Word) { rawValue = UInt32(word.rawValue) }
    public static let none = NameId(rawValue: 0)
    @inlinable @inline(__always) public var isNone: Bool { rawValue == 0 }
    @inlinable @inline(__always) public static func == (left: NameId, right: NameId) -> Bool {
        left.rawValue == right.rawValue
    }
    /// The word of the language this name spells, if any.
    @inlinable @inline(__always) public var word: Word? {
        rawValue < 256 ? Word(rawValue: UInt8(truncatingIfNeeded: rawValue)) : nil
    }
    @inlinable @inline(__always) public static func == (left: NameId, word: Word) -> Bool {
        left.rawValue == UInt32(word.rawValue)
    }
    @inlinable @inline(__always) public static func != (left: NameId, word: Word) -> Bool { !(left == word) }
}

/// Gives each distinct name a number, counting up from the words of the language.
///
/// Not thread-safe: one compilation, one thread at a time. Open addressing over raw memory; never shrinks.
public final class Interner {
    private struct Entry {
        var offset: UInt32
        var length: UInt32
        var hash: UInt32
    }

    private var slots: UnsafeMutablePointer<UInt32>
    private var slotMask: Int
    private var entries: UnsafeMutablePointer<Entry>
    private var entryRoom: Int
    private var text: UnsafeMutablePointer<UInt8>
    private var textCount = 0
    private var textRoom: Int

    /// Number of ids given out; every id's raw value is below it.
    public private(set) var count = 0

    /// An interner that already holds `Word.allCases` under their raw values.
    public init() {
        slotMask = 4095
        slots = .allocate(capacity: 4096)
        slots.initialize(repeating: 0, count: 4096)
        entryRoom = 2048
        entries = .allocate(capacity: entryRoom)
        textRoom = 1 << 15
        text = .allocate(capacity: textRoom)
        entries.initialize(to: Entry(offset: 0, length: 0, hash: 0))
        count = 1
        for word in Word.allCases {
            let id = intern(word.text)
            precondition(id.rawValue == UInt32(word.rawValue), "the words are numbered without gaps from 1")
        }
    }

    deinit {
        slots.deallocate()
        entries.deallocate()
        text.deallocate()
    }

    /// The id of `name`, given out now if it is new.
    public func intern(_ name: String) -> NameId {
        var name = name
        return name.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { return NameId.none }
            return intern(base, bytes.count)
        }
    }

    /// The id of `name` if any file or caller has used it.
    public func lookup(_ name: String) -> NameId? {
        var name = name
        return name.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { return nil }
            let hash = Interner.hash(base, bytes.count)
            var slot = Int(hash) & slotMask
            while slots[slot] != 0 {
                if matches(Int(slots[slot]), base, bytes.count, hash) { return NameId(rawValue: slots[slot]) }
                slot = (slot + 1) & slotMask
            }
            return nil
        }
    }

    /// The id of the name of `length` bytes at `start`.
    @inline(__always) public func intern(_ start: UnsafePointer<UInt8>, _ length: Int) -> NameId {
        let hash = Interner.hash(start, length)
        var slot = Int(hash) & slotMask
        while true {
            let id = slots[slot]
            if id == 0 { return insert(start, length, hash, slot) }
            if matches(Int(id), start, length, hash) { return NameId(rawValue: id) }
            slot = (slot + 1) & slotMask
        }
    }

    /// The name's text; empty for `.none`.
    public func text(_ id: NameId) -> String {
        String(decoding: bytes(id), as: UTF8.self)
    }

    /// The name's bytes, valid until the next `intern`.
    public func bytes(_ id: NameId) -> UnsafeBufferPointer<UInt8> {
        precondition(Int(id.rawValue) < count, "the id is of this interner")
        let entry = entries[Int(id.rawValue)]
        return UnsafeBufferPointer(start: text + Int(entry.offset), count: Int(entry.length))
    }

    @inline(__always) private func matches(
        _ id: Int, _ start: UnsafePointer<UInt8>, _ length: Int, _ hash: UInt32
    ) -> Bool {
        let entry = entries[id]
        guard entry.hash == hash, Int(entry.length) == length else { return false }
        let mine = text + Int(entry.offset)
        var index = 0
        while index < length {
            if mine[index] != start[index] { return false }
            index += 1
        }
        return true
    }

    @inline(__always) private static func hash(_ start: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: length)
        let raw = UnsafeRawPointer(start)
        var index = 0
        while index + 8 <= length {
            hash = (hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
            index += 8
        }
        while index < length {
            hash = (hash ^ UInt64(start[index])) &* 0x0000_0100_0000_01B3
            index += 1
        }
        hash ^= hash >> 29
        hash = hash &* 0xC4CE_B9FE_1A85_EC53
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    @inline(never) private func insert(
        _ start: UnsafePointer<UInt8>, _ length: Int, _ hash: UInt32, _ slot: Int
    ) -> NameId {
        if count == entryRoom {
            let larger = UnsafeMutablePointer<Entry>.allocate(capacity: entryRoom * 2)
            larger.moveInitialize(from: entries, count: count)
            entries.deallocate()
            entries = larger
            entryRoom *= 2
        }
        if textCount + length > textRoom {
            let room = max(textRoom * 2, textCount + length)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: room)
            larger.moveInitialize(from: text, count: textCount)
            text.deallocate()
            text = larger
            textRoom = room
        }
        (text + textCount).initialize(from: start, count: length)
        (entries + count).initialize(
            to: Entry(offset: UInt32(textCount), length: UInt32(length), hash: hash))
        textCount += length
        let id = UInt32(count)
        slots[slot] = id
        count += 1
        if count * 2 > slotMask { grow() }
        return NameId(rawValue: id)
    }

    private func grow() {
        let capacity = (slotMask + 1) * 2
        let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
        larger.initialize(repeating: 0, count: capacity)
        slots.deallocate()
        slots = larger
        slotMask = capacity - 1
        for id in 1..<count {
            var slot = Int(entries[id].hash) & slotMask
            while slots[slot] != 0 { slot = (slot + 1) & slotMask }
            slots[slot] = UInt32(id)
        }
    }
}
