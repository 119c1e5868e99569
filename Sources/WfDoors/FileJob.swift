// One piece of file work: what is asked, and how it is done with blocking system calls. It runs on any thread and
// knows nothing of the others.
import Glibc
public import WfEngine
import WfValue

/// The file effects, by their qualified names.
public enum FileEffect: String, CaseIterable, Sendable {
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
    case writeBytes = "file.writeBytes"
    case stat = "file.stat"
    case setPermissions = "file.setPermissions"
    case makeLink = "file.makeLink"
    case temporaryFolder = "file.temporaryFolder"
    case zone = "calendar.zone"
}

/// A file effect with its arguments.
public struct FileJob: Sendable {
    let attempt: AttemptId
    let effect: FileEffect
    /// Encoded, as the effect's signature in stdlib/file.wf has them.
    let arguments: [UInt8]
    let baseFolder: String
    /// Whether the effect's result is text, so that bytes which are not UTF-8 are replaced.
    let yieldsText: Bool
    /// The step's idempotency key.
    let key: String

    public init(
        attempt: AttemptId, effect: FileEffect, arguments: [UInt8], baseFolder: String, yieldsText: Bool,
        key: String = ""
    ) {
        self.attempt = attempt
        self.effect = effect
        self.arguments = arguments
        self.baseFolder = baseFolder
        self.yieldsText = yieldsText
        self.key = key
    }

    /// Does the work. Every trouble is a failure of the attempt.
    public func run() -> EffectOutcome {
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
        if effect == .zone {
            try reader.expectEnd()
            return zone(given)
        }
        if given.isEmpty { return .failure(DoorFailures.text("argument", "the path is empty")) }
        switch effect {
        case .read, .readBytes:
            try reader.expectEnd()
            return readWhole(given, path)
        case .readPart:
            let (part, count) = (try reader.readInt(), try reader.readInt())
            try reader.expectEnd()
            return readPart(given, path, part: part, of: count)
        case .write, .writeBytes, .append:
            let bytes = try reader.readBytes(try reader.readLength())
            try reader.expectEnd()
            var code = effect == .append ? appendTo(path, bytes) : writeWhole(path, bytes)
            if code == ENOENT, effect != .append {
                code = makeFolders(splitPath(path).folder)
                if code == 0 { code = writeWhole(path, bytes) }
            }
            return finished(given, code, "written")
        case .list:
            try reader.expectEnd()
            return list(given)
        case .remove:
            let isRecursive = try reader.readBool()
            try reader.expectEnd()
            return finished(given, isRecursive ? removeTree(path, depth: 0) : removeOne(path), "removed")
        case .copy, .move:
            let target = try reader.readString()
            try reader.expectEnd()
            if target.utf8.contains(0) || target.isEmpty {
                return .failure(
                    DoorFailures.text("argument", "the target path is empty or contains a NUL byte"))
            }
            let targetPath = absolutePath(target, from: baseFolder)
            let code = effect == .copy ? copyFile(path, targetPath) : moveFile(path, targetPath)
            if code != 0 {
                let verb = effect == .copy ? "copied" : "moved"
                return .failure(DoorFailures.file("\(verb) to `\(target)`", given, code))
            }
            return .success([])
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
            if status.st_mode & S_IFMT == S_IFDIR {
                return .failure(DoorFailures.file("measured", given, EISDIR))
            }
            return .success(encodedInt(Int(status.st_size)))
        case .stat:
            try reader.expectEnd()
            return statOutcome(given, path)
        case .setPermissions:
            let text = try reader.readString()
            try reader.expectEnd()
            return finished(given, WfDoors.setPermissions(path, text), "given the permissions `\(text)`")
        case .makeLink:
            let target = try reader.readString()
            try reader.expectEnd()
            if target.utf8.contains(0) || target.isEmpty {
                return .failure(
                    DoorFailures.text("argument", "the link's target is empty or contains a NUL byte"))
            }
            return finished(given, WfDoors.makeLink(path, to: target), "made a link")
        case .temporaryFolder:
            try reader.expectEnd()
            if given.utf8.contains(UInt8(ascii: "/")) {
                return .failure(
                    DoorFailures.text("argument", "the prefix of a temporary folder holds no `/`"))
            }
            switch WfDoors.temporaryFolder(given, key: key) {
            case .failure(let trouble): return .failure(DoorFailures.file("made", given, trouble.code))
            case .success(let made):
                var writer = ByteWriter()
                writer.appendString(made)
                return .success(writer.toArray())
            }
        case .zone: preconditionFailure("a zone is no path")
        case .makeFolder:
            try reader.expectEnd()
            return finished(given, makeFolders(path), "made")
        }
    }

    private func zone(_ name: String) -> EffectOutcome {
        do throws(ZoneFile.Trouble) { return .success(try ZoneFile(name: name).encoded(name: name)) } catch {
            switch error {
            case .missing:
                return .failure(
                    DoorFailures.text(
                        "notFound",
                        "there is no time zone `\(name)` in \(ZoneFile.folder) (the Debian package `tzdata`)")
                )
            case .unreadable(let code): return .failure(DoorFailures.file("read", name, code))
            case .notAZone(let found):
                return .failure(
                    DoorFailures.text("decode", "the time zone `\(name)` cannot be read: found \(found)"))
            }
        }
    }

    private func finished(_ given: String, _ code: Int32, _ verb: String) -> EffectOutcome {
        code == 0 ? .success([]) : .failure(DoorFailures.file(verb, given, code))
    }

    private func encodedInt(_ value: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.appendInt(value)
        return writer.toArray()
    }

    // MARK: reading

    private func readWhole(_ given: String, _ path: String) -> EffectOutcome {
        switch openedFile(given, path) {
        case .failure(let failure): return .failure(failure)
        case .success(let file):
            defer { close(file.descriptor) }
            return read(file, given, from: 0, upTo: nil)
        }
    }

    /// Part `part` of `count`: from the first line that begins in the part's share of the bytes to the next part's.
    private func readPart(_ given: String, _ path: String, part: Int, of count: Int) -> EffectOutcome {
        guard count > 0, part >= 0, part < count else {
            let message =
                "there is no part \(part) of \(count): expected 0 up to, but not including, the count"
            return .failure(DoorFailures.text("argument", message))
        }
        switch openedFile(given, path) {
        case .failure(let failure): return .failure(failure)
        case .success(let file):
            defer { close(file.descriptor) }
            guard file.isRegular else {
                return .failure(DoorFailures.text("io", "`\(given)` is no regular file"))
            }
            switch (
                lineStart(file, share(file.size, part, count)),
                lineStart(file, share(file.size, part + 1, count))
            ) {
            case (.success(let start), .success(let end)): return read(file, given, from: start, upTo: end)
            case (.failure(let trouble), _), (_, .failure(let trouble)):
                return .failure(DoorFailures.file("read", given, trouble.code))
            }
        }
    }

    private struct OpenFile {
        var descriptor: Int32
        var size: Int
        var isRegular: Bool
    }

    private enum Opened {
        case success(OpenFile)
        case failure(EffectFailure)
    }

    private func openedFile(_ given: String, _ path: String) -> Opened {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return .failure(DoorFailures.file("read", given, errno)) }
        var status = stat()
        var code = fstat(descriptor, &status) == 0 ? 0 : errno
        if code == 0, status.st_mode & S_IFMT == S_IFDIR { code = EISDIR }
        if code != 0 {
            close(descriptor)
            return .failure(DoorFailures.file("read", given, code))
        }
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        return .success(OpenFile(descriptor: descriptor, size: Int(status.st_size), isRegular: isRegular))
    }

    private func share(_ size: Int, _ part: Int, _ count: Int) -> Int {
        let (high, low) = size.multipliedFullWidth(by: part)
        return count.dividingFullWidth((high, low)).quotient
    }

    /// The first place at or after `offset` where a line begins; the size when there is none.
    private func lineStart(_ file: OpenFile, _ offset: Int) -> Result<Int, Trouble> {
        if offset == 0 { return .success(0) }
        var place = offset - 1
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while place < file.size {
            let count = pread(file.descriptor, &buffer, buffer.count, off_t(place))
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(Trouble(code: errno))
            }
            if count == 0 { break }
            if let end = buffer[..<count].firstIndex(of: 0x0A) { return .success(place + end + 1) }
            place += count
        }
        return .success(file.size)
    }

    private func read(_ file: OpenFile, _ given: String, from start: Int, upTo end: Int?) -> EffectOutcome {
        let wanted = end.map { max(0, $0 - start) } ?? (file.isRegular ? file.size : 0)
        if wanted > DoorLimits.fileBytesMax { return .failure(tooLarge(given)) }
        var bytes: [UInt8] = []
        // Some files (in /proc) say 0 and hold more: without an end, read on until there is nothing more.
        var room = max(wanted + (end == nil ? 1 : 0), end == nil ? 64 << 10 : 0)
        while room > 0 {
            var failed: Int32 = 0
            let before = bytes.count
            let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                let got =
                    file.isRegular
                    ? pread(file.descriptor, buffer.baseAddress, buffer.count, off_t(start + before))
                    : Glibc.read(file.descriptor, buffer.baseAddress, buffer.count)
                if got < 0 { failed = errno }
                count = max(0, got)
            }
            if failed == EINTR { continue }
            if failed != 0 { return .failure(DoorFailures.file("read", given, failed)) }
            if part.isEmpty { break }
            if bytes.isEmpty { bytes = part } else { bytes += part }
            if bytes.count > DoorLimits.fileBytesMax { return .failure(tooLarge(given)) }
            room = end.map { $0 - start - bytes.count } ?? 64 << 10
        }
        var writer = ByteWriter(capacity: bytes.count + 10)
        if yieldsText, !bytes.withUnsafeBytes({ isUtf8($0) }) {
            writer.appendString(String(decoding: bytes, as: UTF8.self))
        } else {
            writer.appendCount(bytes.count)
            writer.append(bytes)
        }
        return .success(writer.toArray())
    }

    private func tooLarge(_ given: String) -> EffectFailure {
        DoorFailures.text(
            "tooLarge",
            "`\(given)` is larger than \(DoorLimits.fileBytesMax >> 20) MiB; read it in parts with `file.readPart`"
        )
    }

    // MARK: listing

    private func list(_ given: String) -> EffectOutcome {
        do throws(Trouble) {
            var names = try matchingPaths(given, from: baseFolder)
            if names.count > DoorLimits.listedNamesMax {
                return .failure(
                    DoorFailures.text(
                        "tooLarge", "`\(given)` matches more than \(DoorLimits.listedNamesMax) names"))
            }
            names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            var writer = ByteWriter()
            writer.appendCount(names.count)
            for name in names { writer.appendString(name) }
            return .success(writer.toArray())
        } catch {
            return .failure(DoorFailures.file("listed", given, error.code))
        }
    }
}
