// Runs a program to its end for tests: arguments, input bytes, what it printed and how it ended. Small and blocking;
// knows nothing of wf. The product's own processes are in WfDoors.
public import Glibc

/// What a program printed and how it ended.
public struct ProcessResult: Sendable {
    public var standardOutput: [UInt8]
    public var standardError: [UInt8]
    /// Exit status, or 128 + signal number.
    public var status: Int32

    public var outputText: String { String(decoding: standardOutput, as: UTF8.self) }
    public var errorText: String { String(decoding: standardError, as: UTF8.self) }
}

/// A program that could not be started.
public struct SubprocessError: Error, CustomStringConvertible {
    public let description: String
}

/// A child whose output goes to two files in a folder of its own.
public struct RunningProcess: ~Copyable {
    public let pid: pid_t
    private let folder: TemporaryFolder

    /// Starts `program` (a path, or a name looked up on PATH) with `arguments`; `environment` replaces ours when given.
    public init(
        _ program: String, _ arguments: [String], input: [UInt8]? = nil, workingFolder: String? = nil,
        environment: [String]? = nil
    ) throws(SubprocessError) {
        let folder = try TemporaryFolder("wf-child")
        var inputPath = "/dev/null"
        if let input {
            inputPath = folder.path + "/in"
            try writeFile(inputPath, input)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 1, folder.path + "/out", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(
            &actions, 2, folder.path + "/err", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var command = [program] + arguments
        if let workingFolder {
            command = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", workingFolder] + command
        }
        var pointers: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var pid: pid_t = 0
        let path = command[0]
        let code: Int32
        if let environment {
            var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
            defer { for variable in variables { free(variable) } }
            code = posix_spawnp(&pid, path, &actions, nil, &pointers, &variables)
        } else {
            code = posix_spawnp(&pid, path, &actions, nil, &pointers, environ)
        }
        guard code == 0 else {
            throw SubprocessError(description: "cannot start \(program): \(String(cString: strerror(code)))")
        }
        self.pid = pid
        self.folder = folder
    }

    /// Sends a signal to the child.
    public func signal(_ number: Int32) { kill(pid, number) }

    /// Waits until the process takes signals by itself (it has blocked SIGINT, to read it from a descriptor), or for
    /// 30 s.
    public func waitUntilItTakesSignals() {
        for _ in 0..<15_000 {
            var text = ""
            if let file = fopen("/proc/\(pid)/status", "r") {
                var buffer = [CChar](repeating: 0, count: 4096)
                let count = fread(&buffer, 1, buffer.count, file)
                fclose(file)
                text = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
            if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("SigBlk:") }),
                let mask = UInt64(line.dropFirst(8), radix: 16), mask & 1 << UInt64(SIGINT - 1) != 0
            {
                return
            }
            usleep(2_000)
        }
    }

    /// Waits for the end and gives back everything; kills the child after `seconds`.
    public consuming func wait(seconds: Int = 120) throws(SubprocessError) -> ProcessResult {
        var status: Int32 = 0
        var waited = 0
        var pause: UInt32 = 200
        while true {
            let ended = waitpid(pid, &status, WNOHANG)
            if ended == pid { break }
            if waited > seconds * 1_000_000 {
                kill(pid, SIGKILL)
                waitpid(pid, &status, 0)
                throw SubprocessError(description: "no end after \(seconds) s; killed")
            }
            usleep(pause)
            waited += Int(pause)
            if pause < 5_000 { pause += 100 }
        }
        let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
        return ProcessResult(
            standardOutput: try readFile(folder.path + "/out"),
            standardError: try readFile(folder.path + "/err"),
            status: code)
    }
}

/// Runs a program to its end.
public func runProcess(
    _ program: String, _ arguments: [String], input: [UInt8]? = nil, workingFolder: String? = nil,
    environment: [String]? = nil, seconds: Int = 120
) throws(SubprocessError) -> ProcessResult {
    try RunningProcess(
        program, arguments, input: input, workingFolder: workingFolder, environment: environment
    ).wait(seconds: seconds)
}

/// A folder that is removed with the value that made it.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init(_ name: String) throws(SubprocessError) {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/\(name).XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SubprocessError(description: "cannot make a folder in \(base)")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { removeTree(path) }
}

/// Removes a file or a folder with all it holds.
public func removeTree(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
        for name in folderEntries(path) { removeTree(path + "/" + name) }
        rmdir(path)
    } else {
        unlink(path)
    }
}

/// The names in a folder, sorted; empty when it cannot be read.
public func folderEntries(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix(while: { $0 != 0 }), as: UTF8.self)
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// All files below a folder whose name ends with `suffix`, as sorted paths.
public func filesBelow(_ folder: String, suffix: String) -> [String] {
    var found: [String] = []
    for name in folderEntries(folder) {
        let path = folder + "/" + name
        var status = stat()
        guard stat(path, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR {
            found += filesBelow(path, suffix: suffix)
        } else if name.hasSuffix(suffix) {
            found.append(path)
        }
    }
    return found
}

/// The bytes of a file.
public func readFile(_ path: String) throws(SubprocessError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SubprocessError(description: "cannot read \(path)") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count <= 0 { return bytes }
        bytes.append(contentsOf: buffer[0..<count])
    }
}

/// Writes a file anew.
public func writeFile(_ path: String, _ bytes: [UInt8]) throws(SubprocessError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SubprocessError(description: "cannot write \(path)") }
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
        let count = bytes.withUnsafeBytes {
            write(descriptor, $0.baseAddress?.advanced(by: offset), bytes.count - offset)
        }
        guard count > 0 else { throw SubprocessError(description: "cannot write \(path)") }
        offset += count
    }
}

/// Whether there is a file or folder at this path.
public func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }
