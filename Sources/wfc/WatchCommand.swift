// `wfc check --watch`: checks again whenever a workflow file below what was named changes.
import Glibc
import WfCommand
import WfCompiler

/// Changes of files, as the system tells them.
private struct FolderWatch: ~Copyable {
    let descriptor: Int32
    private var folders: Set<String> = []

    init() throws(CommandError) {
        descriptor = inotify_init1(O_CLOEXEC)
        if descriptor < 0 { throw CommandError("cannot watch files: \(reason(errno))") }
    }

    deinit { close(descriptor) }

    /// Watches a folder and all below it, or the folder that a file is in.
    mutating func add(_ operand: String) {
        var status = stat()
        let isFolder = stat(operand, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        let start = isFolder ? operand : operand.lastIndex(of: "/").map { String(operand[...$0]) } ?? "."
        var open = [start]
        while let folder = open.popLast() {
            if folders.insert(folder).inserted { watch(folder) }
            if isFolder { open += FolderWatch.inside(folder) }
        }
    }

    private func watch(_ folder: String) {
        let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE
        _ = inotify_add_watch(descriptor, folder, UInt32(events))
    }

    private static func inside(_ folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var found: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") && Int32(entry.pointee.d_type) == Int32(DT_DIR) {
                found.append((folder.hasSuffix("/") ? folder : folder + "/") + name)
            }
        }
        return found
    }

    /// Whether a file has a part in a check.
    private static func isRead(_ name: String) -> Bool {
        name.hasSuffix(".wf") || SettingsFinder.names.contains(name)
    }

    /// Waits until a workflow file or a folder has changed, and then until nothing has for a moment.
    func wait() {
        var hasChanged = false
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let count = poll(&entry, 1, hasChanged ? 30 : -1)
            if count == 0 { return }
            if count > 0 && readEvents() { hasChanged = true }
        }
    }

    /// Takes the events that are there; whether one is about a workflow file or a folder.
    private func readEvents() -> Bool {
        var room = [UInt8](repeating: 0, count: 1 << 14)
        let count = read(descriptor, &room, room.count)
        var isOurs = false
        var at = 0
        while at + 16 <= count {
            let (mask, length) = room.withUnsafeBytes {
                (
                    $0.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self),
                    Int($0.loadUnaligned(fromByteOffset: at + 12, as: UInt32.self))
                )
            }
            let name = room[(at + 16)..<min(count, at + 16 + length)].prefix { $0 != 0 }
            let isFolder = mask & UInt32(IN_ISDIR) != 0
            // more happened than the system could hold
            if name.isEmpty || isFolder || FolderWatch.isRead(String(decoding: name, as: UTF8.self)) {
                isOurs = true
            }
            at += 16 + length
        }
        return isOurs
    }
}

/// Checks, waits for a change, and checks again, until a signal ends it.
func watch(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    if arguments.operands.contains("-") { throw CommandError("standard input cannot be watched") }
    var changes = try FolderWatch()
    while true {
        for operand in arguments.operands { changes.add(operand) }
        let status = try checkOnce(arguments, streams)
        streams.output.flush()
        streams.printNote(status == 0 ? "no errors; waiting for changes" : "waiting for changes")
        if streams.output.failure != nil { return status }
        changes.wait()
        if isatty(STDERR_FILENO) == 1 { streams.error.write("\u{1B}[2J\u{1B}[H") }
    }
}
