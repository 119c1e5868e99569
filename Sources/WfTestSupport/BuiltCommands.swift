// Where the commands under test are. Knows nothing of what they do.
import Glibc

/// The folder that this build puts its programs into, from the package's root.
#if DEBUG
    public let builtFolder = ".build/debug"
#else
    public let builtFolder = ".build/release"
#endif

/// The absolute path of a command under test: what `WFC` or `WFI` names, else what was built with the tests.
public func builtCommand(_ name: String, in folder: String = builtFolder) -> String {
    let path = getenv(name.uppercased()).map { String(cString: $0) } ?? "\(folder)/\(name)"
    guard path.contains("/"), let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
}
