// A growable buffer of bytes with the primitives of the binary encoding.
// It does not know types; see Validation.swift for the encoding by type.

/// Appends bytes; owns its memory. About one nanosecond per small append, so hot encoders use it directly.
public struct ByteWriter: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes written so far.
    public private(set) var count: Int

    public init(capacity: Int = 256) {
        self.capacity = max(capacity, 64)
        base = UnsafeMutablePointer<UInt8>.allocate(capacity: self.capacity)
        count = 0
    }

    deinit { base.deallocate() }

    /// What was written, valid until the next append.
    public var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// The first byte; valid until the next append.
    public var start: UnsafeMutablePointer<UInt8> { base }

    /// A copy of what was written.
    public func toArray() -> [UInt8] {
        let (base, count) = (base, count)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            buffer.baseAddress?.update(from: base, count: count)
            initialized = count
        }
    }

    /// Forgets everything from `count` on, which must be at most what was written.
    @inline(__always)
    public mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count, "only what was written can be forgotten")
        count = newCount
    }

    /// Makes room for `extra` further bytes and returns where the next one goes; follow it by `advance`.
    @inline(__always)
    public mutating func reserve(_ extra: Int) -> UnsafeMutablePointer<UInt8> {
        if _slowPath(capacity - count < extra) { grow(extra) }
        return base + count
    }

    /// Counts bytes written through the pointer of `reserve`, at most as many as were reserved.
    @inline(__always)
    public mutating func advance(_ written: Int) { count += written }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        precondition(extra >= 0 && extra <= Int.max / 4 - count, "a buffer is smaller than the address space")
        capacity = max(capacity * 2, count + extra)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }

    @inline(__always)
    public mutating func append(_ byte: UInt8) {
        if _slowPath(count == capacity) { grow(1) }
        base[count] = byte
        count += 1
    }

    @inline(__always)
    public mutating func append(_ source: UnsafePointer<UInt8>, count length: Int) {
        let target = reserve(length)
        target.update(from: source, count: length)
        count += length
    }

    public mutating func append(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress else { return }
        append(start.assumingMemoryBound(to: UInt8.self), count: source.count)
    }

    public mutating func append(_ source: [UInt8]) {
        source.withUnsafeBytes { append($0) }
    }

    /// The text's bytes, without a length.
    public mutating func append(utf8 text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    // MARK: the binary encoding's primitives

    /// Unsigned LEB128, 1 to 10 bytes.
    @inline(__always)
    public mutating func appendVarint(_ value: UInt64) {
        if _fastPath(value < 0x80) { return append(UInt8(truncatingIfNeeded: value)) }
        appendLongVarint(value)
    }

    private mutating func appendLongVarint(_ value: UInt64) {
        let target = reserve(10)
        var (rest, length) = (value, 0)
        while rest >= 0x80 {
            target[length] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            length += 1
        }
        target[length] = UInt8(truncatingIfNeeded: rest)
        count += length + 1
    }

    /// A count or a length.
    @inline(__always)
    public mutating func appendCount(_ value: Int) { appendVarint(UInt64(bitPattern: Int64(value))) }

    /// Zigzag varint: Int, Duration and Time.
    @inline(__always)
    public mutating func appendInt(_ value: Int) {
        appendVarint(UInt64(bitPattern: Int64((value << 1) ^ (value >> 63))))
    }

    public mutating func appendBool(_ value: Bool) { append(value ? 1 : 0) }

    /// 8 bytes, little-endian.
    public mutating func appendFloat(_ value: Double) { appendFixed(value.bitPattern) }

    /// 8 bytes, little-endian.
    public mutating func appendFixed(_ value: UInt64) {
        let target = reserve(8)
        UnsafeMutableRawPointer(target).storeBytes(of: value.littleEndian, as: UInt64.self)
        count += 8
    }

    /// Scale byte, then the mantissa as a 128-bit zigzag varint.
    public mutating func appendDecimal(_ value: DecimalValue) {
        append(value.scale)
        var rest = UInt128(bitPattern: (value.mantissa << 1) ^ (value.mantissa >> 127))
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Length, then the bytes: String, Path, Bytes.
    public mutating func appendString(_ text: String) {
        var text = text
        text.withUTF8 {
            appendCount($0.count)
            append(UnsafeRawBufferPointer($0))
        }
    }

    /// Writes a count before what was written from `start` on, whose one-byte place was reserved at `start`.
    mutating func setCount(_ value: Int, at start: Int) {
        if _fastPath(value < 0x80) {
            base[start] = UInt8(truncatingIfNeeded: value)
            return
        }
        var (rest, extra) = (value >> 7, 0)
        while rest != 0 {
            extra += 1
            rest >>= 7
        }
        _ = reserve(extra)
        let body = base + start + 1
        (body + extra).update(from: body, count: count - start - 1)
        count += extra
        rest = value
        for index in 0..<extra {
            base[start + index] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
        }
        base[start + extra] = UInt8(truncatingIfNeeded: rest)
    }
}
