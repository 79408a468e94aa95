import CSQLite
import Database

/// A prepared statement. At the end of its life the connection keeps what SQLite has compiled for
/// the next statement with the same text.
///
/// Parameters count from 1 and columns from 0, as SQLite does. A statement that has returned a row
/// holds a read snapshot until it is reset or has run to its end.
@safe
package final class PreparedStatement: Statement {
    private let handle: OpaquePointer
    private let connection: Connection
    private let sql: String
    /// Memory for the text or blob of each parameter, so that SQLite need not copy short values
    /// into memory it allocates and frees for each binding. Only a new value for the same parameter
    /// overwrites a place, and it lives as long as the statement.
    private let places: UnsafeMutableRawBufferPointer
    /// The size of a place: enough for ids, codes, addresses and words; SQLite copies longer
    /// values.
    private static let placeSize = 64

    init(_ sql: String, on connection: Connection) throws(StorageError) {
        var prepared = unsafe connection.takeSpare(sql)
        if unsafe prepared == nil {
            let code = unsafe sqlite3_prepare_v3(
                connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
            guard code == SQLITE_OK else { throw connection.error(.prepare, code) }
        }
        guard let handle = unsafe prepared else {
            throw StorageError(
                stage: .prepare, code: SQLITE_MISUSE, message: "no statement in the text")
        }
        unsafe self.handle = handle
        self.connection = connection
        self.sql = sql
        unsafe places = .allocate(
            byteCount: Int(sqlite3_bind_parameter_count(handle)) * Self.placeSize, alignment: 8)
    }

    deinit {
        unsafe connection.putBack(handle, sql)
        unsafe places.deallocate()
    }

    // MARK: Binding

    /// Binds an integer.
    package func bind(_ index: Int32, _ value: Int64) throws(StorageError) {
        try check(unsafe sqlite3_bind_int64(handle, index, value))
    }

    /// Binds an integer, or NULL.
    package func bind(_ index: Int32, _ value: Int64?) throws(StorageError) {
        if let value { try bind(index, value) } else { try bindNull(index) }
    }

    /// Binds an integer.
    package func bind(_ index: Int32, _ value: Int) throws(StorageError) {
        try bind(index, Int64(value))
    }

    /// Binds a literal as text, without copying it.
    package func bind(_ index: Int32, _ value: StaticString) throws(StorageError) {
        try check(
            unsafe sqlite3_bind_text(
                handle, index,
                UnsafeRawPointer(value.utf8Start).assumingMemoryBound(to: CChar.self),
                Int32(value.utf8CodeUnitCount), refgate_sqlite_static()))
    }

    /// Binds a text.
    package func bind(_ index: Int32, _ value: String) throws(StorageError) {
        let utf8 = value.utf8.span
        let code = unsafe utf8.withUnsafeBytes { bytes in unsafe bindText(index, bytes) }
        try check(code)
    }

    /// Binds a text, or NULL.
    package func bind(_ index: Int32, _ value: String?) throws(StorageError) {
        if let value { try bind(index, value) } else { try bindNull(index) }
    }

    /// Binds bytes that are known to be UTF-8 as text.
    package func bindText(_ index: Int32, _ value: [UInt8]) throws(StorageError) {
        try check(unsafe value.withUnsafeBytes { bytes in unsafe bindText(index, bytes) })
    }

    /// Binds bytes as a blob; an empty array is an empty blob, not NULL.
    package func bind(_ index: Int32, _ value: [UInt8]) throws(StorageError) {
        let code = unsafe value.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, bytes.count > 0 else {
                return unsafe sqlite3_bind_zeroblob(handle, index, 0)
            }
            if let place = unsafe keep(bytes, for: index) {
                return unsafe sqlite3_bind_blob(
                    handle, index, place, Int32(bytes.count), refgate_sqlite_static())
            }
            return unsafe sqlite3_bind_blob(
                handle, index, start, Int32(clamping: bytes.count), refgate_sqlite_transient())
        }
        try check(code)
    }

    private func bindText(_ index: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        // An empty buffer may have no address, which SQLite would take for NULL.
        guard let start = bytes.baseAddress, bytes.count > 0 else {
            return unsafe sqlite3_bind_text(handle, index, "", 0, refgate_sqlite_static())
        }
        if let place = unsafe keep(bytes, for: index) {
            return unsafe sqlite3_bind_text(
                handle, index, place.assumingMemoryBound(to: CChar.self), Int32(bytes.count),
                refgate_sqlite_static())
        }
        return unsafe sqlite3_bind_text(
            handle, index, start.assumingMemoryBound(to: CChar.self),
            Int32(clamping: bytes.count), refgate_sqlite_transient())
    }

    /// Copies a short value to the parameter's place. Returns nil for a long value, and for a
    /// parameter that the statement does not have, which SQLite refuses.
    private func keep(
        _ bytes: UnsafeRawBufferPointer, for index: Int32
    ) -> UnsafeMutableRawPointer? {
        let offset = (Int(index) - 1) * Self.placeSize
        guard bytes.count <= Self.placeSize, offset >= 0,
            unsafe offset < places.count, let base = unsafe places.baseAddress
        else { return nil }
        let place = unsafe base + offset
        if let start = bytes.baseAddress {
            unsafe place.copyMemory(from: start, byteCount: bytes.count)
        }
        return unsafe place
    }

    /// Binds bytes as a blob, or NULL.
    package func bind(_ index: Int32, _ value: [UInt8]?) throws(StorageError) {
        if let value { try bind(index, value) } else { try bindNull(index) }
    }

    /// Binds NULL.
    package func bindNull(_ index: Int32) throws(StorageError) {
        try check(unsafe sqlite3_bind_null(handle, index))
    }

    // MARK: Running

    /// Advances to the next row; returns false at the end, where the statement is reset for its
    /// next use.
    package func step() throws(StorageError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE {
            unsafe sqlite3_reset(handle)
            return false
        }
        let error = connection.error(.step, code)
        unsafe sqlite3_reset(handle)
        throw error
    }

    /// Runs a statement that returns no rows.
    package func run() throws(StorageError) {
        let hasRow = try step()
        precondition(!hasRow, "a statement that is run returns no rows")
    }

    /// Runs a statement that returns no rows. Returns the number of rows changed.
    package func runCountingChanges() throws(StorageError) -> Int {
        try run()
        return connection.changes
    }

    /// Runs an INSERT. Returns the row's number.
    package func runReturningRowID() throws(StorageError) -> Int64 {
        try run()
        return connection.lastInsertedRowID
    }

    /// The number of the row that the connection inserted last.
    package var lastInsertedRowID: Int64 { connection.lastInsertedRowID }

    /// Ends a statement that was not stepped to its end.
    package func reset() { unsafe sqlite3_reset(handle) }

    // MARK: Columns

    /// The column as an integer; 0 for NULL.
    package func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    /// True if the column is NULL.
    package func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    /// The column as an integer; nil for NULL.
    package func optionalInteger(_ column: Int32) -> Int64? {
        isNull(column) ? nil : integer(column)
    }

    /// The column as text; empty for NULL.
    package func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe String(
            decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The column as text; nil for NULL.
    package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// The column's bytes; empty for NULL.
    package func bytes(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The column's bytes; nil for NULL.
    package func optionalBytes(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : bytes(column) }

    private func check(_ code: Int32) throws(StorageError) {
        guard code == SQLITE_OK else { throw connection.error(.bind, code) }
    }
}
