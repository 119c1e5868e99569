// The standard library as files, so that an editor can show where a name of it is declared: copies in the user's cache.
import Glibc
import WfCompiler
import WfSource
import WfSyntax

extension LanguageServer {
    /// Where copies are: `…/wf/0.1.0/`.
    var copiesFolder: String? {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        let cache = variable("XDG_CACHE_HOME") ?? variable("HOME").map { $0 + "/.cache" }
        return cache.map { "\($0)/wf/\(version)/" }
    }

    /// The file of the library whose copy a path is.
    func copiedFile(_ path: String) -> FileId? {
        let path = folders.absolute(path)
        guard let folder = copiesFolder, path.hasPrefix(folder) else { return nil }
        return workspace.file("std:" + path.dropFirst(folder.count))
    }

    func libraryDocument(_ tree: SyntaxTree, _ path: String) -> Document? {
        let key = "std:" + path
        let target = (copiesFolder ?? "/") + path
        return Document(
            path: key, uri: FileURI.text(path: target), tree: tree, lines: LineTable(tree.source.bytes),
            encoding: client.encoding)
    }

    /// Sees to it that the file of a document is there; false when it cannot be made.
    func isReal(_ document: Document) -> Bool {
        guard document.path.hasPrefix("std:") else { return true }
        guard let folder = copiesFolder else { return false }
        let target = folder + document.path.dropFirst(4)
        if access(target, F_OK) == 0 { return true }
        var made = ""
        for part in target.split(separator: "/").dropLast() {
            made += "/" + part
            mkdir(made, 0o755)
        }
        let temporary = "\(target).\(getpid())"
        guard let file = fopen(temporary, "w") else { return false }
        let bytes = document.tree.source.bytes
        let isWhole = fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count
        return fclose(file) == 0 && isWhole && Glibc.rename(temporary, target) == 0
    }
}
