// Where something is called, in all files: what a change of its parameters has to change, too.
import WfDiagnostics
import WfSource
import WfSyntax

/// A call, in whichever file.
struct CallSite {
    /// No place of its own: what is known of the file.
    let spot: Spot
    let call: NodeId
    /// `value.f(…)`: the first parameter is given the value.
    let isMethod: Bool

    var arguments: [(label: NameId, value: NodeId)] { Array(CallExprView(spot.reader, call).arguments) }
    /// How many arguments go by position; those come first.
    var positionalCount: Int { arguments.prefix { $0.label.isNone }.count }

    /// Where an argument begins, its name included.
    func start(_ argument: (label: NameId, value: NodeId)) -> UInt32 {
        if argument.label.isNone { return spot.span(argument.value).start }
        return spot.reader.span(TokenId(spot.reader.firstToken(argument.value).index - 2)).start
    }

    /// The argument for a parameter.
    ///
    /// - Parameter number: of the parameter, from 0.
    func argument(_ number: Int, _ name: String) -> Int? {
        let place = number - (isMethod ? 1 : 0)
        if place >= 0, place < positionalCount { return place }
        return arguments.firstIndex {
            !$0.label.isNone && spot.server.workspace.interner.text($0.label) == name
        }
    }

    /// Takes an argument away, with one of the commas around it.
    func removal(_ number: Int) -> TextEdit {
        let all = arguments
        let end = spot.span(all[number].value).end
        if number > 0 { return spot.replace(spot.span(all[number - 1].value).end, end, "") }
        if all.count > 1 { return spot.replace(start(all[0]), start(all[1]), "") }
        return spot.replace(start(all[0]), end, "")
    }

    /// Puts an argument in front of another, or behind the last.
    func insertion(_ text: String, at number: Int) -> TextEdit {
        let all = arguments
        if number < all.count { return spot.insert(start(all[number]), "\(text), ") }
        if let last = all.last { return spot.insert(spot.span(last.value).end, ", \(text)") }
        let callee = CallExprView(spot.reader, call).callee
        let open = TokenId(spot.reader.lastToken(callee).index + 1)
        return spot.insert(spot.reader.span(open).end, text)
    }
}

extension Spot {
    /// The same server, with another file.
    func elsewhere(_ document: Document) -> Spot {
        if document.path == self.document.path { return self }
        return Spot(CodeActionRequest(document: document, range: 0..<0, diagnostics: [], only: []), server)
    }

    /// Every call of a declaration; nil when it is also handed on as a value.
    func callSites(of found: Declaration) -> [CallSite]? {
        var spots: [String: Spot] = [document.path: self]
        var sites: [CallSite] = []
        for mention in server.mentions(of: found.meaning) where !mention.isDeclaration {
            let spot = spots[mention.document.path] ?? elsewhere(mention.document)
            spots[mention.document.path] = spot
            let owner = spot.index.owner(of: mention.token)
            if spot.kind(spot.parent(owner)) == .mockStmt || spot.isCountOfCalls(owner) { continue }
            guard spot.isCallee(owner) else { return nil }
            let call = spot.parent(owner)
            sites.append(CallSite(spot: spot, call: call, isMethod: spot.isMethod(call)))
        }
        return sites
    }

    /// A draft of edits in several files.
    func draft(_ title: String, _ kind: CodeAction.Kind, _ edits: [(spot: Spot, edit: TextEdit)]) -> Draft {
        var draft = Draft(
            title, kind, edits.filter { $0.spot.document.path == document.path }.map(\.edit))
        for entry in edits where entry.spot.document.path != document.path {
            let path = entry.spot.document.path
            if let known = draft.others.firstIndex(where: { $0.document.path == path }) {
                draft.others[known].edits.append(entry.edit)
            } else {
                draft.others.append((entry.spot.document, [entry.edit]))
            }
        }
        return draft
    }

    /// The text of a node with some pieces replaced.
    func text(_ id: NodeId, replacing edits: [TextEdit]) -> String {
        let base = span(id).start
        var bytes = Array(text(id).utf8)
        for edit in edits.sorted(by: { $0.span.start > $1.span.start }) {
            guard edit.span.start >= base, edit.span.end <= span(id).end else { continue }
            bytes.replaceSubrange(
                Int(edit.span.start - base)..<Int(edit.span.end - base), with: Array(edit.replacement.utf8))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
