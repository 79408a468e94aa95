import Database

// Statements of a test, whose texts are of one engine and may be made at run time.
extension Session {
    package func prepare(_ text: String) throws(StorageError) -> any Statement {
        try prepare(SQL(text))
    }

    package func execute(_ text: String) throws(StorageError) { try execute(SQL(text)) }

    package func integer(_ text: String) throws(StorageError) -> Int64? { try integer(SQL(text)) }

    package func text(_ text: String) throws(StorageError) -> String? { try self.text(SQL(text)) }
}
