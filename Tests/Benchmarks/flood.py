#!/usr/bin/env python3
"""What a flood from one address leaves a partner at another of its rate, and what it leaves behind.

    swift build -c release
    Tests/Benchmarks/flood.py                      # 10 seconds for each public route

For each route the partner at 127.0.0.1 posts signed deliveries over one connection, alone and then beside a flood
from 127.0.0.2: unfinished, malformed, oversized and abandoned requests, at `--rate` connections a second, with
`--held` of them open at once. The flood is a process of its own and has the lowest priority, because it shares the
machine's cores with what is measured. `kept` is the partner's rate in the flood by its rate alone. After each flood
the descriptors and the resident memory of the gateway are told beside those before."""
import argparse, base64, collections, hashlib, hmac, json, multiprocessing, os, pathlib, secrets, select, shutil, signal, socket, subprocess, sys, tempfile, time

ROUTES = ["/hooks/shop", "/hooks/unknown", "/healthz", "/readyz", "/metrics", "/status", "/api/v1/status", "/api/v1/campaigns"]
KIB = b"x" * (64 << 10)


def attacks(path):
    get = f"GET {path} HTTP/1.1\r\nHost: a\r\n".encode()
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n".encode()
    for start in (get, head):
        yield from (start + b"X-Unfinished: ", start + b"Content-Length: 1000000\r\n\r\n" + KIB, start + b"Transfer-Encoding: chunked\r\n\r\n20000\r\n" + KIB,
                    start + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n", start + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
                    start + b"Transfer-Encoding: chunked\r\n\r\nnothing\r\n", b"\x16\x03\x01" + KIB, start + b"X-Large: " + KIB,
                    start + b"Content-Length: 1073741824\r\n\r\n" + KIB, b"GET /" + KIB, start + b"Content-Length: 3\r\n\r\nabc", (get + b"\r\n") * 40)


def flood(path, port, rate, held, stop, count):
    os.nice(19)
    kinds, open_, number, began = list(attacks(path)), collections.deque(), 0, time.monotonic()
    while not stop.is_set():
        ahead = began + number / rate - time.monotonic()
        if ahead > 0: stop.wait(ahead)
        s = socket.socket()
        try:
            s.bind(("127.0.0.2", 0)); s.connect(("127.0.0.1", port)); s.setblocking(False)
            s.send(kinds[number % len(kinds)])
            if number % 5 == 0: s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"); s.close()
            elif number % 5 < 3: s.shutdown(socket.SHUT_WR)
        except OSError: pass
        if s.fileno() >= 0: open_.append(s)
        if len(open_) > held: open_.popleft().close()
        number += 1
        count.value = number


class Partner:
    def __init__(self, port, secret):
        self.socket, self.key, self.number, self.run = socket.create_connection(("127.0.0.1", port)), base64.b64decode(secret[6:]), 0, secrets.token_hex(4)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self):
        self.number += 1
        id, now = f"{self.run}-{self.number}", str(int(time.time()))
        body = json.dumps({"type": "purchase", "data": {"referral_code": "LEAD", "order_id": id, "amount": 100, "currency": "USD"}}).encode()
        sign = base64.b64encode(hmac.digest(self.key, f"{id}.{now}.".encode() + body, "sha256")).decode()
        self.socket.sendall((f"POST /hooks/shop HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nwebhook-id: {id}\r\n"
                             f"webhook-timestamp: {now}\r\nwebhook-signature: v1,{sign}\r\n\r\n").encode() + body)
        answer = b""
        while b"\r\n\r\n" not in answer: answer += self.more()
        head, rest = answer.split(b"\r\n\r\n", 1)
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(rest) < length: rest += self.more()
        return int(head.split()[1])

    def more(self):
        if not (data := self.socket.recv(65536)): raise ConnectionError("the gateway closed the partner's connection")
        return data

    def rate(self, seconds):
        statuses, began = collections.Counter(), time.monotonic()
        while time.monotonic() - began < seconds: statuses[self.post()] += 1
        return sum(statuses.values()) / (time.monotonic() - began), dict(statuses)


def figures(pid):
    return len(os.listdir(f"/proc/{pid}/fd")), int(open(f"/proc/{pid}/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--refgate", default=".build/release/refgate"); a.add_argument("--seconds", type=float, default=10); a.add_argument("--rate", type=float, default=500)
    a.add_argument("--held", type=int, default=800); a.add_argument("--route", action="append", help="only these"); a.add_argument("--tmp", default="/var/tmp", help="a folder on a real disk")
    args = a.parse_args()
    folder, secret = pathlib.Path(tempfile.mkdtemp(prefix="flood-", dir=args.tmp)), "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    (folder / "workspace.json").write_text(json.dumps({"account": {"name": "flood", "plan": "paid"},
        "campaigns": [{"id": 1, "name": "flood", "kind": "referral", "status": "active", "publish": "public", "goal_type": "purchase", "conversions": "every", "rewards": [{"beneficiary": "referrer", "kind": "coupon"}]}],
        "participants": [{"campaign": 1, "email": "r@example.com", "referral_code": "REF"}, {"campaign": 1, "email": "l@example.com", "referral_code": "LEAD", "referred_by": "REF"}],
        "sources": [{"id": "shop", "name": "shop", "preset": "refgate", "secrets": [secret]}]}))
    subprocess.run([args.refgate, "apply", str(folder / "workspace.json"), "--db", str(folder / "refgate.db")], check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as s: s.bind(("127.0.0.1", 0)); port = s.getsockname()[1]
    process = subprocess.Popen([args.refgate, "serve", "--db", str(folder / "refgate.db"), "--listen", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=open(folder / "log", "w"))
    worst = 9.0
    try:
        while process.poll() is None:
            try: partner = Partner(port, secret); break
            except OSError: select.select([], [], [], 0.01)
        else: sys.exit((folder / "log").read_text())
        partner.rate(1)
        for path in args.route or ROUTES:
            before, halves = figures(process.pid), [partner.rate(args.seconds / 2)]
            stop, count = multiprocessing.Event(), multiprocessing.Value("q", 0)
            flooding = multiprocessing.Process(target=flood, args=(path, port, args.rate, args.held, stop, count)); flooding.start()
            beside, statuses = partner.rate(args.seconds)
            stop.set(); flooding.join()
            # The rate alone is that before and after, so that a slowly growing database is in both.
            halves.append(partner.rate(args.seconds / 2))
            alone, after = sum(rate for rate, _ in halves) / 2, figures(process.pid)
            worst = min(worst, beside / alone)
            print(f"{path:20} alone {alone:6.0f}/s, in the flood {beside:6.0f}/s, kept {beside / alone:.2f}; answers {statuses}; {count.value} connections; "
                  f"descriptors {before[0]} -> {after[0]}, memory {before[1]:.0f} -> {after[1]:.0f} MiB", flush=True)
    finally:
        process.send_signal(signal.SIGTERM); process.wait(30); shutil.rmtree(folder)
    print(f"the least that was kept: {worst:.2f}")


if __name__ == "__main__": main()
