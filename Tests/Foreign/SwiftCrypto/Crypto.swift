import Foundation

/// As much of swift-crypto as the samples of the documentation use, with the same signatures, over OpenSSL: the
/// samples are compiled and run without a package.
public protocol HashFunction {
    static var digest: OpaquePointer? { get }
}

public struct SHA256: HashFunction {
    public static var digest: OpaquePointer? { opensslSHA256() }
}

public struct SymmetricKey {
    fileprivate let bytes: [UInt8]

    public init(data: some ContiguousBytes) { bytes = data.withUnsafeBytes { Array($0) } }
}

public struct HMAC<H: HashFunction> {
    public static func authenticationCode<D: DataProtocol>(
        for authenticatedData: D, using key: SymmetricKey
    ) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 64)
        var length: UInt32 = 0
        let data = Array(authenticatedData)
        let made = opensslHMAC(
            H.digest, key.bytes, CInt(key.bytes.count), data, data.count, &code, &length)
        return made == nil ? [] : Array(code.prefix(Int(length)))
    }

    public static func isValidAuthenticationCode<C: ContiguousBytes, D: DataProtocol>(
        _ authenticationCode: C, authenticating authenticatedData: D, using key: SymmetricKey
    ) -> Bool {
        let code = Self.authenticationCode(for: authenticatedData, using: key)
        return !code.isEmpty && authenticationCode.withUnsafeBytes { $0.elementsEqual(code) }
    }
}

@_silgen_name("EVP_sha256")
private func opensslSHA256() -> OpaquePointer?

@_silgen_name("HMAC")
private func opensslHMAC(
    _ digest: OpaquePointer?, _ key: UnsafePointer<UInt8>, _ keyLength: CInt,
    _ data: UnsafePointer<UInt8>, _ dataLength: Int, _ code: UnsafeMutablePointer<UInt8>,
    _ codeLength: UnsafeMutablePointer<UInt32>
) -> UnsafeMutablePointer<UInt8>?
