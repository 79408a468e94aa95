import Time

/// Accessors of timestamps, in UTC or a named zone, and of durations.
extension Library {
    static let times: [Function] = [
        accessor("getFullYear", { $0.year }),
        accessor("getMonth", { $0.month - 1 }),
        accessor("getDayOfYear", { $0.dayOfYear - 1 }),
        accessor("getDayOfMonth", { $0.day - 1 }),
        accessor("getDate", { $0.day }),
        accessor("getDayOfWeek", { $0.weekday }),
        accessor("getHours", { $0.hour }, ofDuration: { $0 / 3_600_000_000_000 }),
        accessor("getMinutes", { $0.minute }, ofDuration: { $0 / 60_000_000_000 }),
        accessor("getSeconds", { $0.second }, ofDuration: { $0 / 1_000_000_000 }),
        milliseconds,
    ]

    private static func accessor(
        _ name: String, _ part: @escaping @Sendable (CivilTime) -> Int,
        ofDuration: (@Sendable (Int64) -> Int64)? = nil
    ) -> Function {
        var overloads: [Overload] = [
            .method([.timestamp], .int), .method([.timestamp, .string], .int),
        ]
        if ofDuration != nil { overloads.append(.method([.duration], .int)) }
        return Function(
            name, overloads,
            one: { value, _ throws(EvaluationError) in
                if case .duration(let nanoseconds) = value, let ofDuration {
                    return .int(ofDuration(nanoseconds))
                }
                guard case .timestamp(let timestamp) = value else { throw .noOverload(name, value) }
                return .int(Int64(part(CivilTime(timestamp.instant))))
            },
            two: { value, zone, context throws(EvaluationError) in
                guard case .timestamp(let timestamp) = value, let zoneName = zone.asString else {
                    throw .noOverload(name, value, zone)
                }
                let offset = try offset(of: zoneName, at: timestamp, context.zones, name)
                let civil = CivilTime(timestamp.instant, secondsEastOfUTC: offset)
                return .int(Int64(part(civil)))
            })
    }

    /// The milliseconds part of both, as the specification defines it.
    private static let milliseconds = Function(
        "getMilliseconds",
        [
            .method([.timestamp], .int), .method([.timestamp, .string], .int),
            .method([.duration], .int),
        ],
        one: { value, _ throws(EvaluationError) in
            switch value {
            case .timestamp(let timestamp): .int(Int64(timestamp.nanoseconds / 1_000_000))
            case .duration(let nanoseconds): .int(nanoseconds / 1_000_000 % 1000)
            default: throw .noOverload("getMilliseconds", value)
            }
        },
        two: { value, zone, context throws(EvaluationError) in
            guard case .timestamp(let timestamp) = value, let name = zone.asString else {
                throw .noOverload("getMilliseconds", value, zone)
            }
            _ = try offset(of: name, at: timestamp, context.zones, "getMilliseconds")
            return .int(Int64(timestamp.nanoseconds / 1_000_000))
        })

    /// The seconds east of UTC of `UTC`, `+01:00`, `01:00` or a zone given by the host.
    private static func offset(
        of name: String, at timestamp: Timestamp, _ zones: [String: Zone], _ function: String
    ) throws(EvaluationError) -> Int {
        if let offset = offset(of: name, at: timestamp, zones) { return offset }
        throw EvaluationError(
            .invalidArgument(function: function, problem: "unknown time zone"))
    }

    /// The same; nil for an unknown name. A name is known at all times or at none.
    static func offset(
        of name: String, at timestamp: Timestamp?, _ zones: [String: Zone]
    ) -> Int? {
        if name == "UTC" { return 0 }
        if let zone = zones[name] { return Int(zone.offset(at: timestamp?.seconds ?? 0)) }
        let isSigned = name.hasPrefix("+") || name.hasPrefix("-")
        var reader = DigitReader(Array((isSigned ? name : "+" + name).utf8))
        if let offset = reader.offset(), reader.isAtEnd { return Int(offset) }
        return nil
    }
}
