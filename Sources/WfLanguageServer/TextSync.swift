// What the editor has open, and every change of it.
import WfCompiler
import WfDiagnostics
import WfSource
import WfSyntax

extension LanguageServer {
    /// The path of a request's document.
    func path(_ parameters: Json) -> String? {
        parameters["textDocument"]["uri"].string.flatMap { FileURI.path($0) }.map { folders.relative($0) }
    }

    func didOpen(_ parameters: Json) {
        // of the library's copies nothing is to be said
        guard let path = path(parameters), copiedFile(path) == nil else { return }
        let item = parameters["textDocument"]
        let text = OpenText(item["text"].string ?? "", version: item["version"].int ?? 0)
        open[path] = text
        workspace.open(path, text.bytes)
        changed(path)
        scriptsChanged(path, after: 0)
    }

    func didChange(_ parameters: Json) {
        guard let path = path(parameters), var text = open.removeValue(forKey: path) else { return }
        for change in parameters["contentChanges"].array ?? [] { text.apply(change, client.encoding) }
        text.version = parameters["textDocument"]["version"].int ?? text.version + 1
        open[path] = text
        workspace.open(path, text.bytes)
        changed(path)
        scriptsChanged(path)
    }

    func didClose(_ parameters: Json) {
        guard let path = path(parameters), open.removeValue(forKey: path) != nil else { return }
        workspace.close(path)
        if !folders.hold(path) { workspace.remove(path) }
        scriptsChanged(path)
        scripts.found[path] = nil
        changed(path)
    }

    func didSave(_ parameters: Json) {
        guard let path = path(parameters), open[path] != nil else { return }
        // what has been said of this text holds
        if let known = scripts.found[path], known.tree === workspace.tree(path) { return }
        scriptsChanged(path, after: 0)
    }

    /// Notes that something has changed: what was known is looked at again.
    func changed(_ path: String? = nil) {
        generation += 1
        if let path {
            untold.insert(path)
            indices[path] = nil
        } else {
            indices = [:]
        }
        untold.formUnion(workspace.unchecked)
        needsRefresh = client.refreshesDiagnostics
    }

    /// `wf/text`: what the server takes a document's text to be. For tests of the synchronisation.
    func documentText(_ parameters: Json) -> Json {
        guard let path = path(parameters), let text = open[path] else { return .null }
        return .string(String(decoding: text.bytes, as: UTF8.self))
    }
}

/// A file as requests see it: its tree, and its positions as the client counts them.
struct Document {
    let path: String
    let uri: String
    let tree: SyntaxTree
    let lines: LineTable
    let encoding: PositionEncoding
    /// Of a file of another dialect: the file, which `lines` are of; `tree` is of the text that was made from it.
    var original: ImportedOriginal?

    var reader: TreeReader { tree.reader }
    var bytes: UnsafeBufferPointer<UInt8> { tree.source.bytes }

    func offset(_ position: Json) -> UInt32 {
        UInt32(lines.offset(of: TextPosition(position), in: bytes, encoding))
    }

    func position(_ offset: UInt32) -> Json {
        lines.position(of: Int(offset), in: original?.source.bytes ?? bytes, encoding).json
    }

    func range(_ span: Span) -> Json { range(span.start, span.end) }
    func range(_ start: UInt32, _ end: UInt32) -> Json {
        original.map { rangeInFile($0.place(of: start)) }
            ?? ["start": position(start), "end": position(end)]
    }

    /// Of a place in the file itself, which need not be what the tree was made of.
    func rangeInFile(_ span: Span) -> Json { ["start": position(span.start), "end": position(span.end)] }

    func location(_ span: Span) -> Json { ["uri": .string(uri), "range": range(span)] }
}

extension LanguageServer {
    func document(_ parameters: Json) throws(ResponseError) -> Document {
        guard let path = path(parameters) else {
            throw .wrongParameters("expected a textDocument with a `file:` address")
        }
        if let copy = copiedFile(path).flatMap({ document(file: $0) }) { return copy }
        guard let found = document(path: path) else {
            throw .wrongParameters("`\(path)` is not open, and no file of the workspace")
        }
        // a file of another dialect has nothing in it that we could speak about
        return found.original == nil ? found : empty(found)
    }

    private func empty(_ document: Document) -> Document {
        var sink = DiagnosticSink()
        let source = SourceFile(path: document.path, text: "")
        let tree = Parser.parse(
            source, file: document.tree.file, interner: workspace.interner, into: &sink)
        return Document(
            path: document.path, uri: document.uri, tree: tree, lines: LineTable(source.bytes),
            encoding: document.encoding)
    }

    func document(path: String) -> Document? {
        guard let tree = workspace.tree(path) else { return nil }
        return document(tree, path)
    }

    /// The file with a number; of the standard library, a copy that the editor can show.
    func document(file: FileId) -> Document? {
        if let trial, trial.document.tree.file == file { return trial.document }
        guard let tree = workspace.tree(file), let path = workspace.path(file) else { return nil }
        return workspace.isLibrary(file) ? libraryDocument(tree, path) : document(tree, path)
    }

    private func document(_ tree: SyntaxTree, _ path: String) -> Document {
        let original = workspace.original(tree.file)
        // places are in the file as UTF-8, which it need not be
        let lines = original.map { LineTable($0.source.bytes) } ?? open[path]?.lines
        return Document(
            path: path, uri: FileURI.text(path: folders.absolute(path)), tree: tree,
            lines: lines ?? LineTable(tree.source.bytes), encoding: client.encoding, original: original)
    }

    func uri(_ path: String) -> String { FileURI.text(path: folders.absolute(path)) }
}
