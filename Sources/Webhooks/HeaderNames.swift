import HTTP

/// The header names of a scheme, prepared for comparing bytes.
///
/// A class, like everything that a verification reads: a struct of this many arrays would be
/// retained and released member by member at each call.
final class HeaderNames: Sendable {
    /// A name as it is displayed and as it is compared.
    final class Name: Sendable {
        let text: String
        let lowercased: [UInt8]

        init(_ text: String) {
            self.text = text
            self.lowercased = Array(text.lowercased().utf8)
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
    /// The tags of the versions, in their order.
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

extension Fields {
    /// The range of a header's value; throws unless the header occurs exactly once and is not
    /// empty.
    func place(
        of name: HeaderNames.Name, ifRepeated refusal: Refusal
    ) throws(Refusal) -> Range<Int> {
        switch occurrence(of: name.lowercased) {
        case .once(let place) where !place.isEmpty: return place
        case .absent, .once: throw .headerMissing(name.text)
        case .repeated: throw refusal
        }
    }
}
