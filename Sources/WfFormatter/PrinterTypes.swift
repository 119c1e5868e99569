// Types and patterns.

import WfSyntax

extension Printer {
    mutating func type(_ id: NodeId) {
        switch tree.kind(id) {
        case .namedType:
            let view = NamedTypeView(tree, id)
            token()
            if !view.module.isNone {
                token()
                token()
            }
            angled(view.arguments)
        case .listType:
            token()
            node(ListTypeView(tree, id).element)
            token()
        case .mapType:
            let view = MapTypeView(tree, id)
            token()
            node(view.key)
            token()
            space()
            node(view.value)
            token()
        case .optionalType:
            node(OptionalTypeView(tree, id).element)
            // `T??` is two nodes and one token.
            if next <= tree.lastToken(id).index { token() }
        case .tupleType:
            let items = TupleTypeView(tree, id).elements
            commaList(items.count, before: tree.lastToken(id).index) { $0.node(items[$1]) }
        default:
            let view = FunctionTypeView(tree, id)
            let items = view.parameters
            commaList(items.count, before: tree.firstToken(view.result).index - 2) { $0.node(items[$1]) }
            space()
            keyword()
            node(view.result)
        }
    }

    mutating func pattern(_ id: NodeId) {
        switch tree.kind(id) {
        case .literalPattern: node(LiteralPatternView(tree, id).value)
        case .rangePattern:
            let view = RangePatternView(tree, id)
            node(view.low)
            token()
            node(view.high)
        case .casePattern:
            let view = CasePatternView(tree, id)
            if !view.qualifier.isNone { token() }
            token()
            token()
            let arguments = view.arguments
            if view.hasArguments {
                commaList(arguments.count, before: tree.lastToken(id).index) { $0.node(arguments[$1]) }
            }
        case .casePatternArgument:
            let view = CasePatternArgumentView(tree, id)
            if !view.label.isNone { keywordColon() }
            node(view.pattern)
        default:
            for (index, alternative) in OrPatternView(tree, id).elements.enumerated() {
                if index > 0 {
                    space()
                    keyword()
                }
                node(alternative)
            }
        }
    }
}
