// What an HTTP transfer that failed is called: a kind for each way, and whether anybody knows what happened.
import CCurl
import WfEngine
import WfValue

extension DoorFailures {
    static var httpLibraryMissing: EffectFailure {
        EffectFailure(
            kind: "unsupported",
            message: "HTTP needs libcurl, which cannot be loaded: install the Debian package `libcurl4` ("
                + String(cString: wf_curl_load_error()) + ")")
    }

    static func httpArgument(_ detail: String) -> EffectFailure {
        EffectFailure(kind: "argument", message: detail)
    }

    /// An answer that says no; `data` holds its body, decoded if it is JSON.
    static func httpStatus(_ transfer: HttpTransfer, _ types: TypeTable) -> EffectFailure {
        let status = transfer.answeredStatus
        var message = "`\(transfer.request.shown)` answered \(status)"
        if let reason = reasons[status] { message += " (\(reason))" }
        let text = quoted(transfer.body)
        if !text.isEmpty { message += ": " + text }
        let asJson = try? types.binary(fromJson: transfer.body, as: .json)
        var data = ByteWriter()
        if let asJson {
            data.append(asJson)
        } else if !transfer.body.isEmpty {
            data.append(6)
            data.appendString(String(decoding: transfer.body, as: UTF8.self))
        }
        return EffectFailure(
            kind: "http", message: message, code: status, data: data.written.isEmpty ? nil : data.toArray())
    }

    static func httpRedirects(_ transfer: HttpTransfer) -> EffectFailure {
        EffectFailure(
            kind: "http",
            message:
                "`\(transfer.request.shown)` redirects once more after \(transfer.redirects) redirects; raise `redirects:` if that is meant",
            code: transfer.answeredStatus)
    }

    static func httpDowngrade(_ transfer: HttpTransfer) -> EffectFailure {
        EffectFailure(
            kind: "tls",
            message: "`\(transfer.request.shown)` redirects from https to http, which is not followed")
    }

    /// The first line of a body that can be shown.
    private static func quoted(_ body: [UInt8]) -> String {
        guard body.withUnsafeBytes({ isUtf8($0) }) else { return "" }
        var text = String(decoding: body, as: UTF8.self)
        text.unicodeScalars.removeAll { $0.value < 0x20 && $0 != "\n" || $0.value == 0x7F }
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        return line.count > 200 ? line.prefix(200) + "…" : line
    }

    private static let reasons: [Int: String] = [
        400: "bad request", 401: "unauthorized", 403: "forbidden", 404: "not found",
        405: "method not allowed",
        408: "request timeout", 409: "conflict", 410: "gone", 412: "precondition failed",
        413: "content too large", 415: "unsupported media type", 422: "unprocessable content",
        429: "too many requests", 500: "internal server error", 501: "not implemented", 502: "bad gateway",
        503: "service unavailable", 504: "gateway timeout",
    ]

    /// What came of a transfer that libcurl gave up with `code`.
    static func httpOutcome(_ transfer: HttpTransfer, code: Int32) -> EffectOutcome {
        let shown = transfer.request.shown
        let reason = String(cString: wf_curl_code_text(code)).lowercased()
        func failure(_ kind: String, _ detail: String) -> EffectOutcome {
            .failure(EffectFailure(kind: kind, message: "`\(shown)` \(detail)"))
        }
        if let trouble = transfer.fileTrouble {
            return .failure(DoorFailures.file(trouble.verb, trouble.path, trouble.code))
        }
        if transfer.isTooLarge {
            return failure(
                "tooLarge",
                "answered with more than \(transfer.request.bytesMax) bytes; raise `bytesMax:`, or use `http.download`"
            )
        }
        switch code {
        case 3: return .failure(httpArgument("the URL of `\(shown)` cannot be read"))
        case 5: return failure("dns", "has a proxy whose name is unknown")
        case 6: return failure("dns", "has a host whose name is unknown")
        case 7: return failure("connect", "reached nobody: \(reason)")
        case 1, 8: return failure("http", "answered with something that is not HTTP")
        case 28 where !transfer.hasSent:
            return failure(
                "connect", "got no connection within \(transfer.request.connectTimeout / 1_000) ms")
        case 35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98:
            return failure("tls", "got no secure connection: \(reason)")
        case 61: return failure("decode", "answered in an encoding that cannot be read")
        case 27: return failure("io", "ran out of memory")
        default:
            if transfer.request.isSafe || !transfer.hasSent {
                return failure("connect", "lost its connection: \(reason)")
            }
            return .unknown("`\(shown)` was sent, and its connection was lost before the answer: \(reason)")
        }
    }
}
