import Invocation
import Testing

@Suite struct HelpTests {
    @Test func `a command's help shows each option with default and variable`() {
        let run = run("serve", "--help")
        #expect(run.code == .ok)
        #expect(run.errors == "")
        #expect(
            run.output == """
                refgate serve: take in signed events and send notifications

                Prints the first key once.

                usage: refgate serve [options]

                options:
                  --db PATH               the database file (default ./refgate.db; REFGATE_DB)
                  --listen HOST:PORT      where to listen (default 127.0.0.1:8080;
                                          REFGATE_LISTEN)
                  --max-body SIZE         the largest body that is read (default 1MiB;
                                          REFGATE_MAX_BODY)
                  --header-timeout TIME   how long a request's head may take, from its first
                                          byte to its last (default 10s; REFGATE_HEADER_TIMEOUT)
                  --workers N             how many loops there are; one per processor if not
                                          given (REFGATE_WORKERS)
                  --since WHEN            only what came later (REFGATE_SINCE)
                  --allow-targets RANGES  private addresses that may be called
                                          (REFGATE_ALLOW_TARGETS)
                  --mode fast|careful     how to do it (default fast; REFGATE_MODE)
                  --tag TEXT              a word to remember (may be repeated; REFGATE_TAG)
                  --dry-run               only say what would be done (REFGATE_DRY_RUN)
                  --help                  print this help

                """)
    }

    @Test func `operands and required options stand in the usage line`() {
        #expect(
            run("sign", "x", "-h").output == """
                refgate sign: sign bodies as their source would

                usage: refgate sign FILE [MORE…] --secret TEXT [options]

                arguments:
                  FILE  what is signed
                  MORE  what else is signed

                options:
                  --secret TEXT  the secret (required)
                  --help         print this help

                """)
    }

    @Test func `the overview names every command and group`() {
        let expected = """
            refgate: a gateway between your backends and your referral programme

            usage: refgate COMMAND [options]

            commands:
              serve  take in signed events and send notifications
              sign   sign bodies as their source would
              keys   create, revoke

            Run 'refgate COMMAND --help' for the options of a command.
            Exit codes: 0 ok, 1 failed expectation, 2 usage, 3 environment.

            """
        #expect(run("--help").output == expected)
        #expect(run("help").output == expected)
        #expect(run("--help").code == .ok)
        let nothing = run()
        #expect(nothing.code == .usage)
        #expect(nothing.output == "")
        #expect(nothing.errors == expected)
    }

    @Test func `a group says what it has`() {
        let expected = """
            usage: refgate keys COMMAND [options]

            commands:
              keys create  make a key, shown once
              keys revoke  end a key for good

            """
        #expect(run("keys", "--help").output == expected)
        #expect(run("keys").errors == expected)
        #expect(run("keys").code == .usage)
    }

    @Test func `help is found in front of a command as well`() {
        #expect(run("help", "keys", "create").output == run("keys", "create", "--help").output)
        #expect(run("help", "keys").output == run("keys", "--help").output)
    }

    @Test func `the version is one line`() {
        #expect(run("--version").output == "refgate 1.0.0\n")
    }

    @Test(arguments: [
        (["serv"], "refgate: unknown command 'serv'; did you mean 'serve'?"),
        (["xyz"], "refgate: unknown command 'xyz'"),
        (["keys", "crate"], "refgate: unknown command 'keys crate'; did you mean 'keys create'?"),
    ]) func `an unknown command is a usage error with the nearest name`(
        words: [String], line: String
    ) {
        let output = Transcript()
        let errors = Transcript()
        let code = Tool(
            summary: "", version: "",
            commands: [Serve.self, Sign.self, CreateKey.self, RevokeKey.self]
        ).run(words, in: World(output: output.output(), errors: errors.output()))
        #expect(code == .usage)
        #expect(errors.text == "\(line)\nTry 'refgate --help'.\n")
        #expect(output.text == "")
    }
}
