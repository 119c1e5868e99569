// The lines that a plugin and we exchange, docs/plugin-protocol.md: writing ours, reading theirs. It starts nothing.
import WfEngine
import WfValue

/// The protocol's version.
enum PluginProtocol {
    static var version: Int { 1 }
}

/// A call as the step asks for it.
struct PluginCall {
    let attempt: AttemptId
    let process: ProcessRequest
    let method: String
    /// JSON text.
    let params: [UInt8]

    /// Reads `(program, method, params, arguments, env, cwd)`.
    init(_ request: EffectRequest) throws(DecodeError) {
        attempt = request.attempt
        var process = ProcessRequest(
            attempt: request.attempt, program: "", arguments: [], baseFolder: request.baseFolder,
            key: request.key, run: request.run.text, step: request.stepPath,
            attemptNumber: request.attemptNumber)
        var method = ""
        var params: [UInt8] = []
        let types = request.plan.types
        try withByteReader(request.arguments) { (reader) throws(DecodeError) in
            process.program = try reader.readString()
            method = try reader.readString()
            let start = reader.position
            try types.validate(&reader, as: .json)
            do throws(JsonError) {
                params = try types.jsonText(of: Array(request.arguments[start..<reader.position]), as: .json)
            } catch {
                throw reader.error(.notANumber)
            }
            for _ in 0..<(try reader.readCount()) { process.arguments.append(try reader.readString()) }
            for _ in 0..<(try reader.readCount()) {
                let name = try reader.readString()
                process.environment.append((name, try reader.readString()))
            }
            if try reader.readBool() { process.folder = try reader.readString() }
            try reader.expectEnd()
        }
        self.process = process
        self.method = method
        self.params = params
    }

    /// What makes two calls go to one process.
    var identity: [String] {
        [process.program, process.folder ?? "", process.baseFolder, "\(process.arguments.count)"]
            + process.arguments
            + process.environment.flatMap { [$0.name, $0.value] }
    }

    func line(id: Int) -> [UInt8] {
        var out = ByteWriter()
        out.append(utf8: "{\"call\":{\"id\":\(id),\"method\":")
        out.appendJsonString(method)
        out.append(utf8: ",\"params\":")
        out.append(params)
        for (name, value) in [("key", process.key), ("run", process.run), ("step", process.step)] {
            out.append(utf8: ",\"\(name)\":")
            out.appendJsonString(value)
        }
        out.append(utf8: ",\"attempt\":\(process.attemptNumber)}}\n")
        return out.toArray()
    }

    static var hello: [UInt8] { Array("{\"hello\":{\"protocol\":\(PluginProtocol.version)}}\n".utf8) }
    static func cancel(id: Int) -> [UInt8] { Array("{\"cancel\":{\"id\":\(id)}}\n".utf8) }
}

/// A line of a plugin's.
enum PluginMessage {
    case hello(protocol: Int, name: String, concurrent: Int)
    /// The value in the binary encoding of `Json`.
    case result(id: Int, value: [UInt8])
    case error(id: Int, EffectFailure)
    case log(id: Int, text: String)

    /// What is wrong with a line.
    struct Mistake: Error {
        var text: String
        init(_ text: String) { self.text = text }
    }

    init(line: [UInt8]) throws(Mistake) {
        let binary: [UInt8]
        do throws(JsonError) { binary = try TypeTable().binary(fromJson: line, as: .json) } catch {
            throw Mistake("a line is not JSON: \(error)")
        }
        guard let message = members(binary), message.count == 1, let (name, bytes) = message.first else {
            throw Mistake("a line is not an object with one member")
        }
        guard let body = members(bytes) else { throw Mistake("`\(name)` is not an object") }
        switch name {
        case "hello":
            guard let version = body.first(where: { $0.0 == "protocol" }).flatMap({ integer($0.1) }) else {
                throw Mistake("`hello` names no `protocol`")
            }
            let concurrent = body.first { $0.0 == "concurrent" }.flatMap { integer($0.1) } ?? 1
            self = .hello(
                protocol: version, name: body.first { $0.0 == "name" }.flatMap { string($0.1) } ?? "",
                concurrent: max(1, min(concurrent, DoorLimits.pluginCallsMax)))
        case "result":
            guard let value = body.first(where: { $0.0 == "value" }) else {
                throw Mistake("`result` has no `value`")
            }
            self = .result(id: try PluginMessage.id(body, name), value: value.1)
        case "error":
            guard let text = body.first(where: { $0.0 == "message" }).flatMap({ string($0.1) }) else {
                throw Mistake("`error` has no `message`")
            }
            let kind = body.first { $0.0 == "kind" }.flatMap { string($0.1) } ?? "failed"
            // These have a meaning of the engine's own.
            let isTaken = kind.isEmpty || ["cancelled", "expired", "unknown"].contains(kind)
            self = .error(
                id: try PluginMessage.id(body, name),
                EffectFailure(
                    kind: isTaken ? "failed" : kind, message: text,
                    code: body.first { $0.0 == "code" }.flatMap { integer($0.1) },
                    data: body.first { $0.0 == "data" }?.1))
        case "log":
            guard let text = body.first(where: { $0.0 == "text" }).flatMap({ string($0.1) }) else {
                throw Mistake("`log` has no `text`")
            }
            self = .log(id: try PluginMessage.id(body, name), text: text)
        default: throw Mistake("`\(name)` is no message of a plugin")
        }
    }

    private static func id(_ body: [(String, [UInt8])], _ name: String) throws(Mistake) -> Int {
        guard let id = body.first(where: { $0.0 == "id" }).flatMap({ integer($0.1) }) else {
            throw Mistake("`\(name)` has no `id`")
        }
        return id
    }
}

/// The members of an object in the binary encoding of `Json`; nil for another value.
private func members(_ json: [UInt8]) -> [(String, [UInt8])]? {
    let found = try? withByteReader(json) { (reader) throws(DecodeError) -> [(String, [UInt8])]? in
        guard try reader.readByte() == JsonTag.object else { return nil }
        var members: [(String, [UInt8])] = []
        for _ in 0..<(try reader.readCount()) {
            let name = try reader.readString()
            let start = reader.position
            try TypeTable().validate(&reader, as: .json)
            members.append((name, Array(json[start..<reader.position])))
        }
        return members
    }
    return found ?? nil
}

private func integer(_ json: [UInt8]) -> Int? {
    let found = try? withByteReader(json) { (reader) throws(DecodeError) -> Int? in
        switch try reader.readByte() {
        case JsonTag.int: return try reader.readInt()
        case JsonTag.decimal: return try reader.readDecimal().exactInt
        case JsonTag.float: return Int(exactly: try reader.readFloat())
        default: return nil
        }
    }
    return found ?? nil
}

private func string(_ json: [UInt8]) -> String? {
    let found = try? withByteReader(json) { (reader) throws(DecodeError) -> String? in
        try reader.readByte() == JsonTag.string ? try reader.readString() : nil
    }
    return found ?? nil
}
