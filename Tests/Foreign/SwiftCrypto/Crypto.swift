import Foundation

/// As much of swift-crypto as the sample receiver uses, with the same signatures, over OpenSSL: the sample
/// is compiled and run without a package.
public struct SHA256 {}

public struct SymmetricKey {
    fileprivate let bytes: [UInt8]

    public init(data: some ContiguousBytes) { bytes = data.withUnsafeBytes { Array($0) } }
}

public struct HMAC<H> {
    public static func isValidAuthenticationCode<C: ContiguousBytes, D: DataProtocol>(
        _ authenticationCode: C, authenticating authenticatedData: D, using key: SymmetricKey
    ) -> Bool {
        var code = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let data = Array(authenticatedData)
        guard
            opensslHMAC(
                opensslSHA256(), key.bytes, CInt(key.bytes.count), data, data.count, &code, &length)
                != nil
        else { return false }
        return authenticationCode.withUnsafeBytes { $0.elementsEqual(code) }
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
