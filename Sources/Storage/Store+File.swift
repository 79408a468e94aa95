import Database

// The file of the database, where the engine is one of this process.
extension Store {
    /// Looks at whether the file, its log or its index was replaced, removed or overwritten. Returns true the first
    /// time that it was.
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

    /// Cuts a log that has become long, as it does while a reader keeps one snapshot for a long time.
    ///
    /// A commit that starts the log from its beginning cuts it too (`journal_size_limit`), but no commit does so as
    /// long as others read all the time, or where nothing is committed any more.
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

    /// Keeps commits from moving a log that is long, which would delay them; `LogMove` moves it.
    package func limitCheckpoints() {
        file?.limitCheckpoints(
            from: Int32(Self.checkpointPages), below: Int32(Self.longLogFrames))
    }

    /// Sets how long a statement waits for another connection's lock.
    package func setLockPatience(milliseconds: Int32) {
        file?.setLockPatience(milliseconds: milliseconds)
    }

    /// Writes a copy of the database, as it is at one moment, into a file that is absent or empty. Others go on
    /// to read and write meanwhile.
    package func backUp(to path: String) throws(StorageError) {
        try file?.backUp(to: path)
    }
}
