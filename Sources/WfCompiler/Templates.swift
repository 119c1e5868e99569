// The projects that `wfc new` starts from. Their texts are generated from templates/ by `wf-dev generate`.

/// Templates of projects.
public enum Templates {
    /// `files`, `hello`, … in order of name.
    public static var names: [String] {
        var names: [String] = []
        for text in templateTexts {
            let name = String(text.name.prefix { $0 != "." })
            if names.last != name { names.append(name) }
        }
        return names
    }

    /// The files of a template: their paths in the project, and what they hold.
    public static func files(of template: String) -> [(path: String, text: String)] {
        templateTexts.filter { $0.name.hasPrefix(template + ".") }.map { text in
            let path = text.name.dropFirst(template.count + 1).split(separator: ".").joined(separator: "/")
            return (path + ".wf", "\(text.text)")
        }
    }
}
