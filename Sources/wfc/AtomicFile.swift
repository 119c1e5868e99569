// Writes a file so that it is there complete or not at all.
import Glibc
import WfCommand

/// Writes `bytes` to `path` by way of a temporary file beside it; the reason when that fails. What was
/// there before then is as it was.
func writeAtomically(_ bytes: [UInt8], to path: String) -> String? {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT == S_IFDIR { return "it is a folder" }
    if exists && status.st_mode & S_IFMT != S_IFREG {
        // A device or a pipe: nothing to replace.
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        if descriptor < 0 { return reason(errno) }
        defer { close(descriptor) }
        return writeAll(descriptor, bytes).map(reason)
    }
    // Behind a link lies the file that is meant.
    var path = path
    if exists, let real = realpath(path, nil) {
        path = String(cString: real)
        free(real)
    }
    let temporary = path + ".\(getpid()).tmp"
    let mode = exists ? status.st_mode & 0o777 : 0o666
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    if descriptor < 0 { return reason(errno) }
    var failure = writeAll(descriptor, bytes)
    if failure == nil && fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0 && failure == nil { failure = errno }
    if failure == nil && rename(temporary, path) != 0 { failure = errno }
    if let failure {
        unlink(temporary)
        return reason(failure)
    }
    return nil
}
