// WfJournalSQLite
