import JSON
import Schemas

/// A problem document that describes a failed request to the client (RFC 9457, with the members
/// `code` and `error` added).
package struct Problem: Error, Equatable, Sendable {
    /// One invalid value in a request's body.
    package struct InvalidValue: Equatable, Sendable {
        /// A JSON pointer into the body.
        package var pointer: String
        /// The mistake and its correction, as a sentence.
        package var detail: String
        /// The line of a body that is CSV.
        package var line: Int?
        /// The column in that line, in characters.
        package var column: Int?

        package init(pointer: String, detail: String, line: Int? = nil, column: Int? = nil) {
            self.pointer = pointer
            self.detail = detail
            self.line = line
            self.column = column
        }

        /// Writes an object.
        package func write(to writer: inout Writer) {
            writer.beginObject()
            writer.member("pointer", pointer)
            writer.member("detail", detail)
            if let line { writer.member("line", line) }
            if let column { writer.member("column", column) }
            writer.endObject()
        }

        /// The schema of the object.
        package static let schema = JSONSchema.object([
            .required("pointer", .string.described("A JSON pointer into the body.")),
            .required("detail", .string.described("The mistake and its correction.")),
            .optional("line", .integer(in: 1...Int64.max).described("The line in CSV.")),
            .optional(
                "column", .integer(in: 1...Int64.max).described("The column, in characters.")),
        ])
    }

    /// An additional member of the document.
    package enum Member: Equatable, Sendable {
        case text(String)
        case number(Int64)
        /// One JSON value as it is.
        case json([UInt8])
    }

    /// The status of the response.
    package var status: Status
    /// The stable identifier, for programs.
    package var code: String
    /// The error in a few words.
    package var error: String
    /// The way to correct it.
    package var detail: String
    /// All invalid values of the body; empty if the problem lies elsewhere.
    package var faults: [InvalidValue]
    /// Additional members of the document, in order.
    package var members: [(name: String, value: Member)] = []
    /// Additional header fields of the response.
    package var fields = Fields()
    /// The internal cause, for the log, if the gateway itself failed. Never sent.
    package var cause: String?

    /// - Parameters:
    ///   - code: the stable identifier, for programs.
    ///   - error: the error in a few words.
    package init(
        _ status: Status, _ code: String, _ error: String, detail: String,
        faults: [InvalidValue] = [],
        members: [(name: String, value: Member)] = []
    ) {
        self.status = status
        self.code = code
        self.error = error
        self.detail = detail
        self.faults = faults
        self.members = members
    }

    /// True if the documents, the fields and the causes are equal.
    package static func == (left: Problem, right: Problem) -> Bool {
        left.status == right.status && left.code == right.code && left.error == right.error
            && left.detail == right.detail && left.faults == right.faults
    }

    /// Writes the members of the document, into an object that the caller has opened.
    package func append(to writer: inout Writer) {
        writer.beginObject()
        writer.member("type", "about:blank")
        writer.member("title", "\(status.reason)")
        writer.member("status", Int(status.code))
        writer.member("code", code)
        writer.member("error", error)
        writer.member("detail", detail)
        for (name, value) in members {
            writer.key(name)
            switch value {
            case .text(let text): writer.string(text)
            case .number(let number): writer.integer(number)
            case .json(let json): writer.raw(json)
            }
        }
        if !faults.isEmpty {
            writer.key("errors")
            writer.beginArray()
            for fault in faults { fault.write(to: &writer) }
            writer.endArray()
        }
        writer.endObject()
    }

    /// The response that carries the document.
    package var response: Response {
        var writer = Writer(reservingCapacity: 256)
        append(to: &writer)
        var response = Response(status: status, contentType: .problem, body: writer.bytes)
        response.fields = fields
        response.problemCode = code
        return response
    }
}

extension Problem {
    /// The schema of the document (RFC 9457).
    package static let schema = JSONSchema.named(
        "Problem",
        .object([
            .required("type", .string.described("A URI of the kind of problem.")),
            .required("title", .string.described("The reason phrase of the status.")),
            .required("status", .integer(in: 400...599)),
            .required("code", .string.described("The stable identifier, for programs.")),
            .required("error", .string.described("The error in a few words.")),
            .required("detail", .string.described("The way to correct it.")),
            .optional(
                "errors",
                .array(of: InvalidValue.schema).described("All invalid values of the body.")),
            .optional("signup", .anything.described("The signup that exists already.")),
            .optional("request_id", .string.described("The id of the request in the log.")),
            .optional("line", .integer.described("The line of the mistake, from 1.")),
            .optional("column", .integer.described("The column of the mistake, from 1.")),
            .optional("event", .id.described("The number of the stored event.")),
            .optional("outcome", .string.described("The outcome of the stored event.")),
            .optional("scope", .string.described("The scope that a key needs.")),
            .optional(
                "entitlement", .string.described("The part of refgate that needs a paid plan.")),
            .optional("verdict", .string.described("The result of the check of the signature.")),
        ]))
}
