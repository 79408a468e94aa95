/// What a descriptor is watched for, or what it is ready for.
///
/// A plain set of bits and no `OptionSet`: across targets the latter's operations are generic calls,
/// and this is looked at for every event.
package struct Readiness: Equatable, Sendable {
    let bits: UInt32

    init(bits: UInt32) { self.bits = bits }

    /// Watched for errors only.
    package static let nothing = Readiness(bits: 0)
    package static let readable = Readiness(bits: readBit)
    package static let writable = Readiness(bits: writeBit)
    package static let both = Readiness(bits: readBit | writeBit)

    // EPOLLIN, EPOLLOUT, EPOLLERR with EPOLLHUP, EPOLLET.
    private static let readBit: UInt32 = 0x001
    private static let writeBit: UInt32 = 0x004
    private static let failureBits: UInt32 = 0x008 | 0x010
    private static let edgeBit: UInt32 = 1 << 31

    package init(readable: Bool, writable: Bool) {
        bits = (readable ? Self.readBit : 0) | (writable ? Self.writeBit : 0)
    }

    package var isReadable: Bool { bits & Self.readBit != 0 }
    package var isWritable: Bool { bits & Self.writeBit != 0 }
    /// Reported without being asked for: an error, or both directions closed.
    package var hasFailed: Bool { bits & Self.failureBits != 0 }

    /// One report for each change instead of one for as long as it lasts.
    var onChange: Readiness { Readiness(bits: bits | Self.edgeBit) }
}
