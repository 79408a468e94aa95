import Testing

/// The engines that a store can be opened with. Each suite of a table runs once for every engine.
enum Engines {
    enum Engine: String, Sendable, CustomTestStringConvertible {
        case sqlite

        var testDescription: String { rawValue }
    }

    static let available: [Engine] = [.sqlite]
}
