import Glibc
import Invocation
import Synchronization
import Testing

@Suite struct OutputTests {
    /// An output that accepts a number of writes, then fails.
    private final class Narrow: Sendable {
        private let state: Mutex<(left: Int, calls: Int)>

        init(_ room: Int) { state = Mutex((room, 0)) }

        var calls: Int { state.withLock { $0.calls } }

        func output(_ failure: Output.Failure) -> Output {
            Output { [self] _ throws(Output.Failure) in
                let isTaken = state.withLock { state in
                    state.calls += 1
                    state.left -= 1
                    return state.left >= 0
                }
                if !isTaken { throw failure }
            }
        }
    }

    @Test func `the first failure is kept, and nothing is written after it`() {
        let narrow = Narrow(1)
        let output = narrow.output(.system(errno: ENOSPC))
        output.line("one")
        #expect(output.failure == nil)
        output.line("two")
        #expect(output.failure == .system(errno: ENOSPC))
        output.line("three")
        #expect(narrow.calls == 2)
        #expect(throws: Output.Failure.system(errno: ENOSPC)) { try output.check() }
    }

    @Test func `who asked hears of the failure once`() {
        let heard = Mutex(0)
        let output = Narrow(0).output(.closed)
        output.whenFailed { heard.withLock { $0 += 1 } }
        #expect(heard.withLock { $0 } == 0)
        output.line("one")
        output.line("two")
        #expect(heard.withLock { $0 } == 1)
        output.whenFailed { heard.withLock { $0 += 1 } }
        #expect(heard.withLock { $0 } == 2)
    }

    @Test func `a failed output is the environment's, a reader that has gone is no error`() {
        for (failure, code) in [
            (Output.Failure.system(errno: ENOSPC), ExitCode.environment), (.closed, .ok),
        ] {
            let errors = Transcript()
            let tool = Tool(summary: "a tool", version: "1", commands: [RevokeKey.self])
            let world = World(output: Narrow(0).output(failure), errors: errors.output())
            #expect(tool.run(["--version"], in: world) == code)
            #expect(errors.text.isEmpty == (failure == .closed))
        }
    }

    @Test func `colours end where the environment forbids them`() {
        #expect(Output.allowsColour([:]))
        #expect(Output.allowsColour(["NO_COLOR": "", "TERM": "xterm-256color"]))
        #expect(!Output.allowsColour(["NO_COLOR": "1"]))
        #expect(!Output.allowsColour(["TERM": "dumb"]))
    }
}
