import Webhooks

extension SenderSample {
    var swift: String {
        let introduction = introduction(call: "send").map { "// \($0)" }.joined(separator: "\n")
        return #"""
            \#(introduction)
            \#(swiftImports)

            struct Answer: Decodable {
                var outcome: String
                var duplicate: Bool?
            }

            struct Refused: Error, CustomStringConvertible {
                var description: String
            }

            /// Returns the headers that prove the sender of a body.
            func proof(_ id: String, _ body: Data) throws -> [String: String] {
            \#(swiftProof)
            }

            /// Posts an event until it is answered; a repeat with the same id has no effect.
            func send(_ id: String, _ body: Data) async throws -> Answer {
                let url = URL(string: \#(Self.quoted(url)))!
                var attempt = 0
                while true {
                    var pause = 1 << attempt
                    var failure: any Error
                    var request = URLRequest(url: url, timeoutInterval: 10)
                    request.httpMethod = "POST"
                    request.httpBody = body
                    request.setValue("\#(contentType)", forHTTPHeaderField: "Content-Type")
                    for (name, value) in try proof(id, body) {
                        request.setValue(value, forHTTPHeaderField: name)
                    }
                    do {
                        let (data, response) = try await URLSession.shared.data(for: request)
                        let http = response as? HTTPURLResponse
                        let status = http?.statusCode ?? 0
                        if (200..<300).contains(status) {
                            return try JSONDecoder().decode(Answer.self, from: data)
                        }
                        let text = String(decoding: data, as: UTF8.self)
                        failure = Refused(description: "HTTP \(status): \(text)")
                        guard status == 429 || status >= 500 else { throw failure }
                        let asked = http?.value(forHTTPHeaderField: "Retry-After").flatMap { Int($0) }
                        pause = max(pause, asked ?? 0)
                    } catch let error as URLError {  // no connection, or no answer in time
                        failure = error
                    }
                    guard attempt < 5 else { throw failure }
                    attempt += 1
                    try await Task.sleep(for: .seconds(pause))
                }
            }

            \#(swiftEvent)
            do {
                let answer = try await send(id, body)
                print("outcome:", answer.outcome)
                if answer.duplicate == true { print("This event was sent before.") }
            } catch {
                FileHandle.standardError.write(Data("\(error)\n".utf8))
                exit(1)
            }

            """#
    }

    private var swiftImports: String {
        var lines = [
            "import Foundation", "#if canImport(FoundationNetworking)",
            "    import FoundationNetworking", "#endif",
        ]
        switch proof {
        case .standardWebhooks, .hmac:
            lines.insert("import Crypto  // https://github.com/apple/swift-crypto", at: 0)
        case .bearer, .address: break
        }
        return lines.joined(separator: "\n")
    }

    private static let swiftSecret = #"""
            guard let secret = ProcessInfo.processInfo.environment["REFGATE_SECRET"] else {
                throw Refused(description: "REFGATE_SECRET is not set")
            }
        """#

    private var swiftProof: String {
        switch proof {
        case .standardWebhooks(let prefix):
            #"""
            \#(Self.swiftSecret)
                guard secret.hasPrefix("whsec_"), let key = Data(base64Encoded: String(secret.dropFirst(6)))
                else { throw Refused(description: "REFGATE_SECRET is not whsec_ and base64") }
                let sent = String(Int(Date().timeIntervalSince1970))
                let code = HMAC<SHA256>.authenticationCode(
                    for: Data("\(id).\(sent).".utf8) + body, using: SymmetricKey(data: key))
                return [
                    "\#(prefix)-id": id,
                    "\#(prefix)-timestamp": sent,
                    "\#(prefix)-signature": "v1," + Data(code).base64EncodedString(),
                ]
            """#
        case .hmac(let settings):
            #"""
            \#(Self.swiftSecret)
                let code = HMAC<\#(Self.swiftHash(settings.digest))>.authenticationCode(
                    for: body, using: SymmetricKey(data: Data(secret.utf8)))
                return [\#(Self.quoted(settings.header)): \#(Self.quoted(settings.writtenPrefix)) + \#(
                    settings.encoding == "hex"
                        ? #"code.map { String(format: "%02x", $0) }.joined()"#
                        : "Data(code).base64EncodedString()")]
            """#
        case .bearer(let header):
            #"""
            \#(Self.swiftSecret)
                return [\#(Self.quoted(header)): "\#(Proof.word(before: header))" + secret]
            """#
        case .address: "    [:]  // the address is the proof: keep it secret"
        }
    }

    private static func swiftHash(_ digest: String) -> String {
        digest == "sha1" ? "Insecure.SHA1" : digest.uppercased()
    }

    private var swiftEvent: String {
        switch form {
        case .nested, .flat:
            #"""
            let arguments = CommandLine.arguments
            guard arguments.count == 5, let amount = Int(arguments[3]) else {
                print("usage: send \#(arguments)")
                exit(2)
            }
            let id = "purchase-" + arguments[2]
            \#(swiftMembers)
            let body = try JSONSerialization.data(withJSONObject: event)
            """#
        case .code:
            #"""
            guard let id = CommandLine.arguments.dropFirst().first else {
                print("usage: send \#(arguments)")
                exit(2)
            }
            var form = URLComponents()
            form.queryItems = [URLQueryItem(name: "code", value: id)]
            let body = Data((form.percentEncodedQuery ?? "").utf8)
            """#
        }
    }

    private var swiftMembers: String {
        switch form {
        case .nested:
            #"""
            let data: [String: Any] = [
                "referral_code": arguments[1], "order_id": arguments[2], "amount": amount,
                "currency": arguments[4],
            ]
            let event: [String: Any] = ["type": "purchase", "data": data]
            """#
        case .flat, .code:
            #"""
            let event: [String: Any] = [
                "id": id, "type": "purchase", "referral_code": arguments[1],
                "order_id": arguments[2], "amount": amount, "currency": arguments[4],
            ]
            """#
        }
    }
}
