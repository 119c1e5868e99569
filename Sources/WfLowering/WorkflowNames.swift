// What the workflows of a program are called in its plan, where each name stands once: what people type and what runs
// are recorded under. Knows nothing of what is in them.
import WfChecker
import WfSource

/// The names by workflow. Those of the entry, which is the first file, are as written; a workflow of another module whose
/// name is taken has the module's in front: `text.run`, and for a second module of that name `text2.run`.
func workflowNames(_ workflows: [CheckedWorkflow], files: [SourceFile]) -> [String] {
    let entry = FileId(0)
    var taken = Set(workflows.lazy.filter { $0.file == entry }.map(\.name))
    return workflows.map { workflow in
        if workflow.file == entry || taken.insert(workflow.name).inserted { return workflow.name }
        let module = moduleName(files[Int(workflow.file.index)].path)
        var number = 1
        while true {
            let name = "\(module)\(number == 1 ? "" : String(number)).\(workflow.name)"
            if taken.insert(name).inserted { return name }
            number += 1
        }
    }
}

/// `text` for `lib/text.wf`.
private func moduleName(_ path: String) -> Substring {
    let file = path.split(separator: "/").last ?? "module"
    return file.hasSuffix(".wf") ? file.dropLast(3) : file
}
