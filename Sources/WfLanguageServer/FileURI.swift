// `file://` addresses and paths, addresses of texts that have no file yet, and the folders that an editor has open.
import WfCompiler

enum FileURI {
    /// What an editor calls a text that has not been saved yet; the rest is the editor's own.
    private static let untitled = "untitled:"

    static func isUntitled(_ path: String) -> Bool { path.hasPrefix(untitled) }

    /// The path of a `file:` address, an `untitled:` address as it is; nil for an address of another kind.
    static func path(_ text: String) -> String? {
        if isUntitled(text) { return text }
        guard text.lowercased().hasPrefix("file:") else { return nil }
        var rest = text.utf8.dropFirst(5)
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            // a host's name, which is ours
            rest = rest.drop { $0 != UInt8(ascii: "/") }
        }
        var bytes: [UInt8] = []
        var index = rest.startIndex
        while index < rest.endIndex {
            let byte = rest[index]
            if byte == UInt8(ascii: "%"), rest.distance(from: index, to: rest.endIndex) > 2 {
                let first = rest.index(after: index)
                let digits = String(decoding: [rest[first], rest[rest.index(after: first)]], as: UTF8.self)
                if let value = UInt8(digits, radix: 16) {
                    bytes.append(value)
                    index = rest.index(first, offsetBy: 2)
                    continue
                }
            }
            bytes.append(byte)
            index = rest.index(after: index)
        }
        let path = String(decoding: bytes, as: UTF8.self)
        return path.hasPrefix("/") ? ModulePath.normalized(path) : nil
    }

    /// The address of an absolute path.
    static func text(path: String) -> String {
        if isUntitled(path) { return path }
        var text = "file://"
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        for byte in path.utf8 {
            if plain.contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.count < 2 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }
}

/// The folders of the workspace. Paths below the first are written relative to it, as the command line writes them.
struct WorkspaceFolders {
    /// Absolute, without a `/` at the end.
    private(set) var paths: [String] = []
    /// The first folder with a `/`, or `/`.
    let base: String

    init(_ paths: [String] = []) {
        self.paths = paths
        base = paths.first.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? "/"
    }

    mutating func change(added: [String], removed: [String]) {
        paths.removeAll { removed.contains($0) }
        paths += added.filter { !paths.contains($0) }
    }

    func relative(_ path: String) -> String {
        base != "/" && path.hasPrefix(base) ? String(path.dropFirst(base.count)) : path
    }

    func absolute(_ path: String) -> String {
        path.hasPrefix("/") || FileURI.isUntitled(path) ? path : base + path
    }

    /// Whether a path lies in one of the folders.
    func hold(_ path: String) -> Bool {
        let path = absolute(path)
        return paths.contains { path.hasPrefix($0 + "/") }
    }
}
