import Glibc
import Synchronization
import Testing

@testable import Sockets

@Suite struct NameLookupTests {
    /// Answers at once for good names; others wait until the test ends.
    private final class Servers: Sendable {
        private let gate = Latch()
        private let asked = Mutex<[String: Int]>([:])

        func resolve(_ host: String) -> NameLookup.Found {
            asked.withLock { $0[host, default: 0] += 1 }
            if host.hasPrefix("silent") { gate.wait() }
            return .success([Address(ipv4: 0x0808_0808, port: 0)])
        }

        func end() { gate.open() }
        func count(_ host: String) -> Int { asked.withLock { $0[host] ?? 0 } }
    }

    @Test func `a hundred silent names hold up neither a new name nor one that answered`() {
        let servers = Servers()
        let offset = Mutex(Duration.zero)
        let lookup = NameLookup(
            resolve: { servers.resolve($0) },
            clock: { MonotonicTime.now() + offset.withLock { $0 } })
        defer { servers.end() }
        func addresses(of host: String) -> Int? {
            let response = Latch()
            let found = Mutex<NameLookup.Found?>(nil)
            lookup.find(host) { answer in
                found.withLock { $0 = answer }
                response.open()
            }
            response.wait()
            return try? found.withLock { $0 }?.get().count
        }
        #expect(addresses(of: "good.example") == 1)
        for number in 0..<40 { lookup.find("silent\(number)") { _ in } }
        #expect(addresses(of: "new.example") == 1)
        for number in 40..<100 { lookup.find("silent\(number)") { _ in } }
        // It is remembered no longer, and asked for again.
        offset.withLock { $0 = .seconds(31) }
        #expect(addresses(of: "good.example") == 1)
        #expect(servers.count("good.example") == 2)
        #expect(addresses(of: "good.example") == 1)
        #expect(servers.count("good.example") == 2)
        #expect((0..<100).allSatisfy { servers.count("silent\($0)") <= 1 })
    }

    @Test func `the system's words for a name that does not exist are not this machine's fault`()
        throws
    {
        guard case .failure(let failure) = NameLookup.system("no such name") else {
            Issue.record("such a name has no address")
            return
        }
        #expect(!failure.isLocal)
        #expect(try NameLookup.system("127.0.0.1").get().map(\.host) == ["127.0.0.1"])
    }
}
