// A thread that takes the engine's turns while the loop's thread goes on with processes: the commit of one turn then
// overlaps the starting of what the turn before has made ready. It knows nothing of effects.
import CLinux
import Glibc
import WfEngine
import WfJournal

/// Takes one turn at a time. Between `begin` and `take` the engine belongs to this thread, else to the loop's.
final class TurnThread: @unchecked Sendable {  // the mutable state is guarded by `mutex`
    private let engine: Engine
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var wanted: Moment?
    private var result: Result<Turn, JournalError>?
    private var isStopping = false
    private var wantsStop = false
    private var thread: pthread_t?
    /// Loop thread only: a turn has begun and has not been taken.
    private(set) var isBusy = false
    /// Readable when a turn has ended.
    let wakeDescriptor: Int32

    init(_ engine: Engine) throws(DoorError) {
        self.engine = engine
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        if wakeDescriptor < 0 { throw .system("eventfd", errno) }
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(changed)
        mutex.deallocate()
        changed.deallocate()
        close(wakeDescriptor)
    }

    /// Begins a turn. Returns whether it did: not when there is no thread to be had.
    func begin(now: Moment) -> Bool {
        precondition(!isBusy, "one turn at a time")
        if thread == nil, !start() { return false }
        isBusy = true
        pthread_mutex_lock(mutex)
        wanted = now
        pthread_mutex_unlock(mutex)
        // Not while it is locked: who wakes up would have to wait at once.
        pthread_cond_signal(changed)
        return true
    }

    /// The turn that has ended; nil while it goes on.
    func take() -> Result<Turn, JournalError>? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard let result else { return nil }
        self.result = nil
        isBusy = false
        return result
    }

    /// Takes note of a wake-up: call it when `wakeDescriptor` is readable, before `take`.
    func silence() {
        var count: UInt64 = 0
        _ = read(wakeDescriptor, &count, 8)
    }

    /// Waits for the turn that goes on.
    func wait() -> Result<Turn, JournalError>? {
        while isBusy {
            if let result = take() { return result }
            var poll = pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, -1)
            silence()
        }
        return nil
    }

    /// Asks a turn that goes on to stop; see `Engine.pulse`.
    func askToStop() {
        pthread_mutex_lock(mutex)
        wantsStop = true
        pthread_mutex_unlock(mutex)
    }

    var isAskedToStop: Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return wantsStop
    }

    /// Ends the thread. No turn may be under way.
    func stop() {
        guard let thread else { return }
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
        pthread_join(thread, nil)
        self.thread = nil
    }

    private func start() -> Bool {
        var made = pthread_t()
        let me = Unmanaged.passRetained(self)
        if pthread_create(&made, nil, turnMain, me.toOpaque()) != 0 {
            me.release()
            return false
        }
        thread = made
        return true
    }

    fileprivate func work() {
        pthread_mutex_lock(mutex)
        while true {
            while wanted == nil && !isStopping { pthread_cond_wait(changed, mutex) }
            guard let now = wanted else { break }
            wanted = nil
            pthread_mutex_unlock(mutex)
            let ended: Result<Turn, JournalError>
            do throws(JournalError) { ended = .success(try engine.turn(now: now)) } catch {
                ended = .failure(error)
            }
            pthread_mutex_lock(mutex)
            result = ended
            pthread_mutex_unlock(mutex)
            var one: UInt64 = 1
            _ = write(wakeDescriptor, &one, 8)
            pthread_mutex_lock(mutex)
        }
        pthread_mutex_unlock(mutex)
    }
}

/// Entry of the thread; balances `passRetained`.
@Sendable
private func turnMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<TurnThread>.fromOpaque(argument).takeRetainedValue().work()
    return nil
}
