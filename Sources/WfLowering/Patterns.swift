// `match`: tests in the order of the arms, entered through a jump table where the cases are many.
import WfChecker
import WfPlan
import WfValue

/// What is matched, with what is already known of it.
private struct Subject {
    var operand: Operand
    var type: TypeId
    /// The register of its case number, when that is in one already.
    var tag: Int?
}

extension BodyLowering {
    func deliverMatch(_ node: TypedNode, _ sink: Sink) -> Holders {
        var operand = lower(TypedId(node.a))
        let scrutinee = tree[TypedId(node.a)]
        if isVariable(operand) { operand = copy(operand, scrutinee.type) }
        var subject = Subject(operand: operand, type: scrutinee.type, tag: nil)
        let arms = tree.list(node.list).map { tree[TypedId($0)] }
        var labels: [Label] = []
        var entries: [Label] = []
        for _ in arms {
            labels.append(buffer.label())
            entries.append(buffer.label())
        }
        let tag = enterByTable(&subject, arms, labels, entries)
        let end = buffer.label()
        var holders: Holders = []
        for index in arms.indices {
            let arm = arms[index]
            let mark = scopeMark
            let fails = index + 1 < arms.count ? labels[index + 1] : nil
            buffer.place(labels[index])
            let miss = fails ?? buffer.label()
            test(TypedId(arm.a), subject, entry: entries[index], miss: miss, isLast: fails == nil)
            if let guardWord = tree.list(arm.list).first, guardWord != 0 {
                branch(TypedId(guardWord), to: miss, when: false)
            }
            cover("match", branch: index, at: tree[TypedId(arm.b)])
            holders.formUnion(deliver(TypedId(arm.b), sink))
            _ = endScope(mark)
            if buffer.isReachable && index + 1 < arms.count { buffer.jump(.jmp, to: end) }
            if fails == nil && buffer.isReferredTo(miss) {
                if buffer.isReachable { buffer.jump(.jmp, to: end) }
                buffer.place(miss)
                buffer.at(node.start, node.end)
                buffer.emit(.unreachable)
            }
        }
        buffer.place(end)
        if let tag { buffer.release(tag) }
        release(operand)
        return holders
    }

    /// A jump table over the cases of an enum, when that is shorter than asking one after another. The
    /// register that holds the case number, to be released after the match.
    private func enterByTable(
        _ subject: inout Subject, _ arms: [TypedNode], _ labels: [Label], _ entries: [Label]
    ) -> Int? {
        guard kind(subject.type) == .enumeration else { return nil }
        let isWord = !isReference(subject.type)
        var tag: Int?
        if isWord {
            subject.tag = subject.operand.register
        } else if arms.contains(where: { namesCase(TypedId($0.a)) }) {
            let register = allocate(.int)
            buffer.emit(.tag, register, subject.operand.register)
            tag = register
            subject.tag = register
        }
        let count = types.caseCount(of: subject.type)
        guard let register = subject.tag, count >= 4, count <= 1024, arms.count >= 4 else { return tag }
        var targets: [Label] = []
        for number in 0..<count {
            guard let arm = arms.indices.first(where: { admits(TypedId(arms[$0].a), case: number) }) else {
                return tag
            }
            let isSimple = tree[TypedId(arms[arm].a)].kind == .casePattern
            targets.append(isSimple ? entries[arm] : labels[arm])
        }
        buffer.jumpTable(register, targets)
        buffer.emit(.unreachable)
        return tag
    }

    private func namesCase(_ pattern: TypedId) -> Bool {
        let node = tree[pattern]
        if node.kind == .orPattern { return tree.list(node.list).contains { namesCase(TypedId($0)) } }
        return node.kind == .casePattern
    }

    /// Whether the top of a pattern lets a case pass.
    private func admits(_ pattern: TypedId, case number: Int) -> Bool {
        let node = tree[pattern]
        switch node.kind {
        case .casePattern: return Int(node.a) == number
        case .orPattern: return tree.list(node.list).contains { admits(TypedId($0), case: number) }
        default: return true
        }
    }

    // MARK: tests

    /// Goes on behind when the pattern holds, else jumps to `miss`. `entry` is placed behind the test of
    /// the case number, for jump tables. In the last arm a test of the case number is not needed.
    private func test(_ pattern: TypedId, _ subject: Subject, entry: Label?, miss: Label, isLast: Bool) {
        let node = tree[pattern]
        switch node.kind {
        case .casePattern:
            let isOnly = types.caseCount(of: subject.type) == 1
            if !isOnly && !(isLast && entry != nil) {
                testCase(Int(node.a), subject, node, to: miss, when: false)
            }
            if let entry { buffer.place(entry) }
            testPayload(node, subject, miss: miss)
        case .anyPattern: break
        case .bindPattern: bindPattern(LocalId(node.a), subject, node)
        case .valuePattern:
            testValue(TypedId(node.a), subject, node, miss: miss)
        case .nullPattern: buffer.jump(.jsome, subject.operand.register, to: miss)
        case .somePattern:
            buffer.jump(.jnull, subject.operand.register, to: miss)
            let inner = types.unwrapped(subject.type)
            part(TypedId(node.a), inner, miss: miss) { register in
                emit(.unwrap, register, subject.operand.register, at: node)
            }
        case .tuplePattern:
            for (index, word) in tree.list(node.list).enumerated() {
                field(TypedId(word), index, subject, node, miss: miss)
            }
        case .recordPattern:
            let words = tree.list(node.list)
            var index = words.startIndex
            while index + 1 < words.endIndex {
                field(TypedId(words[index + 1]), Int(words[index]), subject, node, miss: miss)
                index += 2
            }
        case .orPattern:
            let holds = buffer.label()
            let alternatives = tree.list(node.list)
            shareBindings(pattern)
            for (index, word) in alternatives.enumerated() {
                if index + 1 == alternatives.count {
                    test(TypedId(word), subject, entry: nil, miss: miss, isLast: false)
                } else {
                    testAlternative(TypedId(word), subject, holds: holds)
                }
            }
            buffer.place(holds)
        case .rangePattern: testRange(node, subject, miss: miss)
        default: preconditionFailure("an arm begins with a pattern")
        }
    }

    /// An alternative that is not the last: jumps to `holds`, else goes on behind.
    private func testAlternative(_ pattern: TypedId, _ subject: Subject, holds: Label) {
        let node = tree[pattern]
        if node.kind == .casePattern,
            tree.list(node.list).allSatisfy({ tree[TypedId($0)].kind == .anyPattern })
        {
            return testCase(Int(node.a), subject, node, to: holds, when: true)
        }
        let next = buffer.label()
        test(pattern, subject, entry: nil, miss: next, isLast: false)
        if buffer.isReachable { buffer.jump(.jmp, to: holds) }
        buffer.place(next)
    }

    private func testCase(
        _ number: Int, _ subject: Subject, _ node: TypedNode, to label: Label, when sense: Bool
    ) {
        var tag = subject.tag
        var temporary: Int?
        if tag == nil {
            if isReference(subject.type) {
                let register = allocate(.int)
                buffer.emit(.tag, register, subject.operand.register)
                tag = register
                temporary = register
            } else {
                tag = subject.operand.register
            }
        }
        buffer.jump(sense ? .jeqi : .jnei, tag ?? 0, number, to: label)
        if let temporary { buffer.release(temporary) }
    }

    private func testPayload(_ node: TypedNode, _ subject: Subject, miss: Label) {
        for (index, word) in tree.list(node.list).enumerated() {
            let type = types.payloadType(of: subject.type, case: Int(node.a), at: index)
            if Int(node.a) > 255 {
                buffer.at(node.start, node.end)
                buffer.fail("the payload of case \(node.a), expected one below 256")
            }
            part(TypedId(word), type, miss: miss) { register in
                emit(.payload, register, subject.operand.register, index, d: Int(node.a) & 255, at: node)
            }
        }
    }

    private func field(_ pattern: TypedId, _ index: Int, _ subject: Subject, _ node: TypedNode, miss: Label) {
        let type =
            kind(subject.type) == .tuple
            ? types.tupleElement(of: subject.type, at: index) : types.fieldType(of: subject.type, at: index)
        part(pattern, type, miss: miss) { register in
            emit(.get, register, subject.operand.register, index, at: node)
        }
    }

    /// Matches a part of the subject; a part that nobody looks at is not read.
    private func part(_ pattern: TypedId, _ type: TypeId, miss: Label, _ read: (Int) -> Void) {
        let node = tree[pattern]
        if node.kind == .anyPattern { return }
        let register = allocate(type)
        read(register)
        if node.kind == .bindPattern, !sharedBindings.contains(node.a) {
            return bind(LocalId(node.a), to: register, owns: true, holders: .stable)
        }
        let subject = Subject(
            operand: Operand(register: register, isTemporary: true, holders: .stable), type: type, tag: nil)
        test(pattern, subject, entry: nil, miss: miss, isLast: false)
        // Bindings inside may be names of this very register, so it is given back with the arm.
        scopeTemporary(register)
    }

    /// Names that several alternatives bind get a register each, which all of them write.
    private func shareBindings(_ pattern: TypedId) {
        let node = tree[pattern]
        switch node.kind {
        case .bindPattern:
            let local = LocalId(node.a)
            if places[Int(local.index)].register >= 0 { return }
            sharedBindings.append(local.index)
            bind(local, to: allocate(info(local).type), owns: true, holders: .stable)
        case .somePattern: shareBindings(TypedId(node.a))
        case .casePattern, .tuplePattern, .orPattern:
            for word in tree.list(node.list) { shareBindings(TypedId(word)) }
        case .recordPattern:
            let words = Array(tree.list(node.list))
            for place in words.indices where place & 1 == 1 { shareBindings(TypedId(words[place])) }
        default: break
        }
    }

    private func bindPattern(_ local: LocalId, _ subject: Subject, _ node: TypedNode) {
        if sharedBindings.contains(local.index) {
            keep(subject.operand, subject.type)
            return move(register(of: local), subject.operand.register)
        }
        let holders = name(subject.operand, subject.type)
        bind(local, to: subject.operand.register, owns: false, holders: holders)
    }

    private func testValue(_ value: TypedId, _ subject: Subject, _ node: TypedNode, miss: Label) {
        let register = subject.operand.register
        switch arithmetic(subject.type) {
        case .word:
            if let number = immediate(value.index) { return buffer.jump(.jnei, register, number, to: miss) }
            let other = lower(value)
            release(other)
            buffer.jump(.jne, register, other.register, to: miss)
        case .float:
            let other = lower(value)
            release(other)
            jumpOnFloats(.equal, register, other.register, at: node, to: miss, when: false)
        case .decimal, .reference:
            let other = lower(value)
            release(other)
            branchOnReferences(.equal, register, other.register, at: node, to: miss, when: false)
        }
    }

    private func testRange(_ node: TypedNode, _ subject: Subject, miss: Label) {
        let register = subject.operand.register
        func bound(_ id: UInt32, _ op: TypedOperator) {
            let opposite = BodyLowering.opposite(op)
            switch arithmetic(subject.type) {
            case .word:
                if let number = immediate(id) {
                    return buffer.jump(BodyLowering.immediateJump(opposite), register, number, to: miss)
                }
                let other = lower(TypedId(id))
                release(other)
                jumpOnWords(opposite, register, other.register, to: miss)
            case .float:
                let other = lower(TypedId(id))
                release(other)
                jumpOnFloats(op, register, other.register, at: node, to: miss, when: false)
            case .decimal, .reference:
                let other = lower(TypedId(id))
                release(other)
                branchOnReferences(op, register, other.register, at: node, to: miss, when: false)
            }
        }
        bound(node.a, .greaterOrEqual)
        bound(node.b, node.aux == 1 ? .lessOrEqual : .less)
    }
}
