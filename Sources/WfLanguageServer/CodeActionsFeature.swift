// Changes that are offered at a place. Providers give them as edits of source; this file knows how the protocol says it.
// The first provider gives the fixes that diagnostics carry.
import WfDiagnostics
import WfSource
import WfSyntax

/// What is looked at when changes are asked for.
struct CodeActionRequest {
    let document: Document
    /// The selection in bytes; empty for a caret.
    let range: Range<UInt32>
    /// Those that touch the selection.
    let diagnostics: [Diagnostic]
    /// Whether the user has asked: then it may take its time.
    var isInvoked = false
    /// Kinds that the client asks for; empty: all but what changes the whole file.
    let only: [String]

    /// `refactor` asks for `refactor.extract` too; what changes the whole file comes only when asked for.
    func wants(_ kind: CodeAction.Kind) -> Bool {
        if only.isEmpty { return !kind.rawValue.hasPrefix("source.") }
        return only.contains {
            kind.rawValue == $0 || kind.rawValue.hasPrefix($0 + ".") || $0.hasPrefix(kind.rawValue + ".")
        }
    }
}

/// A change that can be made.
struct CodeAction {
    enum Kind: String {
        case quickFix = "quickfix"
        case refactor = "refactor"
        case extract = "refactor.extract"
        case inline = "refactor.inline"
        case rewrite = "refactor.rewrite"
        case fixAll = "source.fixAll"
        case organizeImports = "source.organizeImports"
    }
    var title: String
    var kind: Kind
    var edits: [TextEdit]
    /// What it takes away.
    var diagnostics: [Diagnostic] = []
    var isPreferred = false
    /// Files that come into being.
    var files: [(path: String, text: String)] = []
}

/// Gives changes for a place. Add one to `codeActionProviders`.
protocol CodeActionProvider: Sendable {
    func actions(_ request: CodeActionRequest, _ server: LanguageServer) -> [CodeAction]
}

/// All providers, in the order in which an editor shows what they give.
let codeActionProviders: [any CodeActionProvider] = [
    DiagnosticFixes(), Mendings(), MissingModules(), Suppressions(), FixAll(), Refactorings(),
    PastedSamples(),
]

/// The fixes of diagnostics.
struct DiagnosticFixes: CodeActionProvider {
    func actions(_ request: CodeActionRequest, _ server: LanguageServer) -> [CodeAction] {
        request.diagnostics.flatMap { diagnostic in
            let preferred = diagnostic.fix(unsafe: false)
            return diagnostic.fixes.map {
                CodeAction(
                    title: $0.title, kind: .quickFix, edits: $0.edits, diagnostics: [diagnostic],
                    isPreferred: $0 == preferred)
            }
        }
    }
}

/// All safe fixes of the file that do not stand in each other's way.
struct FixAll: CodeActionProvider {
    func actions(_ request: CodeActionRequest, _ server: LanguageServer) -> [CodeAction] {
        let all = server.shownDiagnostics(request.document.path)
        // what seems superfluous beside a mistake may not be
        let hasErrors = all.contains { $0.severity == .error }
        let edits = Fix.together(
            all.compactMap { diagnostic in
                let fix = diagnostic.fix(unsafe: false)
                return hasErrors && diagnostic.code.isLint && fix?.takesAway ?? false ? nil : fix
            })
        if edits.isEmpty { return [] }
        return [CodeAction(title: "apply all safe fixes", kind: .fixAll, edits: edits)]
    }
}

extension LanguageServer {
    func codeAction(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        let start = document.offset(parameters["range"]["start"])
        let end = max(start, document.offset(parameters["range"]["end"]))
        let touching = allDiagnostics(document.path).filter {
            $0.span.start <= end && start <= $0.span.end
        }
        let request = CodeActionRequest(
            document: document, range: start..<end, diagnostics: touching,
            isInvoked: parameters["context"]["triggerKind"].int == 1,
            only: (parameters["context"]["only"].array ?? []).compactMap(\.string))
        var actions: [Json] = []
        for provider in codeActionProviders {
            for action in provider.actions(request, self) where request.wants(action.kind) {
                if !action.files.isEmpty && !client.createsFiles { continue }
                // text that was made from another file is no place to write to
                if action.edits.contains(where: { workspace.original($0.span.file) != nil }) { continue }
                actions.append(json(action, document))
            }
            try goOn()
        }
        return .array(actions)
    }

    private func json(_ action: CodeAction, _ document: Document) -> Json {
        var changes: [FileId: [(span: Span, text: String)]] = [:]
        for edit in action.edits {
            changes[edit.span.file, default: []].append((edit.span, edit.replacement))
        }
        let files = changes.keys.sorted().compactMap { file in
            self.document(file: file).map { (document: $0, edits: changes[file] ?? []) }
        }
        return [
            "title": .string(action.title), "kind": .string(action.kind.rawValue),
            "isPreferred": .bool(action.isPreferred),
            "diagnostics": action.diagnostics.isEmpty
                ? nil : .array(action.diagnostics.map { json($0, document) }),
            "edit": workspaceEdit(
                files, creating: action.files.map { ($0.path, document.withItsLineEnds($0.text)) }),
        ]
    }
}
