import Database
import Declarations
import HTTP
import Ledger
import Mapping
import Programmes
import Referrals
import Storage
import Time

extension Problem {
    static var builtInSource: Problem {
        Problem(
            .notFound, "not_found", "No such source",
            detail:
                "The source api is built in: the API's own events come from it. It accepts no"
                + " messages, and cannot be changed or deleted.")
    }
}

// Sign-ups through the API as qualifying events of the built-in source.
extension API {
    /// Processes the sign-up of a referred person whom a request has just enrolled, if the campaign
    /// rewards sign-ups. People who are imported, applied or changed have not signed up.
    func processSignUp(
        of enrolment: Application.Enrolment, _ declaration: ParticipantDeclaration, _ call: Call,
        _ processor: EventProcessor, _ now: Instant
    ) throws {
        let campaign = ID<Campaign>(declaration.campaign, of: call.account)
        let rules = campaign.flatMap { processor.declarations.campaigns[$0]?.version.rules }
        guard enrolment.change == .added, enrolment.referrer != nil,
            rules?.goalType == EventProcessor.signUpGoal
        else { return }
        let source = try builtInSource(of: call.account, processor, now)
        let person = try participant(enrolment.id.number, of: call.account, processor.store)
        try processor.processSignUp(
            of: person, customer: declaration.customer, from: source, now: now)
    }

    /// Returns the built-in source of the account. Makes it at first use, and updates one that a
    /// former release made.
    func builtInSource(
        of account: ID<Account>, _ processor: EventProcessor, _ now: Instant
    ) throws -> SourceSettings {
        let declaration = SourceDeclaration.builtIn
        if let known = processor.declarations.builtInSource(of: account),
            known.mapping.text == declaration.mapping
        {
            return known
        }
        try processor.store.catalog.putBuiltInSource(
            of: account,
            document: String(decoding: declaration.canonicalJSON, as: UTF8.self), at: now)
        try publish(processor)
        guard let source = processor.declarations.builtInSource(of: account) else {
            throw StorageError.contradiction("the built-in source cannot be read")
        }
        return source
    }
}
