// Makes the programs that are measured: a large project, chains, fan-outs, graphs, and the peers' forms of them.
import Glibc

enum Generate {
    /// A project of `files` files with about `linesPerFile` lines each, in the mix of a real one: records, enums,
    /// functions, actions, workflows, comments.
    static func project(_ folder: String, files: Int, linesPerFile: Int) -> Int {
        mkdir(folder, 0o755)
        var total = 0
        for file in 0..<files {
            var text = "/// Part \(file) of a generated project.\nuse std.file\n\n"
            var lines = 3
            var part = 0
            while lines < linesPerFile {
                let piece = unit(part)
                text += piece
                lines += piece.utf8.reduce(0) { $0 + ($1 == 10 ? 1 : 0) }
                part += 1
            }
            total += lines
            writeText("\(folder)/part\(file).wf", text)
        }
        return total
    }

    private static func unit(_ n: Int) -> String {
        """
        /// An order line of kind \(n).
        record Line\(n) {
            article: String,
            quantity: Int,
            price: Decimal,
            note: String? = null,
        }

        enum State\(n) { open, packed(boxes: Int), sent(tracking: String, weight: Float) }

        func total\(n)(lines: [Line\(n)], discount: Decimal = 0) -> Decimal {
            var sum: Decimal = 0
            for line in lines {
                // lines without a quantity do not count
                if line.quantity <= 0 {
                    continue
                }
                sum += line.price * line.quantity.toDecimal()
            }
            sum - discount
        }

        func describe\(n)(state: State\(n), limit: Int) -> String {
            match state {
                .open => "open"
                .packed(boxes) => if boxes > limit { "packed in many boxes" } else { "packed in {boxes} boxes" }
                .sent(tracking, weight) => "sent as {tracking}, {weight} kg"
            }
        }

        func weigh\(n)(lines: [Line\(n)], factor: Float) -> Float {
            var index = 0
            var weight = 0.0
            while index < lines.count && weight < 1000.0 {
                let line = lines[index]
                weight = weight + line.quantity.toFloat() * factor
                index += 1
            }
            weight
        }

        action pack\(n)(lines: [Line\(n)], boxes: Int) -> String
            via exec("pack", "--boxes", boxes, "--count", lines.count)
            timeout 30s
            retry 3 on timeout, exit(75) backoff 1s..1m

        action send\(n)(parcel: String, express: Bool) -> String
            via exec("send", parcel, "--express={express}")
            timeout 2m

        /// Packs and sends what was ordered.
        workflow ship\(n)(lines: [Line\(n)], express: Bool, folder: Path) -> String {
            let sum = total\(n)(lines, discount: 1.50)
            step parcel = pack\(n)(lines, boxes: lines.count / 10 + 1)
            step label = file.read(Path("{folder}/label-\(n).txt"))
            step tracking = send\(n)(parcel, express)
                when sum > 0
                after label
            step notes = for line in lines limit 4 {
                step note = file.read(Path("{folder}/{line.article}.txt"))
                "{line.article}: {note.trim()}"
            }
            step archived = file.write(Path("{folder}/archive-\(n).txt"), notes.join("\\n"))
            let state = if tracking != null { State\(n).sent(tracking, 1.5) } else { State\(n).packed(1) }
            "{describe\(n)(state, limit: 5)}: {label}"
        }


        """
    }

    /// A workflow of `count` steps, each after the one before.
    static func chain(_ path: String, count: Int) {
        writeText(
            path,
            """
            workflow main(count: Int = \(count)) -> Int {
                step turns = loop (done: Int = 0) while done < count {
                    step one = nop()
                    next (done + 1)
                }
                turns.done
            }

            """)
    }

    /// A straight chain of `count` steps in one block.
    static func straightChain(_ path: String, count: Int) {
        var text = "workflow main() {\n    step s0 = nop()\n"
        for index in 1..<count { text += "    step s\(index) = nop() after s\(index - 1)\n" }
        writeText(path, text + "}\n")
    }

    /// `count` processes of `true`, `limit` at a time.
    static func processes(_ path: String, count: Int) {
        writeText(
            path,
            """
            workflow main(limit: Int) {
                step all = for number in 0..<\(count) limit limit { exec("true") }
            }

            """)
    }

    /// A layered graph: each node needs three of the layer before.
    static func graph(_ path: String, ninja: String, nodes: Int, width: Int) {
        var text = "workflow main() {\n"
        var build = "rule touch\n  command = :\n"
        for node in 0..<nodes {
            let layer = node / width
            if layer == 0 {
                text += "    step n\(node) = nop()\n"
                build += "build n\(node): phony\n"
            } else {
                let base = (layer - 1) * width
                let first = base + node % width
                let second = base + (node * 7 + 3) % width
                let third = base + (node * 13 + 5) % width
                text += "    step n\(node) = nop() after n\(first), n\(second), n\(third)\n"
                build += "build n\(node): phony n\(first) n\(second) n\(third)\n"
            }
        }
        writeText(path, text + "}\n")
        writeText(ninja, build)
    }
}
