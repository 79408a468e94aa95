"""Generates a client from a gateway's OpenAPI document with openapi-python-client, and works with it.

    python client.py URL KEY SECRET FOLDER

The gateway has the workspace of the tests: campaign 1, and the source src_shop with the secret. The
generated client enrols two people, posts a signed purchase, lists the conversions and explains the
reward. Prints one JSON object with what it found.
"""
import importlib
import json
import os
import subprocess
import sys
from datetime import datetime, timezone

import httpx
import standardwebhooks

url, key, secret, folder = sys.argv[1:]
package = os.path.join(folder, "refgate_client")
generator = os.path.join(os.path.dirname(sys.executable), "openapi-python-client")
made = subprocess.run(
    [generator, "generate", "--url", url + "/openapi.json", "--output-path", package, "--meta", "none"],
    env={**os.environ, "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")},
    capture_output=True, text=True)
if made.returncode != 0:
    sys.exit(made.stdout + made.stderr)
# A component that the generator cannot read would be missing from the client.
if "Unable to process schema" in made.stdout + made.stderr:
    sys.exit(made.stdout + made.stderr)
sys.path.insert(0, folder)


def operation(module):
    return importlib.import_module("refgate_client.api." + module)


class Signed(httpx.Auth):
    """Signs the bytes that are sent, as a partner does."""

    requires_request_body = True

    def auth_flow(self, request):
        now = datetime.now(timezone.utc)
        id = "client-" + str(now.timestamp()).replace(".", "-")
        text = request.content.decode()
        request.headers["webhook-id"] = id
        request.headers["webhook-timestamp"] = str(int(now.timestamp()))
        request.headers["webhook-signature"] = standardwebhooks.Webhook(secret).sign(id, now, text)
        yield request


client = importlib.import_module("refgate_client").AuthenticatedClient
operator = client(base_url=url, token=key, raise_on_unexpected_status=True)
partner = importlib.import_module("refgate_client").Client(
    base_url=url, raise_on_unexpected_status=True, httpx_args={"auth": Signed()})
models = importlib.import_module("refgate_client.models")

enrol = operation("participants.enrol_participant")
referrer = enrol.sync(
    client=operator,
    body={"campaign": 1, "email": "zoe@example.com", "first_name": "Zoë"})
lead = enrol.sync(
    client=operator,
    body={"campaign": 1, "email": "max@example.com", "referred_by": referrer.referral_code})
event = models.PostEventBodyType0.from_dict({
    "type": "purchase", "data": {"referral_code": lead.referral_code, "order_id": "A-1"}})
answer = operation("hooks.post_event").sync("src_shop", client=partner, body=event)
conversions = operation("conversions.list_conversions").sync(client=operator, lead=lead.id)
explained = operation("explain.explain").sync(client=operator, code=lead.referral_code)
print(json.dumps({
    "referrer": referrer.referral_code, "lead": lead.referral_code,
    "outcome": answer.outcome.value, "conversion": answer.conversion,
    "listed": [row.id for row in conversions.data],
    "explained": [event.outcome.value for event in explained.events],
    "people": [person.referral_code for person in explained.participants],
}))
