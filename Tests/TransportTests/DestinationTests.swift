import Foundation
import Sockets
import Synchronization
import TestSupport
import Testing
import Transport

/// The cases of Tests/Conformance/ssrf.
@Suite struct DestinationTests {
    struct File: Decodable {
        var addresses: [AddressCase]
        var urls: [URLCase]
        var resolutions: [ResolutionCase]
    }

    enum Verdict: String, Decodable {
        case refuse, accept, either
        case noForbiddenConnect = "no-forbidden-connect"
    }

    struct AddressCase: Decodable, CustomTestStringConvertible {
        var id: String
        var verdict: Verdict
        var address: String
        var testDescription: String { id }
    }

    struct URLCase: Decodable, CustomTestStringConvertible {
        var id: String
        var verdict: Verdict
        var url: String
        var dns: [String]?
        var testDescription: String { id }
    }

    struct ResolutionCase: Decodable, CustomTestStringConvertible {
        var id: String
        var verdict: Verdict
        var url: String
        var lookups: [[String]]
        var testDescription: String { id }
    }

    static let file: File = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        do {
            return try JSONDecoder().decode(
                File.self,
                from: Data(contentsOf: root.appending(path: "Conformance/ssrf/targets.json")))
        } catch {
            fatalError("Tests/Conformance/ssrf: \(error)")
        }
    }()

    let rules = DestinationRules()

    @Test(arguments: file.addresses) func `each address gets its verdict`(
        _ one: AddressCase
    ) throws {
        let address = try #require(Address(host: one.address, port: 443))
        let isAccepted = (try? rules.vet(address)) != nil
        if one.verdict != .either { #expect(isAccepted == (one.verdict == .accept)) }
    }

    @Test(arguments: file.urls) func `each URL gets its verdict`(_ one: URLCase) throws {
        guard one.verdict != .either else { return }
        guard let destination = try? rules.judge(one.url) else {
            #expect(one.verdict == .refuse)
            return
        }
        var isAccepted = true
        if case .name = destination.host {
            let addresses = try #require(one.dns).compactMap { Address(host: $0, port: 0) }
            isAccepted = addresses.contains { (try? rules.vet($0)) != nil }
        }
        #expect(isAccepted == (one.verdict == .accept))
    }

    /// Three attempts, each on a connection of its own.
    @Test(arguments: file.resolutions) func `nothing forbidden is ever connected to`(
        _ one: ResolutionCase
    ) throws {
        let asked = Mutex(0)
        let lookup = NameLookup { _ in
            let number = asked.withLock { count in
                defer { count += 1 }
                return count
            }
            let answer = one.lookups[min(number, one.lookups.count - 1)]
            return .success(answer.compactMap { Address(host: $0, port: 0) })
        }
        let dialled = Mutex<[Address]>([])
        let codes = try HTTPClientScene.outcomes(
            of: one.url, times: 3, rules: rules, lookup: lookup,
            dial: { (address) throws(SystemError) in
                dialled.withLock { $0.append(address) }
                throw SystemError(.connect, 111)
            })
        let connected = dialled.withLock { $0 }
        #expect(connected.allSatisfy { (try? rules.vet($0)) != nil })
        switch one.verdict {
        case .refuse: #expect(connected.isEmpty)
        case .accept: #expect(!connected.isEmpty)
        case .noForbiddenConnect, .either: break
        }
        #expect(codes.count == 3)
        #expect(codes.allSatisfy { ["dns", "address_refused", "refused"].contains($0) })
    }

    @Test func `what is allowed may be called, and nothing beside it`() throws {
        let loopback = try #require(AddressRange("127.0.0.0/8"))
        let open = DestinationRules(allowed: [loopback], allowsPlain: true)
        #expect(try open.judge("http://127.0.0.1:9000/hook").port == 9000)
        #expect(try open.judge("http://localhost:9000").target == "/")
        #expect(throws: DestinationFault.self) { try open.judge("http://10.0.0.1/hook") }
        #expect(throws: DestinationFault.plain) { try rules.judge("http://example.com/hook") }
    }

    @Test func `a destination says what is sent`() throws {
        let one = try Destination("HTTPS://Example.COM:443/a%0d%0ab?x=1#there")
        #expect(one.authority == "example.com")
        #expect(one.target == "/a%0d%0ab?x=1")
        let other = try Destination("http://[2606:4700::1111]:8080?x")
        #expect(other.authority == "[2606:4700::1111]:8080")
        #expect(other.target == "/?x")
    }
}
