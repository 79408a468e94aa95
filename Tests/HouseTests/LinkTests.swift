import Foundation
import Testing

/// The pages of the documentation lead to each other, on GitHub as well as in an editor.
@Suite struct LinkTests {
    @Test(arguments: try Guide.all())
    func `every relative link leads to a file, and every anchor to a heading`(
        _ page: Guide
    ) throws {
        var broken: [String] = []
        for link in page.links {
            let place = House.root.appending(path: link.path).path
            guard FileManager.default.fileExists(atPath: place) else {
                broken.append("\(link.written): there is no \(link.path)")
                continue
            }
            guard let anchor = link.anchor else { continue }
            if try !Guide(path: link.path).anchors.contains(anchor) {
                broken.append("\(link.written): \(link.path) has no heading #\(anchor)")
            }
        }
        #expect(broken == [])
    }

    @Test func `every page is reached from README.md`() throws {
        let pages = Dictionary(uniqueKeysWithValues: try Guide.all().map { ($0.path, $0) })
        var reached: Set<String> = ["README.md"]
        var open = ["README.md"]
        while let path = open.popLast() {
            for link in pages[path]?.links ?? [] where reached.insert(link.path).inserted {
                open.append(link.path)
            }
        }
        #expect(pages.keys.filter { !reached.contains($0) } == [])
    }

    @Test func `README.md has at most 200 lines`() throws {
        #expect(
            try Guide.readme().text.split(separator: "\n", omittingEmptySubsequences: false).count
                <= 201)
    }

    @Test func `an article begins with its title and one paragraph about its content`() throws {
        let articles = try Guide.all().filter { $0.path.contains(".docc/") }
        try #require(articles.count > 10, "the catalogs have articles")
        let found = articles.filter {
            $0.text.prefixMatch(of: /# [^\n]+\n\n[^\n#`<|-][^\n]+\n(?:[^\n]+\n)?\n/) == nil
        }
        #expect(found.map(\.path) == [])
    }

    @Test func `an anchor is made of a heading as GitHub makes it`() throws {
        let page = try Guide.readme()
        #expect(page.anchors.contains("a-minutes-tour"))
        #expect(page.anchors.contains("i-want-to-"))
    }
}
