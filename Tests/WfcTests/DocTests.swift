// `wfc doc`: the pages, their links, and that nothing a comment holds becomes markup of the page.
import Testing
import WfTestSupport

private let module = """
    // Orders and what becomes of them.

    /// One order. See <script>alert(1)</script> and [evil](javascript:alert(1)).
    ///
    /// - *many* lines
    record Order { id: String, total: Decimal }

    /// What became of it.
    enum Outcome { shipped(order: Order), rejected }

    /// Ships. Then waits.
    ///
    /// ```wf
    /// step s = ship(order)
    /// ```
    action ship(order: Order, fast: Bool = a < b && c > d) -> Outcome
        via exec("ship", order.id)

    func inner(x: Int) -> Int { x + 1 }
    """

@Suite struct DocTests {
    @Test func htmlPagesAreLinkedAndEscaped() throws {
        let place = try Workplace(["shop/orders.wf": ""].filter { _ in false })
        try place.put("orders.wf", module)
        try place.put(
            "main.wf",
            """
            use "./orders.wf" as orders

            workflow main(o: Order) -> Int {
                /// The **answer**.
                signal answer: Order
                query isThere: Bool = a == null
                step a = await answer
                1
            }
            """)
        let result = try place.run("doc", "orders.wf", "main.wf", "-o", "out/html")
        #expect(result.status == 0, "\(result.errorText)")
        let page = try place.text("out/html/orders.html")
        #expect(page.contains("<p>Orders and what becomes of them.</p>"))
        #expect(page.contains("<section id=\"ship\">"))
        #expect(
            page.contains(
                "order: <a href=\"orders.html#Order\">Order</a>, fast: Bool = a &lt; b &amp;&amp; c &gt; d"))
        #expect(page.contains("-&gt; <a href=\"orders.html#Outcome\">Outcome</a></code>"))
        #expect(page.contains("<li><em>many</em> lines</li>"))
        #expect(page.contains("<code class=\"language-wf\">step s = ship(order)"))
        #expect(!page.contains("<script") && !page.contains("javascript:"))
        #expect(!page.contains("x + 1") && !page.contains("exec("), "bodies are no part of a signature")
        #expect(try place.text("out/html/main.html").contains("<a href=\"orders.html#Order\">Order</a>"))
        #expect(
            try place.text("out/html/main.html").contains(
                """
                -&gt; Int
                    /// The **answer**.
                    signal answer: <a href="orders.html#Order">Order</a>
                    query isThere: Bool</code>
                """))
        let index = try place.text("out/html/index.html")
        #expect(index.contains("<a href=\"orders.html#ship\"><code>ship</code></a></td><td><p>Ships.</p>"))
        // Every link leads somewhere.
        for name in ["index", "orders", "main"] {
            let text = try place.text("out/html/\(name).html")
            for part in text.split(separator: "href=\"").dropFirst() {
                let target = part.prefix { $0 != "\"" }
                let file = target.hasPrefix("#") ? "\(name).html" : String(target.prefix { $0 != "#" })
                let linked = try place.text("out/html/\(file)")
                guard let fragment = target.split(separator: "#").last, target.contains("#") else { continue }
                #expect(linked.contains("id=\"\(fragment)\""), "\(name): \(target)")
            }
        }
    }

    @Test func markdownIsTheSameEveryTime() throws {
        let place = try Workplace(["orders.wf": module])
        for folder in ["one", "two"] {
            #expect(try place.run("doc", ".", "-o", folder, "--format", "markdown").status == 0)
        }
        for page in ["README.md", "orders.md"] {
            #expect(try place.text("one/\(page)") == place.text("two/\(page)"))
        }
        let page = try place.text("one/orders.md")
        #expect(page.contains("## ship\n\n```wf\naction ship(order: Order"))
        #expect(page.contains("See [`Order`](orders.md#order), [`Outcome`](orders.md#outcome)."))
        #expect(
            try place.text("one/README.md").contains("| record [`Order`](orders.md#order) | One order. |"))
    }

    @Test func theLibraryIsDescribedWhole() throws {
        let place = try Workplace()
        #expect(try place.run("doc", "--stdlib", "-o", "std").status == 0)
        let files = try place.text("std/file.html")
        #expect(files.contains("id=\"readPart\""))
        let builtins = try place.text("std/builtins.html")
        for words in [
            "id=\"List\"", "id=\"Map\"", "id=\"Int\"", "Int.abs() -&gt; Int", "The distance from 0.",
        ] {
            #expect(builtins.contains(words), "\(words)")
        }
        for path in filesBelow("stdlib", suffix: ".wf") {
            let page = path.dropFirst("stdlib/".count).dropLast(3)
            let text = String(decoding: try readFile("docs/stdlib/\(page).md"), as: UTF8.self)
            #expect(text.contains("```wf\n"), "\(page)")
        }
    }

    @Test func mistakesAreNamed() throws {
        let place = try Workplace(["a.wf": "func f( {"])
        #expect(try place.run("doc", "a.wf").errorText.contains("expected `--output DIR`"))
        #expect(try place.run("doc", "-o", "x").errorText.contains("or `--stdlib`"))
        #expect(try place.run("doc", "a.wf", "-o", "x").status == 1)
        #expect(try place.run("doc", "nosuch.wf", "-o", "x").status == 2)
        try place.put("b.wf", module)
        #expect(try place.run("doc", "b.wf", "-o", "a.wf").errorText.contains("is no folder"))
    }
}
