// A look over an XML file's bytes before a parser sees it: where its start tags are, and whether it is larger, deeper or
// otherwise more than is read. Knows the outermost shape of XML only; whether it is well-formed the parser says.
import WfSource

/// Where the start tags of a document are.
struct XmlScan {
    /// By element, in order: the offset of its `<`.
    private(set) var tags: [UInt32] = []

    /// Looks at the whole file; nil when it is refused, which has been said.
    init?(_ job: inout ImportJob) {
        let bytes = job.source.bytes
        let count = bytes.count
        var depth = 0
        var place = 0
        while let open = XmlScan.find("<", bytes, place) {
            let next = open + 1 < count ? bytes[open + 1] : 0
            switch next {
            case UInt8(ascii: "?"): place = XmlScan.end(of: "?>", bytes, open + 2)
            case UInt8(ascii: "!"):
                if XmlScan.has("<!--", bytes, open) {
                    place = XmlScan.end(of: "-->", bytes, open + 4)
                } else if XmlScan.has("<![CDATA[", bytes, open) {
                    place = XmlScan.end(of: "]]>", bytes, open + 9)
                } else {
                    job.add(.xmlDoctype(at: job.span(open, min(count, open + 9))))
                    return nil
                }
            case UInt8(ascii: "/"):
                depth -= 1
                place = XmlScan.end(of: ">", bytes, open + 2)
            default:
                tags.append(UInt32(open))
                guard let close = XmlScan.tagEnd(bytes, open, &job) else { return nil }
                place = close
                if close >= 2 && bytes[close - 2] != UInt8(ascii: "/") { depth += 1 }
                if depth > Limits.importDepthMax {
                    job.add(.importTooDeep("elements", at: job.span(open, open + 1)))
                    return nil
                }
                if tags.count > Limits.importElementsMax {
                    job.add(.importTooMany("elements", at: job.span(open, open + 1)))
                    return nil
                }
            }
        }
    }

    /// Past the `>` of the tag at `open`; nil when it is too long, which has been said.
    private static func tagEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ open: Int, _ job: inout ImportJob)
        -> Int?
    {
        var quote: UInt8 = 0
        let limit = min(bytes.count, open + Limits.importTagBytesMax)
        for index in open..<limit {
            let byte = bytes[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: ">") {
                return index + 1
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
        }
        if limit == bytes.count { return limit }
        job.add(.xmlTagTooLong(at: job.span(open, open + 1)))
        return nil
    }

    private static func find(_ mark: Unicode.Scalar, _ bytes: UnsafeBufferPointer<UInt8>, _ from: Int) -> Int?
    {
        let wanted = UInt8(ascii: mark)
        var index = from
        while index < bytes.count {
            if bytes[index] == wanted { return index }
            index += 1
        }
        return nil
    }

    private static func has(_ words: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
        guard at + words.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<words.utf8CodeUnitCount where bytes[at + index] != words.utf8Start[index] {
            return false
        }
        return true
    }

    /// Past the next `words`, or the end of the file.
    private static func end(of words: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, _ from: Int) -> Int {
        var index = from
        while index < bytes.count {
            if has(words, bytes, index) { return index + words.utf8CodeUnitCount }
            index += 1
        }
        return bytes.count
    }
}
