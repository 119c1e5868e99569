// Pegasus DAX (abstract workflows, schemas 2.0 to 3.6) to a workflow: a job is a step that runs its program, an edge an
// `after`. docs/import/dax.md says what becomes of each element.
import WfDiagnostics
import WfSource

/// The dialect of Pegasus.
struct DaxImporter: Importer {
    let name = "Pegasus DAX"

    /// How files are moved, and numbers that say what the file holds.
    var prose: Set<String> {
        [
            "name", "version", "index", "count", "jobCount", "fileCount", "childCount", "namespace", "level",
            "dv-name", "dv-namespace", "dv-version", "node-label", "register", "transfer", "type", "size",
            "optional", "executable", "created", "varname", "runtime", "link", "arch", "os", "installed",
            "site",
        ]
    }

    func recognises(_ document: ImportDocument) -> Bool {
        guard case .xml(let xml) = document else { return false }
        let namespace = xml.namespace(xml.root)
        return xml.root.name == "adag"
            && (namespace.isEmpty || namespace.hasPrefix("http://pegasus.isi.edu/schema/DAX")
                || namespace.hasPrefix("http://www.griphyn.org/"))
    }

    func write(_ document: ImportDocument, to job: inout ImportJob) {
        guard case .xml(let xml) = document else { return }
        var graph = DaxGraph(xml: xml)
        graph.read(&job)
        if job.hasErrors { return }
        graph.write(&job)
    }
}

/// One `job`, `dag` or `dax`.
private struct DaxJob {
    let element: Int
    /// Its id in the file.
    let id: String
    /// Its step.
    let name: String
    let ledger: LedgerId
    /// Jobs that it waits for, each once, in the order of the file.
    var parents: [Int] = []
}

/// The jobs of a file and what is known of their programs.
private struct DaxGraph {
    let xml: XmlDocument
    private var jobs: [DaxJob] = []
    private var numbers: [String: Int] = [:]
    /// Local paths of programs, by namespace, name and version.
    private var programs: [String: String] = [:]
    private var steps = NameTable()

    init(xml: XmlDocument) { self.xml = xml }

    // MARK: Reading

    mutating func read(_ job: inout ImportJob) {
        var edges: [Int] = []
        for child in xml.children(of: 0) {
            let element = xml.elements[child]
            switch element.name {
            case "job", "dag", "dax": add(child, &job)
            case "child": edges.append(child)
            case "executable": readProgram(child)
            // DAX 2 lists the files at its top; what uses them says it again.
            case "invoke":
                job.add(.dialectNotActedOn("`invoke`", in: "the workflow", at: element.span))
            case "file", "filename", "transformation", "metadata", "profile":
                job.skip("\(element.name)", at: element.span, count: xml.sizeOfTree(at: child))
            default:
                if xml.namespace(element) == xml.namespace(xml.root) {
                    job.add(.daxUnknownElement(element.name, at: element.span))
                } else {
                    job.skip(xml.namespace(element), at: element.span, count: xml.sizeOfTree(at: child))
                }
            }
        }
        for edge in edges { addEdges(edge, &job) }
        if jobs.isEmpty && !job.hasErrors { job.add(.daxNoJobs(at: xml.root.span)) }
    }

    private mutating func add(_ child: Int, _ job: inout ImportJob) {
        let element = xml.elements[child]
        guard let id = xml.attribute("id", of: element), !id.isEmpty else {
            job.add(.xmlMissingAttribute("id", of: element.name, at: element.span))
            return
        }
        if let first = numbers[id] {
            job.add(.daxDuplicateJob(id, at: element.span, first: xml.elements[jobs[first].element].span))
            return
        }
        numbers[id] = jobs.count
        jobs.append(
            DaxJob(
                element: child, id: id, name: steps.take(id, fallback: "job"),
                ledger: job.expect("`\(element.name)` `\(id)`", at: element.span)))
    }

    /// A `child` with its `parent`s.
    private mutating func addEdges(_ edge: Int, _ job: inout ImportJob) {
        guard let child = self.job(of: edge, &job) else { return }
        for parent in xml.children(of: edge) where xml.elements[parent].name == "parent" {
            guard let number = self.job(of: parent, &job) else { continue }
            if number == child {
                job.add(.daxWaitsForItself(jobs[child].id, at: xml.elements[parent].span))
            } else if !jobs[child].parents.contains(number) {
                jobs[child].parents.append(number)
            }
        }
    }

    /// The job that the attribute `ref` names.
    private func job(of element: Int, _ job: inout ImportJob) -> Int? {
        let tag = xml.elements[element]
        guard let reference = xml.attribute("ref", of: tag) else {
            job.add(.xmlMissingAttribute("ref", of: tag.name, at: tag.span))
            return nil
        }
        if let number = numbers[reference] { return number }
        job.add(.daxUnknownJob(reference, at: tag.span))
        return nil
    }

    private mutating func readProgram(_ element: Int) {
        let tag = xml.elements[element]
        for child in xml.children(of: element) where xml.elements[child].name == "pfn" {
            guard let url = xml.attribute("url", of: xml.elements[child]), url.hasPrefix("file://") else {
                continue
            }
            let path = String(url.dropFirst("file://".count))
            if path.hasPrefix("/") { programs[key(tag)] = path }
        }
    }

    private func key(_ tag: XmlElement) -> String {
        ["namespace", "name", "version"].map { xml.attribute($0, of: tag) ?? "" }.joined(separator: "\u{1F}")
    }

    // MARK: Writing

    func write(_ job: inout ImportJob) {
        let title = xml.attribute("name", of: xml.root) ?? ""
        var names = job.names
        let name = names.take(title, fallback: "main")
        job.names = names
        job.writer.comment(
            title.isEmpty ? "An abstract workflow of Pegasus." : "The abstract workflow \(title) of Pegasus.",
            documents: true, from: xml.root.span)
        job.writer.open("workflow \(name)()", from: xml.root.span)
        for (number, one) in jobs.enumerated() {
            if number & 255 == 255 && job.isLate() { return }
            write(one, &job)
        }
        job.writer.close()
    }

    private func write(_ one: DaxJob, _ job: inout ImportJob) {
        let element = xml.elements[one.element]
        let parts = DaxCommand(xml: xml, element: one.element, job: &job)
        let files = parts.files
        if !files.isEmpty { job.writer.comment(files, from: element.span) }
        let command: String
        switch element.name {
        case "job":
            let program = programs[key(element)] ?? xml.attribute("name", of: element) ?? one.id
            command = parts.call(program: program)
        case "dax":
            command = parts.call(
                program: "wfi", before: ["run", xml.attribute("file", of: element) ?? one.id],
                takesArguments: false)
            if let line = xml.child("argument", of: one.element) {
                job.add(
                    .dialectNotActedOn(
                        "`argument`", in: "the job `\(one.id)`", so: "it is for `pegasus-plan`",
                        at: xml.elements[line].span))
            }
            job.add(.daxSubWorkflow(one.id, "a run of its own", at: element.span))
        default:
            command = parts.call(
                program: "condor_submit_dag", before: [xml.attribute("file", of: element) ?? one.id])
            job.add(
                .daxSubWorkflow(
                    one.id, "a job of HTCondor that this step submits and does not await", at: element.span))
        }
        job.writer.line("step \(one.name) = \(command)", from: element.span)
        job.writer.indent(1)
        if !one.parents.isEmpty {
            job.writer.line("after " + one.parents.map { jobs[$0].name }.joined(separator: ", "))
        }
        if let retries = parts.retries { job.writer.line("retry \(retries)") }
        job.writer.indent(-1)
        job.settle(one.ledger)
    }
}

/// The command line of one job.
private struct DaxCommand {
    private var arguments: [String] = []
    private var environment: [(name: String, value: String)] = []
    private var redirects: [(stream: String, path: String)] = []
    private var inputs: [String] = []
    private var outputs: [String] = []
    /// Further attempts, from the profile of DAGMan.
    private(set) var retries: Int?

    init(xml: XmlDocument, element: Int, job: inout ImportJob) {
        for child in xml.children(of: element) {
            let tag = xml.elements[child]
            let file = xml.attribute("name", of: tag) ?? xml.attribute("file", of: tag)
            switch tag.name {
            case "argument": arguments = DaxCommand.words(xml, child)
            case "stdin", "stdout", "stderr":
                if let file {
                    redirects.append((tag.name, file))
                } else {
                    job.add(.xmlMissingAttribute("name", of: tag.name, at: tag.span))
                }
            case "profile": readProfile(xml, child, of: element, &job)
            case "invoke":
                let owner = xml.attribute("id", of: xml.elements[element]) ?? ""
                job.add(.dialectNotActedOn("`invoke`", in: "the job `\(owner)`", at: tag.span))
            case "uses":
                guard let file else { continue }
                if xml.attribute("link", of: tag) == "input" {
                    inputs.append(file)
                } else {
                    outputs.append(file)
                }
            default:
                job.skip("\(tag.name)", at: tag.span, count: xml.sizeOfTree(at: child))
            }
        }
    }

    private mutating func readProfile(
        _ xml: XmlDocument, _ child: Int, of element: Int, _ job: inout ImportJob
    ) {
        let tag = xml.elements[child]
        let key = xml.attribute("key", of: tag) ?? ""
        let value = SourceWriter.trimmed(tag.text)
        switch xml.attribute("namespace", of: tag)?.lowercased() {
        case "env" where !key.isEmpty:
            environment.removeAll { $0.name == key }
            environment.append((key, value))
        case "dagman" where key.lowercased() == "retry": retries = Int(value).map { max(0, $0) }
        case "dagman":
            let owner = xml.attribute("id", of: xml.elements[element]) ?? ""
            job.add(
                .dialectNotActedOn("the profile `dagman` `\(key)`", in: "the job `\(owner)`", at: tag.span))
        default: job.skip("profile", at: tag.span)
        }
    }

    /// The words of an `argument`: text between white space that stands in no quotes, and files in it by their names.
    private static func words(_ xml: XmlDocument, _ argument: Int) -> [String] {
        var line = CommandWords()
        for part in xml.content(of: argument) {
            switch part {
            case .space: line.space()
            case .element(let child):
                let tag = xml.elements[child]
                line.add(verbatim: xml.attribute("name", of: tag) ?? xml.attribute("file", of: tag) ?? "")
            case .text(let text): line.add(text)
            }
        }
        return line.words
    }

    /// What the job reads and writes, as a comment.
    var files: String {
        var words: [String] = []
        if !inputs.isEmpty { words.append("reads \(DaxCommand.list(inputs))") }
        if !outputs.isEmpty { words.append("writes \(DaxCommand.list(outputs))") }
        return words.joined(separator: "; ")
    }

    private static func list(_ files: [String]) -> String {
        let few = files.prefix(4).joined(separator: ", ")
        return files.count > 4 ? few + ", and \(files.count - 4) more" : few
    }

    func call(program: String, before: [String] = [], takesArguments: Bool = true) -> String {
        var words = [program] + before + (takesArguments ? arguments : [])
        if !redirects.isEmpty {
            // The shell sees fixed text; names of files and arguments come as parameters.
            var script = ""
            for (stream, _) in redirects { script += "\(stream)=$1; shift; " }
            script += "exec \"$@\""
            let signs = ["stdin": "<", "stdout": ">", "stderr": "2>"]
            for (stream, _) in redirects { script += " \(signs[stream] ?? ">")\"$\(stream)\"" }
            words = ["sh", "-c", script, "sh"] + redirects.map(\.path) + words
        }
        var items = words.map { WfText.string($0) }
        if !environment.isEmpty {
            let pairs = environment.map { "\(WfText.string($0.name)): \(WfText.string($0.value))" }
            items.append("env: [\(pairs.joined(separator: ", "))]")
        }
        return "exec(\(items.joined(separator: ", ")))"
    }
}
