// What `config` is given when a run starts: `--config FILE`, else the variables WF_CONFIG_NAME. Recorded with the run, so
// that a resume needs neither.
import Glibc
import WfCommand
import WfDiagnostics
import WfEngine
import WfPlan
import WfValue

/// The values of a program's settings that are not left to their defaults.
func readConfig(_ plan: Plan, _ arguments: Arguments) throws(CommandError) -> Settings {
    let parameters = WorkflowParameters(configOf: plan)
    var values: [[UInt8]?] = Array(repeating: nil, count: parameters.names.count)
    if let path = arguments.value("--config") {
        try readObject(plan, parameters, try InputText(file: path), into: &values)
    }
    for (index, name) in parameters.names.enumerated() where values[index] == nil {
        guard let text = getenv(configVariable(name)) else { continue }
        let setting = "\(name)=\(String(cString: text))"
        try readSetting(plan, parameters, setting, source: configVariable(name), into: &values)
    }
    var settings = Settings()
    for (index, row) in plan.configs.enumerated() {
        let name = parameters.names[index]
        if let value = values[index] {
            settings.values.append((name, value))
        } else if !row.hasDefault {
            throw CommandError(
                "`config \(name): \(plan.types.text(of: parameters.types[index]))` has no value",
                help:
                    "give it in a file, `--config settings.json`, or as the variable \(configVariable(name))",
                code: DiagnosticCode(8121))
        }
    }
    return settings
}

/// `WF_CONFIG_REGION`
func configVariable(_ name: String) -> String { "WF_CONFIG_" + name.uppercased() }
