// Runs work that calls itself deeply on a thread with room for it. Knows nothing of the work.
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
/// touched) and waits for it. Without such a thread the work is done on this one.
public func withLargeStack<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value {
    let work = Work(body)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 256 << 20)
    let argument = Unmanaged.passRetained(work as any Runnable as AnyObject)
    var thread = pthread_t()
    let status = pthread_create(&thread, &attributes, startWork, argument.toOpaque())
    pthread_attr_destroy(&attributes)
    if status == 0 {
        pthread_join(thread, nil)
    } else {
        argument.release()
        work.run()
    }
    guard let value = work.value else { preconditionFailure("the work has run to its end") }
    return value
}

private func startWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let object = Unmanaged<AnyObject>.fromOpaque(argument).takeRetainedValue()
    (object as? any Runnable)?.run()
    return nil
}
