// What Oozie's actions run: command lines of the tools that Oozie calls. Knows each kind of action, nothing of transitions.
import WfDiagnostics
import WfSource

/// The calls that one action becomes, in order; the last one's value is the action's.
struct OozieCommands {
    private let xml: XmlDocument
    private let app: OozieApp
    private let texts: OozieTexts
    private(set) var calls: [String] = []

    /// - Parameters:
    ///   - body: the element of the action's kind.
    ///   - texts: makes the literals.
    init(_ app: OozieApp, body: Int, job: inout ImportJob, texts: OozieTexts) {
        self.app = app
        self.xml = app.xml
        self.texts = texts
        for child in xml.children(of: body) where xml.elements[child].name == "prepare" {
            for step in xml.children(of: child) { fileSystem(step, &job) }
        }
        write(body, &job)
    }

    // MARK: Parts of elements

    private func text(_ words: String, _ element: Int) -> String {
        texts.literal(words, at: xml.elements[element].span)
    }

    private func children(_ body: Int, _ names: String...) -> [Int] {
        xml.children(of: body).filter { names.contains(xml.elements[$0].name) }
    }

    private func content(_ element: Int) -> String {
        text(xml.words(of: element), element)
    }

    /// The text of a child, as a literal.
    private func child(_ name: String, of body: Int) -> String? {
        xml.child(name, of: body).map { content($0) }
    }

    private func attribute(_ name: String, of element: Int) -> String? {
        xml.attribute(name, of: xml.elements[element]).map { text($0, element) }
    }

    private func contents(_ body: Int, _ names: String...) -> [String] {
        xml.children(of: body).filter { names.contains(xml.elements[$0].name) }.map { content($0) }
    }

    /// The words of a child's text, each a literal; what stands in one of the quotes is one.
    private func words(_ name: String, of body: Int, quotes: Set<Character> = ["\"", "'"]) -> [String] {
        guard let child = xml.child(name, of: body) else { return [] }
        return CommandWords.of(xml.elements[child].text, quotes: quotes).map { text($0, child) }
    }

    /// Properties of `configuration` behind a flag each.
    private func settings(_ body: Int, _ flag: String) -> [String] {
        properties(body).flatMap { ["\"\(flag)\"", $0] }
    }

    /// Properties of `configuration`, those of `global` first, as literals `"name=value"`.
    private func properties(_ body: Int) -> [String] {
        var pairs: [(name: String, value: String, element: Int)] = []
        for owner in [app.global, body].compactMap({ $0 }) {
            for configuration in children(owner, "configuration") {
                for property in children(configuration, "property") {
                    let name = xml.child("name", of: property).map {
                        SourceWriter.trimmed(xml.elements[$0].text)
                    }
                    guard let name else { continue }
                    let value = xml.child("value", of: property).map {
                        SourceWriter.trimmed(xml.elements[$0].text)
                    }
                    pairs.removeAll { $0.name == name }
                    pairs.append((name, value ?? "", property))
                }
            }
        }
        return pairs.map { text("\($0.name)=\($0.value)", $0.element) }
    }

    private mutating func run(_ words: [String], options: [String] = []) {
        calls.append("exec(\((words + options).joined(separator: ", ")))")
    }

    private func flag(_ name: String, _ value: String?) -> [String] {
        value.map { ["\"\(name)\"", $0] } ?? []
    }

    // MARK: Kinds

    private mutating func write(_ body: Int, _ job: inout ImportJob) {
        let kind = xml.elements[body].name
        if ["fs", "shell", "java"].contains(kind), let global = app.global,
            let configuration = xml.child("configuration", of: global)
        {
            let place = xml.elements[configuration].span
            job.add(.dialectNotActedOn("`configuration` of `global`", in: "a `\(kind)` action", at: place))
        }
        switch xml.elements[body].name {
        case "fs": for step in xml.children(of: body) { fileSystem(step, &job) }
        case "shell": shell(body)
        case "java": java(body)
        case "map-reduce": mapReduce(body, settings(body, "-D"))
        case "pig":
            run(
                ["\"pig\""] + settings(body, "-D") + contents(body, "param").flatMap { ["\"-param\"", $0] }
                    + contents(body, "argument") + flag("-f", child("script", of: body)))
        case "hive":
            run(["\"hive\""] + self.settings(body, "--hiveconf") + query(body))
        case "hive2":
            run(
                ["\"beeline\""] + flag("-u", child("jdbc-url", of: body))
                    + flag("-p", child("password", of: body))
                    + self.settings(body, "--hiveconf") + query(body))
        case "sqoop": run(["\"sqoop\""] + words("command", of: body, quotes: []) + contents(body, "arg"))
        case "spark": spark(body)
        case "distcp":
            run(
                ["\"hadoop\"", "\"distcp\""] + settings(body, "-D") + words("java-opts", of: body)
                    + contents(body, "arg"))
        case "ssh":
            run(
                ["\"ssh\""] + contents(body, "host") + contents(body, "command")
                    + contents(body, "args", "arg"))
        case "email": email(body)
        case "git":
            run(
                ["\"git\"", "\"clone\""] + flag("--branch", child("branch", of: body))
                    + contents(body, "git-uri")
                    + contents(body, "destination-uri"))
        case "sub-workflow":
            run(["\"wfi\"", "\"run\""] + contents(body, "app-path") + properties(body))
        default: custom(body, &job)
        }
        if calls.isEmpty { calls.append("nop()") }
    }

    private func query(_ body: Int) -> [String] {
        contents(body, "param").flatMap { ["\"--hivevar\"", $0] } + contents(body, "argument")
            + flag("-f", child("script", of: body)) + flag("-e", child("query", of: body))
    }

    private mutating func fileSystem(_ element: Int, _ job: inout ImportJob) {
        let path = attribute("path", of: element) ?? "\"\""
        switch xml.elements[element].name {
        case "delete": run(hdfs("-rm", "-r", "-f") + [path])
        case "mkdir": run(hdfs("-mkdir", "-p") + [path])
        case "touchz": run(hdfs("-touchz") + [path])
        case "move":
            run(
                hdfs("-mv") + [
                    attribute("source", of: element) ?? "\"\"", attribute("target", of: element) ?? "\"\"",
                ])
        case "chmod":
            run(
                hdfs("-chmod") + recursive(element) + [
                    attribute("permissions", of: element) ?? "\"755\"", path,
                ])
        case "chgrp":
            run(hdfs("-chgrp") + recursive(element) + [attribute("group", of: element) ?? "\"\"", path])
        case "setrep": run(hdfs("-setrep") + [attribute("replication-factor", of: element) ?? "\"3\"", path])
        case "name-node", "job-xml", "configuration": break
        default:
            let tag = xml.elements[element]
            job.add(.oozieUnknownElement(tag.name, in: "fs", at: tag.span))
        }
    }

    private func hdfs(_ words: String...) -> [String] { ["\"hdfs\"", "\"dfs\""] + words.map { "\"\($0)\"" } }

    private func recursive(_ element: Int) -> [String] {
        xml.child("recursive", of: element) == nil ? [] : ["\"-R\""]
    }

    private mutating func shell(_ body: Int) {
        let program = child("exec", of: body) ?? "\"sh\""
        var variables: [String] = []
        for variable in children(body, "env-var") {
            let parts = xml.words(of: variable).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            variables.append("\(text(String(parts[0]), variable)): \(text(String(parts[1]), variable))")
        }
        run(
            [program] + contents(body, "argument"),
            options: variables.isEmpty ? [] : ["env: [\(variables.joined(separator: ", "))]"])
    }

    private mutating func java(_ body: Int) {
        run(
            ["\"java\""] + words("java-opts", of: body) + contents(body, "java-opt") + [
                "\"-cp\"", "\"lib/*\"",
            ]
                + contents(body, "main-class") + contents(body, "arg"))
    }

    private mutating func mapReduce(_ body: Int, _ settings: [String]) {
        if let streaming = xml.child("streaming", of: body) {
            run(
                ["\"mapred\"", "\"streaming\""] + settings + flag("-mapper", child("mapper", of: streaming))
                    + flag("-reducer", child("reducer", of: streaming)))
            return
        }
        let file = child("job-xml", of: body) ?? "\"job.xml\""
        run(["\"mapred\"", "\"job\""] + settings + ["\"-submit\"", file])
    }

    private mutating func spark(_ body: Int) {
        run(
            ["\"spark-submit\""] + flag("--master", child("master", of: body))
                + flag("--deploy-mode", child("mode", of: body)) + flag("--name", child("name", of: body))
                + flag("--class", child("class", of: body)) + self.settings(body, "--conf")
                + words("spark-opts", of: body, quotes: ["\""]) + contents(body, "jar")
                + contents(body, "arg"))
    }

    private mutating func email(_ body: Int) {
        let receivers = xml.child("to", of: body).map { element in
            xml.elements[element].text.split(separator: ",").map { text(SourceWriter.trimmed($0), element) }
        }
        run(
            ["\"mail\""] + flag("-s", child("subject", of: body)) + flag("-c", child("cc", of: body))
                + flag("-b", child("bcc", of: body)) + (receivers ?? []),
            options: child("body", of: body).map { ["stdin: \($0)"] } ?? [])
    }

    /// An action of an extension: whoever takes the work item gets its settings.
    private mutating func custom(_ body: Int, _ job: inout ImportJob) {
        let tag = xml.elements[body]
        let action = xml.attribute("name", of: xml.elements[Int(tag.parent)]) ?? tag.name
        job.add(
            .dialectExternalTask(
                "the action `\(action)`", "the extension `\(tag.name)`", role: tag.name, at: tag.span))
        calls.append(
            "task(\(WfText.string(action)), { \(fields(body).joined(separator: ", ")) }, role: \(WfText.string(tag.name)))"
        )
    }

    /// Elements and attributes as fields; of the same name a list.
    private func fields(_ element: Int) -> [String] {
        var values: [(name: String, values: [String])] = []
        func add(_ name: String, _ value: String) {
            if let index = values.firstIndex(where: { $0.name == name }) {
                values[index].values.append(value)
            } else {
                values.append((name, [value]))
            }
        }
        for attribute in xml.attributes(xml.elements[element]) where attribute.namespace == 0 {
            if let value = self.attribute(attribute.name, of: element) { add(attribute.name, value) }
        }
        for child in xml.children(of: element) where xml.elements[child].name != "prepare" {
            let inner = fields(child)
            let value = inner.isEmpty ? content(child) : "{ \(inner.joined(separator: ", ")) }"
            add(xml.elements[child].name, value)
        }
        return values.map {
            "\(WfText.string($0.name)): "
                + ($0.values.count == 1 ? $0.values[0] : "[\($0.values.joined(separator: ", "))]")
        }
    }
}
