// The embedded standard library, by dotted name. Its text is generated from stdlib/*.wf by `wf-dev
// generate`.
public import WfSource

/// The modules of `std`.
public enum StandardLibrary {
    /// `std.file`, …, in order of name.
    public static var names: [String] { standardLibraryTexts.map { "std.\($0.name)" } }

    /// The path a module has in diagnostics and plans: `std/file.wf`.
    public static func path(of name: String) -> String {
        name.split(separator: ".").joined(separator: "/") + ".wf"
    }

    /// The module whose source a path names: `stdlib/lists.wf` is `std.lists`; nil for every other file.
    public static func moduleName(ofPath path: String) -> String? {
        let parts = path.split(separator: "/")
        guard parts.count > 1, parts[parts.count - 2] == "stdlib", path.hasSuffix(".wf") else { return nil }
        let name = "std.\(parts[parts.count - 1].dropLast(3))"
        return names.contains(name) ? name : nil
    }

    /// The module with a dotted name, or nil.
    public static func source(of name: String) -> SourceFile? {
        for module in standardLibraryTexts where name == "std.\(module.name)" {
            return SourceFile(
                path: path(of: name),
                bytes: Array(
                    UnsafeBufferPointer(start: module.text.utf8Start, count: module.text.utf8CodeUnitCount)))
        }
        return nil
    }
}

/// One embedded text.
struct EmbeddedText: Sendable {
    let name: String
    let text: StaticString
    init(_ name: String, _ text: StaticString) {
        self.name = name
        self.text = text
    }
}
