// Where modules come from, as the compiler sees it. It asks for paths; it knows no disk.
public import WfSource

/// Why a file could not be had.
public enum SourceError: Error, Hashable, Sendable {
    case missing
    case isFolder
    /// It has more bytes than `Limits.fileBytesMax`; how many, when that is known.
    case tooLarge(bytes: Int?)
    /// The system's reason, in its words.
    case unreadable(String)

    /// `no such file`
    public var reason: String {
        switch self {
        case .missing: return "no such file"
        case .isFolder: return "it is a folder"
        case .tooLarge(let bytes):
            let found = bytes.map { "it has \($0) bytes" } ?? "it is larger"
            return "\(found); at most \(Limits.fileBytesMax) are read"
        case .unreadable(let reason): return reason
        }
    }
}

/// Gives the compiler its files.
public protocol SourceProvider: Sendable {
    /// The file at a path relative to the project (`flows/pay.wf`, `../shared/text.wf`).
    func source(at path: String) -> Result<SourceFile, SourceError>
    /// The folder that relative paths start from, absolute.
    var folder: String { get }
}

extension SourceProvider {
    public var folder: String { "/" }

    /// How many folders there are above the one that relative paths start from.
    var foldersAbove: Int { folder.split(separator: "/").count }
}

/// A provider that knows some files by heart (standard input, an editor's buffers) and asks another for the
/// rest.
public struct OverlaySourceProvider: SourceProvider {
    private let base: any SourceProvider
    private let files: [SourceFile]

    public init(_ files: [SourceFile], over base: any SourceProvider) {
        self.files = files
        self.base = base
    }

    public func source(at path: String) -> Result<SourceFile, SourceError> {
        for file in files where file.path == path { return .success(file) }
        return base.source(at: path)
    }

    public var folder: String { base.folder }
}

/// A provider without any other files; for tests and tools.
public struct NoSources: SourceProvider {
    public init() {}
    public func source(at path: String) -> Result<SourceFile, SourceError> { .failure(.missing) }
}

/// Paths as the compiler writes them: `/` between names, no `.`, and `..` only in front.
public enum ModulePath {
    /// `a/./b/../c.wf` is `a/c.wf`.
    public static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        let isAbsolute = path.hasPrefix("/")
        for part in path.split(separator: "/") {
            if part == "." { continue }
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part == ".." && isAbsolute {
                continue
            } else {
                parts.append(part)
            }
        }
        return (isAbsolute ? "/" : "") + parts.joined(separator: "/")
    }

    /// What `use "path"` in the file `from` means.
    public static func resolve(_ path: String, from: String) -> String {
        if path.hasPrefix("/") { return normalized(path) }
        let folder = from.lastIndex(of: "/").map { String(from[..<$0]) + "/" } ?? ""
        return normalized(folder + path)
    }
}
