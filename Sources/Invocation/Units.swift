import Reading

// Times and sizes in the notation of the command line.

/// Returns nil for any other text, and for a number that Int cannot represent.
func sizeInBytes(_ text: String) -> Int? {
    let number = text.prefix { $0 >= "0" && $0 <= "9" }
    guard !number.isEmpty, let count = Int(number) else { return nil }
    let unit: Int
    switch text[number.endIndex...] {
    case "", "B": unit = 1
    case "KiB": unit = 1 << 10
    case "MiB": unit = 1 << 20
    case "GiB": unit = 1 << 30
    case "kB": unit = 1000
    case "MB": unit = 1_000_000
    case "GB": unit = 1_000_000_000
    default: return nil
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow ? nil : bytes
}

func sizeText(_ bytes: Int) -> String {
    for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    where bytes >= size && bytes.isMultiple(of: size) {
        return "\(bytes / size)\(unit)"
    }
    return "\(bytes)"
}

func readDuration(_ text: String) -> Duration? {
    if text.hasSuffix("ms") {
        let digits = text.dropLast(2)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        return Int64(digits).map { .milliseconds($0) }
    }
    return durationSeconds(text).map { .seconds($0) }
}

func durationText(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    guard attoseconds == 0 else {
        return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
    }
    for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)]
    where seconds >= length && seconds.isMultiple(of: length) {
        return "\(seconds / length)\(unit)"
    }
    return "\(seconds)s"
}
