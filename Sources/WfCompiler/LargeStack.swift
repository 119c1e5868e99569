// Runs work that calls itself deeply on threads with room for it, one or as many as there are processors. Knows nothing of the
// work.
import Glibc

private final class Work<Value: Sendable>: @unchecked Sendable {  // used by one thread at a time
    let body: @Sendable () -> Value
    var value: Value?
    init(_ body: @escaping @Sendable () -> Value) { self.body = body }
    func run() { value = body() }
}

private protocol Runnable: AnyObject { func run() }
extension Work: Runnable {}

/// Runs `body` on a thread of its own with a stack of 256 MB (of address space: pages are taken when
/// touched) and waits for it. Without such a thread the work is done on this one, as on one that has been made so.
public func withLargeStack<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value {
    if pthread_getspecific(roomMark) != nil { return body() }
    return started(body)()
}

/// Runs `body` for each number below `count`, in order of the numbers, on as many threads with large stacks as there
/// are processors, and waits for all.
///
/// - Returns: the values, by number.
public func onAllProcessors<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) -> Value
) -> [Value] {
    let turns = Turns(count)
    let parts = (0..<min(count, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))).map { _ in
        started {
            var values: [(number: Int, value: Value)] = []
            while let number = turns.next() { values.append((number, body(number))) }
            return values
        }
    }
    return parts.flatMap { $0() }.sorted { $0.number < $1.number }.map(\.value)
}

/// Numbers that threads take one by one.
private final class Turns: @unchecked Sendable {  // the number is guarded by `mutex`
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var number = 0
    private let count: Int

    init(_ count: Int) {
        self.count = count
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func next() -> Int? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard number < count else { return nil }
        number += 1
        return number - 1
    }
}

/// Set on threads that have such a stack.
private let roomMark: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
}()

/// Starts `body` on a thread with a large stack; what is returned waits for it, once.
private func started<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> () -> Value {
    let work = Work(body)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 256 << 20)
    let argument = Unmanaged.passRetained(work as any Runnable as AnyObject)
    var thread = pthread_t()
    let status = pthread_create(&thread, &attributes, startWork, argument.toOpaque())
    pthread_attr_destroy(&attributes)
    if status != 0 { argument.release() }
    return {
        if status == 0 { pthread_join(thread, nil) } else { work.run() }
        guard let value = work.value else { preconditionFailure("the work has run to its end") }
        return value
    }
}

private func startWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    pthread_setspecific(roomMark, argument)
    let object = Unmanaged<AnyObject>.fromOpaque(argument).takeRetainedValue()
    (object as? any Runnable)?.run()
    return nil
}
