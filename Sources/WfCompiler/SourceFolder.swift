// The files below a folder of the disk.
import Glibc

/// What a walk through a folder has found.
public struct SourceFolder {
    /// Paths of the wanted files, which begin with the folder's, in order of their bytes.
    public private(set) var files: [String] = []
    /// Folders that cannot be read, and the system's reason.
    public private(set) var unreadable: [(path: String, reason: String)] = []

    /// Looks at a folder and all folders inside, but those whose name begins with `.`; links to folders are not
    /// followed, since they may lead in a circle.
    ///
    /// - Parameters:
    ///   - filesMax: stops when so many files are found.
    ///   - isWanted: whether a file of that name is looked for.
    public init(
        _ folder: String, filesMax: Int = .max, isWanted: (String) -> Bool = { $0.hasSuffix(".wf") }
    ) {
        var folders = [folder == "/" ? "" : folder.hasSuffix("/") ? String(folder.dropLast()) : folder]
        while let next = folders.popLast(), files.count < filesMax {
            guard let directory = opendir(next.isEmpty ? "/" : next) else {
                unreadable.append((next, systemReason(errno)))
                continue
            }
            defer { closedir(directory) }
            while let entry = readdir(directory), files.count < filesMax {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name.hasPrefix(".") { continue }
                let path = next + "/" + name
                switch SourceFolder.kind(path, entry.pointee.d_type) {
                case .folder: folders.append(path)
                case .file: if isWanted(name) { files.append(path) }
                case .other: break
                }
            }
        }
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private enum Kind { case file, folder, other }

    private static func kind(_ path: String, _ type: UInt8) -> Kind {
        let type = Int32(type)
        if type == Int32(DT_DIR) { return .folder }
        if type != Int32(DT_LNK) && type != Int32(DT_UNKNOWN) { return .file }
        var status = stat()
        guard stat(path, &status) == 0 else { return .other }
        if status.st_mode & S_IFMT != S_IFDIR { return .file }
        return type == Int32(DT_LNK) ? .other : .folder
    }
}
