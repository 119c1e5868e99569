// All HTTP transfers, on libcurl's multi interface: it tells which sockets and which time it waits for, the loop's
// epoll instance waits for them, and nobody blocks. It knows no steps; it reports to a `DoorReports`.
import CCurl
import Glibc
import WfEngine
import WfValue

/// The HTTP transfers in flight. Owned by the loop's thread.
final class HttpClient {
    private let poller: Poller
    private let reports: DoorReports
    private let workers: WorkerPool
    private let multi: UnsafeMutableRawPointer
    private var transfers: [AttemptId: HttpTransfer] = [:]
    private var types: [AttemptId: TypeTable] = [:]
    /// By descriptor: how often it has been watched, for tokens that outlive their socket.
    private var generations: [Int32: UInt32] = [:]
    private var watched: Set<Int32> = []
    /// Monotonic nanoseconds of what libcurl wants to be called for; nil: nothing.
    private(set) var nextDeadline: Int64?

    /// Loads libcurl; nil when there is none.
    init?(poller: Poller, reports: DoorReports, workers: WorkerPool) {
        guard wf_curl_load() == 0, let multi = wf_curl_multi() else { return nil }
        self.poller = poller
        self.reports = reports
        self.workers = workers
        self.multi = multi
        wf_curl_multi_callbacks(
            multi,
            { _, socket, what, context, _ in
                HttpClient.from(context).watch(socket, what)
                return 0
            },
            { _, milliseconds, context in
                HttpClient.from(context).wake(after: milliseconds)
                return 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        wf_curl_multi_callbacks(multi, nil, nil, nil)
        for transfer in transfers.values { wf_curl_remove(multi, transfer.easy) }
        wf_curl_multi_free(multi)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HttpClient {
        guard let context else { preconditionFailure("libcurl hands back what it was given") }
        return Unmanaged<HttpClient>.fromOpaque(context).takeUnretainedValue()
    }

    var count: Int { transfers.count }

    func holds(_ attempt: AttemptId) -> Bool { transfers[attempt] != nil }

    /// Starts a transfer; its end is reported.
    func start(_ request: HttpRequest, types table: TypeTable) {
        if let mistake = request.mistake {
            return reports.end(request.attempt, .failure(DoorFailures.httpArgument(mistake)))
        }
        guard let transfer = HttpTransfer(request) else {
            return reports.end(
                request.attempt, .failure(DoorFailures.text("io", "a transfer cannot be set up")))
        }
        guard transfer.prepare() else {
            return reports.end(request.attempt, DoorFailures.httpOutcome(transfer, code: 26))
        }
        transfers[request.attempt] = transfer
        types[request.attempt] = table
        wf_curl_add(multi, transfer.easy)
        act(-1, 0)
    }

    /// Stops a transfer and reports that.
    func cancel(_ attempt: AttemptId) {
        guard let transfer = remove(attempt) else { return }
        wf_curl_remove(multi, transfer.easy)
        reports.end(attempt, .failure(DoorFailures.cancelled))
    }

    /// Stops all transfers.
    func cancelAll() {
        for attempt in transfers.keys.sorted(by: { $0.raw < $1.raw }) { cancel(attempt) }
    }

    private func remove(_ attempt: AttemptId) -> HttpTransfer? {
        types[attempt] = nil
        return transfers.removeValue(forKey: attempt)
    }

    // MARK: events

    func handle(_ event: PollEvent) {
        let socket = Int32(truncatingIfNeeded: event.token.place)
        guard watched.contains(socket), event.token == token(socket) else { return }
        let flags = (event.isReadable ? 1 : 0) | (event.isWritable ? 2 : 0) | (event.isHangUp ? 4 : 0)
        act(socket, Int32(flags))
    }

    func runTimers(now: Int64) {
        guard let due = nextDeadline, due <= now else { return }
        nextDeadline = nil
        act(-1, 0)
    }

    private func act(_ socket: Int32, _ events: Int32) {
        wf_curl_act(multi, socket, events)
        var code: Int32 = 0
        while let easy = wf_curl_take_ended(multi, &code) {
            guard let place = wf_curl_info_pointer(easy, Int32(WF_CURL_ASK_PRIVATE.rawValue)) else {
                continue
            }
            let transfer = Unmanaged<HttpTransfer>.fromOpaque(place).takeUnretainedValue()
            wf_curl_remove(multi, easy)
            settle(transfer, code)
        }
    }

    private func token(_ socket: Int32) -> PollToken {
        PollToken(.http, place: Int(socket), generation: generations[socket] ?? 0)
    }

    private func watch(_ socket: Int32, _ what: Int32) {
        if what == 4 {
            watched.remove(socket)
            poller.forget(socket)
            return
        }
        let (reading, writing) = (what & 1 != 0, what & 2 != 0)
        if watched.insert(socket).inserted {
            generations[socket, default: 0] &+= 1
            poller.add(socket, reading: reading, writing: writing, token: token(socket))
        } else {
            poller.change(socket, reading: reading, writing: writing, token: token(socket))
        }
    }

    private func wake(after milliseconds: Int) {
        nextDeadline = milliseconds < 0 ? nil : monotonicNanoseconds() + Int64(milliseconds) * 1_000_000
    }

    // MARK: ends

    private func settle(_ transfer: HttpTransfer, _ code: Int32) {
        if code == 0, let next = transfer.redirect { return follow(transfer, next) }
        let attempt = transfer.request.attempt
        guard let table = types[attempt], remove(attempt) != nil else { return }
        if code != 0 { return reports.end(attempt, DoorFailures.httpOutcome(transfer, code: code)) }
        if !transfer.isSuccess(transfer.answeredStatus) {
            return reports.end(attempt, .failure(DoorFailures.httpStatus(transfer, table)))
        }
        if transfer.request.target != nil {
            guard let work = transfer.finishDownload() else {
                return reports.end(attempt, DoorFailures.httpOutcome(transfer, code: 23))
            }
            return workers.submit(WorkerJob(attempt: attempt, run: work))
        }
        reports.end(attempt, .success(transfer.response()))
    }

    private func follow(_ transfer: HttpTransfer, _ next: String) {
        let attempt = transfer.request.attempt
        var failure: EffectFailure?
        if transfer.redirects >= transfer.request.redirectsMax {
            failure = DoorFailures.httpRedirects(transfer)
        } else if transfer.request.url.lowercased().hasPrefix("https:"),
            !next.lowercased().hasPrefix("https:")
        {
            failure = DoorFailures.httpDowngrade(transfer)
        } else {
            transfer.follow(next)
            if let mistake = transfer.request.mistake { failure = DoorFailures.httpArgument(mistake) }
        }
        if failure == nil, transfer.prepare() {
            wf_curl_add(multi, transfer.easy)
            return
        }
        _ = remove(attempt)
        reports.end(
            attempt, failure.map { .failure($0) } ?? DoorFailures.httpOutcome(transfer, code: 26))
    }
}
