/// A queue of work from many clients, who take turns: a client with much work does not delay the
/// others.
struct FairQueue<Client: Hashable & Sendable, Element: Sendable>: Sendable {
    /// The largest number of one client's elements.
    let mostOfOne: Int
    /// The largest number of all elements.
    let most: Int
    private var waiting: [Client: [Element]] = [:]
    /// The clients with waiting work, in the order of their turns.
    private var turns: [Client] = []
    private(set) var count = 0

    init(mostOfOne: Int, most: Int) {
        self.mostOfOne = mostOfOne
        self.most = most
    }

    enum Admission: Sendable {
        case taken
        /// Taken in place of the newest work of the client that had the most.
        case displaced(Element)
        case refused
    }

    mutating func append(_ element: Element, of client: Client) -> Admission {
        let own = waiting[client]?.count ?? 0
        guard own < mostOfOne else { return .refused }
        var displaced: Element?
        if count >= most {
            guard let longest = waiting.max(by: { $0.value.count < $1.value.count }),
                longest.value.count > own + 1
            else { return .refused }
            displaced = waiting[longest.key]?.popLast()
            count -= 1
        }
        if own == 0 { turns.append(client) }
        waiting[client, default: []].append(element)
        count += 1
        return displaced.map { .displaced($0) } ?? .taken
    }

    /// Takes the oldest work of the client whose turn it is.
    mutating func next() -> Element? {
        guard !turns.isEmpty else { return nil }
        let client = turns.removeFirst()
        let element = waiting[client]?.removeFirst()
        count -= 1
        if waiting[client]?.isEmpty ?? true {
            waiting[client] = nil
        } else {
            turns.append(client)
        }
        return element
    }

    /// Takes out everything.
    mutating func removeAll() -> [Element] {
        defer { (waiting, turns, count) = ([:], [], 0) }
        return turns.flatMap { waiting[$0] ?? [] }
    }
}
