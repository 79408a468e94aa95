import Database
import Referrals

/// Ids as parameters and columns of SQL: an id is stored as its number.
extension Statement {
    /// Binds the number of an id.
    @inline(__always) func bind<Subject>(_ index: Int32, _ id: ID<Subject>) throws(StorageError) {
        try bind(index, id.number)
    }

    /// Binds the number of an id, or NULL for nil.
    @inline(__always) func bind<Subject>(_ index: Int32, _ id: ID<Subject>?) throws(StorageError) {
        try bind(index, id?.number)
    }

    /// The id in a column of the current row; number 0 for NULL.
    @inline(__always) func id<Subject>(_ column: Int32) -> ID<Subject> {
        ID(integer(column))
    }

    /// The id in a column of the current row; nil for NULL.
    @inline(__always) func optionalID<Subject>(_ column: Int32) -> ID<Subject>? {
        optionalInteger(column).map { ID($0) }
    }
}
