// Finds and ends processes that a dead engine has left behind: they carry the run's name in their environment.
// It knows nothing of runs beyond that name.
import CLinux
import Glibc

public enum Survivors {
    /// Kills the process groups of all processes that carry `WF_RUN=run`, and waits until they are gone.
    /// Call it once this process owns the run, before the first effect is started.
    /// - Returns: how many processes were found.
    @discardableResult
    public static func end(ofRun run: String, waitMs: Int = 2_000) -> Int {
        let marks = [UInt8](("WF_RUN=" + run).utf8)
        let found = processes(marked: marks)
        if found.isEmpty { return 0 }
        let ownGroup = getpgrp()
        var descriptors: [Int32] = []
        for processId in found {
            let descriptor = wf_pidfd_open(processId)
            if descriptor >= 0 { descriptors.append(descriptor) }
            let group = getpgid(processId)
            if group > 1, group != ownGroup { kill(-group, SIGKILL) }
            kill(processId, SIGKILL)
        }
        let end = monotonicNanoseconds() + Int64(waitMs) * 1_000_000
        for descriptor in descriptors {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = max(0, (end - monotonicNanoseconds()) / 1_000_000)
            _ = poll(&wait, 1, Int32(truncatingIfNeeded: left))
            close(descriptor)
        }
        return found.count
    }

    /// The processes whose environment holds an entry equal to `mark`, apart from this one and its ancestors.
    private static func processes(marked mark: [UInt8]) -> [Int32] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        let ancestors = ownAncestors()
        var result: [Int32] = []
        var buffer: [UInt8] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let processId = Int32(name), !ancestors.contains(processId) else { continue }
            if readWhole("/proc/\(name)/environ", into: &buffer), holds(buffer, mark) {
                result.append(processId)
            }
        }
        return result
    }

    private static func ownAncestors() -> [Int32] {
        var result = [getpid()]
        var buffer: [UInt8] = []
        while let last = result.last, last > 1, result.count < 64 {
            guard readWhole("/proc/\(last)/stat", into: &buffer),
                let nameEnd = buffer.lastIndex(of: UInt8(ascii: ")"))
            else { break }
            // After the name: state, then the parent.
            let fields = buffer[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
            guard fields.count > 1, let parent = Int32(String(decoding: fields[1], as: UTF8.self)) else {
                break
            }
            result.append(parent)
        }
        return result
    }

    private static func holds(_ environment: [UInt8], _ mark: [UInt8]) -> Bool {
        environment.split(separator: 0).contains { $0.elementsEqual(mark) }
    }

    private static func readWhole(_ path: String, into buffer: inout [UInt8]) -> Bool {
        buffer.removeAll(keepingCapacity: true)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return false }
        defer { close(descriptor) }
        var part = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return count == 0 }
            buffer.append(contentsOf: part[..<count])
        }
    }
}
