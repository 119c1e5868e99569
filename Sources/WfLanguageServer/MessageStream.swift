// Messages on two descriptors: the header, the length, the JSON. Bytes that are no message are skipped up to the next
// header, so that one broken message does not end the conversation. Knows nothing of what messages say.
import Glibc

/// What has been read.
enum Incoming: Equatable {
    case message(Json)
    /// A body that is no JSON.
    case broken
    case end
}

/// Reads and writes framed messages.
final class MessageStream {
    let input: Int32
    private let output: Int32
    private var buffer: [UInt8] = []
    /// Bytes of `buffer` that have been used.
    private var used = 0
    /// Bytes of a body that is too large to be kept, still to be skipped.
    private var skipping = 0
    private var hasEnded = false
    private var room = [UInt8](repeating: 0, count: 1 << 16)
    /// Nobody reads any more.
    private(set) var isBroken = false

    init(input: Int32, output: Int32) {
        self.input = input
        self.output = output
    }

    /// The next message.
    ///
    /// - Parameter waits: false gives nil when none is complete yet.
    func next(waits: Bool) -> Incoming? {
        while true {
            if let found = parse() { return found }
            if hasEnded { return .end }
            if !waits && !isReadable() { return nil }
            fill()
        }
    }

    private func isReadable() -> Bool {
        var entry = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    private func fill() {
        let count = read(input, &room, room.count)
        if count < 0 && errno == EINTR { return }
        if count <= 0 {
            hasEnded = true
            return
        }
        if used > 1 << 16 && used * 2 > buffer.count {
            buffer.removeFirst(used)
            used = 0
        }
        buffer.append(contentsOf: room[0..<count])
    }

    /// A message of what is there; nil when more is needed.
    private func parse() -> Incoming? {
        if skipping > 0 {
            let count = min(skipping, buffer.count - used)
            used += count
            skipping -= count
            if skipping > 0 { return nil }
        }
        guard let end = headerEnd() else {
            // what is no header for so long never becomes one
            if buffer.count - used > ServerLimits.headerBytesMax {
                used = buffer.count - 3
                return .broken
            }
            return nil
        }
        guard let length = length(used..<end) else {
            used = end
            return .broken
        }
        if length > ServerLimits.messageBytesMax {
            used = end
            skipping = length
            return .broken
        }
        if buffer.count - end < length { return nil }
        let body = Array(buffer[end..<end + length])
        used = end + length
        if used == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            used = 0
        }
        do throws(JsonError) { return .message(try Json(body)) } catch { return .broken }
    }

    /// Behind the empty line that ends a header.
    private func headerEnd() -> Int? {
        var index = used
        let last = min(buffer.count, used + ServerLimits.headerBytesMax)
        while index + 1 < last {
            if buffer[index] == 0x0A {
                if buffer[index + 1] == 0x0A { return index + 2 }
                if index + 2 < last, buffer[index + 1] == 0x0D, buffer[index + 2] == 0x0A { return index + 3 }
            }
            index += 1
        }
        return nil
    }

    private func length(_ range: Range<Int>) -> Int? {
        for line in buffer[range].split(separator: 0x0A) {
            let text = String(decoding: line, as: UTF8.self)
            let parts = text.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased().hasSuffix("content-length") else { continue }
            let digits = parts[1].filter { $0 != " " && $0 != "\r" && $0 != "\t" }
            guard let length = Int(digits), length >= 0 else { return nil }
            return length
        }
        return nil
    }

    /// Sends a message, all of it; once the other side has gone, nothing.
    func send(_ message: Json) {
        if isBroken { return }
        let body = message.bytes
        var all = Array("Content-Length: \(body.count)\r\n\r\n".utf8)
        all += body
        var sent = 0
        while sent < all.count {
            let count = all[sent...].withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN {
                var entry = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
                _ = poll(&entry, 1, -1)
                continue
            }
            if count <= 0 {
                isBroken = true
                return
            }
            sent += count
        }
    }
}
