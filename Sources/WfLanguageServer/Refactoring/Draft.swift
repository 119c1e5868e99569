// Refactorings: changes that keep what a program does. A family (a file beside this one) looks at a place and gives
// drafts; a draft is offered when the text it makes has no mistake that was not there before, keeps every comment, and is
// laid out as `wfc fmt` would.
import WfCompiler
import WfDiagnostics
import WfFormatter
import WfSource
import WfSyntax

/// A change before anybody knows whether it holds.
struct Draft {
    var title: String
    var kind: CodeAction.Kind
    /// Replacements in the file that is looked at; those at one place stand in order.
    var edits: [TextEdit]
    /// Replacements in other files.
    var others: [(document: Document, edits: [TextEdit])] = []
    /// Files that come into being: path and text.
    var files: [(path: String, text: String)] = []
    /// Whether the change may say what the program did not: then it need not keep comments.
    var dropsComments = false

    init(_ title: String, _ kind: CodeAction.Kind = .rewrite, _ edits: [TextEdit]) {
        self.title = title
        self.kind = kind
        self.edits = edits
    }
}

/// All families of refactorings, in the order in which an editor shows what they give.
struct Refactorings: CodeActionProvider {
    typealias Family = @Sendable (Spot) -> [Draft]

    static let families: [Family] = [
        extractions, declarationExtractions, inlinings, stepChanges, clauseChanges, blockChanges,
        conditionChanges,
        matchChanges, loopChanges, operatorChanges, stringChanges, numberChanges, callChanges, fieldChanges,
        lambdaChanges, declarationChanges, annotationChanges, generations, moduleChanges, nullChanges,
        parameterChanges, enumChanges, commandChanges, flowChanges, fanOutChanges, stringSplits,
        sampleChanges,
    ]

    func actions(_ request: CodeActionRequest, _ server: LanguageServer) -> [CodeAction] {
        let spot = Spot(request, server)
        if spot.hasErrors { return [] }
        let isBroken = request.document.tree.hasErrors
        return Refactorings.families.flatMap { $0(spot) }.compactMap { draft in
            // what stands in broken code is not known: only the declaration itself changes, or something comes to it
            if isBroken && !spot.isInside(draft) { return nil }
            return request.wants(draft.kind) && server.isWanted() ? spot.finished(draft) : nil
        }
    }
}

extension Spot {
    /// Whether a draft leaves all other declarations as they are.
    fileprivate func isInside(_ draft: Draft) -> Bool {
        guard let item, draft.others.isEmpty, draft.files.isEmpty else { return false }
        let whole = span(item)
        return draft.edits.allSatisfy {
            $0.span.start == $0.span.end || whole.start <= $0.span.start && $0.span.end <= whole.end
        }
    }

    /// The draft as a change of the files, if it holds.
    func finished(_ draft: Draft) -> CodeAction? {
        if draft.others.count > filesMax { return nil }
        var texts: [(path: String, bytes: [UInt8])] = []
        var edits: [TextEdit] = []
        for change in [(document: document, edits: draft.edits)] + draft.others {
            guard let text = laidOut(change.document, change.edits, draft.dropsComments) else { return nil }
            texts.append((change.document.path, text.bytes))
            edits += text.edits
        }
        var files: [(path: String, text: String)] = []
        for file in draft.files {
            guard let bytes = formatted(file.text) else { return nil }
            texts.append((file.path, bytes))
            files.append((file.path, String(decoding: bytes, as: UTF8.self)))
        }
        if edits.isEmpty && files.isEmpty { return nil }
        if server.workspace.hasNewErrors(with: texts, usersMax: filesMax) { return nil }
        if changesNames(draft) { return nil }
        return CodeAction(title: draft.title, kind: draft.kind, edits: edits, files: files)
    }

    /// Whether a name beside the draft's edits stands for something else after them.
    private func changesNames(_ draft: Draft) -> Bool {
        let changes = [(document: document, edits: draft.edits)] + draft.others
        let names = NamesOfAChange(changes.flatMap(\.edits), server)
        if names.isEmpty { return false }
        // without a new layout, places can be compared
        let texts = changes.map { (path: $0.document.path, bytes: $0.document.applying($0.edits)) }
        return server.trying(texts) { names.other() != nil }
    }
}
