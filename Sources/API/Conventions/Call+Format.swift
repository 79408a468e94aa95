import HTTP

extension Call {
    /// True if the answer is to be CSV: the parameter `format` says so, or else the `Accept` field
    /// prefers `text/csv` to JSON.
    func wantsCSV(_ query: Query) -> Bool {
        if let format = query["format"] { return format == "csv" }
        var best: (csv: Double, json: Double) = (0, 0)
        for field in request.fields.all("accept") {
            for range in String(decoding: field, as: UTF8.self).split(separator: ",") {
                let parts = range.split(separator: ";").map { part in
                    part.filter { $0 != " " && $0 != "\t" }.lowercased()
                }
                let quality =
                    parts.dropFirst().first { $0.hasPrefix("q=") }
                    .map { Double($0.dropFirst(2)) ?? 0 } ?? 1
                switch parts.first {
                case "text/csv": best.csv = max(best.csv, quality)
                case "application/json", "application/*", "*/*":
                    best.json = max(best.json, quality)
                default: break
                }
            }
        }
        return best.csv > 0 && best.csv >= best.json
    }
}

extension QueryParameter {
    /// The format of the answer.
    static let format = QueryParameter.choice(
        "format", of: ["json", "csv"], "The format of the answer; `Accept` decides if left out.")
}
