// One HTTP transfer: the libcurl handle with what it is given and what has come so far. Libcurl calls back into it on
// the loop's thread. It follows no redirect and reports nothing; HttpClient does.
import CCurl
import Glibc
import WfEngine
import WfValue

/// A transfer between its start and the end of its attempt; it may make several requests, one after another.
final class HttpTransfer {
    private(set) var request: HttpRequest
    let easy: UnsafeMutableRawPointer
    private(set) var redirects = 0
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    private(set) var bodyCount = 0
    /// More came than was allowed.
    private(set) var isTooLarge = false
    /// A file's errno that ended the transfer.
    private(set) var fileTrouble: (path: String, verb: String, code: Int32)?
    /// What a download has written: a temporary file beside its target.
    private(set) var temporary: String?
    private var output: Int32 = -1
    private var input: Int32 = -1
    private var list: UnsafeMutableRawPointer?
    private var sent: UnsafeMutableRawBufferPointer?
    private var status = 0

    init?(_ request: HttpRequest) {
        guard let easy = wf_curl_easy() else { return nil }
        self.easy = easy
        self.request = request
    }

    deinit {
        freeInputs()
        closeDescriptor(&output)
        if let temporary { unlink(temporary) }
        wf_curl_easy_free(easy)
    }

    private func freeInputs() {
        closeDescriptor(&input)
        if let list { wf_curl_list_free(list) }
        list = nil
        sent?.deallocate()
        sent = nil
    }

    /// Gives the handle all it needs for the request. False when its file cannot be read, see `fileTrouble`.
    func prepare() -> Bool {
        wf_curl_easy_reset(easy)
        freeInputs()
        headers = []
        body = []
        bodyCount = 0
        status = 0
        let me = Unmanaged.passUnretained(self).toOpaque()
        set(WF_CURL_URL, request.url)
        set(WF_CURL_NO_SIGNAL, 1)
        set(WF_CURL_PROTOCOLS, 3)  // CURLPROTO_HTTP | CURLPROTO_HTTPS
        set(WF_CURL_CONNECT_TIMEOUT_MS, max(1, min(request.connectTimeout / 1_000, 1 << 31 - 1)))
        set(WF_CURL_USER_AGENT, "wfi")
        set(WF_CURL_ENCODINGS, "")
        if let authorities = getenv("SSL_CERT_FILE") {
            wf_curl_set_pointer(easy, Int32(WF_CURL_AUTHORITIES.rawValue), authorities)
        }
        wf_curl_set_pointer(easy, Int32(WF_CURL_PRIVATE.rawValue), me)
        wf_curl_set_pointer(easy, Int32(WF_CURL_WRITE_DATA.rawValue), me)
        wf_curl_set_pointer(easy, Int32(WF_CURL_HEADER_DATA.rawValue), me)
        wf_curl_set_data_function(easy, Int32(WF_CURL_WRITE_FUNCTION.rawValue)) {
            data, size, count, context in
            HttpTransfer.from(context).take(UnsafeRawBufferPointer(start: data, count: size * count))
        }
        wf_curl_set_data_function(easy, Int32(WF_CURL_HEADER_FUNCTION.rawValue)) {
            data, size, count, context in
            HttpTransfer.from(context).takeHeader(UnsafeRawBufferPointer(start: data, count: size * count))
            return size * count
        }
        setHeaders()
        guard setBody(me) else { return false }
        if request.method == "HEAD" {
            set(WF_CURL_NO_BODY, 1)
        } else {
            set(WF_CURL_METHOD, request.method)
        }
        return true
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HttpTransfer {
        guard let context else { preconditionFailure("libcurl hands back what it was given") }
        return Unmanaged<HttpTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    private func set(_ option: wf_curl_option, _ value: Int) {
        wf_curl_set_long(easy, Int32(option.rawValue), value)
    }

    private func set(_ option: wf_curl_option, _ value: String) {
        value.withCString { _ = wf_curl_set_pointer(easy, Int32(option.rawValue), $0) }
    }

    private func setHeaders() {
        for (name, value) in request.headers {
            list = wf_curl_list_append(list, value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        // What libcurl would add by itself.
        list = wf_curl_list_append(list, "Expect:")
        if request.header("content-type") == nil { list = wf_curl_list_append(list, "Content-Type:") }
        wf_curl_set_pointer(easy, Int32(WF_CURL_HEADERS.rawValue), list)
    }

    private func setBody(_ me: UnsafeMutableRawPointer) -> Bool {
        switch request.body {
        case .none:
            if ["POST", "PUT", "PATCH"].contains(request.method) { return setBody(bytes: []) }
            set(WF_CURL_GET, 1)
            return true
        case .bytes(let bytes): return setBody(bytes: bytes)
        case .file(let given, let path):
            input = open(path, O_RDONLY | O_CLOEXEC)
            var status = Glibc.stat()
            var code = input < 0 || fstat(input, &status) != 0 ? errno : 0
            if code == 0, status.st_mode & S_IFMT == S_IFDIR { code = EISDIR }
            if code != 0 {
                fileTrouble = (given, "read", code)
                return false
            }
            set(WF_CURL_UPLOAD, 1)
            if status.st_mode & S_IFMT == S_IFREG {
                wf_curl_set_size(easy, Int32(WF_CURL_UPLOAD_SIZE.rawValue), Int64(status.st_size))
            }
            wf_curl_set_pointer(easy, Int32(WF_CURL_READ_DATA.rawValue), me)
            wf_curl_set_data_function(easy, Int32(WF_CURL_READ_FUNCTION.rawValue)) {
                data, size, count, context in
                HttpTransfer.from(context).give(
                    UnsafeMutableRawBufferPointer(start: data, count: size * count))
            }
            wf_curl_set_pointer(easy, Int32(WF_CURL_SEEK_DATA.rawValue), me)
            wf_curl_set_seek_function(easy) { context, offset, origin in
                lseek(HttpTransfer.from(context).input, off_t(offset), origin) < 0 ? 1 : 0
            }
            return true
        }
    }

    private func setBody(bytes: [UInt8]) -> Bool {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
        memory.copyBytes(from: bytes)
        sent = memory
        wf_curl_set_size(easy, Int32(WF_CURL_BODY_SIZE.rawValue), Int64(bytes.count))
        wf_curl_set_pointer(easy, Int32(WF_CURL_BODY.rawValue), memory.baseAddress)
        return true
    }

    // MARK: what libcurl asks for

    /// More of the file that is uploaded.
    private func give(_ target: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let count = read(input, target.baseAddress, target.count)
            if count >= 0 { return count }
            if errno == EINTR { continue }
            if case .file(let given, _) = request.body { fileTrouble = (given, "read", errno) }
            return 0x1000_0000  // CURL_READFUNC_ABORT
        }
    }

    private func takeHeader(_ line: UnsafeRawBufferPointer) {
        var text = line[...]
        while let last = text.last, last == 0x0D || last == 0x0A { text = text.dropLast() }
        if text.starts(with: "HTTP/".utf8) {
            // A new answer begins: an earlier one was 1xx, or a proxy's.
            headers = []
            status = 0
            return
        }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = String(decoding: text[..<colon], as: UTF8.self).lowercased()
        let value = String(decoding: trimmed(text[(colon + 1)...]), as: UTF8.self)
        if let known = headers.firstIndex(where: { $0.name == name }) {
            headers[known].value += ", " + value
        } else {
            headers.append((name, value))
        }
    }

    private func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var text = text
        while let first = text.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        return text
    }

    /// More of the body. Taking less than all of it ends the transfer.
    private func take(_ part: UnsafeRawBufferPointer) -> Int {
        if status == 0 { status = wf_curl_info_long(easy, Int32(WF_CURL_STATUS.rawValue)) }
        bodyCount += part.count
        if isSuccess(status), request.target != nil { return save(part) ? part.count : 0 }
        if bodyCount > limit {
            if !isSuccess(status) { return part.count }
            isTooLarge = true
            return 0
        }
        body.append(contentsOf: part)
        return part.count
    }

    /// What an answer that is a failure says beyond this is not kept.
    private var limit: Int { isSuccess(status) ? request.bytesMax : DoorLimits.messageTailBytes }

    private func save(_ part: UnsafeRawBufferPointer) -> Bool {
        guard openOutput() else { return false }
        let code = writeAll(output, part)
        if code == 0 { return true }
        fileTrouble = (request.target?.given ?? "", "written", code)
        return false
    }

    private func openOutput() -> Bool {
        if output >= 0 { return true }
        guard let target = request.target else { return false }
        let path = resolvedLink(target.path)
        let (folder, name) = splitPath(path)
        _ = makeFolders(folder)
        let made =
            "\(folder)/.\(name.utf8.count > 200 ? "wf" : name).\(String(systemRandom(), radix: 36)).tmp"
        output = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if output < 0 {
            fileTrouble = (target.given, "written", errno)
            return false
        }
        temporary = made
        return true
    }

    // MARK: what came of it

    /// The status of the answer.
    var answeredStatus: Int { wf_curl_info_long(easy, Int32(WF_CURL_STATUS.rawValue)) }

    /// Whether a byte of the request has left.
    var hasSent: Bool { wf_curl_info_long(easy, Int32(WF_CURL_REQUEST_SIZE.rawValue)) > 0 }

    func isSuccess(_ status: Int) -> Bool { status < 400 || request.accepted.contains(status) }

    /// Where a redirect leads, if the answer is one that may be followed.
    var redirect: String? {
        guard [301, 302, 303, 307, 308].contains(answeredStatus), request.redirectsMax > 0,
            let next = wf_curl_info_pointer(easy, Int32(WF_CURL_REDIRECT_URL.rawValue))
        else { return nil }
        return String(cString: next)
    }

    /// Makes the redirected request this one's next.
    func follow(_ next: String) {
        redirects += 1
        closeDescriptor(&output)
        if let temporary { unlink(temporary) }
        temporary = nil
        request = request.redirected(status: answeredStatus, to: next)
    }

    /// The answer as `Response`, encoded.
    func response() -> [UInt8] {
        var writer = ByteWriter(capacity: body.count + 256)
        writer.appendInt(answeredStatus)
        writer.appendCount(headers.count)
        for header in headers {
            writer.appendString(header.name)
            writer.appendString(header.value)
        }
        writer.appendCount(body.count)
        writer.append(body)
        writer.appendString(request.url)
        return writer.toArray()
    }

    /// What is left to do for a download: the file's sync and rename, which may wait for the disk. The temporary file
    /// belongs to the result.
    func finishDownload() -> (@Sendable () -> EffectOutcome)? {
        guard let target = request.target, openOutput(), let temporary else { return nil }
        let descriptor = output
        output = -1
        self.temporary = nil
        let (given, path, count) = (target.given, resolvedLink(target.path), bodyCount)
        return {
            var code = fsync(descriptor) == 0 ? 0 : errno
            if close(descriptor) != 0, code == 0 { code = errno }
            if code == 0, rename(temporary, path) != 0 { code = errno }
            if code != 0 {
                unlink(temporary)
                return .failure(DoorFailures.file("written", given, code))
            }
            code = syncFolder(splitPath(path).folder)
            if code != 0 { return .failure(DoorFailures.file("written", given, code)) }
            var writer = ByteWriter()
            writer.appendInt(count)
            return .success(writer.toArray())
        }
    }
}
