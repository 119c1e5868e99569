// One file's bytes, held still, and the small integers that name files and places.
// Knows nothing of disks, tokens or the language.

/// The number of a file within one compilation: an index into its list of files.
public struct FileId: Hashable, Comparable, Sendable {
    public let index: UInt32
    @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
    @inlinable @inline(__always) public static func == (left: FileId, right: FileId) -> Bool {
        left.index == right.index
    }
    @inlinable public static func < (left: FileId, right: FileId) -> Bool { left.index < right.index }
}

/// A position in a file: bytes from its start.
public typealias ByteOffset = UInt32

/// A half-open range of bytes in one file.
public struct Span: Hashable, Sendable {
    public var file: FileId
    /// First byte.
    public var start: ByteOffset
    /// One past the last byte; never below `start`.
    public var end: ByteOffset

    @inlinable @inline(__always) public init(file: FileId, start: ByteOffset, end: ByteOffset) {
        self.file = file
        self.start = start
        self.end = end
    }

    @inlinable public var length: UInt32 { end - start }

    /// The smallest span that holds both; they must be of one file.
    public func joined(_ other: Span) -> Span {
        Span(file: file, start: min(start, other.start), end: max(end, other.end))
    }
}

/// A file's bytes at a fixed address, followed by `padding` zero bytes so that a scanner may read past the end.
///
/// Immutable after `init`, hence safe to share between threads.
public final class SourceFile: @unchecked Sendable {
    /// Path relative to the project's root, with `/`; what diagnostics and plans name.
    public let path: String
    /// Number of bytes, at most `Limits.fileBytesMax` by contract of whoever reads files.
    public let count: Int
    /// `count` bytes and then `SourceFile.padding` zero bytes; valid as long as this object lives.
    public let start: UnsafePointer<UInt8>

    public static let padding = 16

    /// Copies `bytes`.
    public convenience init(path: String, bytes: [UInt8]) {
        self.init(path: path, count: bytes.count) { target in
            bytes.withUnsafeBytes { target.copyMemory(from: $0) }
        }
    }

    /// The UTF-8 form of `text`.
    public convenience init(path: String, text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }

    /// Allocates room for `count` bytes and lets `fill` write them (so that a file is read in place).
    public init(path: String, count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(count >= 0 && count < Int(UInt32.max), "offsets are 32 bits wide")
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: count + SourceFile.padding, alignment: 16)
        fill(UnsafeMutableRawBufferPointer(rebasing: room[0..<count]))
        for index in count..<count + SourceFile.padding { room[index] = 0 }
        self.path = path
        self.count = count
        self.start = UnsafePointer(
            room.bindMemory(to: UInt8.self).baseAddress ?? UnsafeMutablePointer.allocate(capacity: 1))
    }

    deinit { UnsafeMutableRawPointer(mutating: start).deallocate() }

    /// The bytes, valid as long as this object lives.
    public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    /// The text of a range of bytes; bytes that are not UTF-8 are replaced.
    public func text(from first: ByteOffset, to end: ByteOffset) -> String {
        let low = min(Int(first), count)
        let high = max(low, min(Int(end), count))
        return String(decoding: UnsafeBufferPointer(start: start + low, count: high - low), as: UTF8.self)
    }
}
