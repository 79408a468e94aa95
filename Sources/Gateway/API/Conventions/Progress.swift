import HTTP
import Inbound
import Time

/// How far a change has come after one transaction (see `Slice`).
enum Progress {
    /// Continues the change on the writer's thread, in a transaction of its own.
    typealias Step = (Settlement, Instant, Turn) throws(Problem) -> Progress

    case done(Response)
    case more(Step)

    /// Does something with each element, with as many in one transaction as its turn allows, then what follows.
    static func each<Element>(
        of elements: ArraySlice<Element>,
        _ body: @escaping (Element, Settlement, Instant) throws(Problem) -> Void,
        then end: @escaping (Settlement) throws(Problem) -> Progress
    ) -> Step {
        { settlement, now, turn throws(Problem) in
            var rest = elements
            while let element = rest.popFirst() {
                try body(element, settlement, now)
                if turn.isOver, !rest.isEmpty { return .more(each(of: rest, body, then: end)) }
            }
            return try end(settlement)
        }
    }
}
