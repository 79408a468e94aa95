"""A receiver as ReferralLoop describes it to users of Flask: it acknowledges at once, works on a thread, and
switches on `event_type`. The handlers are those of a program that was written for ReferralLoop.

Only `verify` was replaced. The described one serialises the parsed JSON again and compares bare hexadecimal digits
with `sha256=` and digits, so it never succeeds.
"""
import hmac
import os
import threading

from flask import Flask, jsonify, request

SECRET = os.environ["REFGATE_SECRET"]
app = Flask(__name__)


def verify(body, signature):
    right = "sha256=" + hmac.digest(SECRET.encode(), body, "sha256").hex()
    return hmac.compare_digest(signature.encode(), right.encode())


@app.route("/webhooks/referralloop", methods=["POST"])
def webhook():
    if not verify(request.get_data(), request.headers.get("X-Webhook-Signature", "")):
        return jsonify({"error": "Invalid signature"}), 401
    threading.Thread(target=process, args=(request.get_json(),)).start()
    return jsonify({"received": True}), 200


def process(event):
    event_type = event["event_type"]
    data = event["data"]
    if event_type == "signup.created":
        handle_signup_created(event["waitlist_id"], data)
    elif event_type == "signup.position_changed":
        handle_position_changed(data)
    elif event_type == "signup.deleted":
        handle_signup_deleted(data)
    else:
        print(f"Unhandled event type: {event_type}")


def handle_signup_created(waitlist_id, data):
    print(
        f"New signup in {waitlist_id}: {data['name']} <{data['email']}> {data['id']}"
        f" at {data['position']} with {data['referral_code']} since {data['created_at']}"
    )


def handle_position_changed(data):
    direction = "up" if data["position_change"] < 0 else "down"
    steps = abs(data["position_change"])
    print(f"{data['email']} moved {direction} by {steps}: {data['old_position']} to {data['new_position']}")


def handle_signup_deleted(data):
    print(f"Signup deleted: {data['email']} {data['id']}")
