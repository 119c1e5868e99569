// Finds the file behind a program's name the way execvp does, and remembers it. It starts nothing.
import Glibc

/// Looks names up in a PATH; a found name is not looked up again until it is forgotten.
struct ProgramSearch {
    /// The PATH that is searched.
    let path: String
    private var found: [String: String] = [:]

    init(path: String) { self.path = path }

    /// The path of an executable file, or why there is none (an errno). A name with a slash is its own path.
    mutating func find(_ name: String, from directory: String) -> Result<String, ProgramMissing> {
        if name.utf8.contains(UInt8(ascii: "/")) { return .success(name) }
        if name.isEmpty { return .failure(ProgramMissing(code: ENOENT)) }
        if let known = found[name] { return .success(known) }
        var code = ENOENT
        for folder in path.split(separator: ":", omittingEmptySubsequences: false) {
            let isRelative = folder.utf8.first != UInt8(ascii: "/")
            let candidate = folder.isEmpty ? "\(directory)/\(name)" : "\(folder)/\(name)"
            if isExecutableFile(candidate) {
                if !isRelative { found[name] = candidate }
                return .success(candidate)
            }
            if errno == EACCES { code = EACCES }
        }
        return .failure(ProgramMissing(code: code))
    }

    /// Looks the name up anew next time: the file has gone.
    mutating func forget(_ name: String) { found[name] = nil }

    private func isExecutableFile(_ path: String) -> Bool {
        if access(path, X_OK) != 0 { return false }
        var status = stat()
        if stat(path, &status) != 0 { return false }
        if status.st_mode & S_IFMT == S_IFDIR {
            errno = EACCES
            return false
        }
        return true
    }
}

/// No program of that name can be started: ENOENT, or EACCES when there is one that may not be executed.
struct ProgramMissing: Error { var code: Int32 }
