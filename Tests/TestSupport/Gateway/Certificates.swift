import Foundation

/// A certificate authority of its own and certificates for 127.0.0.1 and localhost: `good`, `expired`,
/// `selfsigned`, `bare`, whose common name alone is localhost, `mailed`, which has an e-mail address besides,
/// and `other`, which is of another host. This process trusts the authority.
package final class Certificates: Sendable {
    /// One for all suites, since the process trusts one authority at a time.
    package static let shared = Result { try Certificates() }

    /// The keys that certificates are made for.
    package enum Key: String, Sendable {
        case curve = "ec -pkeyopt ec_paramgen_curve:P-256"
        case edwards = "ed25519"
        case rsa = "rsa:2048"
        /// Too short for anyone to trust.
        case shortRSA = "rsa:1024"
    }

    package let database: ScratchDatabase
    package var folder: URL { database.folder }

    private init() throws {
        // A folder of its own that goes away with it.
        database = try ScratchDatabase()
        try openssl(
            "req -x509 -newkey \(Key.curve.rawValue) -nodes -keyout ca.key -out ca.pem -subj /CN=tests -days 2"
        )
        let own = "IP:127.0.0.1,DNS:localhost"
        try issue("good", names: own)
        try issue("other", names: "IP:127.0.0.9,DNS:other.example")
        try issue("bare", names: nil, subject: "localhost")
        try issue("mailed", names: "email:hooks@localhost", subject: "localhost")
        try issue("expired", names: own, from: "20200101000000Z", until: "20200201000000Z")
        try issue("selfsigned", names: "IP:127.0.0.1", by: nil)
        setenv("SSL_CERT_FILE", path("ca.pem"), 1)
    }

    /// The path of a file of the authority: `ca.pem`, or NAME.pem and NAME.key of a certificate.
    package func path(_ file: String) -> String { folder.appending(path: file).path }

    /// Makes a certificate and its key, NAME.pem and NAME.key.
    ///
    /// - Parameters:
    ///   - names: the subject alternative names as `openssl` writes them; nil for none.
    ///   - issuer: the certificate that signs; nil for one that signs itself.
    ///   - extensions: more extensions, such as `extendedKeyUsage=clientAuth`.
    package func issue(
        _ name: String, names: String?, subject: String? = nil, by issuer: String? = "ca",
        key: Key = .curve, digest: String = "sha256", extensions: [String] = []
    ) throws {
        let extensions = (names.map { ["subjectAltName=\($0)"] } ?? []) + extensions
        let signing = issuer.map { "-CA \($0).pem -CAkey \($0).key " } ?? ""
        try openssl(
            "req -x509 -newkey \(key.rawValue) -nodes -keyout \(name).key -out \(name).pem "
                + "-subj /CN=\(subject ?? name) -days 2 \(key == .edwards ? "" : "-\(digest) ")\(signing)"
                + extensions.map { "-addext \($0)" }.joined(separator: " "))
    }

    /// Makes a certificate of the authority that is valid from one time until another.
    package func issue(_ name: String, names: String, from start: String, until end: String) throws
    {
        // Only `openssl ca` takes times, and it wants a folder and a file of settings.
        let settings = """
            [ca]
            default_ca = tests
            [tests]
            database = \(name).index
            new_certs_dir = .
            certificate = ca.pem
            private_key = ca.key
            rand_serial = yes
            default_md = sha256
            policy = any
            x509_extensions = own
            [any]
            commonName = supplied
            [own]
            subjectAltName = \(names)
            """
        try Data(settings.utf8).write(to: folder.appending(path: "\(name).cnf"))
        try Data().write(to: folder.appending(path: "\(name).index"))
        try openssl(
            "req -newkey \(Key.curve.rawValue) -nodes -keyout \(name).key -out \(name).csr -subj /CN=\(name)"
        )
        try openssl(
            "ca -batch -notext -config \(name).cnf -startdate \(start) -enddate \(end) -in \(name).csr -out \(name).pem"
        )
    }

    private func openssl(_ arguments: String) throws {
        let process = try ChildProcess(
            ["openssl"] + arguments.split(separator: " ").map(String.init), folder: folder.path,
            errors: .pipe)
        let complaints = process.errors.rest()
        guard process.waitForEnd() == 0 else {
            throw Failure(arguments: arguments, complaints: complaints)
        }
    }

    package struct Failure: Error {
        package let arguments: String
        package let complaints: String
    }
}
