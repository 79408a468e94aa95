#!/usr/bin/env python3
"""How fast stored events are decided again, and that a backtest reports what it should.

    swift build -c release --product refgate
    Tests/Benchmarks/backtest.py --events 200000

Events are posted in signed lists of 500, each item stored as an event of its own. Then `refgate backtest` runs over
them: with unchanged rules, which must change nothing, and with a draft whose changed events are known in advance.
`rate` is events by the second of the whole command, start and report included; the best of `--rounds` counts."""
import argparse, base64, hashlib, hmac, http.client, json, pathlib, secrets, shutil, signal, subprocess, sys, tempfile, time

LEADS = 10_000
KEY = secrets.token_bytes(32)


def workspace():
    people = [{"campaign": 1, "email": f"r{i}@example.com", "referral_code": f"REF{i}"} for i in range(LEADS // 10)]
    people += [{"campaign": 1, "email": f"l{i}@example.com", "referral_code": f"LEAD{i}", "referred_by": f"REF{i // 10}"} for i in range(LEADS)]
    mapping = {"event_id": "payload.id", "goal": "payload.type", "referral_code": "payload.data.referral_code", "business_key": "payload.data.order_id",
               "amount": "payload.data.amount", "currency": "payload.data.currency"}
    return {"account": {"name": "bench", "plan": "paid"}, "participants": people,
            "campaigns": [{"id": 1, "name": "bench", "owner": "o", "goal_type": "purchase", "conversions": "every", "conditions": ["event.amount >= 1000"],
                           "rewards": [{"kind": "cash", "value": {"percent": 5, "max": 5000}, "cap": {"count": 5, "per": "lead"}, "budget": 1_000_000_000}]}],
            "sources": [{"id": "bench", "name": "bench", "scheme": "standard-webhooks", "secrets": ["whsec_" + base64.b64encode(KEY).decode()],
                         "each": "payload", "mapping": mapping}]}


def item(number):
    return {"id": f"e-{number}", "type": "purchase", "data": {"referral_code": f"LEAD{number * 7919 % LEADS}", "order_id": f"o-{number}",
            "amount": 500 + number * 37 % 20000, "currency": "USD"}}


def post(port, events):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for start in range(0, events, 500):
        body = json.dumps([item(n) for n in range(start, min(start + 500, events))], separators=(",", ":")).encode()
        ident, at = f"m{start}", str(int(time.time()))
        signature = base64.b64encode(hmac.new(KEY, f"{ident}.{at}.".encode() + body, hashlib.sha256).digest()).decode()
        connection.request("POST", "/hooks/bench", body, {"Content-Type": "application/json", "webhook-id": ident, "webhook-timestamp": at, "webhook-signature": "v1," + signature})
        answer = connection.getresponse()
        if answer.status != 200: sys.exit(f"{answer.status} {answer.read()[:500]}")
        answer.read()


def backtest(args, folder, draft, limit):
    file = folder / "draft.json"
    file.write_text(json.dumps({"campaigns": [draft]}))
    began = time.monotonic()
    done = subprocess.run([args.refgate, "backtest", "--rules", str(file), "--db", str(folder / "refgate.db"), "--json", "--limit", str(limit)], check=True, capture_output=True)
    return json.loads(done.stdout), time.monotonic() - began


def main():
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--refgate", default=str(root / ".build/release/refgate"))
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="refgate-backtest-"))
    try:
        (folder / "workspace.json").write_text(json.dumps(workspace()))
        subprocess.run([args.refgate, "apply", str(folder / "workspace.json"), "--db", str(folder / "refgate.db")], check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([args.refgate, "serve", "--db", str(folder / "refgate.db"), "--listen", "127.0.0.1:18437"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                probe = http.client.HTTPConnection("127.0.0.1", 18437); probe.request("GET", "/healthz"); probe.getresponse().read(); break
            except OSError: time.sleep(0.05)
        post(18437, args.events)
        server.send_signal(signal.SIGTERM); server.wait()
        best = None
        for _ in range(args.rounds):
            report, seconds = backtest(args, folder, {"id": 1}, 100)
            if report["decided"] != args.events or report["changed"] != 0: sys.exit(f"unchanged rules changed {report['changed']} of {report['decided']} events: {report['changes'][:1]}")
            best = min(best or seconds, seconds)
        print(f"unchanged rules: {args.events / best:,.0f} events/s, 0 of {args.events} changed")
        # Without the cap's part, the set is known: amounts divisible by 11 that passed before are refused now, and free a slot for a later order of the lead.
        used, free, expected = {}, {}, set()
        for number in range(args.events):
            event = item(number)["data"]
            lead, amount = event["referral_code"], event["amount"]
            passes, passed = amount >= 1000 and amount % 11 != 0, amount >= 1000
            was = "rejected" if not passed else "rewarded" if used.get(lead, 0) < 5 else "qualified"
            becomes = "rejected" if not passes else "rewarded" if free.get(lead, 0) < 5 else "qualified"
            used[lead] = used.get(lead, 0) + (was == "rewarded")
            free[lead] = free.get(lead, 0) + (becomes == "rewarded")
            if was != becomes: expected.add(number + 1)
        best = None
        for _ in range(args.rounds):
            report, seconds = backtest(args, folder, {"id": 1, "conditions": ["event.amount >= 1000", "event.amount % 11 != 0"]}, 10_000)
            found = {change["event"] for change in report["changes"]}
            first = set(sorted(expected)[:10_000])
            if report["changed"] != len(expected) or found != first: sys.exit(f"{report['changed']} changed, {len(expected)} expected; {sorted(found ^ first)[:5]}")
            best = min(best or seconds, seconds)
        print(f"changed rules: {args.events / best:,.0f} events/s with 10,000 changes explained, {len(expected)} of {args.events} changed as expected")
        report, seconds = backtest(args, folder, {"id": 1, "conditions": ["event.amount >= 1000", "event.amount % 11 != 0"]}, 100)
        print(f"changed rules, 100 explained: {args.events / seconds:,.0f} events/s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__": main()
