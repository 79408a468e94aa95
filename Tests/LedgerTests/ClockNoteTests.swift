import TestSupport
import Testing
import Time

@testable import Ledger

/// A clock that is ahead for less time than passes between two looks.
@Suite struct ClockNoteTests {
    @Test func `what was dated while the clock was ahead is looked through once it is set back`()
        throws
    {
        let processor = try Scratch().processor
        let noon = Scratch.noon
        processor.noteTime(noon)
        processor.datesAreSuspect = false
        processor.noteTime(noon + .seconds(86_400 * 4000))
        #expect(!processor.datesAreSuspect)
        processor.noteTime(noon + .seconds(1))
        #expect(processor.datesAreSuspect)
        processor.datesAreSuspect = false
        // An adjustment is no setback.
        processor.noteTime(noon)
        #expect(!processor.datesAreSuspect)
    }
}
