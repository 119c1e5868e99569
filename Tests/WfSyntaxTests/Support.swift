// What the tests of the text side share: parsing text, reading files of the repository, seeded numbers.

import Glibc
import WfDiagnostics
import WfFormatter
import WfSource
import WfSyntax

struct Parsed {
    let tree: SyntaxTree
    let diagnostics: [Diagnostic]

    init(_ bytes: [UInt8]) {
        var sink = DiagnosticSink()
        tree = Parser.parse(
            SourceFile(path: "test.wf", bytes: bytes), file: FileId(0), interner: Interner(), into: &sink)
        diagnostics = sink.sorted()
    }

    init(_ text: String) { self.init(Array(text.utf8)) }

    var codes: [String] { diagnostics.map { "\($0.code)" } }
    var shown: String {
        diagnostics.map { "\($0.code) \($0.span.start) \($0.message)" }.joined(separator: "\n")
    }

    /// Tokens in order with nothing but blanks and comments between them, and nothing behind the last.
    var isLossless: Bool {
        let reader = tree.reader
        var end: UInt32 = 0
        for index in 0..<reader.tokenCount {
            let token = reader.token(TokenId(UInt32(index)))
            if token.start < end { return false }
            end = token.end
        }
        return Int(end) == tree.source.count
    }
}

/// What must hold of any tree without diagnostics; nil, or what did not.
func brokenPromise(_ parsed: Parsed) -> String? {
    let formatted = Formatter.format(parsed.tree)
    let again = Parsed(formatted)
    if !again.diagnostics.isEmpty {
        return "formatted text has diagnostics: \(again.shown)\n\(String(decoding: formatted, as: UTF8.self))"
    }
    if TreeDump.text(again.tree) != TreeDump.text(parsed.tree) {
        return "formatted text has another tree:\n\(String(decoding: formatted, as: UTF8.self))"
    }
    let third = Formatter.format(again.tree)
    if third != formatted {
        return
            "formatting is not idempotent:\n\(String(decoding: formatted, as: UTF8.self))\n---\n\(String(decoding: third, as: UTF8.self))"
    }
    return nil
}

/// xorshift64*: the same numbers everywhere.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

/// A file of the repository, by its path from the root.
func repositoryFile(_ path: String) -> [UInt8]? {
    let here = "\(#filePath)"
    guard let cut = here.range(of: "/Tests/") else { return nil }
    guard let file = fopen(here[..<cut.lowerBound] + "/" + path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count <= 0 { return bytes }
        bytes += buffer[0..<count]
    }
}

extension String {
    fileprivate func range(of needle: String) -> Range<String.Index>? {
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(needle) { return at..<index(at, offsetBy: needle.count) }
            at = index(after: at)
        }
        return nil
    }
}

func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
