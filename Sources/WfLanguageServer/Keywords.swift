// The words of the language with what they do, for hover and completion.

import WfSyntax

/// A word that is offered, with a snippet of what stands behind it.
struct Keyword {
    let word: String
    let snippet: String
    let documentation: String

    init(_ word: String, _ snippet: String, _ documentation: String) {
        self.word = word
        self.snippet = snippet
        self.documentation = documentation
    }

    /// The snippet as it would stand in a text: places to fill in with what they suggest, or a value.
    var plain: String {
        var result = ""
        var depth = 0
        var rest = snippet[...]
        while let character = rest.popFirst() {
            if character == "$", rest.first == "{" {
                let digits = rest.dropFirst().prefix { $0.isNumber }
                rest = rest.dropFirst(1 + digits.count)
                if rest.first == ":" {
                    rest = rest.dropFirst()
                    depth += 1
                } else {
                    rest = rest.dropFirst()
                }
            } else if character == "$", rest.first?.isNumber ?? false {
                rest = rest.drop { $0.isNumber }
            } else if character == "}", depth > 0 {
                depth -= 1
            } else {
                result.append(character)
            }
        }
        return result
    }
}

enum Keywords {
    static let declarations = [
        Keyword(
            "use", "use ${1:std.file}",
            "Makes a module's names visible: `use std.http`, `use \"./lib.wf\" as lib`."),
        Keyword("const", "const ${1:NAME} = ${2:value}", "A value known when the program is compiled."),
        Keyword(
            "config", "config ${1:name}: ${2:String} = ${3:value}",
            "A value that each run takes from its surroundings."),
        Keyword("secret", "secret ${1:NAME}", "A value that is never shown, logged or stored."),
        Keyword("pool", "pool ${1:name} limit ${2:1}", "How many steps may run at the same time."),
        Keyword("rate", "rate ${1:name} ${2:10} per ${3:1s}", "How many steps may start within a time."),
        Keyword(
            "breaker", "breaker ${1:name} after ${2:5} failures within ${3:1m} recover ${4:30s}",
            "Stops calling what keeps failing."),
        Keyword("record", "record ${1:Name} {\n    ${2:field}: ${3:String}\n}", "A type with named fields."),
        Keyword(
            "enum", "enum ${1:Name} {\n    ${2:one}\n    ${3:two}\n}", "A type that is one of several cases."),
        Keyword(
            "func", "func ${1:name}(${2:n: Int}) -> ${3:Int} {\n    ${0:n}\n}",
            "A pure function: it computes, and touches nothing."),
        Keyword(
            "workflow", "workflow ${1:main}(${2}) -> ${3:Int} {\n    ${0}\n}",
            "A graph of steps that a run carries out; every result is journaled."),
        Keyword(
            "flow", "flow ${1:name}(${2}) {\n    start -> ${3:first}\n    ${0}\n}",
            "Steps and gates joined by arrows, with cycles."),
        Keyword(
            "action",
            "action ${1:name}(${2:text: String}) -> ${3:String}\n    via ${4:exec(\"echo\", text)}\n    timeout ${5:30s}",
            "A call to the world with its clauses, under a name."),
        Keyword(
            "extern", "extern action ${1:name}(${2}) -> ${0:String}",
            "A declaration that is implemented outside the language."),
        Keyword("open", "open record ${1:Name} {\n    ${0}\n}", "A record that takes unknown fields."),
        Keyword("on", "on ${1:every 1h} {\n    ${0}\n}", "Starts a workflow when something happens."),
        Keyword(
            "test", "test \"${1:what it shows}\" {\n    ${0:expect true}\n}",
            "A test: mocks, runs and expectations, on virtual time."),
    ]

    static let statements = [
        Keyword(
            "step", "step ${1:name} = ${0:call()}",
            "A named call to the world. It starts when what it reads is there."),
        Keyword("let", "let ${1:name} = ${0:value}", "A name for a pure value."),
        Keyword("if", "if ${1:condition} {\n    ${0}\n}", "A choice between two blocks."),
        Keyword(
            "match", "match ${1:value} {\n    ${2:_} => ${0:null}\n}",
            "A choice by pattern; all cases have to be covered."),
        Keyword(
            "for", "for ${1:item} in ${2:items} limit ${3:8} {\n    ${0}\n}",
            "Runs the block for every item, at most `limit` at the same time."),
        Keyword(
            "loop", "loop (${1:n = 0}) while ${2:n < 10} {\n    next (${3:n + 1})\n}",
            "Runs the block again and again with a new state."),
        Keyword(
            "race", "race {\n    ${1:one} { ${2} }\n    ${3:other} { ${0} }\n}",
            "Runs all branches; the first that ends wins, the others are undone."),
        Keyword(
            "try", "try {\n    ${1}\n} catch ${2:error} {\n    ${0}\n}",
            "What has failed inside is undone, then the `catch` runs."),
        Keyword("sequence", "sequence {\n    ${0}\n}", "Steps that run one after the other."),
        Keyword(
            "signal", "signal ${1:name}: ${2:String}", "A message that the run can be sent while it runs."),
        Keyword(
            "query", "query ${1:name} = ${0:value}", "A value that can be asked for while the run goes on."),
        Keyword("await", "await ${1:signal}", "Waits for a signal, or for the end of another run."),
        Keyword("spawn", "spawn ${1:workflow()}", "Starts another run and gives its handle."),
        Keyword("fail", "fail \"${1:reason}\"", "Ends the block with a failure."),
        Keyword("next", "next (${1:state})", "The state of the loop's next round."),
    ]

    static let functionStatements = [
        Keyword("let", "let ${1:name} = ${0:value}", "A name for a value."),
        Keyword("var", "var ${1:name} = ${0:value}", "A name whose value can be changed."),
        Keyword("if", "if ${1:condition} {\n    ${0}\n}", "A choice between two blocks."),
        Keyword(
            "match", "match ${1:value} {\n    ${2:_} => ${0:null}\n}",
            "A choice by pattern; all cases have to be covered."),
        Keyword("for", "for ${1:item} in ${2:items} {\n    ${0}\n}", "Runs the block for every item."),
        Keyword(
            "while", "while ${1:condition} {\n    ${0}\n}", "Runs the block as long as the condition holds."),
        Keyword("return", "return ${0:value}", "Ends the func with a value."),
        Keyword("break", "break", "Leaves the loop."),
        Keyword("continue", "continue", "Goes on with the loop's next round."),
        Keyword("fail", "fail \"${1:reason}\"", "Ends with a failure."),
    ]

    static let tests = [
        Keyword("mock", "mock ${1:action} = ${0:value}", "What an action yields in this test."),
        Keyword("expect", "expect ${0:condition}", "What has to hold."),
        Keyword("real", "real ${0:exec}", "Lets the test touch the world."),
    ]

    static let flowStatements = [
        Keyword("start", "start -> ${0:first}", "Where a token begins its way through the flow."),
        Keyword(
            "step", "step ${1:name} = ${2:call()} -> ${0:next}", "A call to the world, and where to go on."),
        Keyword("flow", "flow ${1:name} = ${2:other()} -> ${0:next}", "Another flow as a part of this one."),
        Keyword("let", "let ${1:name} = ${2:value} -> ${0:next}", "A pure value, and where to go on."),
        Keyword(
            "choice", "choice ${1:name} {\n    ${2:condition} -> ${3:one}\n    else -> ${0:other}\n}",
            "Goes on along the first arrow whose condition holds."),
        Keyword(
            "any", "any ${1:name} {\n    ${2:condition} -> ${3:one}\n    else -> ${0:other}\n}",
            "Goes on along every arrow whose condition holds."),
        Keyword(
            "first",
            "first ${1:name} {\n    await ${2:signal} -> ${3:one}\n    timeout ${4:1h} -> ${0:other}\n}",
            "Waits, and goes on along the arrow of what happens first."),
        Keyword("split", "split ${1:name} -> ${2:one}, ${0:other}", "Goes on along all arrows at once."),
        Keyword("join", "join ${1:name} -> ${0:next}", "Waits for a token on every arrow that leads here."),
        Keyword("end", "end ${1:name} = ${0:value}", "Where a token ends; the value is the flow's."),
        Keyword("terminate", "terminate ${1:name} = ${0:value}", "Ends the flow with all its tokens."),
        Keyword("fail", "fail ${1:name} = \"${0:reason}\"", "Ends the flow with a failure."),
        Keyword(
            "signal", "signal ${1:name}: ${0:String}", "A message that the run can be sent while it runs."),
        Keyword(
            "query", "query ${1:name} = ${0:value}", "A value that can be asked for while the run goes on."),
        Keyword(
            "on", "on ${1:timeout 1h} -> ${0:next}", "Where the step above goes on when something happens."),
    ]

    static let flowArms = [
        Keyword("else", "else -> ${0:next}", "What happens otherwise."),
        Keyword("timeout", "timeout ${1:1h} -> ${0:next}", "Waits no longer than that."),
        Keyword("await", "await ${1:signal} -> ${0:next}", "Waits for a signal."),
    ]

    static let flowEvents = [
        Keyword("timeout", "timeout ${1:1h} -> ${0:next}", "The step takes too long."),
        Keyword("every", "every ${1:1h} -> ${0:next}", "Again and again while the step runs."),
        Keyword("error", "error ${1:exit} -> ${0:next}", "The step fails; without a name, in any way."),
        Keyword("signal", "signal ${1:name} -> ${0:next}", "A signal comes while the step runs."),
        Keyword("when", "when ${1:condition} -> ${0:next}", "A condition comes to hold while the step runs."),
        Keyword("parallel", "parallel ${1:timeout 1h} -> ${0:next}", "The step goes on meanwhile."),
    ]

    /// What goes on with something that has begun: the rest of a head, of a clause, of a branch.
    static let connectors = [
        Keyword("in", "in ${0:items}", "What a `for` goes through."),
        Keyword("limit", "limit ${0:8}", "How many at the same time."),
        Keyword("while", "while ${0:condition}", "How long a `loop` goes on."),
        Keyword("else", "else {\n    ${0}\n}", "What happens otherwise."),
        Keyword("else", "else => ${0:value}", "What happens otherwise."),
        Keyword(
            "catch", "catch ${1:error} {\n    ${0}\n}", "What to do when the block has failed and was undone."
        ),
        Keyword("as", "as ${0:Int}", "Converts a value, or names a module."),
        Keyword("with", "with { ${0} }", "A copy of a record with other fields."),
        Keyword("on", "on ${0:timeout}", "Which failures are tried again; without it, all that may pass."),
        Keyword(
            "backoff", "backoff ${1:1s}..${2:1m}",
            "How long to wait before the next attempt: `1s..1m` doubles up to a minute."),
        Keyword("factor", "factor ${0:2}", "How much longer each wait is than the one before."),
        Keyword("jitter", "jitter", "Spreads attempts over the time."),
        Keyword("fails", "fails ${0:\"why\"}", "In a test: the call fails."),
        Keyword("after", "after ${0:1h}", "In a test: how long the answer takes."),
        Keyword("after", "after ${1:5} failures", "How many failures in a row open a breaker."),
        Keyword("failures", "failures", "How many failures in a row open a breaker."),
        Keyword("within", "within ${0:1m}", "Within which time failures are counted."),
        Keyword("recover", "recover ${0:30s}", "When a breaker lets a call through again."),
        Keyword("per", "per ${0:1s}", "Within which time starts are counted."),
        Keyword("attached", "attached ${0:workflow()}", "A run that ends with the one that started it."),
        Keyword("until", "until ${0:time}", "Sleeps to a point in time."),
        Keyword("zone", "zone \"${0:Europe/Berlin}\"", "Whose clock a schedule follows."),
        Keyword("hmac", "hmac ${0:SECRET}", "The secret that a webhook's requests are signed with."),
        Keyword("created", "created", "When a file appears."),
        Keyword("changed", "changed", "When a file changes."),
        Keyword("removed", "removed", "When a file goes."),
        Keyword("settle", "settle ${0:2s}", "How long a file has to stay as it is."),
        Keyword(
            "secret", "secret ${1:name}: ${0:String}", "An argument that is never shown, logged or stored."),
    ]

    static let triggers = [
        Keyword("cron", "cron \"${1:0 3 * * *}\" {\n    ${0}\n}", "At points in time, as cron writes them."),
        Keyword("every", "every ${1:1h} {\n    ${0}\n}", "Again and again."),
        Keyword("webhook", "webhook \"${1:/path}\" {\n    ${0}\n}", "When a request comes in."),
        Keyword("file", "file \"${1:inbox/*}\" created {\n    ${0}\n}", "When a file appears or changes."),
    ]

    /// What a value can begin with.
    static let values = [
        Keyword("true", "true", ""), Keyword("false", "false", ""), Keyword("null", "null", "No value."),
    ]

    /// Words that begin a statement, or a value that is one.
    static let beginsStatement = Set((statements + functionStatements + tests).map(\.word))

    /// What can stand in a flow's own block.
    static let flows = flowStatements + flowArms + clauses + connectors + values

    /// Every word that can be written somewhere. One with several ways to go on stands here several times.
    static let all =
        declarations + statements + functionStatements + tests + flowStatements + flowArms + flowEvents
        + clauses
        + actionClauses + connectors + triggers + values

    static let clauses = [
        Keyword("after", "after ${0:step}", "Starts only when the named step has ended."),
        Keyword(
            "when", "when ${0:condition}", "Runs only if the condition holds; the value is null otherwise."),
        Keyword("timeout", "timeout ${0:30s}", "How long one attempt may take."),
        Keyword("deadline", "deadline ${0:1h}", "How long all attempts together may take."),
        Keyword("retry", "retry ${1:3} backoff ${2:1s}..${3:1m}", "Tries again when it fails."),
        Keyword("undo", "undo ${0:call()}", "What takes the step back when a later one fails."),
        Keyword("pool", "pool ${0:name}", "Takes one of the pool's places while it runs."),
        Keyword("rate", "rate ${0:name}", "Starts only as often as the rate allows."),
        Keyword("breaker", "breaker ${0:name}", "Is not called while the breaker is open."),
        Keyword("priority", "priority ${0:10}", "Who goes first when places are scarce."),
        Keyword("cache", "cache ${0:1h}", "Takes the result of an equal call that is not older."),
        Keyword("no", "no deadline", "Waits as long as it takes."),
        Keyword("once", "once", "Is never started twice: an outcome nobody knows waits for a person."),
        Keyword("else", "else ${0:call()}", "What is called when all attempts have failed."),
    ]

    /// Clauses that belong to a step, not to an action.
    static let ofSteps: Set<String> = ["after", "when", "deadline", "undo", "priority", "else"]

    static let actionClauses = [
        Keyword("via", "via ${0:exec(\"\")}", "The call to the world behind the action."),
        Keyword("returns", "returns ${0:result}", "The action's result, made of the call's."),
    ]

    /// What a word does where it stands.
    ///
    /// - Parameters:
    ///   - kind: of the node that it belongs to.
    ///   - item: the kind of the declaration around.
    ///   - isFirst: whether the node begins with it.
    static func documentation(of word: String, in kind: NodeKind, of item: NodeKind?, isFirst: Bool)
        -> String?
    {
        let lists: [Keyword]
        switch kind {
        case .flowBoundary: lists = isFirst ? flowStatements : flowEvents
        case .flowArm: lists = flowArms
        case .flowStep, .flowGate, .flowEnd, .flowEdge: lists = flowStatements
        case .breakerDecl: lists = isFirst ? declarations : connectors.reversed()
        case .clause, .retryClause: lists = isFirst ? clauses + actionClauses : connectors
        case .useDecl, .recordDecl, .enumDecl, .funcDecl, .actionDecl: lists = declarations
        case .forExpr where isFirst && item == .funcDecl: lists = functionStatements
        default: lists = isFirst ? [] : connectors
        }
        return lists.first { $0.word == word }?.documentation ?? documentation[word]
    }

    /// By word.
    static let documentation: [String: String] = {
        var texts: [String: String] = [:]
        let others = [
            Keyword("send", "", "Sends a run one of the signals that it declares."),
            Keyword("cancel", "", "Ends a run."),
            Keyword("calls", "", "The calls of an action in this test, with their arguments."),
        ]
        for keyword in others + values + triggers + connectors + actionClauses + flowEvents + flowStatements
            + tests + clauses + functionStatements + statements + declarations
        {
            texts[keyword.word] = keyword.documentation
        }
        return texts
    }()
}
