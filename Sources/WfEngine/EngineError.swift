// What a caller of the engine can get wrong or run into, apart from the journal itself.

public import WfJournal

/// Why a run could not be started, resumed or cancelled. Nothing has changed when it is thrown.
public enum EngineError: Error, Equatable, Sendable {
    case journal(JournalError)
    case unknownRun(String)
    /// The run has ended; `status` says how.
    case ended(String, status: RunStatus)
    /// A live process runs it.
    case ownedElsewhere(String, processId: Int32)
    /// The stored plan does not pass the verifier, or is not there.
    case planUnusable(String, detail: String)
    /// The stored state contradicts the plan.
    case stateUnusable(String, detail: String)
    /// The input does not fit the workflow's parameters.
    case inputDoesNotFit(detail: String)
    /// Only a failed run can be tried again; `status` says how it is.
    case notFailed(String, status: RunStatus)
    /// The run has undone what it had done.
    case undone(String, steps: Int)
    /// It failed so long ago that its state is gone.
    case notKept(String)
    /// An earlier commit failed; make a new engine.
    case stopped
}

extension EngineError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .journal(let error): return error.description
        case .unknownRun(let id): return "the journal has no run `\(id)`"
        case .ended(let id, let status): return "run `\(id)` has ended (\(status.word))"
        case .ownedElsewhere(let id, let processId):
            return "run `\(id)` is being run by process \(processId)"
        case .planUnusable(let id, let detail): return "the plan of run `\(id)` cannot be used: \(detail)"
        case .stateUnusable(let id, let detail): return "the state of run `\(id)` is damaged: \(detail)"
        case .inputDoesNotFit(let detail): return "the input does not fit the workflow: \(detail)"
        case .notFailed(let id, let status):
            return "run `\(id)` is \(status.word), expected one that has failed"
        case .undone(let id, let steps):
            return "run `\(id)` has undone \(steps) step\(steps == 1 ? "" : "s"), so that it cannot go on"
        case .notKept(let id):
            return "run `\(id)` failed long ago, and what it takes to go on is no longer kept"
        case .stopped: return "the engine has stopped after a failed commit"
        }
    }
}
