// Who calls what: from a func, action or workflow to its callers and to what it calls.
import WfSource
import WfSyntax

extension LanguageServer {
    func prepareCallHierarchy(_ parameters: Json) throws(ResponseError) -> Json {
        guard let (_, _, meanings) = try target(parameters),
            let found = meanings.lazy.compactMap({ self.declaration($0) }).first, found.isCallable
        else { return .null }
        return .array([item(found)])
    }

    private func item(_ found: Declaration) -> Json {
        _ = isReal(found.document)
        return [
            "name": .string(found.name), "kind": .int(SymbolNumber.function.rawValue),
            "detail": .string(found.document.path), "uri": .string(found.document.uri),
            "range": found.document.range(found.reader.span(found.node)),
            "selectionRange": found.document.range(found.nameSpan),
            "data": [
                "file": .int(Int(found.document.tree.file.index)), "place": .int(Int(found.nameSpan.start)),
            ],
        ]
    }

    private func declaration(item: Json) -> Declaration? {
        guard let file = item["data"]["file"].int.flatMap({ UInt32(exactly: $0) }),
            let place = item["data"]["place"].int.flatMap({ UInt32(exactly: $0) })
        else { return nil }
        return declaration(FileId(file), place)
    }

    func incomingCalls(_ parameters: Json) -> Json {
        guard let found = declaration(item: parameters["item"]) else { return .null }
        var callers: [(caller: Declaration, ranges: [Json])] = []
        for mention in mentions(of: found.meaning) where !mention.isDeclaration {
            let index = index(mention.document)
            let owner = index.owner(of: mention.token)
            guard let item = index.item(of: owner), let caller = callable(item, mention.document, index)
            else {
                continue
            }
            let range = mention.document.range(mention.span)
            if let known = callers.firstIndex(where: { $0.caller.meaning == caller.meaning }) {
                callers[known].ranges.append(range)
            } else {
                callers.append((caller, [range]))
            }
        }
        return .array(callers.map { ["from": item($0.caller), "fromRanges": .array($0.ranges)] })
    }

    private func callable(_ id: NodeId, _ document: Document, _ index: TreeIndex) -> Declaration? {
        if index.reader.kind(id) == .testDecl {
            let title = index.reader.firstToken(TestDeclView(index.reader, id).title)
            return Declaration(document: document, index: index, node: id, token: title)
        }
        return Scopes(index: index).declaredName(id).map {
            Declaration(document: document, index: index, node: id, token: $0.token)
        }
    }

    func outgoingCalls(_ parameters: Json) -> Json {
        guard let found = declaration(item: parameters["item"]) else { return .null }
        let reader = found.reader
        let node = reader.node(found.node)
        let meanings = Meanings(self, found.document)
        var callees: [(callee: Declaration, ranges: [Json])] = []
        for number in 1..<UInt32(max(1, reader.nodeCount)) {
            let id = NodeId(number)
            guard reader.kind(id) == .callExpr, reader.node(id).first >= node.first,
                reader.node(id).last <= node.last
            else { continue }
            let callee = CallExprView(reader, id).callee
            guard let target = meanings.expression(callee).flatMap({ declaration($0) }), target.isCallable
            else {
                continue
            }
            let name =
                reader.kind(callee) == .memberExpr
                ? MemberExprView(reader, callee).nameToken : reader.firstToken(callee)
            let range = found.document.range(reader.span(name))
            if let known = callees.firstIndex(where: { $0.callee.meaning == target.meaning }) {
                callees[known].ranges.append(range)
            } else {
                callees.append((target, [range]))
            }
        }
        return .array(callees.map { ["to": item($0.callee), "fromRanges": .array($0.ranges)] })
    }
}
