import HTTP

/// Cross-origin responses (fetch.spec.whatwg.org, CORS protocol): `/api/v1/*` may be called from
/// any origin.
package enum CrossOrigin {
    /// The header fields that a page may read in addition to the few that every page may (section
    /// 3.2.6 lists them).
    private static let exposedHeaders = [
        "Accept", "Accept-Encoding", "Allow", "Content-Disposition", "ETag", "Idempotent-Replayed",
        "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate",
        "X-Request-Id",
    ].joined(separator: ", ")

    /// The response to OPTIONS on a `/api/v1/*` route with these methods.
    static func preflight(_ methods: String) -> Response {
        var fields = Fields()
        fields.append("access-control-allow-origin", "*")
        fields.append("allow", methods)
        fields.append("access-control-allow-methods", methods)
        fields.append(
            "access-control-allow-headers",
            "Content-Type, X-API-Key, Authorization, Idempotency-Key, If-Match, If-None-Match,"
                + " X-Participant-Token")
        fields.append("access-control-max-age", "86400")
        return Response(status: .noContent, fields: fields)
    }

    /// Adds the fields that let pages of any origin read a response of the API.
    package static func open(_ response: Response, _ isAPI: Bool) -> Response {
        guard isAPI else { return response }
        var response = response
        response.fields.append("access-control-allow-origin", "*")
        response.fields.append(
            "access-control-expose-headers",
            exposedHeaders)
        return response
    }
}

extension Response {
    /// The response to OPTIONS on an address that pages of other origins need not call.
    static func options(_ methods: String) -> Response {
        var fields = Fields()
        fields.append("allow", methods)
        return Response(status: .noContent, fields: fields)
    }
}
