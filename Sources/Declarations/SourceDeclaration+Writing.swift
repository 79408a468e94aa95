import JSON
import Mapping
import Referrals

extension SourceDeclaration {
    /// Writes the canonical JSON: compact, in a fixed order, without the secrets. The preset's
    /// fields are written out, so that a stored version never changes its meaning; a field of the
    /// preset that this source removes is null.
    package func write(to json: inout Writer) {
        let filled = preset.flatMap { Preset.named($0) }
        json.beginObject()
        json.member("id", ifPresent: id)
        if name != id ?? "" { json.member("name", name) }
        json.member("preset", ifPresent: preset)
        json.member("scheme", ifPresent: scheme)
        writeSettings(filled, to: &json)
        Self.tolerance.write(self, unlike: Self.usual, to: &json)
        json.member("code_of", codeOf.rawValue)
        Self.campaign.write(self, unlike: Self.usual, to: &json)
        for field in [Field.each, .filter] { write(field, filled, to: &json) }
        json.key("mapping")
        json.beginObject()
        for field in Field.allCases where !field.standsBesideMapping {
            write(field, filled, to: &json)
        }
        json.endObject()
        json.member("on_unmapped", mapping.onUnmapped.rawValue)
        Self.url.write(self, unlike: Self.usual, to: &json)
        Self.status.write(self, unlike: Self.usual, to: &json)
        json.endObject()
    }

    /// The canonical JSON.
    package var canonicalJSON: [UInt8] { compact(write) }

    private func writeSettings(_ filled: Preset?, to json: inout Writer) {
        let preset = filled?.scheme == scheme ? filled?.signature?.members ?? [:] : [:]
        let names = Set(preset.keys).union(signature.keys)
        guard !names.isEmpty else { return }
        json.key("signature")
        json.beginObject()
        for name in names.sorted() {
            json.member(name, signature[name])
        }
        json.endObject()
    }

    private func write(_ field: Field, _ filled: Preset?, to json: inout Writer) {
        let texts = mapping[field]
        if texts.isEmpty {
            guard filled?.mapping[field].isEmpty == false else { return }
            json.key(field.name)
            json.null()
        } else if texts.count == 1 {
            json.member(field.name, texts[0])
        } else {
            json.member(field.name, texts)
        }
    }
}
