// What runs share: read within the transaction that acts on it, written with it. And results that may be used again.

import CSQLite
public import WfJournal

extension SQLiteJournal {
    public func resources(_ session: Session) throws(JournalError) -> [ResourceRecord]? {
        try beginOnce()
        let version = try dataVersion()
        if version == resourcesVersion { return nil }
        resourcesVersion = version
        let statement = try statement(.resources, "SELECT name, owner, checksum, bytes FROM wf_resource")
        var result: [ResourceRecord] = []
        while try connection.next(statement) {
            let record = ResourceRecord(
                name: text(statement, 0), owner: integer(statement, 1), bytes: blob(statement, 3))
            if Int64(record.bytes.withUnsafeBytes { checksum($0) }) != integer(statement, 2) {
                sqlite3_reset(statement)
                throw .corrupt(place: "resource `\(record.name)`", detail: "the checksum does not match")
            }
            result.append(record)
        }
        return result
    }

    func set(_ resource: ResourceRecord) throws(JournalError) {
        let statement =
            resource.bytes.isEmpty
            ? try statement(.deleteResource, "DELETE FROM wf_resource WHERE name=?1 AND owner=?2")
            : try statement(
                .setResource,
                """
                INSERT INTO wf_resource VALUES(?1,?2,?3,?4)
                ON CONFLICT DO UPDATE SET checksum=excluded.checksum, bytes=excluded.bytes
                """)
        bindCopy(statement, 1, resource.name)
        bind(statement, 2, resource.owner)
        if !resource.bytes.isEmpty {
            bind(statement, 3, Int64(resource.bytes.withUnsafeBytes { checksum($0) }))
            bindCopy(statement, 4, resource.bytes)
        }
        try connection.run(statement)
    }

    public func cached(key: [UInt8]) throws(JournalError) -> CacheRecord? {
        let statement = try statement(
            .cached, "SELECT stored, expires, checksum, bytes FROM wf_cache WHERE key=?1")
        bindCopy(statement, 1, key)
        guard try connection.next(statement) else { return nil }
        defer { sqlite3_reset(statement) }
        let record = CacheRecord(
            key: key, stored: integer(statement, 0), expires: integer(statement, 1),
            bytes: blob(statement, 3))
        if Int64(record.bytes.withUnsafeBytes { checksum($0) }) != integer(statement, 2) {
            throw .corrupt(place: "cached result", detail: "the checksum does not match")
        }
        return record
    }

    /// Stores a result, and forgets some that are too old.
    func insert(_ record: CacheRecord, now: Int64) throws(JournalError) {
        let expired = try statement(
            .expireCache,
            "DELETE FROM wf_cache WHERE key IN (SELECT key FROM wf_cache WHERE expires<=?1 LIMIT 16)")
        bind(expired, 1, now)
        try connection.run(expired)
        let statement = try statement(
            .insertCache, "INSERT OR REPLACE INTO wf_cache VALUES(?1,?2,?3,?4,?5)")
        bindCopy(statement, 1, record.key)
        bind(statement, 2, record.stored)
        bind(statement, 3, record.expires)
        bind(statement, 4, Int64(record.bytes.withUnsafeBytes { checksum($0) }))
        bindCopy(statement, 5, record.bytes)
        try connection.run(statement)
    }
}
