// Expressions: which node is written how. Lists, operators, control, types and patterns are in files of their own.

import WfSyntax

extension Printer {
    /// Writes any node.
    mutating func node(_ id: NodeId) {
        if stopped { return }
        switch tree.kind(id) {
        case .block: block(id)
        case .fieldDecl: field(id)
        case .enumCaseDecl: enumCase(id)
        case .parameter: parameter(id)
        case .clause: clause(id)
        case .retryClause: retry(id)
        case .faultPattern: faultPattern(id)
        case .flowArm: flowArm(id)
        case .useDecl, .constDecl, .configDecl, .secretDecl, .poolDecl, .rateDecl, .breakerDecl, .recordDecl,
            .enumDecl,
            .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl,
            .triggerDecl, .testDecl:
            declaration(id)
        case .letStmt, .assignStmt, .returnStmt, .breakStmt, .continueStmt, .whileStmt, .exprStmt, .stepStmt,
            .signalStmt,
            .queryStmt, .nextStmt, .failStmt, .mockStmt, .expectStmt, .expectFailsStmt, .realStmt, .flowStep,
            .flowEdge,
            .flowGate, .flowEnd,
            .flowBoundary:
            statement(id)
        case .enumPayload:
            if !EnumPayloadView(tree, id).label.isNone { keywordColon() }
            node(EnumPayloadView(tree, id).type)
        case .typeParameter:
            token()
            let bounds = TypeParameterView(tree, id).bounds
            typed(bounds.first)
            for bound in bounds.dropFirst() {
                space()
                keyword()
                node(bound)
            }
        default: expression(id)
        }
    }

    /// `label: `
    mutating func keywordColon() {
        token()
        token()
        space()
    }

    mutating func expression(_ id: NodeId) {
        switch tree.kind(id) {
        case .stringExpr: string(id)
        case .callExpr where CallExprView(tree, id).isSleepUntil:
            keyword()
            keyword()
            for argument in CallExprView(tree, id).arguments { node(argument.value) }
        case .memberExpr, .tupleFieldExpr, .indexExpr, .callExpr: chain(id)
        case .implicitMemberExpr, .unitExpr:
            token()
            token()
        case .listExpr:
            let items = ListExprView(tree, id).elements
            commaList(
                items.count, before: tree.lastToken(id).index,
                filling: items.count < wordsToFill ? nil : { $0.isWord(items[$1]) }
            ) { $0.node(items[$1]) }
        case .mapExpr: map(id)
        case .tupleExpr, .tuplePattern: tuple(id)
        case .parenExpr:
            token()
            node(ParenExprView(tree, id).inner)
            token()
        case .recordExpr:
            let view = RecordExprView(tree, id)
            node(view.type)
            space()
            fields(view.fields, last: tree.lastToken(id).index)
        case .objectExpr: fields(ObjectExprView(tree, id).fields, last: tree.lastToken(id).index)
        case .recordField: recordField(id)
        case .withExpr:
            let view = WithExprView(tree, id)
            node(view.base)
            space()
            keyword()
            fields(view.fields, last: tree.lastToken(id).index)
        case .lambdaExpr: lambda(id)
        case .lambdaParameter:
            token()
            typed(LambdaParameterView(tree, id).type)
        case .unaryExpr:
            token()
            node(UnaryExprView(tree, id).operand)
        case .binaryExpr: binary(id)
        case .rangeExpr:
            let view = RangeExprView(tree, id)
            node(view.low)
            token()
            node(view.high)
        case .castExpr:
            let view = CastExprView(tree, id)
            node(view.value)
            space()
            token()
            if view.isOptional { token() }
            space()
            node(view.type)
        case .awaitExpr:
            keyword()
            node(AwaitExprView(tree, id).target)
        case .spawnExpr:
            let view = SpawnExprView(tree, id)
            keyword()
            if view.isAttached { keyword() }
            node(view.call)
        case .ifExpr, .matchExpr, .matchArm, .forExpr, .loopExpr, .loopVariable, .raceExpr, .raceBranch,
            .tryExpr,
            .catchClause, .sequenceExpr:
            control(id)
        case .namedType, .listType, .mapType, .optionalType, .tupleType, .functionType: type(id)
        case .rangePattern, .casePattern, .casePatternArgument, .orPattern, .literalPattern: pattern(id)
        default:
            // One token each: numbers, words, names, wildcards.
            token()
        }
    }
}
