// Completion, hover and signatures where only few things can stand: in flows, tests, comments, before arms, behind handles.
import Testing
import WfLanguageServer
import WfTestSupport

@Suite struct PlacesTests {
    private static let text = """
        record Order { id: Int, name: String }

        enum State { open, paid(amount: Int) }

        func double(n: Int, by: Int = 2) -> Int { n * by }

        action greet(name: String) -> String
            via exec("echo", name)
            timeout 10s

        workflow collect(n: Int) -> Int {
            /// The money.
            signal paid: Int
            step x = await paid
            x + n
        }

        workflow main(order: Order, state: State) -> Int {
            step hello = greet(order.name)
            step pay = spawn collect(order.id)
            pay.send(paid: 3)
            let k = match state {
                .open => 1
                .paid(amount) => amount
            }
            double(k) + hello.count
        }

        flow ship(order: Order) -> String {
            signal cancelled: String
            start -> pack
            step pack = greet(order.name) -> check
                on timeout 5d -> refused
                on signal cancelled -> stopped
            choice check {
                pack == "ok" -> send
                else -> refused
            }
            step send = greet("x") -> done
            end done = send ?? ""
            end refused = "refused"
            end stopped = "stopped"
        }

        test "works" {
            mock greet = "hi"
            step out = main(Order { id: 1, name: "a" }, .open)
            expect out == 4
            expect calls(greet).count == 1
        }

        """

    struct Place: Sendable, CustomTestStringConvertible {
        var old: String
        /// With `|` for the caret.
        var new: String
        var first: [String]
        var only = false
        var testDescription: String { new }
    }

    private static let nodes = ["check", "done", "pack", "refused", "send", "stopped"]

    @Test(arguments: [
        Place(old: "step hello", new: "// wf:allow |\n    step hello", first: ["WF5001", "WF5002"]),
        Place(
            old: "step hello", new: "// wf:allow WF5001 |\n    step hello",
            first: ["because", "WF5001"]),
        Place(old: "step hello", new: "// words |\n    step hello", first: [], only: true),
        Place(old: "mock greet", new: "mock |", first: ["greet", "approve"]),
        Place(old: "calls(greet)", new: "calls(|)", first: ["greet"]),
        Place(old: "expect calls", new: "real |\n    expect calls", first: ["greet"]),
        Place(old: "pay.send(paid: 3)", new: "pay.|", first: ["id", "cancel", "send"]),
        Place(old: "pay.send(paid: 3)", new: "pay.send(|)", first: ["paid:"]),
        Place(old: ".open => 1\n", new: "|\n", first: [".open", ".paid"]),
        Place(old: ".open => 1\n", new: ".o|\n", first: ["open", "paid"], only: true),
        Place(old: "await paid", new: "await |", first: ["paid"]),
        Place(old: "spawn collect(order.id)", new: "spawn |", first: ["collect", "main", "ship"]),
        Place(old: "Order { id: 1, name", new: "Order { |, name", first: ["id"], only: true),
        Place(old: "-> check\n", new: "-> ch|\n", first: nodes, only: true),
        Place(old: "on timeout 5d -> refused", new: "on timeout 5d -> |", first: nodes, only: true),
        Place(
            old: "on timeout 5d -> refused", new: "on |",
            first: ["error", "every", "parallel", "signal", "timeout", "when"], only: true),
        Place(old: "on signal cancelled", new: "on signal |", first: ["cancelled"], only: true),
        Place(old: "\"ok\" -> send", new: "\"ok\" -> |", first: nodes, only: true),
        Place(old: "else -> refused", new: "|", first: ["await", "cancelled", "else", "timeout"]),
        Place(old: "    end done = send ?? \"\"\n", new: "    |\n", first: ["any", "check", "choice"]),
        Place(old: "via exec", new: "via |", first: ["approve"]),
    ])
    func completion(_ place: Place) throws {
        let client = try LspClient()
        let text = Self.text.replacing(place.old, with: place.new, maxReplacements: 1)
        #expect(text != Self.text)
        let before = text.prefix { $0 != "|" }
        try client.open("main.wf", text.replacing("|", with: "", maxReplacements: 1))
        let answer = try client.of(
            "completion", "main.wf",
            [
                "position": [
                    "line": .int(before.filter { $0 == "\n" }.count),
                    "character": .int(before.reversed().prefix { $0 != "\n" }.count),
                ]
            ])
        let labels = (answer["items"].array ?? []).sorted {
            ($0["sortText"].string ?? "") < ($1["sortText"].string ?? "")
        }.compactMap { $0["label"].string }
        #expect(Array(place.only ? labels[...] : labels.prefix(place.first.count)) == place.first)
    }

    @Test func signalsOfAHandle() throws {
        let client = try LspClient(["main.wf": Self.text])
        try client.open("main.wf")
        let help = try client.at("signatureHelp", "main.wf", "pay.send(", 9)
        #expect(help["signatures"][0]["label"] == "send(paid: Int)")
        let hover = try client.at("hover", "main.wf", "send(paid", 5)
        #expect(hover["contents"]["value"].string == "```wf\nsignal paid: Int\n```\n\nThe money.")
        let edits = try client.at("rename", "main.wf", "send(paid", 5, ["newName": "bought"])
        let after = try client.applied(edits["changes"][client.uri("main.wf")], to: "main.wf")
        #expect(
            after
                == Self.text.replacing("signal paid", with: "signal bought")
                .replacing("await paid", with: "await bought").replacing("send(paid", with: "send(bought"))
    }

    @Test func hoverOfAFlow() throws {
        let client = try LspClient(["main.wf": Self.text])
        try client.open("main.wf")
        let step = try client.at("hover", "main.wf", "start -> pack", 9)
        #expect(
            step["contents"]["value"].string == """
                ```wf
                step pack: String?
                ```

                Goes on to `check`.

                Meanwhile: `on timeout 5d -> refused`, `on signal cancelled -> stopped`.

                From `greet`: `timeout 10s`
                """)
        let word = try client.at("hover", "main.wf", "choice check")
        #expect(word["contents"]["value"].string?.contains("first arrow whose condition holds") ?? false)
    }
}
