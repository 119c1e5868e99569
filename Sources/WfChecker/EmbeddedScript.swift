// Scripts that are written out in strings, for a program that reads shell: the text that the shell gets, and where each byte of
// it stands in the source. Knows no such program.
public import WfDiagnostics
public import WfSource
public import WfSyntax

/// The script of `shell("…")` or `exec("sh", "-c", "…")`.
public struct EmbeddedScript: Sendable {
    /// `sh`, `bash`, `dash` or `ksh`.
    public let shell: String
    /// What the shell reads; an interpolated value is a variable.
    public private(set) var text: [UInt8] = []
    /// By byte of `text`: its offset in the file.
    private var origins: [UInt32] = []
    /// Runs of `text` that stand for interpolated values.
    private var values: [Range<Int>] = []
    private let literal: Span

    /// All scripts of a file, in order.
    public static func all(in tree: SyntaxTree) -> [EmbeddedScript] {
        let reader = tree.reader
        var found: [EmbeddedScript] = []
        var index: UInt32 = 1
        while index < reader.nodeCount {
            let id = NodeId(index)
            index += 1
            guard reader.kind(id) == .callExpr else { continue }
            let view = CallExprView(reader, id)
            guard reader.kind(view.callee) == .nameExpr,
                ["shell", "exec"].contains(reader.text(view.callee)),
                let literal = CommandLine.scriptNode(of: view, reader)
            else { continue }
            let isShell = reader.text(view.callee) == "shell"
            let program = isShell ? "sh" : CommandLine.commandShell(of: view, reader)
            // what ShellCheck does not know
            if program == "zsh" { continue }
            found.append(EmbeddedScript(shell: program, literal, reader))
        }
        return found
    }

    private init(shell: String, _ literal: NodeId, _ tree: TreeReader) {
        self.shell = shell
        self.literal = tree.span(literal)
        let expressions = StringExprView(tree, literal).interpolations
        var token = tree.firstToken(literal)
        var next = 0
        for segment in tree.stringSegments(literal) {
            switch segment {
            case .text(let bytes): add(bytes, of: token, tree)
            case .expression(let inner):
                addValue(next, at: tree.span(inner))
                next += 1
                token = TokenId(tree.lastToken(expressions[next - 1]).index + 1)
            }
        }
    }

    private mutating func addValue(_ number: Int, at span: Span) {
        let start = text.count
        text += Array("${wf\(number)}".utf8)
        origins += Array(repeating: span.start, count: text.count - start)
        values.append(start..<text.count)
    }

    /// Lays the decoded text of a token beside its bytes: an escape stands for what it means, and bytes that are in the
    /// source only are indentation.
    private mutating func add(_ decoded: [UInt8], of token: TokenId, _ tree: TreeReader) {
        let raw = tree.bytes(token)
        let start = tree.span(token).start
        let isRaw = tree.token(token).kind == .rawString
        var at = raw.firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "}") }.map { $0 + 1 } ?? 0
        while at + 1 < raw.count, raw[at] == UInt8(ascii: "\""), raw[at + 1] == UInt8(ascii: "\"") { at += 2 }
        var isEscaped = false
        for byte in decoded {
            text.append(byte)
            // `\u{…}` stands for one scalar, which may have several bytes
            if isEscaped && byte & 0xC0 == 0x80, let last = origins.last {
                origins.append(last)
                continue
            }
            while at < raw.count, raw[at] != byte, isRaw || raw[at] != UInt8(ascii: "\\") { at += 1 }
            origins.append(start + UInt32(min(at, raw.count - 1)))
            isEscaped = !isRaw && at < raw.count && raw[at] == UInt8(ascii: "\\")
            if !isEscaped {
                at += 1
                continue
            }
            at += 2
            if at <= raw.count, raw[at - 1] == UInt8(ascii: "u") {
                while at < raw.count, raw[at - 1] != UInt8(ascii: "}") { at += 1 }
            }
        }
    }

    /// Where a part of the script stands in the file; nil when it is about an interpolated value, of which nobody
    /// knows anything.
    ///
    /// - Parameters: lines and columns from 1, columns in scalars, the end exclusive.
    public func span(_ first: (line: Int, column: Int), _ end: (line: Int, column: Int)) -> Span? {
        let from = offset(first)
        let to = max(from, offset(end))
        if values.contains(where: { $0.overlaps(from..<max(to, from + 1)) }) { return nil }
        guard from < origins.count else { return literal }
        let last = to > from && to - 1 < origins.count ? origins[to - 1] + 1 : origins[from] + 1
        return Span(file: literal.file, start: origins[from], end: max(last, origins[from] + 1))
    }

    private func offset(_ place: (line: Int, column: Int)) -> Int {
        var at = 0
        var line = 1
        while line < place.line, at < text.count {
            if text[at] == 0x0A { line += 1 }
            at += 1
        }
        var column = 1
        while column < place.column, at < text.count, text[at] != 0x0A {
            at += 1
            while at < text.count, text[at] & 0xC0 == 0x80 { at += 1 }
            column += 1
        }
        return at
    }
}

extension CommandLine {
    /// `bash` of `exec("/bin/bash", "-c", …)`.
    static func commandShell(of view: CallExprView, _ tree: TreeReader) -> String {
        let first = view.arguments.first { $0.label.isNone }
        return first.flatMap { literal($0.value, tree) }.map { baseName($0) } ?? "sh"
    }
}

extension LintAllowances {
    /// Findings of others about a file, without those that its comments take back.
    public static func withoutAllowed(_ found: [Diagnostic], in tree: SyntaxTree) -> [Diagnostic] {
        var allowances = LintAllowances(tree)
        return found.filter { !allowances.take($0) }
    }
}
