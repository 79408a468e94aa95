"""Signs and verifies with the senders' own packages.

Reads one JSON object per line and answers each with one line:

    {"do": "sign", "package": "standardwebhooks", "secret", "id", "now", "body"}
        -> {"headers": [[name, value], ...]}
    {"do": "verify", "package": "stripe", "secret", "now", "body", "headers": [[name, value], ...]}
        -> {"valid": true} or {"valid": false, "why": "..."}

`now` is Unix time in seconds and also the package's clock; `body` is text.
"""
import datetime
import json
import sys

import standardwebhooks
import standardwebhooks.webhooks
import stripe


def set_clock(now):
    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.datetime.fromtimestamp(now, tz)

    standardwebhooks.webhooks.datetime = Clock


def sign(ask):
    now, body = ask["now"], ask["body"]
    if ask["package"] == "stripe":
        header = stripe.WebhookSignature.generate_signature_header(body, ask["secret"], now)
        return {"headers": [["Stripe-Signature", header]]}
    time = datetime.datetime.fromtimestamp(now, datetime.timezone.utc)
    signature = standardwebhooks.Webhook(ask["secret"]).sign(ask["id"], time, body)
    return {
        "headers": [
            ["webhook-id", ask["id"]],
            ["webhook-timestamp", str(now)],
            ["webhook-signature", signature],
        ]
    }


def verify(ask):
    headers = dict(ask["headers"])
    try:
        if ask["package"] == "stripe":
            stripe.WebhookSignature.verify_header(
                ask["body"], headers["Stripe-Signature"], ask["secret"]
            )
        else:
            set_clock(ask["now"])
            standardwebhooks.Webhook(ask["secret"]).verify(ask["body"], headers, json_parse=False)
    except (standardwebhooks.WebhookVerificationError, stripe.SignatureVerificationError) as error:
        return {"valid": False, "why": str(error)}
    return {"valid": True}


for line in sys.stdin:
    ask = json.loads(line)
    answer = sign(ask) if ask["do"] == "sign" else verify(ask)
    print(json.dumps(answer), flush=True)
