import Crypto
import Database
import HTTP
import Programmes
import Referrals
import Storage
import Time

/// Authentication by key: `X-API-Key` or `Authorization: Bearer`, looked up by hash.
enum KeyCheck {
    /// The hash of a request's key. Throws 401 if the request has none.
    static func hash(of request: Request) throws -> [UInt8] {
        let plain = request.fields.first("x-api-key").map { String(decoding: $0, as: UTF8.self) }
        let bearer = request.fields.first("authorization").flatMap { Self.token($0) }
        if let plain, let bearer,
            !APIKey.canonical(plain).utf8.elementsEqual(APIKey.canonical(bearer).utf8)
        {
            throw Problem(
                .badRequest, "ambiguous_credentials", "Two different API keys",
                detail: "X-API-Key and Authorization name different keys; send one of them.")
        }
        guard let key = plain ?? bearer else { throw unauthorized(request) }
        return try APIKey.hash(key)
    }

    /// The valid key of a request, which is added to the known keys. Throws 401 if it is not valid.
    static func key(
        of request: Request, _ store: Store, _ known: KnownKeys, at now: Instant
    ) throws -> KeyTable.Row {
        let hash = try hash(of: request)
        // A file that was replaced answers no request, not even with the owner of a key.
        try store.checkPlace()
        guard let row = try store.keys.find(hash: hash) else {
            known.remove(hash)
            throw unauthorized(request)
        }
        if let expiry = row.expiresAt, expiry <= now {
            known.remove(hash)
            throw unauthorized(
                "Key \(row.id.number) expired at \(expiry.rfc3339). Another key can change"
                    + " expires_at with PATCH /api/v1/keys/\(row.id.number).")
        }
        known.insert(hash, row.id)
        return row
    }

    /// Throws 403 if the scope of a key does not include a route.
    static func check(_ key: KeyTable.Row, for route: Route) throws {
        guard !key.scope.includes(route.scope) else { return }
        throw Problem(
            .forbidden, "scope_required", "The key has another scope",
            detail:
                "\(route.method.name) \(route.template) needs a key of the scope"
                + " \(route.scope.rawValue); this key has the scope \(key.scope.rawValue).",
            members: [("scope", .text(route.scope.rawValue))])
    }

    private static func token(_ value: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: value, as: UTF8.self)
        guard text.utf8.count > 7, text.prefix(7).lowercased() == "bearer " else { return nil }
        return String(text.dropFirst(7).drop { $0 == " " })
    }

    private static func unauthorized(_ request: Request) -> Problem {
        let names = ["api_key", "apikey", "key", "x-api-key", "access_token"]
        let isInQuery = (request.target.parameters ?? []).contains {
            names.contains($0.name.lowercased())
        }
        let hasOther = ["x-api-key", "authorization"].contains { name in
            request.fields.first(name)?.contains { $0 < 0x20 || $0 > 0x7E } ?? false
        }
        let detail =
            if isInQuery {
                "Send the key in the X-API-Key header, not in the query string."
            } else if hasOther {
                "The key has characters that no key has, such as a no-break space; copy it again."
            } else {
                "Send a key in the X-API-Key header; `refgate keys create` makes one."
            }
        return unauthorized(detail)
    }

    private static func unauthorized(_ detail: String) -> Problem {
        var problem = Problem(
            .unauthorized, "invalid_api_key", "Invalid or missing API key", detail: detail)
        problem.fields.append("www-authenticate", "Bearer realm=\"refgate\"")
        return problem
    }
}

extension Problem {
    /// 403 for a secret key that a browser sends, where the account refuses it.
    static var secretKeyInBrowser: Problem {
        Problem(
            .forbidden, "secret_key_in_browser", "A secret key came from a browser",
            detail:
                "The request has an Origin field, so that people can read the key. Use a key of the"
                + " scope publishable in browsers, and revoke this one.")
    }
}
