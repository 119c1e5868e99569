// The tables of the journal and how older journals become newer ones. docs/journal-format.md explains the
// shape.

import WfJournal

enum Schema {
    /// `PRAGMA application_id`: "wfjr".
    static let applicationId: Int64 = 0x7766_6A72
    /// `PRAGMA user_version` of a journal that this code writes.
    static let version = 1

    /// How a journal of version N becomes N + 1, by N. Version 0 is an empty file. Append only.
    static let migrations: [String] = [
        """
        CREATE TABLE wf_migration(version INTEGER PRIMARY KEY, time INTEGER NOT NULL) STRICT;
        CREATE TABLE wf_owner(
            number INTEGER PRIMARY KEY AUTOINCREMENT, process INTEGER NOT NULL, boot TEXT NOT NULL,
            token INTEGER NOT NULL, heartbeat INTEGER NOT NULL) STRICT;
        CREATE TABLE wf_plan(number INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE wf_run(
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workflow TEXT NOT NULL, name TEXT NOT NULL,
            plan BLOB NOT NULL, status INTEGER NOT NULL, owner INTEGER NOT NULL, epoch INTEGER NOT NULL,
            created INTEGER NOT NULL, ended INTEGER NOT NULL, base TEXT NOT NULL, history INTEGER NOT NULL,
            origin_check INTEGER NOT NULL, outcome_check INTEGER NOT NULL, input BLOB NOT NULL, result BLOB NOT NULL,
            waits TEXT NOT NULL, parent INTEGER NOT NULL, attached INTEGER NOT NULL, config BLOB NOT NULL,
            paused INTEGER NOT NULL, due INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX wf_run_due ON wf_run(owner, due) WHERE status < 3 AND due > 0;
        CREATE INDEX wf_run_live ON wf_run(number) WHERE status < 3;
        CREATE INDEX wf_run_kept ON wf_run(due) WHERE status = 4 AND due > 0;
        CREATE INDEX wf_run_attached ON wf_run(parent) WHERE attached = 1 AND status < 3;
        CREATE TABLE wf_state(id INTEGER PRIMARY KEY, run INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
        CREATE INDEX wf_state_run ON wf_state(run);
        CREATE TABLE wf_value(
            id INTEGER PRIMARY KEY, run INTEGER NOT NULL, checksum INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE wf_history(
            id INTEGER PRIMARY KEY, previous INTEGER NOT NULL, run INTEGER NOT NULL, time INTEGER NOT NULL,
            bytes BLOB NOT NULL) STRICT;
        CREATE TABLE wf_log(
            id INTEGER PRIMARY KEY, run INTEGER NOT NULL, step TEXT NOT NULL, attempt INTEGER NOT NULL,
            stream INTEGER NOT NULL, time INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
        CREATE INDEX wf_log_run ON wf_log(run);
        CREATE TABLE wf_item(
            number INTEGER PRIMARY KEY, run INTEGER NOT NULL, step TEXT NOT NULL, kind INTEGER NOT NULL,
            title TEXT NOT NULL, role TEXT NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL,
            type INTEGER NOT NULL, input BLOB NOT NULL, holder TEXT NOT NULL, held INTEGER NOT NULL,
            answered INTEGER NOT NULL) STRICT;
        CREATE INDEX wf_item_role ON wf_item(role, number) WHERE answered = 0;
        CREATE INDEX wf_item_run ON wf_item(run);
        CREATE TABLE wf_request(
            id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL,
            key TEXT NOT NULL, time INTEGER NOT NULL, taken INTEGER NOT NULL, checksum INTEGER NOT NULL,
            bytes BLOB NOT NULL) STRICT;
        CREATE INDEX wf_request_run ON wf_request(run);
        CREATE UNIQUE INDEX wf_request_key ON wf_request(run, name, key) WHERE key <> '';
        CREATE TABLE wf_resource(
            name TEXT NOT NULL, owner INTEGER NOT NULL, checksum INTEGER NOT NULL, bytes BLOB NOT NULL,
            PRIMARY KEY(name, owner)) STRICT, WITHOUT ROWID;
        CREATE TABLE wf_cache(
            key BLOB PRIMARY KEY, stored INTEGER NOT NULL, expires INTEGER NOT NULL, checksum INTEGER NOT NULL,
            bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX wf_cache_expires ON wf_cache(expires);
        """
    ]
}

/// The number of each prepared statement.
enum Statement: Int, CaseIterable {
    case begin, commit, rollback, dataVersion, ownsRun
    case insertState, updateState, deleteState, deleteStateOfRun, insertValue, deleteValue, history, log
    case insertRun, updateRun, insertPlan, heartbeat
    case plan, runById, runByNumber, state, stateRow, value, historyById, logs, owner, claim
    case insertRequest, deleteRequest, takeRequest, endRequests, requests, requestsOfRun, lastRequest
    case insertItem, deleteItem, endItems, updateItem, item, attached
    case dueRuns, waitingRuns, waitingOwners, waitingPlans
    case resources, setResource, deleteResource, cached, insertCache, expireCache
}
