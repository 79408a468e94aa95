/// The readiness that a descriptor is watched for, or that it has.
///
/// A plain set of bits instead of an `OptionSet`, whose operations are generic calls across
/// targets; this one is read for every event.
package struct Readiness: Equatable, Sendable {
    let bits: UInt32

    init(bits: UInt32) { self.bits = bits }

    /// Errors only.
    package static let nothing = Readiness(bits: 0)
    /// Input, or the end of it.
    package static let readable = Readiness(bits: readBit)
    /// Room for output.
    package static let writable = Readiness(bits: writeBit)
    /// Input or room for output.
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
    /// True for an error, or if both directions are closed; always reported.
    package var hasFailed: Bool { bits & Self.failureBits != 0 }

    /// The same readiness reported once per change instead of for as long as it lasts.
    var onChange: Readiness { Readiness(bits: bits | Self.edgeBit) }
}
