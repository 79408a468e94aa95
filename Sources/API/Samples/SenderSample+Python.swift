import Webhooks

extension SenderSample {
    var python: String {
        let lines = introduction(call: "python3 send.py")
        let rest = lines.dropFirst().joined(separator: "\n")
        return #"""
            """\#(lines[0])\#(rest.isEmpty ? "" : "\n\n\(rest)\n")"""
            \#(pythonImports.map { "import \($0)" }.joined(separator: "\n"))

            URL = \#(Self.quoted(url))


            def proof(event_id, body):
                """Returns the headers that prove the sender of a body."""
            \#(pythonProof)


            def send(event_id, body):
                """Posts an event until it is answered; a repeat with the same id has no effect."""
                for wait in (1, 2, 4, 8, 16, None):
                    headers = {"Content-Type": "\#(contentType)"} | proof(event_id, body)
                    request = urllib.request.Request(URL, data=body, headers=headers)
                    try:
                        with urllib.request.urlopen(request, timeout=10) as response:
                            return json.load(response)
                    except urllib.error.HTTPError as error:
                        if (error.code < 500 and error.code != 429) or wait is None:
                            sys.exit(f"HTTP {error.code}: {error.read().decode()}")
                        wait = max(wait, int(error.headers.get("Retry-After", 0)))
                    except OSError as error:  # no connection, or no answer in time
                        if wait is None:
                            sys.exit(f"no connection: {error}")
                    time.sleep(wait)


            def main(\#(form == .code ? "code" : "code, order, amount, currency")):
            \#(pythonEvent)
                print("outcome:", answer["outcome"])
                if answer.get("duplicate"):
                    print("This event was sent before.")


            if __name__ == "__main__":
                main(*sys.argv[1:])

            """#
    }

    private var pythonImports: [String] {
        var names = ["json", "sys", "time", "urllib.error", "urllib.request"]
        if needsSecret { names.append("os") }
        if form == .code { names.append("urllib.parse") }
        switch proof {
        case .standardWebhooks: names += ["base64", "hmac"]
        case .hmac(let settings):
            names.append("hmac")
            if settings.encoding == "base64" { names.append("base64") }
        case .bearer, .address: break
        }
        return names.sorted()
    }

    private var pythonProof: String {
        switch proof {
        case .standardWebhooks(let prefix):
            #"""
                sent = str(int(time.time()))
                key = base64.b64decode(os.environ["REFGATE_SECRET"].removeprefix("whsec_"))
                signature = hmac.digest(key, f"{event_id}.{sent}.".encode() + body, "sha256")
                return {
                    "\#(prefix)-id": event_id,
                    "\#(prefix)-timestamp": sent,
                    "\#(prefix)-signature": "v1," + base64.b64encode(signature).decode(),
                }
            """#
        case .hmac(let settings):
            #"""
                key = os.environ["REFGATE_SECRET"].encode()
                signature = hmac.digest(key, body, "\#(settings.digest)")
                return {\#(Self.quoted(settings.header)): \#(Self.quoted(settings.writtenPrefix)) + \#(
                    settings.encoding == "hex"
                        ? "signature.hex()" : "base64.b64encode(signature).decode()")}
            """#
        case .bearer(let header):
            #"""
                return {\#(Self.quoted(header)): "\#(Proof.word(before: header))" + os.environ["REFGATE_SECRET"]}
            """#
        case .address: "    return {}  # the address is the proof: keep it secret"
        }
    }

    private var pythonEvent: String {
        switch form {
        case .nested:
            #"""
                event_id = f"purchase-{order}"
                event = {
                    "type": "purchase",
                    "data": {
                        "referral_code": code,
                        "order_id": order,
                        "amount": int(amount),
                        "currency": currency,
                    },
                }
                answer = send(event_id, json.dumps(event).encode())
            """#
        case .flat:
            #"""
                event_id = f"purchase-{order}"
                event = {
                    "id": event_id,
                    "type": "purchase",
                    "referral_code": code,
                    "order_id": order,
                    "amount": int(amount),
                    "currency": currency,
                }
                answer = send(event_id, json.dumps(event).encode())
            """#
        case .code:
            #"""
                answer = send(code, urllib.parse.urlencode({"code": code}).encode())
            """#
        }
    }
}
