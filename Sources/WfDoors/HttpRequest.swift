// What the `http` effects are asked for, decoded from an effect's arguments, and what of it may travel to another
// server. It sends nothing.
import WfEngine
import WfValue

/// The http effects, by their qualified names.
public enum HttpEffect: String, CaseIterable, Sendable {
    case get = "http.get"
    case head = "http.head"
    case post = "http.post"
    case put = "http.put"
    case patch = "http.patch"
    case delete = "http.delete"
    case request = "http.request"
    case download = "http.download"
}

/// A request as the step asks for it.
struct HttpRequest {
    enum Body {
        case none
        case bytes([UInt8])
        /// The path as given, and made absolute.
        case file(given: String, path: String)
    }

    private(set) var attempt: AttemptId
    private(set) var effect: HttpEffect
    var method: String
    var url: String
    var headers: [(name: String, value: String)] = []
    var body = Body.none
    /// Statuses from 400 on that are no failure.
    var accepted: [Int] = []
    /// Microseconds for the connection to come about.
    var connectTimeout = 0
    var redirectsMax = 0
    var bytesMax = 0
    /// Where the body goes: the path as given, and made absolute; nil: into memory.
    var target: (given: String, path: String)?

    /// Whether repeating it changes nothing, so that a lost answer is a plain failure.
    var isSafe: Bool { method == "GET" || method == "HEAD" || method == "OPTIONS" }

    /// Reads the arguments as stdlib/http.wf has them, in the order
    /// `[method] url [to] [json text bytes form file] query headers ok connect redirects bytesMax`.
    init(_ request: EffectRequest, _ effect: HttpEffect) throws(DecodeError) {
        attempt = request.attempt
        self.effect = effect
        method = HttpRequest.method(of: effect)
        url = ""
        let types = request.plan.types
        let base = request.baseFolder
        var copy = self
        try withByteReader(request.arguments) { (reader) throws(DecodeError) in
            if effect == .request { copy.method = try reader.readString() }
            copy.url = try reader.readString()
            if effect == .download {
                let given = try reader.readString()
                copy.target = (given, absolutePath(given, from: base))
            }
            if HttpRequest.hasBody(effect) { try copy.readBody(&reader, request.arguments, types, base) }
            var query: [(String, String)] = []
            for _ in 0..<(try reader.readCount()) {
                let name = try reader.readString()
                query.append((name, try reader.readString()))
            }
            copy.add(query: query)
            for _ in 0..<(try reader.readCount()) {
                let name = try reader.readString()
                copy.setHeader(name, try reader.readString())
            }
            for _ in 0..<(try reader.readCount()) { copy.accepted.append(try reader.readInt()) }
            copy.connectTimeout = try reader.readInt()
            copy.redirectsMax = try reader.readInt()
            copy.bytesMax = try reader.readInt()
            try reader.expectEnd()
        }
        self = copy
        if !isSafe, header("idempotency-key") == nil { setHeader("Idempotency-Key", request.key) }
    }

    private static func method(of effect: HttpEffect) -> String {
        switch effect {
        case .get, .download, .request: return "GET"
        case .head: return "HEAD"
        case .post: return "POST"
        case .put: return "PUT"
        case .patch: return "PATCH"
        case .delete: return "DELETE"
        }
    }

    private static func hasBody(_ effect: HttpEffect) -> Bool {
        switch effect {
        case .post, .put, .patch, .request: return true
        case .get, .head, .delete, .download: return false
        }
    }

    private mutating func readBody(
        _ reader: inout ByteReader, _ arguments: [UInt8], _ types: TypeTable, _ base: String
    ) throws(DecodeError) {
        var bodies = 0
        if try reader.readBool() {
            let start = reader.position
            try types.validate(&reader, as: .json)
            var text: [UInt8] = []
            do throws(JsonError) {
                text = try types.jsonText(of: Array(arguments[start..<reader.position]), as: .json)
            } catch {
                throw reader.error(.notANumber)
            }
            set(body: text, type: "application/json", &bodies)
        }
        if try reader.readBool() {
            set(body: Array(try reader.readUtf8()), type: "text/plain; charset=utf-8", &bodies)
        }
        if try reader.readBool() {
            let bytes = Array(try reader.readBytes(try reader.readLength()))
            set(body: bytes, type: "application/octet-stream", &bodies)
        }
        if try reader.readBool() {
            var text = ""
            for index in 0..<(try reader.readCount()) {
                if index > 0 { text += "&" }
                text += HttpRequest.encoded(try reader.readString())
                text += "="
                text += HttpRequest.encoded(try reader.readString())
            }
            set(body: Array(text.utf8), type: "application/x-www-form-urlencoded", &bodies)
        }
        if try reader.readBool() {
            let given = try reader.readString()
            setDefault("Content-Type", "application/octet-stream")
            body = .file(given: given, path: absolutePath(given, from: base))
            bodies += 1
        }
        bodyCount = bodies
    }

    /// How many of `json text bytes form file` were given; more than one is a mistake.
    private(set) var bodyCount = 0

    private mutating func set(body bytes: [UInt8], type: String, _ count: inout Int) {
        body = .bytes(bytes)
        setDefault("Content-Type", type)
        count += 1
    }

    private mutating func setDefault(_ name: String, _ value: String) {
        headers.append((name, value))
    }

    /// The value of a header, by its name in lower case.
    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    /// Sets a header; one of that name is replaced.
    mutating func setHeader(_ name: String, _ value: String) {
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        headers.append((name, value))
    }

    private mutating func add(query: [(String, String)]) {
        if query.isEmpty { return }
        var fragment = ""
        if let hash = url.firstIndex(of: "#") {
            fragment = String(url[hash...])
            url = String(url[..<hash])
        }
        for (name, value) in query {
            url += url.contains("?") ? (url.hasSuffix("?") || url.hasSuffix("&") ? "" : "&") : "?"
            url += HttpRequest.encoded(name) + "=" + HttpRequest.encoded(value)
        }
        url += fragment
    }

    /// Percent-encoded but for letters, digits and `-._~`.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What cannot be sent; nil when all is well.
    var mistake: String? {
        if bodyCount > 1 { return "a request has one body: give one of json, text, bytes, form and file" }
        if method.isEmpty || !method.utf8.allSatisfy(HttpRequest.isTokenByte) {
            return "`\(method)` is no method"
        }
        for (name, value) in headers {
            if name.isEmpty || !name.utf8.allSatisfy(HttpRequest.isTokenByte) {
                return "`\(name)` cannot name a header"
            }
            if value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
                return "the value of the header `\(name)` contains a control character"
            }
        }
        if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            return "the URL contains a space or a control character; encode it with `.urlEncode()`"
        }
        let scheme = url.lowercased()
        if !scheme.hasPrefix("http://") && !scheme.hasPrefix("https://") {
            return "the URL does not begin with `http://` or `https://`"
        }
        return nil
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return true
        default: return "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    // MARK: redirects

    /// The request that a redirect asks for (RFC 9110, 15.4): 303, and 301 and 302 after a POST, become GET; what the
    /// step said in headers goes to no other origin.
    func redirected(status: Int, to next: String) -> HttpRequest {
        var result = self
        result.url = next
        if status == 303 && method != "HEAD" || (status == 301 || status == 302) && method == "POST" {
            result.method = "GET"
            result.body = .none
            result.headers.removeAll { $0.name.lowercased() == "content-type" }
        }
        if HttpRequest.origin(of: next) != HttpRequest.origin(of: url) {
            let kept = ["accept", "content-type", "idempotency-key", "user-agent"]
            result.headers.removeAll { !kept.contains($0.name.lowercased()) }
        }
        return result
    }

    /// Scheme, host and port, in lower case.
    static func origin(of url: String) -> String {
        let parts = url.lowercased().split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return url }
        var host = parts[2].prefix { $0 != "?" && $0 != "#" }
        if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
        if parts[0] == "http:", host.hasSuffix(":80") { host = host.dropLast(3) }
        if parts[0] == "https:", host.hasSuffix(":443") { host = host.dropLast(4) }
        return "\(parts[0])//\(host)"
    }

    /// Method and URL for messages: without user, query and fragment, which may hold secrets.
    var shown: String {
        var path = ""
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        if parts.count == 4 { path = "/" + parts[3].prefix { $0 != "?" && $0 != "#" } }
        return "\(method) \(HttpRequest.origin(of: url))\(path)"
    }
}
