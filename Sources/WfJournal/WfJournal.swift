// WfJournal
