import Foundation

extension ConformanceCase.Check {
    /// Whether the check holds for what came back.
    func holds(
        _ answers: RawAnswers, facts: ConformanceAttempt.Facts, ending: RawConnection.Ending
    ) -> Bool {
        let finals = answers.finals
        switch (name, argument) {
        case ("allow_with_405", _):
            return finals.allSatisfy { $0.status != 405 || !$0.values("allow").isEmpty }
        case ("body_lacks", .text(let text)):
            return !finals.contains { String(decoding: $0.body, as: UTF8.self).contains(text) }
        case ("no_header", .text(let field)):
            return finals.allSatisfy { $0.values(field).isEmpty }
        case ("no_html_echo", _):
            return finals.allSatisfy { answer in
                let isHTML = answer.values("content-type").contains { $0.contains("text/html") }
                return !isHTML || !String(decoding: answer.body, as: UTF8.self).contains("<script")
            }
        case ("header_has", .words(let words)) where words.count == 2:
            return finals.last?.values(words[0]).contains {
                $0.lowercased().contains(words[1].lowercased())
            } ?? false
        case ("interim", .text("forbidden")):
            return answers.interims.isEmpty
        case ("prompt_before_body", _):
            return facts.cameBeforeBody
        case ("flood_cut", _):
            return facts.floodWasCut
        case ("drip_cut", _):
            return true
        case ("date", _):
            return finals.allSatisfy(Self.hasGoodDate)
        case ("framed", _):
            return finals.allSatisfy(\.isFramed)
        case ("framed_or_closed", _):
            return finals.allSatisfy { $0.isFramed || ending != .open }
        case ("content_type_if_body", _):
            return finals.allSatisfy { $0.body.isEmpty || !$0.values("content-type").isEmpty }
        case ("version", .text(let version)):
            return finals.allSatisfy { $0.version == version }
        case ("no_te", _):
            return finals.allSatisfy { $0.values("transfer-encoding").isEmpty }
        case ("keepalive_said_if_open", _):
            return ending != .open
                || finals.allSatisfy { answer in
                    answer.values("connection").contains { $0.lowercased() == "keep-alive" }
                }
        case ("no_leftover", _):
            return !answers.hasRest && !answers.isBroken
        case ("bare_204", _):
            return finals.allSatisfy { $0.status != 204 || $0.values("content-length").isEmpty }
        case ("no_reset", _):
            return ending != .reset
        case ("first_within_ms", .number(let milliseconds)):
            return facts.firstAfter.map { $0 <= .milliseconds(milliseconds) } ?? false
        default:
            // A check nobody knows is not one that holds.
            return false
        }
    }

    /// One Date, IMF-fixdate, within ten seconds of now.
    private static func hasGoodDate(_ answer: RawAnswers.Answer) -> Bool {
        let dates = answer.values("date")
        guard dates.count == 1 else { return false }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = format.date(from: dates[0]), format.string(from: date) == dates[0] else {
            return false
        }
        return abs(date.timeIntervalSinceNow) <= 10
    }
}
