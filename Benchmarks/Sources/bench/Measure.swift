// Runs whole programs and times them: wall clock from spawn to exit, CPU time and peak memory of the child. Knows
// nothing of what is measured.
import Glibc

/// One timed run of a program.
struct Sample {
    var seconds: Double
    /// User and system time of the child, and of the processes it waited for.
    var cpuSeconds: Double
    /// The child's alone, in ticks of 10 ms.
    var ownCpuSeconds: Double
    var peakKilobytes: Int
    /// That it has had written to a disk; 0 where there is none.
    var writtenKilobytes: Double
    var status: Int32
    var output: String
}

func fatal(_ message: String) -> Never {
    say("bench: " + message, to: 2)
    exit(1)
}

func say(_ line: String, to descriptor: Int32 = 1) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}

func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Runs a program once. Its standard output is kept only when `keepOutput` is set; standard error goes to /dev/null
/// unless the program fails.
func run(_ command: [String], folder: String? = nil, keepOutput: Bool = false) -> Sample {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let outputPath = Workplace.folder + "/output"
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
        &actions, 1, keepOutput ? outputPath : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(
        &actions, 2, Workplace.folder + "/errors", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let previous = folder.map { _ in String(cString: getcwd(nil, 0)) }
    if let folder, chdir(folder) != 0 { fatal("no folder \(folder)") }
    var pointers: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    let start = now()
    guard posix_spawnp(&pid, command[0], &actions, nil, &pointers, environ) == 0 else {
        fatal("cannot start \(command[0]); run scripts/bench, which installs what is needed")
    }
    var information = siginfo_t()
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
    let seconds = now() - start
    let own = ownCpu(of: pid)
    var status: Int32 = 0
    var usage = rusage()
    wait4(pid, &status, 0, &usage)
    if let previous { chdir(previous) }
    func time(_ value: timeval) -> Double { Double(value.tv_sec) + Double(value.tv_usec) * 1e-6 }
    return Sample(
        seconds: seconds, cpuSeconds: time(usage.ru_utime) + time(usage.ru_stime),
        ownCpuSeconds: own, peakKilobytes: usage.ru_maxrss,
        writtenKilobytes: Double(usage.ru_oublock) / 2,
        status: status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f),
        output: keepOutput ? readText(outputPath) : "")
}

/// Seconds that a process which has ended and has not been reaped computed itself, without its children.
private func ownCpu(of process: pid_t) -> Double {
    let text = readText("/proc/\(process)/stat")
    guard let nameEnd = text.lastIndex(of: ")") else { return 0 }
    // After the name: state is field 3; utime and stime are fields 14 and 15.
    let fields = text[nameEnd...].split(separator: " ").dropFirst()
    let times = fields.dropFirst(11).prefix(2).compactMap { Double($0) }
    return times.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
}

/// Runs a program `times` times, interleaving nothing; stops the benchmark when it fails.
func runAll(_ command: [String], times: Int, folder: String? = nil, before: () -> Void = {}) -> [Sample] {
    (0..<times).map { _ in
        before()
        let sample = run(command, folder: folder)
        if sample.status != 0 {
            fatal(
                "\(command.joined(separator: " ")) ended with \(sample.status): \(readText(Workplace.folder + "/errors"))"
            )
        }
        return sample
    }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func readText(_ path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes.append(contentsOf: buffer[0..<count])
    }
}

func writeText(_ path: String, _ text: String) {
    guard let file = fopen(path, "w") else { fatal("cannot write \(path)") }
    defer { fclose(file) }
    var text = text
    text.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, file) }
}

/// The folder everything is made in; on the disk of the checkout, so that fsync means something.
enum Workplace {
    nonisolated(unsafe) static var folder = ""
    nonisolated(unsafe) static var root = ""
    nonisolated(unsafe) static var wfc = ""
    nonisolated(unsafe) static var wfi = ""

    /// - Parameter smoke: a smoke run finds nothing of a whole one.
    static func prepare(smoke: Bool) {
        root = String(cString: getcwd(nil, 0))
        folder = root + "/.build/bench"
        mkdir(root + "/.build", 0o755)
        mkdir(folder, 0o755)
        if smoke {
            folder += "/smoke"
            mkdir(folder, 0o755)
        }
        wfc = environment("WFC") ?? root + "/.build/release/wfc"
        wfi = environment("WFI") ?? root + "/.build/release/wfi"
    }

    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Removes a journal with its companions.
    static func removeJournal(_ path: String) {
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }
}
