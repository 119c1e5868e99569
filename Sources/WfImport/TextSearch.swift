// A piece of text in another, by bytes. The standard library's search goes by characters and compares them canonically, which
// costs a hundred times as much and is meant nowhere here.
import Glibc

extension Substring {
    /// Where `part` stands first.
    func firstRange(of part: String) -> Range<Index>? {
        var (text, part) = (self, part)
        let offset = text.withUTF8 { text in part.withUTF8 { place(of: $0, in: text) } }
        guard let offset else { return nil }
        let start = utf8.index(startIndex, offsetBy: offset)
        return start..<utf8.index(start, offsetBy: part.utf8.count)
    }

    func contains(_ part: String) -> Bool { firstRange(of: part) != nil }
}

extension String {
    /// Where `part` stands first.
    func firstRange(of part: String) -> Range<Index>? { self[...].firstRange(of: part) }

    func contains(_ part: String) -> Bool { self[...].contains(part) }
}

/// The offset of `part` in `text`, both in bytes.
private func place(of part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let first = part.first, let words = part.baseAddress else { return 0 }
    guard let start = text.baseAddress else { return nil }
    var offset = 0
    while offset + part.count <= text.count {
        let room = text.count - part.count - offset + 1
        guard let found = memchr(start + offset, Int32(first), room) else { return nil }
        offset = UnsafeRawPointer(found) - UnsafeRawPointer(start)
        if memcmp(start + offset, words, part.count) == 0 { return offset }
        offset += 1
    }
    return nil
}
