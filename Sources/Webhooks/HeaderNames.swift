import HTTP

/// What to look for in a delivery's headers, made ready for comparing bytes.
struct HeaderNames: Sendable {
    /// A name as it is told to a person and as it is compared.
    struct Name: Sendable {
        let text: String
        let lowercased: [UInt8]

        init(_ text: String) {
            self.text = text
            self.lowercased = Array(text.lowercased().utf8)
        }

        func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
            bytes.count == lowercased.count && bytes.elementsEqual(lowercased)
        }
    }

    enum Layout: Sendable {
        case whole(prefix: [UInt8], required: Bool, separator: UInt8?)
        case members(separator: UInt8)
        case taggedItems
    }

    let signature: Name
    let timestamp: Name?
    let id: Name?
    let layout: Layout
    let encoding: Signing.Encoding
    /// Of the versions, in their order.
    let tags: [[UInt8]]
    let retiredTags: [[UInt8]]
    let timeMember: [UInt8]?

    init(_ signing: Signing) {
        signature = Name(signing.header)
        id = signing.id.map(Name.init)
        encoding = signing.encoding
        tags = signing.versions.map { Array(($0.tag ?? "").utf8) }
        retiredTags = signing.retiredTags.map { Array($0.utf8) }
        layout =
            switch signing.layout {
            case .whole(let prefix, let required, let separator):
                .whole(prefix: Array(prefix.utf8), required: required, separator: separator)
            case .members(let separator): .members(separator: separator)
            case .taggedItems: .taggedItems
            }
        switch signing.time?.place {
        case .header(let name)?: (timestamp, timeMember) = (Name(name), nil)
        case .member(let name)?: (timestamp, timeMember) = (nil, Array(name.utf8))
        case nil: (timestamp, timeMember) = (nil, nil)
        }
    }
}

/// The header values that a scheme asks for, found in one pass over the fields.
struct Presented {
    /// What a look-up of a header that may stand once finds.
    enum Value {
        case absent
        case once(ArraySlice<UInt8>)
        case repeated

        mutating func add(_ value: ArraySlice<UInt8>) {
            if case .absent = self { self = .once(value) } else { self = .repeated }
        }
    }

    private(set) var signature = Value.absent
    private(set) var timestamp = Value.absent
    private(set) var id = Value.absent

    init(_ fields: Fields, _ names: HeaderNames) {
        fields.forEach { name, value in
            if names.signature.matches(name) {
                signature.add(value)
            } else if let timestampName = names.timestamp, timestampName.matches(name) {
                timestamp.add(value)
            } else if let idName = names.id, idName.matches(name) {
                id.add(value)
            }
        }
    }
}

extension Presented.Value {
    /// The value of a header that must stand exactly once and not be empty.
    func required(
        _ name: HeaderNames.Name, orElse refusal: Refusal
    ) throws(Refusal) -> ArraySlice<UInt8> {
        switch self {
        case .once(let value) where !value.isEmpty: return value
        case .absent, .once: throw .headerMissing(name.text)
        case .repeated: throw refusal
        }
    }
}
