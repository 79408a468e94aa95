import Invocation
import Testing

@Suite struct ToolTests {
    @Test func `a command runs with what it was given`() {
        let run = run("serve", "--listen", "127.0.0.1:9", environment: ["REFGATE_DRY_RUN": "yes"])
        #expect(run.code == .ok)
        #expect(run.output == "127.0.0.1:9 ./refgate.db true\n")
    }

    @Test func `a command line that can't be is a usage error`() {
        let run = run("serve", "--lisen", "x", "--mode=x")
        #expect(run.code == .usage)
        #expect(run.output == "")
        #expect(
            run.errors == """
                refgate serve: unknown option '--lisen'; did you mean '--listen'?
                refgate serve: --mode: found 'x'; one of fast, careful is needed
                Try 'refgate serve --help'.

                """)
    }

    @Test func `a failure has its own code, any other error is the environment's`() {
        let failure = run("keys", "create", "expected")
        #expect(failure.code == .failed)
        #expect(failure.errors == "refgate keys create: it was not as expected\n")
        let fault = run("keys", "create", "broken")
        #expect(fault.code == .environment)
        #expect(fault.errors == "refgate keys create: the disk is full\n")
    }

    @Test func `help behind two hyphens is an operand`() {
        #expect(run("sign", "--secret=s", "--", "--help").output == "--help\n")
    }

    @Test func `the codes are those that scripts know`() {
        #expect(ExitCode.ok.rawValue == 0)
        #expect(ExitCode.failed.rawValue == 1)
        #expect(ExitCode.usage.rawValue == 2)
        #expect(ExitCode.environment.rawValue == 3)
    }
}
