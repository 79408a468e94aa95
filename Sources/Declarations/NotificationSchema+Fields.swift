import Referrals
import Schemas

extension NotificationSchema {
    /// The dotted names of the fields that a type sends in a dialect, in their order. An object is
    /// followed by its own fields.
    package static func fields(
        of type: NotificationType, in dialect: WebhookDeclaration.Dialect
    ) -> [String] {
        let properties = properties(of: body(of: type, in: dialect))
        guard let data = dialect.dataMember else {
            return properties.filter { !dialect.flatEnvelope.contains($0.name) }.flatMap {
                names($0, "")
            }
        }
        let property = properties.first { $0.name == data }
        return property.map { self.properties(of: $0.schema) }?.flatMap { names($0, "") } ?? []
    }

    /// The fields of any of some types in a dialect, each once.
    static func fields(
        of types: [NotificationType], in dialect: WebhookDeclaration.Dialect
    ) -> [String] {
        var seen: Set<String> = []
        return types.flatMap { fields(of: $0, in: dialect) }.filter { seen.insert($0).inserted }
    }

    private static func names(_ property: JSONSchema.Property, _ prefix: String) -> [String] {
        let name = prefix + property.name
        return [name] + properties(of: property.schema).flatMap { names($0, name + ".") }
    }

    private static func properties(of schema: JSONSchema) -> [JSONSchema.Property] {
        switch schema.shape {
        case .named(_, let inner): properties(of: inner)
        case .object(let rules): rules.properties
        default: []
        }
    }
}
