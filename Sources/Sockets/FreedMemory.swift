import CLinux

/// Memory that was freed and that the allocator keeps for reuse.
package enum FreedMemory {
    /// Returns the memory to the system. It takes some milliseconds per hundred MiB, so it is meant
    /// for the time after a peak.
    package static func giveBack() { refgate_give_back_memory() }
}
