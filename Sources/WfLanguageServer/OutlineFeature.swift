// The shape of a file: symbols, foldable ranges, selections that grow, links to other files; and symbols of all files.
import WfSource
import WfSyntax

/// The protocol's numbers for kinds of symbols.
enum SymbolNumber: Int {
    case module = 2, namespace = 3, method = 6, field = 8, enumeration = 10, function = 12, variable = 13
    case constant = 14, key = 20, enumMember = 22, record = 23, event = 24, property = 7, typeParameter = 26
}

/// A symbol of a file and those inside it.
struct OutlineSymbol {
    var name: String
    var detail: String
    var kind: SymbolNumber
    var whole: Span
    var selection: Span
    var children: [OutlineSymbol]
}

/// The symbols of a tree.
struct Outline {
    let reader: TreeReader
    let scopes: Scopes

    init(_ index: TreeIndex) {
        reader = index.reader
        scopes = Scopes(index: index)
    }

    func symbols(_ root: NodeId) -> [OutlineSymbol] {
        SourceFileView(reader, root).items.compactMap { symbol($0) }
    }

    private func symbol(_ id: NodeId) -> OutlineSymbol? {
        if reader.kind(id) == .testDecl {
            let view = TestDeclView(reader, id)
            let title = reader.text(view.title)
            return OutlineSymbol(
                name: "test \(title)", detail: "", kind: .event, whole: reader.span(id),
                selection: reader.span(view.title), children: inside(view.body))
        }
        if reader.kind(id) == .triggerDecl {
            let view = TriggerDeclView(reader, id)
            let head = Span(
                file: reader.file, start: reader.span(id).start,
                end: reader.span(view.subject ?? id).end)
            return OutlineSymbol(
                name: view.subject == nil ? "on" : reader.text(head), detail: "", kind: .event,
                whole: reader.span(id), selection: reader.span(view.eventToken), children: inside(view.body))
        }
        guard let kind = kind(id), let name = scopes.declaredName(id) else { return nil }
        return OutlineSymbol(
            name: reader.text(name.token), detail: detail(id), kind: kind, whole: reader.span(id),
            selection: reader.span(name.token), children: children(id))
    }

    private func kind(_ id: NodeId) -> SymbolNumber? {
        switch reader.kind(id) {
        case .useDecl: return .namespace
        case .constDecl, .configDecl: return .constant
        case .secretDecl, .poolDecl, .rateDecl, .breakerDecl: return .key
        case .recordDecl: return .record
        case .enumDecl: return .enumeration
        case .fieldDecl: return .field
        case .enumCaseDecl: return .enumMember
        case .funcDecl, .externFuncDecl: return .function
        case .workflowDecl, .flowDecl: return .module
        case .actionDecl, .externActionDecl: return .method
        case .stepStmt, .flowStep, .raceBranch: return .variable
        case .flowGate, .flowEnd: return .event
        case .letStmt: return .variable
        case .signalStmt, .queryStmt: return .property
        default: return nil
        }
    }

    private func detail(_ id: NodeId) -> String {
        func text(_ node: NodeId?) -> String { node.map { reader.text($0) } ?? "" }
        switch reader.kind(id) {
        case .constDecl, .configDecl: return text(ConstDeclView(reader, id).type)
        case .fieldDecl: return text(FieldDeclView(reader, id).type)
        case .signalStmt: return text(SignalStmtView(reader, id).type)
        case .stepStmt: return reader.text(reader.firstToken(id))
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl:
            let view = CallableDeclView(reader, id)
            let parameters = view.parameters.map { text($0) }.joined(separator: ", ")
            return "(\(parameters))" + (view.result.map { " -> \(text($0))" } ?? "")
        default: return ""
        }
    }

    private func children(_ id: NodeId) -> [OutlineSymbol] {
        switch reader.kind(id) {
        case .recordDecl: return RecordDeclView(reader, id).fields.compactMap { symbol($0) }
        case .enumDecl: return EnumDeclView(reader, id).cases.compactMap { symbol($0) }
        case .workflowDecl, .flowDecl, .funcDecl:
            return CallableDeclView(reader, id).body.map { inside($0) } ?? []
        case .stepStmt: return inside(StepStmtView(reader, id).value)
        case .raceBranch: return inside(RaceBranchView(reader, id).body)
        default: return []
        }
    }

    /// Steps, signals and queries of a block, and of the blocks inside control structures.
    private func inside(_ id: NodeId) -> [OutlineSymbol] {
        switch reader.kind(id) {
        case .block: return BlockView(reader, id).statements.flatMap { inside($0) }
        case .exprStmt: return inside(ExprStmtView(reader, id).value)
        case .ifExpr:
            let view = IfExprView(reader, id)
            return inside(view.thenBlock) + (view.elseBranch.map { inside($0) } ?? [])
        case .matchExpr:
            return MatchExprView(reader, id).arms.filter { reader.kind($0) == .matchArm }
                .flatMap { inside(MatchArmView(reader, $0).body) }
        case .forExpr: return inside(ForExprView(reader, id).body)
        case .loopExpr: return inside(LoopExprView(reader, id).body)
        case .sequenceExpr: return inside(SequenceExprView(reader, id).body)
        case .raceExpr:
            return RaceExprView(reader, id).branches.filter { reader.kind($0) == .raceBranch }
                .compactMap { symbol($0) }
        case .tryExpr:
            let view = TryExprView(reader, id)
            return inside(view.body)
                + view.catches.filter { reader.kind($0) == .catchClause }
                .flatMap { inside(CatchClauseView(reader, $0).body) }
        case .stepStmt, .signalStmt, .queryStmt, .flowStep, .flowGate, .flowEnd:
            return symbol(id).map { [$0] } ?? []
        default: return []
        }
    }
}

extension LanguageServer {
    func documentSymbol(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let symbols = Outline(index(document)).symbols(document.tree.root)
        if client.nestsSymbols { return .array(symbols.map { nested($0, document) }) }
        return .array(symbols.flatMap { flat($0, document, container: nil) })
    }

    private func nested(_ symbol: OutlineSymbol, _ document: Document) -> Json {
        [
            "name": .string(symbol.name), "detail": .string(symbol.detail),
            "kind": .int(symbol.kind.rawValue),
            "range": document.range(symbol.whole), "selectionRange": document.range(symbol.selection),
            "children": .array(symbol.children.map { nested($0, document) }),
        ]
    }

    private func flat(_ symbol: OutlineSymbol, _ document: Document, container: String?) -> [Json] {
        let own: Json = [
            "name": .string(symbol.name), "kind": .int(symbol.kind.rawValue),
            "location": document.location(symbol.selection),
            "containerName": container.map { .string($0) },
        ]
        return [own] + symbol.children.flatMap { flat($0, document, container: symbol.name) }
    }

    func workspaceSymbol(_ parameters: Json) -> Json {
        let query = (parameters["query"].string ?? "").lowercased()
        var found: [Json] = []
        for path in workspace.paths {
            guard let document = document(path: path) else { continue }
            let symbols = Outline(index(document)).symbols(document.tree.root)
            for symbol in symbols.flatMap({ flat($0, document, container: path) }) {
                if matches(symbol["name"].string ?? "", query) { found.append(symbol) }
                if found.count >= ServerLimits.symbolsMax { return .array(found) }
            }
        }
        return .array(found)
    }

    /// Whether the letters of the query stand in the name, in their order.
    private func matches(_ name: String, _ query: String) -> Bool {
        var rest = query.unicodeScalars[...]
        for scalar in name.lowercased().unicodeScalars where scalar == rest.first { rest = rest.dropFirst() }
        return rest.isEmpty
    }

    // MARK: folding

    func foldingRange(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let reader = document.reader
        var ranges: [(first: Int, last: Int, kind: String?)] = []
        func add(_ start: UInt32, _ end: UInt32, _ kind: String? = nil) {
            let first = document.lines.line(of: Int(start))
            let last = document.lines.line(of: Int(end))
            if last > first { ranges.append((first, last, kind)) }
        }
        // between brackets of more than one line
        var opens: [UInt32] = []
        for number in 0..<UInt32(reader.tokenCount) {
            let token = reader.token(TokenId(number))
            switch token.kind {
            case .leftBrace, .leftBracket, .leftParen: opens.append(token.start)
            case .rightBrace, .rightBracket, .rightParen:
                guard let start = opens.popLast() else { continue }
                let last = document.lines.line(of: Int(token.start))
                add(start, last > 0 ? UInt32(max(0, document.lines.starts[last] - 1)) : token.start)
            case .string, .rawString: add(token.start, token.end)
            default: break
            }
        }
        let uses = SourceFileView(reader, document.tree.root).items.filter { reader.kind($0) == .useDecl }
        if let first = uses.first, let last = uses.last {
            add(reader.span(first).start, reader.span(last).end, "imports")
        }
        for comment in Comments.runs(document) { add(comment.start, comment.end, "comment") }
        return .array(
            ranges.map {
                [
                    "startLine": .int($0.first), "endLine": .int($0.last),
                    "kind": $0.kind.map { .string($0) },
                ]
            })
    }

    // MARK: selection

    func selectionRange(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let index = index(document)
        return .array(
            (parameters["positions"].array ?? []).map { position in
                let offset = document.offset(position)
                var spans: [(UInt32, UInt32)] = []
                if let token = index.token(at: offset) {
                    let span = document.reader.span(token)
                    spans.append((span.start, span.end))
                }
                for node in index.ancestors(index.node(at: offset)) {
                    let span = document.reader.span(node)
                    if span.start <= offset && offset <= span.end { spans.append((span.start, span.end)) }
                }
                // each range holds the next: clients read no deeper than so many values in one another
                spans = Array(spans.prefix(ServerLimits.selectionsMax))
                spans.append((0, UInt32(document.bytes.count)))
                var result = Json.null
                var outer: (UInt32, UInt32)?
                for span in spans.reversed() {
                    if let outer, outer == span || outer.0 > span.0 || outer.1 < span.1 { continue }
                    outer = span
                    let range = document.range(span.0, span.1)
                    result = result.isNull ? ["range": range] : ["range": range, "parent": result]
                }
                return result
            })
    }

    // MARK: links

    func documentLink(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let reader = document.reader
        let meanings = Meanings(self, document)
        var links: [Json] = []
        for item in SourceFileView(reader, document.tree.root).items where reader.kind(item) == .useDecl {
            guard let file = meanings.target(item), let target = self.document(file: file), isReal(target)
            else {
                continue
            }
            let view = UseDeclView(reader, item)
            let first = reader.span(view.pathToken)
            let last =
                view.isFile ? view.pathToken : TokenId(view.pathToken.index + UInt32(view.path.count - 1) * 2)
            links.append([
                "range": document.range(first.start, reader.span(last).end), "target": .string(target.uri),
                "tooltip": .string(target.path.hasPrefix("std:") ? "the standard library" : target.path),
            ])
        }
        return .array(links)
    }
}

/// Comments of a text: what begins with `//` between tokens.
enum Comments {
    /// Each comment.
    static func all(_ document: Document) -> [Span] {
        let reader = document.reader
        var found: [Span] = []
        for number in 0..<UInt32(reader.tokenCount) {
            let trivia = reader.triviaSpan(before: TokenId(number))
            var at = trivia.start
            while at + 1 < trivia.end {
                guard document.bytes[Int(at)] == 0x2F, document.bytes[Int(at) + 1] == 0x2F else {
                    at += 1
                    continue
                }
                var end = at
                while end < trivia.end, document.bytes[Int(end)] != 0x0A, document.bytes[Int(end)] != 0x0D {
                    end += 1
                }
                found.append(Span(file: trivia.file, start: at, end: end))
                at = end
            }
        }
        return found
    }

    /// Where the first declaration begins, with the comments right above it.
    static func opening(_ document: Document) -> UInt32 {
        guard let first = SourceFileView(document.reader, document.tree.root).items.first else { return 0 }
        let starts = document.lines.starts
        var line = document.lines.line(of: Int(document.reader.span(first).start))
        while line > 0, document.bytes[starts[line - 1]...].starts(with: "//".utf8) { line -= 1 }
        return line == 0 && document.bytes.first == 0xEF ? 3 : UInt32(starts[line])
    }

    /// Comments on lines that follow each other, as one.
    static func runs(_ document: Document) -> [Span] {
        var runs: [Span] = []
        for comment in all(document) {
            if let last = runs.last,
                document.lines.line(of: Int(comment.start)) == document.lines.line(of: Int(last.end)) + 1
            {
                runs[runs.count - 1].end = comment.end
            } else {
                runs.append(comment)
            }
        }
        return runs
    }
}
