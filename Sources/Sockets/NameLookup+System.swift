import CLinux
import Glibc

extension NameLookup {
    /// Resolves a host with the system's resolver, without duplicates; blocks.
    package static func system(_ host: String) -> Found {
        var list: UnsafeMutablePointer<addrinfo>?
        errno = 0
        let code = unsafe refgate_resolve(host, &list)
        let number = errno
        guard code == 0 else {
            return .failure(failure(code, number))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [Address] = []
        var next = unsafe list
        while let entry = unsafe next {
            var storage = sockaddr_storage()
            let length = unsafe min(
                Int(entry.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
            if let source = unsafe entry.pointee.ai_addr {
                unsafe withUnsafeMutableBytes(of: &storage) {
                    unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: length))
                }
            }
            if let address = Address(storage), !addresses.contains(address) {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return .success(addresses)
    }

    /// Distinguishes a name without an address from a machine that could not ask for it. glibc
    /// answers "name not known" if it has no descriptor left, and "temporary failure" both if the
    /// name's servers are silent and if no name server can be reached.
    private static func failure(_ code: CInt, _ number: CInt) -> Failure {
        let lack = SystemError(.getaddrinfo, number)
        if code == EAI_MEMORY || code == EAI_SYSTEM || lack.isExhaustion {
            return Failure(reason: lack.description, isLocal: true)
        }
        let reason = unsafe String(cString: gai_strerror(code))
        let unreachable = refgate_name_server_error()
        let error = SystemError(.connect, unreachable)
        if error.isExhaustion { return Failure(reason: error.description, isLocal: true) }
        guard code == EAI_AGAIN, unreachable != 0 else { return Failure(reason: reason) }
        return Failure(
            reason: "no name server can be reached: \(error.description)", isLocal: true)
    }
}
