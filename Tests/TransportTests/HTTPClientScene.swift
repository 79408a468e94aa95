import HTTP
import Sockets
import Synchronization
import Testing
import Transport

/// A client on a loop of its own, for one test at a time.
enum HTTPClientScene {
    typealias Dial = @Sendable (Address) throws(SystemError) -> Socket

    static let dial: Dial = { (address) throws(SystemError) in
        try Socket(connectingTo: address)
    }

    /// The outcomes of calls one after another, each starting when the previous one has ended.
    static func outcomes(
        of url: String, times: Int = 1, rules: DestinationRules, lookup: NameLookup = NameLookup(),
        within patience: Duration = .seconds(20), response: ResponseLimits = ResponseLimits(),
        body: [UInt8] = Array("{}".utf8), dial: @escaping Dial = dial
    ) throws -> [String] {
        guard let destination = try? rules.judge(url) else {
            return Array(repeating: "address_refused", count: times)
        }
        let loop = try Loop(name: "calls")
        try loop.start()
        let outcomes = Mutex<[String]>([])
        let over = Latch()
        let head = OutgoingHead(
            method: "POST", target: destination.target, authority: destination.authority,
            fields: [])
        let request = head.request(adding: [], body: body)
        loop.execute {
            var limits = HTTPClient.Limits()
            limits.response = response
            let client = HTTPClient(
                loop: loop, rules: rules, lookup: lookup, limits: limits, dial: dial)
            func next(_ left: Int) {
                guard left > 0 else {
                    client.close()
                    over.open()
                    return
                }
                client.call(destination, request, of: 1, within: patience) { outcome in
                    outcomes.withLock { $0.append(word(outcome)) }
                    next(left - 1)
                }
            }
            next(times)
        }
        over.wait()
        loop.stop()
        loop.join()
        return outcomes.withLock { $0 }
    }

    private static func word(_ outcome: HTTPClient.Outcome) -> String {
        switch outcome {
        case .success(let response):
            "\(response.status.code) \(String(decoding: response.body, as: UTF8.self))"
                + (response.isCut ? "…" : "")
        case .failure(let failure): failure.code
        }
    }
}
