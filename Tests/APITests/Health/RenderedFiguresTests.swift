import Sockets
import Testing

@testable import API

/// The text of `/metrics` is rendered once for all who ask in one turn of a loop.
@Suite struct RenderedFiguresTests {
    @Test func `those who ask in one turn share a text, and a later turn has its own`() {
        let figures = RenderedFigures()
        var count: UInt8 = 0
        func ask(at turn: Int64) -> [UInt8] {
            figures.text(at: MonotonicTime(nanoseconds: turn)) {
                count += 1
                return [count]
            }
        }
        #expect((0..<100).map { _ in ask(at: 1) }.allSatisfy { $0 == [1] })
        #expect(ask(at: 2) == [2])
        #expect(count == 2)
    }
}
