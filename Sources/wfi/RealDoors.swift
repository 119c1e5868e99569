// The effects that a test calls `real`: the doors of a run, one effect at a time.
import Glibc
import WfDoors
import WfEngine
import WfJournal
import WfJournalSQLite
import WfTesting

/// Carries effects out, opened at the first one.
final class RealDoors: RealEffects {
    private var poller: Poller?
    private var doors: Doors?
    private var database: StatementDatabase?

    func begin() { database = nil }

    func perform(_ request: EffectRequest) -> EffectOutcome {
        if request.effect == "sql" { return perform(statement: request) }
        do throws(DoorError) {
            let (doors, poller) = try opened()
            doors.start(request)
            return wait(request.attempt, doors, poller)
        } catch {
            return .failure(EffectFailure(kind: "io", message: error.description))
        }
    }

    /// A statement on a database that lives as long as the pass.
    private func perform(statement request: EffectRequest) -> EffectOutcome {
        do throws(JournalError) {
            let opened: StatementDatabase
            if let database { opened = database } else { opened = try StatementDatabase() }
            database = opened
            switch try opened.run(arguments: request.arguments) {
            case .success(let bytes): return .success(bytes)
            case .failure(let kind, let message, let code):
                return .failure(EffectFailure(kind: kind, message: message, code: code))
            case .lost: return .failure(EffectFailure(kind: "sql", message: "the database is gone"))
            }
        } catch {
            return .failure(EffectFailure(kind: "sql", message: error.description))
        }
    }

    private func opened() throws(DoorError) -> (Doors, Poller) {
        if let doors, let poller { return (doors, poller) }
        let poller = try Poller()
        let doors = try Doors(poller: poller, inherited: .ofThisProcess())
        (self.poller, self.doors) = (poller, doors)
        return (doors, poller)
    }

    private func wait(_ attempt: AttemptId, _ doors: Doors, _ poller: Poller) -> EffectOutcome {
        var events: [PollEvent] = []
        while true {
            doors.reports.written.removeAll()
            if let end = doors.reports.ended.first(where: { $0.attempt == attempt }) {
                doors.reports.ended.removeAll()
                return end.outcome
            }
            let due = doors.processes.nextDeadline.map { max(0, $0 - monotonicNanoseconds()) }
            poller.wait(timeout: due, into: &events)
            for event in events { doors.handle(event) }
            events.removeAll(keepingCapacity: true)
            doors.processes.runTimers(now: monotonicNanoseconds())
        }
    }
}
