import CLinux

/// Memory that was freed and that the allocator keeps for later.
package enum FreedMemory {
    /// Gives it back to the system. It takes some milliseconds for each hundred MiB, so it is for the time
    /// after a flood.
    package static func giveBack() { refgate_give_back_memory() }
}
