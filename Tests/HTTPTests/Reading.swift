import HTTP

/// The result of reading bytes as requests: enough to compare two readings.
struct Reading: Equatable, CustomStringConvertible {
    struct Message: Equatable {
        var method: Method
        var path: String
        var query: String?
        var fields: [String]
        var body: [UInt8]
        var keepAlive: Bool
        var version: Version
    }

    var messages: [Message] = []
    var error: RequestError?
    /// In the middle of a request.
    var isPartial = false

    var description: String {
        let paths = messages.map { "\($0.method) \($0.path) body \($0.body.count)" }
        return "\(paths) \(error.map { "\($0)" } ?? "no error")\(isPartial ? " partial" : "")"
    }

    /// Reads pieces one after another, each as if it came alone; every head is accepted.
    init(_ pieces: [[UInt8]], limits: HeadLimits = HeadLimits(), maxBody: Int = 1 << 20) {
        var reader = RequestReader(limits: limits)
        for piece in pieces {
            var position = 0
            do throws(RequestError) {
                reading: while true {
                    switch try reader.read(piece.span, from: &position) {
                    case .needsMore: break reading
                    case .head: try reader.accept(maxBody: maxBody)
                    case .complete(let request): messages.append(Message(request))
                    case .skipped: preconditionFailure("nothing was skipped")
                    }
                }
            } catch {
                self.error = error
                return
            }
            precondition(position == piece.count, "a reader that wants more has used all")
        }
        isPartial = !reader.isIdle
    }

    init(_ text: String, limits: HeadLimits = HeadLimits(), maxBody: Int = 1 << 20) {
        self.init([latin1(text)], limits: limits, maxBody: maxBody)
    }
}

extension Reading.Message {
    init(_ request: Request) {
        method = request.method
        path = request.target.pathText
        query = request.target.query.map { String(decoding: $0, as: UTF8.self) }
        var fields: [String] = []
        request.fields.forEach { name, value in
            fields.append(
                String(decoding: name, as: UTF8.self) + "="
                    + String(decoding: value, as: UTF8.self))
        }
        self.fields = fields
        body = request.body
        keepAlive = request.keepAlive
        version = request.version
    }
}

/// Each character is one byte.
func latin1(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
}

/// A request with these field lines, ready to be read.
func request(
    _ line: String = "GET / HTTP/1.1", host: String? = "example.com", _ fields: String...,
    body: String = ""
) -> String {
    let lines = [line] + (host.map { ["Host: \($0)"] } ?? []) + fields
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}
