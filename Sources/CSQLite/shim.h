#include <sqlite3.h>

/// Leaves the write-ahead log in place when the last connection closes (`sqlite3_db_config` is variadic, which
/// Swift cannot call).
static inline int wf_sqlite_keep_log_on_close(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
