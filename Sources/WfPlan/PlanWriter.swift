// Writes the header, the section table and the sections of a plan file. Knows nothing of what they hold.

/// The numbers that the header of a plan file holds.
enum PlanHeader {
    static var magic: [UInt8] { [0x77, 0x66, 0x62, 0x00] }  // "wfb\0"
    /// The format version that this build writes and reads.
    static var version: UInt32 { 1 }
    static var size: Int { 32 }
    static var entrySize: Int { 24 }
    /// Bytes in front of the first section.
    static var bodyStart: Int { size + PlanSection.allCases.count * entrySize }
}

/// Sections are added in ascending order, all of them.
struct PlanWriter {
    private var body: [UInt8] = []
    private var ranges: [(section: PlanSection, offset: Int, size: Int)] = []

    /// - Parameter capacity: about how many bytes the sections will have.
    init(capacity: Int) { body.reserveCapacity(capacity + capacity / 8 + 4096) }

    mutating func add(_ section: PlanSection, _ content: UnsafeRawBufferPointer) {
        if ranges.isEmpty { body.append(contentsOf: repeatElement(0, count: PlanHeader.bodyStart)) }
        precondition(Int(section.rawValue) == ranges.count + 1, "sections are written in their order")
        ranges.append((section, body.count, content.count))
        body.append(contentsOf: content)
        body.append(contentsOf: repeatElement(0, count: (8 - body.count % 8) % 8))
    }

    consuming func finish() -> [UInt8] {
        precondition(ranges.count == PlanSection.allCases.count, "all sections are written")
        let total = body.count
        body.withUnsafeMutableBytes { body in
            func put(_ value: UInt32, at offset: Int) {
                body.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
            }
            func put(_ value: Int, at offset: Int) {
                body.storeBytes(of: UInt64(value).littleEndian, toByteOffset: offset, as: UInt64.self)
            }
            for (index, byte) in PlanHeader.magic.enumerated() { body[index] = byte }
            put(PlanHeader.version, at: 4)
            put(UInt32(ranges.count), at: 8)
            put(total, at: 16)
            for (index, range) in ranges.enumerated() {
                let entry = PlanHeader.size + index * PlanHeader.entrySize
                put(range.section.rawValue, at: entry)
                put(range.offset, at: entry + 8)
                put(range.size, at: entry + 16)
            }
        }
        PlanSeal.seal(&body)
        return body
    }
}
