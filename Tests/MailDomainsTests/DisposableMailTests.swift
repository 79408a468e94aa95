import MailDomains
import Testing

@Suite struct DisposableMailTests {
    @Test func `the list is sorted by bytes, without doubles, in canonical form`() {
        let all = DisposableMail.all
        #expect(all.count > 8_000)
        let disordered = zip(all, all.dropFirst()).first {
            !$0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        #expect(disordered == nil)
        let odd = all.first {
            $0 != $0.lowercased() || $0.hasPrefix("xn--") || !$0.contains(".") || $0.contains(" ")
        }
        #expect(odd == nil)
    }

    @Test func `each domain of the list is found, and no other`() {
        for domain in DisposableMail.all {
            #expect(DisposableMail.contains(domain))
            #expect(!DisposableMail.contains(domain + "x"))
            #expect(!DisposableMail.contains("!" + domain))
        }
        #expect(!DisposableMail.contains(""))
        #expect(!DisposableMail.contains("gmail.com"))
        #expect(!DisposableMail.contains("\n"))
    }
}
