import Webhooks

extension SenderSample {
    var node: String {
        let introduction = introduction(call: "node send.mjs").map { "// \($0)" }
            .joined(separator: "\n")
        return #"""
            \#(introduction)
            \#(nodeImports)import { setTimeout as pause } from "node:timers/promises";

            const url = \#(Self.quoted(url));

            /** Returns the headers that prove the sender of a body. */
            function proof(id, body) {
            \#(nodeProof)
            }

            /** Posts an event until it is answered; a repeat with the same id has no effect. */
            async function send(id, body) {
              for (const wait of [1, 2, 4, 8, 16, null]) {
                let response, text;
                try {
                  response = await fetch(url, {
                    method: "POST",
                    headers: { "Content-Type": "\#(contentType)", ...proof(id, body) },
                    body,
                    signal: AbortSignal.timeout(10_000),
                  });
                  text = await response.text();
                } catch (error) { // no connection, or no answer in time
                  if (wait === null) throw new Error(`no connection: ${error.message}`);
                  await pause(1000 * wait);
                  continue;
                }
                if (response.ok) return JSON.parse(text);
                const { status, headers } = response;
                if ((status < 500 && status !== 429) || wait === null) {
                  throw new Error(`HTTP ${status}: ${text}`);
                }
                await pause(1000 * Math.max(wait, Number(headers.get("retry-after") ?? 0)));
              }
            }

            \#(nodeEvent)
            try {
              const answer = await send(id, body);
              console.log("outcome:", answer.outcome);
              if (answer.duplicate) console.log("This event was sent before.");
            } catch (error) {
              console.error(error.message);
              process.exitCode = 1;
            }

            """#
    }

    private var nodeImports: String {
        switch proof {
        case .standardWebhooks, .hmac: "import { createHmac } from \"node:crypto\";\n"
        case .bearer, .address: ""
        }
    }

    private var nodeProof: String {
        switch proof {
        case .standardWebhooks(let prefix):
            #"""
              const sent = String(Math.floor(Date.now() / 1000));
              const key = Buffer.from(process.env.REFGATE_SECRET.replace(/^whsec_/, ""), "base64");
              const signature = createHmac("sha256", key).update(`${id}.${sent}.${body}`).digest("base64");
              return {
                "\#(prefix)-id": id,
                "\#(prefix)-timestamp": sent,
                "\#(prefix)-signature": `v1,${signature}`,
              };
            """#
        case .hmac(let settings):
            #"""
              const hmac = createHmac("\#(settings.digest)", process.env.REFGATE_SECRET);
              const signature = hmac.update(body).digest("\#(settings.encoding)");
              return { \#(Self.quoted(settings.header)): \#(Self.quoted(settings.writtenPrefix)) + signature };
            """#
        case .bearer(let header):
            #"""
              return { \#(Self.quoted(header)): "\#(Proof.word(before: header))" + process.env.REFGATE_SECRET };
            """#
        case .address: "  return {}; // the address is the proof: keep it secret"
        }
    }

    private var nodeEvent: String {
        switch form {
        case .nested:
            #"""
            const [code, order, amount, currency] = process.argv.slice(2);
            const id = `purchase-${order}`;
            const body = JSON.stringify({
              type: "purchase",
              data: { referral_code: code, order_id: order, amount: Number(amount), currency },
            });
            """#
        case .flat:
            #"""
            const [code, order, amount, currency] = process.argv.slice(2);
            const id = `purchase-${order}`;
            const body = JSON.stringify({
              id, type: "purchase", referral_code: code, order_id: order, amount: Number(amount), currency,
            });
            """#
        case .code:
            #"""
            const [code] = process.argv.slice(2);
            const id = code;
            const body = new URLSearchParams({ code }).toString();
            """#
        }
    }
}
