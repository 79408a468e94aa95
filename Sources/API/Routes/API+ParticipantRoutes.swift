import Declarations
import HTTP
import Ledger
import Referrals

extension API {
    static let participantRoutes: [Route] = [
        .list(
            "participants", "listParticipants", "List the participants",
            filteredBy: participantFilters, of: participantSchema, by: API.participants),
        .post(
            "participants", "enrolParticipant", "Create a participant, or change an existing one",
            taking: .json(ParticipantDeclaration.schema(for: .creation)),
            answering: .created(participantSchema, at: "participants/#"), .ok(participantSchema),
            by: API.enrolParticipant),
        .change(
            .post, "participants/import", "importParticipants",
            "Import participants, all rows or none", query: [.onError],
            taking: .csv("The columns of a participant in a workspace file."),
            answering: .ok(importSchema), inSlicesBy: API.importParticipants),
        .get(
            "participants/export", "exportParticipants", "Export participants, 10,000 rows a page",
            query: [campaignFilter, .cursor],
            answering: .text(
                "text/csv",
                fields: [.nextPage]),
            by: API.exportParticipants),
        .get(
            "participants/#", "showParticipant", "Show a participant",
            answering: .ok(participantSchema), by: API.participant),
        .change(
            .patch, "participants/#", "changeParticipant", "Change members of a participant",
            taking: .json(ParticipantDeclaration.schema(for: .change)),
            answering: .ok(participantSchema), by: API.changeParticipant),
        .change(
            .put, "participants/#", "replaceParticipant", "Replace a participant",
            taking: .json(ParticipantDeclaration.schema(for: .replacement)),
            answering: .ok(participantSchema), by: API.changeParticipant),
        .delete(
            "participants/#", "deleteParticipant",
            "Delete a person; code, amounts and ledger stay", by: API.deleteParticipant),
        .post(
            "participants/#/qualify", "qualifyParticipant",
            "Qualify a participant by hand, as if an event had come",
            taking: .json(QualifyRequest.schema),
            answering: .ok(Answer.Recorded.schema(isAlone: true)), by: API.qualifyParticipant
        ).needing(.operate),
    ]

    static let campaignFilter = QueryParameter.number("campaign", "The number of the campaign.")
}
