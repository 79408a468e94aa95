import JSON

/// What went wrong with a request, as the peer is told (RFC 9457, with `code` and `error` beside).
package struct Problem: Error, Equatable, Sendable {
    package struct Fault: Equatable, Sendable {
        /// A JSON pointer into the body.
        package var pointer: String
        package var detail: String

        package init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    /// A further member of the document.
    package enum Member: Equatable, Sendable {
        case text(String)
        case number(Int64)
    }

    package var status: Status
    /// The stable name, for programs.
    package var code: String
    /// In a few words.
    package var error: String
    /// What to do about it.
    package var detail: String
    package var faults: [Fault]
    package var members: [(name: String, value: Member)] = []
    package var fields = Fields()
    /// For the log: what went wrong in the gateway, where that is its own fault. Never sent.
    package var cause: String?

    package init(
        _ status: Status, _ code: String, _ error: String, detail: String, faults: [Fault] = [],
        members: [(name: String, value: Member)] = []
    ) {
        self.status = status
        self.code = code
        self.error = error
        self.detail = detail
        self.faults = faults
        self.members = members
    }

    package static func == (left: Problem, right: Problem) -> Bool {
        left.status == right.status && left.code == right.code && left.error == right.error
            && left.detail == right.detail && left.faults == right.faults
    }

    /// The members of the document, also as part of a larger one.
    package func append(to writer: inout Writer) {
        writer.beginObject()
        writer.key("type")
        writer.string("about:blank")
        writer.key("title")
        writer.string("\(status.reason)")
        writer.key("status")
        writer.integer(status.code)
        writer.key("code")
        writer.string(code)
        writer.key("error")
        writer.string(error)
        writer.key("detail")
        writer.string(detail)
        for (name, value) in members {
            writer.key(name)
            switch value {
            case .text(let text): writer.string(text)
            case .number(let number): writer.integer(number)
            }
        }
        if !faults.isEmpty {
            writer.key("errors")
            writer.beginArray()
            for fault in faults {
                writer.beginObject()
                writer.key("pointer")
                writer.string(fault.pointer)
                writer.key("detail")
                writer.string(fault.detail)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
    }

    package var response: Response {
        var writer = Writer(reservingCapacity: 256)
        append(to: &writer)
        var response = Response(status: status, contentType: .problem, body: writer.bytes)
        response.fields = fields
        response.problemCode = code
        return response
    }
}
