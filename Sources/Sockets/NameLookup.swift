import CLinux
import Glibc
import Synchronization

/// Finds the addresses of hosts, off the loops: getaddrinfo(3) blocks for as long as name servers do.
///
/// Questions for the same name share one answer, and threads are added while all of them wait, so that a
/// name whose servers are dead holds up nobody else.
package final class NameLookup: Sendable {
    /// Why a name has no address, as the system says it.
    package struct Failure: Error, Equatable, Sendable {
        package let reason: String

        package init(reason: String) { self.reason = reason }
    }

    package typealias Found = Result<[Address], Failure>
    package typealias Answer = @Sendable (Found) -> Void

    private struct State {
        var waiting: [String] = []
        var questions: [String: [Answer]] = [:]
        var threads = 0
        var idle = 0
    }

    /// Each waits for at most one name.
    private static let mostThreads = 16
    /// How long a thread without work stays.
    private static let patienceMilliseconds = 5_000

    private let resolve: @Sendable (String) -> Found
    private let state = Mutex(State())
    private let bell = Doorbell()

    /// - Parameter resolve: asks the system where it is not given.
    package init(resolve: @escaping @Sendable (String) -> Found = NameLookup.system) {
        self.resolve = resolve
    }

    /// Answers on a thread of its own, later. Addresses have port 0.
    package func find(_ host: String, _ answer: @escaping Answer) {
        let needsThread = state.withLock { state in
            if state.questions[host] != nil {
                state.questions[host]?.append(answer)
                return false
            }
            state.questions[host] = [answer]
            state.waiting.append(host)
            guard state.idle < state.waiting.count, state.threads < Self.mostThreads else {
                return false
            }
            state.threads += 1
            return true
        }
        bell.ring()
        guard needsThread else { return }
        do {
            let thread = try Thread(name: "lookup") { self.run() }
            thread.detach()
        } catch {
            let failed = state.withLock { state -> [Answer] in
                state.threads -= 1
                // Another thread will come to it.
                guard state.threads == 0 else { return [] }
                state.waiting.removeAll()
                defer { state.questions.removeAll() }
                return state.questions.values.flatMap { $0 }
            }
            for answer in failed { answer(.failure(Failure(reason: "\(error)"))) }
        }
    }

    private func run() {
        while let host = next() {
            let found = resolve(host)
            let answers = state.withLock { $0.questions.removeValue(forKey: host) ?? [] }
            for answer in answers { answer(found) }
        }
    }

    private func next() -> String? {
        var hasWaited = false
        while true {
            let (host, ends) = state.withLock { state -> (String?, Bool) in
                if !state.waiting.isEmpty { return (state.waiting.removeFirst(), false) }
                if hasWaited { state.threads -= 1 } else { state.idle += 1 }
                return (nil, hasWaited)
            }
            if host != nil || ends {
                // There may be more for the others.
                if host != nil, state.withLock({ !$0.waiting.isEmpty && $0.idle > 0 }) {
                    bell.ring()
                }
                return host
            }
            hasWaited = !bell.wait(milliseconds: Self.patienceMilliseconds)
            state.withLock { $0.idle -= 1 }
        }
    }

    /// The addresses that the system knows for a host, without doubles.
    package static func system(_ host: String) -> Found {
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe refgate_resolve(host, &list)
        guard code == 0 else {
            return .failure(Failure(reason: unsafe String(cString: gai_strerror(code))))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [Address] = []
        var next = unsafe list
        while let entry = unsafe next {
            var storage = sockaddr_storage()
            let length = unsafe min(
                Int(entry.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
            if let source = unsafe entry.pointee.ai_addr {
                unsafe withUnsafeMutableBytes(of: &storage) {
                    unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: length))
                }
            }
            if let address = Address(storage), !addresses.contains(address) {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return .success(addresses)
    }
}
