// One epoll instance and the tokens that say who waits for what. It knows nothing of processes or runs.
import CLinux
import Glibc

/// Who an event belongs to: a kind, a place in that kind's table, and the place's generation, so that an event
/// for something that has just gone never reaches its successor.
public struct PollToken: Equatable, Sendable {
    public enum Kind: UInt8, Sendable {
        case process, standardInput, standardOutput, standardError, workers, signals, turns, bell, http,
            plugin
    }

    public var kind: Kind
    public var place: Int
    public var generation: UInt32

    public init(_ kind: Kind, place: Int = 0, generation: UInt32 = 0) {
        self.kind = kind
        self.place = place
        self.generation = generation & 0xFF_FFFF
    }

    /// kind 8 bits | generation 24 bits | place 32 bits
    var word: UInt64 {
        UInt64(kind.rawValue) << 56 | UInt64(generation) << 32 | UInt64(UInt32(truncatingIfNeeded: place))
    }

    init?(word: UInt64) {
        guard let kind = Kind(rawValue: UInt8(word >> 56)) else { return nil }
        self.init(
            kind, place: Int(UInt32(truncatingIfNeeded: word)), generation: UInt32(word >> 32 & 0xFF_FFFF))
    }
}

/// What happened to a descriptor.
public struct PollEvent: Sendable {
    public var token: PollToken
    public var isReadable: Bool
    public var isWritable: Bool
    /// The other side has closed, or an error is pending.
    public var isHangUp: Bool
}

/// An epoll instance. Used by one thread only.
public final class Poller {
    private let descriptor: Int32
    private let capacity = 128
    private let buffer: UnsafeMutablePointer<epoll_event>

    /// Throws `DoorError.system` when the system has no descriptor left.
    public init() throws(DoorError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        if descriptor < 0 { throw .system("epoll_create1", errno) }
        buffer = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
    }

    deinit {
        buffer.deallocate()
        close(descriptor)
    }

    /// Watches a descriptor until it is closed, or with `once` until something has happened to it.
    public func watch(
        _ watched: Int32, reading: Bool, token: PollToken, once: Bool = false
    ) throws(DoorError) {
        var event = epoll_event()
        event.events = reading ? EPOLLIN.rawValue : EPOLLOUT.rawValue
        if once { event.events |= EPOLLONESHOT.rawValue }
        event.data.u64 = token.word
        if epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) != 0 { throw .system("epoll_ctl", errno) }
    }

    /// Watches a descriptor that somebody else owns, for what may change. One that cannot be watched is left alone:
    /// its owner's time limit ends what waits for it.
    func add(_ watched: Int32, reading: Bool, writing: Bool, token: PollToken) {
        control(EPOLL_CTL_ADD, watched, reading, writing, token)
    }

    /// Watches it for something else.
    func change(_ watched: Int32, reading: Bool, writing: Bool, token: PollToken) {
        control(EPOLL_CTL_MOD, watched, reading, writing, token)
    }

    /// Watches it no longer.
    func forget(_ watched: Int32) {
        var event = epoll_event()
        epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, &event)
    }

    private func control(
        _ operation: Int32, _ watched: Int32, _ reading: Bool, _ writing: Bool, _ token: PollToken
    ) {
        var event = epoll_event()
        event.events = (reading ? EPOLLIN.rawValue : 0) | (writing ? EPOLLOUT.rawValue : 0)
        event.data.u64 = token.word
        epoll_ctl(descriptor, operation, watched, &event)
    }

    /// Waits for at most `timeout` nanoseconds (nil: without end) and appends what happened to `events`.
    public func wait(timeout: Int64?, into events: inout [PollEvent]) {
        let count = wf_epoll_wait(descriptor, buffer, Int32(capacity), timeout ?? -1)
        if count <= 0 { return }
        for index in 0..<Int(count) {
            let flags = buffer[index].events
            guard let token = PollToken(word: buffer[index].data.u64) else { continue }
            events.append(
                PollEvent(
                    token: token, isReadable: flags & EPOLLIN.rawValue != 0,
                    isWritable: flags & EPOLLOUT.rawValue != 0,
                    isHangUp: flags & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0))
        }
    }
}

/// What the world refuses the doors as a whole; an attempt's own trouble is its failure, never this.
public enum DoorError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A system call failed: its name and errno.
    case system(String, Int32)

    public var description: String {
        switch self {
        case .system(let call, let code): return "\(call): \(errorText(code))"
        }
    }
}

/// The system's words for an errno.
public func errorText(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    let words = String(cString: text)
    return words.prefix(1).lowercased() + words.dropFirst()
}

/// Nanoseconds of the monotonic clock; only differences mean something.
public func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// Microseconds since 1970-01-01T00:00:00Z.
public func wallMicroseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
}
