/* The journal's floor: commits the rows that a chain of steps commits, with the same schema and settings, in C.
 *
 * A step of a chain is one page of live state written over (a new page every 64 steps) and one row of history; with
 * N runs in flight, N steps share a commit. Prints one line per N: steps a second.
 *
 *   cc -O2 journal_peer.c -o journal_peer -lsqlite3 -lm && ./journal_peer FILE [STEPS] [GROUPS]
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAGE_NODES = 64, PAGE_BYTES = 34, HISTORY_BYTES = 14 };

static sqlite3 *database;

static void check(int code, int expected, const char *what) {
    if (code == expected) return;
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(database));
    exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, 0, 0, 0), SQLITE_OK, sql); }

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, 0), SQLITE_OK, sql);
    return statement;
}

static void step(sqlite3_stmt *statement) {
    check(sqlite3_step(statement), SQLITE_DONE, "step");
    sqlite3_reset(statement);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void open_journal(const char *path) {
    char other[4096];
    unlink(path);
    snprintf(other, sizeof other, "%s-wal", path), unlink(other);
    snprintf(other, sizeof other, "%s-shm", path), unlink(other);
    check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, 0),
          SQLITE_OK, "open");
    run("PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA wal_autocheckpoint=8000; PRAGMA cache_size=-16000");
    run("CREATE TABLE wf_state(id INTEGER PRIMARY KEY, run INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;"
        "CREATE INDEX wf_state_run ON wf_state(run);"
        "CREATE TABLE wf_history(id INTEGER PRIMARY KEY, previous INTEGER NOT NULL, run INTEGER NOT NULL,"
        " time INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT");
}

/* `runs` chains of `steps` steps each; every commit holds one step of each. Returns steps a second. */
static double measure(int runs, int steps) {
    static unsigned char page[PAGE_BYTES], history[HISTORY_BYTES];
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *insert = prepare("INSERT INTO wf_state VALUES(?1,?2,?3)");
    sqlite3_stmt *update = prepare("UPDATE wf_state SET bytes=?2 WHERE id=?1");
    sqlite3_stmt *event = prepare("INSERT INTO wf_history VALUES(?1,?2,?3,?4,?5)");
    sqlite3_int64 id = 1LL << 32, *rows = calloc((size_t)runs, sizeof *rows);
    sqlite3_int64 *heads = calloc((size_t)runs, sizeof *heads);
    double start = seconds();
    for (int number = 0; number < steps; number++) {
        step(begin);
        for (int each = 0; each < runs; each++) {
            sqlite3_bind_int64(event, 1, ++id);
            sqlite3_bind_int64(event, 2, heads[each]);
            sqlite3_bind_int64(event, 3, each);
            sqlite3_bind_int64(event, 4, 1700000000000000LL + number);
            memset(history, number, sizeof history);
            sqlite3_bind_blob(event, 5, history, sizeof history, SQLITE_STATIC);
            step(event);
            heads[each] = id;
            memset(page, number, sizeof page);
            if (number % PAGE_NODES == 0) {
                sqlite3_bind_int64(insert, 1, rows[each] = ++id);
                sqlite3_bind_int64(insert, 2, each);
                sqlite3_bind_blob(insert, 3, page, sizeof page, SQLITE_STATIC);
                step(insert);
            } else {
                sqlite3_bind_int64(update, 1, rows[each]);
                sqlite3_bind_blob(update, 2, page, sizeof page, SQLITE_STATIC);
                step(update);
            }
        }
        step(commit);
    }
    double rate = (double)runs * steps / (seconds() - start);
    sqlite3_finalize(begin), sqlite3_finalize(commit), sqlite3_finalize(insert);
    sqlite3_finalize(update), sqlite3_finalize(event);
    free(rows), free(heads);
    sqlite3_close(database);
    return rate;
}

int main(int count, char **arguments) {
    if (count < 2) return fprintf(stderr, "usage: journal_peer FILE [STEPS] [GROUPS]\n"), 2;
    int steps = count > 2 ? atoi(arguments[2]) : 10000, groups = count > 3 ? atoi(arguments[3]) : 1000;
    open_journal(arguments[1]);
    printf("journal_peer 1 %.0f steps/s\n", measure(1, steps));
    open_journal(arguments[1]);
    printf("journal_peer 64 %.0f steps/s\n", measure(64, groups));
    return 0;
}
