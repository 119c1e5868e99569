// Words to options and operands, and what is said about words that do not fit.
import Testing
import WfCommand

@Suite struct ArgumentTests {
    @Test func optionsAndOperandsMixInAnyOrder() throws {
        let given = try arguments("make", "a.wf", "-o", "b", "--quiet", "x=1", "--color=always", "-")
        #expect(given.operands == ["a.wf", "x=1", "-"])
        #expect(given.value("--output") == "b")
        #expect(given.value("--color") == "always")
        #expect(given.has("--quiet") && !given.has("--define"))
    }

    @Test func valuesMayContainAnythingAndTheLastCounts() throws {
        let given = try arguments("make", "a", "--define=x=--y", "--define", "-z", "--output=")
        #expect(given.values("--define") == ["x=--y", "-z"])
        #expect(given.value("--define") == "-z")
        #expect(given.value("--output") == "")
    }

    @Test func afterTwoDashesEverythingIsAnOperand() throws {
        #expect(try arguments("make", "--", "--quiet", "-o").operands == ["--quiet", "-o"])
    }

    private func problem(_ words: String...) throws -> String {
        let spec = try #require(sample.command(words[0]))
        do throws(UsageError) {
            _ = try Arguments(spec, of: sample, words[1...])
            return ""
        } catch {
            return error.message + (error.suggestion.map { " -> " + $0 } ?? "")
        }
    }

    @Test func wordsThatDoNotFitAreNamed() throws {
        #expect(try problem("make", "--ouptut", "x") == "no option `--ouptut` of `tool make` -> --output")
        #expect(try problem("make", "-x") == "no option `-x` of `tool make`")
        #expect(try problem("make", "a", "--quiet=1") == "`--quiet` takes no value")
        #expect(try problem("make", "a", "-o") == "`-o` needs a value: OUT")
        #expect(
            try problem("make", "a", "--color", "allways")
                == "`--color` is auto, always, found `allways` -> always")
        #expect(try problem("make") == "expected FILE.wf|- [KEY=VALUE…]")
        #expect(try problem("show", "a", "b") == "expected [RUN], found `b` as well")
        #expect(try problem("make", "--help") == "")
    }

    @Test func helpSaysWhatTheTableSays() throws {
        let make = try #require(sample.command("make"))
        #expect(
            sample.help(of: make) == """
                usage: tool make [OPTIONS] FILE.wf|- [KEY=VALUE…]

                make it
                Don't make it "twice".

                options:
                  --output, -o OUT  where [it] goes: a file
                  --color WHEN      it's colour
                  --define NAME     may be given often
                  --quiet, -q       say nothing
                  --help, -h        show this

                """)
        let general = sample.generalHelp()
        for command in sample.commands { #expect(general.contains("  \(command.name) ")) }
        #expect(general.hasPrefix("tool 1.2.3: does things\n"))
        #expect(general.hasSuffix("exit status:\n  0            done\n  2            wrong usage\n"))
    }
}
