import Database
import Sockets

/// The messages that wait for the writer, and the answers of incomplete lists.
///
/// Each item of a list is a message of its own: it is processed, and fails, by itself. A long list
/// takes many turns, in which it shares the writer with other lists and with single messages.
struct PostLine {
    /// A list that is being processed.
    final class List {
        let post: Post
        fileprivate let arrivedAt: MonotonicTime
        fileprivate var taken = 0
        fileprivate var settled = 0
        fileprivate var answers: [Answer] = []
        fileprivate var failure: StorageError?
        fileprivate var isAnswered = false

        fileprivate init(_ post: Post, arrivedAt: MonotonicTime) {
            self.post = post
            self.arrivedAt = arrivedAt
            answers.reserveCapacity(post.messages.count)
        }
    }

    /// One message.
    struct Item {
        let post: Post
        fileprivate let list: List?
        fileprivate let index: Int

        var message: Incoming { post.messages[index] }
    }

    private struct Single {
        let post: Post
        let arrivedAt: MonotonicTime
    }

    private var singles: [Single] = []
    private var first = 0
    private var lists: [List] = []
    /// The index of the list whose turn it is.
    private var current = 0
    private var answered: [PostResult] = []
    private var listItems = 0
    private var listsComeFirst = false

    /// The number of items of lists that may come before single messages, in every other
    /// transaction.
    private static let share = 16

    var isEmpty: Bool { first == singles.count && lists.isEmpty && answered.isEmpty }

    mutating func add(_ post: Post, arrivedAt: MonotonicTime) {
        switch post.messages.count {
        case 0: answered.append(PostResult(post: post, result: .success([])))
        case 1: singles.append(Single(post: post, arrivedAt: arrivedAt))
        default: lists.append(List(post, arrivedAt: arrivedAt))
        }
    }

    /// Must be called at the start of each transaction.
    mutating func startTransaction() {
        listItems = 0
        listsComeFirst.toggle()
    }

    /// Takes the next message. Single messages come before lists, whose items would delay them; in
    /// every other transaction some items come first, because a stream of single messages would
    /// delay the lists for ever.
    mutating func next() -> Item? {
        let hasShare = listsComeFirst && listItems < Self.share
        if !lists.isEmpty, hasShare || first == singles.count {
            return nextOfLists()
        }
        guard first < singles.count else { return nil }
        defer {
            first += 1
            if first == singles.count {
                singles.removeAll(keepingCapacity: true)
                first = 0
            }
        }
        return Item(post: singles[first].post, list: nil, index: 0)
    }

    private mutating func nextOfLists() -> Item {
        listItems += 1
        let list = lists[current]
        let index = list.taken
        list.taken += 1
        if list.taken == list.post.messages.count {
            lists.remove(at: current)
        } else if list.taken % Self.share == 0 {
            current += 1
        }
        if current >= lists.count { current = 0 }
        return Item(post: list.post, list: list, index: index)
    }

    /// Notes the result of a message, after its commit. The messages of a list are noted in their
    /// order.
    mutating func note(_ result: Result<Answer, StorageError>, of item: Item) {
        guard let list = item.list else {
            answered.append(PostResult(post: item.post, result: result.map { [$0] }))
            return
        }
        guard !list.isAnswered else { return }
        list.settled += 1
        var isOutage = false
        switch result {
        case .success(let answer): list.answers.append(answer)
        case .failure(let error):
            list.failure = list.failure ?? error
            isOutage = error.isOutage
        }
        // Without a database to write to, each group of the rest would wait for one again.
        if isOutage { lists.removeAll { $0 === list } }
        guard isOutage || list.settled == list.post.messages.count else { return }
        list.isAnswered = true
        if current >= lists.count { current = 0 }
        answered.append(
            PostResult(
                post: list.post,
                result: list.failure.map { .failure($0) } ?? .success(list.answers),
                recorded: list.answers.count))
    }

    /// Refuses, between two transactions, the requests that arrived by `limit`.
    ///
    /// - Parameter isListOverdue: True if lists that are recorded in part are refused, too. These
    ///   did not wait all the time since they arrived.
    mutating func refuse(
        arrivedBy limit: MonotonicTime, isListOverdue: Bool, with error: StorageError
    ) {
        while first < singles.count, singles[first].arrivedAt <= limit {
            answered.append(PostResult(post: singles[first].post, result: .failure(error)))
            first += 1
        }
        if first == singles.count {
            singles.removeAll(keepingCapacity: true)
            first = 0
        }
        lists.removeAll { list in
            guard list.taken > 0 ? isListOverdue : list.arrivedAt <= limit else { return false }
            list.isAnswered = true
            answered.append(
                PostResult(
                    post: list.post, result: .failure(error), recorded: list.answers.count))
            return true
        }
        if current >= lists.count { current = 0 }
    }

    /// Takes out the requests whose last message was noted.
    mutating func takeAnswered() -> [PostResult] {
        defer { answered.removeAll(keepingCapacity: true) }
        return answered
    }
}
