// The files below a folder of the disk.
import Glibc

/// What a walk through a folder has found.
public struct SourceFolder {
    /// Paths of the wanted files, which begin with the folder's, in order of their bytes.
    public private(set) var files: [String] = []
    /// Folders that cannot be read, and what has a wanted name and is neither file nor folder, with the reason.
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
                case .linkedFolder: break
                case .other: if isWanted(name) { unreadable.append((path, "it is no regular file")) }
                }
            }
        }
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private enum Kind { case file, folder, linkedFolder, other }

    private static func kind(_ path: String, _ type: UInt8) -> Kind {
        switch Int32(type) {
        case Int32(DT_DIR): return .folder
        case Int32(DT_REG): return .file
        default: break
        }
        var status = stat()
        // A link that leads nowhere: who reads it says so.
        guard stat(path, &status) == 0 else { return .file }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return Int32(type) == Int32(DT_LNK) ? .linkedFolder : .folder
        default: return .other
        }
    }
}
