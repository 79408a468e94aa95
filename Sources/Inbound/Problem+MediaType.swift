import HTTP

// RFC 9110 section 15.5.16: the response names the refused type and the accepted ones. RFC 7694
// section 3: it has `Accept-Encoding` if and only if the coding was the reason.
extension Problem {
    /// - Parameter accepted: The media types that are accepted.
    package static func unsupportedMediaType(
        _ fields: Fields, accepted: [String]
    ) -> Problem {
        let came = fields.first("content-type").map { "This body is \(quoted($0))." }
        let wanted = accepted.joined(separator: " or ")
        var problem = Problem(
            .unsupportedMediaType, RefusalCode.unsupportedMediaType, "Unsupported content type",
            detail: (came ?? "This body has no Content-Type.") + " Send \(wanted).")
        problem.fields.append("accept", accepted.joined(separator: ", "))
        return problem
    }

    /// Returns nil if the body is not compressed or otherwise coded.
    package static func unsupportedCoding(_ fields: Fields) -> Problem? {
        guard let coding = fields.first("content-encoding"), !isIdentity(coding) else { return nil }
        var problem = Problem(
            .unsupportedMediaType, RefusalCode.unsupportedMediaType, "Unsupported content coding",
            detail: "This body is coded as \(quoted(coding)). Send it as it is, without"
                + " Content-Encoding.")
        problem.fields.append("accept-encoding", "identity")
        return problem
    }

    private static func isIdentity(_ coding: ArraySlice<UInt8>) -> Bool {
        coding.isEmpty || String(decoding: coding, as: UTF8.self).lowercased() == "identity"
    }

    private static func quoted(_ value: ArraySlice<UInt8>) -> String {
        String(decoding: value.prefix(100), as: UTF8.self).debugDescription
    }
}
