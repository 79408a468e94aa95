import Mapping
import Testing

@Suite struct PresetTests {
    @Test(arguments: Preset.all) func `every preset compiles`(_ preset: Preset) throws {
        _ = try CompiledMapping(preset.mapping)
    }
}
