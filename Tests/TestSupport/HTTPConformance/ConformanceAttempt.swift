import Foundation

/// One run of one case.
final class ConformanceAttempt {
    private let subject: ConformanceCase
    private let server: HTTPConformance.Server
    private let ordinary: OrdinaryAnswers
    private let patience: HTTPConformance.Patience
    private let fill: Placeholders

    private var connection: RawConnection?
    /// Connections that later steps leave open.
    private var aside: [RawConnection] = []
    private let started = ContinuousClock.now
    private(set) var facts = Facts()

    /// What was seen on the way, for the checks.
    struct Facts {
        var cameBeforeBody = false
        var floodWasCut = false
        var firstAfter: Duration?
    }

    init(
        of subject: ConformanceCase, on server: HTTPConformance.Server, suite: ConformanceSuite,
        ordinary: OrdinaryAnswers, patience: HTTPConformance.Patience
    ) {
        self.subject = subject
        self.server = server
        self.ordinary = ordinary
        self.patience = patience
        fill = Placeholders(server: server, suite: suite)
    }

    func run() -> HTTPConformance.CaseResult {
        // All bytes are ready before the server's clock starts.
        let steps = subject.steps.map { ($0, bytes(of: $0)) }
        do {
            try reconnect()
            for (step, bytes) in steps {
                guard let connection, connection.ending == .open || step.reconnect != nil else {
                    // A quick server has answered and closed while the head was still being written.
                    if connection?.received.isEmpty == false {
                        if step.await_any != nil { facts.cameBeforeBody = true }
                        if step.flood != nil { facts.floodWasCut = true }
                    }
                    continue
                }
                try perform(step, bytes, on: connection)
            }
        } catch {
            return HTTPConformance.CaseResult(
                case: subject, passes: false, isPreferred: false, observed: "connect: \(error)")
        }
        return judge()
    }

    /// What a step writes, or writes each time.
    private func bytes(of step: ConformanceCase.Step) -> [UInt8] {
        if let text = step.repeat { return fill.bytes(text, repeated: step.count ?? 1) }
        let text =
            step.send ?? step.bytes_each ?? step.serial ?? step.flood ?? step.unread_flood
            ?? step.drip ?? step.slices ?? step.crowd ?? step.send_if_interim
        return text.map { fill.bytes($0) } ?? []
    }

    private func reconnect() throws {
        if let connection { aside.append(connection) }
        let fresh = try RawConnection(host: server.host, port: server.port)
        fresh.methods = subject.methods ?? []
        connection = fresh
    }

    // MARK: Steps

    private func perform(
        _ step: ConformanceCase.Step, _ bytes: [UInt8], on connection: RawConnection
    ) throws {
        if step.send != nil || step.repeat != nil {
            connection.write(bytes)
        } else if step.bytes_each != nil {
            for byte in bytes { connection.write([byte]) }
        } else if step.serial != nil {
            for _ in 0..<(step.count ?? 1) {
                let wanted = connection.answers().finals.count + 1
                connection.write(bytes)
                connection.read(upTo: patience.slow) {
                    connection.answers().finals.count >= wanted
                }
            }
        } else if step.flood != nil {
            flood(bytes, mebibytes: step.mib ?? 1, on: connection)
        } else if step.unread_flood != nil {
            floodUnread(bytes, mebibytes: step.mib ?? 1, on: connection)
        } else if step.drip != nil {
            drip(bytes, every: step.pause ?? 500, on: connection)
        } else if step.slices != nil {
            for index in 0..<(step.count ?? 1) {
                connection.write(bytes)
                if (index + 1) % (step.every ?? 1) == 0 { pause(step.pause ?? 0, on: connection) }
            }
        } else if step.crowd != nil {
            for _ in 0..<(step.count ?? 1) {
                let other = try RawConnection(host: server.host, port: server.port)
                other.write(bytes)
                aside.append(other)
            }
        } else if step.send_if_interim != nil {
            if connection.answers().finals.isEmpty { connection.write(bytes) }
        } else {
            try performWait(step, on: connection)
        }
    }

    private func performWait(_ step: ConformanceCase.Step, on connection: RawConnection) throws {
        if let count = step.await_responses {
            connection.read(upTo: patience.slow) { connection.answers().finals.count >= count }
        } else if let milliseconds = step.await_any {
            connection.read(upTo: .milliseconds(milliseconds)) { !connection.received.isEmpty }
            facts.cameBeforeBody = !connection.received.isEmpty
        } else if step.shutdown != nil {
            connection.finishSending()
        } else if step.reset != nil {
            connection.abort()
        } else if step.reconnect != nil {
            try reconnect()
        } else if let milliseconds = step.pause {
            pause(milliseconds, on: connection)
        }
    }

    private func pause(_ milliseconds: Int, on connection: RawConnection) {
        connection.read(upTo: .milliseconds(milliseconds)) { false }
    }

    private func repeated(_ bytes: [UInt8], atLeast count: Int) -> [UInt8] {
        var many: [UInt8] = []
        while many.count < count { many += bytes }
        return many
    }

    private func flood(_ bytes: [UInt8], mebibytes: Int, on connection: RawConnection) {
        let block = repeated(bytes, atLeast: 1 << 16)
        var left = mebibytes << 20
        while left > 0, connection.ending == .open, connection.received.isEmpty {
            let taken = connection.write(block)
            left -= taken
            if taken < block.count { break }
        }
        connection.read(upTo: patience.silence) { connection.answers().finals.count >= 1 }
        let wasHeard = connection.ending != .open || !connection.answers().finals.isEmpty
        facts.floodWasCut = wasHeard && (mebibytes < 16 || left > 0)
    }

    private func floodUnread(
        _ bytes: [UInt8], mebibytes: Int, on connection: RawConnection
    ) {
        let block = repeated(bytes, atLeast: 1 << 16)
        var left = mebibytes << 20
        while left > 0, connection.ending == .open {
            let taken = connection.write(block, reading: false, stall: .seconds(2))
            left -= taken
            if taken < block.count { break }
        }
    }

    private func drip(_ bytes: [UInt8], every milliseconds: Int, on connection: RawConnection) {
        let deadline = ContinuousClock.now + patience.slow
        while ContinuousClock.now < deadline, connection.ending == .open,
            connection.answers().finals.isEmpty
        {
            connection.write(bytes)
            connection.read(upTo: .milliseconds(milliseconds)) {
                !connection.answers().finals.isEmpty
            }
        }
    }

    // MARK: The verdict

    private func judge() -> HTTPConformance.CaseResult {
        guard let connection else { preconditionFailure("a case has a connection") }
        let outcomes = subject.accept.map(Outcome.init)
        let most = outcomes.map(\.words.count).max() ?? 0
        let wait = subject.isSlow ? patience.slow : patience.silence
        connection.read(upTo: wait) { connection.answers().finals.count >= most }
        if most > 0, !connection.answers().finals.isEmpty {
            facts.firstAfter = ContinuousClock.now - started
        }
        let before = connection.answers().finals.count
        connection.read(upTo: patience.surplus) { connection.answers().finals.count > before }
        if outcomes.contains(where: { $0.state == .close && matches($0) }) {
            connection.read(upTo: subject.isSlow ? patience.slow : patience.close) { false }
        }

        let answers = connection.answers()
        let statuses = answers.finals.map(\.status)
        let hasClosed = connection.ending != .open
        var words = statuses.isEmpty ? ["none"] : statuses.map(String.init)
        words.append(hasClosed ? "close" : "not closed")
        if answers.isBroken || answers.hasRest {
            return result(false, false, words + ["broken: \(answers.finals.count) whole answers"])
        }
        let isUsable = hasClosed ? false : answersOnceMore()
        func holds(_ outcome: Outcome) -> Bool {
            guard outcome.matches(statuses, ordinary: ordinary) else { return false }
            switch outcome.state {
            case .close: return hasClosed
            case .open: return isUsable
            case .silent: return statuses.isEmpty && !hasClosed
            case nil: return true
            }
        }
        if isUsable { words[words.count - 1] = "open" }
        let failed = (subject.checks ?? []).filter {
            !$0.holds(answers, facts: facts, ending: connection.ending)
        }
        words += failed.map { "check \($0.name)" }
        let prefer = subject.prefer?.map(Outcome.init)
        return result(
            outcomes.contains(where: holds) && failed.isEmpty,
            prefer?.contains(where: holds) ?? true, words)
    }

    private func matches(_ outcome: Outcome) -> Bool {
        let statuses = connection?.answers().finals.map(\.status) ?? []
        return outcome.matches(statuses, ordinary: ordinary)
    }

    /// Whether a GET on the same connection gets its ordinary answer; asked only where it matters.
    private func answersOnceMore() -> Bool {
        guard let connection else { return false }
        let wanted = subject.accept + (subject.prefer ?? [])
        guard wanted.map(Outcome.init).contains(where: { $0.state == .open && matches($0) }) else {
            return false
        }
        let before = connection.answers().finals.count
        connection.methods += Array(repeating: "GET", count: 1)
        connection.write(fill.bytes("GET @GET@ HTTP/1.1\r\nHost: @HOST@\r\n@EXTRA@\r\n"))
        connection.read(upTo: patience.silence) { connection.answers().finals.count > before }
        let finals = connection.answers().finals
        return finals.count == before + 1 && finals.last?.status == ordinary.get
    }

    private func result(
        _ passes: Bool, _ isPreferred: Bool, _ words: [String]
    ) -> HTTPConformance.CaseResult {
        HTTPConformance.CaseResult(
            case: subject, passes: passes, isPreferred: passes && isPreferred,
            observed: words.joined(separator: " "))
    }
}
