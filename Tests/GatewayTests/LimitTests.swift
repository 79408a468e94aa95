import Foundation
import Ledger
import TestSupport
import Testing
import Transport

/// What is too large, too slow or too much, over a real socket.
@Suite struct LimitTests {
    @Test func `case 19: a body announced too large is 413, unread`() throws {
        try ScratchGateway.play { scene in
            let client = try scene.connect()
            let fields = try scene.sender.fields(id: "msg_1", body: [])
            let head = Client.bytes(
                "POST", scene.sender.path, fields + [("Content-Length", "\((1 << 20) + 1)")])
            try client.write(head)
            // Not one byte of the body was sent.
            let response = try client.read()
            #expect(response.status == 413)
            #expect(response.closes)
            #expect(client.isAtEnd())
            #expect(try scene.database.count("SELECT count(*) FROM events") == 0)
            #expect(try scene.post(Message(code: "LEAD-0"), id: "good").status == 200)
        }
    }

    @Test func `case 19: a chunked body is 413 where it grows too large`() throws {
        var limits = ServerLimits()
        limits.maxBody = 1000
        try ScratchGateway.play(limits: limits) { scene in
            let client = try scene.connect()
            let fields = try scene.sender.fields(id: "msg_1", body: [])
            try client.write(
                Client.bytes(
                    "POST", scene.sender.path, fields + [("Transfer-Encoding", "chunked")]))
            try client.write(Array("3E8\r\n".utf8) + [UInt8](repeating: 0x20, count: 1000))
            try client.write(Array("\r\n1\r\nx".utf8))
            let response = try client.read()
            #expect(response.status == 413)
            #expect(response.closes)
            #expect(try scene.database.count("SELECT count(*) FROM events") == 0)
        }
    }

    @Test func `case 10: a chunked body of the largest size is taken`() throws {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 1)) { scene in
            let text = Message(code: "LEAD-0").text
            let body =
                Array(text.utf8) + [UInt8](repeating: 0x20, count: (1 << 20) - text.utf8.count)
            let fields = try scene.sender.fields(id: "msg_1", body: body)
            var bytes = Client.bytes(
                "POST", scene.sender.path, fields + [("Transfer-Encoding", "chunked")])
            var rest = body[...]
            while !rest.isEmpty {
                let piece = rest.prefix(50_000)
                bytes += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [13, 10]
                rest = rest.dropFirst(piece.count)
            }
            bytes += Array("0\r\n\r\n".utf8)
            let client = try scene.connect()
            try client.write(bytes)
            #expect(try client.read().outcome == "rewarded")
        }
    }

    @Test func `case 19: a slow head and a slow body are 408 and end the connection`() throws {
        var limits = ServerLimits()
        limits.headerTimeout = .milliseconds(60)
        limits.bodyTimeout = .milliseconds(60)
        try ScratchGateway.play(limits: limits) { scene in
            let bytes = try scene.sender.bytes(id: "msg_1", body: Message(code: "LEAD-0").text)
            for count in [20, bytes.count - 1] {
                let client = try scene.connect()
                try client.write(Array(bytes.prefix(count)))
                let response = try client.read()
                #expect(response.status == 408)
                #expect(response.closes)
                #expect(client.isAtEnd())
            }
            #expect(try scene.database.count("SELECT count(*) FROM events") == 0)
            #expect(try scene.post(Message(code: "LEAD-0"), id: "msg_1").status == 200)
        }
    }

    @Test func `too many requests of a source are 429, the next second takes more`() throws {
        var declared = DeclaredWorkspace(leads: 1)
        declared.sources.append(DeclaredWorkspace.shop(["id": "src_other", "name": "other"]))
        try ScratchGateway.play(declared, rateLimit: 3) { scene in
            let client = try scene.connect()
            var response: [ServerResponse] = []
            // The machine's second may turn once meanwhile, hence twice as many and one more.
            for number in 0..<7 {
                response.append(
                    try client.post(Message(code: "LEAD-0"), id: "m\(number)", from: scene.sender))
            }
            let refused = response.filter { $0.status == 429 }
            #expect(!refused.isEmpty)
            #expect(response.first?.status == 200)
            for answer in refused {
                #expect(answer.code == "too_many_requests")
                #expect(Int(answer[field: "retry-after"] ?? "") ?? 0 > 0)
            }
            #expect(
                try scene.database.count("SELECT count(*) FROM events") == 7 - refused.count)
            let other = try Sender(source: "src_other", clock: scene.time.clock)
            #expect(try client.post(Message(code: "LEAD-0"), id: "m", from: other).status == 200)
            scene.time.advance(by: .seconds(1))
            #expect(
                try client.post(Message(code: "LEAD-0"), id: "late", from: scene.sender).status
                    == 200)
        }
    }

    @Test func `case 20: beyond the requests in flight the answer is 503 to come back later`()
        throws
    {
        var limits = ServerLimits()
        limits.maxInFlight = 4
        try ScratchGateway.play(DeclaredWorkspace(leads: 8, referrers: 8), limits: limits) {
            scene in
            var waiting: [Client] = []
            try scene.whileLocked {
                for number in 0..<4 {
                    let client = try scene.connect()
                    try client.write(
                        scene.sender.bytes(
                            id: "m\(number)", body: Message(code: "LEAD-\(number)").text))
                    waiting.append(client)
                }
                // Whatever the loop has not read yet is read before what comes now.
                var refused = 0
                let client = try scene.connect()
                while refused == 0 {
                    let response = try client.request("GET", "/healthz")
                    if response.status == 503 { refused += 1 }
                }
                let response = try client.post(
                    Message(code: "LEAD-5"), id: "m5", from: scene.sender)
                #expect(response.status == 503)
                #expect(response.code == "overloaded")
                #expect(response[field: "retry-after"] != nil)
                waiting.append(client)
            }
            for client in waiting.dropLast() { #expect(try client.read().status == 200) }
            let again = try waiting[4].post(Message(code: "LEAD-5"), id: "m5", from: scene.sender)
            #expect(again.status == 200)
            #expect(again.isDuplicate == false)
            #expect(try scene.database.count("SELECT count(*) FROM events") == 5)
        }
    }

    @Test func `case 20: what finds no place in the writer's queue is 503 and not half-done`()
        throws
    {
        var queue = WriteQueue.Limits()
        queue.waiting = 2
        try ScratchGateway.play(DeclaredWorkspace(coupons: 8, leads: 8, referrers: 8), queue: queue)
        {
            scene in
            var clients: [Client] = []
            try scene.whileLocked {
                for number in 0..<8 {
                    let client = try scene.connect()
                    try client.write(
                        scene.sender.bytes(
                            id: "m\(number)", body: Message(code: "LEAD-\(number)").text))
                    clients.append(client)
                }
                // At most one group is with the writer and two more wait: somebody is refused now.
                let answered = try scene.connect().request("GET", "/healthz")
                #expect(answered.status == 200)
            }
            let response = try clients.map { try $0.read() }
            #expect(Set(response.map(\.status)).isSubset(of: [200, 503]))
            for answer in response where answer.status == 503 {
                #expect(answer[field: "retry-after"] != nil)
            }
            let taken = response.count { $0.status == 200 }
            #expect(try scene.database.count("SELECT count(*) FROM events") == taken)
            for number in 0..<8 {
                let again = try clients[number].post(
                    Message(code: "LEAD-\(number)"), id: "m\(number)", from: scene.sender)
                #expect(again.outcome == "rewarded")
                #expect(again.isDuplicate == (response[number].status == 200))
            }
        }
    }

    @Test(.timeLimit(.minutes(3)))
    func
        `a database locked by another program is 503 for all who wait, once, and then works again`()
        throws
    {
        try ScratchGateway.play(DeclaredWorkspace(coupons: 40, leads: 40, referrers: 40)) { scene in
            var clients: [Client] = []
            let response = try scene.whileLocked {
                for number in 0..<40 {
                    let client = try scene.connect()
                    try client.write(
                        scene.sender.bytes(
                            id: "m\(number)", body: Message(code: "LEAD-\(number)").text))
                    clients.append(client)
                }
                return try clients.map { try $0.read() }
            }
            for answer in response {
                #expect(answer.status == 503)
                #expect(answer.code == "storage_locked")
                #expect(answer[field: "retry-after"] != nil)
            }
            #expect(try scene.database.count("SELECT count(*) FROM events") == 0)
            for number in 0..<40 {
                let again = try clients[number].post(
                    Message(code: "LEAD-\(number)"), id: "m\(number)", from: scene.sender)
                #expect(again.outcome == "rewarded")
                #expect(again.isDuplicate == false)
            }
        }
    }
}
