import JSON
import Reading

extension Members {
    /// Reads coupons listed in the text itself; nil if the text has none.
    package mutating func couponList() -> Coupons? {
        guard let member = member("coupons"), !member.isBase else { return nil }
        guard member.value.kind == .array else {
            note(
                .wrongType(found: JSONType(member.value.kind), expected: [.list, .text]),
                at: member)
            return nil
        }
        var seen = SeenKeys()
        var codes: [String] = []
        for value in member.value.elements {
            let element = Member(name: member.name, value: value, isBase: false)
            guard let code = text(of: element, atMost: Coupons.longestCode) else { continue }
            if let first = seen.insert(code, group: 0, place: value.range.lowerBound) {
                let line = Position(of: first.place, in: reading.document.bytes).line
                note(
                    .duplicate(
                        .coupon, code, first: Fault.Line(file: reading.file, number: line)),
                    at: element)
                continue
            }
            do {
                codes.append(try surroundedByNothing(code))
            } catch {
                note(error, at: element)
            }
        }
        return .listed(codes)
    }
}
