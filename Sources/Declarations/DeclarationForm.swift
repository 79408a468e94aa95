import JSON
import Reading
import Referrals
import Schemas

/// The place of a declaration, on which its schema depends.
package enum DeclarationForm: CaseIterable, Sendable {
    /// An entry of a workspace file. An entry that leaves required members out changes the stored
    /// declaration, so that only its id is required.
    case file
    /// The body of a request that creates a resource.
    case creation
    /// The body of a request that replaces a resource.
    case replacement
    /// The body of a request that changes members of a resource (RFC 7396).
    case change
    /// The declared members in a response, which has all of them.
    case response

    private var requiresMembers: Bool { self == .creation || self == .replacement }

    /// The suffix of the names of components.
    private var suffix: String {
        switch self {
        case .file: "Entry"
        case .creation: "Creation"
        case .replacement: "Replacement"
        case .change: "Change"
        case .response: ""
        }
    }

    /// The member `id` of a declaration that is known by its number.
    var number: [JSONSchema.Property] {
        let summary = "The number of the resource."
        return switch self {
        case .file: [.required("id", .rowNumber.described(summary))]
        case .creation: []
        case .replacement, .change: [.optional("id", .rowNumber.described(summary).nullable)]
        case .response: [.required("id", .id.described(summary))]
        }
    }

    /// The member that names a declaration. A later request may repeat, but not change it.
    func key(_ name: String, _ schema: JSONSchema, isChosen: Bool = true) -> JSONSchema.Property {
        switch self {
        case .file, .response: .required(name, schema)
        case .creation: isChosen ? .optional(name, schema.nullable) : .required(name, schema)
        case .replacement, .change: .optional(name, schema.nullable)
        }
    }

    /// A member that a complete declaration has.
    func needed(_ name: String, _ schema: JSONSchema) -> JSONSchema.Property {
        JSONSchema.Property(
            name, schema, isRequired: requiresMembers || self == .response)
    }

    /// A member that a request may leave out or set to null, and a response has with a value.
    ///
    /// - Parameter text: the default, where it is a text.
    func defaulted(
        _ name: String, _ schema: JSONSchema, text: String? = nil
    ) -> JSONSchema.Property {
        guard self != .response else { return .required(name, schema) }
        let usual = text.map { text in compact { $0.string(text) } }
        return .optional(name, (usual.map { schema.defaulting(to: $0) } ?? schema).nullable)
    }

    /// A member that a request may leave out, and a response has as null.
    func nullable(_ name: String, _ schema: JSONSchema) -> JSONSchema.Property {
        JSONSchema.Property(name, schema.nullable, isRequired: self == .response)
    }

    /// The object as a component.
    ///
    /// - Parameter ignored: members of responses that requests may have without effect.
    func object(
        _ name: String, _ properties: [JSONSchema.Property], ignoring ignored: [String],
        requiringOneOf oneRequired: [String] = []
    ) -> JSONSchema {
        let schema: JSONSchema =
            switch self {
            case .response: .object(properties)
            case .file: .closed(properties, requiringOneOf: oneRequired)
            case .creation, .replacement, .change:
                .closed(
                    properties
                        + ignored.map {
                            .optional(
                                $0,
                                .anything.described("Ignored: responses have this member."))
                        },
                    requiringOneOf: self == .change ? [] : oneRequired)
            }
        return .named(name + suffix, schema)
    }
}

extension Array {
    /// The members as properties of an object.
    ///
    /// - Parameter usual: a declaration in which every member has its default.
    func properties<Whole>(
        for form: DeclarationForm, usual: Whole
    ) -> [JSONSchema.Property] where Element == DeclaredMember<Whole> {
        map { $0.property(for: form, usual: usual) }
    }
}

extension DeclaredMember {
    /// The member as a property of an object. A request that has null instead of an optional member
    /// gets the default; a response has null only where it is the default.
    func property(for form: DeclarationForm, usual: Whole) -> JSONSchema.Property {
        guard !isRequired else { return form.needed(name, schema) }
        let schema = form == .change ? schema.mergePatch : schema
        let json = self.usual(in: usual).json
        // Generators of clients refuse an object as a default.
        let isEmptyObject = json.elementsEqual("{}".utf8)
        let isNull = json.elementsEqual("null".utf8)
        guard form != .response else {
            return .required(name, isNull ? schema.nullable : schema)
        }
        return .optional(
            name, ((isNull || isEmptyObject) ? schema : schema.defaulting(to: json)).nullable)
    }
}

// MARK: Values that several declarations have

/// The maximum length of a URL in bytes.
let longestURL = 2000

/// The maximum number of expressions in a list.
let mostExpressions = 64

extension JSONSchema {
    /// The maximum length of an expression in bytes.
    static let longestExpression = 8192

    /// A CEL expression.
    static let expression = JSONSchema.string(
        .init(minimum: 1, maximum: longestExpression))

    /// The number of a row as a declaration names it.
    package static let rowNumber = JSONSchema.integer(in: 1...greatestNumber)

    /// An absolute http or https URL.
    static let url = JSONSchema.string(
        .init(
            maximum: longestURL, format: "uri",
            pattern: "^[hH][tT][tT][pP][sS]?://[!-.0-~][!-~]*$"))

    /// The path of a file beside the workspace.
    package static let path = JSONSchema.text(atMost: 4096)

    /// An e-mail address.
    package static let email = JSONSchema.string(
        .init(minimum: 3, maximum: ParticipantLimits.email, format: "email"))

    /// A duration in whole seconds: a number, or a text such as `90s`, `24h` or `PT1H30M`.
    package static func duration(in range: ClosedRange<Int64>) -> JSONSchema {
        .any(of: [
            .integer(in: range),
            .string(.init(pattern: "^([0-9]+[sSmMhHdD]?|[pP][0-9wWdDtThHmMsS]+)$")),
        ])
    }
}
