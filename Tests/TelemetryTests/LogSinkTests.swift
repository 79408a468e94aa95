import Glibc
import Testing

@testable import Telemetry

/// A pipe whose reading end never blocks.
private struct Pipe {
    let reading: CInt
    let writing: CInt

    init() throws {
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
        try #require(fcntl(reading, F_SETFL, O_NONBLOCK) == 0)
    }

    func readAll() -> [UInt8] {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(reading, &chunk, chunk.count)
            guard count > 0 else { return all }
            all += chunk[..<count]
        }
    }

    func close() {
        _ = Glibc.close(reading)
        _ = Glibc.close(writing)
    }
}

@Suite struct LogSinkTests {
    @Test func `a line arrives whole`() throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        let sink = LogSink.descriptor(pipe.writing)
        let line = Array(repeating: UInt8(ascii: "x"), count: 10_000) + [0x0A]
        #expect(sink.write(line))
        #expect(sink.write([0x79, 0x0A]))
        #expect(pipe.readAll() == line + [0x79, 0x0A])
    }

    @Test func `when nobody reads, lines are dropped until somebody does`() throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        let sink = LogSink.descriptor(pipe.writing, patienceMilliseconds: 1)
        let line = Array("twelve bytes\n".utf8)
        var taken = 0
        while sink.write(line) { taken += 1 }
        #expect(taken > 1000)
        #expect(!sink.write(line))
        let arrived = pipe.readAll()
        #expect(arrived.starts(with: line))
        #expect(arrived.count / line.count == taken)
        #expect(sink.write(line))
        #expect(pipe.readAll() == line)
    }

    @Test func `a line after one that was cut starts on a line of its own`() throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        let sink = LogSink.descriptor(pipe.writing, patienceMilliseconds: 1)
        #expect(!sink.write(Array(repeating: UInt8(ascii: "x"), count: 1 << 20)))
        #expect(!sink.write(Array("lost\n".utf8)))
        let cut = pipe.readAll()
        #expect(cut.count > 0 && cut.allSatisfy { $0 == UInt8(ascii: "x") })
        #expect(sink.write(Array("next\n".utf8)))
        #expect(sink.write(Array("last\n".utf8)))
        #expect(pipe.readAll() == Array("\nnext\nlast\n".utf8))
    }

    @Test func `a reader that is gone loses lines and stops nobody`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            let pipe = try Pipe()
            close(pipe.reading)
            exit(
                LogSink.descriptor(pipe.writing).write(Array("x\n".utf8))
                    ? EXIT_FAILURE : EXIT_SUCCESS)
        }
    }

    @Test func `a descriptor that is not open takes nothing`() {
        #expect(!LogSink.descriptor(-1, patienceMilliseconds: 0).write(Array("x\n".utf8)))
    }
}
