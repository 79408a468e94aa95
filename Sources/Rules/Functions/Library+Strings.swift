/// The strings extension, first half: functions on whole strings.
extension Library {
    static let strings: [Function] = [
        Function(
            "lowerAscii", [.method([.string], .string)], cost: .scan([0]), size: .same(0),
            one: { text, context throws(EvaluationError) in
                try mapBytes("lowerAscii", text, &context) {
                    $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0
                }
            }),
        Function(
            "upperAscii", [.method([.string], .string)], cost: .scan([0]), size: .same(0),
            one: { text, context throws(EvaluationError) in
                try mapBytes("upperAscii", text, &context) {
                    $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0
                }
            }),
        Function(
            "trim", [.method([.string], .string)], cost: .scan([0]), size: .same(0), one: trim),
        Function(
            "reverse", [.method([.string], .string)], cost: .scan([0]), size: .same(0),
            one: reverse),
        Function(
            "replace",
            [
                .method([.string, .string, .string], .string),
                .method([.string, .string, .string, .int], .string),
            ], cost: .search,
            three: { text, part, other, context throws(EvaluationError) in
                try replace(text, part, other, limit: -1, &context)
            },
            many: { arguments, context throws(EvaluationError) in
                guard arguments.count == 4, case .int(let limit) = arguments[3] else {
                    throw .noOverload("replace", arguments)
                }
                return try replace(
                    arguments[0], arguments[1], arguments[2], limit: limit, &context)
            }),
        Function(
            "split",
            [
                .method([.string, .string], .list(.string)),
                .method([.string, .string, .int], .list(.string)),
            ], cost: .search, size: .same(0),
            two: { text, separator, context throws(EvaluationError) in
                try split(text, separator, limit: -1, &context)
            },
            three: { text, separator, limit, context throws(EvaluationError) in
                guard case .int(let limit) = limit else {
                    throw .noOverload("split", text, separator, limit)
                }
                return try split(text, separator, limit: limit, &context)
            }),
        Function(
            "join",
            [
                .method([.list(.string)], .string), .method([.list(.string), .string], .string),
            ], cost: .elements,
            one: { list, context throws(EvaluationError) in
                try join(list, .string(""), &context)
            }, two: join),
    ]

    private static func mapBytes(
        _ name: String, _ value: Value, _ context: inout Context,
        _ change: (UInt8) -> UInt8
    ) throws(EvaluationError) -> Value {
        guard let text = value.asString else { throw .noOverload(name, value) }
        if text.utf8.allSatisfy({ change($0) == $0 }) { return value }
        try context.build(text.utf8.count)
        return .string(String(decoding: text.utf8.map(change), as: UTF8.self))
    }

    private static func trim(
        _ value: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let text = value.asString else { throw .noOverload("trim", value) }
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        if scalars.startIndex == text.startIndex, scalars.endIndex == text.endIndex { return value }
        let trimmed = String(Substring(scalars))
        try context.build(trimmed.utf8.count)
        return .string(trimmed)
    }

    private static func reverse(
        _ value: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let text = value.asString else { throw .noOverload("reverse", value) }
        try context.build(text.utf8.count)
        let bytes = Array(text.utf8)
        var reversed: [UInt8] = []
        reversed.reserveCapacity(bytes.count)
        var end = bytes.count
        while end > 0 {
            var start = end - 1
            while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
            reversed.append(contentsOf: bytes[start..<end])
            end = start
        }
        return .string(String(decoding: reversed, as: UTF8.self))
    }

    /// Replaces at most `limit` places; all if it is below zero.
    private static func replace(
        _ text: Value, _ part: Value, _ other: Value, limit: Int64, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let whole = text.asString, let old = part.asString, let new = other.asString else {
            throw .noOverload("replace", text, part, other)
        }
        let points = CodePoints(whole)
        let wanted = Array(old.utf8)
        var builder = TextBuilder()
        var start = 0
        var left = limit < 0 ? Int64.max : limit
        // An empty part is found before every code point and at the end, as in Go.
        var search = 0
        while left > 0, let found = firstIndex(of: wanted.span, in: points.bytes.span, from: search)
        {
            try context.spend(CostModel.replacement)
            try builder.append(points.bytes[start..<found], &context)
            try builder.append(new, &context)
            start = found + wanted.count
            left -= 1
            guard start < points.bytes.count || !wanted.isEmpty else { break }
            search = start
            if wanted.isEmpty {
                search = points.offset(of: points.position(of: start) + 1)
            }
        }
        try builder.append(points.bytes[start...], &context)
        return builder.value
    }

    /// Splits into at most `limit` parts, the last of which has the rest; all if it is below zero,
    /// none if it is zero.
    private static func split(
        _ text: Value, _ separator: Value, limit: Int64, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let whole = text.asString, let cut = separator.asString else {
            throw .noOverload("split", text, separator)
        }
        if limit == 0 { return .list([]) }
        let points = CodePoints(whole)
        let wanted = Array(cut.utf8)
        var parts: [Value] = []
        func part(
            _ range: Range<Int>, _ context: inout Context
        ) throws(EvaluationError) -> Value {
            try context.build(Value.elementBytes + range.count)
            return .string(String(decoding: points.bytes[range], as: UTF8.self))
        }
        var start = 0
        while limit < 0 || parts.count + 1 < limit {
            var found: Int?
            if wanted.isEmpty {
                let next = points.position(of: start) + 1
                found = next < points.count ? points.offset(of: next) : nil
            } else {
                found = firstIndex(of: wanted.span, in: points.bytes.span, from: start)
            }
            guard let found else { break }
            parts.append(try part(start..<found, &context))
            start = found + wanted.count
        }
        if !(wanted.isEmpty && points.bytes.isEmpty) {
            parts.append(try part(start..<points.bytes.count, &context))
        }
        return .list(parts)
    }

    private static func join(
        _ list: Value, _ separator: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard list.isList, let between = separator.asString else {
            throw .noOverload("join", list, separator)
        }
        var builder = TextBuilder()
        var elements = list.elements
        var isFirst = true
        while let element = elements.next() {
            guard let text = element.asString else { throw .noOverload("join", list, separator) }
            if !isFirst { try builder.append(between, &context) }
            isFirst = false
            try builder.append(text, &context)
        }
        return builder.value
    }
}

extension Value {
    /// The number of bytes counted for an element of a list.
    static let elementBytes = 24
    /// The number of bytes counted for an entry of a map.
    static let entryBytes = 64
}
