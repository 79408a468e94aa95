#!/usr/bin/env python3
"""What notifications cost the main path, and how fast a queue of them is drained.

    apt-get install -y wrk gcc
    swift build -c release
    Tests/Benchmarks/deliveries.py

Each round puts the same load (run.py's, found through REFGATE_BENCH, else in ../shared/bench) on two gateways of
their own, one with its webhook paused and one with it active, in changing order. `ratio` is the rate of the
second by that of the first. Every request queues two notifications. The queue that the paused one leaves is then
set free by `apply` while the gateway serves, and what its receiver counts a second is `drained`. The receiver is
receiver.c: one thread that reads each request and answers it. Loads are as run.py makes them: unique, signed,
durably committed, 64 connections, leads in random order."""
import argparse, base64, json, os, pathlib, re, secrets, shutil, signal, statistics, subprocess, sys, tempfile, time, urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BENCH = pathlib.Path(os.environ.get("REFGATE_BENCH", HERE.parent.parent.parent / "shared" / "bench"))
sys.path.insert(0, str(BENCH))
sys.dont_write_bytecode = True
try: import run
except ImportError: sys.exit(f"run.py is not in {BENCH}; REFGATE_BENCH names another folder")


class Receiver:
    def __init__(self, executable):
        self.process = subprocess.Popen([executable], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def counted(self):
        """How many came, and the seconds from the first to the last."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/") as answer: count, first, last = map(int, answer.read().split())
        return count, (last - first) / 1e9

    def stop(self):
        cpu = run.cpu_seconds(self.process.pid)
        self.process.stdin.close(); self.process.wait()
        return cpu


def workspace(receiver, status, leads=None, secret=None):
    whole = {"webhooks": [{"name": "sink", "url": f"http://127.0.0.1:{receiver.port}/hook", "events": ["lead.qualified", "reward.issued"], "status": status}]}
    if leads:
        people = [{"campaign": 1, "email": f"r{i}@example.com", "first_name": "Ref", "referral_code": f"REF{i}", "source": "api"} for i in range(leads)]
        people += [{"campaign": 1, "email": f"l{i}@example.com", "first_name": "Lead", "referral_code": f"LEAD{i}", "referred_by": f"REF{i}", "source": "api"} for i in range(leads)]
        whole |= {"account": {"name": "bench", "plan": "paid"}, "participants": people,
            "campaigns": [{"id": 1, "name": "bench", "kind": "referral", "status": "active", "publish": "public", "goal_type": "lead.qualified",
                           "rewards": [{"beneficiary": "referrer", "kind": "coupon"}], "coupons": [f"COUPON{i}" for i in range(leads)]}],
            "sources": [{"id": "bench", "name": "bench", "preset": "refgate", "scheme": "standard-webhooks", "secrets": [secret], "code_of": "lead"}]}
    return whole


FLAGS = ["--allow-targets", "127.0.0.0/8", "--allow-http-targets"]


def apply(args, database, declared):
    file = database.parent / "workspace.json"
    file.write_text(json.dumps(declared))
    subprocess.run([args.refgate, "apply", str(file), "--db", str(database)] + FLAGS, check=True, stdout=subprocess.DEVNULL)


class Gateway:
    """`refgate serve` on a copy of the seeded database."""
    def __init__(self, args, status):
        self.args = args
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="deliveries-", dir=args.tmp))
        self.database = self.folder / "refgate.db"
        for suffix in ("", ".key"): shutil.copy(str(args.seed / "refgate.db") + suffix, str(self.database) + suffix)
        self.receiver = Receiver(args.receiver)
        apply(args, self.database, workspace(self.receiver, status))
        os.sync()
        self.process = subprocess.Popen([args.refgate, "serve", "--db", str(self.database), "--listen", f"127.0.0.1:{args.port}"] + FLAGS,
            stdout=subprocess.DEVNULL, stderr=open(self.folder / "log", "w"))
        run.wait_port(args.port, self.process)

    def load(self):
        before = run.cpu_seconds(self.process.pid)
        out = subprocess.run(["wrk", "-t2", "-c64", f"-d{self.args.seconds}s", "--latency", "-s", str(BENCH / "load.lua"), f"http://127.0.0.1:{self.args.port}/", "--", str(self.args.requests)],
            capture_output=True, text=True, check=True).stdout
        if not (told := re.search(r"(\d+) requests in ([\d.]+)s", out)): sys.exit(f"wrk said: {out}")
        done, took = told.groups()
        if "Non-2xx" in out: print("  note: not all were answered 2xx", file=sys.stderr)
        if int(done) >= self.args.leads - 2: print("  note: all requests were used up; raise --leads", file=sys.stderr)
        return {"rate": int(done) / float(took), "done": int(done), "took": float(took), "p99": re.search(r"\s99%\s+([\d.]+\w+)", out)[1],
                "cpu_us": 1e6 * (run.cpu_seconds(self.process.pid) - before) / max(int(done), 1)}

    def drain(self, most):
        """Waits until so many have come, or the time is up; deliveries a second and the gateway's CPU for each."""
        before, (had, _), began = run.cpu_seconds(self.process.pid), self.receiver.counted(), time.time()
        while self.receiver.counted()[0] < most and time.time() - began < self.args.drain: time.sleep(0.02)
        cpu, (count, _), took = run.cpu_seconds(self.process.pid) - before, self.receiver.counted(), time.time() - began
        return (count - had) / took, 1e6 * cpu / max(1, count - had)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.receiver.stop()
        out = subprocess.run([self.args.refgate, "audit", "--db", str(self.database), "--json"], capture_output=True, text=True).stdout if self.args.audit else "{}"
        if violations := json.loads(out).get("violations", 0): print(f"  note: audit found {violations} violations", file=sys.stderr)
        shutil.rmtree(self.folder)


def paused(args):
    gateway = Gateway(args, "paused")
    result = gateway.load()
    apply(args, gateway.database, workspace(gateway.receiver, "active"))
    # The gateway sees within a quarter of a second that something was applied.
    while gateway.receiver.counted()[0] == 0: time.sleep(0.002)
    result["drained"], result["drain_us"] = gateway.drain(2 * result["done"])
    gateway.stop()
    return result


def active(args):
    gateway = Gateway(args, "active")
    result = gateway.load()
    count, took = gateway.receiver.counted()
    result["during"] = count / result["took"]
    gateway.stop()
    return result


if __name__ == "__main__":
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--refgate", default=".build/release/refgate"); a.add_argument("--leads", type=int, default=150_000); a.add_argument("--rounds", type=int, default=3)
    a.add_argument("--seconds", type=int, default=4); a.add_argument("--drain", type=float, default=10, help="seconds at most"); a.add_argument("--audit", action="store_true", help="audit each database at the end")
    a.add_argument("--tmp", default="/var/tmp", help="a folder on a real disk, not tmpfs")
    args = a.parse_args()
    args.seed = pathlib.Path(tempfile.mkdtemp(prefix="deliveries-seed-", dir=args.tmp))
    try:
        args.receiver, args.port, secret = args.seed / "receiver", run.free_port(), "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        subprocess.run(["cc", "-O2", str(HERE / "receiver.c"), "-o", str(args.receiver)], check=True)
        nobody = Receiver(args.receiver)
        apply(args, args.seed / "refgate.db", workspace(nobody, "paused", args.leads, secret))
        nobody.stop()
        results = {"paused": [], "active": []}
        for number in range(args.rounds):
            # Signed for each round anew: signatures are accepted for some minutes only.
            args.requests = args.seed / "requests"
            subprocess.run([sys.executable, str(BENCH / "gen.py"), str(args.leads), secret, "127.0.0.1", str(args.port), "/hooks/bench", str(args.requests), "2", str(args.leads), "random"], check=True)
            for name, measure in [("paused", paused), ("active", active)][:: 1 if number % 2 == 0 else -1]:
                results[name].append(measure(args))
                print(f"  {name}: " + ", ".join(f"{k} {v:.0f}" if isinstance(v, float) else f"{k} {v}" for k, v in results[name][-1].items()), file=sys.stderr)
    finally:
        shutil.rmtree(args.seed)
    median = lambda name, key: statistics.median(one[key] for one in results[name])
    print(f"paused {median('paused', 'rate'):.0f} a second, {median('paused', 'cpu_us'):.0f} us CPU; active {median('active', 'rate'):.0f} a second, {median('active', 'during'):.0f} deliveries a second meanwhile")
    print(f"ratio {statistics.median(b['rate'] / a['rate'] for a, b in zip(results['paused'], results['active'])):.2f}")
    print(f"drained {median('paused', 'drained'):.0f} deliveries a second, {median('paused', 'drain_us'):.0f} us CPU each")
