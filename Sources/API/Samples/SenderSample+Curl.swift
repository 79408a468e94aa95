import Webhooks

extension SenderSample {
    var curl: String {
        let introduction = introduction(call: "sh send.sh").map { "# \($0)" }
            .joined(separator: "\n")
        let (preparation, headers) = curlProof
        return #"""
            \#(introduction)
            set -eu

            \#(curlEvent)
            \#(preparation)# The same id is sent again after 429, 5xx and failed connections.
            \#(curlPipe)curl -sS --fail-with-body --retry 5 --retry-connrefused --max-time 60 \
              -H 'Content-Type: \#(contentType)'\#(headers) \
              --data-binary "$body" \#(API.shellWord(url))

            """#
    }

    private var curlEvent: String {
        switch form {
        case .nested:
            #"""
            id="purchase-$2"
            body=$(printf '{"type":"purchase","data":{"referral_code":"%s","order_id":"%s","amount":%d,"currency":"%s"}}' \
              "$1" "$2" "$3" "$4")
            """#
        case .flat:
            #"""
            id="purchase-$2"
            body=$(printf '{"id":"%s","type":"purchase","referral_code":"%s","order_id":"%s","amount":%d,"currency":"%s"}' \
              "$id" "$1" "$2" "$3" "$4")
            """#
        case .code: #"body="code=$1""#
        }
    }

    /// The commands that make the proof, and its headers.
    private var curlProof: (preparation: String, headers: String) {
        switch proof {
        case .standardWebhooks(let prefix):
            (
                #"""
                sent=$(date +%s)
                key=$(printf %s "${REFGATE_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
                signature=$(printf %s "$id.$sent.$body" |
                  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

                """#,
                #"""
                 -H "\#(prefix)-id: $id" \
                  -H "\#(prefix)-timestamp: $sent" -H "\#(prefix)-signature: v1,$signature"
                """#
            )
        case .hmac(let settings):
            (
                #"""
                signature=$(printf %s "$body" | openssl dgst -\#(settings.digest) -hmac "$REFGATE_SECRET" -binary |
                  \#(settings.encoding == "hex" ? #"od -An -v -tx1 | tr -d ' \n'"# : "openssl base64 -A"))

                """#,
                #" -H "\#(settings.header): \#(settings.writtenPrefix)$signature""#
            )
        case .bearer: ("", " -H @-")
        case .address: ("", "")
        }
    }

    /// The command that hands the secret to curl, so that no list of processes shows it.
    private var curlPipe: String {
        guard case .bearer(let header) = proof else { return "" }
        return #"printf '\#(header): \#(Proof.word(before: header))%s' "$REFGATE_SECRET" | "#
    }
}
