// Changes to files that are whole or not there: writing, copying, moving, removing. Blocking calls that return 0 or
// an errno; they know nothing of effects.
import Glibc

/// The name in a folder's entry.
func entryName(_ entry: UnsafeMutablePointer<dirent>) -> String {
    withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
}

/// Writes all of `bytes`. Returns 0 or an errno.
func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    var done = 0
    while done < bytes.count {
        let written = write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if written < 0 {
            if errno == EINTR { continue }
            return errno
        }
        done += written
    }
    return 0
}

/// Replaces a file's content so that a reader, or a crash, sees the old or the new one: a temporary file beside it,
/// fsync, rename, fsync of the folder. What is no regular file (a pipe, a device) is written to as it is.
func writeWhole(_ path: String, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { return EISDIR }
    if exists, status.st_mode & S_IFMT != S_IFREG { return writePlain(path, bytes) }
    return replace(path, mode: exists ? status.st_mode & 0o7777 : nil) { writeAll($0, bytes) }
}

/// Makes the file at `path` from what `fill` writes into a temporary one.
func replace(_ path: String, mode: mode_t?, _ fill: (Int32) -> Int32) -> Int32 {
    // A link stays one: its target is replaced.
    let target = resolvedLink(path)
    let (folder, name) = splitPath(target)
    var random: UInt64 = 0
    _ = getentropy(&random, 8)
    let temporary = "\(folder)/.\(name.utf8.count > 200 ? "wf" : name).\(String(random, radix: 36)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 { return errno }
    var code = fill(descriptor)
    if code == 0, let mode, fchmod(descriptor, mode) != 0 { code = errno }
    if code == 0, fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    if code == 0, rename(temporary, target) != 0 { code = errno }
    if code != 0 {
        unlink(temporary)
        return code
    }
    return syncFolder(folder)
}

private func writePlain(_ path: String, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    if descriptor < 0 { return errno }
    defer { close(descriptor) }
    return writeAll(descriptor, bytes)
}

/// Appends to a file, which is made when it is not there, and makes it durable.
func appendTo(_ path: String, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    if descriptor < 0 { return errno }
    defer { close(descriptor) }
    let code = writeAll(descriptor, bytes)
    if code != 0 { return code }
    return fdatasync(descriptor) == 0 || errno == EINVAL ? 0 : errno
}

/// Copies a file's content and permissions; the target is replaced as a whole.
func copyFile(_ path: String, _ target: String) -> Int32 {
    let source = open(path, O_RDONLY | O_CLOEXEC)
    if source < 0 { return errno }
    defer { close(source) }
    var status = stat()
    if fstat(source, &status) != 0 { return errno }
    if status.st_mode & S_IFMT == S_IFDIR { return EISDIR }
    var into = stat()
    let place = stat(target, &into) == 0 && into.st_mode & S_IFMT == S_IFDIR ? inside(target, path) : target
    return replace(place, mode: status.st_mode & 0o777) { descriptor in copyContent(source, descriptor) }
}

private func copyContent(_ source: Int32, _ descriptor: Int32) -> Int32 {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
        let count = read(source, buffer.baseAddress, buffer.count)
        if count < 0 {
            if errno == EINTR { continue }
            return errno
        }
        if count == 0 { return 0 }
        let code = writeAll(descriptor, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        if code != 0 { return code }
    }
}

/// Renames; across file systems it copies the file, then removes it. A step that is tried again after its move
/// happened finds the source gone and the target there: that is a success only the caller could know of, so it fails.
func moveFile(_ path: String, _ target: String) -> Int32 {
    var into = stat()
    let place = stat(target, &into) == 0 && into.st_mode & S_IFMT == S_IFDIR ? inside(target, path) : target
    if rename(path, place) == 0 { return syncFolder(splitPath(place).folder) }
    if errno != EXDEV { return errno }
    let code = copyFile(path, place)
    if code != 0 { return code }
    return unlink(path) == 0 ? 0 : errno
}

/// Removes a file or an empty folder. Nothing there: done already.
func removeOne(_ path: String) -> Int32 {
    if unlink(path) == 0 || errno == ENOENT { return 0 }
    if errno != EISDIR && errno != EPERM { return errno }
    return rmdir(path) == 0 ? 0 : errno
}

/// Removes a file, or a folder with all that is in it. Nothing there: done already.
func removeTree(_ path: String, depth: Int) -> Int32 {
    if unlink(path) == 0 { return 0 }
    if errno == ENOENT { return 0 }
    if errno != EISDIR && errno != EPERM { return errno }
    let unlinkCode = errno
    if depth > 512 { return ELOOP }
    guard let folder = opendir(path) else { return errno == ENOTDIR ? unlinkCode : errno }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = entryName(entry)
        if name != "." && name != ".." { names.append(name) }
    }
    closedir(folder)
    for name in names {
        let code = removeTree("\(path)/\(name)", depth: depth + 1)
        if code != 0 { return code }
    }
    return rmdir(path) == 0 ? 0 : errno
}

/// Makes a folder and those above it that are missing. One that is there already is fine.
public func makeFolders(_ path: String) -> Int32 {
    if mkdir(path, 0o777) == 0 { return 0 }
    if errno == EEXIST {
        var status = stat()
        if stat(path, &status) != 0 { return errno }
        return status.st_mode & S_IFMT == S_IFDIR ? 0 : EEXIST
    }
    if errno != ENOENT { return errno }
    let (folder, _) = splitPath(path)
    if folder == path || folder.isEmpty { return ENOENT }
    let code = makeFolders(folder)
    if code != 0 { return code }
    return mkdir(path, 0o777) == 0 || errno == EEXIST ? 0 : errno
}

private func inside(_ folder: String, _ path: String) -> String {
    let name = splitPath(path).name
    return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}

func syncFolder(_ path: String) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { return 0 }
    defer { close(descriptor) }
    return fsync(descriptor) == 0 || errno == EINVAL || errno == EBADF ? 0 : errno
}

/// The folder and the last name of a path, without trailing slashes.
public func splitPath(_ path: String) -> (folder: String, name: String) {
    var bytes = ArraySlice(path.utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else {
        return (".", String(decoding: bytes, as: UTF8.self))
    }
    let folder = slash == bytes.startIndex ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
    return (folder, String(decoding: bytes[(slash + 1)...], as: UTF8.self))
}

func resolvedLink(_ path: String) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, let resolved = realpath(path, nil)
    else {
        return path
    }
    defer { free(resolved) }
    return String(cString: resolved)
}
