/// A type in words, by its name in rules: `int` is "a whole number".
func typeInWords(_ name: String) -> String {
    switch name {
    case "int": "a whole number"
    case "uint": "an unsigned number"
    case "double": "a decimal number"
    case "string": "a text"
    case "bool": "a truth value"
    case "timestamp", "google.protobuf.Timestamp": "a time"
    case "duration", "google.protobuf.Duration": "a duration"
    case "null", "null_type": "null"
    case "bytes": "a sequence of bytes"
    case _ where name.hasPrefix("list"): "a list"
    case _ where name.hasPrefix("map"): "a map"
    default: "a value of type \(name)"
    }
}
