// What a file is, who may use it, links and temporary folders. Blocking calls; they know nothing of steps.
import Glibc
import WfEngine
import WfValue

/// `Stat?` of stdlib/file.wf, encoded; a failure when the file cannot be looked up for another reason than that it is
/// not there.
func statOutcome(_ given: String, _ path: String) -> EffectOutcome {
    var link = stat()
    if lstat(path, &link) != 0 {
        let code = errno
        return code == ENOENT || code == ENOTDIR
            ? .success([0]) : .failure(DoorFailures.file("looked up", given, code))
    }
    var target = stat()
    // A link that leads nowhere is described by itself.
    if stat(path, &target) != 0 { target = link }
    let kind = target.st_mode & S_IFMT
    var writer = ByteWriter()
    writer.appendBool(true)
    writer.appendBool(kind == S_IFREG)
    writer.appendBool(kind == S_IFDIR)
    writer.appendBool(link.st_mode & S_IFMT == S_IFLNK)
    writer.appendInt(Int(target.st_size))
    writer.appendInt(target.st_mtim.tv_sec * 1_000_000 + target.st_mtim.tv_nsec / 1_000)
    let digits = String(target.st_mode & 0o7777, radix: 8)
    writer.appendString(String(repeating: "0", count: max(0, 3 - digits.count)) + digits)
    return .success(writer.toArray())
}

/// Sets permissions written in octal. Returns 0 or an errno.
func setPermissions(_ path: String, _ text: String) -> Int32 {
    guard let mode = mode_t(text, radix: 8), mode <= 0o7777 else { return EINVAL }
    return chmod(path, mode) == 0 ? 0 : errno
}

/// Makes a symbolic link, in the place of one that is there. Returns 0 or an errno.
func makeLink(_ path: String, to target: String) -> Int32 {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK { return EEXIST }
    let (folder, name) = splitPath(path)
    let made =
        "\(folder)/.\(name.utf8.count > 200 ? "wf" : name).\(String(systemRandom(), radix: 36)).tmp"
    if symlink(target, made) != 0 { return errno }
    if rename(made, path) != 0 {
        let code = errno
        unlink(made)
        return code
    }
    return syncFolder(folder)
}

/// A folder for passing things that belongs to one step: the same for every attempt at it. Returns its path, or an errno.
func temporaryFolder(_ prefix: String, key: String) -> Result<String, Trouble> {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    while base.utf8.count > 1, base.hasSuffix("/") { base.removeLast() }
    let path = "\(base)/\(prefix)-\(getuid())-\(String(hash, radix: 36))"
    if mkdir(path, 0o700) != 0, errno != EEXIST { return .failure(Trouble(code: errno)) }
    var status = stat()
    if lstat(path, &status) != 0 { return .failure(Trouble(code: errno)) }
    // Somebody else's folder, or a link to one, is not ours to use.
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid() else {
        return .failure(Trouble(code: EEXIST))
    }
    return .success(path)
}
