/// The order of name lookups and the cache of their results, without threads and without a clock.
///
/// Names are assigned to threads by the duration of their last lookup; within a class, first come,
/// first served:
///
///     prompt   all threads; some are reserved for this class
///     new      all but the reserved ones
///     slow     a few, none of them reserved
///
/// So silent name servers occupy at most the threads of the second class, and only for the first
/// lookup of each name.
struct LookupQueue {
    private enum Pace { case prompt, new, slow }

    private enum Phase {
        case idle
        case queued
        case running(since: MonotonicTime, as: Pace)
    }

    private struct Name {
        var phase = Phase.idle
        var pace = Pace.new
        var waiting: [NameLookup.Answer] = []
        var answer: NameLookup.Found?
        var freshUntil = MonotonicTime(nanoseconds: 0)
        var addresses: [Address] = []
        var foundAt = MonotonicTime(nanoseconds: 0)
    }

    private let limits: LookupLimits
    private var names: [String: Name] = [:]
    private var prompt: [String] = []
    private var new: [String] = []
    private var slow: [String] = []
    private var running = 0
    private var runningUnproven = 0
    private var runningSlow = 0

    init(_ limits: LookupLimits) {
        precondition(limits.kept < limits.threads, "names that are new need threads, too")
        precondition(limits.slow > 0, "slow names are looked up, too")
        self.limits = limits
    }

    // MARK: Questions

    /// Returns the remembered result; nil if there is none, and then `answer` is called after the
    /// lookup.
    mutating func ask(
        _ host: String, _ answer: @escaping NameLookup.Answer, at now: MonotonicTime
    ) -> NameLookup.Found? {
        var name = names[host] ?? Name()
        if let known = name.answer, now < name.freshUntil { return known }
        if names.count >= limits.names { makeRoom(at: now) }
        name.waiting.append(answer)
        if case .idle = name.phase {
            name.phase = .queued
            switch name.pace {
            case .prompt: prompt.append(host)
            case .new: new.append(host)
            case .slow: slow.append(host)
            }
        }
        names[host] = name
        return nil
    }

    /// The addresses found last, unless they are older than `LookupLimits.lastKnown`.
    func lastKnown(_ host: String, at now: MonotonicTime) -> [Address]? {
        guard let name = names[host], !name.addresses.isEmpty,
            now - name.foundAt < limits.lastKnown
        else { return nil }
        return name.addresses
    }

    func began(_ host: String) -> MonotonicTime? {
        guard case .running(let since, _)? = names[host]?.phase else { return nil }
        return since
    }

    mutating func forget(_ host: String) {
        names[host]?.answer = nil
        names[host]?.addresses = []
    }

    /// Withdraws a request for which there is no thread. Returns the callbacks that wait for it;
    /// none if the lookup has begun.
    mutating func withdraw(_ host: String) -> [NameLookup.Answer] {
        guard case .queued? = names[host]?.phase else { return [] }
        prompt.removeAll { $0 == host }
        new.removeAll { $0 == host }
        slow.removeAll { $0 == host }
        names[host]?.phase = .idle
        return takeWaiting(host)
    }

    // MARK: Lookups

    /// The number of lookups that could begin now if there were idle threads.
    var startable: Int {
        let free = limits.threads - running
        let unproven = max(0, limits.threads - limits.kept - runningUnproven)
        let slowOnes = min(slow.count, max(0, limits.slow - runningSlow))
        return min(free, prompt.count + min(unproven, new.count + slowOnes))
    }

    /// The next name that the calling thread must look up; nil if none may start.
    mutating func start(at now: MonotonicTime) -> String? {
        guard running < limits.threads else { return nil }
        let mayTryUnproven = runningUnproven < limits.threads - limits.kept
        let host: String
        let pace: Pace
        if !prompt.isEmpty {
            (host, pace) = (prompt.removeFirst(), .prompt)
        } else if mayTryUnproven, !new.isEmpty {
            (host, pace) = (new.removeFirst(), .new)
        } else if mayTryUnproven, !slow.isEmpty, runningSlow < limits.slow {
            (host, pace) = (slow.removeFirst(), .slow)
        } else {
            return nil
        }
        names[host]?.phase = .running(since: now, as: pace)
        count(pace, by: 1)
        return host
    }

    /// Records a result and returns the callbacks that wait for it.
    mutating func finish(
        _ host: String, _ found: NameLookup.Found, at now: MonotonicTime
    ) -> [NameLookup.Answer] {
        guard case .running(let since, let pace)? = names[host]?.phase else { return [] }
        count(pace, by: -1)
        names[host]?.phase = .idle
        let isSlow = now - since >= limits.prompt
        switch found {
        case .failure(let failure) where failure.isLocal: names[host]?.answer = nil
        case .failure:
            remember(
                found, of: host, as: isSlow ? .slow : .prompt,
                until: now + (isSlow ? limits.slowFailure : limits.failure))
        case .success(let addresses):
            remember(
                found, of: host, as: isSlow ? .slow : .prompt,
                until: now + (addresses.isEmpty ? limits.failure : limits.addresses))
            names[host]?.addresses = addresses
            names[host]?.foundAt = now
        }
        return takeWaiting(host)
    }

    private mutating func remember(
        _ found: NameLookup.Found, of host: String, as pace: Pace, until end: MonotonicTime
    ) {
        names[host]?.answer = found
        names[host]?.pace = pace
        names[host]?.freshUntil = end
    }

    private mutating func takeWaiting(_ host: String) -> [NameLookup.Answer] {
        let waiting = names[host]?.waiting ?? []
        names[host]?.waiting = []
        return waiting
    }

    private mutating func count(_ pace: Pace, by change: Int) {
        running += change
        if pace != .prompt { runningUnproven += change }
        if pace == .slow { runningSlow += change }
    }

    /// Removes the names whose results have expired; if that is not enough, all that no caller
    /// waits for.
    private mutating func makeRoom(at now: MonotonicTime) {
        names = names.filter { !isIdle($0.value) || now < $0.value.freshUntil }
        if names.count >= limits.names { names = names.filter { !isIdle($0.value) } }
    }

    private func isIdle(_ name: Name) -> Bool {
        if case .idle = name.phase { true } else { false }
    }
}
