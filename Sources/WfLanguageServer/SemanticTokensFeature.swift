// Every token's kind, for editors that colour by meaning: whole files, ranges, and differences to an earlier answer.
import WfSource
import WfSyntax

/// The kinds and modifiers of the answers, by number.
enum SemanticLegend {
    enum Kind: Int, CaseIterable {
        case keyword, comment, string, number, `operator`, namespace, type, typeParameter, parameter, variable
        case property, enumMember, function, method, event, decorator
    }

    static let declaration = 1
    static let readonly = 2
    static let documentation = 4
    static let defaultLibrary = 8

    static let json: Json = [
        "tokenTypes": .array(Kind.allCases.map { .string("\($0)") }),
        "tokenModifiers": ["declaration", "readonly", "documentation", "defaultLibrary"],
    ]
}

/// A coloured piece of a text.
struct SemanticToken {
    var span: Span
    var kind: SemanticLegend.Kind
    var modifiers = 0
}

extension LanguageServer {
    func semanticTokensFull(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let data = encoded(semanticTokens(document), document)
        return ["resultId": .string(remember(document.path, data)), "data": .array(data.map { .int($0) })]
    }

    func semanticTokensRange(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let start = document.offset(parameters["range"]["start"])
        let end = document.offset(parameters["range"]["end"])
        let tokens = semanticTokens(document).filter { $0.span.end > start && $0.span.start < end }
        return ["data": .array(encoded(tokens, document).map { .int($0) })]
    }

    func semanticTokensDelta(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let data = encoded(semanticTokens(document), document)
        let id = parameters["previousResultId"].string
        let before = tokenAnswers.last { $0.id == id && $0.path == document.path }?.data
        let new: Json = .string(remember(document.path, data))
        guard let before else { return ["resultId": new, "data": .array(data.map { .int($0) })] }
        var head = 0
        while head < before.count, head < data.count, before[head] == data[head] { head += 1 }
        var tail = 0
        while tail < before.count - head, tail < data.count - head,
            before[before.count - 1 - tail] == data[data.count - 1 - tail]
        { tail += 1 }
        let removed = before.count - head - tail
        let added = data[head..<data.count - tail]
        if removed == 0 && added.isEmpty { return ["resultId": new, "edits": []] }
        return [
            "resultId": new,
            "edits": [
                [
                    "start": .int(head), "deleteCount": .int(removed),
                    "data": .array(added.map { .int($0) }),
                ]
            ],
        ]
    }

    private func remember(_ path: String, _ data: [Int]) -> String {
        answerCount += 1
        if tokenAnswers.count >= ServerLimits.tokenAnswersMax { tokenAnswers.removeFirst() }
        tokenAnswers.append(("\(answerCount)", path, data))
        return "\(answerCount)"
    }

    /// Five numbers a token, each place relative to the one before; a token of several lines is cut at their ends.
    private func encoded(_ tokens: [SemanticToken], _ document: Document) -> [Int] {
        var data: [Int] = []
        data.reserveCapacity(tokens.count * 5)
        var last = TextPosition(line: 0, character: 0)
        func add(_ start: Int, _ end: Int, _ token: SemanticToken) {
            let first = document.lines.position(of: start, in: document.bytes, document.encoding)
            let behind = document.lines.position(of: end, in: document.bytes, document.encoding)
            if behind.character <= first.character { return }
            let isSameLine = first.line == last.line
            data += [
                first.line - last.line, isSameLine ? first.character - last.character : first.character,
                behind.character - first.character, token.kind.rawValue, token.modifiers,
            ]
            last = first
        }
        for token in tokens {
            var start = Int(token.span.start)
            let end = Int(token.span.end)
            while start < end {
                let line = document.lines.line(of: start)
                add(start, min(end, document.lines.contentEnd(line, document.bytes)), token)
                guard line + 1 < document.lines.starts.count else { break }
                start = document.lines.starts[line + 1]
            }
        }
        return data
    }

    /// In order of the page.
    private func semanticTokens(_ document: Document) -> [SemanticToken] {
        let reader = document.reader
        let meanings = Meanings(self, document)
        var tokens = Comments.all(document).map { span in
            let isDoc =
                reader.text(Span(file: span.file, start: span.start, end: min(span.end, span.start + 3)))
                == "///"
            return SemanticToken(
                span: span, kind: .comment, modifiers: isDoc ? SemanticLegend.documentation : 0)
        }
        for number in 0..<UInt32(reader.tokenCount) {
            let token = TokenId(number)
            if let (kind, modifiers) = kind(token, meanings) {
                tokens.append(SemanticToken(span: reader.span(token), kind: kind, modifiers: modifiers))
            }
        }
        return tokens.sorted { $0.span.start < $1.span.start }
    }

    private func kind(_ token: TokenId, _ meanings: Meanings) -> (SemanticLegend.Kind, Int)? {
        switch meanings.reader.token(token).kind {
        case .identifier: return name(token, meanings)
        case .integer, .float, .duration, .statusClass: return (.number, 0)
        case .string, .stringHead, .stringMiddle, .stringTail, .rawString: return (.string, 0)
        case .arrow, .fatArrow, .plus, .minus, .star, .slash, .percent, .equalEqual, .bangEqual, .less,
            .lessEqual,
            .greater, .greaterEqual, .ampersandAmpersand, .pipePipe, .questionQuestion, .dotDotLess,
            .ellipsis,
            .dotDot, .equal, .plusEqual, .minusEqual, .starEqual, .slashEqual, .percentEqual, .bang:
            return (.operator, 0)
        default: return nil
        }
    }

    private func name(_ token: TokenId, _ meanings: Meanings) -> (SemanticLegend.Kind, Int)? {
        let reader = meanings.reader
        let owner = meanings.index.owner(of: token)
        if owner.isNone || reader.text(token) == "_" { return nil }
        if let declared = meanings.scopes.declaredName(owner), declared.token == token {
            return (kind(of: owner, reader), SemanticLegend.declaration | constancy(of: owner, reader))
        }
        switch reader.kind(owner) {
        case .nameExpr:
            let isStart =
                reader.text(token) == "start" && reader.kind(meanings.index.parent(owner)) == .flowEdge
            return meaningKind(meanings.expression(owner)) ?? (isStart ? .keyword : .variable, 0)
        case .memberExpr:
            guard token == MemberExprView(reader, owner).nameToken else { return (.keyword, 0) }
            let parent = meanings.index.parent(owner)
            let isCall = reader.kind(parent) == .callExpr && CallExprView(reader, parent).callee == owner
            if let base = meanings.expression(MemberExprView(reader, owner).base), moduleFile(base) != nil,
                let found = meaningKind(meanings.expression(owner))
            {
                return found
            }
            if let found = meaningKind(meanings.expression(owner)), found.0 == .enumMember { return found }
            return (isCall ? .method : .property, 0)
        case .implicitMemberExpr: return (.enumMember, 0)
        case .recordField: return (.property, 0)
        case .namedType:
            let view = NamedTypeView(reader, owner)
            if token != view.nameToken { return (.namespace, 0) }
            if case .declared? = meanings.type(view, token),
                let local = meanings.scopes.local(view.name, at: owner, reader.span(owner).start),
                reader.kind(local.node) == .typeParameter
            {
                return (.typeParameter, 0)
            }
            return (
                .type, BuiltinNames.types.contains(reader.text(token)) ? SemanticLegend.defaultLibrary : 0
            )
        case .casePattern:
            return token == CasePatternView(reader, owner).nameToken ? (.enumMember, 0) : (.type, 0)
        case .casePatternArgument: return (.parameter, 0)
        case .callExpr where reader.token(TokenId(token.index + 1)).kind == .colon: return (.parameter, 0)
        case .faultPattern: return (.event, 0)
        case .useDecl:
            let text = reader.text(token)
            let isWord =
                token == reader.firstToken(owner) || text == "as" && UseDeclView(reader, owner).hasAlias
            return isWord ? (.keyword, 0) : (.namespace, 0)
        case .errorExpr, .errorStmt, .errorDecl:
            return Keywords.documentation[reader.text(token)] == nil ? nil : (.keyword, 0)
        default: return (.keyword, 0)
        }
    }

    private func meaningKind(_ meaning: Meaning?) -> (SemanticLegend.Kind, Int)? {
        switch meaning {
        case .declared(let file, let place)?:
            guard let found = declaration(file, place) else { return nil }
            return (
                kind(of: found.node, found.reader),
                constancy(of: found.node, found.reader)
                    | (workspace.isLibrary(file) ? SemanticLegend.defaultLibrary : 0)
            )
        case .module?: return (.namespace, 0)
        case .builtin?: return (.function, SemanticLegend.defaultLibrary)
        case .type?: return (.type, SemanticLegend.defaultLibrary)
        case nil: return nil
        }
    }

    /// Whether a name stands for the same value in every run, or in all of one.
    private func constancy(of id: NodeId, _ reader: TreeReader) -> Int {
        [.constDecl, .configDecl, .secretDecl].contains(reader.kind(id)) ? SemanticLegend.readonly : 0
    }

    private func kind(of id: NodeId, _ reader: TreeReader) -> SemanticLegend.Kind {
        switch reader.kind(id) {
        case .useDecl: return .namespace
        case .recordDecl, .enumDecl: return .type
        case .typeParameter: return .typeParameter
        case .parameter, .lambdaParameter, .enumPayload: return .parameter
        case .fieldDecl: return .property
        case .enumCaseDecl: return .enumMember
        case .funcDecl, .externFuncDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl:
            return .function
        case .signalStmt, .queryStmt, .raceBranch: return .event
        default: return .variable
        }
    }
}
