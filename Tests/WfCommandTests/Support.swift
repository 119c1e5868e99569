// A small command line that has every shape of operand and option, and the real ones of this build.
import Testing
import WfCommand
import WfTestSupport

let sample = CommandSet(
    name: "tool", version: "1.2.3", summary: "does things",
    description: ["tool does `things` - one \\ at a time.", ".this line begins with a dot"],
    commands: [
        CommandSpec(
            name: "make", operands: "FILE.wf|- [KEY=VALUE…]", operandCount: 1...Int.max, summary: "make it",
            details: ["Don't make it \"twice\"."],
            options: [
                OptionSpec(name: "--output", short: "-o", value: "OUT", help: "where [it] goes: a file"),
                OptionSpec(name: "--color", value: "WHEN", choices: ["auto", "always"], help: "it's colour"),
                OptionSpec(name: "--define", value: "NAME", help: "may be given often"),
                OptionSpec(name: "--quiet", short: "-q", help: "say nothing"),
            ],
            run: { arguments, streams throws(CommandError) in
                streams.output.write(arguments.operands.joined(separator: ","))
                return 7
            }),
        CommandSpec(
            name: "show", operands: "[RUN]", operandCount: 0...1, summary: "show it", options: [],
            run: { _, _ throws(CommandError) in throw CommandError("nothing to show", help: "make it") }),
    ],
    planned: ["destroy"], words: ["OUT": .files([]), "RUN": .lines(of: "printf 'r-one\\nr-two\\n'")],
    statuses: [(0, "done"), (2, "wrong usage")], environment: [("TOOL_HOME", "where it lives")],
    examples: [("tool make a.wf", "make a")], seeAlso: "`other`(1)")

/// Arguments of `sample`'s command.
func arguments(_ name: String, _ words: String...) throws -> Arguments {
    let spec = try #require(sample.command(name))
    return try Arguments(spec, of: sample, words[...])
}
