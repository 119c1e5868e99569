// What a run is given: `--input` and `key=value` to the encoded arguments of a workflow, with errors that name the
// path. It starts nothing.
import Glibc
import WfCommand
import WfDiagnostics
import WfPlan
import WfValue

/// Bytes of an input that are read.
private let inputBytesMax = 256 << 20

/// An input that does not fit.
private func misfit(_ message: String, help: String? = nil) -> CommandError {
    CommandError(message, help: help, code: DiagnosticCode(8002))
}

/// The parameters of a workflow, or the settings of a program, which are read alike.
struct WorkflowParameters {
    let workflow: String
    let names: [String]
    let types: [TypeId]
    /// Encoded values of those that may be left out.
    let defaults: [[UInt8]?]
    let isConfig: Bool

    /// The `config` of a program.
    init(configOf plan: Plan) {
        workflow = ""
        names = plan.configs.map { plan.string($0.name) }
        types = plan.configs.map { TypeId(raw: plan.type(of: $0)) }
        defaults = []
        isConfig = true
    }

    init(_ plan: Plan, workflow index: Int) {
        let row = plan.workflows[index]
        workflow = plan.string(row.name)
        isConfig = false
        names = plan.list(row.parameterNames).map { plan.string($0) }
        let slots = plan.list(plan.blocks[Int(row.rootBlock)].slotTypes)
        types = names.indices.map { TypeId(raw: slots[$0]) }
        defaults = plan.list(row.parameterDefaults).map {
            $0 == .none ? nil : Array(plan.constantBytes(Int($0)))
        }
    }

    /// `order: Order, count: Int = 1`
    func text(_ plan: Plan) -> String {
        names.indices.map { index in
            let isOptional = index < defaults.count && defaults[index] != nil
            return "\(names[index]): \(plan.types.text(of: types[index]))\(isOptional ? " = …" : "")"
        }.joined(separator: ", ")
    }
}

/// The encoded arguments, one after another in the order of the parameters.
/// - Parameters:
///   - input: an object with parameters, or nil.
///   - settings: the `key=value` operands; they outweigh the input.
func readInput(
    _ plan: Plan, _ parameters: WorkflowParameters, input: InputText?, settings: ArraySlice<String>
) throws(CommandError) -> [UInt8] {
    var values: [[UInt8]?] = Array(repeating: nil, count: parameters.names.count)
    if let input { try readObject(plan, parameters, input, into: &values) }
    try rejectRepeated(settings)
    for setting in settings { try readSetting(plan, parameters, setting, into: &values) }
    var encoded: [UInt8] = []
    var missing: [String] = []
    for (index, name) in parameters.names.enumerated() {
        let standIn = index < parameters.defaults.count ? parameters.defaults[index] : nil
        let type = parameters.types[index]
        if let value = values[index] ?? standIn {
            encoded += value
        } else if plan.types.kind(of: type) == .optional {
            encoded.append(0)
        } else {
            missing.append("`\(name): \(plan.types.text(of: type))`")
        }
    }
    if !missing.isEmpty {
        let first = parameters.names.indices.first { values[$0] == nil && parameters.defaults[$0] == nil }
        throw misfit(
            "workflow `\(parameters.workflow)` needs \(missing.joined(separator: ", "))",
            help: "give \(first.map { "`\(parameters.names[$0])=…`" } ?? "it") or `--input '{…}'`")
    }
    return encoded
}

/// The text behind `--input`, and what to call it in errors.
struct InputText {
    let name: String
    let bytes: [UInt8]

    init(_ argument: String) throws(CommandError) {
        if argument.utf8.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            self.init(name: "the input", bytes: Array(argument.utf8))
            return
        }
        try self.init(file: argument)
    }

    /// Reads a file, or standard input for `-`.
    init(file argument: String) throws(CommandError) {
        name = argument == "-" ? "standard input" : "`\(argument)`"
        var failure: Int32 = 0
        let descriptor = argument == "-" ? dup(STDIN_FILENO) : open(argument, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            throw CommandError("\(name) cannot be read: \(reason(errno))", code: DiagnosticCode(8003))
        }
        defer { close(descriptor) }
        var gathered: [UInt8] = []
        while gathered.count <= inputBytesMax {
            let part = [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
                let got = read(descriptor, buffer.baseAddress, buffer.count)
                if got < 0 { failure = errno }
                count = max(0, got)
            }
            if failure == EINTR {
                failure = 0
                continue
            }
            if failure != 0 {
                throw CommandError("\(name) cannot be read: \(reason(failure))", code: DiagnosticCode(8003))
            }
            if part.isEmpty { break }
            gathered += part
        }
        if gathered.count > inputBytesMax {
            throw misfit(
                "\(name) has more than \(inputBytesMax >> 20) MiB; give the path of a file instead")
        }
        bytes = gathered
    }

    private init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// The lines of a file that are not empty, each an input.
    static func lines(_ path: String) throws(CommandError) -> [InputText] {
        let whole = try InputText(file: path)
        var result: [InputText] = []
        var number = 0
        for line in whole.bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            if line.allSatisfy({ $0 <= 0x20 }) { continue }
            result.append(InputText(name: "\(whole.name), line \(number)", bytes: Array(line)))
        }
        return result
    }
}

func readObject(
    _ plan: Plan, _ parameters: WorkflowParameters, _ text: InputText, into values: inout [[UInt8]?]
) throws(CommandError) {
    var filled = values
    let problem = text.bytes.withUnsafeBytes { buffer -> CommandError? in
        do throws(CommandError) {
            try readMembers(plan, parameters, text.name, buffer, into: &filled)
            return nil
        } catch {
            return error
        }
    }
    if let problem { throw problem }
    values = filled
}

private func readMembers(
    _ plan: Plan, _ parameters: WorkflowParameters, _ name: String, _ text: UnsafeRawBufferPointer,
    into values: inout [[UInt8]?]
) throws(CommandError) {
    let members: [Member]?
    do throws(JsonFault) {
        members = try splitObject(text)
    } catch {
        throw misfit("\(name) is not JSON: \(JsonError.syntax(error, in: text))")
    }
    guard let members else {
        throw misfit(
            parameters.isConfig
                ? "\(name): expected an object with settings, found another value"
                : "\(name): expected an object with the parameters of `\(parameters.workflow)`, found another value",
            help: "the \(parameters.isConfig ? "settings" : "parameters") are (\(parameters.text(plan)))")
    }
    var wrong: [String] = []
    for member in members {
        guard let index = parameters.names.firstIndex(of: member.key) else {
            throw unknownParameter(member.key, parameters)
        }
        if values[index] != nil { throw misfit("\(name): `\(member.key)` is given twice") }
        let part = UnsafeRawBufferPointer(rebasing: text[member.value])
        let (value, lines) = try decoded(
            plan, part, parameters.types[index], path: "$.\(member.key)", name: name)
        values[index] = value
        wrong += lines
    }
    if !wrong.isEmpty { throw misfit(name, wrong) }
}

private struct Member {
    var key: String
    /// Bytes of the text.
    var value: Range<Int>
}

/// The members of the object that the text is; nil when it is another value.
private func splitObject(_ text: UnsafeRawBufferPointer) throws(JsonFault) -> [Member]? {
    var reader = JsonReader(text)
    let kind = try reader.peekValue()
    if kind != .object {
        try reader.skipValue()
        try reader.expectEnd()
        return nil
    }
    var members: [Member] = []
    var more = try reader.beginObject()
    while more {
        let key = decoded(try reader.readKey())
        _ = try reader.peekValue()
        let start = reader.offset
        try reader.skipValue()
        members.append(Member(key: key, value: start..<reader.offset))
        more = try reader.nextMember()
    }
    try reader.expectEnd()
    return members
}

private func decoded(_ string: JsonString) -> String {
    if !string.hasEscapes { return String(decoding: string.raw, as: UTF8.self) }
    return String(unsafeUninitializedCapacity: string.rawLength) { buffer in
        buffer.baseAddress.map { JsonReader.decode(string, into: $0) } ?? 0
    }
}

/// Decodes one parameter; `path` stands for `$` in what is said about it.
func decode(
    _ plan: Plan, _ text: UnsafeRawBufferPointer, _ type: TypeId, path: String, name: String
) throws(CommandError) -> [UInt8] {
    let (value, wrong) = try decoded(plan, text, type, path: path, name: name)
    if !wrong.isEmpty { throw misfit(name, wrong) }
    return value
}

/// The value, or all of it that does not fit; throws when the text is no JSON.
private func decoded(
    _ plan: Plan, _ text: UnsafeRawBufferPointer, _ type: TypeId, path: String, name: String
) throws(CommandError) -> (value: [UInt8], wrong: [String]) {
    var writer = ByteWriter(capacity: text.count)
    do throws(JsonError) {
        try plan.types.readJson(text, as: type, into: &writer)
        return (writer.toArray(), [])
    } catch {
        if error.kind == .syntax {
            throw misfit(
                "\(name): `\(path)` is not JSON: expected \(error.expected), found \(error.found)")
        }
        let place = error.path.hasPrefix("$") ? path + error.path.dropFirst() : path
        let first = "\(place): expected \(error.expected), found \(error.found)"
        return ([], InputMisfits.find(text, as: type, path: path, first: first, plan.types))
    }
}

/// One line, or a line for each part that does not fit, up to a number.
private func misfit(_ name: String, _ wrong: [String]) -> CommandError {
    if wrong.count == 1 { return misfit("\(name) does not fit: \(wrong[0])") }
    let shown = wrong.prefix(InputMisfits.shownMax)
    let more = wrong.count > shown.count ? ["more than these"] : []
    return misfit("\(name) does not fit:\n" + (shown + more).map { "  \($0)" }.joined(separator: "\n"))
}

private func unknownParameter(_ name: String, _ parameters: WorkflowParameters) -> CommandError {
    let suggestion = Suggestion.best(for: name, among: parameters.names)
    let all = parameters.names.isEmpty ? "it takes none" : "it takes \(enumerated(parameters.names))"
    if parameters.isConfig {
        return CommandError(
            "the program has no `config \(name)`", help: suggestion.map { "did you mean `\($0)`?" } ?? all,
            code: DiagnosticCode(8120))
    }
    return misfit(
        "workflow `\(parameters.workflow)` has no parameter `\(name)`",
        help: suggestion.map { "did you mean `\($0)`?" } ?? all)
}

/// One value counts, so a second one for the same parameter is a slip of whoever typed it.
private func rejectRepeated(_ settings: ArraySlice<String>) throws(CommandError) {
    var seen: [Substring: String] = [:]
    for setting in settings {
        let key = setting.prefix { $0 != "=" }
        if let first = seen.updateValue(setting, forKey: key) {
            throw misfit("`\(key)` is given twice: `\(first)` and `\(setting)`", help: "remove one")
        }
    }
}

/// `key=value`: text for String and Path, JSON for all else; the quotes of types that JSON writes as a string may
/// be left out.
/// - Parameter source: what to call it in errors, when that is not the setting itself.
func readSetting(
    _ plan: Plan, _ parameters: WorkflowParameters, _ setting: String, source: String? = nil,
    into values: inout [[UInt8]?]
) throws(CommandError) {
    guard let equals = setting.utf8.firstIndex(of: UInt8(ascii: "=")), equals != setting.startIndex else {
        throw CommandError("expected `key=value`, found `\(setting)`", help: "see `wfi run --help`")
    }
    let (key, value) = (String(setting[..<equals]), String(setting[setting.utf8.index(after: equals)...]))
    guard let index = parameters.names.firstIndex(of: key) else { throw unknownParameter(key, parameters) }
    let type = parameters.types[index]
    var text = value
    let inner = plan.types.unwrapped(type)
    let isNull = inner != type && value == "null"
    switch plan.types.kind(of: inner) {
    case .string, .path: if !isNull { text = quoted(value) }
    case .enumeration, .duration, .time, .bytes:
        let first = value.utf8.first
        if !isNull, first != UInt8(ascii: "\""), first != UInt8(ascii: "{") { text = quoted(value) }
    default: break
    }
    let name = "`\(source ?? key)=…`"
    do throws(JsonError) {
        values[index] = try plan.types.binary(fromJson: text, as: type)
        return
    } catch {
        let kind = plan.types.kind(of: inner)
        if error.kind == .syntax, kind == .int || kind == .float || kind == .decimal || kind == .bool {
            // Who types a word where a number is expected did not mean JSON.
            let expected = plan.types.text(of: type)
            throw misfit("\(name) does not fit: $.\(key): expected \(expected), found `\(value)`")
        }
    }
    let problem = Array(text.utf8).withUnsafeBytes { buffer -> CommandError? in
        do throws(CommandError) {
            _ = try decode(plan, buffer, type, path: "$.\(key)", name: name)
            return nil
        } catch {
            return error
        }
    }
    if let problem { throw problem }
}

private func quoted(_ text: String) -> String {
    var writer = ByteWriter()
    writer.appendJsonString(text)
    return String(decoding: writer.written, as: UTF8.self)
}
