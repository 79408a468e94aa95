import Time

/// The state of a large piece of work after one transaction.
package enum Slice<Value: Sendable> {
    /// Continues the work. The step runs on the writer's thread, in a transaction of its own, and
    /// may keep any state between calls: it never leaves that thread.
    package typealias Step = (EventProcessor, Instant, Turn) throws -> Slice<Value>

    /// The work is complete.
    case done(Value)
    /// There is more to do. The transaction of this slice is committed, messages are processed,
    /// then the step runs. It must do at least one piece of work each time, even if its turn is
    /// over already.
    case more(Step)

    /// A step that applies a body to each element, as many in one transaction as its turn allows,
    /// and then runs `then`.
    package static func each<Element>(
        of elements: ArraySlice<Element>,
        _ body: @escaping (Element, EventProcessor, Instant) throws -> Void,
        then end: @escaping (EventProcessor) throws -> Slice<Value>
    ) -> Step {
        { processor, now, turn in
            // By index: to take elements off a list copies each of them.
            for index in elements.indices {
                try body(elements[index], processor, now)
                let next = index + 1
                if turn.isOver, next < elements.endIndex {
                    return .more(each(of: elements[next...], body, then: end))
                }
            }
            return try end(processor)
        }
    }

    /// A step that runs a body until it returns false, as often in one transaction as its turn
    /// allows, and then runs `then`.
    package static func repeating(
        while body: @escaping (EventProcessor, Instant) throws -> Bool,
        then end: @escaping (EventProcessor) throws -> Slice<Value>
    ) -> Step {
        { processor, now, turn in
            while try body(processor, now) {
                if turn.isOver { return .more(repeating(while: body, then: end)) }
            }
            return try end(processor)
        }
    }
}

/// The end of a piece of work.
package struct Completion<Value: Sendable>: Sendable {
    /// The value after the last commit, or the error that ended the work.
    package let result: Result<Value, any Error>
    /// True if a slice before the last one is committed; it stays so if the work failed.
    package let hasCommitted: Bool
}
