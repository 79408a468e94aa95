import Foundation

/// What a server sent, cut into answers. Written apart from the server's own parser, so that the two
/// do not share a mistake.
package struct RawAnswers {
    package struct Answer {
        package var version: String
        package var status: Int
        package var fields: [(name: String, value: String)]
        package var body: [UInt8]
        var isFramed: Bool

        package func values(_ name: String) -> [String] {
            fields.filter { $0.name == name }.map(\.value)
        }
    }

    package var finals: [Answer] = []
    package var interims: [Answer] = []
    /// The bytes are no HTTP/1.x answer, or one is cut short by the end.
    var isBroken = false
    /// Bytes of an answer that is not complete yet.
    var hasRest = false

    init(_ bytes: [UInt8], hasEnded: Bool, methods: [String]) {
        var position = 0
        while position < bytes.count {
            let method = finals.count < methods.count ? methods[finals.count] : "GET"
            switch Self.next(bytes, at: position, hasEnded: hasEnded, isHead: method == "HEAD") {
            case .answer(let answer, let end):
                position = end
                if answer.status < 200 { interims.append(answer) } else { finals.append(answer) }
            case .incomplete:
                hasRest = true
                isBroken = hasEnded
                return
            case .broken:
                isBroken = true
                return
            }
        }
    }

    private enum Next {
        case answer(Answer, end: Int)
        case incomplete
        case broken
    }

    private static func next(
        _ bytes: [UInt8], at start: Int, hasEnded: Bool, isHead: Bool
    ) -> Next {
        guard let headEnd = find([13, 10, 13, 10], in: bytes, from: start) else {
            let prefix = Array("HTTP/1.".utf8)
            let begin = bytes[start..<min(start + prefix.count, bytes.count)]
            return prefix.starts(with: begin) ? .incomplete : .broken
        }
        let head = String(decoding: bytes[start..<headEnd], as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard
            words.count == 3, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0",
            words[1].count == 3, let status = Int(words[1]), status >= 100
        else { return .broken }
        var answer = Answer(
            version: String(words[0]), status: status, fields: [], body: [], isFramed: true)
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return .broken }
            answer.fields.append(
                (
                    line[..<colon].lowercased(),
                    line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                ))
        }
        let bodyStart = headEnd + 4
        if isHead || status < 200 || status == 204 || status == 304 {
            return .answer(answer, end: bodyStart)
        }
        if answer.values("transfer-encoding").contains(where: { $0.lowercased() == "chunked" }) {
            return chunked(bytes, at: bodyStart, answer)
        }
        if let text = answer.values("content-length").first {
            guard let length = Int(text), length >= 0 else { return .broken }
            guard bodyStart + length <= bytes.count else { return .incomplete }
            answer.body = Array(bytes[bodyStart..<bodyStart + length])
            return .answer(answer, end: bodyStart + length)
        }
        guard hasEnded else { return .incomplete }
        answer.isFramed = false
        answer.body = Array(bytes[bodyStart...])
        return .answer(answer, end: bytes.count)
    }

    private static func chunked(_ bytes: [UInt8], at start: Int, _ answer: Answer) -> Next {
        var answer = answer
        var position = start
        while true {
            guard let lineEnd = find([13, 10], in: bytes, from: position) else {
                return .incomplete
            }
            let line = String(decoding: bytes[position..<lineEnd], as: UTF8.self)
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else { return .broken }
            position = lineEnd + 2
            if size == 0 { break }
            guard position + size + 2 <= bytes.count else { return .incomplete }
            answer.body += bytes[position..<position + size]
            position += size + 2
        }
        guard let end = find([13, 10], in: bytes, from: position) else { return .incomplete }
        return .answer(answer, end: end + 2)
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count - start >= needle.count else { return nil }
        for position in start...bytes.count - needle.count
        where bytes[position] == needle[0] {
            if bytes[position..<position + needle.count].elementsEqual(needle) { return position }
        }
        return nil
    }
}
