// What `exec` and `shell` are asked for, decoded from an effect's arguments. It starts nothing.
public import WfEngine
import WfValue

/// A process to be started.
public struct ProcessRequest {
    public var attempt: AttemptId
    /// The program and its arguments. For `shell`: `/bin/sh`, `-c`, the command.
    public var program: String
    public var arguments: [String]
    /// Absolute, or relative to `baseFolder`; nil: the base folder itself.
    public var folder: String?
    public var baseFolder: String
    public var environment: [(name: String, value: String)]
    public var input: [UInt8]?
    /// Exit statuses that are a success.
    public var accepted: [Int]
    public var key: String
    public var run: String
    public var step: String
    public var attemptNumber: Int

    public init(
        attempt: AttemptId, program: String, arguments: [String], folder: String? = nil, baseFolder: String,
        environment: [(name: String, value: String)] = [], input: [UInt8]? = nil, accepted: [Int] = [0],
        key: String = "", run: String = "", step: String = "", attemptNumber: Int = 1
    ) {
        self.attempt = attempt
        self.program = program
        self.arguments = arguments
        self.folder = folder
        self.baseFolder = baseFolder
        self.environment = environment
        self.input = input
        self.accepted = accepted
        self.key = key
        self.run = run
        self.step = step
        self.attemptNumber = attemptNumber
    }

    /// Reads `(program, arguments, cwd, env, stdin, ok)`, or for `shell` `(command, cwd, env, stdin, ok)`.
    init(_ request: EffectRequest, isShell: Bool) throws(DecodeError) {
        self.init(
            attempt: request.attempt, program: "", arguments: [], baseFolder: request.baseFolder,
            key: request.key,
            run: request.run.text, step: request.stepPath, attemptNumber: request.attemptNumber)
        let decoded = try withByteReader(request.arguments) { (reader) throws(DecodeError) in
            try ProcessRequest.decode(&reader, isShell: isShell)
        }
        program = decoded.program
        arguments = decoded.arguments
        folder = decoded.folder
        environment = decoded.environment
        input = decoded.input
        accepted = decoded.accepted
    }

    private struct Decoded {
        var program = ""
        var arguments: [String] = []
        var folder: String?
        var environment: [(name: String, value: String)] = []
        var input: [UInt8]?
        var accepted: [Int] = []
    }

    private static func decode(_ reader: inout ByteReader, isShell: Bool) throws(DecodeError) -> Decoded {
        var result = Decoded()
        if isShell {
            result.program = "/bin/sh"
            result.arguments = ["-c", try reader.readString()]
        } else {
            result.program = try reader.readString()
            for _ in 0..<(try reader.readCount()) { result.arguments.append(try reader.readString()) }
        }
        if try reader.readBool() { result.folder = try reader.readString() }
        for _ in 0..<(try reader.readCount()) {
            let name = try reader.readString()
            result.environment.append((name, try reader.readString()))
        }
        if try reader.readBool() { result.input = Array(try reader.readUtf8()) }
        for _ in 0..<(try reader.readCount()) { result.accepted.append(try reader.readInt()) }
        try reader.expectEnd()
        return result
    }
}

/// A path made absolute by a base folder.
public func absolutePath(_ path: String, from base: String) -> String {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    if path.isEmpty || path == "." { return base }
    return base == "/" ? "/" + path : base + "/" + path
}
