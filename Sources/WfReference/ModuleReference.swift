// What a module declares, as its readers see it: signatures, and what the doc comments say. Made from syntax alone, so that a
// module can be described that does not check yet.
import WfSource
public import WfSyntax

/// A stretch of a signature; `type` when it is the name of a type that may be linked.
public struct SignaturePiece: Equatable, Sendable {
    public var text: String
    public var isName: Bool
}

/// One declaration.
public struct DeclarationReference: Sendable {
    /// `action`, `record`: the word that declares it.
    public var kind: String
    public var name: String
    public var signature: [SignaturePiece]
    /// Markdown.
    public var documentation: String

    public var signatureText: String { signature.map(\.text).joined() }
}

/// One module.
public struct ModuleReference: Sendable {
    /// What its page is called: `std.file`, `flows/pay.wf`.
    public var title: String
    /// The page's name without suffix.
    public var page: String
    public var documentation: String
    public var declarations: [DeclarationReference]

    public init(_ tree: SyntaxTree, title: String, page: String) {
        self.title = title
        self.page = page
        let reader = tree.reader
        documentation = ModuleReference.introduction(String(decoding: tree.source.bytes, as: UTF8.self))
        declarations = tree.rootView.items.compactMap { ModuleReference.declaration($0, reader) }
    }

    /// The comment that a file opens with, when a blank line separates it from what follows.
    private static func introduction(_ text: String) -> String {
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("//") else { return line.allSatisfy(\.isWhitespace) ? joined(lines) : "" }
            let body = line.drop { $0 == "/" }
            lines.append(String(body.hasPrefix(" ") ? body.dropFirst() : body))
        }
        return joined(lines)
    }

    private static func joined(_ lines: [String]) -> String {
        lines.filter { !$0.hasPrefix("@") }.joined(separator: "\n")
    }

    private static func declaration(_ item: NodeId, _ reader: TreeReader) -> DeclarationReference? {
        let first = reader.firstToken(item)
        var last = reader.lastToken(item)
        let name: TokenId
        var inside: [SignaturePiece] = []
        switch reader.kind(item) {
        case .constDecl, .configDecl: name = ConstDeclView(reader, item).nameToken
        case .secretDecl: name = SecretDeclView(reader, item).nameToken
        case .poolDecl: name = PoolDeclView(reader, item).nameToken
        case .rateDecl: name = RateDeclView(reader, item).nameToken
        case .breakerDecl: name = BreakerDeclView(reader, item).nameToken
        case .recordDecl: name = RecordDeclView(reader, item).nameToken
        case .enumDecl: name = EnumDeclView(reader, item).nameToken
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl:
            let view = CallableDeclView(reader, item)
            name = view.nameToken
            // What it does inside is its own business.
            if let rest = view.body ?? view.clauses.first {
                last = TokenId(reader.firstToken(rest).index - 1)
            }
            if let body = view.body { inside = waits(body, reader) }
        default: return nil
        }
        let words = reader.text(first)
        let kind = words == "extern" || words == "open" ? reader.text(TokenId(first.index + 1)) : words
        return DeclarationReference(
            kind: kind, name: reader.text(name), signature: pieces(first, last, reader) + inside,
            documentation: reader.documentation(item) ?? "")
    }

    /// The signals that a workflow takes and the queries that it answers, a line each, with what is said about them.
    private static func waits(_ body: NodeId, _ reader: TreeReader) -> [SignaturePiece] {
        var result: [SignaturePiece] = []
        for statement in BlockView(reader, body).statements {
            let type: NodeId?
            switch reader.kind(statement) {
            case .signalStmt: type = SignalStmtView(reader, statement).type
            case .queryStmt: type = QueryStmtView(reader, statement).type
            default: continue
            }
            guard let type else { continue }
            for line in (reader.documentation(statement) ?? "").split(separator: "\n") {
                result.append(SignaturePiece(text: "\n    /// \(line)", isName: false))
            }
            result.append(SignaturePiece(text: "\n    ", isName: false))
            result += pieces(reader.firstToken(statement), reader.lastToken(type), reader)
        }
        return result
    }

    private static func pieces(_ first: TokenId, _ last: TokenId, _ reader: TreeReader) -> [SignaturePiece] {
        var pieces: [SignaturePiece] = []
        for index in first.index...last.index {
            let token = TokenId(index)
            if index > first.index {
                let trivia = reader.text(reader.triviaSpan(before: token))
                if !trivia.isEmpty { pieces.append(SignaturePiece(text: trivia, isName: false)) }
            }
            let isName = reader.token(token).kind == .identifier
            pieces.append(SignaturePiece(text: reader.text(token), isName: isName))
        }
        return pieces
    }
}
