// A place at which refactorings are asked for: the nodes around it, what is selected, and edits of it as text.
import WfChecker
import WfCompiler
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// The caret or the selection in a file without syntax errors, and what is known there.
final class Spot {
    let server: LanguageServer
    let document: Document
    let index: TreeIndex
    let reader: TreeReader
    let scopes: Scopes
    let meanings: Meanings
    /// In bytes, without blanks at its ends; empty for a caret.
    let range: Range<UInt32>
    /// Other files that a change may have an effect on.
    let filesMax: Int
    /// The innermost node that holds the range, and what is around it.
    let chain: [NodeId]
    private(set) lazy var inspection: Inspection? = server.inspection(document.path)
    /// Whether files are as `wfc fmt` has them, as far as somebody has asked.
    var formattedFiles: [FileId: Bool] = [:]
    /// Where files can be cut, as far as somebody has asked.
    var fileCuts: [FileId: Cuts] = [:]
    /// Names that the file mentions anywhere.
    private(set) lazy var words: Set<String> = {
        var words: Set<String> = []
        for index in 0..<UInt32(reader.tokenCount) where reader.token(TokenId(index)).kind == .identifier {
            words.insert(reader.text(TokenId(index)))
        }
        return words
    }()

    init(_ request: CodeActionRequest, _ server: LanguageServer) {
        self.server = server
        document = request.document
        filesMax = request.isInvoked ? Int.max : ServerLimits.filesTriedMax
        index = server.index(document)
        reader = document.reader
        meanings = Meanings(server, document)
        scopes = meanings.scopes
        var (start, end) = (request.range.lowerBound, request.range.upperBound)
        let bytes = document.bytes
        func isBlank(_ at: UInt32) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(bytes[Int(at)]) }
        while start < end, isBlank(start) { start += 1 }
        while end > start, isBlank(end - 1) { end -= 1 }
        range = start..<end
        let (index, reader) = (index, reader)
        let inner = index.token(at: start).map { index.owner(of: $0) } ?? index.node(at: start)
        chain = index.ancestors(inner).filter {
            reader.span($0).start <= start && end <= reader.span($0).end
        }
    }

    var isCaret: Bool { range.isEmpty }
    var file: FileId { document.tree.file }

    /// The declaration of the file that holds the place.
    var item: NodeId? {
        chain.first { reader.kind(index.parent($0)) == .sourceFile }
    }

    /// Whether the declaration around has a mistake: then nobody knows what it means.
    private(set) lazy var hasErrors: Bool = {
        guard let item else { return false }
        let span = reader.span(item)
        return server.workspace.diagnostics(document.path).contains {
            $0.severity == .error && $0.span.start < span.end && span.start < $0.span.end
        }
    }()

    // MARK: nodes

    func kind(_ id: NodeId) -> NodeKind { reader.kind(id) }
    func text(_ id: NodeId) -> String { reader.text(id) }
    func span(_ id: NodeId) -> Span { reader.span(id) }
    func parent(_ id: NodeId) -> NodeId { index.parent(id) }

    /// The innermost node of some kinds around the place, none of whose blocks holds it.
    func near(_ kinds: NodeKind...) -> NodeId? {
        for id in chain {
            if kinds.contains(kind(id)) { return id }
            // at its opening brace, the caret is at what the block belongs to
            if kind(id) == .block, !(id == chain.first && span(id).start == range.lowerBound) { return nil }
        }
        return nil
    }

    /// The declaration whose head holds the place.
    func head(_ kinds: NodeKind...) -> NodeId? {
        guard isCaret, let item, kinds.contains(kind(item)), !chain.contains(where: { kind($0) == .block })
        else {
            return nil
        }
        return item
    }

    /// Everything below a node, in the order in which it was made: children before their parents.
    func descendants(_ id: NodeId) -> [NodeId] {
        let first = reader.node(id).first
        var list: [NodeId] = []
        var at = id.index - 1
        while at > 0, reader.node(NodeId(at)).first >= first {
            list.append(NodeId(at))
            at -= 1
        }
        return list.reversed()
    }

    func contains(_ outer: NodeId, _ inner: NodeId) -> Bool {
        let (big, small) = (span(outer), span(inner))
        return big.start <= small.start && small.end <= big.end
    }

    /// The expression that is exactly selected.
    var selectedExpression: NodeId? {
        if isCaret { return nil }
        return chain.first {
            span($0).start == range.lowerBound && span($0).end == range.upperBound && isExpression($0)
        }
    }

    /// Statements of one block that are exactly selected.
    private(set) lazy var selectedStatements: (block: NodeId, statements: [NodeId])? = {
        guard !isCaret, let block = chain.first(where: { kind($0) == .block }) else { return nil }
        let all = Array(BlockView(reader, block).statements)
        let inside = all.filter { span($0).start >= range.lowerBound && span($0).end <= range.upperBound }
        guard let first = inside.first, let last = inside.last, span(first).start == range.lowerBound,
            span(last).end == range.upperBound
        else { return nil }
        return (block, inside)
    }()

    func isExpression(_ id: NodeId) -> Bool {
        let raw = kind(id).rawValue
        return raw >= NodeKind.intExpr.rawValue && raw < NodeKind.errorExpr.rawValue
            && ![.recordField, .lambdaParameter, .matchArm, .loopVariable, .raceBranch, .catchClause]
                .contains(kind(id))
    }

    /// The statement of a block that holds a node.
    func statement(_ id: NodeId) -> NodeId? {
        index.ancestors(id).first { kind(parent($0)) == .block }
    }

    func block(_ id: NodeId) -> NodeId? { index.ancestors(id).first { kind($0) == .block } }

    func statements(_ block: NodeId) -> [NodeId] { Array(BlockView(reader, block).statements) }

    /// The value of a block: its last statement, when that is an expression.
    func blockValue(_ block: NodeId) -> NodeId? {
        guard let last = statements(block).last, kind(last) == .exprStmt else { return nil }
        return ExprStmtView(reader, last).value
    }

    /// Whether the place belongs to a func's body, whose statements run in the order of the page.
    var isInFunc: Bool { item.map { kind($0) == .funcDecl } ?? false }
    var isInWorkflow: Bool { item.map { kind($0) == .workflowDecl } ?? false }

    /// What stands between the braces of a block, with its comments.
    func inside(_ block: NodeId) -> String {
        let span = span(block)
        return reader.text(Span(file: file, start: span.start + 1, end: span.end - 1))
    }

    // MARK: edits

    func replace(_ id: NodeId, _ text: String) -> TextEdit { TextEdit(span(id), text) }
    func replace(_ start: UInt32, _ end: UInt32, _ text: String) -> TextEdit {
        TextEdit(Span(file: file, start: start, end: end), text)
    }
    func insert(_ place: UInt32, _ text: String) -> TextEdit { replace(place, place, text) }

    /// Takes a statement away with its line's end.
    func removeStatement(_ id: NodeId) -> TextEdit {
        let bytes = document.bytes
        var end = Int(span(id).end)
        while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x3B { end += 1 }
        if end + 1 < bytes.count, bytes[end] == 0x0D, bytes[end + 1] == 0x0A { end += 1 }
        if end < bytes.count, bytes[end] == 0x0A { end += 1 }
        return replace(span(id).start, UInt32(end), "")
    }

    /// In front of a declaration and of its documentation.
    func before(_ item: NodeId) -> UInt32 {
        let trivia = reader.triviaSpan(before: reader.firstToken(item))
        let text = reader.text(trivia)
        var place = span(item).start
        var lines = text.sourceLines
        lines.removeLast()
        while let line = lines.last, line.drop(while: { $0 == " " }).hasPrefix("//") {
            place -= UInt32(line.utf8.count) + 1
            lines.removeLast()
        }
        return max(place, trivia.start)
    }

    /// A name that the file does not mention.
    func fresh(_ base: String) -> String {
        func isFree(_ name: String) -> Bool {
            !words.contains(name) && BuiltinNames.functions[name] == nil && !isReserved(name)
                && server.core(server.workspace.interner.intern(name)) == nil
        }
        if isFree(base) { return base }
        for number in 2...999 where isFree("\(base)\(number)") { return "\(base)\(number)" }
        return base
    }

    func isReserved(_ name: String) -> Bool {
        Word.allCases.contains { $0.isReserved && $0.text == name }
    }

    /// Whether a word can be declared.
    func isName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return !bytes.isEmpty && !(0x30...0x39).contains(bytes[0]) && !isReserved(name)
            && bytes.allSatisfy {
                $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) && $0 < 0x80
            }
    }

    // MARK: types

    func type(_ id: NodeId) -> TypeId? { inspection?.type(of: id) }
    func typeText(_ id: NodeId) -> String? {
        inspection.flatMap { found in found.type(of: id).map { found.text($0) } }
    }

    func typeKind(_ id: NodeId) -> TypeKind? {
        inspection.flatMap { found in found.type(of: id).map { found.kind($0) } }
    }

    /// The type of the name declared at a token.
    func declaredType(_ token: TokenId) -> TypeId? { inspection?.type(ofNameAt: reader.span(token).start) }
}
