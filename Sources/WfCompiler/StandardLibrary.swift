// The embedded standard library, by dotted name. Its text is generated from stdlib/*.wf by `wf-dev
// generate`.
package import WfSource

/// The modules of `std`.
package enum StandardLibrary {
    /// `std.file`, …, in order of name.
    package static var names: [String] { standardLibraryTexts.map { "std.\($0.name)" } }

    /// The path a module has in diagnostics and plans: `std/file.wf`.
    package static func path(of name: String) -> String {
        name.split(separator: ".").joined(separator: "/") + ".wf"
    }

    /// The module with a dotted name, or nil.
    package static func source(of name: String) -> SourceFile? {
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
