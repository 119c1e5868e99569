// Which words of the language can stand at a place: each is put there in turn, and the parser says whether it reads it as a
// word. So every word is offered where the grammar has it, and nowhere else, in code that is not finished too.
// Knows no types and no names.
import WfDiagnostics
import WfSource
import WfSyntax

/// The declaration around a place, cut out, with the brackets closed that are still open.
struct CompletionChunk {
    /// For the words that are tried: up to the place, and behind it, what closes the brackets included. Of a long declaration only
    /// the lines around the place and the heads of the blocks that it is in.
    private let head: [UInt8]
    private let tail: [UInt8]
    /// Whether an action is being written.
    let isAction: Bool
    /// What closes the brackets that are open at the chunk's end, and where in the text that belongs.
    let closers: [UInt8]
    let end: Int
    /// The chunk with a name at the place.
    let trial: WordTrial
    private let interner: Interner
    /// Whether there is a misspelt word about, without which nothing is repaired when words are tried.
    private let repairs: Bool
    /// What is written of the word so far, in small letters.
    private let prefix: [UInt8]

    static let placeholder = "wfPlace"

    /// - Parameters:
    ///   - start: where the word at the place begins.
    ///   - offset: the place.
    init(_ bytes: [UInt8], start: Int, offset: Int, _ interner: Interner) {
        self.interner = interner
        prefix = String(decoding: bytes[start..<offset], as: UTF8.self).lowercased().utf8.map { $0 }
        var first = CompletionChunk.lineStart(bytes, start)
        let own = first
        while first > 0, !CompletionChunk.beginsDeclaration(bytes, first) {
            first = CompletionChunk.lineStart(bytes, first - 1)
        }
        var end = own
        while end < bytes.count {
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            end = min(end + 1, bytes.count)
            if end < bytes.count, CompletionChunk.beginsDeclaration(bytes, end) { break }
        }
        let word = Array(bytes[start..<offset]) + Array(CompletionChunk.placeholder.utf8)
        let head = Array(bytes[first..<start])
        let rest = Array(bytes[offset..<max(end, offset)])
        let (closers, isLast) = CompletionChunk.closers(head, word, rest, interner)
        self.closers = closers
        self.end = isLast ? offset : max(end, offset)
        let behind = isLast ? closers + rest : rest + closers
        trial = WordTrial(head, word, behind, interner)
        repairs = trial.mistakes != WordTrial(head, word, behind, interner, repairs: false).mistakes
        isAction = head.starts(with: Array("action ".utf8))
        self.head = CompletionChunk.heads(head)
        let near = CompletionChunk.lines(rest, ServerLimits.completionLinesMax)
        let (ends, isNearLast) = CompletionChunk.closers(self.head, word, near, interner)
        tail = isNearLast ? ends + near : near + ends
    }

    /// What closes the brackets that are open at a text's end, and whether nothing stands behind the word in it.
    private static func closers(
        _ head: [UInt8], _ word: [UInt8], _ rest: [UInt8], _ interner: Interner
    ) -> ([UInt8], Bool) {
        let open = WordTrial(head, word, rest, interner).openBrackets
        let isLast = rest.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        return (open.isEmpty ? [] : isLast ? open : [0x0A] + open, isLast)
    }

    /// The first lines of a text.
    private static func lines(_ text: [UInt8], _ count: Int) -> [UInt8] {
        Array(
            text.split(separator: 0x0A, omittingEmptySubsequences: false).prefix(count).joined(separator: [
                0x0A
            ]))
    }

    /// The last lines of a text, below those above that stand less deep than all between.
    private static func heads(_ text: [UInt8]) -> [UInt8] {
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.count <= ServerLimits.completionLinesMax { return text }
        func depth(_ line: ArraySlice<UInt8>) -> Int { line.prefix { $0 == 0x20 || $0 == 0x09 }.count }
        var kept = Array(lines.suffix(ServerLimits.completionLinesMax))
        var least = kept.filter { !$0.isEmpty }.map { depth($0) }.min() ?? 0
        for line in lines.dropLast(ServerLimits.completionLinesMax).reversed()
        where !line.isEmpty && depth(line) < least {
            least = depth(line)
            kept.insert(line, at: 0)
        }
        return Array(kept.joined(separator: [0x0A]))
    }

    private static func lineStart(_ bytes: [UInt8], _ offset: Int) -> Int {
        var first = offset
        while first > 0, bytes[first - 1] != 0x0A { first -= 1 }
        return first
    }

    private static let declarations = Set(
        (Keywords.declarations.map(\.word) + ["//"]).map { Array($0.utf8) })

    /// Whether a line begins with a comment or a word that begins a declaration, at the margin.
    private static func beginsDeclaration(_ bytes: [UInt8], _ line: Int) -> Bool {
        var end = line
        while end < bytes.count, CompletionText.isWord(bytes[end]) || bytes[end] == 0x2F && end < line + 2 {
            end += 1
        }
        return declarations.contains(Array(bytes[line..<end]))
    }

    /// Whether something stands behind the place on its line that is not a closing bracket.
    private var isFollowed: Bool {
        guard let next = tail.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return false }
        return ![0x0A, 0x0D, 0x7D, 0x29, 0x5D, 0x2C].contains(next)
    }

    /// What of a list can be written at the place, each word once, with its snippet where all of that can. Only words that
    /// have the letters of the one at the place, in order, are tried.
    func words(of list: [Keyword]) -> [(keyword: Keyword, trial: WordTrial)] {
        if head.count + tail.count > ServerLimits.completionBytesMax { return [] }
        var found: [(keyword: Keyword, trial: WordTrial)] = []
        var words: Set<String> = []
        // Words that may stand there without what the snippet adds.
        var rest: [Keyword] = []
        for keyword in list where isMeant(keyword.word) && !words.contains(keyword.word) {
            switch tried(keyword) {
            case .accepted(let own, let trial):
                words.insert(keyword.word)
                found.append((own, trial))
            case .open: rest.append(keyword)
            case .refused: break
            }
        }
        for keyword in rest where !words.contains(keyword.word) {
            words.insert(keyword.word)
            let trial = WordTrial(head, Array(keyword.word.utf8), tail, interner, repairs: repairs)
            if !trial.isWrong, trial.isWord {
                found.append((Keyword(keyword.word, keyword.word, keyword.documentation), trial))
            }
        }
        return found
    }

    private func isMeant(_ word: String) -> Bool {
        var left = prefix[...]
        for letter in word.utf8 where letter == left.first { left.removeFirst() }
        return left.isEmpty
    }

    private enum Outcome {
        case accepted(Keyword, WordTrial)
        /// Something behind the word is wrong.
        case open
        /// The word itself is.
        case refused
    }

    private func tried(_ keyword: Keyword) -> Outcome {
        if isFollowed {
            let trial = WordTrial(head, Array(keyword.word.utf8), tail, interner, repairs: repairs)
            // it may run into what follows, where the snippet does not
            if trial.isRightToLineEnd, trial.isWord {
                return .accepted(Keyword(keyword.word, keyword.word, keyword.documentation), trial)
            }
        }
        let trial = WordTrial(head, Array(keyword.plain.utf8), tail, interner, repairs: repairs)
        if trial.isWrong { return .refused }
        return trial.isRight && trial.isWord ? .accepted(keyword, trial) : .open
    }
}

/// A tree, indexed when that is asked for.
private final class LazyIndex {
    private let tree: SyntaxTree
    private(set) lazy var index = TreeIndex(tree)

    init(_ tree: SyntaxTree) { self.tree = tree }
}

/// A chunk with something written at the place, as the parser reads it.
struct WordTrial {
    private let tree: LazyIndex
    private let bytes: [UInt8]
    private let diagnostics: [Diagnostic]
    private let start: UInt32
    private let end: UInt32
    var index: TreeIndex { tree.index }
    private var reader: TreeReader { index.reader }

    init(
        _ head: [UInt8], _ written: [UInt8], _ tail: [UInt8], _ interner: Interner, repairs: Bool = true
    ) {
        var sink = DiagnosticSink()
        bytes = head + written + tail
        let source = SourceFile(path: "", bytes: bytes)
        tree = LazyIndex(
            Parser.parse(source, file: FileId(0), interner: interner, repairs: repairs, into: &sink))
        diagnostics = sink.diagnostics
        start = UInt32(head.count)
        end = UInt32(head.count + written.count)
    }

    /// How many mistakes the parser sees.
    var mistakes: Int { diagnostics.count }

    /// The token at the place; nil in a comment.
    var token: TokenId? {
        guard let token = index.token(at: start), reader.token(token).start <= start else { return nil }
        return token
    }

    var isInString: Bool { token.map { reader.token($0).kind != .identifier } ?? false }
    var isInComment: Bool { token == nil }

    /// Whether the parser stumbles over the token at the place.
    var isWrong: Bool { hasDiagnostic(from: start, to: start + 1) }

    /// Whether no name can stand at the place.
    var isMisplaced: Bool {
        guard isWrong, let token else { return false }
        switch reader.kind(index.owner(of: token)) {
        case .nameExpr, .memberExpr, .implicitMemberExpr, .namedType, .recordField, .bindingPattern,
            .casePattern, .faultPattern:
            return false
        default: return true
        }
    }

    /// Whether nothing is wrong with what is written.
    var isRight: Bool { !hasDiagnostic(from: start, to: end) }

    /// Whether nothing is wrong from the place to the end of its line.
    var isRightToLineEnd: Bool {
        var behind = Int(end)
        while behind < bytes.count, bytes[behind] != 0x0A { behind += 1 }
        return !hasDiagnostic(from: start, to: UInt32(behind))
    }

    private func hasDiagnostic(from: UInt32, to end: UInt32) -> Bool {
        diagnostics.contains { $0.span.start < end && max($0.span.end, $0.span.start + 1) > from }
    }

    /// The node that the word at the place belongs to, when it is read as a word and not as a name.
    var owner: NodeId? {
        guard let token, reader.token(token).kind == .identifier, !isWrong else { return nil }
        let owner = index.owner(of: token)
        if owner.isNone { return nil }
        if let declared = Scopes(index: index).declaredName(owner), declared.token == token { return nil }
        switch reader.kind(owner) {
        case .nameExpr:
            let parent = index.parent(owner)
            return reader.kind(parent) == .flowEdge && reader.text(token) == "start" ? parent : nil
        case .memberExpr, .implicitMemberExpr, .recordField, .namedType, .casePattern,
            .casePatternArgument, .faultPattern, .errorExpr, .errorStmt, .errorDecl, .errorType,
            .errorPattern:
            return nil
        case .callExpr, .useDecl: return reader.firstToken(owner) == token ? owner : nil
        default: return owner
        }
    }

    var isWord: Bool { owner != nil }

    /// Whether what the word belongs to begins with it.
    func begins(_ word: String) -> Bool {
        owner.map { reader.text(reader.firstToken($0)) == word && reader.firstToken($0) == token } ?? false
    }

    /// The clause that the word begins.
    var clause: NodeId? {
        guard let owner, [.clause, .retryClause].contains(reader.kind(owner)),
            reader.firstToken(owner) == token
        else { return nil }
        return owner
    }

    /// Whether the statement or declaration of a clause has another one of its kind.
    func isGivenTwice(_ clause: NodeId) -> Bool {
        func kind(_ id: NodeId) -> String { reader.text(reader.firstToken(id)) }
        let parent = index.parent(clause)
        let own = kind(clause)
        if own == "after" { return false }
        for number in 1..<UInt32(reader.nodeCount) {
            let other = NodeId(number)
            if other != clause, [.clause, .retryClause].contains(reader.kind(other)),
                index.parent(other) == parent, kind(other) == own
            {
                return true
            }
        }
        return false
    }

    /// Whether a clause's word stands where a new statement would: at the start of a line, not deeper than its step.
    func isAtStatement(_ clause: NodeId) -> Bool {
        guard reader.token(reader.firstToken(clause)).newlineBefore else { return false }
        return column(reader.span(clause).start) <= column(reader.span(index.parent(clause)).start)
    }

    private func column(_ offset: UInt32) -> Int {
        var first = Int(offset)
        while first > 0, bytes[first - 1] != 0x0A { first -= 1 }
        return bytes[first...].prefix { $0 == 0x20 || $0 == 0x09 }.count
    }

    /// What would close the brackets that are open at the end.
    fileprivate var openBrackets: [UInt8] {
        var stack: [[UInt8]] = []
        func close(_ closer: String) {
            let bytes = Array(closer.utf8)
            guard let last = stack.lastIndex(of: bytes) else { return }
            stack.removeSubrange(last...)
        }
        for number in 0..<UInt32(reader.tokenCount) {
            switch reader.token(TokenId(number)).kind {
            case .leftParen: stack.append(Array(")".utf8))
            case .leftBracket: stack.append(Array("]".utf8))
            case .leftBrace: stack.append(Array("}".utf8))
            case .stringHead: stack.append(Array("}\"".utf8))
            case .rightParen: close(")")
            case .rightBracket: close("]")
            case .rightBrace: close("}")
            case .stringTail: close("}\"")
            default: break
            }
        }
        return stack.reversed().flatMap { $0 }
    }
}
