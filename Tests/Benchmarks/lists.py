#!/usr/bin/env python3
"""How long lists, gets, explanations, reports and signups take beside the main path.

    apt-get install -y wrk
    swift build -c release
    Tests/Benchmarks/lists.py                                       # a million people, two million events
    Tests/Benchmarks/lists.py --people 100000 --events 200000

A database is filled as an operator and partners fill one: by `apply`, and by signed posts. 3/8 of the people refer, 3/8 are
their leads, 1/4 wait on a waitlist. Of the events 90 % are purchases of leads in random order, the others have unknown
codes, are refunds, or report another goal. Then the main path runs at half of the rate that it reached with 64
connections, and one client asks for one thing after another, with other values each time. Quoted are the milliseconds
that the client waits, at the median and at p99. `--keep` names a folder for the filled database, which a later run
uses again. Needs `wrk` (its `delay` paces the load). Listens on 127.0.0.1 only."""
import argparse, base64, hashlib, hmac, http.client, json, os, pathlib, random, re, shutil, signal, socket, statistics, subprocess, sys, tempfile, time, urllib.parse

LUA = """
local counter = 0
function setup(thread) thread:set("shard", counter); counter = counter + 1 end
function init(args)
  requests, sent, pause = {}, 0, tonumber(args[2])
  local f = assert(io.open(args[1] .. "." .. shard, "rb"))
  local all = f:read("*a"); f:close()
  local p = 1
  while p < #all do
    local a, b, c, d = all:byte(p, p + 3)
    local n = ((a * 256 + b) * 256 + c) * 256 + d
    requests[#requests + 1] = all:sub(p + 4, p + 3 + n); p = p + 4 + n
  end
end
function delay() if pause == 0 then return 0 end return math.random(0, 2 * pause) end
function request()
  sent = sent + 1
  if sent > #requests then wrk.thread:stop() end
  return requests[(sent - 1) % #requests + 1]
end
"""
CONNECTIONS = 64


class Scene:
    def __init__(self, args, folder):
        self.args, self.folder, self.database = args, folder, folder / "refgate.db"
        self.referrers = args.people * 3 // 8
        self.waiting = args.people - 2 * self.referrers
        self.facts = folder / "facts.json"
        self.lua = folder / "load.lua"
        self.lua.write_text(LUA)
        self.random = random.Random(7)
        with socket.socket() as s: s.bind(("127.0.0.1", 0)); self.port = s.getsockname()[1]

    # The data

    def apply(self):
        self.secret = "whsec_" + base64.b64encode(os.urandom(24)).decode()
        n = self.referrers
        with open(self.folder / "participants.csv", "w") as f:
            f.write("campaign,email,first_name,referral_code,referred_by,source\n")
            for i in range(n): f.write(f"1,r{i}@example.com,Ref,REF{i},,api\n")
            for i in range(n): f.write(f"1,l{i}@example.com,Lead,LEAD{i},REF{i},api\n")
            for i in range(self.waiting): f.write(f"2,w{i}@example.com,Wait,WAIT{i},,api\n")
        (self.folder / "coupons.csv").write_text("code\n" + "".join(f"COUPON{i}\n" for i in range(n)))
        credit = {"beneficiary": "referrer", "kind": "credit", "value": {"amount": 500, "currency": "USD"}, "cap": {"count": 1000000, "per": "referrer"}}
        campaign = {"kind": "referral", "status": "active", "publish": "public", "goal_type": "lead.qualified"}
        (self.folder / "workspace.json").write_text(json.dumps({
            "account": {"name": "bench", "plan": "paid"},
            "campaigns": [campaign | {"id": 1, "name": "bench", "conversions": "every", "rewards": [credit]},
                          campaign | {"id": 2, "name": "waiting", "kind": "waitlist", "rewards": []},
                          campaign | {"id": 3, "name": "pool", "rewards": [{"kind": "coupon"}], "coupons": "coupons.csv"}],
            "participants": "participants.csv",
            "sources": [{"id": "bench", "name": "bench", "preset": "refgate", "scheme": "standard-webhooks", "secrets": [self.secret], "code_of": "lead"}],
            "webhooks": [{"name": "sink", "url": "https://sink.example/hook", "events": ["lead.qualified", "reward.issued"], "status": "paused"}]}))
        began = time.time()
        self.refgate("apply", self.folder / "workspace.json")
        print(f"  apply: {time.time() - began:.1f} s", file=sys.stderr)
        made = self.refgate("keys", "create", "--name", "bench")
        self.key = re.search(r"ref_live_\w+", made)[0]
        self.facts.write_text(json.dumps({"secret": self.secret, "key": self.key, "orders": 0}))

    def refgate(self, *words):
        return subprocess.run([self.args.refgate, *map(str, words), "--db", str(self.database)], check=True, stdout=subprocess.PIPE, text=True).stdout

    def sign(self, count, out, purchases=False):
        """Writes signed requests, in two shards. Returns how many there are."""
        facts = json.loads(self.facts.read_text())
        key, first = base64.b64decode(facts["secret"].removeprefix("whsec_")), facts["orders"]
        stamp, files = str(int(time.time()) + 120), [open(f"{out}.{i}", "wb") for i in range(2)]
        for at in range(first, first + count):
            kind = 0 if purchases else self.random.random()
            lead = self.random.randrange(self.referrers)
            data = {"referral_code": f"LEAD{lead}", "order_id": f"ORDER-{at}", "amount": 12900, "currency": "USD",
                    "customer": {"id": f"cus_{lead}", "email": f"l{lead}@example.com", "name": "Jo Doe", "address": {"line1": "1 Main St", "city": "Springfield", "country": "US"}},
                    "items": [{"sku": "A-1", "qty": 1, "price": 9900}, {"sku": "B-2", "qty": 2, "price": 1500}], "metadata": {"campaign": "spring", "utm_source": "newsletter"}}
            goal = "lead.qualified"
            if kind > 0.97: data["referral_code"] = f"NOBODY{lead}"
            elif kind > 0.94: goal = "newsletter"
            elif kind > 0.90 and at > first: data |= {"order_id": f"ORDER-{self.random.randrange(at)}", "reversal": "refund"}
            name = f"msg_{at:09d}"
            body = json.dumps({"id": name, "type": goal, "timestamp": "2026-11-21T07:07:07Z", "data": data}, separators=(",", ":")).encode()
            mac = base64.b64encode(hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
            whole = (f"POST /hooks/bench HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                     f"webhook-id: {name}\r\nwebhook-timestamp: {stamp}\r\nwebhook-signature: v1,{mac}\r\n\r\n").encode() + body
            files[at % 2].write(len(whole).to_bytes(4, "big") + whole)
        for file in files: file.close()
        self.facts.write_text(json.dumps(facts | {"orders": first + count}))

    # The gateway

    def serve(self):
        facts = json.loads(self.facts.read_text())
        self.secret, self.key = facts["secret"], facts["key"]
        self.process = subprocess.Popen([self.args.refgate, "serve", "--db", str(self.database), "--listen", f"127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL, stderr=open(self.folder / "log", "w"))
        for _ in range(20_000):
            if self.process.poll() is not None: sys.exit(f"refgate ended with {self.process.returncode}; see {self.folder}/log")
            try: return socket.create_connection(("127.0.0.1", self.port), 0.2).close()
            except OSError: time.sleep(0.01)
        sys.exit("refgate did not listen in time")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def load(self, requests, seconds, pause=0):
        return subprocess.Popen(["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(self.lua), f"http://127.0.0.1:{self.port}/", "--", str(requests), str(pause)],
            stdout=subprocess.PIPE, text=True)

    @staticmethod
    def rate(load):
        out = load.communicate()[0]
        told = re.search(r"(\d+) requests in ([\d.]+)s", out)
        if not told: sys.exit(f"wrk said: {out}")
        if "Non-2xx" in out: print("  note: not all posts were answered 2xx", file=sys.stderr)
        return int(told[1]) / float(told[2]), re.search(r"\s99%\s+([\d.]+\w+)", out)[1]

    def post(self, requests):
        """Posts all requests, one at a time on each of the connections."""
        connections = [socket.create_connection(("127.0.0.1", self.port)) for _ in range(CONNECTIONS)]
        bad = 0
        for shard in range(2):
            data, at = pathlib.Path(f"{requests}.{shard}").read_bytes(), 0
            while at < len(data):
                sent = []
                for connection in connections:
                    if at >= len(data): break
                    end = at + 4 + int.from_bytes(data[at : at + 4], "big")
                    connection.sendall(data[at + 4 : end])
                    sent.append(connection)
                    at = end
                for connection in sent:
                    answer = connection.recv(65536)
                    while b"\r\n\r\n" not in answer: answer += connection.recv(65536)
                    head, body = answer.split(b"\r\n\r\n", 1)
                    left = int(re.search(rb"(?i)content-length: (\d+)", head)[1]) - len(body)
                    while left > 0: left -= len(connection.recv(65536))
                    bad += not head.startswith(b"HTTP/1.1 2")
        for connection in connections: connection.close()
        if bad: print(f"  note: {bad} posts were not answered 2xx", file=sys.stderr)

    def fill(self):
        self.apply()
        self.serve()
        began, requests = time.time(), self.folder / "requests"
        for start in range(0, self.args.events, 100_000):
            count = min(100_000, self.args.events - start)
            self.sign(count, requests)
            self.post(requests)
            if start % 500_000 == 0: print(f"  {start + count} events after {time.time() - began:.0f} s", file=sys.stderr)
        self.stop()


class Client:
    def __init__(self, scene): self.scene, self.connection = scene, http.client.HTTPConnection("127.0.0.1", scene.port)

    def ask(self, path, body=None):
        """The milliseconds until the answer is there, and the answer."""
        fields = {"X-API-Key": self.scene.key} | ({"Content-Type": "application/json"} if body else {})
        began = time.perf_counter()
        self.connection.request("POST" if body else "GET", "/api/v1/" + path, body=json.dumps(body) if body else None, headers=fields)
        answer = self.connection.getresponse()
        data = answer.read()
        took = 1000 * (time.perf_counter() - began)
        if answer.status not in (200, 201): sys.exit(f"{path}: {answer.status} {data[:300]}")
        return took, json.loads(data)


def questions(scene, client):
    r, n = scene.random, scene.referrers
    last = client.ask("events?limit=1")[1]["data"][0]["id"]
    _, oldest = client.ask("events/1")
    began, now = (time.mktime(time.strptime(t[:19], "%Y-%m-%dT%H:%M:%S")) for t in (oldest["received_at"], time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())))
    moment = lambda: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.localtime(r.uniform(began, now)))
    places = [""] + [f"&until={moment()}" for _ in range(20)]
    known = [row["id"] for place in places for row in client.ask("conversions?limit=50" + place)[1]["data"]]
    rewarded = [row["id"] for place in places for row in client.ask("rewards?limit=50" + place)[1]["data"]]
    deliveries = [row["id"] for row in client.ask("deliveries?limit=100")[1]["data"]]
    waitlist = client.ask("waitlists")[1]["data"][0]["uid"]
    lead, person, order = lambda: f"LEAD{r.randrange(n)}", lambda: r.randrange(1, 2 * n), lambda: f"ORDER-{r.randrange(last)}"
    serial = iter(range(int(time.time()) * 1000, 1 << 62))
    yield "GET events", lambda: "events"
    yield "GET events, 100 rows", lambda: "events?limit=100"
    yield "GET events, somewhere", lambda: f"events?until={moment()}"
    yield "GET events since", lambda: f"events?since={moment()}"
    yield "GET events by code", lambda: f"events?code={lead()}"
    yield "GET events by e-mail", lambda: f"events?email=l{r.randrange(n)}@example.com"
    yield "GET events by order", lambda: f"events?business_key={order()}"
    for outcome in ("rewarded", "rejected", "parked", "reversed", "unmapped"): yield f"GET events {outcome}", lambda o=outcome: f"events?outcome={o}"
    yield "GET events by reason", lambda: "events?reason=unknown_code"
    yield "GET events by a reason that none has", lambda: f"events?reason=velocity&until={moment()}"
    yield "GET events by goal", lambda: "events?goal=newsletter"
    yield "GET events by a goal that none has", lambda: f"events?goal=none&until={moment()}"
    yield "GET events by source", lambda: "events?source=bench"
    yield "GET events/#", lambda: f"events/{r.randrange(1, last)}"
    yield "GET conversions", lambda: "conversions"
    yield "GET conversions, somewhere", lambda: f"conversions?until={moment()}"
    yield "GET conversions by code", lambda: f"conversions?code={lead()}"
    yield "GET conversions by referrer", lambda: f"conversions?referrer={r.randrange(1, n)}"
    yield "GET conversions by order", lambda: f"conversions?business_key={order()}"
    for status in ("approved", "pending", "reversed"): yield f"GET conversions {status}", lambda s=status: f"conversions?status={s}"
    yield "GET conversions/#", lambda: f"conversions/{r.choice(known)}"
    yield "GET rewards", lambda: "rewards"
    yield "GET rewards by code", lambda: f"rewards?code={lead()}"
    yield "GET rewards by beneficiary", lambda: f"rewards?beneficiary={r.randrange(1, n)}"
    for status in ("issued", "in_review", "revoked"): yield f"GET rewards {status}", lambda s=status: f"rewards?status={s}"
    yield "GET rewards/#", lambda: f"rewards/{r.choice(rewarded)}"
    yield "GET participants", lambda: "participants"
    yield "GET participants of a campaign", lambda: "participants?campaign=1"
    yield "GET participants by code", lambda: f"participants?referral_code={lead()}"
    yield "GET participants by e-mail", lambda: f"participants?email=r{r.randrange(n)}@example.com"
    yield "GET participants by referrer", lambda: f"participants?referred_by=REF{r.randrange(n)}"
    yield "GET participants disabled", lambda: "participants?status=disabled"
    yield "GET participants/#", lambda: f"participants/{person()}"
    yield "GET deliveries", lambda: "deliveries"
    for status in ("pending", "failed", "delivered"): yield f"GET deliveries {status}", lambda s=status: f"deliveries?status={s}"
    yield "GET deliveries by code", lambda: f"deliveries?code={lead()}"
    yield "GET deliveries/#", lambda: f"deliveries/{r.choice(deliveries)}"
    yield "GET coupons", lambda: "campaigns/3/coupons"
    yield "GET coupons voided", lambda: "campaigns/3/coupons?state=voided"
    yield "GET explain by code", lambda: f"explain?code={lead()}"
    yield "GET explain by e-mail", lambda: f"explain?email=l{r.randrange(n)}@example.com"
    yield "GET explain by order", lambda: f"explain?business_key={order()}"
    yield "GET reports, a year by day", lambda: f"reports?by=day&since={int(time.strftime('%Y')) - 1}{time.strftime('-%m-%d')}"
    yield "GET signups", lambda: f"signups?waitlist_id={waitlist}"
    yield "POST signups", lambda: ("signups", {"waitlist_id": waitlist, "email": f"s{next(serial)}@example.com", "name": "New", "referred_by": f"WAIT{r.randrange(scene.waiting)}"})


def measure(scene):
    scene.serve()
    args, requests, client = scene.args, scene.folder / "requests", Client(scene)
    scene.sign(args.peak * 12_000, requests, purchases=True)
    peak, _ = scene.rate(scene.load(requests, args.peak))
    half = peak / 2
    pause = max(1, round(1000 * CONNECTIONS / half) - 2)
    print(f"  peak {peak:.0f} a second; half of it by a pause of {pause} ms", file=sys.stderr)
    rows, asked = [], list(questions(scene, client))
    per_load = 10
    for start in range(0, len(asked), per_load):
        part = asked[start : start + per_load]
        # Signatures are accepted for some minutes, so each part has its own.
        seconds = int(len(part) * args.requests * 0.006) + 5
        scene.sign(int(half * seconds * 1.5), requests, purchases=True)
        load = scene.load(requests, seconds, pause)
        time.sleep(1)
        for name, make in part:
            took = []
            for _ in range(args.requests):
                path = make()
                took.append((client.ask(*path) if isinstance(path, tuple) else client.ask(path))[0])
            took.sort()
            rows.append({"what": name, "p50": statistics.median(took), "p99": took[min(len(took) - 1, len(took) * 99 // 100)], "max": took[-1]})
            print(f"  {name}: p50 {rows[-1]['p50']:.2f} p99 {rows[-1]['p99']:.2f} max {rows[-1]['max']:.1f}", file=sys.stderr)
        over = load.poll() is not None
        if not over: load.send_signal(signal.SIGINT)
        rate, p99 = scene.rate(load)
        print(f"  main path meanwhile: {rate:.0f} a second, p99 {p99}{', which ended early' if over else ''}", file=sys.stderr)
    scene.stop()
    return peak, rows


if __name__ == "__main__":
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--refgate", default=".build/release/refgate"); a.add_argument("--people", type=int, default=1_000_000); a.add_argument("--events", type=int, default=2_000_000)
    a.add_argument("--requests", type=int, default=500, help="how often each question is asked"); a.add_argument("--peak", type=int, default=5, help="seconds in which the peak rate is measured")
    a.add_argument("--bar", type=float, default=5, help="the milliseconds at p99 that are named at the end"); a.add_argument("--json", action="store_true")
    a.add_argument("--tmp", default="/var/tmp", help="a folder on a real disk, not tmpfs"); a.add_argument("--keep", help="a folder for the filled database")
    args = a.parse_args()
    folder = pathlib.Path(args.keep or tempfile.mkdtemp(prefix="lists-", dir=args.tmp))
    folder.mkdir(exist_ok=True, parents=True)
    try:
        scene = Scene(args, folder)
        if not scene.facts.exists(): scene.fill()
        peak, rows = measure(scene)
    finally:
        if not args.keep: shutil.rmtree(folder)
    if args.json: print(json.dumps({"people": args.people, "events": args.events, "peak": peak, "rows": rows}))
    else:
        for row in rows: print(f"{row['p50']:8.2f} {row['p99']:8.2f}  {row['what']}")
    slow = [row["what"] for row in rows if row["p99"] > args.bar]
    print(f"above {args.bar} ms at p99: {', '.join(slow) or 'none'}", file=sys.stderr)
