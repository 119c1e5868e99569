// The beginning: what the client can do, what the server can do, folders and settings.
import Glibc
import WfCompiler

/// What the server asks of a client's capabilities.
struct ClientCapabilities {
    var encoding = PositionEncoding.utf16
    var pullsDiagnostics: Bool
    var refreshesDiagnostics: Bool
    /// What it asks for again when told so: `inlayHint`, `codeLens`, `semanticTokens`.
    var refreshes: [String]
    var takesProgress: Bool
    var registersWatchers: Bool
    var givesConfiguration: Bool
    var takesSnippets: Bool
    var nestsSymbols: Bool
    var takesVersionedEdits: Bool
    /// Edits of the workspace may make files.
    var createsFiles: Bool
    var takesLinks: Bool

    init(_ json: Json) {
        let document = json["textDocument"]
        let workspace = json["workspace"]
        pullsDiagnostics = document["diagnostic"].isObject
        refreshesDiagnostics = workspace["diagnostics"]["refreshSupport"].bool ?? false
        refreshes = ["inlayHint", "codeLens", "semanticTokens"].filter {
            workspace[$0]["refreshSupport"].bool ?? false
        }
        takesProgress = json["window"]["workDoneProgress"].bool ?? false
        registersWatchers = workspace["didChangeWatchedFiles"]["dynamicRegistration"].bool ?? false
        givesConfiguration = workspace["configuration"].bool ?? false
        takesSnippets = document["completion"]["completionItem"]["snippetSupport"].bool ?? false
        nestsSymbols = document["documentSymbol"]["hierarchicalDocumentSymbolSupport"].bool ?? false
        takesVersionedEdits = workspace["workspaceEdit"]["documentChanges"].bool ?? false
        let operations = (workspace["workspaceEdit"]["resourceOperations"].array ?? []).compactMap(\.string)
        createsFiles = takesVersionedEdits && operations.contains("create")
        takesLinks = document["definition"]["linkSupport"].bool ?? false
        let offered = (json["general"]["positionEncodings"].array ?? []).compactMap(\.string)
        // bytes cost nothing to count
        for wanted in [PositionEncoding.utf8, .utf32, .utf16] where offered.contains(wanted.rawValue) {
            encoding = wanted
            break
        }
    }
}

/// What a user can set, under `wf`.
struct ServerSettings: Equatable {
    /// Diagnostics of files that are not open, too.
    var checksWorkspace = true
    var hintsTypes = true
    var hintsDependencies = true
    var hintsRetry = true
    var lenses = true
    /// Whether ShellCheck reads scripts; nil: where the project says so.
    var checksShell: Bool?
    /// Whether what a project's baseline holds is not shown.
    var hidesAgreed = true

    mutating func read(_ json: Json) {
        let json = json["wf"].isObject ? json["wf"] : json
        if let value = json["diagnostics"]["workspace"].bool { checksWorkspace = value }
        if let value = json["diagnostics"]["shellcheck"].bool { checksShell = value }
        if let value = json["diagnostics"]["baseline"].bool { hidesAgreed = value }
        if let value = json["inlayHints"]["types"].bool { hintsTypes = value }
        if let value = json["inlayHints"]["dependencies"].bool { hintsDependencies = value }
        if let value = json["inlayHints"]["retry"].bool { hintsRetry = value }
        if let value = json["codeLens"]["enabled"].bool { lenses = value }
    }
}

extension LanguageServer {
    func initialize(_ parameters: Json) -> Json {
        phase = .running
        client = ClientCapabilities(parameters["capabilities"])
        settings.read(parameters["initializationOptions"])
        var roots = (parameters["workspaceFolders"].array ?? []).compactMap { $0["uri"].string }
        if roots.isEmpty, let root = parameters["rootUri"].string { roots = [root] }
        if roots.isEmpty, let root = parameters["rootPath"].string { roots = [FileURI.text(path: root)] }
        folders = WorkspaceFolders(roots.compactMap { FileURI.path($0) })
        workspace = Workspace(DiskSourceProvider(root: folders.base))
        return [
            "capabilities": capabilities(),
            "serverInfo": ["name": "wfc", "version": .string(version)],
        ]
    }

    private func capabilities() -> Json {
        [
            "positionEncoding": .string(client.encoding.rawValue),
            "textDocumentSync": ["openClose": true, "change": 2, "save": ["includeText": false]],
            "diagnosticProvider": [
                "identifier": "wf", "interFileDependencies": true, "workspaceDiagnostics": true,
                "workDoneProgress": true,
            ],
            "documentFormattingProvider": true,
            "documentRangeFormattingProvider": true,
            "documentOnTypeFormattingProvider": [
                "firstTriggerCharacter": "}", "moreTriggerCharacter": ["\n"],
            ],
            "documentSymbolProvider": true,
            "workspaceSymbolProvider": ["workDoneProgress": true],
            "foldingRangeProvider": true,
            "selectionRangeProvider": true,
            "documentLinkProvider": ["resolveProvider": false],
            "semanticTokensProvider": [
                "legend": SemanticLegend.json, "full": ["delta": true], "range": true,
            ],
            "hoverProvider": true,
            "definitionProvider": true,
            "typeDefinitionProvider": true,
            "referencesProvider": ["workDoneProgress": true],
            "documentHighlightProvider": true,
            "renameProvider": ["prepareProvider": true, "workDoneProgress": true],
            "completionProvider": ["triggerCharacters": [".", "\"", "/"], "resolveProvider": false],
            "signatureHelpProvider": ["triggerCharacters": ["(", ","]],
            "inlayHintProvider": true,
            "codeLensProvider": ["resolveProvider": false],
            "callHierarchyProvider": true,
            "codeActionProvider": [
                "codeActionKinds": ["quickfix", "refactor", "source.fixAll", "source.organizeImports"]
            ],
            "workspace": [
                "workspaceFolders": ["supported": true, "changeNotifications": true],
                "fileOperations": [
                    "willRename": [
                        "filters": [
                            ["scheme": "file", "pattern": ["glob": "**/*.wf", "matches": "file"]],
                            [
                                "scheme": "file",
                                "pattern": [
                                    "glob": .string(LanguageServer.importedFiles), "matches": "file",
                                ],
                            ],
                            ["scheme": "file", "pattern": ["glob": "**", "matches": "folder"]],
                        ]
                    ]
                ],
            ],
        ]
    }

    func initialized(_ parameters: Json) {
        readFolders(folders.paths)
        if client.registersWatchers {
            request(
                "client/registerCapability",
                [
                    "registrations": [
                        [
                            "id": "wf-files", "method": "workspace/didChangeWatchedFiles",
                            "registerOptions": [
                                "watchers": [
                                    ["globPattern": "**/*.wf"], ["globPattern": "**/*.json"],
                                    ["globPattern": "**/wf.toml"],
                                    ["globPattern": .string(LanguageServer.importedFiles)],
                                    // folders have no names of their own kind: made or taken away, not changed
                                    ["globPattern": "**/*", "kind": 5],
                                ]
                            ],
                        ]
                    ]
                ])
        }
        if client.givesConfiguration { askConfiguration() }
        beginProgress()
    }

    // MARK: settings

    private func askConfiguration() {
        request("workspace/configuration", ["items": [["section": "wf"]]]) { [unowned self] answer in
            configure(answer[0])
        }
    }

    func didChangeConfiguration(_ parameters: Json) {
        if client.givesConfiguration { return askConfiguration() }
        configure(parameters["settings"])
    }

    private func configure(_ json: Json) {
        let before = settings
        settings.read(json)
        if before.checksWorkspace != settings.checksWorkspace || before.hidesAgreed != settings.hidesAgreed {
            untold.formUnion(workspace.paths)
        }
        if before.checksShell != settings.checksShell {
            scripts.found = [:]
            for path in open.keys { scriptsChanged(path, after: 0) }
            untold.formUnion(open.keys)
        }
        if before != settings { askAgain() }
    }

    /// Has the client ask again for what it shows and cannot know to be out of date.
    func askAgain() {
        for name in client.refreshes { request("workspace/\(name)/refresh", .null) }
    }

    // MARK: folders and files

    func didChangeWorkspaceFolders(_ parameters: Json) {
        let event = parameters["event"]
        let added = (event["added"].array ?? []).compactMap { $0["uri"].string.flatMap { FileURI.path($0) } }
        let removed = (event["removed"].array ?? []).compactMap {
            $0["uri"].string.flatMap { FileURI.path($0) }
        }
        folders.change(added: added, removed: removed)
        for path in workspace.paths where open[path] == nil && !folders.hold(path) {
            workspace.remove(path)
            untold.insert(path)
        }
        readFolders(added)
        changed()
    }

    /// Whether there are files in them.
    @discardableResult
    private func readFolders(_ paths: [String]) -> Bool {
        var isAny = false
        for folder in paths {
            for file in SourceFolder(folder, filesMax: ServerLimits.filesMax).files {
                let path = folders.relative(file)
                if open[path] != nil { continue }
                workspace.read(path)
                untold.insert(path)
                isAny = true
            }
        }
        return isAny
    }

    func didChangeWatchedFiles(_ parameters: Json) {
        var concerns = false
        var (come, gone): (Set<String>, Set<String>) = ([], [])
        for change in parameters["changes"].array ?? [] {
            guard let path = change["uri"].string.flatMap({ FileURI.path($0) }).map({ folders.relative($0) })
            else { continue }
            if isSettings(path) || baselines[path] != nil {
                settingsChanged()
                concerns = true
            }
            let isGone = change["type"].int == 3
            guard workspace.concerns(path) else {
                // folders that come or go as a whole: clients do not name the files in them
                if isGone { gone.insert(path) } else if change["type"].int == 1 { come.insert(path) }
                continue
            }
            concerns = true
            guard open[path] == nil else { continue }
            if isGone { workspace.remove(path) } else { workspace.read(path) }
            untold.insert(path)
        }
        if foldersCame(come) { concerns = true }
        if foldersWent(gone) { concerns = true }
        // of all that is made and taken away in a folder, most is none of ours
        if !concerns { return }
        changed()
        askAgain()
    }

    /// Files that a `use` can name although they are no wf.
    private static var importedFiles: String {
        "**/*.{" + Workspace.importedSuffixes.map { $0.dropFirst() }.joined(separator: ",") + "}"
    }

    /// - Returns: whether there are workflows in them.
    private func foldersCame(_ paths: Set<String>) -> Bool {
        let outer = paths.filter { path in !ancestors(path).contains { paths.contains($0) } && !isHidden(path)
        }
        return outer.isEmpty ? false : readFolders(outer.sorted().map { folders.absolute($0) })
    }

    /// - Returns: whether there were any in them.
    private func foldersWent(_ paths: Set<String>) -> Bool {
        if paths.isEmpty { return false }
        let inside = workspace.paths.filter { file in
            open[file] == nil && !isHidden(file) && ancestors(file).contains { paths.contains($0) }
        }
        for file in inside {
            workspace.remove(file)
            untold.insert(file)
        }
        return !inside.isEmpty
    }

    private func isHidden(_ path: String) -> Bool {
        path.split(separator: "/").contains { $0.hasPrefix(".") }
    }

    /// The folders around a path, the nearest first.
    private func ancestors(_ path: String) -> [String] {
        var found: [String] = []
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            if !rest.isEmpty { found.append(String(rest)) }
        }
        return found
    }
}
