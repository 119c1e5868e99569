// The failures the doors report: kind, message and code in one place. Lower case, what was found and what was
// expected.
import Glibc
import WfEngine
import WfValue

enum DoorFailures {
    /// `{"key": "text"}` in the binary encoding of `Json`.
    private static func jsonObject(key: String, text: String) -> [UInt8] {
        var json = ByteWriter()
        json.append(8)
        json.appendCount(1)
        json.appendString(key)
        json.append(6)
        json.appendString(text)
        return json.toArray()
    }

    static var cancelled: EffectFailure {
        EffectFailure(kind: "cancelled", message: "stopped before it had ended")
    }

    static func exit(_ program: String, _ code: Int, accepted: [Int], tail: String) -> EffectFailure {
        var message = "`\(program)` exited with status \(code)"
        if accepted != [0] { message += ", expected \(list(accepted))" }
        return EffectFailure(kind: "exit", message: quoting(message, tail), code: code)
    }

    static func signal(_ program: String, _ number: Int, tail: String) -> EffectFailure {
        let message = "`\(program)` was ended by signal \(signalName(number))"
        return EffectFailure(kind: "signal", message: quoting(message, tail), code: number)
    }

    static func output(_ program: String, stream: String) -> EffectFailure {
        EffectFailure(
            kind: "output",
            message:
                "`\(program)` wrote more than \(DoorLimits.capturedBytesMax >> 20) MiB to standard \(stream); "
                + "let it write to a file")
    }

    static func programNotFound(_ program: String, path: String) -> EffectFailure {
        if program.utf8.contains(UInt8(ascii: "/")) {
            return EffectFailure(kind: "notFound", message: "there is no program at `\(program)`")
        }
        if program.isEmpty {
            return EffectFailure(kind: "notFound", message: "the name of the program is empty")
        }
        return EffectFailure(
            kind: "notFound", message: "the program `\(program)` is in no folder of PATH",
            data: jsonObject(key: "path", text: path))
    }

    static func folderNotUsable(_ folder: String, _ code: Int32) -> EffectFailure {
        EffectFailure(
            kind: kind(of: code),
            message: "the working directory `\(folder)` cannot be used: \(errorText(code))")
    }

    static func notStarted(_ program: String, _ code: Int32) -> EffectFailure {
        var message = "`\(program)` cannot be started: \(errorText(code))"
        if code == ENOEXEC { message += " (a script needs a first line such as `#!/bin/sh`)" }
        return EffectFailure(kind: kind(of: code), message: message)
    }

    static func nulInArguments(_ program: String) -> EffectFailure {
        EffectFailure(
            kind: "argument",
            message:
                "an argument or environment entry of `\(program)` contains a NUL byte, which no process can get"
        )
    }

    static func environmentName(_ name: String) -> EffectFailure {
        EffectFailure(
            kind: "argument",
            message: "`\(name)` cannot name an environment variable: expected a name without `=`")
    }

    static func file(_ verb: String, _ path: String, _ code: Int32) -> EffectFailure {
        EffectFailure(kind: kind(of: code), message: "`\(path)` cannot be \(verb): \(errorText(code))")
    }

    static func holdsSecret(_ name: String) -> EffectFailure {
        EffectFailure(
            kind: "secret",
            message: "the result holds the content of the secret `\(name)` and was thrown away")
    }

    static func text(_ kind: String, _ message: String) -> EffectFailure {
        EffectFailure(kind: kind, message: message)
    }

    static func arguments(_ effect: String, _ error: DecodeError) -> EffectFailure {
        EffectFailure(kind: "decode", message: "the arguments of `\(effect)` do not fit its door: \(error)")
    }

    static func unknownEffect(_ effect: String) -> EffectFailure {
        EffectFailure(kind: "unsupported", message: "this wfi has no door for the effect `\(effect)`")
    }

    /// The kind of failure behind an errno, as `retry … on` and `catch` name it.
    static func kind(of code: Int32) -> String {
        switch code {
        case ENOENT, ENOTDIR: return "notFound"
        case EACCES, EPERM, EROFS: return "denied"
        case EEXIST: return "exists"
        case ENOSPC, EDQUOT: return "diskFull"
        default: return "io"
        }
    }

    private static func quoting(_ message: String, _ tail: String) -> String {
        tail.isEmpty ? message : message + ": " + tail
    }

    private static func list(_ numbers: [Int]) -> String {
        var text = ""
        for (index, number) in numbers.enumerated() { text += index == 0 ? "\(number)" : ", \(number)" }
        return text.isEmpty ? "none" : text
    }

    private static func signalName(_ number: Int) -> String {
        let names: [(Int32, String)] = [
            (SIGHUP, "HUP"), (SIGINT, "INT"), (SIGQUIT, "QUIT"), (SIGILL, "ILL"), (SIGTRAP, "TRAP"),
            (SIGABRT, "ABRT"), (SIGBUS, "BUS"), (SIGFPE, "FPE"), (SIGKILL, "KILL"), (SIGUSR1, "USR1"),
            (SIGSEGV, "SEGV"), (SIGUSR2, "USR2"), (SIGPIPE, "PIPE"), (SIGALRM, "ALRM"), (SIGTERM, "TERM"),
            (SIGXCPU, "XCPU"), (SIGXFSZ, "XFSZ"), (SIGSYS, "SYS"),
        ]
        guard let found = names.first(where: { $0.0 == Int32(truncatingIfNeeded: number) }) else {
            return "\(number)"
        }
        return "\(number) (\(found.1))"
    }
}
