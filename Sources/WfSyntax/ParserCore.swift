// The parser's cursor, its growing arrays, and how it gets back on its feet after a mistake.
// Knows tokens and brackets; the grammar is in the other Parser*.swift files.

import WfDiagnostics
import WfSource

/// Recursive descent over the tokens of one file. The grammar's rules are in extensions.
///
/// After a mistake `panic` is set: nothing more is reported until a list or block has found its next separator.
struct SyntaxParser {
    /// What a block belongs to; decides which clauses and statements its words can begin.
    enum Body: UInt8 { case function, workflow, flow, test }

    let tokens: UnsafePointer<Token>
    let names: UnsafePointer<UInt32>
    let bytes: UnsafePointer<UInt8>
    let file: FileId
    let interner: Interner
    let tokenCount: Int

    /// The current token, and its kind.
    var index = 0
    var kind: TokenKind

    private(set) var nodes: UnsafeMutablePointer<Node>
    private(set) var nodeCount = 1
    private var nodeRoom: Int
    private var extra: UnsafeMutablePointer<UInt32>
    private var extraCount = 1
    private var extraRoom: Int
    private var stack: UnsafeMutablePointer<UInt32>
    private var stackCount = 0
    private var stackRoom = 256

    var depth = 0
    /// Inside `(` or `[`: a line's end does not end the expression.
    var isOpen = false
    /// Whether `Name {` may be a record literal and `{` an object literal here (not in a head).
    var allowsRecord = true
    /// Whether `name =>` begins a lambda here (not in the guard of an arm).
    var allowsLambda = true
    var allowsDotDot = false
    var body = Body.function
    /// First token of the statement being read: leading `.name` must stand deeper than its line.
    var statementStart = 0
    var panic = false
    /// Inside a declaration whose first word has been reported: what else is strange there follows from that.
    var isSilent = false
    /// This declaration has been said to be nested too deep.
    var reportedDepth = false
    var lastReported = -1
    /// The token at which the statement or declaration being read first went wrong; -1 while it is right.
    var culprit = -1
    /// The first token of that statement or declaration.
    var pieceStart = 0
    /// What could not be read: from the start of a statement to the end of the line where it went wrong.
    var damage: [Span] = []
    /// Words that were read as others.
    var respelt: [Respelling] = []
    /// Tokens that may still be read again.
    var repairBudget = 0
    /// The lexer has reported what ran into the end of the file.
    private let isQuietAtEnd: Bool
    /// The first `{` of this declaration whose `}` stood further left than the line it was opened on.
    /// Which `}` that was.
    var misindented: (open: Int, close: Int)?
    /// The first token of the top-level declaration being read.
    var topLevel = 0
    var diagnostics: [Diagnostic] = []

    /// Adds a fix to what was reported last, once more is known.
    mutating func fixLast(_ fix: Fix?) {
        guard let last = diagnostics.popLast() else { return }
        diagnostics.append(last.fixed(fix))
    }

    /// Changes the help of what was reported last, once more is known.
    mutating func helpLast(_ help: String) {
        if !diagnostics.isEmpty { diagnostics[diagnostics.count - 1].help = help }
    }

    init(_ lexer: Lexer, interner: Interner) {
        tokens = UnsafePointer(lexer.tokens)
        names = UnsafePointer(lexer.names)
        bytes = lexer.base
        file = lexer.file
        self.interner = interner
        tokenCount = lexer.count
        isQuietAtEnd = lexer.swallowedEnd
        kind = lexer.tokens[0].kind
        nodeRoom = lexer.count + 16
        nodes = .allocate(capacity: nodeRoom)
        nodes[0] = Node(kind: .missing, flags: 0, aux: 0, first: 0, last: 0, a: 0, b: 0)
        extraRoom = lexer.count + 16
        extra = .allocate(capacity: extraRoom)
        extra[0] = 0
        stack = .allocate(capacity: stackRoom)
        repairBudget = 4 * lexer.count + 4096
    }

    /// Hands the arrays over, cut to size; frees the rest.
    mutating func finish(_ root: NodeId, byteCount: Int) -> TreeStorage {
        stack.deallocate()
        names.deallocate()
        let exactNodes = UnsafeMutablePointer<Node>.allocate(capacity: nodeCount)
        exactNodes.moveInitialize(from: nodes, count: nodeCount)
        nodes.deallocate()
        let exactExtra = UnsafeMutablePointer<UInt32>.allocate(capacity: extraCount)
        exactExtra.moveInitialize(from: extra, count: extraCount)
        extra.deallocate()
        let exactTokens = UnsafeMutablePointer<Token>.allocate(capacity: tokenCount)
        exactTokens.moveInitialize(from: UnsafeMutablePointer(mutating: tokens), count: tokenCount)
        tokens.deallocate()
        return TreeStorage(
            nodes: exactNodes, nodeCount: nodeCount, extra: exactExtra, extraCount: extraCount,
            tokens: exactTokens,
            tokenCount: tokenCount, bytes: bytes, byteCount: byteCount, file: file, root: root)
    }

    // MARK: Cursor

    @inline(__always) mutating func advance() {
        if kind != .endOfFile {
            index += 1
            kind = tokens[index].kind
        }
    }

    @inline(__always) mutating func take(_ wanted: TokenKind) -> Bool {
        if kind != wanted { return false }
        advance()
        return true
    }

    /// Whether the current token is this word.
    @inline(__always) func at(_ word: Word) -> Bool { names[index] == UInt32(word.rawValue) }

    @inline(__always) func word(at index: Int) -> Word? { NameId(rawValue: names[index]).word }

    @inline(__always) mutating func take(_ word: Word) -> Bool {
        if !at(word) { return false }
        advance()
        return true
    }

    /// The kind of the token after the current one.
    @inline(__always) var nextKind: TokenKind { kind == .endOfFile ? .endOfFile : tokens[index + 1].kind }
    @inline(__always) var next: Int { kind == .endOfFile ? index : index + 1 }
    @inline(__always) var startsLine: Bool { tokens[index].newlineBefore }
    @inline(__always) var nextStartsLine: Bool { tokens[next].newlineBefore }
    @inline(__always) func isAdjacent(_ index: Int) -> Bool {
        index > 0 && tokens[index - 1].end == tokens[index].start
    }

    // MARK: Reading again

    /// Where the parser stands.
    var place: Place {
        Place(
            index: index, stackCount: stackCount, nodeCount: nodeCount, extraCount: extraCount,
            diagnosticCount: diagnostics.count, damageCount: damage.count)
    }

    mutating func go(to index: Int) {
        self.index = index
        kind = tokens[index].kind
    }

    mutating func dropNodes(after place: Place) {
        nodeCount = place.nodeCount
        extraCount = place.extraCount
    }

    func stackWords(from mark: Int) -> [UInt32] { (mark..<stackCount).map { stack[$0] } }

    mutating func setStack(_ mark: Int, _ words: [UInt32]) {
        stackCount = mark
        for word in words { push(word) }
    }

    /// Lets a token be read as another word.
    func rename(_ index: Int, _ name: UInt32) { UnsafeMutablePointer(mutating: names)[index] = name }

    // MARK: Building

    @inline(__always) mutating func make(
        _ kind: NodeKind, _ first: Int, a: UInt32 = 0, b: UInt32 = 0, aux: UInt16 = 0, flags: UInt8 = 0
    ) -> NodeId {
        if nodeCount == nodeRoom { growNodes() }
        let last = max(index - 1, 0)
        nodes[nodeCount] = Node(
            kind: kind, flags: flags, aux: aux, first: UInt32(truncatingIfNeeded: first),
            last: UInt32(truncatingIfNeeded: last), a: a, b: b)
        nodeCount += 1
        return NodeId(UInt32(truncatingIfNeeded: nodeCount - 1))
    }

    @inline(never) private mutating func growNodes() {
        let larger = UnsafeMutablePointer<Node>.allocate(capacity: nodeRoom * 2)
        larger.moveInitialize(from: nodes, count: nodeCount)
        nodes.deallocate()
        nodes = larger
        nodeRoom *= 2
    }

    func kind(of id: NodeId) -> NodeKind { nodes[Int(id.index)].kind }
    /// Of a `binaryExpr`.
    func rightOperand(of id: NodeId) -> NodeId { NodeId(nodes[Int(id.index)].b) }
    func firstToken(of id: NodeId) -> Int { Int(nodes[Int(id.index)].first) }

    @inline(__always) private mutating func reserve(_ words: Int) {
        if extraCount + words > extraRoom { growExtra(words) }
    }

    @inline(never) private mutating func growExtra(_ words: Int) {
        let room = max(extraRoom * 2, extraCount + words)
        let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: room)
        larger.moveInitialize(from: extra, count: extraCount)
        extra.deallocate()
        extra = larger
        extraRoom = room
    }

    /// Stores a record of words; its index in `extra`.
    @inline(__always) mutating func record(
        _ w0: UInt32, _ w1: UInt32, _ w2: UInt32 = 0, _ w3: UInt32 = 0, _ w4: UInt32 = 0, _ w5: UInt32 = 0,
        _ w6: UInt32 = 0, count: Int
    ) -> UInt32 {
        reserve(7)
        let at = extraCount
        extra[at] = w0
        extra[at + 1] = w1
        extra[at + 2] = w2
        extra[at + 3] = w3
        extra[at + 4] = w4
        extra[at + 5] = w5
        extra[at + 6] = w6
        extraCount += count
        return UInt32(truncatingIfNeeded: at)
    }

    /// Where a list begins that `push` fills and `list` ends. Lists nest.
    @inline(__always) var mark: Int { stackCount }

    @inline(__always) mutating func push(_ word: UInt32) {
        if stackCount == stackRoom { growStack() }
        stack[stackCount] = word
        stackCount += 1
    }

    @inline(__always) mutating func push(_ id: NodeId) { push(id.index) }

    @inline(never) private mutating func growStack() {
        let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: stackRoom * 2)
        larger.moveInitialize(from: stack, count: stackCount)
        stack.deallocate()
        stack = larger
        stackRoom *= 2
    }

    /// Ends the list begun at `mark`: a count (of entries of `width` words) and the words; 0 when empty.
    @inline(__always) mutating func list(from mark: Int, width: Int = 1) -> UInt32 {
        let words = stackCount - mark
        if words == 0 { return 0 }
        reserve(words + 1)
        let at = extraCount
        extra[at] = UInt32(truncatingIfNeeded: width == 1 ? words : words / width)
        var index = 0
        while index < words {
            extra[at + 1 + index] = stack[mark + index]
            index += 1
        }
        extraCount += words + 1
        stackCount = mark
        return UInt32(truncatingIfNeeded: at)
    }

    // MARK: Reporting

    func span(_ index: Int) -> Span {
        Span(file: file, start: tokens[index].start, end: tokens[index].end)
    }

    /// The place between the token before and a line's end.
    var endOfPrevious: Span {
        guard index > 0 else { return span(index) }
        let end = tokens[index - 1].end
        return Span(file: file, start: end, end: end)
    }

    func text(_ index: Int) -> String {
        let token = tokens[index]
        let length = min(Int(token.length), 60)
        return String(
            decoding: UnsafeBufferPointer(start: bytes + Int(token.start), count: length), as: UTF8.self)
    }

    /// A token as a message names it.
    func describe(_ index: Int) -> String {
        switch tokens[index].kind {
        case .endOfFile: return "the end of the file"
        case .string, .stringHead, .rawString: return "a string"
        case .stringMiddle, .stringTail: return "the end of the interpolation"
        default: return "`\(text(index))`"
        }
    }

    /// Reports unless the parser is already recovering, or has reported something at this very token.
    mutating func report(_ diagnostic: Diagnostic) {
        if panic || isSilent || lastReported == index || isQuietAtEnd && kind == .endOfFile { return }
        lastReported = index
        diagnostics.append(diagnostic)
    }

    /// Reports, and starts recovering.
    @inline(never) mutating func fail(_ diagnostic: Diagnostic) {
        // The lexer has said what is wrong with an unknown token.
        let isKnown = kind != .ampersandAmpersand || tokens[index].length == 2
        if kind != .unknown && kind != .malformedNumber && isKnown {
            report(diagnostic)
            if culprit < 0, !panic, !isSilent, kind != .endOfFile,
                SyntaxParser.misreadings.contains(diagnostic.code.number)
            {
                culprit = index
            }
        }
        if !panic { noteDamage() }
        panic = true
    }

    /// Messages that a misspelt word may be the cause of.
    private static let misreadings: Set<UInt16> = [1020, 1021, 1024]

    /// What has been read of the statement, to the end of this line, may be other than it was meant.
    private mutating func noteDamage() {
        if damage.count >= Limits.syntaxDiagnosticsMax { return }
        if let last = damage.last, last.end >= tokens[index].start { return }
        var end = Int(tokens[index].start)
        while bytes[end] != 0x0A, bytes[end] != 0 { end += 1 }
        let start = tokens[min(pieceStart, index)].start
        damage.append(Span(file: file, start: start, end: UInt32(end)))
    }

    @inline(never) mutating func failExpected(_ wanted: String, help: String? = nil, fix: Fix? = nil) {
        let lineEnded = startsLine && kind != .endOfFile && index != statementStart
        let found = lineEnded ? "the end of the line" : describe(index)
        let place = lineEnded ? endOfPrevious : span(index)
        let habit = help == nil && !lineEnded ? habit(wanted) : nil
        let advice = help ?? habit?.help ?? (lineEnded ? nil : operatorHelp) ?? fix?.title
        fail(.expected(wanted, found: found, at: place, help: advice).fixed(habit.map(\.fix) ?? fix))
    }

    /// Takes a token of a kind or fails with what was wanted.
    @inline(__always) @discardableResult
    mutating func expect(_ wanted: TokenKind, _ shown: String) -> Bool {
        if kind == wanted {
            advance()
            return true
        }
        failExpected(shown, fix: fix(missing: wanted))
        return false
    }

    @inline(__always) @discardableResult
    mutating func expect(_ word: Word) -> Bool {
        if at(word) {
            advance()
            return true
        }
        failExpected("`\(word.text)`", fix: word == .in ? fixMissingIn() : nil)
        return false
    }

    // MARK: Depth

    @inline(__always) mutating func enter() -> Bool {
        depth += 1
        return depth <= Limits.nestingDepthMax
    }

    @inline(__always) mutating func leave() { depth -= 1 }

    /// Says that nesting is too deep, once in a declaration.
    @inline(never) mutating func reportTooDeep() {
        if !reportedDepth { report(.nestingTooDeep(at: span(index))) }
        reportedDepth = true
    }

    /// Says that nesting is too deep and steps over what is inside.
    @inline(never) mutating func tooDeep(_ kind: NodeKind) -> NodeId {
        let first = index
        reportTooDeep()
        while self.kind == .bang || self.kind == .minus { advance() }
        if isOpener(self.kind) { skipBalanced() } else if !isCloser(self.kind) { advance() }
        return make(kind, first)
    }

    // MARK: Places

    /// Bytes between a token's line start and the token.
    func column(_ index: Int) -> Int {
        var at = Int(tokens[index].start)
        let start = at
        while at > 0, bytes[at - 1] != 0x0A { at -= 1 }
        return start - at
    }

    /// Bytes of blank space that the line of a token begins with.
    func indentation(_ index: Int) -> Int {
        var at = Int(tokens[index].start)
        while at > 0, bytes[at - 1] != 0x0A { at -= 1 }
        var width = 0
        while bytes[at + width] == 0x20 || bytes[at + width] == 0x09 { width += 1 }
        return width
    }

    /// Whether what is left of the line before a token is blank and the token stands at column 0.
    func isAtMargin(_ index: Int) -> Bool {
        let start = Int(tokens[index].start)
        return start == 0 || bytes[start - 1] == 0x0A
    }

    // MARK: Recovery

    func isOpener(_ kind: TokenKind) -> Bool {
        kind == .leftParen || kind == .leftBracket || kind == .leftBrace
    }

    func isCloser(_ kind: TokenKind) -> Bool {
        kind == .rightParen || kind == .rightBracket || kind == .rightBrace || kind == .endOfFile
    }

    /// Steps over an opening bracket and all up to its partner, or up to a declaration at the margin.
    mutating func skipBalanced() {
        var open = 0
        repeat {
            if isOpener(kind) { open += 1 } else if isCloser(kind) { open -= 1 }
            if kind == .endOfFile || open > 0 && isDeclarationAtMargin(index) { return }
            advance()
        } while open > 0
    }

    /// After a mistake inside brackets: goes to the next `,` (true) or to a closer or the statement's end (false).
    ///
    /// Finding either the comma or `closer` ends the panic.
    mutating func recover(inListClosedBy closer: TokenKind) -> Bool {
        let limit = column(statementStart)
        while true {
            if kind == closer {
                panic = false
                return false
            }
            if kind == .comma {
                panic = false
                return true
            }
            if isCloser(kind) || kind == .semicolon || kind == .stringMiddle || kind == .stringTail {
                return false
            }
            if startsLine && (column(index) <= limit || beginsStatement(index)) { return false }
            if isOpener(kind) { skipBalanced() } else { advance() }
        }
    }

    /// After a mistake in a statement: goes to where the next one probably begins.
    mutating func recoverStatement(from first: Int) {
        let limit = indentation(first)
        while true {
            if kind == .rightBrace || kind == .endOfFile || kind == .semicolon { break }
            if startsLine && index > first && (column(index) <= limit || beginsStatement(index)) { break }
            if isOpener(kind) { skipBalanced() } else { advance() }
        }
        panic = false
    }

    func beginsStatement(_ index: Int) -> Bool {
        switch word(at: index) {
        case .let, .var, .return, .while, .break, .continue: return true
        case .step, .signal, .query: return tokens[index + 1].kind == .identifier
        default: return isDeclarationAtMargin(index)
        }
    }

    /// Whether a declaration that cannot stand in a block begins at column 0: a brace is missing above.
    @inline(__always) func isDeclarationAtMargin(_ index: Int) -> Bool {
        names[index] != 0 && names[index] < 256 && tokens[index].newlineBefore && isAtMargin(index)
            && isNestedDeclaration(index)
    }

    /// Whether these tokens begin a declaration and nothing that a block may hold.
    func isNestedDeclaration(_ index: Int) -> Bool {
        switch word(at: index) {
        case .func, .workflow, .action, .record, .enum, .const:
            return tokens[index + 1].kind == .identifier && !tokens[index + 1].newlineBefore
        case .flow:
            let after = tokens[index + 1].kind == .endOfFile ? TokenKind.endOfFile : tokens[index + 2].kind
            return tokens[index + 1].kind == .identifier && (after == .leftParen || after == .less)
        case .extern, .use, .test, .open: return isDeclarationStart(index)
        default: return false
        }
    }

    /// Whether these tokens begin a top-level declaration.
    func isDeclarationStart(_ index: Int) -> Bool {
        guard let word = word(at: index) else { return false }
        let after = tokens[index].kind == .endOfFile ? index : index + 1
        if tokens[after].newlineBefore { return false }
        let kind = tokens[after].kind
        switch word {
        case .const, .config, .secret, .workflow, .flow, .func, .action, .record, .enum, .pool, .rate,
            .breaker, .on:
            return kind == .identifier
        case .use: return kind == .identifier || kind == .string
        case .test: return kind == .string
        case .extern: return self.word(at: after) == .action || self.word(at: after) == .func
        case .open: return self.word(at: after) == .record
        default: return false
        }
    }
}
