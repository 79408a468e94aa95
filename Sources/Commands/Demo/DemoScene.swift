import Crypto
import Database
import Declarations
import Gateway
import Insight
import Invocation
import Ledger
import Programmes
import Referrals
import Scenarios
import Sockets
import Storage
import Telemetry
import Time
import Transport
import Webhooks
import Workspace

/// The demonstration: a gateway on a temporary database and a receiver for its webhooks, both in
/// this process.
struct DemoScene {
    /// The maximum time to wait for the next notification, which takes milliseconds.
    private static let patience: Duration = .seconds(20)

    private let material: DemoMaterial
    private let context: Context
    private let printer: DemoPrinter
    private let scratch: ScratchFolder
    private let database: String
    private let mailbox = Mailbox()
    private let receiver: Receiver
    private let gateway: Gateway
    private let store: Store
    private let address: Address

    init(
        _ material: DemoMaterial, on address: Address, _ context: Context
    ) throws(Failure) {
        self.material = material
        self.context = context
        printer = DemoPrinter(context)
        do { scratch = try ScratchFolder() } catch {
            throw Failure(
                .environment, "\(error); set TMPDIR to a writable folder")
        }
        database = scratch.path + "/demo.db"
        let secret = Self.makeSecret()
        let receiverPort: UInt16
        do {
            receiver = try Receiver(secret: secret, clock: context.clock, heard: mailbox.put)
            receiverPort = try receiver.open(port: 0)
        } catch {
            throw Failure(.environment, "the receiver cannot be started: \(error)")
        }
        do throws(Failure) {
            let receiverURL = "http://127.0.0.1:\(receiverPort)"
            try Self.apply(
                Self.pointed(material.workspace, at: receiverURL, secret), in: material.folder,
                to: database, context)
            (gateway, self.address) = try Self.serve(database, address, context)
            store = try Files.store(database, for: .reader)
            printer.begin(
                material, gateway: "http://\(self.address)", receiver: receiverURL,
                database: database)
        } catch {
            receiver.close()
            throw error
        }
    }

    func stop() {
        gateway.stop()
        receiver.close()
    }

    // MARK: Setting the scene

    private static func makeSecret() -> String {
        "whsec_" + Base64.encode(SecureRandom.bytes(24))
    }

    /// Returns the workspace with its webhooks active, each with a path of its own at the receiver.
    private static func pointed(
        _ workspace: WorkspaceFile, at url: String, _ secret: String
    ) -> WorkspaceFile {
        var workspace = workspace
        for index in workspace.webhooks.indices {
            workspace.webhooks[index].webhook.url = "\(url)/webhook-\(index + 1)"
            workspace.webhooks[index].webhook.status = .active
            workspace.webhooks[index].secrets.secrets = [SecretSpec(secret)]
        }
        return workspace
    }

    private static func apply(
        _ workspace: WorkspaceFile, in folder: Folder, to database: String, _ context: Context
    ) throws(Failure) {
        let store = try Files.store(database, for: .writer)
        let application = Application(
            store: store, box: try Files.box(for: store, keyFile: nil, database),
            now: context.clock.now(), isDryRun: false)
        _ = try Files.using(database) { try application.apply(workspace, in: folder) }
    }

    private static func serve(
        _ database: String, _ address: Address, _ context: Context
    ) throws(Failure) -> (Gateway, Address) {
        let loopback = [AddressRange("127.0.0.0/8")].compactMap { $0 }
        let configuration = Configuration(
            database: database, address: address,
            destinations: DestinationRules(allowed: loopback, allowsPlain: true))
        do throws(GatewayError) {
            // Refusals that the demonstration causes on purpose appear on the output.
            let log = Log(level: .error, clock: context.clock, to: .standardError())
            let gateway = try Gateway(configuration, clock: context.clock, log: log)
            var address = address
            address.port = try gateway.start()
            return (gateway, address)
        } catch {
            throw Ports.failure(address, error)
        }
    }

    // MARK: The story

    /// Posts all payloads and prints the results; returns true if all are as expected.
    func print() throws -> Bool {
        let caller = Scenarios.BlockingHTTPClient(host: address.host, port: address.port)
        var isAsExpected = true
        if let opening = material.opening {
            printer.introduceOpening()
            let answer = try post(opening, by: caller)
            isAsExpected = answer.status == 200
            if let event = answer.event {
                try printer.explain(reading { try explanation(of: event) })
            }
            try printNotifications()
        }
        for (source, payloads) in material.bySource {
            printer.introduce(source)
            for payload in payloads {
                // A mapping error is a 422 on purpose; any other status than 200 is unexpected.
                let status = try post(payload, by: caller).status
                if status != 200 && status != 422 { isAsExpected = false }
                try printNotifications()
            }
        }
        // Parked events may have been decided meanwhile.
        gateway.runHousekeeping()
        try printNotifications()
        let queued = try queued()
        let (valid, invalid) = mailbox.counts
        printer.sum(try reading { try Outcomes(store) }, queued: queued, valid, invalid: invalid)
        return isAsExpected && queued > 0 && valid == queued && invalid == 0
    }

    private func post(
        _ payload: RecordedPayload, by caller: Scenarios.BlockingHTTPClient
    ) throws -> Scenarios.GatewayResponse {
        let answer: Scenarios.GatewayResponse
        do {
            let message = try payload.signed(at: context.clock.now())
            answer = try caller.request("POST", payload.path, message.fields, body: message.body)
        } catch {
            throw Failure(.environment, "\(payload.file): \(error)")
        }
        printer.print(payload, answer)
        try context.output.check()
        return answer
    }

    /// Waits for all notifications and prints them. The notifications of an event are in the
    /// database before its response is sent, so their number is known.
    private func printNotifications() throws(Failure) {
        let came = mailbox.collect(until: try queued(), patience: Self.patience)
        for delivery in came { printer.print(delivery) }
    }

    private func queued() throws(Failure) -> Int { try reading { try store.deliveries.count() } }

    private func explanation(of event: Int64) throws -> String {
        let account = try store.catalog.accounts().first?.id ?? ID(0)
        return try Versions().explainer(store, now: context.clock.now())
            .explain(.event(event), account: account).description
    }

    private func reading<Result>(_ body: () throws -> Result) throws(Failure) -> Result {
        try Files.using(database, body)
    }

    // MARK: Afterwards

    /// Prints how to continue by hand; later notifications are printed as they arrive.
    func printAddress() throws(Failure) {
        let writer = try Files.store(database, for: .writer)
        let key = try reading {
            try Keys.create(
                KeyTable.Creation(name: "demo"), in: writer, of: AccountChoice(),
                at: context.clock.now()
            ).key
        }
        var curl: String?
        if let encore = material.encore {
            do throws(PartnerMessage.Failure) {
                let message = try encore.signed(at: context.clock.now())
                curl = message.curl(to: "http://\(address)\(encore.path)")
            } catch {
                throw Failure(.environment, error.description)
            }
        }
        printer.printAddress(url: "http://\(address)", key: key, curl: curl)
        let printer = printer
        mailbox.forward { printer.print($0) }
    }
}
