// Paths that match a pattern: `*`, `?`, `[…]` within a name, `**` for any folders. It reads folders and changes nothing.
import Glibc

/// Why a folder could not be read: an errno.
struct Trouble: Error { var code: Int32 }

/// The paths that match, as the pattern writes them (relative ones start at `base`), in no order. A pattern without any
/// wildcard that names a folder stands for what is in it.
func matchingPaths(_ pattern: String, from base: String) throws(Trouble) -> [String] {
    let isAbsolute = pattern.utf8.first == UInt8(ascii: "/")
    let parts = pattern.split(separator: "/").map(String.init)
    var matcher = PathMatcher(root: isAbsolute ? "/" : base + "/", parts: parts)
    if !parts.contains(where: isPattern) { return try matcher.plain(pattern) }
    try matcher.match(0, isAbsolute ? "/" : "", depth: 0)
    return matcher.found
}

private func isPattern(_ name: String) -> Bool {
    name.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
}

private struct PathMatcher {
    let root: String
    let parts: [String]
    var found: [String] = []

    init(root: String, parts: [String]) {
        self.root = root
        self.parts = parts
    }

    /// Where a path as the pattern writes it lies on the disk.
    private func place(_ shown: String) -> String {
        shown.utf8.first == UInt8(ascii: "/") ? shown : root + shown
    }

    func plain(_ pattern: String) throws(Trouble) -> [String] {
        var status = stat()
        if stat(place(pattern), &status) != 0 { throw Trouble(code: errno) }
        if status.st_mode & S_IFMT != S_IFDIR { return [pattern] }
        let prefix = pattern.hasSuffix("/") ? pattern : pattern + "/"
        return try names(in: pattern, isRequired: true).map { prefix + $0.name }
    }

    /// Matches the parts from `index` on below `shown`, which is empty or ends with a slash.
    mutating func match(_ index: Int, _ shown: String, depth: Int) throws(Trouble) {
        if depth > 256 || found.count > DoorLimits.listedNamesMax { return }
        let part = parts[index]
        let isLast = index + 1 == parts.count
        if part == "**" {
            if !isLast { try match(index + 1, shown, depth: depth + 1) }
            for entry in try names(in: shown, isRequired: false) where !entry.name.hasPrefix(".") {
                if isLast { found.append(shown + entry.name) }
                if entry.isFolder { try match(index, shown + entry.name + "/", depth: depth + 1) }
            }
        } else if !isPattern(part) {
            let path = shown + part
            if isLast {
                if access(place(path), F_OK) == 0 { found.append(path) }
            } else {
                try match(index + 1, path + "/", depth: depth + 1)
            }
        } else {
            for entry in try names(in: shown, isRequired: false)
            where fnmatch(part, entry.name, FNM_PERIOD) == 0 {
                if isLast {
                    found.append(shown + entry.name)
                } else if entry.isFolder || entry.isLink {
                    try match(index + 1, shown + entry.name + "/", depth: depth + 1)
                }
            }
        }
    }

    private struct Entry {
        var name: String
        var isFolder: Bool
        var isLink: Bool
    }

    private func names(in shown: String, isRequired: Bool) throws(Trouble) -> [Entry] {
        guard let folder = opendir(shown.isEmpty ? root : place(shown)) else {
            // What is no folder has nothing below it; what may not be read is said.
            if !isRequired, errno == ENOENT || errno == ENOTDIR { return [] }
            throw Trouble(code: errno)
        }
        defer { closedir(folder) }
        var result: [Entry] = []
        while let entry = readdir(folder) {
            let name = entryName(entry)
            if name == "." || name == ".." { continue }
            var kind = Int(entry.pointee.d_type)
            if kind == Int(DT_UNKNOWN) {
                var status = stat()
                if lstat(place(shown) + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                    kind = Int(DT_DIR)
                }
            }
            result.append(Entry(name: name, isFolder: kind == Int(DT_DIR), isLink: kind == Int(DT_LNK)))
        }
        return result
    }
}
