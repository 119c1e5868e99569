// What one stream of a process has written: its bytes up to a limit, and which of them are complete lines.
// It reads no descriptor and knows no process.
import WfValue

/// Bytes of one stream, bounded, and how far they have been handed to the log.
struct OutputCapture {
    private(set) var bytes: [UInt8] = []
    /// More came than `DoorLimits.capturedBytesMax`; what is over was dropped.
    private(set) var isOverfull = false
    /// Bytes that have been handed out by `takeLines`.
    private var logged = 0

    /// Takes what was read.
    mutating func append(_ part: UnsafeRawBufferPointer) {
        let room = DoorLimits.capturedBytesMax - bytes.count
        if part.count > room { isOverfull = true }
        bytes.append(contentsOf: part.prefix(room))
    }

    /// The lines that have become complete since the last call, in one piece; everything that is left when the
    /// stream has `ended`, or when the unfinished line is too long to wait for. Empty when there is nothing new, or
    /// when more than `DoorLimits.loggedBytesMax` has been handed out.
    mutating func takeLines(ended: Bool) -> ArraySlice<UInt8> {
        let start = logged
        if start > DoorLimits.loggedBytesMax || start == bytes.count { return [] }
        if ended {
            logged = bytes.count
        } else if let lineEnd = bytes[start...].lastIndex(of: 0x0A) {
            logged = lineEnd + 1
        } else if bytes.count - start > DoorLimits.logLineBytesMax {
            logged = bytes.count
        }
        return bytes[start..<logged]
    }

    /// The last lines, short enough to be quoted in a message, without trailing blanks.
    /// - Parameter redact: takes the contents of secrets out, before anything is cut off.
    func tail(_ redact: ([UInt8]) -> [UInt8] = { $0 }) -> String {
        let bytes = redact(bytes)
        var end = bytes.count
        while end > 0, bytes[end - 1] <= 0x20 { end -= 1 }
        var start = max(0, end - DoorLimits.messageTailBytes)
        if start > 0, let lineEnd = bytes[start..<end].firstIndex(of: 0x0A) { start = lineEnd + 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// Appends the whole as an encoded String. Returns whether bytes had to be replaced to make it UTF-8.
    func encode(into writer: inout ByteWriter) -> Bool {
        let isText = bytes.withUnsafeBytes { isUtf8($0) }
        if isText {
            writer.appendCount(bytes.count)
            writer.append(bytes)
        } else {
            writer.appendString(String(decoding: bytes, as: UTF8.self))
        }
        return !isText
    }
}
