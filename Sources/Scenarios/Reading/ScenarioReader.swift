import JSON
import Reading
import Referrals
import Time
import Workspace

/// Reads a scenario from its root down, and tracks the declarations of its steps.
struct ScenarioReader {
    let reading: DocumentReading
    let folder: Folder
    /// Declarations that replace those of `given`; nil to read them.
    private let replacement: WorkspaceFile?
    /// The declarations before the step that is being read.
    private(set) var declared = Declared()
    /// The mistakes in the files that the scenario names.
    private var elsewhere: [Mistakes] = []

    static let mostSteps = 10_000
    static let mostDeliveries = 10_000

    init(_ reading: DocumentReading, _ folder: Folder, replacement: WorkspaceFile? = nil) {
        self.reading = reading
        self.folder = folder
        self.replacement = replacement
    }

    /// The mistakes of the scenario, then those of each file it names.
    var mistakes: Mistakes {
        let all = [reading.mistakes()] + elsewhere
        return Mistakes(
            Array(all.map(\.list).joined()), omitted: all.reduce(0) { $0 + $1.omitted })
    }

    mutating func read(_ root: Value) -> Scenario {
        var members = Members(root, in: reading)
        members.passOver([WorkspaceFile.schemaMember])
        let name = members.text("name", required: true) ?? ""
        let (given, givenFolder) = readGiven(&members)
        let clock = members.instant("clock") ?? Scenario.usualClock
        let list = members.list("steps", atMost: Self.mostSteps)
        if list == nil, !members.says("steps") { members.noteMissing("steps") }
        if let list, list.isEmpty { members.note(.emptyList, at: "steps") }
        var steps: [Scenario.Step] = []
        for (index, entry) in (list ?? []).enumerated() {
            guard let action = readStep(entry.value) else { continue }
            steps.append(
                Scenario.Step(
                    number: index + 1, line: entry.value.position.line, action: action))
        }
        members.end()
        return Scenario(
            name: name, given: given, folder: givenFolder, clock: clock, steps: steps)
    }

    // MARK: What is declared

    private mutating func readGiven(_ members: inout Members) -> (WorkspaceFile, Folder) {
        guard let member = members.member("given") else {
            members.noteMissing("given")
            return (WorkspaceFile(), .none)
        }
        guard member.value.kind == .string else {
            if let replacement { return (taking(replacement), folder) }
            return (readWorkspace(member.value, over: .nothing), folder)
        }
        guard let path = members.text(of: member, atMost: 4096) else {
            return (WorkspaceFile(), .none)
        }
        let below = folder.below(path)
        if let replacement { return (taking(replacement), below) }
        do throws(FileFailure) {
            let bytes = try folder.open(path).readAll(path, atMost: WorkspaceFile.longest)
            do throws(Mistakes) {
                let file = try WorkspaceFile.read(bytes, file: path, folder: below)
                declared.take(file)
                return (file, below)
            } catch {
                elsewhere.append(error)
            }
        } catch {
            members.note(.unreadable(error), at: member)
        }
        return (WorkspaceFile(), .none)
    }

    private mutating func taking(_ file: WorkspaceFile) -> WorkspaceFile {
        declared.take(file)
        return file
    }

    /// Reads a workspace that is part of the scenario itself.
    private mutating func readWorkspace(_ value: Value, over known: Known) -> WorkspaceFile {
        var reader = WorkspaceReader(reading, folder, known)
        let file = reader.read(value)
        elsewhere += reader.elsewhere
        declared.take(file)
        return file
    }

    // MARK: Steps

    private static let actions = ["post", "advance", "call", "apply", "expect_deliveries"]

    private mutating func readStep(_ value: Value) -> Scenario.Action? {
        var members = Members(value, in: reading)
        guard members.object != nil else { return nil }
        let said = Self.actions.filter { members.says($0) }
        if said.count != 1 {
            if said.isEmpty {
                members.note(.missing(.member, anyOf: Self.actions), at: "post")
            } else {
                members.note(.rule(.mixed(said)), at: said[1])
            }
        }
        let action = readAction(said.first ?? "", &members)
        for name in Self.actions { _ = members.member(name) }
        members.end()
        return action
    }

    private mutating func readAction(
        _ name: String, _ members: inout Members
    ) -> Scenario.Action? {
        switch name {
        case "post":
            let expectation = readExpectation(&members, of: .delivery)
            guard var inner = members.members(name) else { return nil }
            defer { inner.end() }
            return readPost(&inner).map { .post($0, expectation) }
        case "call":
            let expectation = readExpectation(&members, of: .anything)
            guard var inner = members.members(name) else { return nil }
            defer { inner.end() }
            return readCall(&inner).map { .call($0, expectation) }
        case "advance":
            return members.seconds(name, in: 0...Self.longestAdvance)
                .map { .advance(seconds: $0) }
        case "apply":
            guard let member = members.member(name) else { return nil }
            return .apply(readWorkspace(member.value, over: declared.known), folder)
        case "expect_deliveries":
            return members.list(name, atMost: Self.mostDeliveries).map { list in
                .expectDeliveries(list.map { readDelivery($0.value) })
            }
        default: return nil
        }
    }

    /// Ten years in seconds.
    static let longestAdvance: Int64 = 3650 * 86_400

    private func readDelivery(_ value: Value) -> Scenario.ExpectedDelivery {
        var members = Members(value, in: reading)
        let webhook = members.text("webhook")
        if let webhook, !declared.hasWebhook(webhook) {
            members.note(.dangling(.webhook, webhook), at: "webhook")
        }
        let type = members.choice("type", of: NotificationType.self)
        let data = members.member("data")
        if let data, data.value.kind != .object {
            members.note(
                .wrongType(found: JSONType(data.value.kind), expected: [.object]), at: data)
        }
        members.end()
        return Scenario.ExpectedDelivery(
            webhook: webhook, type: type?.rawValue, data: data?.value)
    }
}

extension Scenario {
    /// Reads a scenario with all files it names, or throws all mistakes of all files.
    ///
    /// - Parameters:
    ///   - file: the name of the file in mistakes.
    ///   - folder: the folder of the files that the scenario names.
    ///   - given: declarations that replace those of the member `given`.
    package static func read(
        _ bytes: [UInt8], file: String, folder: Folder, given: WorkspaceFile? = nil
    ) throws(Mistakes) -> Scenario {
        let document: Document
        do { document = try Document(parsing: bytes) } catch {
            throw .notJSON(error, bytes, file: file)
        }
        var reader = ScenarioReader(
            DocumentReading(document, file: file), folder, replacement: given)
        let scenario = reader.read(document.root)
        let mistakes = reader.mistakes
        guard mistakes.list.isEmpty else { throw mistakes }
        return scenario
    }
}

extension Folder {
    /// Returns the folder that contains the file of a path.
    func below(_ path: String) -> Folder {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
        let prefix = String(path[...slash])
        return Folder { inner throws(FileFailure) in
            try self.open(inner.utf8.first == UInt8(ascii: "/") ? inner : prefix + inner)
        }
    }
}
