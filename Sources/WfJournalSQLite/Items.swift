// Work items: written with the step that waits, changed by whoever works on them, each in a transaction of its own.

import CSQLite
public import WfJournal

extension SQLiteJournal {
    func insert(_ item: ItemRecord) throws(JournalError) {
        let statement = try statement(
            .insertItem, "INSERT INTO wf_item VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)")
        bind(statement, 1, item.number)
        bind(statement, 2, item.run)
        bindCopy(statement, 3, item.step)
        bind(statement, 4, Int64(item.kind.rawValue))
        bindCopy(statement, 5, item.title)
        bindCopy(statement, 6, item.role)
        bind(statement, 7, item.created)
        bind(statement, 8, item.due)
        bind(statement, 9, Int64(item.resultType))
        bindCopy(statement, 10, item.input)
        bindCopy(statement, 11, item.holder)
        bind(statement, 12, item.heldUntil)
        bind(statement, 13, item.isAnswered ? 1 : 0)
        try connection.run(statement)
    }

    func deleteItem(_ number: Int64) throws(JournalError) {
        let statement = try statement(.deleteItem, "DELETE FROM wf_item WHERE number=?1")
        bind(statement, 1, number)
        try connection.run(statement)
    }

    /// With the end of a run its items go.
    func endItems(of run: Int64) throws(JournalError) {
        let statement = try statement(.endItems, "DELETE FROM wf_item WHERE run=?1")
        bind(statement, 1, run)
        try connection.run(statement)
    }

    public func change(
        item number: Int64, _ change: ItemChange, now: Int64
    ) throws(JournalError) -> ItemOutcome {
        let outcome = try transaction { () throws(JournalError) -> ItemOutcome in
            guard let item = try self.item(number) else { return .gone }
            let outcome = change.applied(to: item, now: now)
            guard case .done(let changed) = outcome else { return outcome }
            if case .answer(_, let request) = change { _ = try insert(request) }
            let statement = try statement(
                .updateItem, "UPDATE wf_item SET holder=?2, held=?3, answered=?4 WHERE number=?1")
            bind(statement, 1, number)
            bindCopy(statement, 2, changed.holder)
            bind(statement, 3, changed.heldUntil)
            bind(statement, 4, changed.isAnswered ? 1 : 0)
            try connection.run(statement)
            return outcome
        }
        if case .answer = change, case .done = outcome { ring() }
        return outcome
    }

    private func item(_ number: Int64) throws(JournalError) -> ItemRecord? {
        let statement = try statement(.item, "SELECT * FROM wf_item WHERE number=?1")
        bind(statement, 1, number)
        guard try connection.next(statement) else { return nil }
        defer { sqlite3_reset(statement) }
        return try decodeItem(statement)
    }

    private func decodeItem(_ statement: OpaquePointer) throws(JournalError) -> ItemRecord {
        let number = integer(statement, 0)
        guard let raw = UInt8(exactly: integer(statement, 3)), let kind = ItemKind(rawValue: raw),
            let type = UInt32(exactly: integer(statement, 8))
        else { throw .corrupt(place: "work item \(number)", detail: "an unknown kind or type") }
        return ItemRecord(
            number: number, run: integer(statement, 1), step: text(statement, 2), kind: kind,
            title: text(statement, 4), role: text(statement, 5), created: integer(statement, 6),
            due: integer(statement, 7), resultType: type, input: blob(statement, 9),
            holder: text(statement, 10), heldUntil: integer(statement, 11),
            isAnswered: integer(statement, 12) != 0)
    }

    public func items(
        run: Int64?, role: String?, after: Int64, limit: Int
    ) throws(JournalError) -> [ItemRecord] {
        var statement: OpaquePointer?
        let sql =
            "SELECT * FROM wf_item WHERE answered=0 AND number>?1" + (run == nil ? "" : " AND run=?3")
            + (role == nil ? "" : " AND role=?4") + " ORDER BY number LIMIT ?2"
        try connection.check(sqlite3_prepare_v2(connection.database, sql, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        guard let statement else { return [] }
        bind(statement, 1, after)
        bind(statement, 2, Int64(max(0, limit)))
        if let run { bind(statement, 3, run) }
        if let role { bindCopy(statement, 4, role) }
        var result: [ItemRecord] = []
        while try connection.next(statement) { result.append(try decodeItem(statement)) }
        return result
    }

    public func attached(to run: Int64) throws(JournalError) -> [Int64] {
        let statement = try statement(
            .attached,
            "SELECT number FROM wf_run WHERE parent=?1 AND attached=1 AND status<3 ORDER BY number")
        bind(statement, 1, run)
        var result: [Int64] = []
        while try connection.next(statement) { result.append(integer(statement, 0)) }
        return result
    }
}
