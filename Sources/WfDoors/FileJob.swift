// One piece of file work: what is asked, and how it is done with blocking system calls. It runs on any thread and
// knows nothing of the others.
import Glibc
import WfEngine
import WfValue

/// The file effects, by their qualified names.
enum FileEffect: String, CaseIterable, Sendable {
    case read = "file.read"
    case readBytes = "file.readBytes"
    case readPart = "file.readPart"
    case write = "file.write"
    case append = "file.append"
    case list = "file.list"
    case remove = "file.remove"
    case copy = "file.copy"
    case move = "file.move"
    case exists = "file.exists"
    case size = "file.size"
    case makeFolder = "file.makeFolder"
}

/// A file effect with its arguments.
struct FileJob: Sendable {
    let attempt: AttemptId
    let effect: FileEffect
    /// Encoded, as the effect's signature in stdlib/file.wf has them.
    let arguments: [UInt8]
    let baseFolder: String
    /// Whether the effect's result is text, so that bytes which are not UTF-8 are a failure.
    let yieldsText: Bool
    /// Whether the effect yields the path it has written.
    let yieldsPath: Bool

    /// Does the work. Every trouble is a failure of the attempt.
    func run() -> EffectOutcome {
        do throws(DecodeError) {
            return try withByteReader(arguments) { (reader) throws(DecodeError) in try perform(&reader) }
        } catch {
            return .failure(DoorFailures.arguments(effect.rawValue, error))
        }
    }

    private func perform(_ reader: inout ByteReader) throws(DecodeError) -> EffectOutcome {
        let given = try reader.readString()
        let path = absolutePath(given, from: baseFolder)
        if given.utf8.contains(0) {
            return .failure(DoorFailures.text("argument", "a path contains a NUL byte"))
        }
        if given.isEmpty { return .failure(DoorFailures.text("argument", "the path is empty")) }
        switch effect {
        case .read, .readBytes:
            try reader.expectEnd()
            return read(given, path, offset: 0, limit: nil)
        case .readPart:
            let (offset, count) = (try reader.readInt(), try reader.readInt())
            try reader.expectEnd()
            if offset < 0 || count < 0 {
                let found = offset < 0 ? "the offset is \(offset)" : "the count is \(count)"
                return .failure(DoorFailures.text("argument", "\(found), expected 0 or more"))
            }
            return read(given, path, offset: offset, limit: count)
        case .write, .append:
            let bytes = try reader.readBytes(try reader.readLength())
            try reader.expectEnd()
            let code = effect == .write ? writeWhole(path, bytes) : appendTo(path, bytes)
            return finished(given, code, "written")
        case .list:
            try reader.expectEnd()
            return list(given, path)
        case .remove:
            try reader.expectEnd()
            return finished(given, removeTree(path, depth: 0), "removed")
        case .copy, .move:
            let target = try reader.readString()
            try reader.expectEnd()
            if target.utf8.contains(0) || target.isEmpty {
                return .failure(DoorFailures.text("argument", "the target path is empty or contains a NUL byte"))
            }
            let targetPath = absolutePath(target, from: baseFolder)
            let code = effect == .copy ? copyFile(path, targetPath) : moveFile(path, targetPath)
            if code != 0 {
                let verb = effect == .copy ? "copied" : "moved"
                return .failure(DoorFailures.file("\(verb) to `\(target)`", given, code))
            }
            return .success(pathResult(target))
        case .exists:
            try reader.expectEnd()
            var status = stat()
            if stat(path, &status) == 0 { return .success([1]) }
            let code = errno
            return code == ENOENT || code == ENOTDIR
                ? .success([0]) : .failure(DoorFailures.file("looked up", given, code))
        case .size:
            try reader.expectEnd()
            var status = stat()
            if stat(path, &status) != 0 { return .failure(DoorFailures.file("measured", given, errno)) }
            if status.st_mode & S_IFMT == S_IFDIR { return .failure(DoorFailures.file("measured", given, EISDIR)) }
            return .success(encodedInt(Int(status.st_size)))
        case .makeFolder:
            try reader.expectEnd()
            return finished(given, makeFolders(path), "made")
        }
    }

    private func finished(_ given: String, _ code: Int32, _ verb: String) -> EffectOutcome {
        code == 0 ? .success(pathResult(given)) : .failure(DoorFailures.file(verb, given, code))
    }

    private func pathResult(_ path: String) -> [UInt8] {
        if !yieldsPath { return [] }
        var writer = ByteWriter()
        writer.appendString(path)
        return writer.toArray()
    }

    private func encodedInt(_ value: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.appendInt(value)
        return writer.toArray()
    }

    // MARK: reading

    private func read(_ given: String, _ path: String, offset: Int, limit: Int?) -> EffectOutcome {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return .failure(DoorFailures.file("read", given, errno)) }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) != 0 { return .failure(DoorFailures.file("read", given, errno)) }
        if status.st_mode & S_IFMT == S_IFDIR { return .failure(DoorFailures.file("read", given, EISDIR)) }
        var wanted = limit ?? DoorLimits.fileBytesMax
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        if isRegular { wanted = min(wanted, max(0, Int(status.st_size) - offset)) }
        if wanted > DoorLimits.fileBytesMax || (limit == nil && isRegular && status.st_size > DoorLimits.fileBytesMax) {
            return .failure(tooLarge(given))
        }
        var bytes: [UInt8] = []
        // Some files (in /proc) say 0 and hold more: read on until the end where no limit was given.
        var room = isRegular && wanted > 0 ? wanted + 1 : 64 << 10
        while true {
            var failed: Int32 = 0
            let missing = limit.map { $0 - bytes.count } ?? Int.max
            if missing <= 0 { break }
            let before = bytes.count
            let part = [UInt8](unsafeUninitializedCapacity: min(room, missing)) { buffer, count in
                let got = isRegular
                    ? pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset + before))
                    : Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if got < 0 { failed = errno }
                count = max(0, got)
            }
            if failed == EINTR { continue }
            if failed != 0 { return .failure(DoorFailures.file("read", given, failed)) }
            if part.isEmpty { break }
            if bytes.isEmpty { bytes = part } else { bytes += part }
            if bytes.count > DoorLimits.fileBytesMax { return .failure(tooLarge(given)) }
            room = 64 << 10
        }
        return encoded(bytes, given, isPart: limit != nil)
    }

    private func tooLarge(_ given: String) -> EffectFailure {
        DoorFailures.text(
            "tooLarge",
            "`\(given)` is larger than \(DoorLimits.fileBytesMax >> 20) MiB; read it in parts with `file.readPart`")
    }

    /// A part that ends inside a UTF-8 character is cut before it, so that parts can be read one after another.
    private func encoded(_ bytes: [UInt8], _ given: String, isPart: Bool) -> EffectOutcome {
        var count = bytes.count
        if yieldsText {
            if isPart { count -= bytes.withUnsafeBytes { unfinishedCharacter($0) } }
            if !bytes.withUnsafeBytes({ isUtf8(UnsafeRawBufferPointer(rebasing: $0[..<count])) }) {
                return .failure(
                    DoorFailures.text("decode", "`\(given)` is not UTF-8 text; read it with `file.readBytes`"))
            }
        }
        var writer = ByteWriter(capacity: count + 10)
        writer.appendCount(count)
        bytes.withUnsafeBytes { writer.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        return .success(writer.toArray())
    }

    /// Bytes at the end that begin a character and do not end it.
    private func unfinishedCharacter(_ bytes: UnsafeRawBufferPointer) -> Int {
        for back in 1..<4 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back && bytes.count > back ? back : 0
        }
        return 0
    }

    // MARK: listing

    private func list(_ given: String, _ path: String) -> EffectOutcome {
        let isPattern = given.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
        var names: [String]
        switch isPattern ? matching(absolutePath(given, from: escaped(baseFolder))) : inFolder(path) {
        case .success(let found): names = found
        case .failure(let trouble): return .failure(DoorFailures.file("listed", given, trouble.code))
        }
        if names.count > DoorLimits.listedNamesMax {
            return .failure(
                DoorFailures.text("tooLarge", "`\(given)` holds more than \(DoorLimits.listedNamesMax) names"))
        }
        if !isPattern {
            let prefix = given.hasSuffix("/") ? given : given + "/"
            names = names.map { prefix + $0 }
        } else if given.utf8.first != UInt8(ascii: "/") {
            let prefixLength = baseFolder == "/" ? 1 : baseFolder.utf8.count + 1
            names = names.map { String(decoding: $0.utf8.dropFirst(prefixLength), as: UTF8.self) }
        }
        names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var writer = ByteWriter()
        writer.appendCount(names.count)
        for name in names { writer.appendString(name) }
        return .success(writer.toArray())
    }

    /// The base folder as a pattern that matches only itself.
    private func escaped(_ folder: String) -> String {
        var result = ""
        for character in folder.unicodeScalars {
            if "*?[\\".unicodeScalars.contains(character) { result += "\\" }
            result.unicodeScalars.append(character)
        }
        return result
    }

    private struct Trouble: Error { var code: Int32 }

    private func inFolder(_ path: String) -> Result<[String], Trouble> {
        guard let folder = opendir(path) else { return .failure(Trouble(code: errno)) }
        defer { closedir(folder) }
        var result: [String] = []
        while let entry = readdir(folder) {
            let name = entryName(entry)
            if name != "." && name != ".." { result.append(name) }
        }
        return .success(result)
    }

    private func matching(_ pattern: String) -> Result<[String], Trouble> {
        var matches = glob_t()
        defer { globfree(&matches) }
        let code = glob(pattern, GLOB_NOSORT, nil, &matches)
        if code == GLOB_NOMATCH { return .success([]) }
        if code != 0 { return .failure(Trouble(code: code == GLOB_NOSPACE ? ENOMEM : EIO)) }
        var result: [String] = []
        for index in 0..<Int(matches.gl_pathc) {
            if let path = matches.gl_pathv[index] { result.append(String(cString: path)) }
        }
        return .success(result)
    }
}
