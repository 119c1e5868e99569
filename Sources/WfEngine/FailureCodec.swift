// How failures are stored in state, history and run rows. Reading is checked; nothing is trusted.

import WfPlan
public import WfValue

extension Failure {
    /// The failure as a value of the language's `Error`.
    var errorValue: [UInt8] {
        var writer = ByteWriter()
        writer.appendString(kind)
        writer.appendString(message)
        writer.appendString(step)
        writer.appendInt(attempts)
        writer.append(data ?? [JsonTag.null])
        return writer.toArray()
    }

    /// Appends the stored form.
    func encode(to writer: inout ByteWriter) {
        encodeOne(to: &writer)
        writer.appendCount(min(attached.count, EngineLimits.attachedFailuresMax))
        for other in attached.prefix(EngineLimits.attachedFailuresMax) { other.encodeOne(to: &writer) }
        writer.appendCount(undone)
        writer.appendCount(notUndoneCount)
        writer.appendCount(min(notUndone.count, EngineLimits.attachedFailuresMax))
        for other in notUndone.prefix(EngineLimits.attachedFailuresMax) { other.encodeOne(to: &writer) }
    }

    private func encodeOne(to writer: inout ByteWriter) {
        writer.appendString(kind)
        writer.appendString(message)
        writer.appendString(step)
        writer.appendCount(attempts)
        writer.appendBool(code != nil)
        if let code { writer.appendInt(code) }
        writer.appendBool(data != nil)
        if let data {
            writer.appendCount(data.count)
            writer.append(data)
        }
        // One is added so that `.none` is a small number.
        writer.appendVarint(UInt64(span.file &+ 1))
        writer.appendVarint(UInt64(span.start))
        writer.appendVarint(UInt64(span.end))
    }

    static func decode(from reader: inout ByteReader) throws(DecodeError) -> Failure {
        var failure = try decodeOne(from: &reader)
        let count = try reader.readVarint(max: EngineLimits.attachedFailuresMax)
        for _ in 0..<count { failure.attached.append(try decodeOne(from: &reader)) }
        failure.undone = try reader.readVarint(max: Int(Int32.max))
        failure.notUndoneCount = try reader.readVarint(max: Int(Int32.max))
        let notUndone = try reader.readVarint(max: EngineLimits.attachedFailuresMax)
        for _ in 0..<notUndone { failure.notUndone.append(try decodeOne(from: &reader)) }
        return failure
    }

    private static func decodeOne(from reader: inout ByteReader) throws(DecodeError) -> Failure {
        let kind = try reader.readString()
        let message = try reader.readString()
        let step = try reader.readString()
        let attempts = try reader.readVarint(max: Int(Int32.max))
        let code = try reader.readBool() ? try reader.readInt() : nil
        let data = try reader.readBool() ? Array(try reader.readBytes(try reader.readLength())) : nil
        let file = try reader.readVarint(max: Int(UInt32.max))
        let start = try reader.readVarint(max: Int(UInt32.max))
        let end = try reader.readVarint(max: Int(UInt32.max))
        return Failure(
            kind: kind, message: message, step: step, attempts: attempts, code: code, data: data,
            span: SpanRow(file: UInt32(file) &- 1, start: UInt32(start), end: UInt32(end)))
    }

    /// The stored form alone, as in the result of a failed run.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        encode(to: &writer)
        return writer.toArray()
    }

    /// Reads the result of a failed run.
    public init(encoded bytes: [UInt8]) throws(DecodeError) {
        self = try withByteReader(bytes) { (reader) throws(DecodeError) in
            let failure = try Failure.decode(from: &reader)
            try reader.expectEnd()
            return failure
        }
    }
}
