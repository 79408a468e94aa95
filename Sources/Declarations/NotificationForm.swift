import JSON
import Referrals

/// The form of a webhook's notifications: the dialect, and the fields to send.
package struct NotificationForm: Equatable, Sendable {
    /// The dialect.
    package var dialect: WebhookDeclaration.Dialect
    /// The fields to send; nil for all.
    package var fields: FieldChoice?

    /// Creates a form with all fields.
    package init(_ dialect: WebhookDeclaration.Dialect) { self.dialect = dialect }

    /// Creates the form of a webhook.
    package init(of webhook: WebhookDeclaration) {
        dialect = webhook.dialect
        fields = webhook.fields.map { FieldChoice($0, in: webhook.dialect) }
    }
}

/// The fields of a notification that a webhook receives, by their dotted names in its data. The
/// members of the envelope are always sent.
package struct FieldChoice: Equatable, Sendable {
    private let names: Set<String>
    /// The names of objects of which only parts are sent.
    private let parts: Set<String>
    private let dialect: WebhookDeclaration.Dialect

    /// Creates a choice. The name of an object means all its fields.
    package init(_ fields: [String], in dialect: WebhookDeclaration.Dialect) {
        names = Set(fields)
        var parts: Set<String> = []
        for field in fields {
            var path = field[...]
            while let dot = path.lastIndex(of: ".") {
                path = path[..<dot]
                parts.insert(String(path))
            }
        }
        self.parts = parts
        self.dialect = dialect
    }

    /// A body with the chosen fields only, in their order.
    package func applied(to body: [UInt8]) -> [UInt8] {
        guard let root = try? Document(parsing: body).root else { return body }
        var json = Writer(reservingCapacity: body.count)
        if let data = dialect.dataMember {
            json.object { json in
                for (key, value) in root.members {
                    if key.equals(data), value.kind == .object {
                        json.key(data)
                        write(value, below: "", to: &json)
                    } else {
                        json.member(key.string, value)
                    }
                }
            }
        } else {
            write(root, below: "", to: &json)
        }
        return json.bytes
    }

    private func write(_ object: Value, below prefix: String, to json: inout Writer) {
        json.object { json in
            for (key, value) in object.members {
                let name = prefix + key.string
                let isEnvelope = prefix.isEmpty && dialect.flatEnvelope.contains(name)
                if names.contains(name) || isEnvelope {
                    json.member(key.string, value)
                } else if parts.contains(name) {
                    if value.kind == .object {
                        json.key(key.string)
                        write(value, below: name + ".", to: &json)
                    } else {
                        json.member(key.string, value)
                    }
                }
            }
        }
    }
}

extension WebhookDeclaration.Dialect {
    /// The member of the envelope that holds the data; nil if the envelope and the data are one
    /// object.
    var dataMember: String? {
        switch self {
        case .standard, .referralloop: "data"
        case .referralFactory, .referralsCom: nil
        }
    }

    /// The members of the envelope where it is one object with the data.
    var flatEnvelope: [String] { dataMember == nil ? ["event"] : [] }
}
