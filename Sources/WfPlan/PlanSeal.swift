// What a plan is known by, and the eight bytes of it in its header by which damage is noticed: a flipped bit may
// leave a plan that verifies, and is another.
import CCrypto

public enum PlanSeal {
    /// Where the seal stands in the file, and how many bytes it has.
    private static var range: Range<Int> { 24..<32 }

    /// The SHA-256 of a plan file in which the seal's bytes are zero. They are zero afterwards.
    static func identity(clearing file: UnsafeMutableRawBufferPointer) -> [UInt8] {
        for index in range { file[index] = 0 }
        var digest = [UInt8](repeating: 0, count: 32)
        wf_sha256(file.baseAddress, file.count, &digest)
        return digest
    }

    /// The seal that a file has.
    static func found(in file: UnsafeMutableRawBufferPointer) -> [UInt8] { range.map { file[$0] } }

    static func put(_ identity: [UInt8], into file: UnsafeMutableRawBufferPointer) {
        for (index, byte) in zip(range, identity) { file[index] = byte }
    }

    /// Seals a plan file; leaves one without a whole header as it is.
    public static func seal(_ file: inout [UInt8]) {
        guard file.count >= PlanHeader.size else { return }
        file.withUnsafeMutableBytes { put(identity(clearing: $0), into: $0) }
    }
}
