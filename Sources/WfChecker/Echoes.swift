// Which findings only echo a syntax error, so that one mistake gives one message. Knows files and lines, no meaning.
import WfDiagnostics
import WfSource
import WfSyntax

/// Where syntax errors stand, by file.
struct Echoes {
    private let modules: [ModuleInput]
    private var places: [FileId: [ByteOffset]] = [:]
    /// Declarations with a syntax error.
    private var declarations: [FileId: [Span]] = [:]
    /// Those of them whose blocks may end elsewhere than where they were meant to.
    private var torn: [FileId: [Span]] = [:]
    /// Words that stand where something could not be read: what it may have declared, and where.
    private var words: [FileId: [String: [ByteOffset]]] = [:]
    /// Names of declarations with a syntax error, for other declarations of their file.
    private var damaged: [FileId: Set<String>] = [:]
    /// Words of declarations that could not be read: what they would have declared, for other files too.
    private var unread: Set<String> = []

    /// Names of funcs that stand inside something else, where they declare nothing.
    private var misplaced: Set<String> = []

    init(_ modules: [ModuleInput], _ syntax: [Diagnostic]) {
        self.modules = modules
        for diagnostic in syntax { add(diagnostic) }
        for module in modules {
            for span in module.tree.damage { addWords(span, module.tree.reader) }
        }
    }

    /// Syntax errors after which nobody knows what block a statement stands in.
    private static let tearing: Set<UInt16> = [1008, 1009, 1023, 1026, 1030]

    private mutating func add(_ diagnostic: Diagnostic) {
        let span = diagnostic.span
        places[span.file, default: []].append(span.start)
        guard let module = modules.first(where: { $0.tree.file == span.file }) else { return }
        let reader = module.tree.reader
        addWords(reader.line(of: span), reader)
        if diagnostic.code.number == 1030, reader.text(span) == "func" {
            misplaced.insert(reader.text(TokenId(reader.token(at: span.start).index + 1)))
        }
        let isTearing =
            Echoes.tearing.contains(diagnostic.code.number)
            || diagnostic.code.number == 1022 && diagnostic.help == "insert `}`"
        for item in module.tree.rootView.items {
            let whole = reader.span(item)
            if whole.start <= span.start && span.start <= whole.end {
                declarations[span.file, default: []].append(whole)
                addDamaged(item, span.file, reader)
                if isTearing { torn[span.file, default: []].append(whole) }
                if reader.kind(item) == .errorDecl { addUnread(whole, reader) }
            }
        }
    }

    /// The name is the last of the words that a declaration begins with: `workflow main`, `open record Order`.
    private mutating func addDamaged(_ item: NodeId, _ file: FileId, _ reader: TreeReader) {
        var name: TokenId?
        for index in tokens(of: item, reader) {
            guard reader.token(TokenId(index)).kind == .identifier else { break }
            name = TokenId(index)
        }
        if let name { damaged[file, default: []].insert(reader.text(name)) }
    }

    /// None for a declaration of which nothing could be read.
    private func tokens(of item: NodeId, _ reader: TreeReader) -> Range<UInt32> {
        let first = reader.firstToken(item).index
        return first..<max(first, reader.lastToken(item).index + 1)
    }

    private mutating func addUnread(_ span: Span, _ reader: TreeReader) {
        let line = reader.text(span).sourceLines.first ?? ""
        for word in line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }) {
            unread.insert(String(word))
        }
    }

    private mutating func addWords(_ span: Span, _ reader: TreeReader) {
        var token = reader.token(at: span.start)
        while Int(token.index) < reader.tokenCount, reader.token(token).start < span.end {
            if reader.token(token).kind == .identifier {
                words[span.file, default: [:]][reader.text(reader.span(token)), default: []].append(
                    reader.token(token).start)
            }
            token = TokenId(token.index + 1)
        }
    }

    /// Findings that a name which is not known is the cause of.
    private static let nameless: Set<UInt16> = [2001, 2003, 2031, 3002, 3040, 3100]

    /// Findings that an unread part of the same statement may have caused.
    private static let doubtful: Set<UInt16> = [2007, 2010, 2026]

    /// Findings that an unread statement of the same declaration may have caused.
    private static let endless: Set<UInt16> = [2017, 3004]

    /// Findings that something is superfluous, which what could not be read may need.
    private static let superfluous: Set<UInt16> = [2012, 2015, 2021]

    /// Whether a declaration with a syntax error, the finding's own or one that its own mentions, may be why something
    /// seems superfluous.
    private func mayBeNeeded(_ diagnostic: Diagnostic) -> Bool {
        let span = diagnostic.span
        if !diagnostic.fixes.contains(where: \.takesAway) { return false }
        if Echoes.holds(span, declarations) { return true }
        guard let damaged = damaged[span.file],
            let module = modules.first(where: { $0.tree.file == span.file })
        else { return false }
        let reader = module.tree.reader
        for item in module.tree.rootView.items {
            let whole = reader.span(item)
            guard whole.start <= span.start && span.start <= whole.end else { continue }
            return tokens(of: item, reader).contains { index in
                reader.token(TokenId(index)).kind == .identifier
                    && damaged.contains(reader.text(TokenId(index)))
            }
        }
        return false
    }

    func contains(_ diagnostic: Diagnostic) -> Bool {
        if Echoes.superfluous.contains(diagnostic.code.number), mayBeNeeded(diagnostic) { return true }
        let span = diagnostic.span
        guard let places = places[span.file], let module = modules.first(where: { $0.tree.file == span.file })
        else {
            return false
        }
        let reader = module.tree.reader
        for place in places {
            let low = min(place, span.start)
            let high = max(place, span.start)
            if high - low > 4096 { continue }
            if !reader.bytes(from: low, to: high).contains(0x0A) { return true }
        }
        let code = diagnostic.code.number
        if Echoes.nameless.contains(code) {
            let name = reader.text(span)
            if unread.contains(name) { return true }
            if words[span.file]?[name]?.contains(where: { $0 != span.start }) == true { return true }
        }
        if code == 2005, misplaced.contains(reader.text(span)) { return true }
        if Echoes.endless.contains(code) { return Echoes.holds(span, declarations) }
        if code == 2003 || Echoes.doubtful.contains(code), Echoes.holds(span, torn) { return true }
        return Echoes.doubtful.contains(code)
            && module.tree.damage.contains { $0.start <= span.start && span.start <= $0.end }
    }

    private static func holds(_ span: Span, _ places: [FileId: [Span]]) -> Bool {
        (places[span.file] ?? []).contains { $0.start <= span.start && span.start <= $0.end }
    }
}
