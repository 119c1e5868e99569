// The small project that the tests of features look at.

enum Sample {
    static let lib = """
        // Shared things.

        /// An order.
        record Order {
            id: Int
            /// Who.
            name: String
            total: Float = 0.0
            state: State = .open
        }

        /// Where it stands.
        enum State {
            open
            paid(amount: Float)
        }

        /// Twice the number.
        func double(n: Int) -> Int {
            let twice = n * 2
            twice
        }

        /// Says hello.
        action greet(name: String) -> String
            via exec("echo", name)
            timeout 10s
            retry 3 backoff 1s..1m

        """

    static let main = """
        use "lib/shared.wf" as shared
        use std.file

        /// The main thing.
        workflow main(order: shared.Order, count: Int) -> String {
            let n = shared.double(count)
            step hello = shared.greet("{order.name} {n}")
            step again = shared.greet(hello)
                timeout 5s
            step content = file.read("a.txt")
            let kind = match order.state {
                .open => "open"
                .paid(amount) => "paid {amount}"
            }
            again + kind + content.upper()
        }

        test "works" {
            mock shared.greet = "x"
            mock file.read = "y"
            let name = "a"
            let o = shared.Order { id: 1, name }
            step out = main(o, 1)
            expect out == "xopenY"
        }

        """

    static func client() throws -> LspClient {
        let client = try LspClient(["lib/shared.wf": lib, "main.wf": main])
        try client.open("main.wf")
        return client
    }
}
