import JSON
import Rules

/// The mutants of a workspace, with those that no scenario notices.
package struct MutationReport: Sendable {
    /// A mutant that no scenario notices.
    package struct Survivor: Sendable {
        /// The changed member of the workspace as a JSON pointer.
        package let pointer: String
        /// The kind of the change.
        package let operation: RuleMutant.Operation
        /// The changed part before the change.
        package let before: String
        /// The changed part after the change.
        package let after: String
        /// A scenario that notices the mutant; nil if none was found, so that the mutant may be
        /// equivalent.
        package let witness: Witness?
    }

    /// The number of scenarios that were played.
    package let scenarios: Int
    /// The number of mutants.
    package let mutants: Int
    /// The mutants that no scenario notices, in the order of the workspace.
    package let survivors: [Survivor]

    /// The mutants that a scenario would notice.
    package var surviving: [Survivor] { survivors.filter { $0.witness != nil } }
    /// The mutants for which no scenario was found.
    package var undecided: [Survivor] { survivors.filter { $0.witness == nil } }
    /// The number of mutants that a scenario notices.
    package var noticed: Int { mutants - survivors.count }
}

extension MutationReport.Survivor {
    /// The change on one line.
    package var words: String { "\(pointer): \(before) → \(after)" }
}

extension MutationReport: CustomStringConvertible {
    /// The numbers of mutants on one line.
    package var description: String {
        let last = undecided.isEmpty ? "" : ", \(undecided.count) that no found facts tell apart"
        return "\(mutants) mutants, \(scenarios) scenarios: \(noticed) noticed,"
            + " \(surviving.count) survive\(last)"
    }
}

extension MutationReport {
    /// Writes `"scenarios", "mutants", "noticed", "survived", "undecided", "survivors": [{"pointer",
    /// "operation", "before", "after", "scenario"}]` as members of the open object; `scenario` is
    /// null for an undecided mutant.
    package func write(_ given: FactScenario.Given, to json: inout Writer) {
        json.member("scenarios", scenarios)
        json.member("mutants", mutants)
        json.member("noticed", noticed)
        json.member("survived", surviving.count)
        json.member("undecided", undecided.count)
        json.list("survivors", survivors) { survivor, json in
            json.object { json in
                json.member("pointer", survivor.pointer)
                json.member("operation", survivor.operation.rawValue)
                json.member("before", survivor.before)
                json.member("after", survivor.after)
                json.key("scenario")
                if let witness = survivor.witness {
                    json.raw(witness.text(given).dropLast())
                } else {
                    json.null()
                }
            }
        }
    }
}
