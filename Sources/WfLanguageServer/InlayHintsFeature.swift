// What is not written but holds, beside the code: types of names, what a step waits for, the clauses it gets from the
// action that it calls. And the lenses above workflows and tests.
import WfChecker
import WfSource
import WfSyntax

extension LanguageServer {
    func inlayHint(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        guard let inspection = inspection(document.path) else { return [] }
        let start = document.offset(parameters["range"]["start"])
        let end = document.offset(parameters["range"]["end"])
        let reader = document.reader
        var hints: [Json] = []
        for number in 1..<UInt32(max(1, reader.nodeCount)) {
            let id = NodeId(number)
            let kind = reader.kind(id)
            guard kind == .stepStmt || kind == .letStmt else { continue }
            let span = reader.span(id)
            if span.start > end || span.end < start { continue }
            if settings.hintsTypes { hints += typeHints(id, document, inspection) }
            if kind == .stepStmt { hints += stepHints(id, document, inspection) }
        }
        return .array(hints)
    }

    private func typeHints(_ id: NodeId, _ document: Document, _ inspection: Inspection) -> [Json] {
        let reader = document.reader
        let names: [DeclaredName]
        if reader.kind(id) == .stepStmt {
            if StepStmtView(reader, id).type != nil { return [] }
            names = Scopes(index: index(document)).declaredName(id).map { [$0] } ?? []
        } else {
            let view = LetStmtView(reader, id)
            if view.type != nil { return [] }
            names = Scopes(index: index(document)).names(in: view.pattern)
        }
        return names.compactMap { name in
            let place = reader.span(name.token)
            // what a loop ends with has no type that can be written
            guard let type = inspection.type(ofNameAt: place.start), type != .unit,
                !isLoopState(type, inspection)
            else { return nil }
            return [
                "position": document.position(place.end), "label": .string(": \(inspection.text(type))"),
                "kind": 1, "paddingLeft": false, "paddingRight": false,
            ]
        }
    }

    private func stepHints(_ id: NodeId, _ document: Document, _ inspection: Inspection) -> [Json] {
        let reader = document.reader
        let view = StepStmtView(reader, id)
        var words: [String] = []
        let place = reader.span(view.nameToken)
        if settings.hintsDependencies,
            let step = inspection.steps.first(where: { $0.span.start == place.start }),
            !step.waitsFor.isEmpty
        {
            words.append("waits for " + step.waitsFor.joined(separator: ", "))
        }
        if settings.hintsRetry {
            let found = Declaration(
                document: document, index: index(document), node: id, token: view.nameToken)
            let clauses = calledAction(found)?.clauses ?? []
            words += clauses.filter { $0.hasPrefix("retry ") || $0.hasPrefix("timeout ") }
        }
        if words.isEmpty { return [] }
        // at the end of the call's line, behind which clauses may stand
        let line = document.lines.line(of: Int(reader.span(view.value).end))
        let end = document.lines.contentEnd(line, document.bytes)
        return [
            [
                "position": document.position(UInt32(end)),
                "label": .string(words.joined(separator: "; ")), "paddingLeft": true,
            ]
        ]
    }

    // MARK: lenses

    func codeLens(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        if !settings.lenses { return [] }
        let reader = document.reader
        var lenses: [Json] = []
        func add(_ title: String, _ command: String, _ place: Span, _ argument: String) {
            lenses.append([
                "range": document.range(place),
                "command": [
                    "title": .string(title), "command": .string(command),
                    "arguments": [.string(document.uri), .string(argument)],
                ],
            ])
        }
        for item in SourceFileView(reader, document.tree.root).items {
            switch reader.kind(item) {
            case .workflowDecl, .flowDecl:
                let token = CallableDeclView(reader, item).nameToken
                let name = reader.text(token)
                add("run", "wf.run", reader.span(token), name)
                add("graph", "wf.graph", reader.span(token), name)
            case .testDecl:
                let title = TestDeclView(reader, item).title
                let text = String(decoding: reader.stringValue(reader.firstToken(title)), as: UTF8.self)
                add("test", "wf.test", reader.span(title), text)
            default: break
            }
        }
        return .array(lenses)
    }
}
