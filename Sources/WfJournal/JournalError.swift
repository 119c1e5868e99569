// What can be wrong with a journal, named for what the caller can do about it. Knows no wording beyond one
// line per case; codes and help are the command's business.

/// Why a journal could not be opened, read or written. After a failed commit nothing of it is stored.
public enum JournalError: Error, Equatable, Sendable {
    /// The folder that should hold the journal does not exist.
    case missingFolder(path: String)
    /// There is no journal at this path (only when it was opened for reading).
    case missing(path: String)
    /// The file exists and is not a wf journal: another program's database, or no database at all.
    case notAJournal(path: String, found: String)
    /// The journal was written by a newer version of wf.
    case newerVersion(path: String, found: Int, supported: Int)
    /// The content contradicts itself: a torn page, a truncated file, a bad checksum.
    case corrupt(place: String, detail: String)
    /// Another program holds the database for longer than the wait allows.
    case locked(path: String)
    /// The file, its folder or its file system may not be written.
    case readOnly(path: String)
    /// The file, or its log, was removed or replaced while it was in use: what is written goes nowhere.
    case gone(path: String)
    /// The disk is full.
    case diskFull(path: String)
    /// The operating system or SQLite reports something else.
    case io(path: String, detail: String)
}

extension JournalError: CustomStringConvertible {
    /// One lower case line: what was found.
    public var description: String {
        switch self {
        case .missingFolder(let path): return "the folder of the journal `\(path)` does not exist"
        case .missing(let path): return "there is no journal at `\(path)`"
        case .notAJournal(let path, let found): return "`\(path)` is not a wf journal: found \(found)"
        case .newerVersion(let path, let found, let supported):
            return "`\(path)` is a journal of version \(found); this wf reads up to version \(supported)"
        case .corrupt(let place, let detail): return "the journal is damaged in \(place): \(detail)"
        case .locked(let path): return "the journal `\(path)` is locked by another program"
        case .readOnly(let path): return "the journal `\(path)` cannot be written"
        case .gone(let path):
            return "the journal `\(path)` or its log was removed, moved or replaced while it was in use"
        case .diskFull(let path): return "the disk that holds the journal `\(path)` is full"
        case .io(let path, let detail): return "the journal `\(path)` failed: \(detail)"
        }
    }
}
