// The pure built-ins as a module of the reference: by the type that they are called on, from their declarations.
import WfBuiltins

/// A type, and what can be called on its values.
struct BuiltinGroup {
    var title: String
    var members: [(name: String, signature: String, documentation: String, example: String)]

    /// All groups, functions first, then types in the order in which they are declared.
    static func all() -> [BuiltinGroup] {
        var groups: [BuiltinGroup] = []
        for builtin in Builtin.allCases {
            let declaration = builtin.declaration
            if declaration.isHidden { continue }
            let signature = "\(declaration.signature)"
            let (receiver, name) = parts(signature)
            let title = heading(receiver)
            let member = (
                name: name, signature: signature, documentation: "\(declaration.documentation)",
                example: builtin.example.map { "\($0)" } ?? ""
            )
            if let at = groups.firstIndex(where: { $0.title == title }) {
                groups[at].members.append(member)
            } else {
                groups.append(BuiltinGroup(title: title, members: [member]))
            }
        }
        let functions = groups.filter { $0.title == heading("") }
        return functions + groups.filter { $0.title != heading("") }
    }

    private static func heading(_ receiver: String) -> String {
        if receiver.isEmpty { return "Functions" }
        if receiver.hasSuffix("?") { return "Optional" }
        guard receiver.hasPrefix("[") else { return receiver }
        return receiver.contains(":") ? "Map" : "List"
    }

    /// `[T].map<U>(…) -> [U]` → `[T]` and `map`.
    private static func parts(_ signature: String) -> (receiver: String, name: String) {
        var depth = 0
        var receiver = ""
        var word = ""
        for character in signature {
            if "[(<".contains(character) {
                if depth == 0 && character != "[" { break }
                depth += 1
            } else if "])>".contains(character) {
                depth -= 1
            } else if depth == 0 && (character == ":" || character == " ") {
                break
            } else if depth == 0 && character == "." {
                receiver = word
                word = ""
                continue
            }
            word.append(character)
        }
        return (receiver, word)
    }
}
