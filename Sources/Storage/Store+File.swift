import Database

// The file of the database, if the engine runs in this process.
extension Store {
    /// Checks if the file, its log or its index was replaced, removed or overwritten. Returns true
    /// the first time.
    package func noticesReplacement() -> Bool {
        guard !isReplaced, let file else { return false }
        let isOverwritten = file.isOverwritten()
        if isOverwritten { whenOverwritten?() }
        isReplaced = isOverwritten || file.isReplaced || leadsElsewhere?() ?? false
        return isReplaced
    }

    /// Throws if the file was replaced or removed.
    package func checkPlace() throws(StorageError) {
        _ = noticesReplacement()
        if isReplaced { throw .replaced }
    }

    /// Truncates a long log, which grows while a reader keeps one snapshot for a long time.
    ///
    /// A commit that restarts the log truncates it too (`journal_size_limit`), but no commit does
    /// so as long as others read all the time, or if there are no more commits.
    package func cutLog() {
        if !isReplaced { file?.cutLog() }
    }

    /// True if the log is longer than in regular operation.
    package var hasLongLog: Bool {
        guard let file, !isReplaced else { return false }
        return file.logSize > Self.longestLog
    }

    /// The move of this database's log; nil for a database in memory.
    package var logMove: LogMove? { file?.path.map { LogMove(path: $0) } }

    /// Keeps commits from moving a long log, which would delay them; `LogMove` moves it.
    package func limitCheckpoints() {
        file?.limitCheckpoints(
            from: Int32(Self.checkpointPages), below: Int32(Self.longLogFrames))
    }

    /// Sets the time that a statement waits for another connection's lock.
    package func setLockPatience(milliseconds: Int32) {
        file?.setLockPatience(milliseconds: milliseconds)
    }

    /// Writes a copy of the database, as of one moment, into a file that is missing or empty. Other
    /// connections continue to read and write meanwhile.
    package func backUp(to path: String) throws(StorageError) {
        try file?.backUp(to: path)
    }
}
