import Foundation
import Gateway
import Outbound
import Sockets
import TestSupport
import Testing
import Transport

/// What a bad receiver does to a delivery: a failed attempt with a code of its own, another one later, and
/// nothing at all to other endpoints.
@Suite struct BadReceiverTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// One conversion is told to the URL and to a receiver that is well.
    ///
    /// - Parameter mends: whether the bad one is well at its second attempt.
    private func expect(
        _ code: String, from url: String, detail: String? = nil,
        destinations: DestinationRules = DeliveryScene.loopback, mends: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let good = try ScriptedReceiver { _ in .answer(Self.ok) }
        defer { good.stop() }
        let declared = DeliveryScene.declared([
            DeliveryScene.webhook("bad", url, ["events": ["conversion.created"]]),
            DeliveryScene.webhook("good", "http://127.0.0.1:\(good.port)/hook"),
        ])
        try ScratchGateway.play(
            declared,
            configure: {
                $0.destinations = destinations
                $0.delivery.patience = .milliseconds(400)
            }
        ) { scene in
            let response = try scene.post(Message(code: "LEAD-0", order: "o-1"), id: "m1")
            #expect(response.outcome == "rewarded", sourceLocation: sourceLocation)
            try DeliveryScene.wait(
                for: "SELECT count(*) FROM attempts WHERE webhook_id = 1", in: scene.database)
            try DeliveryScene.wait(
                for: """
                    SELECT count(*) = 2 FROM deliveries WHERE webhook_id = 2 AND status = 'delivered'
                    """, in: scene.database)
            let row = try scene.database.rows(
                "SELECT error, coalesce(status, ''), detail FROM attempts WHERE webhook_id = 1",
                columns: 3)
            let parts = row.first?.split(separator: "|", omittingEmptySubsequences: false) ?? []
            #expect(parts.first.map(String.init) == code, "\(row)", sourceLocation: sourceLocation)
            if let detail {
                #expect(
                    parts.last?.contains(detail) == true, "\(row)", sourceLocation: sourceLocation)
            }
            #expect(
                try scene.database.rows(
                    "SELECT status || ' ' || attempts FROM deliveries WHERE webhook_id = 1")
                    == ["pending 1"], sourceLocation: sourceLocation)
            scene.time.advance(by: .seconds(61))
            try DeliveryScene.wait(
                for: """
                    SELECT count(*) FROM deliveries WHERE webhook_id = 1 AND attempts = 2
                        AND status = '\(mends ? "delivered" : "pending")'
                    """, in: scene.database)
        }
    }

    /// A receiver that behaves so once, and is well from then on.
    private func expect(
        _ code: String, once manner: ScriptedReceiver.Manner, detail: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let bad = try ScriptedReceiver { $0 == 0 ? manner : .answer(Self.ok) }
        defer { bad.stop() }
        try expect(
            code, from: "http://127.0.0.1:\(bad.port)/hook", detail: detail, mends: true,
            sourceLocation: sourceLocation)
        #expect(bad.received.count == 2, sourceLocation: sourceLocation)
        let ids = Set(bad.received.map { $0["webhook-id"] })
        #expect(ids.count == 1, sourceLocation: sourceLocation)
        #expect(
            bad.received.first?.body == bad.received.last?.body, sourceLocation: sourceLocation)
    }

    @Test(.rows("S1-20", "C11")) func `one that hangs`() throws {
        try expect("timeout", once: .hang, detail: "waiting for the response")
    }

    @Test func `one that drips`() throws {
        try expect("timeout", once: .drip, detail: "reading the response")
    }

    @Test func `one that begins its answer and does not end it`() throws {
        try expect(
            "timeout", once: .answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
            detail: "reading the response")
    }

    @Test func `one that resets`() throws { try expect("reset", once: .reset) }

    @Test func `one that hangs up`() throws { try expect("closed", once: .close) }

    @Test func `one that answers garbage`() throws {
        try expect("malformed_answer", once: .answer("220 smtp.example.com ESMTP\r\n"))
    }

    @Test(.rows("C15")) func `one that redirects is not followed`() throws {
        let elsewhere = try ScriptedReceiver { _ in .answer(Self.ok) }
        defer { elsewhere.stop() }
        try expect(
            "status",
            once: .answer(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:\(elsewhere.port)/\r\n"
                    + "Content-Length: 0\r\n\r\n"), detail: "redirects are not followed")
        #expect(elsewhere.received.isEmpty)
    }

    @Test func `one that answers 500`() throws {
        try expect(
            "status", once: .answer("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops"))
    }

    @Test func `one whose body has no end is cut off, and its 200 counts`() throws {
        let filler = String(repeating: "x", count: 100_000)
        let endless = try ScriptedReceiver { _ in
            .answer("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n\(filler)")
        }
        defer { endless.stop() }
        let declared = DeliveryScene.declared([
            DeliveryScene.webhook("endless", "http://127.0.0.1:\(endless.port)/hook")
        ])
        try ScratchGateway.play(declared, configure: { $0.destinations = DeliveryScene.loopback }) {
            scene in
            _ = try scene.post(Message(code: "LEAD-0", order: "o-1"), id: "m1")
            try DeliveryScene.wait(
                for: "SELECT count(*) = 2 FROM deliveries WHERE status = 'delivered'",
                in: scene.database)
            #expect(
                try scene.database.count("SELECT max(length(answer)) FROM attempts") == 512)
        }
    }

    @Test func `one that is not there`() throws {
        let gone = try ScriptedReceiver { _ in .close }
        let port = gone.port
        gone.stop()
        try expect("refused", from: "http://127.0.0.1:\(port)/hook")
    }

    @Test func `one whose name has no address`() throws {
        try expect("dns", from: "http://nowhere.invalid/hook")
    }

    @Test(.rows("S0-6", "C15")) func `one whose address may not be called`() throws {
        try expect("address_refused", from: "http://10.0.0.1/hook", detail: "private")
    }

    @Test func `one on this machine, where nothing on it may be called`() throws {
        let local = try ScriptedReceiver { _ in .answer(Self.ok) }
        defer { local.stop() }
        let declared = DeliveryScene.declared([
            DeliveryScene.webhook("local", "https://127.0.0.1:\(local.port)/hook")
        ])
        try ScratchGateway.play(declared) { scene in
            _ = try scene.post(Message(code: "LEAD-0", order: "o-1"), id: "m1")
            try DeliveryScene.wait(
                for: "SELECT count(*) = 2 FROM attempts WHERE error = 'address_refused'",
                in: scene.database)
            #expect(local.received.isEmpty)
        }
    }
}

/// Receivers that speak TLS. Certificates are made by the `openssl` command.
@Suite(.serialized) struct CertificateTests {
    private func attempt(_ certificate: String, host: String = "127.0.0.1") throws -> String {
        let material = try Certificates.shared.get()
        let server = try SecureReceiver(material, certificate: certificate)
        defer { server.stop() }
        let declared = DeliveryScene.declared([
            DeliveryScene.webhook(
                "secure", "https://\(host):\(server.port)/hook", ["events": ["reward.issued"]])
        ])
        var response = ""
        try ScratchGateway.play(declared, configure: { $0.destinations = DeliveryScene.loopback }) {
            scene in
            _ = try scene.post(Message(code: "LEAD-0", order: "o-1"), id: "m1")
            try DeliveryScene.wait(for: "SELECT count(*) FROM attempts", in: scene.database)
            response =
                try scene.database.rows(
                    "SELECT coalesce(status, error || ': ' || detail) FROM attempts"
                ).first ?? ""
        }
        return response
    }

    @Test func `a certificate of the host, from somebody who is trusted, is accepted`() throws {
        #expect(try attempt("good") == "204")
        #expect(try attempt("good", host: "localhost") == "204")
    }

    @Test func `a certificate of another host is refused`() throws {
        #expect(try attempt("other") == "tls: the certificate is not accepted: IP address mismatch")
        #expect(
            try attempt("other", host: "localhost")
                == "tls: the certificate is not accepted: hostname mismatch")
    }

    @Test(arguments: ["bare", "mailed"])
    func `a certificate that names the host only as its common name is refused`(
        _ certificate: String
    ) throws {
        #expect(
            try attempt(certificate, host: "localhost")
                == "tls: the certificate is not accepted: hostname mismatch")
    }

    @Test func `a certificate that has expired is refused`() throws {
        #expect(
            try attempt("expired")
                == "tls: the certificate is not accepted: certificate has expired")
    }

    @Test(.rows("S4-18")) func `a certificate that nobody vouches for is refused`() throws {
        #expect(
            try attempt("selfsigned")
                == "tls: the certificate is not accepted: self-signed certificate")
    }

    @Test func `a receiver that speaks no TLS is refused`() throws {
        let plain = try ScriptedReceiver { _ in .close }
        defer { plain.stop() }
        let declared = DeliveryScene.declared([
            DeliveryScene.webhook(
                "plain", "https://127.0.0.1:\(plain.port)/hook", ["events": ["reward.issued"]])
        ])
        try ScratchGateway.play(
            declared,
            configure: {
                $0.destinations = DeliveryScene.loopback
                $0.delivery.patience = .milliseconds(400)
            }
        ) { scene in
            _ = try scene.post(Message(code: "LEAD-0", order: "o-1"), id: "m1")
            try DeliveryScene.wait(for: "SELECT count(*) FROM attempts", in: scene.database)
            #expect(
                try scene.database.rows("SELECT error || ': ' || detail FROM attempts")
                    == ["timeout: timed out while in the TLS handshake"])
        }
    }
}
