/// A prepared statement, finalised with its owner.
///
/// Parameters count from 1 and columns from 0. A statement that has returned a row holds a read snapshot until it
/// is reset or has run to its end. It belongs to the thread of its session.
package protocol Statement: AnyObject {
    /// Binds an integer. A value stays bound until another one takes its place.
    func bind(_ index: Int32, _ value: Int64) throws(StorageError)
    /// Binds an integer, or NULL for nil.
    func bind(_ index: Int32, _ value: Int64?) throws(StorageError)
    /// Binds an integer.
    func bind(_ index: Int32, _ value: Int) throws(StorageError)
    /// Binds a text that lives as long as the program; it is not copied.
    func bind(_ index: Int32, _ value: StaticString) throws(StorageError)
    /// Binds a text.
    func bind(_ index: Int32, _ value: String) throws(StorageError)
    /// Binds a text, or NULL for nil.
    func bind(_ index: Int32, _ value: String?) throws(StorageError)
    /// Binds bytes that are known to be UTF-8 as text.
    func bindText(_ index: Int32, _ value: [UInt8]) throws(StorageError)
    /// Binds bytes as a blob; an empty array is an empty blob, not NULL.
    func bind(_ index: Int32, _ value: [UInt8]) throws(StorageError)
    /// Binds bytes as a blob, or NULL for nil.
    func bind(_ index: Int32, _ value: [UInt8]?) throws(StorageError)
    func bindNull(_ index: Int32) throws(StorageError)

    /// Advances to the next row. Returns false at the end, where the statement is reset for its
    /// next use.
    func step() throws(StorageError) -> Bool
    /// Runs a statement that returns no rows.
    func run() throws(StorageError)
    /// Runs a statement that returns no rows. Returns the number of rows changed.
    func runCountingChanges() throws(StorageError) -> Int
    /// Runs an INSERT. Returns the number of the new row.
    func runReturningRowID() throws(StorageError) -> Int64
    /// The number of the row inserted last.
    var lastInsertedRowID: Int64 { get }
    /// Ends a statement that was not stepped to its end.
    func reset()

    /// The integer in a column of the current row; 0 for NULL.
    func integer(_ column: Int32) -> Int64
    func isNull(_ column: Int32) -> Bool
    func optionalInteger(_ column: Int32) -> Int64?
    /// The text in a column of the current row; empty for NULL.
    func text(_ column: Int32) -> String
    func optionalText(_ column: Int32) -> String?
    /// The bytes in a column of the current row; empty for NULL.
    func bytes(_ column: Int32) -> [UInt8]
    func optionalBytes(_ column: Int32) -> [UInt8]?
}
