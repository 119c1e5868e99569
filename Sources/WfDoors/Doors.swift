// All doors behind one face: an effect's name to who does it. It knows no runs and no engine, only requests.
import Glibc
public import WfEngine
import WfValue

/// Something a step told the world with `emit`.
public struct Emission: Sendable {
    public var request: EffectRequest
    public var name: String
    /// JSON text.
    public var data: [UInt8]
}

/// The built-in effects. Owned by the loop's thread; what they have to tell gathers in `reports`.
public final class Doors {
    public let reports = DoorReports()
    public let processes: ProcessTable
    let secrets: Secrets
    /// What `emit` said since it was last taken.
    public var emissions: [Emission] = []
    private let workers: WorkerPool
    private let poller: Poller
    /// Made by the first HTTP call.
    private var http: HttpClient?
    private let plugins: PluginTable
    private let now: () -> Int

    /// - Parameters:
    ///   - inherited: what processes get of our environment.
    ///   - secrets: those of the plans whose effects are started.
    ///   - now: microseconds since 1970, for the effect `now`.
    public init(
        poller: Poller, inherited: InheritedEnvironment, secrets: Secrets = Secrets(),
        now: @escaping () -> Int = wallMicroseconds
    ) throws(DoorError) {
        self.secrets = secrets
        processes = try ProcessTable(poller: poller, reports: reports, inherited: inherited, secrets: secrets)
        workers = try WorkerPool()
        self.poller = poller
        plugins = PluginTable(poller: poller, reports: reports, processes: processes)
        self.now = now
        try poller.watch(workers.wakeDescriptor, reading: true, token: PollToken(.workers))
    }

    /// Effects that this program has a door for; `nop`, `sleep` and `sleepUntil` are the engine's own.
    public static func serves(_ effect: String) -> Bool {
        switch effect {
        case "exec", "shell", "now", "random", "uuid", "emit", "sql", "plugin.call": return true
        default: return FileEffect(rawValue: effect) != nil || HttpEffect(rawValue: effect) != nil
        }
    }

    /// Attempts that have been started and have not ended.
    public var inFlight: Int { processes.count + workers.inFlight + (http?.count ?? 0) + plugins.count }

    /// Monotonic nanoseconds at which `runTimers` has something to do; nil: never.
    var nextDeadline: Int64? {
        [processes.nextDeadline, http?.nextDeadline, plugins.nextDeadline].compactMap { $0 }.min()
    }

    /// Does what is due.
    func runTimers(now: Int64) {
        processes.runTimers(now: now)
        http?.runTimers(now: now)
        plugins.runTimers(now: now)
    }

    /// Ends everything in flight at once; nothing more is reported of it.
    public func killAll() {
        processes.killAll()
        plugins.stop()
        http?.cancelAll()
    }

    /// Asks everything in flight to stop.
    func cancelAll() {
        processes.cancelAll()
        http?.cancelAll()
        plugins.cancelAll()
    }

    /// Whether the file workers are at something that cannot be stopped.
    public var isWritingFiles: Bool { workers.inFlight > 0 }

    /// Starts an effect. Quick ones have ended when this returns.
    public func start(_ request: EffectRequest) {
        do throws(DecodeError) {
            let request = try secrets.expanded(request)
            switch request.effect {
            case "exec": processes.start(try ProcessRequest(request, isShell: false))
            case "shell": processes.start(try ProcessRequest(request, isShell: true))
            case "now": reports.end(request.attempt, .success(encoded { $0.appendInt(now()) }))
            case "random":
                let value = Double(systemRandom() >> 11) * 0x1p-53
                reports.end(request.attempt, .success(encoded { $0.appendFloat(value) }))
            case "uuid": reports.end(request.attempt, .success(encoded { $0.appendString(uuidText()) }))
            case "emit": try emit(request)
            case "plugin.call": plugins.start(try PluginCall(request))
            default:
                if let effect = HttpEffect(rawValue: request.effect) {
                    startHttp(try HttpRequest(request, effect), request)
                } else {
                    startFile(request)
                }
            }
        } catch {
            reports.end(request.attempt, .failure(DoorFailures.arguments(request.effect, error)))
        }
    }

    private func startFile(_ request: EffectRequest) {
        guard let effect = FileEffect(rawValue: request.effect) else {
            return reports.end(request.attempt, .failure(DoorFailures.unknownEffect(request.effect)))
        }
        let job = FileJob(
            attempt: request.attempt, effect: effect, arguments: request.arguments,
            baseFolder: request.baseFolder, yieldsText: request.resultType == .string,
            key: request.key)
        workers.submit(WorkerJob(attempt: request.attempt) { job.run() })
    }

    private func startHttp(_ http: HttpRequest, _ request: EffectRequest) {
        if self.http == nil { self.http = HttpClient(poller: poller, reports: reports, workers: workers) }
        guard let client = self.http else {
            return reports.end(request.attempt, .failure(DoorFailures.httpLibraryMissing))
        }
        client.start(http, types: request.plan.types)
    }

    /// Asks an attempt to stop; its end is reported as usual.
    public func cancel(_ attempt: AttemptId) {
        if processes.holds(attempt) {
            processes.cancel(attempt)
        } else if let http, http.holds(attempt) {
            http.cancel(attempt)
        } else if plugins.holds(attempt) {
            plugins.cancel(attempt)
        } else if workers.withdraw(attempt) {
            reports.end(attempt, .failure(DoorFailures.cancelled))
        }
    }

    /// Moves along what an event is about.
    public func handle(_ event: PollEvent) {
        switch event.token.kind {
        case .process, .standardInput, .standardOutput, .standardError: processes.handle(event)
        case .workers: workers.takeEnded(into: &reports.ended)
        case .http: http?.handle(event)
        case .plugin: plugins.handle(event)
        case .signals, .turns, .bell: return
        }
    }

    /// Ends the file workers after what they are at.
    public func stop() {
        plugins.stop()
        workers.stop()
    }

    // MARK: small effects

    private func encoded(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        body(&writer)
        return writer.toArray()
    }

    private func emit(_ request: EffectRequest) throws(DecodeError) {
        let (name, json) = try withByteReader(request.arguments) { (reader) throws(DecodeError) in
            let name = try reader.readString()
            return (name, Array(try reader.readBytes(reader.remaining)))
        }
        do throws(JsonError) {
            let text = try request.plan.types.jsonText(of: json, as: .json)
            reports.write(request.attempt, .note, ArraySlice(Array("emit \(name) ".utf8) + text + [0x0A]))
            emissions.append(Emission(request: request, name: name, data: text))
            reports.end(request.attempt, .success([]))
        } catch {
            reports.end(
                request.attempt,
                .failure(DoorFailures.text("decode", "what was emitted is no JSON: \(error)")))
        }
    }
}

/// 64 bits from the system's random source.
public func systemRandom() -> UInt64 {
    var value: UInt64 = 0
    let code = getentropy(&value, 8)
    precondition(code == 0, "the kernel's random source answers requests of up to 256 bytes")
    return value
}

/// A random UUID (version 4, RFC 9562) in its usual text form.
public func uuidText() -> String {
    var bytes: [UInt8] = []
    for word in [systemRandom(), systemRandom()] {
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
    }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
        if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
