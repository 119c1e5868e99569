// Small JSON objects, written member by member, for `--events` and `--json`. Knows nothing of what it writes.
import WfValue

/// One JSON object under way.
struct JsonObject {
    private var text: [UInt8] = [UInt8(ascii: "{")]

    private mutating func key(_ name: String) {
        if text.count > 1 { text.append(UInt8(ascii: ",")) }
        append(string: name)
        text.append(UInt8(ascii: ":"))
    }

    private mutating func append(string value: String) {
        var writer = ByteWriter(capacity: value.utf8.count + 16)
        writer.appendJsonString(value)
        text.append(contentsOf: writer.written)
    }

    mutating func add(_ name: String, _ value: String) {
        key(name)
        append(string: value)
    }

    mutating func add(_ name: String, _ value: Int) {
        key(name)
        text.append(contentsOf: String(value).utf8)
    }

    /// `json` is one JSON value.
    mutating func add(_ name: String, json: [UInt8]) {
        key(name)
        text.append(contentsOf: json)
    }

    /// An instant; left out when it is 0.
    mutating func add(_ name: String, time microseconds: Int64) {
        if microseconds != 0 { add(name, TimeText.text(Int(microseconds))) }
    }

    mutating func add(_ name: String, _ objects: [JsonObject]) {
        key(name)
        text.append(UInt8(ascii: "["))
        for (index, object) in objects.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: object.bytes)
        }
        text.append(UInt8(ascii: "]"))
    }

    mutating func add(_ name: String, _ object: JsonObject) { add(name, json: object.bytes) }

    /// The object as one line, without a line end.
    var bytes: [UInt8] { text + [UInt8(ascii: "}")] }
}
