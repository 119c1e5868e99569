// A few threads for work that may block in a system call: files. Jobs go in, outcomes come out in batches; the
// loop is woken through an eventfd. It knows nothing of the jobs but how to run one.
import CLinux
import Glibc
import WfEngine

/// Work for an attempt that may wait for the disk.
struct WorkerJob: Sendable {
    let attempt: AttemptId
    let run: @Sendable () -> EffectOutcome
}

/// Threads that run such jobs. Started with the first job; all of its methods belong to the loop's thread.
final class WorkerPool: @unchecked Sendable {  // the mutable state is guarded by `mutex`
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let arrived: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: [WorkerJob] = []
    private var jobsHead = 0
    private var ended: [(attempt: AttemptId, outcome: EffectOutcome)] = []
    private var isStopping = false
    private var threads: [pthread_t] = []
    /// Jobs that have been handed in and not been taken out again. Loop thread only.
    private(set) var inFlight = 0
    /// Readable when something has ended.
    let wakeDescriptor: Int32

    init() throws(DoorError) {
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        if wakeDescriptor < 0 { throw .system("eventfd", errno) }
        mutex = .allocate(capacity: 1)
        arrived = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrived, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(arrived)
        mutex.deallocate()
        arrived.deallocate()
        close(wakeDescriptor)
    }

    /// Hands a job in. When no thread can be started it is run at once.
    func submit(_ job: WorkerJob) {
        inFlight += 1
        startThreads()
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(arrived)
        pthread_mutex_unlock(mutex)
        if threads.isEmpty { runOne(waits: false) }
    }

    /// Takes a job back that no thread has begun. Returns whether there was one.
    func withdraw(_ attempt: AttemptId) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard let index = jobs[jobsHead...].firstIndex(where: { $0.attempt == attempt }) else { return false }
        jobs.remove(at: index)
        inFlight -= 1
        return true
    }

    /// Appends what has ended since the last call.
    func takeEnded(into target: inout [(attempt: AttemptId, outcome: EffectOutcome)]) {
        var count: UInt64 = 0
        _ = read(wakeDescriptor, &count, 8)
        pthread_mutex_lock(mutex)
        inFlight -= ended.count
        target.append(contentsOf: ended)
        ended.removeAll(keepingCapacity: true)
        pthread_mutex_unlock(mutex)
    }

    /// Lets the threads end after the jobs they are at, and waits for them.
    func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_broadcast(arrived)
        pthread_mutex_unlock(mutex)
        for thread in threads { pthread_join(thread, nil) }
        threads = []
    }

    private func startThreads() {
        if !threads.isEmpty { return }
        for _ in 0..<DoorLimits.fileWorkers {
            var thread = pthread_t()
            let me = Unmanaged.passRetained(self)
            if pthread_create(&thread, nil, workerMain, me.toOpaque()) == 0 {
                threads.append(thread)
            } else {
                me.release()
            }
        }
    }

    fileprivate func work() {
        while runOne(waits: true) {}
    }

    /// Runs one job. Returns false when there is none and the pool is stopping or `waits` is off.
    @discardableResult
    private func runOne(waits: Bool) -> Bool {
        pthread_mutex_lock(mutex)
        while jobsHead == jobs.count {
            if isStopping || !waits {
                pthread_mutex_unlock(mutex)
                return false
            }
            pthread_cond_wait(arrived, mutex)
        }
        let job = jobs[jobsHead]
        jobsHead += 1
        if jobsHead == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            jobsHead = 0
        }
        pthread_mutex_unlock(mutex)
        let outcome = job.run()
        pthread_mutex_lock(mutex)
        let wasEmpty = ended.isEmpty
        ended.append((job.attempt, outcome))
        pthread_mutex_unlock(mutex)
        if wasEmpty {
            var one: UInt64 = 1
            _ = write(wakeDescriptor, &one, 8)
        }
        return true
    }
}

/// Entry of a worker thread; balances `passRetained`.
@Sendable
private func workerMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<WorkerPool>.fromOpaque(argument).takeRetainedValue().work()
    return nil
}
