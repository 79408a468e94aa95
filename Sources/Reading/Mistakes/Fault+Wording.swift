import JSON
import Spelling
import Time

// The wording of every fault: the text found, the allowed values, and the correction.

extension Fault {
    /// A description of the text found. Never contains a secret.
    package var found: String {
        switch self {
        case .notJSON(let reason): "this is not JSON: \(reason.description)"
        case .notCSV(let fault): fault.found
        case .unreadable(let failure): failure.description
        case .unknown(let name, let part, _): "unknown \(part.rawValue) \(quoted(name))"
        case .missing(let part, let names):
            names.count == 1
                ? "\(part.rawValue) \(quoted(names[0])) is missing"
                : "none of the \(part.rawValue)s \(listed(names)) is present"
        case .wrongType(let found, _): "found \(found.rawValue)"
        case .notAmong(let text, _): "found \(quoted(text))"
        case .outOfRange(let number, _): "found \(number)"
        case .empty: "found an empty text"
        case .emptyList: "found an empty list"
        case .tooLong(let bytes, _): "found \(bytes) bytes"
        case .tooMany(let count, _): "found \(count)"
        case .controlCharacter: "found a control or invisible character"
        case .malformed(let form, let text): form.found(text)
        case .duplicate(let subject, let name, let first):
            "\(subject.rawValue) \(quoted(name)) is repeated"
                + (first.map { ", first in \($0.file):\($0.number)" } ?? "")
        case .dangling(let subject, let name): "\(subject.rawValue) \(quoted(name)) does not exist"
        case .notFixed(let name): "found a value other than \(quoted(name))"
        case .rule(let rule): rule.found
        case .signature(let found, _): found
        case .refusedAddress(let reason): reason
        case .expression(let message): "invalid expression: \(message)"
        case .doubt(let message): message
        }
    }

    /// The allowed values; empty if `found` already implies them.
    package var allowed: String {
        switch self {
        case .notJSON, .unreadable, .signature, .expression, .doubt: ""
        case .notCSV(let fault): fault.allowed
        case .unknown(_, _, let known): "known names are \(listed(known))"
        case .missing(_, let names): names.count == 1 ? "it is required" : "one of them is required"
        case .wrongType(_, let expected):
            "expected \(expected.map(\.rawValue).joined(separator: " or "))"
        case .notAmong(_, let choices): "allowed are \(listed(choices))"
        case .outOfRange(_, let range):
            "allowed are \(range.lowerBound) to \(range.upperBound)"
        case .empty: "the text must not be empty"
        case .emptyList: "the list must have at least one element"
        case .tooLong(_, let limit): "at most \(limit) are allowed"
        case .tooMany(_, let limit): "at most \(limit) are allowed"
        case .controlCharacter: "only printable characters are allowed"
        case .malformed(let form, _): form.allowed
        case .duplicate(let subject, _, _): "each \(subject.rawValue) must be unique"
        case .dangling(let subject, _):
            "a \(subject.rawValue) must be declared in the workspace or exist already"
        case .notFixed: "the value cannot be changed"
        case .rule(let rule): rule.allowed
        case .refusedAddress: "the address must be one that webhooks may call"
        }
    }

    /// A sentence that says how to correct the mistake.
    package var remedy: String {
        switch self {
        case .unknown(let name, _, let known):
            nearest(to: name, in: known).map { "Did you mean \(quoted($0))?" } ?? "Remove it."
        case .notAmong(let text, let choices):
            nearest(to: text, in: choices).map { "Did you mean \(quoted($0))?" }
                ?? "Choose one of them."
        case .notJSON: "Correct the text here; the text after it was not read."
        case .notCSV(let fault): fault.remedy
        case .unreadable: "Check the path and the permissions."
        case .missing(_, let names): "Add \(quoted(names[0]))."
        case .wrongType(.integer, let expected) where expected.first == .text,
            .wrongType(.number, let expected) where expected.first == .text:
            "Put it in quotes."
        case .wrongType(.text, let expected) where expected.first == .integer:
            "Write the number without quotes."
        case .wrongType(_, let expected):
            "Write \(expected.map(\.rawValue).joined(separator: " or "))."
        case .outOfRange: "Choose a number within these bounds."
        case .empty: "Write a text, or leave the member out."
        case .emptyList: "Add an element."
        case .tooLong: "Shorten it."
        case .tooMany: "Remove some."
        case .controlCharacter: "Remove it."
        case .malformed(.time, let text): timeRemedy(for: text)
        case .malformed(let form, _): form.remedy
        case .duplicate: "Keep one of them."
        case .dangling(let subject, _): "Declare the \(subject.rawValue), or correct the name."
        case .notFixed: "Leave it out."
        case .rule(let rule): rule.remedy
        case .signature(_, let remedy): remedy
        case .expression: "Correct the expression."
        case .doubt: "No change is required."
        case .refusedAddress: "Use another address, or give that option to `serve` and `apply`."
        }
    }
}

extension Form {
    fileprivate func found(_ text: String) -> String {
        switch self {
        case .webhookSecret: "the secret cannot be used as a key"
        case .surroundedBySpace: "found white space or an invisible character around the text"
        case .headerValue: "the value has a character that no header may hold, or is empty"
        case .time:
            UnixCount(text).map { "found \(text), \($0.unit) since 1970" }
                ?? "found \(quoted(text))"
        default: "found \(quoted(text))"
        }
    }

    fileprivate var allowed: String {
        switch self {
        case .time: "a time is written as in RFC 3339, such as 2026-11-21T07:00:00Z"
        case .duration:
            "a duration is a number of seconds, or a text such as \"90s\", \"24h\" or \"P7D\""
        case .currency: "a currency is one of the three-letter codes of ISO 4217, such as \"USD\""
        case .email: "an e-mail address looks like \"ada@example.com\""
        case .referralCode:
            "a referral code has 1 to 64 letters, digits, '.', '_' and '-', the first a letter or digit"
        case .percentage: "a percentage lies between 0 and 100 and has at most four decimals"
        case .sourceID:
            "a source id has 1 to 64 letters, digits, '.', '_' and '-', the first a letter or digit"
        case .randomSourceID:
            "with this scheme the id is the only secret: \"src_\" and 22 random letters and digits"
        case .headerName: "a header name has letters, digits and !#$%&'*+-.^_`|~"
        case .headerValue: "a header value has printable ASCII characters, spaces and tabs"
        case .url: "an absolute http or https URL in ASCII is needed"
        case .webhookSecret: "\"whsec_\" and the base64 of 24 to 64 bytes is needed"
        case .uid:
            "a UUID has 32 hexadecimal digits in five groups, such as"
                + " \"3f1c9d2e-8a4b-4c6d-9e7f-0a1b2c3d4e5f\""
        case .couponPattern: "a pattern has a '#' for each random character"
        case .surroundedBySpace: "the text must begin and end with a printable character"
        case .path: "a path looks like \"/api/v1/events\""
        }
    }

    fileprivate var remedy: String {
        switch self {
        case .time: "Write the date, T, the time and Z."
        case .duration: "Write a duration, such as 3600 or \"1h\"."
        case .currency: "Write a code from the list of ISO 4217."
        case .email: "Write an address with a name before the @ and a domain after it."
        case .referralCode: "Choose a code of these characters."
        case .percentage: "Write a number such as 12.5."
        case .sourceID: "Choose an id of these characters."
        case .randomSourceID:
            "Let the API create the source, or choose a scheme that signs."
        case .headerName: "Write the name alone, without colon or spaces."
        case .headerValue: "Remove line breaks and other characters."
        case .url: "Write the whole address, such as https://example.com/hook."
        case .webhookSecret: "Remove the secret to have one generated."
        case .uid: "Copy the id from the answer that showed it."
        case .couponPattern: "Write a pattern such as SPRING-######."
        case .surroundedBySpace: "Remove it."
        case .path: "Begin with a slash, and percent-encode all but printable ASCII."
        }
    }
}

extension Rule {
    fileprivate var found: String {
        switch self {
        case .endsBeforeStart: "the campaign ends before it starts"
        case .visitsUnreviewed: "the rewards for visits are not reviewed"
        case .valueMixed(let names): "the value combines \(listed(names))"
        case .valueUnfit(let kind, _): "a reward of kind \(quoted(kind)) cannot have this value"
        case .valueNeeded(let kind, _): "a reward of kind \(quoted(kind)) has no value"
        case .onlyForCoupons: "only rewards of kind \"coupon\" take coupons from a pool"
        case .budgetBelowValue(let budget, let value):
            "the budget of \(budget) is below one reward of \(value)"
        case .budgetLacks(let codes): "the budget has no amount in \(listed(codes))"
        case .amountsEmpty: "\"amounts\" lists no currency"
        case .amountRepeated(let code): "the currency \(quoted(code)) is repeated"
        case .amountsWithoutMoney: "found amounts by currency for a value that is not money"
        case .capRepeated(let per, let window):
            "the list has another cap per \(per) with the window \(quoted(window))"
        case .holdForOwnGoal(let goal): "\(quoted(goal)) is the campaign's own \"goal_type\""
        case .publicNeedsPaidPlan: "found \"public\" on the plan \"free\""
        case .campaignOfOther(let code): "\(quoted(code)) is a code of another campaign"
        case .refersToItself: "the participant is its own referrer"
        case .shiftsUnused: "the webhook does not subscribe to \"signup.position_changed\""
        case .headerReserved(let name): "the header \(quoted(name)) is set by refgate itself"
        case .schemeNeeded: "\"scheme\" and \"preset\" are both missing"
        case .mixed(let names): "found \(listed(names)) together"
        case .eventIDInPayload(let source):
            "the source \(quoted(source)) takes event ids from the payload"
        case .tamperingUnfit(let scheme): "the scheme \(quoted(scheme)) does not send this part"
        case .builtInSource: "the id \"api\" belongs to the built-in source"
        }
    }

    fileprivate var allowed: String {
        switch self {
        case .endsBeforeStart: "\"ends_at\" must be later than \"starts_at\""
        case .visitsUnreviewed: "\"always\" is allowed with the goal visit"
        case .valueMixed:
            "one of \"amount\" with \"currency\", \"amounts\", \"percent\" with \"max\", \"points\", \"text\""
        case .valueUnfit(_, let names), .valueNeeded(_, let names): "allowed are \(listed(names))"
        case .onlyForCoupons: "\"on_empty_pool\" is allowed in coupon rewards only"
        case .budgetBelowValue: "a budget must cover at least one reward"
        case .budgetLacks: "a budget by currency needs each currency of the value"
        case .amountsEmpty: "at least one currency with its amount is needed"
        case .amountRepeated: "each currency may be listed once"
        case .amountsWithoutMoney: "a budget for points, texts and coupons is a number"
        case .capRepeated: "the caps of a list differ in \"per\" or \"window\""
        case .holdForOwnGoal: "a reward can wait for another goal only"
        case .publicNeedsPaidPlan: "publishing needs the plan \"paid\""
        case .campaignOfOther: "a referrer must be in the same campaign"
        case .refersToItself: "a referrer must be another participant"
        case .shiftsUnused: "\"shifts\" applies to notifications of that type only"
        case .headerReserved: "other names are allowed"
        case .schemeNeeded: "one of them must define how deliveries are verified"
        case .mixed: "only one of them is allowed"
        case .eventIDInPayload: "only an id in a header, or as \"id\" of an object, can be set"
        case .tamperingUnfit: "only a part that is sent can be changed"
        case .builtInSource: "that source is reserved for events sent to the API"
        }
    }

    fileprivate var remedy: String {
        switch self {
        case .endsBeforeStart: "Swap the two times, or correct the year."
        case .visitsUnreviewed:
            "Anyone can visit a link, so a person looks at the rewards; leave \"review\" out."
        case .valueMixed: "Keep one of them."
        case .valueUnfit(_, let names), .valueNeeded(_, let names):
            "Add \(names.map(quoted).joined(separator: " or "))."
        case .onlyForCoupons: "Remove it, or make the reward a coupon."
        case .budgetBelowValue: "Raise the budget."
        case .budgetLacks(let codes):
            "Add \(codes.map(quoted).joined(separator: " and ")) to the budget."
        case .amountsEmpty: "Write the amounts, such as {\"EUR\": 1000}."
        case .amountRepeated, .capRepeated: "Keep one of them."
        case .amountsWithoutMoney: "Write a number."
        case .holdForOwnGoal: "Choose the goal that releases the reward, or use \"hold_days\"."
        case .publicNeedsPaidPlan: "Set \"plan\" to \"paid\", or \"publish\" to \"private\"."
        case .campaignOfOther, .refersToItself: "Correct the code."
        case .shiftsUnused: "Add the event, or remove \"shifts\"."
        case .headerReserved: "Choose another name."
        case .schemeNeeded: "Add \"scheme\"."
        case .mixed: "Split the step in two, or keep one of them."
        case .eventIDInPayload: "Write the id into the payload."
        case .tamperingUnfit: "Choose another way of tampering, or another source."
        case .builtInSource: "Choose another id."
        }
    }
}

/// Returns the correction for a time that was written as a number.
private func timeRemedy(for text: String) -> String {
    UnixCount(text).map { "Write \(quoted($0.instant.rfc3339))." } ?? Form.time.remedy
}

/// Returns the text in quotation marks, shortened if it is long, with control characters replaced.
package func quoted(_ text: String) -> String {
    var shown = ""
    var count = 0
    for scalar in text.unicodeScalars {
        guard count < 60 else {
            shown += "…"
            break
        }
        shown.unicodeScalars.append(
            scalar.value < 0x20 || scalar.value == 0x7F || (0x80...0x9F).contains(scalar.value)
                ? "\u{FFFD}" : scalar)
        count += 1
    }
    return "\"\(shown)\""
}

/// Returns the names in quotation marks, separated by commas.
package func listed(_ names: [String]) -> String {
    names.map(quoted).joined(separator: ", ")
}
