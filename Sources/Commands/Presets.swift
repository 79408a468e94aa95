import Invocation
import JSON
import Mapping
import Referrals

/// The command that prints the fields of a preset, in the form of a workspace file.
enum Presets: Command {
    static let usage = Usage(
        "presets", "list the presets, or print one: scheme, formats and mapping",
        details: """
            Without a name, lists the presets. With --json, prints the declaration of an \
            equivalent source without a preset; form bodies are accepted with a preset only.
            """,
        operands: [name], options: [Common.json])

    static let name = Operand<Preset?>.optional(
        "NAME",
        Kind(
            "NAME",
            allowed: "one of \(Preset.all.map(\.name).joined(separator: ", ")) is needed",
            choices: Preset.all.map(\.name)
        ) { Preset.named($0) }, "the name of the preset")

    static func run(_ context: Context) -> ExitCode {
        let chosen = context[name]
        if context[Common.json] {
            var writer = Writer()
            if let chosen { write(chosen, to: &writer) } else { writeAll(to: &writer) }
            context.json(writer.bytes)
        } else if let chosen {
            show(chosen, context)
        } else {
            let width = Preset.all.map(\.name.count).max() ?? 0
            for preset in Preset.all {
                let gap = String(repeating: " ", count: width - preset.name.count + 2)
                context.line("\(preset.name)\(gap)\(preset.scheme)")
            }
        }
        return .ok
    }

    private static func show(_ preset: Preset, _ context: Context) {
        context.line("scheme: \(preset.scheme)")
        if let signature = preset.signature {
            context.line(
                "signature: \(signature.header): \(signature.prefix)<\(signature.encoding)> of"
                    + " \(signature.digest)")
        }
        context.line("accepts: \(preset.formats.map(\.contentType).joined(separator: ", "))")
        context.line("code_of: \(preset.codeOf.rawValue)")
        context.line(preset.mapping.description)
    }

    private static func writeAll(to writer: inout Writer) {
        writer.beginArray()
        for preset in Preset.all { write(preset, to: &writer) }
        writer.endArray()
    }

    private static func write(_ preset: Preset, to writer: inout Writer) {
        writer.beginObject()
        writer.member("name", preset.name)
        writer.member("scheme", preset.scheme)
        if let signature = preset.signature {
            writer.key("signature")
            writer.beginObject()
            for (name, text) in [
                ("header", signature.header), ("digest", signature.digest),
                ("encoding", signature.encoding), ("prefix", signature.prefix),
            ] {
                writer.member(name, text)
            }
            writer.endObject()
        }
        writer.member("code_of", preset.codeOf.rawValue)
        preset.mapping.write(to: &writer)
        writer.endObject()
    }
}
