import JSON
import Time

extension Writer {
    mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    /// Nothing where there is nothing.
    mutating func member(_ name: String, _ text: String?) {
        if let text { member(name, text) }
    }

    mutating func member(_ name: String, _ number: some BinaryInteger) {
        key(name)
        integer(number)
    }

    mutating func member(_ name: String, _ number: Int?) {
        if let number { member(name, number) }
    }

    mutating func member(_ name: String, _ time: Instant?) {
        if let time { member(name, time.rfc3339) }
    }

    mutating func member(_ name: String, _ texts: [String]) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}

/// What a declaration's canonical JSON is written by.
func compact(_ write: (inout Writer) -> Void) -> [UInt8] {
    var json = Writer(reservingCapacity: 256)
    write(&json)
    return json.bytes
}
