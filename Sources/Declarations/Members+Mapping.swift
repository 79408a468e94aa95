import JSON
import Mapping
import Reading
import Rules

extension Members {
    private static let mappingMembers = ["each", "filter", "mapping", "on_unmapped"]

    /// Applies the base's and then the text's members to a source's mapping.
    mutating func takeMapping(into mapping: inout MappingText) {
        for name in Self.mappingMembers { _ = member(name) }
        if let base = baseOfMapping { _ = mapping.take(from: base) }
        guard let object else { return }
        for error in mapping.take(from: object) {
            guard let value = value(at: error.pointer) else { continue }
            switch error.reason {
            case .notAnObject:
                reading.note(
                    .wrongType(found: JSONType(value.kind), expected: [.object]), at: value)
            case .notAnExpression:
                reading.note(
                    .wrongType(found: JSONType(value.kind), expected: [.text]), at: value)
            case .unknownChoice:
                let choices = OnUnmapped.allCases.map(\.rawValue)
                reading.note(.notAmong(value.string ?? "", choices: choices), at: value)
            case .unknownField(let name):
                let known = Field.allCases.filter { !$0.standsBesideMapping }.map(\.name)
                let key = object["mapping"]?.members.first { $0.key.equals(name) }?.key
                reading.note(
                    .unknown(name, .member, known: known), at: key?.range ?? value.range)
            }
        }
    }

    /// The mapping of the base; nil if the text chooses another preset.
    private var baseOfMapping: JSON.Value? {
        Self.mappingMembers.contains { baseMember($0) != nil } ? base : nil
    }

    /// Notes every invalid expression of the mapping that this text contains.
    func checkMapping(_ mapping: MappingText, _ check: ExpressionCheck) {
        guard !reading.isStored else { return }
        defer { if check.isLinting { lint(mapping, check) } }
        do {
            let compiled = try CompiledMapping(mapping, zones: check.zones)
            if let text = compiled.unknownCurrency, let value = value(at: "/mapping/currency") {
                reading.note(.malformed(.currency, text), at: value)
            }
        } catch {
            for fault in error.faults {
                let message = Fault.expression(summary(of: fault.message))
                if let value = value(at: fault.pointer) {
                    if fault.diagnostics.isEmpty { reading.note(message, at: value) }
                    note(fault.diagnostics, in: value)
                } else {
                    note(
                        message, at: fault.field.standsBesideMapping ? fault.field.name : "mapping")
                }
            }
        }
    }

    private func lint(_ mapping: MappingText, _ check: ExpressionCheck) {
        var readsPayload = false
        for found in CompiledMapping.expressions(of: mapping, zones: check.zones) {
            if found.field != .each, found.program.reads("payload") { readsPayload = true }
            // The author of the file cannot correct a preset.
            guard let value = value(at: found.pointer) else { continue }
            doubt(found.program.warnings, in: value)
            check.add(
                ExpressionCheck.Expression(
                    range: value.range, program: found.program, campaign: nil))
            if found.field == .filter, found.program.constant == false {
                reading.doubt(
                    "the mapping is never used: this filter rejects every payload",
                    at: value.range)
            }
        }
        if !readsPayload, let each = value(at: "/each") {
            reading.doubt(
                "the variable payload is never used, so all items are equal", at: each.range)
        }
    }

    /// Returns the value at a pointer. Member names of a mapping need no escaping; unknown names
    /// may, and are not found.
    private func value(at pointer: String) -> JSON.Value? {
        var value = object
        for part in pointer.split(separator: "/") {
            let name = String(part)
            value = value.flatMap { value in
                value.kind == .array
                    ? Int(name).flatMap { value[$0] }
                    : value.members.first { escaped($0.key.string) == name }?.value
            }
        }
        return value
    }
}

/// Returns the first line of a message of the rule language, because a mistake has one line.
private func summary(of message: String) -> String {
    let line = message.prefix { $0 != "\n" }
    return String(line.hasPrefix("ERROR: ") ? line.dropFirst(7) : line)
}
