import TestSupport
import Testing
import Time

@testable import Inbound

/// A clock that is ahead for less time than passes between two looks.
@Suite struct ClockNoteTests {
    @Test func `what was dated while the clock was ahead is looked through once it is set back`()
        throws
    {
        let settlement = try Scratch().settlement
        let noon = Scratch.noon
        settlement.noteTime(noon)
        settlement.datesAreSuspect = false
        settlement.noteTime(noon + .seconds(86_400 * 4000))
        #expect(!settlement.datesAreSuspect)
        settlement.noteTime(noon + .seconds(1))
        #expect(settlement.datesAreSuspect)
        settlement.datesAreSuspect = false
        // An adjustment is no setback.
        settlement.noteTime(noon)
        #expect(!settlement.datesAreSuspect)
    }
}
