// Drives the real `wfc` in a folder of its own. Point WFC at another binary to test that one.
import Testing
import WfTestSupport

let wfc = builtCommand("wfc")

/// A folder with sources, in which `wfc` is run.
struct Workplace {
    let folder: TemporaryFolder

    init(_ files: [String: String] = [:]) throws {
        folder = try TemporaryFolder("wfc")
        for (name, text) in files { try put(name, text) }
    }

    var path: String { folder.path }

    func put(_ name: String, _ text: String) throws { try writeFile(path + "/" + name, Array(text.utf8)) }

    func text(_ name: String) throws -> String {
        String(decoding: try readFile(path + "/" + name), as: UTF8.self)
    }

    func run(_ arguments: String..., input: String? = nil) throws -> ProcessResult {
        try runProcess(wfc, arguments, input: input.map { Array($0.utf8) }, workingFolder: path, seconds: 60)
    }
}
