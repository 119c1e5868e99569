// Where the contents of secrets come from: `--secrets FILE`, else the environment variable of the secret's name, else the
// file that NAME_FILE names. Looked up once per process, so that a resume sees what is there by then.
import Glibc
import WfCommand
import WfDoors
import WfPlan

struct SecretSources {
    /// Of `--secrets`.
    private var listed: [(name: String, content: [UInt8])] = []

    init(_ arguments: Arguments) throws(CommandError) {
        guard let path = arguments.value("--secrets") else { return }
        let bytes = try InputText(file: path).bytes
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let line = line.last == 0x0D ? line.dropLast() : line
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                throw CommandError("line \(number + 1) of `\(path)` is not `NAME=CONTENT`")
            }
            let name = String(decoding: line[..<equals], as: UTF8.self)
            listed.append((name, Array(line[line.index(after: equals)...])))
        }
    }

    func secrets() -> Secrets {
        let listed = listed
        return Secrets { (name) throws(SecretProblem) in
            if let entry = listed.last(where: { $0.name == name }) { return entry.content }
            if let value = getenv(name) { return Array(String(cString: value).utf8) }
            guard let path = getenv(name + "_FILE").map({ String(cString: $0) }) else { return nil }
            do throws(CommandError) {
                let content = try InputText(file: path).bytes
                // what editors and `echo` put behind the last line
                return content.last == 0x0A ? Array(content.dropLast()) : content
            } catch {
                throw .unreadable(name, path: path, reason: error.message)
            }
        }
    }
}

/// Looks up what the plan uses; says which is missing.
func loadSecrets(_ secrets: Secrets, of plan: Plan) throws(CommandError) {
    do throws(SecretProblem) { try secrets.load(plan) } catch { throw CommandError(error) }
}

extension CommandError {
    init(_ problem: SecretProblem) {
        switch problem {
        case .missing(let name):
            self.init(
                "the secret `\(name)` is not set",
                help: "set the variable \(name), or \(name)_FILE to the path of a file that holds it, "
                    + "or name a file of secrets with --secrets")
        case .short(let name, let count):
            self.init(
                "the secret `\(name)` has \(count) bytes, expected at least 8",
                help: "use a longer one: shorter texts occur by chance in what is no secret")
        case .long(let name, let count):
            self.init(
                "the secret `\(name)` has \(count) bytes, expected at most \(DoorLimits.secretBytesMax)")
        case .notText(let name):
            self.init("the secret `\(name)` is not UTF-8 text", help: "encode it, as base64 for instance")
        case .unreadable(let name, let path, let reason):
            self.init("the secret `\(name)` cannot be read from `\(path)`: \(reason)")
        }
    }
}
