import Foundation
import Synchronization

/// Runs the cases of `Tests/Conformance/http` against any HTTP/1.1 server.
///
/// The README beside the cases says what steps, outcomes and checks mean.
package enum HTTPConformance {
    /// Where the server is and what it is asked for.
    package struct Server: Sendable {
        package var host: String
        package var port: UInt16
        /// Takes POST with the probe body.
        package var path: String
        /// Takes GET.
        package var get: String
        /// Whole field lines, each with CR LF, for every request.
        package var extra: String
        package var method = "POST"

        package init(host: String, port: UInt16, path: String, get: String, extra: String = "") {
            self.host = host
            self.port = port
            self.path = path
            self.get = get
            self.extra = extra
        }
    }

    /// How long the runner waits.
    package struct Patience: Sendable {
        /// For an answer that may not come.
        package var silence: Duration = .seconds(2)
        /// For a close that is wanted.
        package var close: Duration = .milliseconds(2500)
        /// For an answer too many.
        package var surplus: Duration = .milliseconds(300)
        /// In the slow cases; longer than the server's deadlines.
        package var slow: Duration = .seconds(12)

        package init() {}
    }

    package struct CaseResult: Sendable {
        package var `case`: ConformanceCase
        package var passes: Bool
        /// Whether it is the better of the acceptable outcomes, where there is one.
        package var isPreferred: Bool
        /// What the server did, in the words of the outcomes.
        package var observed: String
    }

    /// All cases at once, on so many threads; each waits for its server most of the time.
    ///
    /// - Throws: when the server does not give the ordinary answers that the cases build upon.
    package static func run(
        host: String, port: UInt16, path: String, get: String, extra: String = "",
        cases: [ConformanceCase]? = nil, patience: Patience = Patience(), threads: Int = 32
    ) throws -> [CaseResult] {
        let server = Server(host: host, port: port, path: path, get: get, extra: extra)
        let suite = try ConformanceSuite.load()
        let ordinary = try OrdinaryAnswers(server: server, suite: suite, patience: patience)
        let cases = cases ?? suite.cases
        let next = Atomic<Int>(0)
        let results = Mutex<[Int: CaseResult]>([:])
        let group = DispatchGroup()
        for _ in 0..<threads {
            group.enter()
            Thread.detachNewThread {
                while true {
                    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < cases.count else { break }
                    let attempt = ConformanceAttempt(
                        of: cases[index], on: server, suite: suite, ordinary: ordinary,
                        patience: patience)
                    let result = attempt.run()
                    results.withLock { $0[index] = result }
                }
                group.leave()
            }
        }
        group.wait()
        return results.withLock { results in cases.indices.compactMap { results[$0] } }
    }
}

/// The status codes of the three ordinary requests.
struct OrdinaryAnswers: Sendable {
    var ok = 200
    var get = 200
    var notFound = 404

    struct Unusable: Error, CustomStringConvertible {
        var description: String
    }

    init(
        server: HTTPConformance.Server, suite: ConformanceSuite,
        patience: HTTPConformance.Patience
    ) throws {
        let fill = Placeholders(server: server, suite: suite)
        let post =
            "@METHOD@ @PATH@ HTTP/1.1\r\nHost: @HOST@\r\n@EXTRA@Content-Type: application/json\r\n"
            + "Content-Length: \(suite.body.utf8.count)\r\n\r\n\(suite.body)"
        let get = "GET @GET@ HTTP/1.1\r\nHost: @HOST@\r\n@EXTRA@\r\n"
        let missing = "GET \(suite.missing_path) HTTP/1.1\r\nHost: @HOST@\r\n@EXTRA@\r\n"
        func status(_ text: String) throws -> Int {
            let connection = try RawConnection(host: server.host, port: server.port)
            connection.write(fill.bytes(text))
            connection.read(upTo: patience.slow) { connection.answers().finals.count >= 1 }
            guard let status = connection.answers().finals.first?.status else {
                throw Unusable(description: "no answer to \(text)")
            }
            let unusable: Set = [400, 408, 411, 413, 414, 417, 431, 501, 505]
            if status >= 500 || unusable.contains(status) {
                throw Unusable(description: "\(status) for \(text)")
            }
            return status
        }
        ok = try status(post)
        self.get = try status(get)
        notFound = try status(missing)
    }
}
