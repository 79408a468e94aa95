import JSON

/// Returns the canonical JSON of a declaration: compact, in the order of the calls of `write`.
func compact(_ write: (inout Writer) -> Void) -> [UInt8] {
    var json = Writer(reservingCapacity: 256)
    write(&json)
    return json.bytes
}
