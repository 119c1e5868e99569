// ShellCheck in the editor, for projects that ask for it: started when a file is saved or has not been changed for a while,
// beside the conversation, and ended when the file changes. Its findings hold for one tree.
import Glibc
import WfCompiler
import WfDiagnostics
import WfSource
import WfSyntax

/// What ShellCheck has said, and what it is to be asked.
struct ScriptChecks {
    /// How long a file has to stay as it is before its scripts are looked at, in milliseconds.
    static let pause = 700

    /// By path: when to look, in milliseconds of a clock that only goes on.
    var due: [String: Int] = [:]
    var found: [String: (tree: SyntaxTree, diagnostics: [Diagnostic])] = [:]
    var job: ScriptJob?
    /// It is not installed: nobody is told again.
    var isMissing = false

    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}

/// A running ShellCheck.
final class ScriptJob {
    let path: String
    let tree: SyntaxTree
    let scripts: ShellScripts
    private let folder: ScriptFolder
    private let pid: pid_t
    /// Where it prints.
    let output: Int32
    private(set) var bytes: [UInt8] = []

    /// Nil when it cannot be started.
    init?(_ path: String, _ tree: SyntaxTree, _ scripts: ShellScripts) {
        guard let folder = try? ScriptFolder(scripts) else { return nil }
        (self.path, self.tree, self.scripts, self.folder) = (path, tree, scripts, folder)
        var ends: [Int32] = [-1, -1]
        var child: pid_t = 0
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        // the conversation is none of its business
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
            close(ends[1])
        }
        var words: [UnsafeMutablePointer<CChar>?] = [
            strdup("sh"), strdup("-c"), strdup(scripts.command(in: folder.path)), nil,
        ]
        defer { for word in words { free(word) } }
        let status = posix_spawn(&child, "/bin/sh", &actions, &attributes, &words, environ)
        (pid, output) = (child, ends[0])
        if status != 0 {
            close(ends[0])
            return nil
        }
    }

    /// Takes in what is there; true when there will be no more.
    func read() -> Bool {
        var room = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(output, &room, room.count)
        if count > 0 { bytes += room[..<count] }
        return count == 0 || count < 0 && errno != EINTR
    }

    /// Ends it, running or not; its exit status.
    func end() -> Int32 {
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        close(output)
        return status >> 8
    }
}

extension LanguageServer {
    /// Whether a file's scripts are to be looked at.
    private func checksScripts(_ path: String) -> Bool {
        !scripts.isMissing && open[path] != nil
            && (settings.checksShell ?? workspace.settings(path).checksShell)
    }

    /// A file has another text, or is opened, saved, closed: what runs for it is of no use any more.
    func scriptsChanged(_ path: String, after pause: Int = ScriptChecks.pause) {
        if scripts.job?.path == path {
            _ = scripts.job?.end()
            scripts.job = nil
        }
        scripts.due[path] = checksScripts(path) ? ScriptChecks.now + pause : nil
    }

    /// Waits until the client says something, and looks at scripts meanwhile.
    ///
    /// - Returns: false when there is something to tell first.
    func awaitInput() -> Bool {
        while !hasWork {
            startScripts()
            if scripts.due.isEmpty && scripts.job == nil { return true }
            var entries = [pollfd(fd: stream.input, events: Int16(POLLIN), revents: 0)]
            if let job = scripts.job {
                entries.append(pollfd(fd: job.output, events: Int16(POLLIN), revents: 0))
            }
            var wait = -1
            if scripts.job == nil, let next = scripts.due.values.min() {
                wait = max(0, next - ScriptChecks.now)
            }
            _ = poll(&entries, nfds_t(entries.count), Int32(wait))
            if entries[0].revents != 0 { return true }
            if entries.count > 1, entries[1].revents != 0, scripts.job?.read() ?? false { finishScripts() }
        }
        return false
    }

    /// Starts what is due, one file at a time.
    private func startScripts() {
        while scripts.job == nil, let next = scripts.due.min(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
            next.value <= ScriptChecks.now
        {
            scripts.due[next.key] = nil
            guard checksScripts(next.key), let tree = workspace.tree(next.key), !tree.hasErrors else {
                continue
            }
            let wanted = ShellScripts([(tree, workspace.settings(next.key))])
            if wanted.isEmpty {
                scripts.found[next.key] = nil
                continue
            }
            scripts.job = ScriptJob(next.key, tree, wanted)
        }
    }

    private func finishScripts() {
        guard let job = scripts.job else { return }
        scripts.job = nil
        let status = job.end()
        if status == 127 && job.bytes.isEmpty {
            scripts.isMissing = true
            notify(
                "window/logMessage",
                [
                    "type": 3,
                    "message": "shellcheck is not installed: the scripts in strings are not looked at",
                ])
            return
        }
        guard let found = job.scripts.findings(job.bytes) else { return }
        scripts.found[job.path] = (job.tree, found)
        untold.insert(job.path)
        needsRefresh = client.refreshesDiagnostics
    }

    // MARK: what is shown

    /// What the compiler and ShellCheck say about a file, without what its project has agreed to live with.
    func allDiagnostics(_ path: String) -> [Diagnostic] {
        var found = workspace.diagnostics(path)
        guard let tree = workspace.tree(path) else { return found }
        if let known = scripts.found[path], known.tree === tree, !known.diagnostics.isEmpty,
            checksScripts(path)
        {
            var sink = DiagnosticSink()
            sink.add(contentsOf: found + known.diagnostics)
            found = sink.sorted()
        }
        guard settings.hidesAgreed, let list = workspace.settings(path).baseline,
            let baseline = baseline(list)
        else { return found }
        return baseline.shown(found, of: tree, path: { self.path($0, besides: list) })
    }

    /// The list at a path, read once; nil when there is something wrong with it, which is told.
    private func baseline(_ path: String) -> Baseline? {
        if let known = baselines[path] { return known.wrong.isEmpty ? known.baseline : nil }
        let source = workspace.text(path) ?? SourceFile(path: path, bytes: [])
        let (baseline, wrong) = Baseline.read(source, file: FileId(0))
        baselines[path] = (source, baseline, wrong)
        return wrong.isEmpty ? baseline : nil
    }

    /// A path as a list in a folder writes it.
    private func path(_ path: String, besides list: String) -> String {
        let (whole, file) = (folders.absolute(path), folders.absolute(list))
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "/"
        return whole.hasPrefix(folder) ? String(whole.dropFirst(folder.count)) : whole
    }
}
