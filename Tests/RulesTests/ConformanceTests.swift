import JSON
import PublicSuites
import Testing

@testable import Rules

@Suite struct ConformanceTests {
    @Test(.enabled(if: Suite.isPresent, Comment(rawValue: PublicSuites.absence)))
    func `the published suite is there and whole`() {
        #expect(Suite.published.count == 1718 - 69)
        #expect(Suite.extra.count == 189)
    }

    @Test(
        .enabled(if: Suite.isPresent, Comment(rawValue: PublicSuites.absence)),
        arguments: Suite.published)
    func `a published case comes out as the specification has it`(_ suiteCase: SuiteCase) throws {
        try expectOutcome(of: suiteCase)
    }

    @Test(arguments: Suite.extra)
    func `a case over JSON data comes out as refgate has it`(_ suiteCase: SuiteCase) throws {
        try expectOutcome(of: suiteCase)
    }

    private func expectOutcome(of suiteCase: SuiteCase) throws {
        let expect = try #require(suiteCase.expect)
        let (environment, activation) = try suiteCase.environment(zones: Suite.zones)
        let program: Program
        do {
            program = try suiteCase.compile(in: environment)
        } catch {
            let stage: CompileErrors.Stage = error.stage
            switch expect["compile_error"]?.string {
            case "parse": #expect(stage == .parse, "\(error)")
            case "check": #expect(stage == .check, "\(error)")
            default: Issue.record("\(error)")
            }
            return
        }
        #expect(expect["compile_error"] == nil, "must not compile: \(suiteCase.expression)")
        if let type = expect["type"] {
            #expect(program.type == (try Type(suite: type)))
        }
        if suiteCase.isCheckOnly { return }
        switch program.evaluate(activation) {
        case .success(let value):
            let wanted = try Value(
                suite: try #require(expect["value"], "expected an error, got \(value)"))
            #expect(value.isSame(as: wanted), "\(value) is not \(wanted)")
        case .failure(let error):
            #expect(expect["error"] != nil, "\(error)")
        }
    }
}
