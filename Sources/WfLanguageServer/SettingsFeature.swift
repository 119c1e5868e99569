// `wf.json` and `wf.toml`: what a project has set holds in an editor as it does on the command line, from the moment the file is saved.
import WfCompiler
import WfDiagnostics
import WfSource
import WfSyntax

extension LanguageServer {
    /// Whether a watched file holds settings.
    func isSettings(_ path: String) -> Bool {
        SettingsFinder.names.contains { path == $0 || path.hasSuffix("/\($0)") }
    }

    /// Reads the settings again: any file's diagnostics may have changed.
    func settingsChanged() {
        workspace.forgetSettings()
        baselines = [:]
        for path in open.keys { scriptsChanged(path) }
        untold.formUnion(workspace.paths)
        untold.formUnion(open.keys)
    }

    /// Tells what is wrong with settings files, and of those that are mended, that nothing is.
    func tellSettings() {
        var found: [String: (source: SourceFile, diagnostics: [Diagnostic])] = [:]
        for entry in workspace.faultySettings { found[entry.source.path] = entry }
        for entry in baselines.values where !entry.wrong.isEmpty {
            found[entry.source.path] = (entry.source, entry.wrong)
        }
        for path in Set(toldSettings.keys).union(found.keys).sorted() {
            let said = found[path].map { Json.array(json($0.diagnostics, $0.source)) }
            if toldSettings[path] == said { continue }
            toldSettings[path] = said
            notify(
                "textDocument/publishDiagnostics",
                ["uri": .string(uri(path)), "diagnostics": said ?? .array([])])
        }
    }

    private func json(_ diagnostics: [Diagnostic], _ source: SourceFile) -> [Json] {
        var sink = DiagnosticSink()
        // a document has a tree; of this one only the text is of interest
        let tree = Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink)
        let document = Document(
            path: source.path, uri: uri(source.path), tree: tree, lines: LineTable(source.bytes),
            encoding: client.encoding)
        return diagnostics.map { json($0, document) }
    }
}
