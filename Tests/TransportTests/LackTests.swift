import Glibc
import Sockets
import Synchronization
import Testing
import Transport

/// A resource that this machine lacks is distinguished from a failure of the peer.
@Suite struct LackTests {
    private static let public4 = Address(ipv4: 0x5DB8_D70E, port: 0)
    private static let public6 = Address(high: 0x2606_2800_021F_CB07, low: 1, port: 0)

    private func outcome(
        of addresses: [Address] = [public4], dial: @escaping CallBench.Dial
    ) throws -> String {
        let lookup = NameLookup { _ in .success(addresses) }
        var outcome = ""
        try CallBench.play(CallBench(lookup: lookup, dial: dial)) { bench throws in
            outcome = try bench.call("http://receiver.example/")
            #expect(bench.left == [0, 0])
        }
        return outcome
    }

    @Test(arguments: [
        EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL, ENETUNREACH, EHOSTUNREACH, ENETDOWN,
        EAFNOSUPPORT, EPERM, EACCES, EAGAIN,
    ])
    func `a connection that cannot be begun is this machine's affair`(_ number: CInt) throws {
        #expect(
            try outcome { (_) throws(SystemError) in throw SystemError(.connect, number) }
                == "gateway")
    }

    @Test(arguments: [(ECONNREFUSED, "refused"), (ECONNRESET, "reset"), (EINVAL, "unreachable")])
    func `a connection that the far end refuses is not`(_ number: CInt, _ code: String) throws {
        #expect(
            try outcome { (_) throws(SystemError) in throw SystemError(.connect, number) } == code)
    }

    @Test func `a peer that refuses at one address counts more than a missing route to another`()
        throws
    {
        for addresses in [[Self.public4, Self.public6], [Self.public6, Self.public4]] {
            let code = try outcome(of: addresses) { (address) throws(SystemError) in
                throw SystemError(.connect, address.isIPv4 ? ECONNREFUSED : ENETUNREACH)
            }
            #expect(code == "refused")
        }
    }

    @Test func `a real address without a route is this machine's affair`() throws {
        // Discard-only (RFC 6666): routers drop it, and a machine without IPv6 has no route to it.
        guard let address = Address(host: "100::1", port: 9) else {
            Issue.record("it is an address")
            return
        }
        do throws(SystemError) { _ = try Socket(connectingTo: address) } catch {
            #expect(error.isLocalRefusal, "\(error)")
        }
    }

    @Test func `a look-up that could not be made is this machine's affair`() throws {
        for (isLocal, code) in [(true, "gateway"), (false, "dns")] {
            let lookup = NameLookup { _ in
                .failure(NameLookup.Failure(reason: "no", isLocal: isLocal))
            }
            try CallBench.play(CallBench(lookup: lookup)) { bench throws in
                #expect(try bench.call("http://receiver.example/") == code)
            }
        }
    }

    @Test func `a look-up that had to wait for a thread is this machine's affair`() throws {
        let gate = Latch()
        var limits = LookupLimits()
        limits.threads = 2
        limits.kept = 1
        let lookup = NameLookup(limits: limits) { _ in
            gate.wait()
            return .success([])
        }
        defer { gate.open() }
        lookup.find("silent.example") { _ in }
        try CallBench.play(CallBench(lookup: lookup)) { bench throws in
            #expect(
                try bench.call("http://receiver.example/", within: .milliseconds(200)) == "gateway")
        }
    }

    @Test func `where descriptors are scarce, idle connections make room`() throws {
        let peer = try WirePeer { connection in
            while connection.request() != nil { connection.send(WirePeer.answer(200)) }
        }
        defer { peer.stop() }
        let open = Mutex(0)
        let url = "http://127.0.0.1:\(peer.port)/"
        let bench = try CallBench(dial: { (address) throws(SystemError) in
            let isFull = open.withLock { count in
                count += 1
                return count == 4
            }
            if isFull { throw SystemError(.socket, EMFILE) }
            return try Socket(connectingTo: address)
        })
        try CallBench.play(bench) { bench throws in
            for pool in 1...3 { #expect(try bench.call(url, pool: Int64(pool)) == "200 ") }
            #expect(bench.left == [0, 3])
            #expect(try bench.call(url, pool: 4) == "200 ")
            #expect(bench.left == [0, 3])
        }
    }

    /// Both orders, and the forms in which an IPv4 address may come.
    @Test(arguments: [
        "10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "::ffff:7f00:1",
        "64:ff9b::10.0.0.1", "fd00::1", "::10.0.0.1", "2002:a00:1::1",
    ])
    func `a name with a public and another address is not called at all`(_ other: String) throws {
        let hidden = try #require(Address(host: other, port: 0))
        for addresses in [[Self.public4, hidden], [hidden, Self.public6]] {
            let dialled = Mutex(0)
            let lookup = NameLookup { _ in .success(addresses) }
            let bench = try CallBench(
                rules: DestinationRules(allowsPlain: true), lookup: lookup,
                dial: { (_) throws(SystemError) in
                    dialled.withLock { $0 += 1 }
                    throw SystemError(.connect, ECONNREFUSED)
                })
            try CallBench.play(bench) { bench throws in
                #expect(try bench.call("http://both.example/") == "address_refused")
            }
            #expect(dialled.withLock { $0 } == 0)
        }
    }

    @Test func `what is allowed may stand beside a public address, and nothing else`() throws {
        let allowed = try #require(AddressRange("10.1.0.0/16"))
        let rules = DestinationRules(allowed: [allowed], allowsPlain: true)
        let destination = try rules.judge("http://both.example/")
        let near = try #require(Address(host: "10.1.0.1", port: 0))
        let far = try #require(Address(host: "10.2.0.1", port: 0))
        #expect(try rules.vet([Self.public4, near], of: destination).count == 2)
        #expect(throws: DestinationFault.self) {
            try rules.vet([Self.public4, near, far], of: destination)
        }
        #expect(throws: DestinationFault.self) { try rules.vet([near, far], of: destination) }
    }

    @Test func `of localhost the family is called that is allowed`() throws {
        let destination = try CallBench.rules.judge("http://localhost:8080/")
        let both = ["::1", "127.0.0.1"].compactMap { Address(host: $0, port: 0) }
        #expect(try CallBench.rules.vet(both, of: destination).map(\.host) == ["127.0.0.1"])
    }
}
