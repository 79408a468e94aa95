import Rules

/// The fields of a record that conditions can read, one case each, in the order of the cases.
///
/// Two switches over the cases and no list of closures: a closure that takes a generic subject
/// copies it, which made the values of an event 40 % slower to build.
protocol RecordField: CaseIterable, Sendable {
    associatedtype Subject

    /// The declaration, for the compiler of expressions.
    var declaration: RecordType.Field { get }

    /// The value for a subject; nil if it is absent.
    func value(of subject: Subject) -> Rules.Value?
}

/// A record type made of the fields of an enumeration, with the values that they have for a subject.
struct RecordTable<Field: RecordField>: Sendable {
    let type: RecordType
    /// All fields; kept because `allCases` allocates an array at each call.
    private let fields: [Field]

    /// - Parameter name: the name of the type.
    init(_ name: String, _ fields: Field.Type) {
        self.fields = Array(Field.allCases)
        type = RecordType(name: name, fields: self.fields.map(\.declaration))
    }

    /// The record of a subject.
    func value(of subject: Field.Subject) -> Rules.Value {
        .record(Record(type, fields.map { $0.value(of: subject) }))
    }
}
