import Database
import Declarations
import Mapping
import Referrals
import Storage
import Time

/// Updates sources of an earlier release to the present texts of their presets. A stored source
/// contains its preset's texts, so that a corrected preset reaches no stored source by itself.
///
/// A source that uses a former text unchanged gets a new version. A source with a mapping of its
/// own stays as it is and is reported.
package struct PresetUpdate {
    private static let mark = "presets_former"

    package let store: Store
    package let now: Instant

    package init(store: Store, now: Instant) {
        self.store = store
        self.now = now
    }

    /// Returns the ids of the sources that use a preset with a mapping of their own; empty if
    /// nothing was left to do.
    package func run() throws -> [String] {
        try store.write { _ in try updateAll() }
    }

    private func updateAll() throws -> [String] {
        guard try store.catalog.meta(Self.mark) != nil else { return [] }
        var others: [String] = []
        for row in try store.catalog.sources() where !row.isDeleted {
            // A source that cannot be read is reported when the declarations are loaded.
            guard let source = try? SourceDeclaration.read(stored: Array(row.document.utf8)),
                let preset = source.preset.flatMap({ Preset.named($0) }),
                source.mapping != preset.mapping
            else { continue }
            guard Preset.formerMappings[preset.name]?.contains(source.mapping) == true else {
                others.append(row.id)
                continue
            }
            var mended = source
            mended.mapping = preset.mapping
            _ = try store.catalog.put(
                source: row.id, account: row.account,
                document: String(decoding: mended.canonicalJSON, as: UTF8.self), secrets: nil,
                secretsChanged: false, at: now)
        }
        try store.catalog.remove(meta: Self.mark)
        return others
    }
}
