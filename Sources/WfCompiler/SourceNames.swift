// What a plan calls its files: their paths from the project's folder, so that equal sources give an equal plan wherever
// they lie and whoever compiles them from where. The project's folder is the nearest one above the file that has a
// `wf.json`, else the file's own. Knows paths; asks for no other file.

/// The names of a compilation's files.
public struct SourceNames: Sendable {
    /// As the compiler writes paths, and absolute.
    private let givenFolder: String
    private let projectFolder: String
    /// Of the folder that relative paths start from.
    private let workingFolder: String
    /// Whoever called the compiler writes absolute paths.
    private let isAbsolute: Bool

    /// - Parameter path: of the file that is compiled.
    init(_ path: String, _ provider: any SourceProvider) {
        workingFolder = provider.folder
        givenFolder = SettingsFinder.projectFolder(of: path, provider) ?? SettingsFinder.folder(of: path)
        projectFolder = SourceNames.absolute(givenFolder, in: workingFolder)
        isAbsolute = path.hasPrefix("/")
    }

    /// The name of a file.
    func name(of path: String) -> String {
        // Standard input and its like lie nowhere.
        if path.hasPrefix("<") { return path }
        // What lies beside each other needs no names of folders above.
        let isBelow = !givenFolder.hasPrefix("/") && !givenFolder.hasPrefix("..")
        if isBelow && !path.hasPrefix("/") { return SourceNames.relative(path, from: givenFolder) }
        return SourceNames.relative(SourceNames.absolute(path, in: workingFolder), from: projectFolder)
    }

    /// The path of a file that the plan calls so, as whoever called the compiler writes paths.
    public func path(named name: String) -> String {
        if name.hasPrefix("<") { return name }
        let path = SourceNames.absolute(name, in: projectFolder)
        return isAbsolute ? path : SourceNames.relative(path, from: workingFolder)
    }

    private static func absolute(_ path: String, in folder: String) -> String {
        ModulePath.normalized(path.hasPrefix("/") ? path : folder + "/" + path)
    }

    /// Both are absolute, or both start at one folder and the second one lies below it.
    private static func relative(_ path: String, from folder: String) -> String {
        let (path, folder) = (path.split(separator: "/"), folder.split(separator: "/"))
        let common = zip(path, folder).prefix { $0 == $1 }.count
        let up = folder.dropFirst(common).map { _ in Substring("..") }
        return (up + path.dropFirst(common)).joined(separator: "/")
    }
}
