// One attack each: what is wrong is found, named, and said where it is.
import Testing
import WfBuiltins
import WfPlan
import WfValue

@Suite struct RefusalTests {
    /// The message of loading what the builder makes.
    private func refusal(_ builder: PlanBuilder) -> String { refusal(builder.finish()) }

    private func refusal(_ bytes: [UInt8]) -> String {
        var sealed = bytes
        PlanSeal.seal(&sealed)
        do {
            _ = try Plan.load(bytes: sealed)
            return "accepted"
        } catch {
            return error.description
        }
    }

    /// The message for one function with this code.
    private func refusal(
        _ types: [TypeId], parameters: Int = 0, result: TypeId = .int, _ table: TypeTable = TypeTable(),
        _ code: (inout FunctionBuilder, PlanBuilder) -> Void
    ) -> String {
        let plan = PlanBuilder(types: table)
        var builder = FunctionBuilder()
        code(&builder, plan)
        _ = plan.function(
            name: "f", code: builder.code, registerTypes: types, parameterCount: parameters, result: result)
        return refusal(plan)
    }

    private func code(_ types: [TypeId], parameters: Int = 0, result: TypeId = .int, _ words: UInt64...)
        -> String
    {
        let plan = PlanBuilder(types: TypeTable())
        _ = plan.function(
            name: "f", code: words, registerTypes: types, parameterCount: parameters, result: result)
        return refusal(plan)
    }

    // MARK: files

    @Test func otherFilesAndVersions() {
        var bytes = SamplePlan.bytes()
        #expect(refusal([UInt8]("#!/bin/sh".utf8)).contains("expected a compiled plan"))
        bytes[4] = 2
        #expect(refusal(bytes).contains("format version 2, this program reads version 1: use a newer wf"))
        bytes[4] = 0
        #expect(refusal(bytes).contains("compile the source again"))
        #expect(refusal(Array(SamplePlan.bytes().dropLast(8))).contains("is the file cut?"))
    }

    // MARK: code

    @Test func registersHaveOneTypeForEver() {
        let ret = Instruction(.ret, a: 0).word
        #expect(
            code([.int, .string], Instruction(.mov, a: 0, b: 1).word, ret)
                == "plan section 'code', function 0 `f`, word 0: register 0 is used as String but holds Int")
        #expect(
            code([.int, .string], Instruction(.add, a: 0, b: 1, c: 0).word, ret)
                .contains("register 1 is used as a word but holds String"))
        #expect(
            code([.int], Instruction(.mov, a: 0, b: 1).word, ret).contains(
                "register is 1, expected one below 1"))
        #expect(code([.int, .float], Instruction(.mov, a: 0, b: 1).word, ret) == "accepted")
        #expect(code([.string], ret).contains("register 0 is used as Int but holds String"))
        #expect(code([.never], result: .never, ret).contains("must not return"))
    }

    @Test func jumpsStayOnInstructions() {
        let ret = Instruction(.ret, a: 0).word
        let load = Instruction(.ldi, a: 0, bx: 1).word
        #expect(code([.int], Instruction(.jmp, bx: 2).word, load, ret).contains("a jump to word 3"))
        #expect(code([.int], Instruction(.jmp, bx: -2).word, load, ret).contains("a jump to word -1"))
        let call = Instruction(.bcall, d: 1, a: 0, bx: Int(Builtin.intAbs.rawValue)).word
        #expect(
            code([.int], Instruction(.jmp, bx: 1).word, call, 0, ret).contains(
                "expected the start of an instruction"))
        #expect(
            code([.int], load).contains(
                "expected 'ret', 'jmp', 'fail' or 'unreachable' at the end, found 'ldi'"))
        #expect(code([.int], ret, call).contains("'bcall' takes 2 words, found 1"))
        #expect(code([.int], 0xFF).contains("opcode is 255"))
        #expect(code([.int], Instruction(.switch, a: 0, bx: -1).word, ret).contains("a table of -1 targets"))
        #expect(
            code([.int], Instruction(.switch, a: 0, bx: 0x7FFF_FFFF).word, ret).contains("words, found 2"))
        #expect(code([.int], Instruction(.switch, a: 0, bx: 1).word, 1 << 32, ret).contains("must be 0"))
        #expect(code([.int], load | 1 << 8, ret).contains("field D is not used"))
    }

    @Test func referencesAreZeroedByCalls() {
        let plan = PlanBuilder(types: TypeTable())
        _ = plan.function(
            name: "f", code: [Instruction(.ret, a: 0).word], registerTypes: [.string], parameterCount: 0,
            result: .string)
        var bytes = plan.finish()
        let row = sectionRange(.functions, in: bytes).lowerBound
        // Bytes of the row: 20 parameters, 28 start and 32 count of the zeroed registers.
        #expect(word(bytes, row + 32) == 1)
        setWord(&bytes, row + 32, 0)
        #expect(refusal(bytes).contains("register 0 holds String but is not zeroed by a call"))
        setWord(&bytes, row + 28, 2)
        #expect(refusal(bytes).contains("expected the zeroed registers behind the parameters"))
        setWord(&bytes, row + 28, 0xFFFF_FFFF)
        setWord(&bytes, row + 32, 2)
        #expect(refusal(bytes).contains("expected the zeroed registers behind the parameters"))
        setWord(&bytes, row + 20, 2)
        #expect(refusal(bytes).contains("expected 2 parameters among 1 registers"))
    }

    @Test func optionalsAndBoxes() {
        var types = TypeTable()
        let maybe = types.optional(of: .int)
        let text = types.optional(of: .string)
        let null = types.optional(of: .never)
        let ret = { (code: inout FunctionBuilder) in code.emit(.ret, 0) }
        #expect(
            refusal([.int, text], types) { code, _ in
                code.emit(.unwrap, 0, 1)
                ret(&code)
            }.contains("register 0 is used as String but holds Int"))
        #expect(
            refusal([.int, maybe, .string], types) { code, _ in
                code.emit(.some, 1, 2)
                ret(&code)
            }.contains("register 2 is used as Int but holds String"))
        #expect(
            refusal([.int, null], types) { code, _ in
                code.emit(.some, 1, 0)
                ret(&code)
            }.contains("holds null only"))
        #expect(
            refusal([.int], types) { code, _ in
                code.emit(.ldnull, 0)
                ret(&code)
            }.contains("used as an optional but holds Int"))
    }

    @Test func objectsKeepTheirFields() {
        var types = TypeTable()
        let shape = types.declareEnum("Shape")
        types.defineEnum(
            shape,
            cases: [CaseInfo(name: "dot"), CaseInfo(name: "text", payload: [PayloadInfo(type: .string)])])
        let pair = types.tuple(of: [.int, .string])
        let registers: [TypeId] = [.int, .string, shape, pair]
        func attempt(_ opcode: Opcode, _ a: Int, _ b: Int, _ c: Int, d: Int) -> String {
            refusal(registers, types) { code, _ in
                code.emit(opcode, a, b, c, d: d)
                code.emit(.ret, 0)
            }
        }
        #expect(attempt(.get, 0, 3, 1, d: 0).contains("register 0 is used as String but holds Int"))
        #expect(attempt(.get, 0, 3, 2, d: 0).contains("(Int, String) has 2 fields, found number 2"))
        #expect(attempt(.get, 0, 2, 0, d: 0).contains("expected a record, tuple or range, found Shape"))
        #expect(attempt(.payload, 0, 2, 0, d: 1).contains("register 0 is used as String but holds Int"))
        #expect(attempt(.payload, 1, 2, 0, d: 0).contains("payload is 0, expected one below 0"))
        #expect(attempt(.payload, 1, 2, 0, d: 2).contains("case is 2, expected one below 2"))
        #expect(attempt(.payload, 1, 2, 0, d: 1) == "accepted")
        #expect(
            refusal(registers, types) { code, _ in
                code.emit(.new, 3, pair.index, arguments: [0])
                code.emit(.ret, 0)
            }.contains("has 2 fields, found 1"))
        #expect(
            refusal(registers, types) { code, _ in
                code.emit(.new, 3, pair.index, arguments: [1, 0])
                code.emit(.ret, 0)
            }.contains("register 1 is used as Int but holds String"))
    }

    @Test func callsFitTheirFunctions() {
        var types = TypeTable()
        let reducer = types.function(parameters: [.string], result: .int)
        let other = types.function(parameters: [.int], result: .int)
        #expect(
            refusal([.int], types) { code, _ in
                code.emit(.call, 0, bx: 0, arguments: [0])
                code.emit(.ret, 0)
            }.contains("`f` takes 0 arguments, found 1"))
        #expect(
            refusal([.int, other], types) { code, _ in
                code.emit(.callv, 0, 1, arguments: [])
                code.emit(.ret, 0)
            }.contains("found 0 arguments"))
        #expect(
            refusal([.string, .int, other], parameters: 1, types) { code, _ in
                code.emit(.closure, 2, bx: 0, arguments: [])
                code.emit(.ret, 1)
            }.contains("parameter 0 of (Int) -> Int is String in `f`"))
        #expect(
            refusal([.string, .int, reducer], parameters: 1, types) { code, _ in
                code.emit(.closure, 2, bx: 0, arguments: [])
                code.emit(.ret, 1)
            } == "accepted")
        #expect(
            refusal([.int, .string], types) { code, _ in
                code.emit(.bcall, 0, bx: Int(Builtin.intAbs.rawValue), arguments: [1])
                code.emit(.ret, 0)
            }.contains("built-in 'intAbs': expected what fits `Int.abs() -> Int`; found (String) -> Int"))
        #expect(
            refusal([.int], types) { code, _ in
                code.emit(.bcall, 0, bx: Int(Builtin.listMap.rawValue), arguments: [0])
                code.emit(.ret, 0)
            }.contains("expanded by the compiler"))
        #expect(
            refusal([.int], types) { code, _ in
                code.emit(.bcall, 0, bx: 65_535, arguments: [0])
                code.emit(.ret, 0)
            }.contains("there is no built-in 65535"))
    }

    // MARK: graph

    /// The sample, with one thing changed.
    private func sample(_ change: (PlanBuilder) -> Void) -> String {
        let plan = SamplePlan.builder()
        change(plan)
        return refusal(plan)
    }

    @Test func chunksReadOnlyWhatIsThere() {
        #expect(
            sample { $0.nodes[3].dependencies = $0.list([1]) }
                == "plan section 'nodes', node 3 `sum`: value: slot 4 is read, but its node `numbers` is not waited for"
        )
        #expect(
            sample { $0.nodes[7].dependencies = .empty }
                .contains("slot 6 of the block 1 further out is read, but its node `other` is not waited for")
        )
        #expect(
            sample {
                $0.nodes[3].chunk = SamplePlan.identityChunk($0, .int, ChunkRow.input(depth: 0, slot: 1))
            }
            .contains("parameter 0 of `#identity` is Int, but slot 1 holds String"))
        #expect(
            sample {
                $0.nodes[3].chunk = SamplePlan.identityChunk($0, .int, ChunkRow.input(depth: 1, slot: 0))
            }
            .contains("is outside the workflow"))
        #expect(
            sample {
                $0.nodes[3].chunk = SamplePlan.identityChunk($0, .int, ChunkRow.input(depth: 0, slot: 99))
            }
            .contains("there is no slot 99"))
        #expect(
            sample {
                $0.nodes[6].condition = SamplePlan.identityChunk($0, .bool, ChunkRow.input(depth: 0, slot: 1))
            }
            .contains("is not waited for"))
    }

    @Test func dependenciesEndSomewhere() {
        #expect(
            sample {
                $0.nodes[0].dependencies = $0.list([8])
                $0.nodes[1].dependencies = $0.list([1])
            }.contains("the node waits for itself"))
        #expect(
            sample { $0.nodes[9].dependencies = $0.list([8, 7, 8]) }.contains("each dependency once, found 8")
        )
        #expect(
            sample { $0.nodes[9].dependencies = $0.list([13]) }.contains(
                "dependency is 13, expected one below 13"))
        // A name above its step is fine.
        #expect(
            sample {
                $0.nodes[0].dependencies = $0.list([9])
                $0.nodes[2].dependencies = $0.list([1])
            } == "accepted")
    }

    @Test func blocksHaveOneOwner() {
        #expect(sample { $0.nodes[8].target = 0 } != "accepted")
        #expect(
            sample { $0.nodes[7].branches = $0.list([2, 2]) }.contains("expected one owner for each block"))
        #expect(sample { $0.nodes[7].branches = $0.list([2]) }.contains("block 3: the block is not reached"))
        #expect(sample { $0.blocks[2].owner = 8 }.contains("expected owner 7 in workflow 0, found 8 in 0"))
        #expect(
            sample { $0.clauses[1].otherwise = 0 }.contains("expected an 'else' node to belong to one step"))
        #expect(
            sample { $0.clauses[1].otherwise = .none }.contains("the node is not reached from any workflow"))
        #expect(sample { $0.blocks[0].nodeCount = 0xFFFF_FFFF }.contains("end of the nodes"))
        #expect(sample { $0.nodes[1].name = $0.nodes[0].name }.contains("expected each name once in a block"))
    }

    /// A list without words lies somewhere, too.
    @Test func emptyListsLieInTheFile() {
        let outside = ListRow(start: 0xFFFF_FFFF, count: 0)
        for node in SamplePlan.builder().nodes.indices {
            let isEmpty = SamplePlan.builder().nodes[node].dependencies.count == 0
            if isEmpty {
                #expect(sample { $0.nodes[node].dependencies = outside }.contains("list of dependencies"))
            }
            if node != 7 {
                #expect(sample { $0.nodes[node].branches = outside }.contains("list of branches"))
            }
        }
        #expect(sample { $0.clauses[0].retryOn = outside }.contains("list of failures"))
        #expect(sample { $0.blocks[2].slotTypes = outside }.contains("list of slot type"))
        #expect(sample { $0.effects[0].parameterNames = outside }.contains("list of parameter names"))
    }

    @Test func resultsFitTheirUse() {
        #expect(
            sample {
                $0.nodes[0].chunk = SamplePlan.tupleChunk($0, [.int], [ChunkRow.input(depth: 0, slot: 0)])
            }
            .contains("argument 0: expected String, found Int"))
        #expect(sample { $0.nodes[0].flags = 0 }.contains("type of slot 2: expected String, found String?"))
        #expect(sample { $0.nodes[0].flags = 2 } != "accepted")
        #expect(
            sample { $0.clauses[1].timeout = $0.clauses[1].retry }.contains(
                "'timeout': expected Duration, found Int"))
        #expect(
            sample { $0.clauses[1].when = $0.clauses[1].retry }.contains("'when': expected Bool, found Int"))
        #expect(
            sample { $0.clauses[0].when = $0.clauses[1].when }.contains("belong to steps, not to actions"))
        #expect(sample { $0.nodes[5].type = TypeId.int.raw } != "accepted")
        #expect(sample { $0.nodes[7].branches = $0.list([2, .none]) }.contains("a branch that is none"))
        #expect(
            sample { $0.workflows[0].resultType = TypeId.int.raw }.contains(
                "value of the block: expected Int"))
        #expect(
            sample { $0.workflows[0].parameterDefaults = $0.list([0, .none]) }.contains(
                "default of parameter 0"))
        #expect(
            sample { $0.actions[0].returns = .none }.contains(
                "result of the effect: expected String, found Bytes"))
        #expect(sample { $0.nodes[1].kind = 99 }.contains("kind is 99, expected one below"))
        #expect(
            sample { $0.nodes[1].span = SpanRow(file: 0, start: 0, end: 999) }.contains(
                "do not lie in the text"))
    }

    @Test func functionsCannotBeStored() {
        let message = sample {
            let function = $0.types.function(parameters: [.int], result: .int)
            $0.nodes[8].type = $0.types.list(of: function).raw
        }
        #expect(message.contains("type: expected a type that can be stored, found [(Int) -> Int]"))
    }

    @Test func sharedListsDoNotMultiply() {
        let plan = PlanBuilder(types: TypeTable())
        let types = [UInt32](repeating: TypeId.int.raw, count: 60_000)
        let list = plan.list(types)
        for _ in 0..<20_000 {
            let function = plan.reserveFunction()
            plan.define(
                function: function, name: "f", code: [Instruction(.ret, a: 0).word], registerTypes: [.int],
                parameterCount: 0, result: .int, positions: [])
        }
        var bytes = plan.finish()
        let rows = sectionRange(.functions, in: bytes)
        for row in stride(from: rows.lowerBound, to: rows.upperBound, by: PlanSection.functions.rowSize) {
            setWord(&bytes, row + 12, list.start)
            setWord(&bytes, row + 16, list.count)
        }
        #expect(refusal(bytes).contains("its rows share too much"))
    }

    @Test func resourcesAreWhatTheirKindSays() {
        #expect(sample { $0.resources[0].kind = 3 }.contains("there is no kind 3 of resource"))
        #expect(sample { $0.resources[0].first = .none }.contains("function is none"))
        #expect(sample { $0.resources[0].second = 0 }.contains("expected 1 functions for a pool"))
        #expect(sample { $0.resources[0].kind = 1 }.contains("function is none"))
        #expect(
            sample { $0.resources[0].first = $0.chunks[Int($0.clauses[1].cache)].function }
                .contains("number 0: expected Int, found Duration"))
        #expect(sample { $0.configs[0].cell = 9 }.contains("cell is 9"))
        #expect(sample { $0.configs[0].flags = 2 }.contains("expected flags up to 1, found 2"))
        #expect(sample { $0.clauses[1].rate = 0 }.contains("expected a rate, found resource 0"))
        #expect(sample { $0.clauses[1].pool = 1 }.contains("resource is 1, expected one below 1"))
        #expect(sample { $0.clauses[1].priority = $0.clauses[1].cache }.contains("'priority'"))
    }

    @Test func waitingNodes() {
        #expect(sample { $0.nodes[10].target = 1 }.contains("signal is 1, expected one below 1"))
        #expect(sample { $0.nodes[10].type = TypeId.string.raw }.contains("payload of the signal"))
        #expect(sample { $0.nodes[10].target = .none }.contains("handle is none"))
        #expect(sample { $0.nodes[10].flags = NodeRow.attachedFlag }.contains("expected flags of at most 3"))
        #expect(sample { $0.nodes[11].type = TypeId.string.raw }.contains("expected a handle"))
        #expect(sample { $0.nodes[11].target = 0 }.contains("argument"))
        #expect(sample { $0.nodes[12].chunk = 0 }.contains("expected a handle and the payload"))
        #expect(sample { $0.nodes[12].kind = NodeKind.send.rawValue }.contains("signal is none"))
    }
}
