/// One flag of a command, as `--help` tells it.
package struct Option: Sendable {
    package enum Kind: Sendable {
        /// Said or not.
        case flag
        /// Takes a value, named in help as this.
        case value(String)
    }

    /// With its dashes: `--db`.
    package let name: String
    package let kind: Kind
    /// What holds where nothing is said; nil for nothing.
    package let fallback: String?
    /// The variable of the environment that says the same; nil where there is none.
    package let variable: String?
    package let help: String

    package init(
        _ name: String, _ kind: Kind = .flag, default fallback: String? = nil,
        hasVariable: Bool = true, _ help: String
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        variable =
            hasVariable
            ? "REFGATE_"
                + name.dropFirst(2).map { $0 == "-" ? "_" : String($0).uppercased() }.joined() : nil
        self.help = help
    }

    var takesValue: Bool {
        if case .value = kind { true } else { false }
    }

    /// `--db PATH`
    var synopsis: String {
        if case .value(let placeholder) = kind { name + " " + placeholder } else { name }
    }
}

extension Option {
    static let db = Option(
        "--db", .value("PATH"), default: "./refgate.db", "the database file")
    static let json = Option("--json", hasVariable: false, "print JSON")
    static let keyFile = Option(
        "--key-file", .value("PATH"), "the key of stored secrets (default: <db>.key)")
}
