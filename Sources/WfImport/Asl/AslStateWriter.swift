// One state of a machine as the arm of a `match`: its value is the next state, the data and the variables.

import WfDiagnostics
import WfSource

struct AslStateWriter {
    let name: String
    let map: DataMap
    let span: Span
    /// Cases of the machine's enum by state.
    let cases: [String: String]
    let end: String
    let type: String
    let isJsonata: Bool
    private var input = "data"
    private let doors = AslDoors()

    init(
        name: String, map: DataMap, span: Span, cases: [String: String], end: String, type: String,
        isJsonata: Bool
    ) {
        self.name = name
        self.map = map
        self.span = span
        self.cases = cases
        self.end = end
        self.type = type
        self.isJsonata = isJsonata
    }

    mutating func write(_ writer: inout AslWriter, _ job: inout ImportJob) {
        _ = map["End"]
        writeDoors(&job)
        if let entry = map.entry("InputPath"), !isJsonata {
            let path = entry.value.isNull ? "{}" : expression(entry.value, &job)
            if path != "data" {
                job.writer.line("let input: Json = \(path)", from: entry.keySpan)
                input = "input"
            }
        }
        switch map["Type"]?.text ?? "" {
        case "Pass": writePass(&job)
        case "Choice": writeChoice(&job)
        case "Wait": writeWait(&job)
        case "Succeed":
            job.writer.line(turn(end, output(input, "null", &job), assigned(input, &job)), from: span)
        case "Fail": writeFail(&job)
        default: writeWork(&writer, &job)
        }
    }

    /// Asks the world for what the state's functions of chance and time yield.
    private func writeDoors(_ job: inout ImportJob) {
        var own = DataMap()
        let inner: Set<String> = ["Branches", "ItemProcessor", "Iterator", "ItemSelector"]
        for entry in map.entries where !inner.contains(entry.key) { own.add(entry) }
        let text = WfJson.jsonText(DataNode(.map(own), span))
        for step in doors.steps(for: text) { job.writer.line("step \(step.name) = \(step.call)", from: span) }
    }

    // MARK: Expressions

    private var roots: AslRoots { AslRoots(input: input, state: name) }

    /// A path or an intrinsic function as an expression of type `Json`.
    private func expression(
        _ node: DataNode, root: String? = nil, context: String = "context", _ job: inout ImportJob
    ) -> String {
        let text = node.text ?? ""
        var roots = roots
        if let root { roots.input = root }
        roots.context = context
        if context == "context" { roots.doors = doors }
        if let found = AslPath.write(text, roots) ?? AslIntrinsic.write(text, roots) { return found }
        let cannot = ["States.MathRandom", "States.Hash", "States.UUID"].contains { text.contains($0) }
        if text.hasPrefix("States."), !cannot {
            job.add(
                .dialectExpected(
                    "a path or a call of an intrinsic function", "`\(text)`", for: "the state `\(name)`",
                    at: node.span))
        } else {
            job.add(.dialectExpressionKept(text, "what reads it fails", at: node.span))
        }
        return "dynamic.raise(\(WfText.string("States.Runtime: `\(text)` is not translated")))"
    }

    /// A payload template: keys that end in `.$` hold paths.
    private func template(
        _ node: DataNode, root: String? = nil, context: String = "context", _ job: inout ImportJob
    ) -> String {
        switch node.content {
        case .list(let elements):
            return "["
                + elements.map { template($0, root: root, context: context, &job) }.joined(separator: ", ")
                + "]"
        case .map(let map):
            if map.isEmpty { return "{}" }
            let fields = map.all.map { entry in
                if entry.key.hasSuffix(".$"), entry.value.text != nil {
                    return
                        "\(WfText.string(entry.key.dropLast(2))): \(expression(entry.value, root: root, context: context, &job))"
                }
                return
                    "\(WfText.string(entry.key)): \(template(entry.value, root: root, context: context, &job))"
            }
            return "{ " + fields.joined(separator: ", ") + " }"
        default: return WfJson.literal(node)
        }
    }

    /// A value of JSONata mode: texts in `{% … %}` are expressions.
    private func query(
        _ node: DataNode, result: String = "null", error: String? = nil, context: String = "context",
        _ job: inout ImportJob
    ) -> String {
        node.readAll()
        if WfJson.jsonText(node).contains("{%") == false { return WfJson.literal(node) }
        switch node.content {
        case .text(let text): return queryText(text, node.span, result, error, context, &job)
        case .list(let elements):
            return "["
                + elements.map { query($0, result: result, error: error, context: context, &job) }.joined(
                    separator: ", ") + "]"
        case .map(let map):
            let fields = map.all.map {
                "\(WfText.string($0.key)): \(query($0.value, result: result, error: error, context: context, &job))"
            }
            return "{ " + fields.joined(separator: ", ") + " }"
        default: return WfJson.literal(node)
        }
    }

    private func queryText(
        _ text: String, _ span: Span, _ result: String, _ error: String?, _ context: String,
        _ job: inout ImportJob
    ) -> String {
        let trimmed = SourceWriter.trimmed(text)
        guard trimmed.hasPrefix("{%"), trimmed.hasSuffix("%}") else { return WfText.string(text) }
        let words = String(trimmed.dropFirst(2).dropLast(2))
        let states =
            "toJson({ \"input\": \(input), \"result\": \(result), \"context\": \(context)"
            + (error.map { ", \"errorOutput\": \($0)" } ?? "") + " } as Json)"
        let doors = context == "context" ? doors : nil
        let found = QueryExpression.write(words, .jsonata, current: "(null as Json)") { call in
            let name = doors?.next(String(call.dropFirst()))
            return name.map { call == "$now" ? "toJson(\"{\($0)}\")" : "toJson(\($0))" }
        } variable: { variable in
            variable == "states" ? states : "dynamic.get(vars, [\(WfText.string(variable))])"
        }
        if let found { return shortened(found, states, result, error, context) }
        job.add(.dialectExpressionKept(words, "what reads it fails", at: span))
        return "dynamic.raise(\"States.QueryEvaluationError: not translated\")"
    }

    /// `$states.input` without the detour over an object.
    private func shortened(
        _ text: String, _ states: String, _ result: String, _ error: String?, _ context: String
    ) -> String {
        var text = text
        for (field, value) in [
            ("input", input), ("result", result), ("context", context), ("errorOutput", error ?? "null"),
        ] {
            let isPlain = value != "null"
            text = text.replacing(
                "dynamic.field(\(states), \(WfText.string(field)))", with: isPlain ? value : "(null as Json)")
        }
        return text
    }

    private func value(_ entry: DataEntry, _ job: inout ImportJob) -> String {
        isJsonata ? query(entry.value, &job) : template(entry.value, &job)
    }

    // MARK: Results

    private var next: String { map["Next"]?.text.flatMap { cases[$0] } ?? end }

    private func turn(_ next: String, _ data: String, _ vars: String) -> String {
        "(.\(next), \(data), \(vars))"
    }

    /// The data behind the state: what `OutputPath` or `Output` makes of it.
    private func output(_ combined: String, _ result: String, _ job: inout ImportJob) -> String {
        if isJsonata {
            return map.entry("Output").map { query($0.value, result: result, &job) } ?? combined
        }
        guard let entry = map.entry("OutputPath") else { return combined }
        return entry.value.isNull ? "{}" : expression(entry.value, root: combined, &job)
    }

    private func assigned(_ result: String, _ job: inout ImportJob) -> String {
        guard let entry = map.entry("Assign") else { return "vars" }
        let values =
            isJsonata ? query(entry.value, result: result, &job) : template(entry.value, root: result, &job)
        return "vars.merged(\(values))"
    }

    /// The data with a result put where `ResultPath` says.
    private func combined(_ result: String, _ entry: DataEntry?, _ job: inout ImportJob) -> String {
        guard let entry, !isJsonata else { return result }
        if entry.value.isNull { return "data" }
        guard let names = AslPath.names(entry.value.text ?? "") else {
            job.add(
                .dialectExpected(
                    "a path of names", entry.value.kindName, for: "`\(entry.key)`", at: entry.value.span))
            return result
        }
        return names.isEmpty ? result : "dynamic.put(data, [\(names.joined(separator: ", "))], \(result))"
    }

    // MARK: States

    private func writePass(_ job: inout ImportJob) {
        var result = input
        if isJsonata {
            job.writer.line(turn(next, output(input, "null", &job), assigned("null", &job)), from: span)
            return
        }
        if let entry = map.entry("Result") {
            result = WfJson.literal(entry.value)
        } else if let entry = map.entry("Parameters") {
            result = template(entry.value, &job)
        }
        job.writer.line("let result: Json = \(result)", from: span)
        job.writer.line(
            "let out: Json = \(output(combined("result", map.entry("ResultPath"), &job), "null", &job))",
            from: span)
        job.writer.line(turn(next, "out", assigned("result", &job)), from: span)
    }

    private func writeWait(_ job: inout ImportJob) {
        if let entry = map.first(["Seconds", "SecondsPath"]) {
            if let seconds = entry.value.float {
                job.writer.line(
                    "step pause = sleep(\(WfDuration.text(ms: seconds * 1000)))", from: entry.keySpan)
            } else {
                let value =
                    entry.key == "SecondsPath" ? expression(entry.value, &job) : query(entry.value, &job)
                job.writer.line("step pause = sleep(seconds(dynamic.whole(\(value))))", from: entry.keySpan)
            }
        } else if let entry = map.first(["Timestamp", "TimestampPath"]) {
            let value =
                entry.key == "TimestampPath" ? expression(entry.value, &job) : query(entry.value, &job)
            let check = isJsonata ? "dynamic.queryTime" : "dynamic.time"
            job.writer.line("step pause = sleep until \(check)(\(value))", from: entry.keySpan)
        }
        job.writer.line(turn(next, output(input, "null", &job), assigned(input, &job)), from: span)
    }

    private func writeFail(_ job: inout ImportJob) {
        func part(_ key: String) -> String {
            if let entry = map.entry(key + "Path") {
                return "{dynamic.plain(\(expression(entry.value, &job)))}"
            }
            guard let entry = map.entry(key) else { return "" }
            if isJsonata, entry.value.text?.hasPrefix("{%") == true {
                return "{dynamic.plain(\(query(entry.value, &job)))}"
            }
            return WfText.escaped(entry.value.scalarText ?? "")
        }
        job.writer.line("fail \"\(part("Error")): \(part("Cause"))\"", from: span)
    }

    // MARK: Choice

    private func writeChoice(_ job: inout ImportJob) {
        job.writer.line("let out: Json = \(output(input, "null", &job))", from: span)
        var lead = ""
        for choice in map["Choices"]?.list ?? [] {
            guard let rule = choice.map else { continue }
            let target = rule["Next"]?.text.flatMap { cases[$0] } ?? end
            job.writer.open("\(lead)if \(condition(choice, &job))", from: choice.span)
            job.writer.line(choiceTurn(rule, target, &job), from: choice.span)
            job.writer.indent(-1)
            lead = "} else "
        }
        let fallback = map["Default"]?.text.flatMap { cases[$0] }
        let otherwise =
            fallback.map { turn($0, "out", assigned(input, &job)) }
            ?? "fail \(WfText.string("States.NoChoiceMatched: no rule of `\(name)` matches"))"
        if lead.isEmpty {
            job.writer.line(otherwise, from: span)
        } else {
            job.writer.open("\(lead)", from: span)
            job.writer.line(otherwise, from: map.entry("Default")?.keySpan ?? span)
            job.writer.close()
        }
    }

    private func choiceTurn(_ rule: DataMap, _ target: String, _ job: inout ImportJob) -> String {
        var out = "out"
        var vars = "vars"
        if let entry = rule.entry("Output"), isJsonata { out = query(entry.value, &job) }
        if let entry = rule.entry("Assign") {
            vars = "vars.merged(\(isJsonata ? query(entry.value, &job) : template(entry.value, &job)))"
        }
        return turn(target, out, vars)
    }

    private func condition(_ node: DataNode, _ job: inout ImportJob) -> String {
        guard let rule = node.map else { return "false" }
        if let entry = rule.entry("Condition") {
            if let bool = entry.value.bool { return "\(bool)" }
            return "dynamic.truth(\(query(entry.value, &job)))"
        }
        for (key, sign) in [("And", " && "), ("Or", " || ")] {
            guard let list = rule[key]?.list else { continue }
            return "(" + list.map { condition($0, &job) }.joined(separator: sign) + ")"
        }
        if let inner = rule["Not"] { return "!(\(condition(inner, &job)))" }
        guard let variable = rule["Variable"] else {
            job.add(.dialectMissingKey("Variable", in: "a choice of the state `\(name)`", at: node.span))
            return "false"
        }
        guard
            let entry = rule.entries.first(where: {
                !["Variable", "Next", "Comment", "Assign", "Output"].contains($0.key)
            })
        else {
            job.add(.dialectMissingKey("a comparison", in: "a choice of the state `\(name)`", at: node.span))
            return "false"
        }
        entry.mark.isRead = true
        return comparison(variable, entry, &job)
    }

    private static let orders = ["Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]

    private func comparison(_ variable: DataNode, _ entry: DataEntry, _ job: inout ImportJob) -> String {
        let value = expression(variable, &job)
        if entry.key == "IsPresent" {
            let exists = AslPath.exists(variable.text ?? "", roots) ?? "false"
            return entry.value.bool == false ? "!\(exists)" : exists
        }
        if entry.key.hasPrefix("Is") {
            guard ["IsNull", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp"].contains(entry.key) else {
                return unknown(entry, &job)
            }
            return
                "\(entry.value.bool == false ? "!" : "")dynamic.isOf(\(value), \(WfText.string(entry.key)))"
        }
        let isPath = entry.key.hasSuffix("Path")
        let operation = isPath ? String(entry.key.dropLast(4)) : entry.key
        let isKnown =
            operation == "StringMatches" || operation == "BooleanEquals"
            || ["String", "Numeric", "Timestamp"].contains { type in
                AslStateWriter.orders.contains { operation == type + $0 }
            }
        guard isKnown else { return unknown(entry, &job) }
        let other = isPath ? expression(entry.value, &job) : "toJson(\(WfJson.literal(entry.value)))"
        return "dynamic.matches(\(value), \(WfText.string(operation)), \(other))"
    }

    private func unknown(_ entry: DataEntry, _ job: inout ImportJob) -> String {
        let all =
            [
                "StringMatches", "BooleanEquals", "IsPresent", "IsNull", "IsString", "IsNumeric", "IsBoolean",
                "IsTimestamp",
            ]
            + ["String", "Numeric", "Timestamp"].flatMap { type in AslStateWriter.orders.map { type + $0 } }
        job.add(
            .dialectUnknownKey(
                entry.key, in: "a choice of the state `\(name)`", among: all, at: entry.keySpan))
        return "false"
    }

    // MARK: Work

    private func writeWork(_ writer: inout AslWriter, _ job: inout ImportJob) {
        let argumentsEntry = map.first(isJsonata ? ["Arguments"] : ["Parameters"])
        let kind = map["Type"]?.text ?? ""
        let isMap = kind == "Map"
        let catchers = map["Catch"]?.list ?? []
        if !catchers.isEmpty { job.writer.open("step caught: (\(type), Json, Json) = try", from: span) }
        let arguments = argumentsEntry.map { value($0, &job) } ?? input
        if !isMap {
            job.writer.line("let arguments: Json = \(arguments)", from: argumentsEntry?.keySpan ?? span)
        }
        let call: String
        switch kind {
        case "Parallel": call = parallel(&writer, &job)
        case "Map": call = items(&writer, &job)
        default:
            let resource = map["Resource"]?.scalarText ?? ""
            job.add(
                .dialectExternalTask(
                    "the state `\(name)`", "the resource `\(resource)`", role: resource, at: span))
            call = "task(\(WfText.string(name)), arguments, role: \(WfText.string(resource)))"
        }
        if let retry = AslRetriers(map.entry("Retry")) {
            retry.write(call, from: span, &job) { job in writeClauses(&job) }
        } else {
            job.writer.line("step work: Json = \(call)", from: span)
            writeClauses(&job)
        }
        var result = "work"
        if let entry = map.entry("ResultSelector"), !isJsonata {
            job.writer.line(
                "let result: Json = \(template(entry.value, root: "work", &job))", from: entry.keySpan)
            result = "result"
        }
        let out = output(combined(result, map.entry("ResultPath"), &job), result, &job)
        job.writer.line("let out: Json = \(out)", from: span)
        job.writer.line(turn(next, "out", assigned(result, &job)), from: span)
        if !catchers.isEmpty { write(catchers, &job) }
    }

    private func write(_ catchers: [DataNode], _ job: inout ImportJob) {
        job.writer.indent(-1)
        job.writer.open("} catch error", from: span)
        var lead = ""
        for catcher in catchers {
            let names = (catcher["ErrorEquals"]?.list ?? []).compactMap(\.text).map { WfText.string($0) }
            let target = catcher["Next"]?.text.flatMap { cases[$0] } ?? end
            job.writer.open(
                "\(lead)if dynamic.isCaught(error, [\(names.joined(separator: ", "))])", from: catcher.span)
            var data = combined("dynamic.errorObject(error)", catcher.map?.entry("ResultPath"), &job)
            if isJsonata {
                data =
                    catcher["Output"].map { query($0, error: "dynamic.errorObject(error)", &job) }
                    ?? "dynamic.errorObject(error)"
            }
            var vars = "vars"
            if let assign = catcher["Assign"] {
                let values =
                    isJsonata
                    ? query(assign, error: "dynamic.errorObject(error)", &job)
                    : template(assign, root: "dynamic.errorObject(error)", &job)
                vars = "vars.merged(\(values))"
            }
            job.writer.line(turn(target, data, vars), from: catcher.span)
            job.writer.indent(-1)
            lead = "} else "
        }
        job.writer.open("} else", from: span)
        job.writer.line("fail error.message")
        job.writer.close()
        job.writer.close()
        job.writer.line("caught")
    }

    private func writeClauses(_ job: inout ImportJob) {
        job.writer.indent(1)
        defer { job.writer.indent(-1) }
        if let entry = map.first(["TimeoutSeconds", "TimeoutSecondsPath"]) {
            if let seconds = entry.value.float {
                job.writer.line("timeout \(WfDuration.text(ms: seconds * 1000))", from: entry.keySpan)
            } else {
                let value =
                    entry.key == "TimeoutSecondsPath"
                    ? expression(entry.value, &job) : query(entry.value, &job)
                job.writer.line("timeout seconds(dynamic.whole(\(value)))", from: entry.keySpan)
            }
        }
        if let retry = map.entry("Retry"), let clause = AslRetriers.clause(retry) {
            job.writer.line(clause, from: retry.keySpan)
        }
    }

    // MARK: Parallel and Map

    private func parallel(_ writer: inout AslWriter, _ job: inout ImportJob) -> String {
        let all = writer.names.take(name + " branches", fallback: "branches")
        var out = SourceWriter()
        out.line("")
        out.comment("The branches of `\(name)`, side by side.", documents: true, from: span)
        out.open("workflow \(all)(input: Json, context: Json, vars: Json) -> Json", from: span)
        var steps: [String] = []
        for (index, branch) in (map["Branches"]?.list ?? []).enumerated() {
            let machine = writer.machine(
                branch.map ?? DataMap(), "\(name) branch \(index + 1)", "A branch of `\(name)`.", branch.span,
                isJsonata: isJsonata)
            steps.append("branch\(index + 1)")
            out.line("step branch\(index + 1) = \(machine)(input, context, vars)", from: branch.span)
        }
        out.line("toJson([\(steps.joined(separator: ", "))] as [Json])")
        out.close()
        writer.addWorkflow(out)
        return "\(all)(arguments, context, vars)"
    }

    private func items(_ writer: inout AslWriter, _ job: inout ImportJob) -> String {
        guard let processor = map.first(["ItemProcessor", "Iterator"])?.value, let inner = processor.map
        else { return "null" }
        if inner["ProcessorConfig"]?["Mode"]?.text == "DISTRIBUTED" {
            job.add(
                .dialectNotActedOn(
                    "the mode `DISTRIBUTED`", in: "the state `\(name)`", so: "the items run in this run",
                    at: inner.entry("ProcessorConfig")?.keySpan ?? span))
        }
        let innerIsJsonata = AslChecker.isJsonata(inner, isJsonata)
        let machine = writer.machine(
            inner, name + " item", "What `\(name)` does with an item.", processor.span,
            isJsonata: innerIsJsonata)
        let all = writer.names.take(name + " items", fallback: "items")
        let selector = map.first(["ItemSelector"] + (isJsonata ? [] : ["Parameters"]))
        var element = "item"
        var scoped = self
        scoped.input = "data"
        if let selector {
            element =
                isJsonata
                ? scoped.query(selector.value, context: "itemContext", &job)
                : scoped.template(selector.value, context: "itemContext", &job)
        }
        var out = SourceWriter()
        out.line("")
        out.comment("The items of `\(name)`.", documents: true, from: span)
        out.open(
            "workflow \(all)(data: Json, items: [Json], most: Int, context: Json, vars: Json) -> Json",
            from: span)
        out.open("step results = for (index, item) in items.enumerated() limit most", from: span)
        out.line(
            "let itemContext: Json = context.with(\"Map\", { \"Item\": { \"Index\": index, \"Value\": item } })"
        )
        out.line("let selected: Json = \(element)", from: selector?.keySpan ?? span)
        out.line("step one = \(machine)(selected, itemContext, vars)", from: span)
        out.line("one")
        out.close()
        out.line("toJson(results)")
        out.close()
        writer.addWorkflow(out)
        return "\(all)(\(input), \(itemList(&job)), \(concurrency(&job)), context, vars)"
    }

    private func itemList(_ job: inout ImportJob) -> String {
        if let entry = map.entry("ItemReader") {
            entry.value.readAll()
            job.add(
                .dialectExpressionKept(
                    WfJson.jsonText(entry.value), "the items are those of the input", at: entry.value.span))
        }
        if let entry = map.entry("Items") {
            return "dynamic.queryList(\(query(entry.value, &job)))"
        }
        if let entry = map.entry("ItemsPath") { return "dynamic.list(\(expression(entry.value, &job)))" }
        return isJsonata ? "dynamic.queryList(\(input))" : "dynamic.list(\(input))"
    }

    private func concurrency(_ job: inout ImportJob) -> String {
        let unbounded = 1_000_000
        guard let entry = map.first(["MaxConcurrency", "MaxConcurrencyPath"]) else { return "\(unbounded)" }
        if let number = entry.value.int { return "\(number > 0 ? number : unbounded)" }
        let value =
            entry.key == "MaxConcurrencyPath" ? expression(entry.value, &job) : query(entry.value, &job)
        return "dynamic.concurrency(\(value))"
    }
}
