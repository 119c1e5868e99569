// Statements of steps, run on the writer's connection: each in a savepoint of the transaction that will hold its step's
// result. Text and values come from the outside; what the journal is made of is out of their reach.
import CSQLite
import Glibc
public import WfJournal
import WfValue

/// Who may do what while a step's statement is compiled or run. SQLite asks through C, so this is what it is given.
final class StatementGuard {
    /// A step's statement is being compiled or run; the engine's own are not asked about.
    var isOn = false
    /// Why the last one was refused.
    var refusal: String?
    /// SQLite itself tidies `sqlite_sequence` when a table goes or is renamed.
    var changesSchema = false
    /// Monotonic nanoseconds at which the statement is stopped.
    var deadline: Int64 = 0

    func refuse(_ why: String) -> Int32 {
        refusal = why
        return SQLITE_DENY
    }

    func answer(_ action: Int32, _ first: String, _ second: String, _ database: String) -> Int32 {
        switch action {
        case SQLITE_TRANSACTION, SQLITE_SAVEPOINT:
            return refuse(
                "the engine begins and ends transactions: a step's statement and its result are one")
        case SQLITE_PRAGMA: return refuse("PRAGMA is not for steps: the journal's settings are the engine's")
        case SQLITE_ATTACH, SQLITE_DETACH:
            return refuse("ATTACH and DETACH are not for steps: only one database can share a transaction")
        case SQLITE_CREATE_TEMP_TABLE, SQLITE_CREATE_TEMP_INDEX, SQLITE_CREATE_TEMP_VIEW,
            SQLITE_CREATE_TEMP_TRIGGER, SQLITE_CREATE_VTABLE, SQLITE_DROP_VTABLE:
            return refuse("temporary and virtual tables are not for steps: they are lost on a resume")
        case SQLITE_FUNCTION where second.lowercased() == "load_extension":
            return refuse("a step's statement loads no extensions")
        case SQLITE_DROP_TABLE, SQLITE_ALTER_TABLE: changesSchema = true
        case SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE:
            if first.lowercased().hasPrefix("sqlite_sequence"), !changesSchema {
                return refuse("`sqlite_sequence` belongs to the database")
            }
        default: break
        }
        // Functions are named in the second place, and none of them is the engine's.
        if action != SQLITE_FUNCTION {
            for name in [first, second] where name.lowercased().hasPrefix("wf_") {
                return refuse("`\(name)` belongs to the engine: names that begin with `wf_` do")
            }
        }
        return SQLITE_OK
    }
}

extension SQLiteJournal {
    /// Opens the transaction of the next `commit` and runs the statements in it, in order. A statement that ended the
    /// whole transaction (by its time limit, by `ON CONFLICT ROLLBACK`) fails, and the others are run again without it.
    public func execute(
        _ requests: [StatementRequest], session: Session
    ) throws(JournalError) -> [StatementOutcome] {
        let steps = try stepStatements()
        var settled = [StatementOutcome?](repeating: nil, count: requests.count)
        let end = now() + Int64(statementTimeOfTurn) * 1_000
        while true {
            try beginOnce()
            var outcomes = settled
            var isWhole = true
            for (index, request) in requests.enumerated() where outcomes[index] == nil {
                guard try owns(run: request.run, epoch: request.epoch, session) else {
                    outcomes[index] = .lost
                    continue
                }
                let outcome = try steps.run(request)
                outcomes[index] = outcome
                if sqlite3_get_autocommit(connection.database) != 0 {
                    settled[index] = outcome
                    isWhole = false
                    break
                }
                if now() >= end && settled.allSatisfy({ $0 == nil }) {
                    outcomes.removeLast(requests.count - index - 1)
                    break
                }
            }
            if isWhole { return outcomes.map { $0 ?? .lost } }
        }
    }
}

/// The statements of steps on one connection, with those that were compiled.
final class StepStatements {
    private let connection: Connection
    private let access = StatementGuard()
    private var kept: [String: OpaquePointer] = [:]
    private var order: [String] = []

    init(_ connection: Connection) throws(JournalError) {
        self.connection = connection
        try connection.execute("PRAGMA foreign_keys=1")
        sqlite3_set_authorizer(
            connection.database,
            { context, action, first, second, database, _ in
                guard let context else { return SQLITE_DENY }
                let access = Unmanaged<StatementGuard>.fromOpaque(context).takeUnretainedValue()
                if !access.isOn { return SQLITE_OK }
                func text(_ pointer: UnsafePointer<CChar>?) -> String {
                    pointer.map { String(cString: $0) } ?? ""
                }
                return access.answer(action, text(first), text(second), text(database))
            }, Unmanaged.passUnretained(access).toOpaque())
    }

    deinit {
        sqlite3_set_authorizer(connection.database, nil, nil)
        for statement in kept.values { sqlite3_finalize(statement) }
    }

    private struct Trouble: Error {
        var kind: String
        var message: String
        var code: Int?
    }

    /// Runs one statement in a savepoint, of which nothing is left when it fails.
    func run(_ request: StatementRequest) throws(JournalError) -> StatementOutcome {
        try connection.execute("SAVEPOINT wf_step")
        access.isOn = true
        access.refusal = nil
        access.changesSchema = false
        access.deadline = now() + Int64(min(request.timeMax, 1 << 40)) * 1_000
        sqlite3_progress_handler(
            connection.database, 2_000,
            { context in
                guard let context else { return 1 }
                let access = Unmanaged<StatementGuard>.fromOpaque(context).takeUnretainedValue()
                return access.isOn && now() > access.deadline ? 1 : 0
            }, Unmanaged.passUnretained(access).toOpaque())
        let result = evaluated(request)
        access.isOn = false
        sqlite3_progress_handler(connection.database, 0, nil, nil)
        switch result {
        case .success(let bytes):
            try connection.execute("RELEASE wf_step")
            return .success(bytes)
        case .failure(let trouble):
            if sqlite3_get_autocommit(connection.database) == 0 {
                try connection.execute("ROLLBACK TO wf_step; RELEASE wf_step")
            }
            let code = trouble.code.map { Int32($0) } ?? 0
            switch code & 0xFF {
            // The journal itself is in trouble, not the statement.
            case SQLITE_FULL, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_READONLY, SQLITE_CANTOPEN:
                throw connection.error(code)
            default: return .failure(kind: trouble.kind, message: trouble.message, code: trouble.code)
            }
        }
    }

    private func evaluated(_ request: StatementRequest) -> Result<[UInt8], Trouble> {
        do throws(DecodeError) {
            return try withByteReader(request.arguments) { (reader) throws(DecodeError) in
                let text = try reader.readString()
                let given = try reader.readCount()
                var values = reader
                for _ in 0..<given { try TypeTable().validate(&reader, as: .json) }
                let dialect = try reader.readString()
                try reader.expectEnd()
                do throws(Trouble) {
                    if dialect != "sqlite" {
                        throw Trouble(
                            kind: "unsupported",
                            message:
                                "the statement is written for `\(dialect)`; this journal is a database of `sqlite`",
                            code: nil)
                    }
                    let statement = try compiled(text)
                    defer {
                        sqlite3_reset(statement)
                        sqlite3_clear_bindings(statement)
                    }
                    let wanted = Int(sqlite3_bind_parameter_count(statement))
                    if given != wanted {
                        throw Trouble(
                            kind: "sql",
                            message:
                                "the statement has \(wanted) parameter\(wanted == 1 ? "" : "s") and was given \(given)",
                            code: nil)
                    }
                    do throws(DecodeError) {
                        for index in 0..<given { try bindValue(&values, statement, Int32(index + 1)) }
                    } catch {
                        throw Trouble(kind: "decode", message: "a value cannot be bound: \(error)", code: nil)
                    }
                    return .success(try rows(of: statement))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            return .failure(
                Trouble(kind: "decode", message: "the arguments of `sql` do not fit: \(error)", code: nil))
        }
    }

    // MARK: compiling and binding

    private func compiled(_ text: String) throws(Trouble) -> OpaquePointer {
        if let known = kept[text] { return known }
        var statement: OpaquePointer?
        var rest = 0
        var bytes = Array(text.utf8)
        if bytes.contains(0) {
            throw Trouble(kind: "sql", message: "the statement contains a NUL byte", code: nil)
        }
        bytes.append(0)
        let code = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    connection.database, characters.baseAddress, Int32(characters.count),
                    UInt32(SQLITE_PREPARE_PERSISTENT), &statement, &tail)
                if let tail, let start = characters.baseAddress { rest = tail - start }
                return code
            }
        }
        if code != SQLITE_OK { throw trouble(code) }
        guard let statement else {
            throw Trouble(kind: "sql", message: "there is no statement in the text", code: nil)
        }
        if !isBlank(bytes[min(rest, bytes.count)...]) {
            sqlite3_finalize(statement)
            throw Trouble(
                kind: "sql", message: "a step runs one statement; give each of these a step of its own",
                code: nil)
        }
        if order.count == StatementLimits.keptMax {
            let oldest = order.removeFirst()
            sqlite3_finalize(kept.removeValue(forKey: oldest))
        }
        kept[text] = statement
        order.append(text)
        return statement
    }

    /// Whether nothing but blanks, semicolons and comments is left.
    private func isBlank(_ rest: ArraySlice<UInt8>) -> Bool {
        var rest = rest
        while let byte = rest.first, byte != 0 {
            if byte <= 0x20 || byte == UInt8(ascii: ";") {
                rest = rest.dropFirst()
            } else if rest.starts(with: "--".utf8) {
                rest = rest.drop { $0 != 0x0A && $0 != 0 }
            } else if rest.starts(with: "/*".utf8) {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, rest.first != 0, !rest.starts(with: "*/".utf8) {
                    rest = rest.dropFirst()
                }
                rest = rest.dropFirst(min(2, rest.count))
            } else {
                return false
            }
        }
        return true
    }

    /// Binds one `Json`: null, truth values as 0 and 1, numbers, text; a Decimal as text with all its digits; bytes come as
    /// an object with one key that no text has; other objects and arrays as JSON text.
    private func bindValue(
        _ reader: inout ByteReader, _ statement: OpaquePointer, _ column: Int32
    ) throws(DecodeError) {
        switch reader.peekByte() {
        case JsonTag.null:
            _ = try reader.readByte()
            sqlite3_bind_null(statement, column)
        case JsonTag.false, JsonTag.true:
            sqlite3_bind_int(statement, column, Int32(try reader.readByte()) - 1)
        case JsonTag.int:
            _ = try reader.readByte()
            sqlite3_bind_int64(statement, column, Int64(try reader.readInt()))
        case JsonTag.float:
            _ = try reader.readByte()
            sqlite3_bind_double(statement, column, try reader.readFloat())
        case JsonTag.string:
            _ = try reader.readByte()
            bindCopy(statement, column, try reader.readString())
        default:
            let value = try jsonBytes(&reader)
            if let bytes = passedBytes(value) { return bindCopy(statement, column, bytes) }
            do throws(JsonError) {
                let text = try TypeTable().jsonText(of: value, as: .json)
                bindCopy(statement, column, String(decoding: text, as: UTF8.self))
            } catch {
                throw reader.error(.notANumber)
            }
        }
    }

    private func jsonBytes(_ reader: inout ByteReader) throws(DecodeError) -> [UInt8] {
        let start = reader.position
        var copy = reader
        try TypeTable().validate(&reader, as: .json)
        return Array(try copy.readBytes(reader.position - start))
    }

    /// The bytes of `{"\0bytes": "…base64…"}`, which is how the compiler passes `Bytes`.
    private func passedBytes(_ value: [UInt8]) -> [UInt8]? {
        let read = try? withByteReader(value) { (reader) throws(DecodeError) -> [UInt8]? in
            guard try reader.readByte() == JsonTag.object, try reader.readCount() == 1,
                try reader.readString() == "\0bytes", try reader.readByte() == JsonTag.string
            else { return nil }
            var writer = ByteWriter()
            return writer.appendDecodedBase64(try reader.readUtf8()) ? writer.toArray() : nil
        }
        return read ?? nil
    }

    // MARK: results

    /// Runs it and encodes `Rows { rows, value, affected, lastId }`.
    private func rows(of statement: OpaquePointer) throws(Trouble) -> [UInt8] {
        let database = connection.database
        let before = sqlite3_total_changes64(database)
        sqlite3_set_last_insert_rowid(database, 0)
        let count = sqlite3_column_count(statement)
        let names = try columnNames(statement, count)
        let isTruth = (0..<count).map { isTruthType(statement, $0) }
        var rows = ByteWriter()
        var value = ByteWriter()
        var rowCount = 0
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { break }
            if code != SQLITE_ROW { throw trouble(code) }
            rows.append(JsonTag.object)
            rows.appendCount(Int(count))
            for column in 0..<count {
                rows.appendString(names[Int(column)])
                let start = rows.count
                try appendColumn(statement, column, isTruth: isTruth[Int(column)], into: &rows)
                if rowCount == 0, column == 0 {
                    value.append(UnsafeRawBufferPointer(rebasing: rows.written[start...]))
                }
            }
            rowCount += 1
            if rows.count > StatementLimits.resultBytesMax {
                throw Trouble(
                    kind: "tooLarge",
                    message:
                        "the statement yields more than \(StatementLimits.resultBytesMax >> 20) MiB; ask for less at a time",
                    code: nil)
            }
        }
        try checkForeignKeys()
        let affected = sqlite3_total_changes64(database) == before ? 0 : Int(sqlite3_changes64(database))
        if count == 0 {
            value.append(JsonTag.int)
            value.appendInt(affected)
        } else if rowCount == 0 {
            value.append(JsonTag.null)
        }
        var result = ByteWriter(capacity: rows.count + 64)
        result.append(JsonTag.array)
        result.appendCount(rowCount)
        result.append(rows.written)
        result.append(value.written)
        result.appendInt(affected)
        result.appendInt(Int(sqlite3_last_insert_rowid(database)))
        return result.toArray()
    }

    /// A deferred foreign key would only be found at the commit, which is everybody's.
    private func checkForeignKeys() throws(Trouble) {
        var (count, highest): (Int32, Int32) = (0, 0)
        sqlite3_db_status(connection.database, SQLITE_DBSTATUS_DEFERRED_FKS, &count, &highest, 0)
        if count > 0 {
            throw Trouble(
                kind: "sql", message: "a foreign key points at nothing when the statement has ended",
                code: 787)
        }
    }

    private func columnNames(_ statement: OpaquePointer, _ count: Int32) throws(Trouble) -> [String] {
        var names: [String] = []
        for column in 0..<count {
            let name = sqlite3_column_name(statement, column).map { String(cString: $0) } ?? ""
            if names.contains(name) {
                throw Trouble(
                    kind: "sql",
                    message: "two columns of the result are called `\(name)`; rename one with `AS`",
                    code: nil)
            }
            names.append(name)
        }
        return names
    }

    private func isTruthType(_ statement: OpaquePointer, _ column: Int32) -> Bool {
        guard let type = sqlite3_column_decltype(statement, column) else { return false }
        return ["BOOLEAN", "BOOL"].contains(String(cString: type).uppercased())
    }

    private func appendColumn(
        _ statement: OpaquePointer, _ column: Int32, isTruth: Bool, into writer: inout ByteWriter
    ) throws(Trouble) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER:
            let value = sqlite3_column_int64(statement, column)
            if isTruth, value == 0 || value == 1 {
                writer.append(value == 1 ? JsonTag.true : JsonTag.false)
            } else {
                writer.append(JsonTag.int)
                writer.appendInt(Int(value))
            }
        case SQLITE_FLOAT:
            let value = sqlite3_column_double(statement, column)
            if !value.isFinite {
                throw Trouble(kind: "decode", message: "a column holds an infinite number", code: nil)
            }
            writer.append(JsonTag.float)
            writer.appendFloat(value)
        case SQLITE_TEXT:
            writer.append(JsonTag.string)
            writer.appendString(text(statement, column))
        case SQLITE_BLOB:
            var base64 = ByteWriter()
            blob(statement, column).withUnsafeBytes { base64.appendBase64($0) }
            writer.append(JsonTag.string)
            writer.appendCount(base64.count)
            writer.append(base64.written)
        default: writer.append(JsonTag.null)
        }
    }

    private func trouble(_ code: Int32) -> Trouble {
        if code & 0xFF == SQLITE_INTERRUPT {
            return Trouble(
                kind: "timeout", message: "the statement took longer than its time limit", code: nil)
        }
        if code & 0xFF == SQLITE_AUTH, let refusal = access.refusal {
            return Trouble(kind: "denied", message: refusal, code: Int(code))
        }
        let message = sqlite3_errmsg(connection.database).map { String(cString: $0) } ?? "code \(code)"
        return Trouble(kind: "sql", message: message, code: Int(code))
    }
}

/// Nanoseconds of the monotonic clock.
private func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
