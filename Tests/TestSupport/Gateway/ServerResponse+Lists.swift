import Testing

extension ServerResponse {
    /// The rows of a list.
    package var data: [[String: Any]] { list("data") }
    /// Nil at the end of a list, and of a list only.
    package var next: String? {
        #expect(json["next"] != nil, "a page of a list is needed: \(self)")
        return json["next"] as? String
    }
    /// The pointers of what is wrong with a body.
    package var pointers: [String] {
        (json["errors"] as? [[String: Any]] ?? []).compactMap { $0["pointer"] as? String }
    }
    package func text(_ name: String) -> String? { json[name] as? String }
    package func number(_ name: String) -> Int? { json[name] as? Int }
}
