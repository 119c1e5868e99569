// Files of the disk for the compiler. The one file of this module that calls the system; commands give it
// to the compiler, which itself asks a `SourceProvider`.
import Glibc
public import WfSource

/// Reads files relative to a folder.
public struct DiskSourceProvider: SourceProvider {
    /// Empty (the current folder), or a path that ends with `/`.
    private let root: String

    /// - Parameter root: the folder that relative paths start from; empty for the current one.
    public init(root: String = "") {
        self.root = root.isEmpty || root.hasSuffix("/") ? root : root + "/"
    }

    public var folder: String {
        if root.hasPrefix("/") { return ModulePath.normalized(root) }
        guard let current = getcwd(nil, 0) else { return "/" }
        defer { free(current) }
        return ModulePath.normalized(String(cString: current) + "/" + root)
    }

    public func source(at path: String) -> Result<SourceFile, SourceError> {
        DiskSourceProvider.read(path.hasPrefix("/") ? path : root + path, as: path)
    }

    /// Reads a file into memory of its own.
    ///
    /// - Parameter name: the path that the file is given in diagnostics and plans.
    public static func read(_ path: String, as name: String) -> Result<SourceFile, SourceError> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            return .failure(errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable(systemReason(errno)))
        }
        defer { close(descriptor) }
        return read(descriptor: descriptor, as: name)
    }

    /// Reads an open file to its end.
    public static func read(descriptor: Int32, as name: String) -> Result<SourceFile, SourceError> {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(.unreadable(systemReason(errno))) }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFDIR { return .failure(.isFolder) }
        guard kind == S_IFREG else { return readStream(descriptor, as: name) }
        let size = Int(status.st_size)
        if size > Limits.fileBytesMax { return .failure(.tooLarge(bytes: size)) }
        var failure: Int32 = 0
        var filled = 0
        let source = SourceFile(path: name, count: size) { room in
            while filled < room.count {
                let count = Glibc.read(
                    descriptor, room.baseAddress?.advanced(by: filled), room.count - filled)
                if count < 0 && errno == EINTR { continue }
                if count < 0 { failure = errno }
                if count <= 0 { break }
                filled += count
            }
        }
        if failure != 0 { return .failure(.unreadable(systemReason(failure))) }
        if filled == size { return .success(source) }
        // The file has been cut while it was read: what was there is what counts.
        return .success(SourceFile(path: name, bytes: Array(source.bytes.prefix(filled))))
    }

    /// A pipe or a device, whose size nobody knows.
    private static func readStream(_ descriptor: Int32, as name: String) -> Result<SourceFile, SourceError> {
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &room, room.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return .failure(.unreadable(systemReason(errno))) }
            if count == 0 { break }
            bytes.append(contentsOf: room[0..<count])
            if bytes.count > Limits.fileBytesMax { return .failure(.tooLarge(bytes: nil)) }
        }
        return .success(SourceFile(path: name, bytes: bytes))
    }
}

/// The system's words for an error number, in lower case.
func systemReason(_ number: Int32) -> String {
    guard let text = strerror(number) else { return "error \(number)" }
    let words = String(cString: text)
    return words.prefix(1).lowercased() + words.dropFirst()
}
