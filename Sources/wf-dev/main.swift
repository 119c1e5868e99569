// wf-dev: the developers' own tool. Runs in the repository's root.
import Glibc
import WfTestSupport

let words = CommandLine.arguments.dropFirst()
switch words.first {
case "generate": exit(Generate.run(checksOnly: words.contains("--check")))
case "tidy": exit(Tidy.run())
case "bless": exit(bless(Array(words.dropFirst())))
default:
    print("usage: wf-dev generate [--check] | tidy | bless [CASE…]")
    exit(2)
}
