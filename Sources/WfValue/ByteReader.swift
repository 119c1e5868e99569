// Reads the primitives of the binary encoding from bytes that may be hostile.
// It does not know types; see Validation.swift for the encoding by type.

/// Why bytes are not a value's (or a table's) encoding.
public struct DecodeError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: UInt8, Sendable {
        case truncated, varintTooLong, notCanonical, notUtf8, unknownTag, countTooLarge, tooDeep, duplicateKey
        case trailingBytes, outOfRange, noSuchValue, notANumber, tooMuchWork
    }

    public var reason: Reason
    /// Bytes from the start of what was read.
    public var offset: Int

    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    public var description: String {
        let what: String
        switch reason {
        case .truncated: what = "expected more bytes, found the end"
        case .varintTooLong: what = "expected an integer that fits, found one that is too long"
        case .notCanonical: what = "expected the shortest form of a value, found another"
        case .notUtf8: what = "expected UTF-8 text, found other bytes"
        case .unknownTag: what = "expected a known tag, found another byte"
        case .countTooLarge: what = "expected a count that fits the bytes left, found a larger one"
        case .tooDeep: what = "expected at most \(ValueLimits.depthMax) levels, found more"
        case .duplicateKey: what = "expected each key once, found one again"
        case .trailingBytes: what = "expected the end, found more bytes"
        case .outOfRange: what = "expected a value within its type's range, found one outside"
        case .noSuchValue: what = "expected a type that can be stored, found one that cannot"
        case .notANumber: what = "expected a finite Float, found one that JSON cannot write"
        case .tooMuchWork: what = "expected a value in proportion to its bytes, found far more parts"
        }
        return "byte \(offset): \(what)"
    }
}

/// A cursor over bytes that somebody else keeps alive. Every read is checked; a failed one throws and leaves the
/// cursor inside the bytes.
public struct ByteReader {
    let base: UnsafePointer<UInt8>
    var cursor: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>

    public init(_ buffer: UnsafeRawBufferPointer) {
        base = pointer(of: buffer)
        cursor = base
        end = base + buffer.count
    }

    /// Bytes read so far.
    public var position: Int {
        @inline(__always) get { cursor - base }
    }
    public var remaining: Int {
        @inline(__always) get { end - cursor }
    }
    public var isAtEnd: Bool { cursor == end }

    public func error(_ reason: DecodeError.Reason) -> DecodeError { DecodeError(reason, at: position) }

    public func expectEnd() throws(DecodeError) {
        if !isAtEnd { throw error(.trailingBytes) }
    }

    @inline(__always)
    public mutating func readByte() throws(DecodeError) -> UInt8 {
        if _slowPath(cursor == end) { throw error(.truncated) }
        let byte = cursor.pointee
        cursor += 1
        return byte
    }

    /// The next byte without taking it, or nil at the end.
    public func peekByte() -> UInt8? { cursor == end ? nil : cursor.pointee }

    @inline(__always)
    public mutating func readVarint() throws(DecodeError) -> UInt64 {
        if _fastPath(cursor != end && cursor.pointee < 0x80) {
            let byte = cursor.pointee
            cursor += 1
            return UInt64(byte)
        }
        return try readLongVarint()
    }

    @inline(never)
    private mutating func readLongVarint() throws(DecodeError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try readByte()
            if shift == 63 && byte > 1 { throw error(.varintTooLong) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                if byte == 0 && shift > 0 { throw error(.notCanonical) }
                return value
            }
            shift += 7
        }
    }

    /// A varint that is at most `limit`.
    public mutating func readVarint(max limit: Int) throws(DecodeError) -> Int {
        let value = try readVarint()
        if value > UInt64(limit) { throw error(.outOfRange) }
        return Int(value)
    }

    /// Zigzag varint: Int, Duration and Time.
    @inline(__always)
    public mutating func readInt() throws(DecodeError) -> Int {
        let value = try readVarint()
        return Int(bitPattern: UInt(value >> 1)) ^ -Int(bitPattern: UInt(value & 1))
    }

    /// The length of what follows: at most the bytes that are left.
    @inline(__always)
    public mutating func readLength() throws(DecodeError) -> Int {
        let value = try readVarint()
        if _slowPath(value > UInt64(remaining)) { throw error(.truncated) }
        return Int(truncatingIfNeeded: value)
    }

    /// How many elements follow; each takes a byte at least, unless its type is as empty as Unit.
    @inline(__always)
    public mutating func readCount() throws(DecodeError) -> Int {
        let value = try readVarint()
        if _slowPath(value > UInt64(max(remaining, ValueLimits.emptyElementsMax))) {
            throw error(.countTooLarge)
        }
        return Int(truncatingIfNeeded: value)
    }

    public mutating func readBool() throws(DecodeError) -> Bool {
        let byte = try readByte()
        if byte > 1 { throw error(.notCanonical) }
        return byte == 1
    }

    /// Takes an optional's mark when it says null, and nothing else.
    mutating func skipNull() throws(DecodeError) -> Bool {
        var next = self
        if try next.readBool() { return false }
        self = next
        return true
    }

    public mutating func readFloat() throws(DecodeError) -> Double { Double(bitPattern: try readFixed()) }

    public mutating func readFixed() throws(DecodeError) -> UInt64 {
        if remaining < 8 { throw error(.truncated) }
        let value = UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self)
        cursor += 8
        return UInt64(littleEndian: value)
    }

    public mutating func readDecimal() throws(DecodeError) -> DecimalValue {
        let scale = try readByte()
        var value: UInt128 = 0
        var shift: UInt128 = 0
        while true {
            let byte = try readByte()
            if shift == 126 && byte > 3 { throw error(.varintTooLong) }
            value |= UInt128(byte & 0x7F) << shift
            if byte < 0x80 {
                if byte == 0 && shift > 0 { throw error(.notCanonical) }
                break
            }
            shift += 7
        }
        let mantissa = Int128(bitPattern: value >> 1) ^ -Int128(bitPattern: value & 1)
        guard let decimal = DecimalValue(mantissa: mantissa, scale: scale) else { throw error(.outOfRange) }
        return decimal
    }

    /// `count` bytes where they lie.
    @inline(__always)
    public mutating func readBytes(_ count: Int) throws(DecodeError) -> UnsafeRawBufferPointer {
        if _slowPath(count < 0 || count > remaining) { throw error(.truncated) }
        let start = cursor
        cursor += count
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Length, then bytes that are UTF-8, where they lie.
    public mutating func readUtf8() throws(DecodeError) -> UnsafeRawBufferPointer {
        let bytes = try readBytes(try readLength())
        if !isUtf8(bytes) { throw error(.notUtf8) }
        return bytes
    }

    public mutating func readString() throws(DecodeError) -> String {
        String(decoding: try readUtf8(), as: UTF8.self)
    }
}

/// Runs `body` with a reader over `bytes`.
public func withByteReader<Result>(
    _ bytes: [UInt8], _ body: (inout ByteReader) throws(DecodeError) -> Result
) throws(DecodeError) -> Result {
    let outcome = bytes.withUnsafeBytes { buffer -> Swift.Result<Result, DecodeError> in
        var reader = ByteReader(buffer)
        do throws(DecodeError) {
            return .success(try body(&reader))
        } catch {
            return .failure(error)
        }
    }
    return try outcome.get()
}

/// The first byte of a buffer; of an empty one a place that is never read.
func pointer(of buffer: UnsafeRawBufferPointer) -> UnsafePointer<UInt8> {
    if let start = buffer.baseAddress { return start.assumingMemoryBound(to: UInt8.self) }
    return UnsafePointer(nowhere)
}

private nonisolated(unsafe) let nowhere = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
