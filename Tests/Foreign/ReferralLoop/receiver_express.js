// A receiver as ReferralLoop describes it to users of Express: it acknowledges at once, works afterwards, and switches
// on `event_type`. The handlers are those of a program that was written for ReferralLoop.
//
// Only `verify` was replaced, and the body is kept as received for it. The described one serialises the parsed JSON
// again and compares bare hexadecimal digits with `sha256=` and digits, so it never succeeds.
const crypto = require("node:crypto");
const express = require("express");

const secret = process.env.REFGATE_SECRET;

function verify(body, signature) {
  const right = Buffer.from("sha256=" + crypto.createHmac("sha256", secret).update(body).digest("hex"));
  const given = Buffer.from(signature ?? "");
  return given.length === right.length && crypto.timingSafeEqual(given, right);
}

const app = express();
app.use(express.json({ verify: (request, _, bytes) => (request.bytes = bytes) }));

app.post("/webhooks/referralloop", (request, response) => {
  if (!verify(request.bytes ?? Buffer.alloc(0), request.headers["x-webhook-signature"])) {
    return response.status(401).json({ error: "Invalid signature" });
  }
  response.status(200).json({ received: true });
  setImmediate(() => processEvent(request.body));
});

function processEvent(event) {
  switch (event.event_type) {
    case "signup.created":
      handleSignupCreated(event.waitlist_id, event.data);
      break;
    case "signup.position_changed":
      handlePositionChanged(event.data);
      break;
    case "signup.deleted":
      handleSignupDeleted(event.data);
      break;
    default:
      console.log(`Unhandled event type: ${event.event_type}`);
  }
}

function handleSignupCreated(waitlist, data) {
  console.log(
    `New signup in ${waitlist}: ${data.name} <${data.email}> ${data.id}` +
      ` at ${data.position} with ${data.referral_code} since ${data.created_at}`,
  );
}

function handlePositionChanged(data) {
  const direction = data.position_change < 0 ? "up" : "down";
  const steps = Math.abs(data.position_change);
  console.log(`${data.email} moved ${direction} by ${steps}: ${data.old_position} to ${data.new_position}`);
}

function handleSignupDeleted(data) {
  console.log(`Signup deleted: ${data.email} ${data.id}`);
}

module.exports = app;
