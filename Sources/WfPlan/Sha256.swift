// SHA-256 of bytes, for identities and keys.
import CCrypto

/// The 32 bytes of the SHA-256 of bytes.
public func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    bytes.withUnsafeBytes { wf_sha256($0.baseAddress, $0.count, &digest) }
    return digest
}

/// The keyed hash HMAC-SHA-256 (RFC 2104) of bytes.
/// - Parameter key: at most 64 bytes.
public func keyedHash(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    let padded = key + [UInt8](repeating: 0, count: max(0, 64 - key.count))
    return sha256(padded.map { $0 ^ 0x5C } + sha256(padded.map { $0 ^ 0x36 } + bytes))
}
