import Testing

@testable import Telemetry

@Suite struct SecretTests {
    private struct Source {
        var name = "shop"
        var secret = Secret("whsec_abc")
        var keys = [Secret([UInt8]("whsec_abc".utf8))]
    }

    @Test func `a secret shows stars wherever it is printed`() {
        #expect("\(Secret("whsec_abc"))" == "***")
        #expect(String(reflecting: Secret("whsec_abc")) == "***")
        var dumped = ""
        dump(Source(), to: &dumped)
        for text in ["\(Source())", String(reflecting: Source()), dumped] {
            #expect(text.contains("shop") && text.contains("***"))
            #expect(!text.contains("whsec") && !text.contains("119"))
        }
    }

    @Test func `a secret is revealed to who asks`() {
        #expect(Secret("whsec_abc").reveal() == "whsec_abc")
    }
}
