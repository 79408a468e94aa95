import Crypto
import Database
import HTTP
import Ledger
import Storage

// Validators of resources (RFC 9110 sections 8.8 and 13).
//
// The `ETag` of a resource is a strong validator: a digest of the representation, so it differs
// whenever a member differs. A webhook's changes with the state of its breaker, too. A key has none:
// it shows the time of its last use, which each request changes.

extension Route {
    /// True for the route that shows one resource: its path ends with the resource's id.
    var showsResource: Bool {
        guard method == .get, case .read = action, let last = path.last else { return false }
        if case .word = last { return false }
        return pattern != "/api/v1/keys/#"
    }

    /// True for a change of a resource that has an `ETag`.
    var takesMatch: Bool {
        mayHaveMatch && API.routes.contains { $0.showsResource && $0.path == path }
    }

    /// True for a change whose `If-Match` is compared.
    var mayHaveMatch: Bool {
        guard case .write = action else { return false }
        return method == .patch || method == .put || method == .delete
    }
}

extension Call {
    /// The response with the resource's `ETag`, or 304 if the client has this representation.
    func tagged(_ response: Response) -> Response {
        guard route.showsResource, response.status == .ok,
            let tag = EntityTag(of: response.body)
        else { return response }
        var response = response
        let known = EntityTags(request.fields, "if-none-match")
        if known?.contains(tag, isWeak: true) ?? false {
            response = Response(status: .notModified)
        }
        response.fields.append("etag", tag.text)
        return response
    }
}

extension API {
    /// Throws 412 if the request has an `If-Match` that the resource does not meet. Called in the
    /// transaction of the change.
    func checkMatch(_ call: Call, _ store: Store) throws {
        guard call.route.mayHaveMatch,
            let wanted = EntityTags(call.request.fields, "if-match")
        else { return }
        guard let response = try shown(call, store) else {
            throw Problem.preconditionFailed("The address has no ETag; leave If-Match out.")
        }
        guard let tag = EntityTag(of: response.body), wanted.contains(tag, isWeak: false) else {
            throw Problem.preconditionFailed(
                "The resource has changed since. Get it again, and repeat the change with its ETag."
            )
        }
    }

    /// The response to a change with the `ETag` that the resource has now, so that a client can make
    /// its next change without getting the resource again. Called in the transaction of the change.
    func tagged(_ response: Response, _ call: Call, _ store: Store) throws -> Response {
        guard call.route.mayHaveMatch, response.status == .ok,
            let shown = try shown(call, store), let tag = EntityTag(of: shown.body)
        else { return response }
        var response = response
        response.fields.append("etag", tag.text)
        return response
    }

    /// The resource that a change is about, as GET shows it; nil if it has no `ETag`.
    private func shown(_ call: Call, _ store: Store) throws -> Response? {
        guard case .routes(let routes, _, _) = Self.routes.destination(of: call.request.target),
            let route = routes.first(where: \.showsResource), case .read(let show) = route.action
        else { return nil }
        var request = call.request
        request.method = .get
        request.body = []
        return try show(self)(
            Call(
                request: request, route: route, key: call.key, numbers: call.numbers,
                texts: call.texts), store)
    }
}

/// The validator of one representation.
struct EntityTag: Equatable {
    /// The tag with its quotes.
    let text: String

    /// Nil if the digest fails.
    init?(of body: [UInt8]) {
        guard let digest = try? SHA256.digest(of: body) else { return nil }
        text = "\"" + Hex.encode(Array(digest.prefix(16))) + "\""
    }
}

/// The tags in a condition of a request.
struct EntityTags {
    private var isAny = false
    /// The tags with their quotes, weak ones after `W/`.
    private var tags: [String] = []

    /// Nil if the request has no such field.
    init?(_ fields: Fields, _ name: String) {
        let values = fields.all(name)
        guard !values.isEmpty else { return nil }
        for value in values {
            for part in String(decoding: value, as: UTF8.self).split(separator: ",") {
                let tag = part.drop { $0 == " " || $0 == "\t" }
                let end = tag.lastIndex { $0 != " " && $0 != "\t" }
                guard let end else { continue }
                if tag[...end] == "*" { isAny = true }
                tags.append(String(tag[...end]))
            }
        }
    }

    /// - Parameter isWeak: True if weak tags count (RFC 9110 section 8.8.3.2). Tags of refgate have
    ///   no comma.
    func contains(_ tag: EntityTag, isWeak: Bool) -> Bool {
        isAny || tags.contains(tag.text) || (isWeak && tags.contains("W/" + tag.text))
    }
}

extension Problem {
    fileprivate static func preconditionFailed(_ detail: String) -> Problem {
        Problem(
            .preconditionFailed, "precondition_failed", "The resource has another state",
            detail: detail)
    }
}
