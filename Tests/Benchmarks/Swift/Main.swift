/// Measures one subject: `swift run -c release Benchmarks <subject> [arguments]`.
@main
enum Main {
    private static let subjects: [String: @Sendable ([String]) throws -> Void] = [
        "crypto": CryptoBenchmark.run,
        "decide": DecideBenchmark.run,
        "deliver": DeliverBenchmark.run,
        "http": HTTPBenchmark.run,
        "http-serve": HTTPServe.run,
        "json": JSONBenchmark.run,
        "mapping": MappingBenchmark.run,
        "rules": RulesBenchmark.run,
        "telemetry": TelemetryBenchmark.run,
        "workspace": WorkspaceBenchmark.run,
    ]

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let subject = arguments.first.flatMap({ subjects[$0] }) else {
            print("usage: Benchmarks \(subjects.keys.sorted().joined(separator: "|")) [arguments]")
            return
        }
        try subject(Array(arguments.dropFirst()))
    }
}
