// A process definition of SpiffWorkflow's pattern dialect as tasks. Writes nothing.
import WfDiagnostics
import WfSource

/// One task as the file gives it.
struct PatternTask {
    let name: String
    let kind: String
    let element: Int
    let ledger: LedgerId
    var next: [PatternReference] = []
    var arms: [PatternArm] = []
    /// What `context`, and each `cancel`, names.
    var context: [PatternReference] = []
    var picks: [PatternReference] = []
    /// How often, or how many: a term of wf.
    var count: String?
    /// Fields that its count and its conditions read.
    var reads: [String] = []
    var mutexes: [String] = []
    /// Assignments as records of wf, by the element that they stand in.
    var assigns: [String: [String]] = [:]
    var cancels = false
    var isSuccess = false
    var file = ""
}

/// A task's name at a place.
struct PatternReference {
    let name: String
    let element: Int
}

/// A way with a condition.
struct PatternArm {
    let to: PatternReference
    /// `left: .field("a"), is: .equal, right: .text("1")`
    let test: String
}

/// A process definition.
struct PatternProcess {
    let xml: XmlDocument
    private(set) var tasks: [PatternTask] = []
    private(set) var numbers: [String: Int] = [:]

    init(xml: XmlDocument) { self.xml = xml }

    /// Kinds of tasks, each with its case of `tasktree.Kind`.
    static let kinds: [String: String] = [
        "start-task": "task", "task": "task", "simple": "task", "exclusive-choice": "choice",
        "multi-choice": "task", "multi-instance": "instances", "thread-split": "threads",
        "thread-merge": "threadMerge", "join": "join", "merge": "merge", "gate": "gate",
        "acquire-mutex": "acquire", "release-mutex": "release", "cancel": "cancel",
        "cancel-task": "cancelTasks", "choose": "choose", "trigger": "trigger", "sub-workflow": "call",
        "execute": "task", "celery": "task", "transform": "task",
    ]

    func span(_ element: Int) -> Span { xml.elements[element].span }

    func attribute(_ name: String, _ element: Int) -> String? {
        xml.attribute(name, of: xml.elements[element]).map { SourceWriter.trimmed($0) }.flatMap {
            $0.isEmpty ? nil : $0
        }
    }

    private func text(_ element: Int) -> String { xml.words(of: element) }

    /// The task that a name means: the dialect does not tell capitals in names of tasks.
    func number(_ name: String) -> Int? { numbers[name.lowercased()] }

    // MARK: Reading

    mutating func read(_ job: inout ImportJob) {
        for child in xml.children(of: 0) {
            if tasks.count & 255 == 255 && job.isLate() { return }
            let tag = xml.elements[child]
            if PatternProcess.kinds[tag.name] != nil {
                add(child, &job)
            } else if tag.name != "description" && tag.name != "name" {
                job.add(.patternUnknown(tag.name, of: "process-definition", at: tag.span))
            }
        }
        guard !job.hasErrors else { return }
        if numbers["start"] == nil { job.add(.patternNoStart(at: xml.root.span)) }
        for task in tasks {
            for reference in task.next + task.arms.map(\.to) + task.context + task.picks
            where reference.name.lowercased() != "end" && number(reference.name) == nil {
                job.add(.patternUnknownTask(reference.name, of: task.name, at: span(reference.element)))
            }
        }
    }

    private mutating func add(_ element: Int, _ job: inout ImportJob) {
        let kind = xml.elements[element].name
        guard let name = kind == "start-task" ? "start" : attribute("name", element) else {
            return job.add(.xmlMissingAttribute("name", of: kind, at: span(element)))
        }
        if let first = numbers[name.lowercased()] {
            return job.add(
                .patternDuplicate(name, at: span(element), first: span(tasks[first].element)))
        }
        if name.lowercased() == "end" { return job.add(.patternEnd(at: span(element))) }
        var task = PatternTask(
            name: name, kind: kind, element: element,
            ledger: job.expect("`\(kind)` `\(name)`", at: span(element)))
        task.cancels = isSet("cancel", element)
        task.isSuccess = isSet("success", element)
        task.file = attribute("file", element) ?? attribute("file-field", element) ?? ""
        task.mutexes = attribute("mutex", element).map { [$0] } ?? []
        if let context = attribute("context", element) {
            task.context.append(PatternReference(name: context, element: element))
        }
        task.count =
            count("times", of: element, &task, &job) ?? count("threshold", of: element, &task, &job)
        for child in xml.children(of: element) { read(child, into: &task, &job) }
        check(task, &job)
        numbers[name.lowercased()] = tasks.count
        tasks.append(task)
    }

    private func isSet(_ name: String, _ element: Int) -> Bool {
        attribute(name, element).map { $0 != "0" } ?? false
    }

    /// `times` or `times-field`, as a term.
    private func count(
        _ name: String, of element: Int, _ task: inout PatternTask, _ job: inout ImportJob
    ) -> String? {
        let field = attribute(name + "-field", element)
        if let field { task.reads.append(field) }
        guard let number = attribute(name, element) else { return field.map(PatternProcess.field) }
        if field != nil { job.add(.patternBoth(name, name + "-field", at: span(element))) }
        guard let count = Int(number), count >= 0, count <= 100_000 else {
            job.add(.patternNumber(name, number, at: span(element)))
            return nil
        }
        return PatternProcess.text(String(count))
    }

    /// What a kind of task cannot be without.
    private func check(_ task: PatternTask, _ job: inout ImportJob) {
        let needs: String?
        switch task.kind {
        case "multi-instance", "thread-split": needs = task.count == nil ? "times" : nil
        case "gate", "choose", "trigger", "thread-merge": needs = task.context.isEmpty ? "context" : nil
        case "acquire-mutex", "release-mutex": needs = task.mutexes.isEmpty ? "mutex" : nil
        case "sub-workflow": needs = task.file.isEmpty ? "file" : nil
        default: needs = nil
        }
        if let needs { job.add(.xmlMissingAttribute(needs, of: task.kind, at: span(task.element))) }
        if task.kind == "cancel-task" && task.context.isEmpty {
            job.add(.patternMissing("cancel", of: task.kind, at: span(task.element)))
        }
    }

    private func read(_ child: Int, into task: inout PatternTask, _ job: inout ImportJob) {
        let tag = xml.elements[child]
        switch tag.name {
        case "description": break
        case "define", "data", "property": job.skip(tag.name, at: tag.span)
        case "successor", "default-successor", "cancel", "pick", "lock":
            let name = text(child)
            if name.isEmpty { return job.add(.patternMissing("name", of: tag.name, at: tag.span)) }
            let reference = PatternReference(name: name, element: child)
            switch tag.name {
            case "cancel": task.context.append(reference)
            case "pick": task.picks.append(reference)
            case "lock": task.mutexes.append(name)
            default: task.next.append(reference)
            }
        case "conditional-successor":
            if let arm = arm(child, &task, &job) { task.arms.append(arm) }
        case "pre-assign", "post-assign": assign(child, to: tag.name, &task, &job)
        case "in", "out":
            for inner in xml.children(of: child) {
                if xml.elements[inner].name == "assign" {
                    assign(inner, to: tag.name, &task, &job)
                } else {
                    job.add(.patternUnknown(xml.elements[inner].name, of: tag.name, at: span(inner)))
                }
            }
        default: job.add(.patternUnknown(tag.name, of: task.kind, at: tag.span))
        }
    }

    private func assign(
        _ element: Int, to group: String, _ task: inout PatternTask, _ job: inout ImportJob
    ) {
        guard let name = attribute("name", element) else {
            return job.add(.xmlMissingAttribute("name", of: xml.elements[element].name, at: span(element)))
        }
        guard let value = term("field", "value", element, &task, &job) else { return }
        task.assigns[group, default: []].append(
            "tasktree.Assign { name: \(WfText.string(name)), value: \(value) }")
    }

    // MARK: Conditions

    private static let comparisons = [
        "equals": ".equal", "not-equals": ".notEqual", "less-than": ".less", "greater-than": ".greater",
        "matches": ".matches",
    ]

    private func arm(_ element: Int, _ task: inout PatternTask, _ job: inout ImportJob) -> PatternArm? {
        var target: PatternReference?
        var test: String?
        for child in xml.children(of: element) {
            let tag = xml.elements[child]
            if tag.name == "successor" {
                if target != nil { job.add(.patternTwo("successor", at: tag.span)) }
                target = PatternReference(name: text(child), element: child)
            } else if let comparison = PatternProcess.comparisons[tag.name] {
                if test != nil { job.add(.patternTwo("comparison", at: tag.span)) }
                guard var left = term("left-field", "left-value", child, &task, &job),
                    let right = term("right-field", "right-value", child, &task, &job)
                else { return nil }
                if comparison == ".matches" {
                    guard let wish = attribute("left-value", child), let glob = PatternProcess.glob(wish)
                    else {
                        job.add(.patternExpression(attribute("left-value", child) ?? "", at: tag.span))
                        return nil
                    }
                    left = PatternProcess.text(glob)
                }
                test = "left: \(left), is: \(comparison), right: \(right)"
            } else {
                job.add(.patternUnknown(tag.name, of: "conditional-successor", at: tag.span))
            }
        }
        guard let target, !target.name.isEmpty else {
            job.add(.patternMissing("successor", of: "conditional-successor", at: span(element)))
            return nil
        }
        guard let test else {
            job.add(.patternMissing("comparison", of: "conditional-successor", at: span(element)))
            return nil
        }
        return PatternArm(to: target, test: test)
    }

    /// What one of two attributes says, as a term.
    private func term(
        _ field: String, _ value: String, _ element: Int, _ task: inout PatternTask, _ job: inout ImportJob
    ) -> String? {
        switch (attribute(field, element), attribute(value, element)) {
        case (let name?, nil):
            task.reads.append(name)
            return PatternProcess.field(name)
        case (nil, let text?): return PatternProcess.text(text)
        case (nil, nil):
            job.add(.xmlMissingAttribute(value, of: xml.elements[element].name, at: span(element)))
        default: job.add(.patternBoth(field, value, at: span(element)))
        }
        return nil
    }

    private static func field(_ name: String) -> String { ".field(\(WfText.string(name)))" }

    private static func text(_ text: String) -> String { ".text(\(WfText.string(text)))" }

    /// `^a.*b` as the pattern `a*b*`; nil for other regular expressions.
    static func glob(_ expression: String) -> String? {
        var rest = expression[...]
        var glob = rest.hasPrefix("^") ? "" : "*"
        if rest.hasPrefix("^") { rest.removeFirst() }
        let isBound = rest.hasSuffix("$")
        if isBound { rest.removeLast() }
        while let character = rest.popFirst() {
            if character == "." {
                glob += rest.hasPrefix("*") ? "*" : "?"
                if rest.hasPrefix("*") { rest.removeFirst() }
            } else if character.isLetter || character.isNumber || " _-,:/@#=".contains(character) {
                if let next = rest.first, "*+?{".contains(next) { return nil }
                glob.append(character)
            } else {
                return nil
            }
        }
        return isBound ? glob : glob + "*"
    }
}
