import Declarations
import Reading
import Workspace

/// What a file of participants costs: its records alone, checked as a whole, and handed out.
/// `Benchmarks workspace [rows]`.
enum WorkspaceBenchmark {
    static func run(_ arguments: [String]) throws {
        let rows = arguments.first.flatMap { Int($0) } ?? 1_000_000
        let file = participants(rows)
        let folder = Folder { _ throws(FileFailure) in Memory(file) }
        print("\(rows) rows, \(file.count >> 20) MiB")

        try measure("records") {
            var records = CSVRecords(Memory(file))
            var count = 0
            while case .success(true) = try records.next() { count += records.fields.count }
            precondition(count == (rows + 1) * 6, "each row has six fields")
        }
        let text = Array(
            #"{"campaigns": [{"id": 1, "name": "A", "goal_type": "x"}], "participants": "p.csv"}"#
                .utf8)
        var workspace = WorkspaceFile()
        try measure("checked") {
            workspace = try WorkspaceFile.read(text, folder: folder)
        }
        try measure("handed out") {
            var count = 0
            try workspace.participants.forEach(in: folder) { participant, _ in
                count += participant.email == nil ? 0 : 1
            }
            precondition(count == rows, "each row has an address")
        }
    }

    private static func measure(_ name: String, _ body: () throws -> Void) throws {
        let time = try ContinuousClock().measure(body)
        print("  \(name): \(time)")
    }

    /// Half of them referrers, half of them leads of these.
    private static func participants(_ rows: Int) -> [UInt8] {
        var bytes = Array(
            "campaign,email,first_name,referral_code,referred_by,source\r\n".utf8)
        for index in 0..<rows {
            let number = index % (rows / 2)
            let row =
                index == number
                ? "1,r\(number)@example.com,Ref,REF\(number),,api\r\n"
                : "1,l\(number)@example.com,Lead,LEAD\(number),REF\(number),api\r\n"
            bytes.append(contentsOf: row.utf8)
        }
        return bytes
    }
}

private final class Memory: ByteSource {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func read(into bytes: inout [UInt8], atMost most: Int) -> Int {
        let piece = rest.prefix(most)
        bytes.append(contentsOf: piece)
        rest = rest.dropFirst(piece.count)
        return piece.count
    }
}
