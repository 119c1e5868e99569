// TOML 1.0 to a positioned tree, as far as settings need it: tables, dotted and quoted keys, strings on one line, numbers,
// truth values, arrays and inline tables. Dates, strings over several lines and arrays of tables are refused by name.
import WfDiagnostics
public import WfSource

/// Reads one TOML document.
public struct TOMLReader: DataCursor {
    /// A table while it grows.
    private final class Table {
        var rows: [(key: String, span: Span, value: Value)] = []
        var span: Span
        /// Whether a `[header]` has named it.
        var isNamed = false
        /// Whether nothing may be added: `{ … }`.
        var isClosed = false
        init(_ span: Span) { self.span = span }
    }
    private enum Value {
        case node(DataNode)
        case table(Table)
    }

    let source: SourceFile
    let file: FileId
    private(set) var position: Int
    private var depth = 0
    private let root: Table

    /// The whole file as one mapping; no root when there is an error among the diagnostics.
    public static func read(_ source: SourceFile, file: FileId) -> DataDocument {
        switch DataText.start(of: source, file: file) {
        case .failure(let refusal): return DataDocument(diagnostics: [refusal.diagnostic])
        case .success(let start):
            var reader = TOMLReader(source, file, start)
            do {
                try reader.document()
                return DataDocument(root: reader.node(reader.root), diagnostics: [])
            } catch {
                return DataDocument(diagnostics: [error.diagnostic])
            }
        }
    }

    private init(_ source: SourceFile, _ file: FileId, _ start: Int) {
        (self.source, self.file, position) = (source, file, start)
        root = Table(Span(file: file, start: UInt32(start), end: UInt32(source.count)))
    }

    private func node(_ table: Table) -> DataNode {
        var map = DataMap()
        for row in table.rows {
            switch row.value {
            case .node(let value): map.add(DataEntry(row.key, row.span, value))
            case .table(let inner): map.add(DataEntry(row.key, row.span, node(inner)))
            }
        }
        return DataNode(.map(map), table.span)
    }

    // MARK: bytes

    private func byte(_ ahead: Int) -> UInt8 {
        position + ahead < source.count ? source.start[position + ahead] : 0
    }

    private func fail(_ message: String, at span: Span? = nil, help: String? = nil) -> Refusal {
        Refusal(.dataSyntax("TOML", message, at: span ?? here(), help: help))
    }

    private mutating func skipBlanks() { while byte == 0x20 || byte == 0x09 { position += 1 } }

    /// Blanks, comments and line ends.
    private mutating func skipSpace() {
        while position < source.count {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case 0x23: while position < source.count, byte != 0x0A { position += 1 }
            default: return
            }
        }
    }

    private mutating func endLine() throws(Refusal) {
        skipBlanks()
        if position < source.count, byte != 0x0A, byte != 0x0D, byte != 0x23 {
            throw fail("expected the end of the line, found \(found)", help: "keep one setting on a line")
        }
        skipSpace()
    }

    // MARK: lines

    private mutating func document() throws(Refusal) {
        var table = root
        skipSpace()
        while position < source.count {
            if byte == 0x5B { table = try header() } else { try setting(in: table) }
            try endLine()
        }
    }

    /// `[a.b]`
    private mutating func header() throws(Refusal) -> Table {
        let start = position
        if byte(1) == 0x5B {
            throw fail("arrays of tables are not settings", at: here(2), help: "write `[name]`")
        }
        position += 1
        let path = try keys()
        guard byte == 0x5D else { throw fail("expected `]`, found \(found)") }
        position += 1
        let table = try inner(path, of: root)
        if table.isNamed {
            throw fail(
                "`[\(path.map(\.text).joined(separator: "."))]` stands here twice", at: span(from: start),
                help: "put its settings together")
        }
        table.isNamed = true
        return table
    }

    private mutating func setting(in table: Table) throws(Refusal) {
        var path = try keys()
        guard byte == 0x3D else { throw fail("expected `=`, found \(found)", help: "write `key = value`") }
        position += 1
        skipBlanks()
        let last = path.removeLast()
        let table = try inner(path, of: table)
        if let known = table.rows.first(where: { $0.key == last.text }) {
            throw fail("`\(known.key)` stands here twice", at: last.span, help: "keep one of them")
        }
        table.rows.append((last.text, last.span, try value()))
    }

    /// The table at a path, made where it is missing.
    private func inner(_ path: [(text: String, span: Span)], of table: Table) throws(Refusal) -> Table {
        var table = table
        for key in path {
            if let known = table.rows.first(where: { $0.key == key.text }) {
                guard case .table(let inner) = known.value, !inner.isClosed else {
                    throw fail("`\(key.text)` has a value already", at: key.span, help: "keep one of them")
                }
                table = inner
            } else {
                let made = Table(key.span)
                table.rows.append((key.text, key.span, .table(made)))
                table = made
            }
        }
        return table
    }

    // MARK: keys

    /// `a."b c".d`
    private mutating func keys() throws(Refusal) -> [(text: String, span: Span)] {
        var path: [(text: String, span: Span)] = []
        while true {
            skipBlanks()
            let start = position
            switch byte {
            case 0x22, 0x27: path.append((try string(), span(from: start)))
            default:
                while TOMLReader.isBare(byte) { position += 1 }
                if position == start { throw fail("expected a key, found \(found)") }
                path.append((source.text(from: UInt32(start), to: UInt32(position)), span(from: start)))
            }
            skipBlanks()
            if byte != 0x2E { return path }
            position += 1
        }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80 || byte == 0x5F
            || byte == 0x2D
    }

    // MARK: values

    private mutating func value() throws(Refusal) -> Value {
        let start = position
        switch byte {
        case 0x22, 0x27:
            let text = try string()
            return .node(DataNode(.text(text), span(from: start)))
        case 0x5B: return .node(try array())
        case 0x7B: return .table(try inlineTable())
        default: return .node(try word())
        }
    }

    private mutating func word() throws(Refusal) -> DataNode {
        let start = position
        while TOMLReader.isBare(byte) || byte == 0x2B || byte == 0x2E || byte == 0x3A { position += 1 }
        let text = source.text(from: UInt32(start), to: UInt32(position))
        let place = span(from: start)
        if text == "true" || text == "false" { return DataNode(.bool(text == "true"), place) }
        let digits = text.filter { $0 != "_" }
        if !digits.isEmpty, digits.utf8.allSatisfy({ TOMLReader.isDigit($0) }), Double(digits) != nil {
            return DataNode(.number(digits.hasPrefix("+") ? String(digits.dropFirst()) : digits), place)
        }
        if text.isEmpty { throw fail("expected a value, found \(found)") }
        throw fail(
            "expected a value, found `\(text)`", at: place,
            help: text.utf8.first.map { (0x30...0x39).contains($0) } ?? false
                ? "dates and numbers of other forms are not settings" : "write text in quotes: \"\(text)\"")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
    }

    private mutating func enter() throws(Refusal) {
        depth += 1
        if depth > Limits.importDepthMax { throw Refusal(.importTooDeep("values", at: here())) }
        position += 1
    }

    private mutating func array() throws(Refusal) -> DataNode {
        let start = position
        try enter()
        defer { depth -= 1 }
        var elements: [DataNode] = []
        skipSpace()
        while byte != 0x5D {
            switch try value() {
            case .node(let value): elements.append(value)
            case .table(let table): elements.append(node(table))
            }
            skipSpace()
            if byte == 0x2C {
                position += 1
                skipSpace()
            } else if byte != 0x5D {
                throw fail("expected `,` or `]`, found \(found)")
            }
        }
        position += 1
        return DataNode(.list(elements), span(from: start))
    }

    private mutating func inlineTable() throws(Refusal) -> Table {
        let start = position
        try enter()
        defer { depth -= 1 }
        let table = Table(here())
        skipBlanks()
        while byte != 0x7D {
            try setting(in: table)
            skipBlanks()
            if byte == 0x2C {
                position += 1
                skipBlanks()
                if byte == 0x7D { throw fail("expected a key, found `}`", help: "remove the comma") }
            } else if byte != 0x7D {
                throw fail("expected `,` or `}`, found \(found)")
            }
        }
        position += 1
        table.span = span(from: start)
        table.isClosed = true
        return table
    }

    /// `"a\n"` and `'a'`, on one line.
    private mutating func string() throws(Refusal) -> String {
        let quote = byte
        let start = position
        if byte(1) == quote && byte(2) == quote {
            throw fail(
                "strings over several lines are not settings", at: here(3), help: "write it on one line")
        }
        position += 1
        var bytes: [UInt8] = []
        while byte != quote {
            if position >= source.count || byte == 0x0A || byte == 0x0D {
                throw fail("the string is never closed", at: span(from: start), help: "end it with a quote")
            }
            if byte == 0x5C && quote == 0x22 {
                bytes += try escape()
            } else {
                bytes.append(byte)
                position += 1
            }
        }
        position += 1
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func escape() throws(Refusal) -> [UInt8] {
        let known: [UInt8: UInt8] = [
            0x62: 8, 0x74: 9, 0x6E: 10, 0x66: 12, 0x72: 13, 0x22: 0x22, 0x5C: 0x5C,
        ]
        if let plain = known[byte(1)] {
            position += 2
            return [plain]
        }
        let count = byte(1) == 0x75 ? 4 : byte(1) == 0x55 ? 8 : 0
        let end = min(position + 2 + count, source.count)
        let digits = source.text(from: UInt32(min(position + 2, end)), to: UInt32(end))
        guard count > 0, digits.utf8.count == count, let number = UInt32(digits, radix: 16),
            let scalar = Unicode.Scalar(number)
        else {
            throw fail(
                "expected an escape, found \(found)", at: here(2), help: "write `\\\\` for a backslash")
        }
        position = end
        return Array(String(scalar).utf8)
    }
}
