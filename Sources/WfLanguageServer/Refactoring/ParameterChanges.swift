// Parameters that come, go and change places, with the arguments of every call in every file.
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let parameterChanges: Family = { spot in
        guard spot.isCaret, let id = spot.near(.parameter), let item = spot.item, spot.contains(item, id),
            let declared = spot.scopes.declaredName(item),
            let found = spot.server.declaration(spot.file, spot.reader.span(declared.token).start),
            spot.kind(item) != .externActionDecl, spot.kind(item) != .externFuncDecl
        else { return [] }
        return spot.removedParameter(id, found, "remove the parameter and its arguments", .refactor)
            + spot.movedParameter(id, found)
    }
}

extension Spot {
    // MARK: removing

    /// A parameter that nothing reads goes, and what is given for it, when that only computes.
    func removedParameter(
        _ id: NodeId, _ found: Declaration, _ title: String, _ kind: CodeAction.Kind
    ) -> [Draft] {
        let parameters = found.members
        let view = ParameterView(reader, id)
        guard let number = parameters.firstIndex(of: id),
            uses(of: view.nameToken).allSatisfy({ isLabel($0) }),
            !view.isVariadic, let sites = callSites(of: found)
        else { return [] }
        var edits: [(spot: Spot, edit: TextEdit)] = [(self, elementRemoval(parameters, number))]
        for site in sites {
            guard let place = site.argument(number, reader.text(view.nameToken)) else {
                // the value in front of the point would be lost
                if site.isMethod && number == 0 { return [] }
                continue
            }
            let value = site.arguments[place].value
            guard site.spot.isPure(value) else { return [] }
            edits.append((site.spot, site.removal(place)))
        }
        return [draft(title, kind, edits)]
    }

    /// The name of an argument means the parameter, and reads nothing.
    private func isLabel(_ use: NameUse) -> Bool { kind(use.node) == .callExpr }

    /// Takes an element of a list away, with one of the commas around it.
    private func elementRemoval(_ all: [NodeId], _ number: Int) -> TextEdit {
        if number > 0 { return replace(span(all[number - 1]).end, span(all[number]).end, "") }
        if all.count > 1 { return replace(span(all[0]).start, span(all[1]).start, "") }
        return replace(all[0], "")
    }

    // MARK: moving

    fileprivate func movedParameter(_ id: NodeId, _ found: Declaration) -> [Draft] {
        guard let number = found.members.firstIndex(of: id), let sites = callSites(of: found) else {
            return []
        }
        var drafts: [Draft] = []
        if number + 1 < found.members.count, let edits = exchanged(number, found, sites) {
            drafts.append(draft("move the parameter to the right", .refactor, edits))
        }
        if number > 0, let edits = exchanged(number - 1, found, sites) {
            drafts.append(draft("move the parameter to the left", .refactor, edits))
        }
        return drafts
    }

    /// A parameter and the next change places, in every call, too.
    private func exchanged(
        _ number: Int, _ found: Declaration, _ sites: [CallSite]
    ) -> [(spot: Spot, edit: TextEdit)]? {
        let pair = [found.members[number], found.members[number + 1]]
        let views = pair.map { ParameterView(reader, $0) }
        guard !views.contains(where: { $0.isVariadic || reader.text($0.nameToken) == "self" }) else {
            return nil
        }
        // behind one that may be left out, all may be
        if (views[0].defaultValue == nil) != (views[1].defaultValue == nil) { return nil }
        var edits = [
            (self, replace(pair[0], text(pair[1]))), (self, replace(pair[1], text(pair[0]))),
        ]
        for site in sites {
            let spot = site.spot
            let place = number - (site.isMethod ? 1 : 0)
            let all = site.arguments
            if place >= 0, place + 1 < site.positionalCount {
                let (left, right) = (all[place].value, all[place + 1].value)
                // which of two comes first is seen when both touch something
                guard spot.isPure(left), spot.isPure(right) else { return nil }
                edits.append((spot, spot.replace(left, spot.text(right))))
                edits.append((spot, spot.replace(right, spot.text(left))))
            } else if place >= 0, place < site.positionalCount {
                edits.append(
                    (
                        spot,
                        spot.insert(spot.span(all[place].value).start, "\(reader.text(views[0].nameToken)): ")
                    ))
            }
        }
        return edits
    }

    // MARK: adding

    /// A parameter that is not there yet: behind those that have to be given.
    ///
    /// - Parameter but: a call that gives it already.
    func addedParameter(
        _ name: String, _ type: String, _ value: String, to found: Declaration, but given: NodeId? = nil,
        _ title: String
    ) -> Draft? {
        let owner = elsewhere(found.document)
        let parameters = found.members
        let views = parameters.map { ParameterView(found.reader, $0) }
        guard let sites = callSites(of: found),
            !views.contains(where: { found.reader.text($0.nameToken) == name })
        else { return nil }
        let place = views.firstIndex { $0.defaultValue != nil || $0.isVariadic } ?? views.count
        let own = "\(name): \(type)"
        var edits: [(spot: Spot, edit: TextEdit)] = []
        if place < parameters.count {
            edits.append((owner, owner.insert(owner.span(parameters[place]).start, "\(own), ")))
        } else if let last = parameters.last {
            edits.append((owner, owner.insert(owner.span(last).end, ", \(own)")))
        } else {
            let view = CallableDeclView(found.reader, found.node)
            guard let open = owner.openParenthesis(view) else { return nil }
            edits.append((owner, owner.insert(found.reader.span(open).end, own)))
        }
        for site in sites where site.call != given || site.spot.document.path != document.path {
            // whoever has something of that name means it
            let isKnown =
                site.spot.scopes.local(
                    server.workspace.interner.intern(name), at: site.call, site.spot.span(site.call).start)
                != nil
            let written = isKnown ? name : value
            let position = place - (site.isMethod ? 1 : 0)
            if position < 0 { return nil }
            if site.positionalCount >= position {
                edits.append((site.spot, site.insertion(written, at: position)))
            } else {
                edits.append((site.spot, site.insertion("\(name): \(written)", at: site.arguments.count)))
            }
        }
        return draft(title, .quickFix, edits)
    }
}
