import HTTP
import Sockets
import Synchronization

/// The address under which partners reach the gateway, for texts that contain it.
///
/// It comes from `--public-url`, else from the headers of a trusted proxy, else from the socket
/// that the gateway listens on. The `Host` of a request is never used: any client can forge it.
package final class PublicAddress: Sendable {
    private let declared: String?
    private let proxies: [AddressRange]
    private let listening: Address
    private let port: Atomic<UInt16>

    /// - Parameters:
    ///   - declared: the URL of `--public-url`; nil where none is declared.
    ///   - proxies: the peers whose forwarding headers count.
    ///   - listening: the address of the socket.
    package init(declared: String?, proxies: [AddressRange], listening: Address) {
        self.declared = declared.map(Self.withoutFinalSlash)
        self.proxies = proxies
        self.listening = listening
        port = Atomic(listening.port)
    }

    /// Stores the port that the kernel chose.
    package func listens(on number: UInt16) { port.store(number, ordering: .relaxed) }

    /// The URL of a path of the gateway, as far as it is known.
    ///
    /// - Parameter request: The request whose response contains the URL.
    func url(_ path: String, askedBy request: Request) -> String {
        if let declared { return declared + path }
        let peer = Address(high: request.peer.high, low: request.peer.low, port: 0)
        guard proxies.contains(where: { $0.contains(peer) }) else { return own("http") + path }
        let scheme = Self.last("x-forwarded-proto", of: request)?.lowercased()
        let name = scheme == "https" ? "https" : "http"
        guard let host = Self.last("x-forwarded-host", of: request), Self.isAuthority(host) else {
            return own(name) + path
        }
        return "\(name)://\(host)\(path)"
    }

    private func own(_ scheme: String) -> String {
        let isAny = listening.high == 0 && (listening.low == 0 || listening.low == 0xFFFF << 32)
        let host = isAny ? "localhost" : listening.host
        let shown = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(shown):\(port.load(ordering: .relaxed))"
    }

    /// The last item of a list: the one that the proxy nearest to the gateway has written.
    private static func last(_ name: String, of request: Request) -> String? {
        guard let line = request.fields.all(name).last else { return nil }
        let item = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).last
        let text = String(decoding: item ?? [], as: UTF8.self)
        return String(text.drop { " \t".contains($0) }.prefix { !" \t".contains($0) })
    }

    /// True for a host with or without a port, of the characters that RFC 3986 section 3.2.2
    /// allows.
    private static func isAuthority(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "-._~:[]".utf8.contains(byte)
                }
            }
    }

    private static func withoutFinalSlash(_ url: String) -> String {
        url.hasSuffix("/") ? String(url.dropLast()) : url
    }
}
