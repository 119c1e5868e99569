// Diagnostics, pushed when there is time and given when asked for: those of `wfc check`, in the protocol's words.
import WfCompiler
import WfDiagnostics
import WfSource

extension LanguageServer {
    /// Whether there is something to do when no message waits.
    var hasWork: Bool { phase == .running && !untold.isEmpty }

    /// Tells the client about one file.
    func work() {
        let path: String
        if let visible = open.keys.filter({ untold.contains($0) }).min() {
            path = visible
        } else {
            if order.isEmpty { order = untold.sorted(by: >) }
            path = order.removeLast()
        }
        guard untold.remove(path) != nil else { return }
        tell(path)
        reportProgress()
        if untold.isEmpty { tellSettings() }
        if untold.isEmpty && needsRefresh {
            needsRefresh = false
            request("workspace/diagnostic/refresh", .null)
        }
    }

    private func tell(_ path: String) {
        let isOpen = open[path] != nil
        if client.pullsDiagnostics { return _ = shownDiagnostics(path) }
        let isShown = workspace.holds(path) && (isOpen || settings.checksWorkspace)
        let found = isShown ? shownDiagnostics(path) : []
        // a closed file without anything to say is not mentioned
        if !isOpen && told[path] ?? [] == found { return }
        told[path] = found.isEmpty && !isOpen ? nil : found
        var parameters: [Json.Member] = [
            Json.Member(name: "uri", value: .string(uri(path))),
            Json.Member(name: "diagnostics", value: .array(json(found, path))),
        ]
        if let version = open[path]?.version {
            parameters.append(Json.Member(name: "version", value: .int(version)))
        }
        notify("textDocument/publishDiagnostics", .object(parameters))
    }

    /// As many as `wfc check` prints.
    func shownDiagnostics(_ path: String) -> [Diagnostic] { Diagnostic.shown(allDiagnostics(path)) }

    private func json(_ found: [Diagnostic], _ path: String) -> [Json] {
        guard let document = document(path: path) else { return [] }
        return found.map { json($0, document) }
    }

    func json(_ diagnostic: Diagnostic, _ document: Document) -> Json {
        var message = diagnostic.message
        for note in diagnostic.notes { message += "\nnote: \(note)" }
        if let help = diagnostic.help { message += "\nhelp: \(help)" }
        let related = diagnostic.labels.compactMap { label -> Json? in
            guard let place = self.document(file: label.span.file) else { return nil }
            let isOwn = label.span.file == diagnostic.span.file
            let range = isOwn ? place.rangeInFile(label.span) : place.range(label.span)
            return [
                "location": ["uri": .string(place.uri), "range": range], "message": .string(label.text),
            ]
        }
        return [
            "range": document.rangeInFile(diagnostic.span),
            "severity": .int(diagnostic.severity == .error ? 1 : diagnostic.severity == .warning ? 2 : 3),
            "code": .string("\(diagnostic.code)"),
            "source": "wf",
            "message": .string(message),
            "tags": LanguageServer.unnecessary.contains(diagnostic.code.number) ? [1] : nil,
            "relatedInformation": related.isEmpty ? nil : .array(related),
        ]
    }

    /// Lints about what nothing reads: editors show it faded.
    static let unnecessary: Set<UInt16> = [5001, 5002, 5003, 5004]

    // MARK: pull

    func documentDiagnostic(_ parameters: Json) throws(ResponseError) -> Json {
        let document = try document(parameters)
        asked(for: document.path)
        return report(document.path, parameters["previousResultId"].string)
    }

    /// The client has asked for what would have been told; what is wrong with settings no client asks for.
    private func asked(for path: String) {
        if untold.remove(path) != nil, untold.isEmpty { tellSettings() }
    }

    /// With a token for parts, every file is told as soon as it is known, and the answer is empty.
    func workspaceDiagnostic(_ parameters: Json) throws(ResponseError) -> Json {
        var before: [String: String] = [:]
        for entry in parameters["previousResultIds"].array ?? [] {
            if let uri = entry["uri"].string, let id = entry["value"].string { before[uri] = id }
        }
        let token = parameters["partialResultToken"]
        var items: [Json] = []
        for path in settings.checksWorkspace ? workspace.paths : open.keys.sorted() {
            try goOn()
            guard case .object(var members) = report(path, before[uri(path)]) else { continue }
            asked(for: path)
            members.append(Json.Member(name: "uri", value: .string(uri(path))))
            members.append(Json.Member(name: "version", value: open[path].map { .int($0.version) } ?? .null))
            if token.isNull {
                items.append(.object(members))
            } else {
                notify("$/progress", ["token": token, "value": ["items": [.object(members)]]])
            }
        }
        return ["items": .array(items)]
    }

    private func report(_ path: String, _ previous: String?) -> Json {
        let items = json(shownDiagnostics(path), path)
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in Json.array(items).bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let id = String(hash, radix: 16)
        if id == previous { return ["kind": "unchanged", "resultId": .string(id)] }
        return ["kind": "full", "resultId": .string(id), "items": .array(items)]
    }

    // MARK: progress of the first check

    func beginProgress() {
        if !client.takesProgress || untold.count < 2 { return }
        let token: Json = "wf-check"
        request("window/workDoneProgress/create", ["token": token])
        progress = (token, untold.count)
        notify(
            "$/progress",
            [
                "token": token,
                "value": [
                    "kind": "begin", "title": "checking workflows", "percentage": 0, "cancellable": false,
                ],
            ])
    }

    private func reportProgress() {
        guard let progress else { return }
        if untold.isEmpty {
            self.progress = nil
            notify(
                "$/progress",
                [
                    "token": progress.token,
                    "value": ["kind": "end", "message": .string("\(progress.total) files")],
                ])
        } else if untold.count % 50 == 0 {
            let percentage = 100 * (progress.total - min(untold.count, progress.total)) / progress.total
            notify(
                "$/progress",
                ["token": progress.token, "value": ["kind": "report", "percentage": .int(percentage)]])
        }
    }
}
