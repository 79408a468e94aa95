import Invocation
import Sockets
import Testing
import Time

@Suite struct ArgumentsTests {
    private func serve(
        _ words: String..., environment: [String: String] = [:]
    ) throws -> Arguments {
        try Arguments(words, for: Serve.usage, environment: environment)
    }

    private func errors(
        _ words: [String], environment: [String: String] = [:], for usage: Usage = Serve.usage
    ) -> [String] {
        do {
            _ = try Arguments(words, for: usage, environment: environment)
            return []
        } catch {
            return error.all.map(\.description)
        }
    }

    @Test func `what is not given is the default`() throws {
        let arguments = try serve()
        #expect(arguments[Serve.database] == "./refgate.db")
        #expect(arguments[Serve.listen] == Address("127.0.0.1:8080"))
        #expect(arguments[Serve.maxBody] == 1_048_576)
        #expect(arguments[Serve.timeout] == .seconds(10))
        #expect(arguments[Serve.workers] == nil)
        #expect(arguments[Serve.since] == nil)
        #expect(arguments[Serve.targets] == nil)
        #expect(arguments[Serve.mode] == .fast)
        #expect(arguments[Serve.tag] == [])
        #expect(!arguments[Serve.isDry])
    }

    @Test func `a value follows its option or an equals sign`() throws {
        let arguments = try serve(
            "--db", "x.db", "--listen=[::1]:0", "--max-body", "64KiB", "--header-timeout=500ms",
            "--workers=2", "--since", "2026-11-21T07:00:00Z", "--allow-targets",
            "127.0.0.0/8,::1/128", "--mode=careful", "--tag=a=b", "--tag", "-c", "--dry-run")
        #expect(arguments[Serve.database] == "x.db")
        #expect(arguments[Serve.listen] == Address("[::1]:0"))
        #expect(arguments[Serve.maxBody] == 65_536)
        #expect(arguments[Serve.timeout] == .milliseconds(500))
        #expect(arguments[Serve.workers] == 2)
        #expect(arguments[Serve.since] == Instant(rfc3339: "2026-11-21T07:00:00Z"))
        #expect(arguments[Serve.targets]?.map(\.description) == ["127.0.0.0/8", "::1/128"])
        #expect(arguments[Serve.mode] == .careful)
        #expect(arguments[Serve.tag] == ["a=b", "-c"])
        #expect(arguments[Serve.isDry])
    }

    @Test func `a variable counts where the option is not given`() throws {
        let environment = [
            "REFGATE_LISTEN": "127.0.0.1:1", "REFGATE_MAX_BODY": "2MiB", "REFGATE_TAG": "a,b",
            "REFGATE_DRY_RUN": "1", "REFGATE_DB": "",
        ]
        let arguments = try serve("--max-body=4MiB", environment: environment)
        #expect(arguments[Serve.listen] == Address("127.0.0.1:1"))
        #expect(arguments[Serve.maxBody] == 4 << 20)
        #expect(arguments[Serve.tag] == ["a", "b"])
        #expect(arguments[Serve.isDry])
        #expect(arguments[Serve.database] == "./refgate.db")
        #expect(try !serve("--dry-run=false", environment: environment)[Serve.isDry])
    }

    @Test func `after two hyphens everything is an operand`() throws {
        let arguments = try Arguments(["--secret", "s", "--", "--a", "-b"], for: Sign.usage)
        #expect(arguments[Sign.file] == "--a")
        #expect(arguments[Sign.more] == ["-b"])
        #expect(try Arguments(["-", "--secret=s"], for: Sign.usage)[Sign.file] == "-")
    }

    @Test(arguments: [
        (["--lisen", "x"], ["unknown option '--lisen'; did you mean '--listen'?"]),
        (["--colour"], ["unknown option '--colour'"]),
        (["-v"], ["unknown option '-v'"]),
        (["--hlep"], ["unknown option '--hlep'; did you mean '--help'?"]),
        (["--db"], ["--db needs a value, PATH"]),
        (["--db", "--dry-run"], ["--db needs a value, PATH"]),
        (["--db="], ["--db: found ''; a path is needed"]),
        (["--db=a", "--db=b"], ["--db is given twice"]),
        (["x", "y"], ["unexpected argument 'x'", "unexpected argument 'y'"]),
        (
            ["--listen=8080"],
            [
                "--listen: found '8080'; an IP address with a port is needed, such as "
                    + "127.0.0.1:8080"
            ]
        ),
        (
            ["--max-body=1K"],
            [
                "--max-body: found '1K'; a size from 1KiB to 1GiB is needed, such as 64KiB or "
                    + "1MiB"
            ]
        ),
        (
            ["--header-timeout=2h"],
            ["--header-timeout: found '2h'; a time from 100ms to 1h is needed, such as 30s or 5m"]
        ),
        (
            ["--workers=0"], ["--workers: found '0'; a whole number from 1 to 64 is needed"]
        ),
        (
            ["--workers=+5"], ["--workers: found '+5'; a whole number from 1 to 64 is needed"]
        ),
        (
            ["--since=yesterday"],
            [
                "--since: found 'yesterday'; a time as in RFC 3339 is needed, such as "
                    + "2026-11-21T07:00:00Z, or Unix seconds or milliseconds"
            ]
        ),
        (
            ["--allow-targets=10.1.0.0/8"],
            [
                "--allow-targets: found '10.1.0.0/8'; ranges of addresses are needed, such as "
                    + "127.0.0.0/8,::1/128"
            ]
        ),
        (
            ["--mode=carefull"],
            [
                "--mode: found 'carefull'; one of fast, careful is needed; did you mean "
                    + "'careful'?"
            ]
        ),
        (["--dry-run=maybe"], ["--dry-run: found 'maybe'; true or false is needed"]),
        (
            ["--workers=0", "--bd=x", "--mode=f"],
            [
                "--workers: found '0'; a whole number from 1 to 64 is needed",
                "unknown option '--bd'; did you mean '--db'?",
                "--mode: found 'f'; one of fast, careful is needed",
            ]
        ),
    ]) func `everything that is wrong is reported in one run`(words: [String], expected: [String]) {
        #expect(errors(words) == expected)
    }

    @Test func `a variable that says what can't be is named`() {
        #expect(
            errors([], environment: ["REFGATE_WORKERS": "many"]) == [
                "REFGATE_WORKERS: found 'many'; a whole number from 1 to 64 is needed"
            ])
    }

    @Test func `what is required is asked for`() {
        #expect(errors([], for: Sign.usage) == ["FILE is required", "--secret is required"])
        #expect(errors(["f", "--secret"], for: Sign.usage) == ["--secret needs a value, TEXT"])
    }

    @Test func `a time may be Unix seconds`() {
        #expect(Kind.instant.read("1614265330") == Instant(seconds: 1_614_265_330))
        #expect(Kind.instant.read("1614265330123") == Instant(milliseconds: 1_614_265_330_123))
        #expect(Kind.instant.read("99999999999999999999") == nil)
        #expect(Kind.instant.read("-5") == nil)
    }

    @Test(arguments: [
        ("0", 0), ("5B", 5), ("1kB", 1000), ("1KiB", 1024), ("2MB", 2_000_000), ("2GiB", 2 << 30),
    ]) func `a size is read`(text: String, bytes: Int) throws {
        #expect(Kind<Int>.size(in: 0...(4 << 30)).read(text) == bytes)
    }

    @Test(arguments: ["", "-1", "1 MiB", "1mib", "1.5MiB", "MiB", "99999999999GiB"])
    func `what is no size is refused`(text: String) {
        #expect(Kind<Int>.size(in: 0...Int.max).read(text) == nil)
    }

    @Test(arguments: [
        ("5", Duration.seconds(5)), ("250ms", .milliseconds(250)), ("5m", .seconds(300)),
        ("24h", .seconds(86_400)), ("P1DT1H", .seconds(90_000)),
    ]) func `a time is read`(text: String, time: Duration) {
        #expect(Kind<Duration>.duration(in: .zero...(.seconds(1 << 40))).read(text) == time)
    }

    @Test(arguments: ["", "ms", "-5s", "5 m", "5y", "P", "PT", "P1M", "PT1S1M", "1h30m"])
    func `what is no time is refused`(text: String) {
        #expect(Kind<Duration>.duration(in: .zero...(.seconds(1 << 40))).read(text) == nil)
    }
}
