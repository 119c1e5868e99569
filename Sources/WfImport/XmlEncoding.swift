// The bytes of an XML file to UTF-8: five encodings that real files have, decided by the bytes and the declaration
// together. The parser behind it sees UTF-8 only, so it has nothing to guess.
import WfDiagnostics
import WfSource

/// How the bytes of a file are to be read.
enum XmlEncoding {
    case utf8, utf16(bigEndian: Bool), ascii, latin1, windows1252

    /// The file's text, as it is where it is UTF-8 already; nil when it is refused, which has been said.
    static func decode(_ job: inout ImportJob) -> SourceFile? {
        let bytes = job.source.bytes
        let declaration = XmlDeclaration(bytes)
        if let version = declaration.version, version != "1.0" {
            job.add(.xmlVersion(version, at: job.span(0, declaration.end)))
            return nil
        }
        guard let encoding = encoding(bytes, declaration) else {
            job.add(
                .xmlEncoding(declaration.wide ?? declaration.encoding ?? "", at: job.span(0, declaration.end))
            )
            return nil
        }
        switch encoding {
        case .utf8, .ascii:
            let limit = bytes.firstIndex { $0 >= 0x80 }
            let wrong: Int?
            if case .ascii = encoding {
                wrong = limit
            } else {
                wrong = limit == nil ? nil : UTF8Bytes.firstMalformed(bytes)
            }
            guard let wrong else { return job.source }
            // What stands in ASCII can be looked at all the same, and matters more.
            if XmlScan(&job) == nil { return nil }
            job.add(
                .xmlNotInEncoding(
                    declaration.encoding ?? "UTF-8", bytes[wrong], at: job.span(wrong, wrong + 1)))
            return nil
        case .utf16(let bigEndian):
            guard let text = utf16(bytes, bigEndian) else {
                job.add(.xmlNotInEncoding("UTF-16", 0, at: job.start))
                return nil
            }
            return SourceFile(path: job.source.path, bytes: text)
        case .latin1, .windows1252:
            let isWindows: Bool
            if case .windows1252 = encoding { isWindows = true } else { isWindows = false }
            var text: [UInt8] = []
            text.reserveCapacity(bytes.count + bytes.count / 16)
            for byte in bytes {
                if byte < 0x80 {
                    text.append(byte)
                } else {
                    let scalar = isWindows && byte < 0xA0 ? windows[Int(byte) - 0x80] : UInt32(byte)
                    append(scalar, to: &text)
                }
            }
            return SourceFile(path: job.source.path, bytes: text)
        }
    }

    private static func encoding(
        _ bytes: UnsafeBufferPointer<UInt8>, _ declaration: XmlDeclaration
    ) -> XmlEncoding? {
        let label = declaration.encoding?.lowercased()
        switch declaration.wide {
        case "UTF-16LE", "UTF-16BE":
            let isBig = declaration.wide == "UTF-16BE"
            let fitting = ["utf-16", isBig ? "utf-16be" : "utf-16le"]
            return label.map { fitting.contains($0) } ?? true ? .utf16(bigEndian: isBig) : nil
        case .some: return nil
        case nil: break
        }
        switch label {
        case nil, "utf-8", "utf8": return .utf8
        case "us-ascii", "ascii": return .ascii
        case "iso-8859-1", "latin1", "iso8859-1", "iso_8859-1": return .latin1
        case "windows-1252", "cp1252": return .windows1252
        default: return nil
        }
    }

    private static func utf16(_ bytes: UnsafeBufferPointer<UInt8>, _ bigEndian: Bool) -> [UInt8]? {
        guard bytes.count % 2 == 0 else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count / 2)
        var high: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            let first = UInt32(bytes[index])
            let second = UInt32(bytes[index + 1])
            let unit = bigEndian ? first << 8 | second : second << 8 | first
            if index == 0 && unit == 0xFEFF { continue }
            if high != 0 {
                guard unit & 0xFC00 == 0xDC00 else { return nil }
                append(0x10000 + ((high & 0x3FF) << 10 | unit & 0x3FF), to: &text)
                high = 0
            } else if unit & 0xFC00 == 0xD800 {
                high = unit
            } else if unit & 0xFC00 == 0xDC00 {
                return nil
            } else {
                append(unit, to: &text)
            }
        }
        return high == 0 ? text : nil
    }

    private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(scalar) else { return }
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Windows-1252 from 0x80 to 0x9F (https://encoding.spec.whatwg.org/#index-windows-1252).
    private static let windows: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
        0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
        0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]
}

/// What the first bytes of an XML file say: how wide its characters are, and what `<?xml … ?>` declares.
struct XmlDeclaration {
    /// `UTF-16LE`, `UTF-32`, …; nil for one byte a character.
    private(set) var wide: String?
    private(set) var version: String?
    private(set) var encoding: String?
    /// Bytes of the declaration; 0 without one.
    private(set) var end = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        let marks: [(String, [UInt8])] = [
            ("UTF-32", [0xFF, 0xFE, 0, 0]), ("UTF-32", [0, 0, 0xFE, 0xFF]), ("UTF-32", [0x3C, 0, 0, 0]),
            ("UTF-32", [0, 0, 0, 0x3C]), ("UTF-16LE", [0xFF, 0xFE]), ("UTF-16BE", [0xFE, 0xFF]),
            ("UTF-16LE", [0x3C, 0]), ("UTF-16BE", [0, 0x3C]), ("EBCDIC", [0x4C, 0x6F, 0xA7, 0x94]),
        ]
        wide = marks.first { bytes.starts(with: $0.1) }?.0
        // Half of the bytes of UTF-16 are zero where the characters are ASCII.
        let width = wide == nil ? 1 : 2
        let head = bytes.prefix(400 * width).filter { $0 != 0 && $0 < 0x80 }
        let text = String(decoding: head, as: UTF8.self)
        guard text.hasPrefix("<?xml"), let close = text.firstIndex(of: ">") else { return }
        let declaration = text[..<close]
        end = declaration.utf8.count * width + 1
        version = XmlDeclaration.value("version", declaration)
        encoding = XmlDeclaration.value("encoding", declaration)
    }

    private static func value(_ name: String, _ text: Substring) -> String? {
        var rest = text
        while let space = rest.firstIndex(where: \.isWhitespace) {
            rest = rest[space...].drop(while: \.isWhitespace)
            guard rest.hasPrefix(name) else { continue }
            let behind = rest.dropFirst(name.count).drop(while: \.isWhitespace)
            guard behind.first == "=" else { continue }
            let quoted = behind.dropFirst().drop(while: \.isWhitespace)
            guard let quote = quoted.first, quote == "\"" || quote == "'" else { return nil }
            return String(quoted.dropFirst().prefix { $0 != quote })
        }
        return nil
    }
}
