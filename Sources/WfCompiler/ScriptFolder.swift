// Scripts for ShellCheck on the disk.
import Glibc

/// A folder of its own among the temporary files, with the scripts that ShellCheck is to read; removed, with them, at
/// the end of its life.
public final class ScriptFolder {
    /// What cannot be made, and why.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Where it is.
    public let path: String
    private var names: [String] = []

    /// Writes the scripts into a new folder below `TMPDIR`, or `/tmp`.
    ///
    /// - Throws: ``Failure`` when the folder cannot be made or has no room; nothing is left behind then.
    public init(_ scripts: ShellScripts) throws(Failure) {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/wfc-scripts-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(description: "cannot make a folder in `\(base)`: \(systemReason(errno))")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for file in scripts.files {
            names.append(file.name)
            let failure = ScriptFolder.write(file.text, to: "\(path)/\(file.name)")
            if failure != 0 {
                throw Failure(description: "cannot write a script for ShellCheck: \(systemReason(failure))")
            }
        }
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// 0, or the system's number of what went wrong.
    private static func write(_ bytes: [UInt8], to path: String) -> Int32 {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if file < 0 { return errno }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count <= 0 { return errno }
            done += count
        }
        return 0
    }
}
