// How an action reads the records that doors answer with when it says no `returns`. It knows these records by their
// module and name in the standard library.
import WfBuiltins
import WfSyntax
import WfValue

extension ProgramChecker {
    /// The declared result from a door's record; nil when the value is no such record.
    func answerReturns(_ result: TypedId, _ wanted: TypeId, _ id: NodeId) -> TypedId? {
        let found = type(of: result)
        if isStandard(found, "http", "Response") { return responseReturns(result, wanted, id) }
        if isStandard(found, "core", "Rows") { return rowsReturns(result, wanted, id) }
        return nil
    }

    /// What a statement yields: all rows as a list, the first as a record (or null), a single value, or how many rows it
    /// has changed.
    private func rowsReturns(_ result: TypedId, _ wanted: TypeId, _ id: NodeId) -> TypedId {
        let rows = make(.field, .json, id, a: result.index, b: 0)
        let value = make(.field, .json, id, a: result.index, b: 1)
        if wanted == .json { return rows }
        if kind(wanted) == .list {
            let read = isSingle(types.element(of: wanted)) ? coreCall("firstColumn", result, id) : rows
            return make(.fromJson, wanted, id, a: read.index)
        }
        let read = isSingle(types.unwrapped(wanted)) ? value : coreCall("firstRow", result, id)
        return make(.fromJson, wanted, id, a: read.index)
    }

    /// Whether one column holds a value of the type.
    private func isSingle(_ type: TypeId) -> Bool {
        switch kind(types.unwrapped(type)) {
        case .bool, .int, .float, .decimal, .string, .bytes, .duration, .time, .path: return true
        case .enumeration: return !types.isReference(type)
        default: return false
        }
    }

    /// A call of a function of the core that yields Json.
    private func coreCall(_ name: String, _ value: TypedId, _ id: NodeId) -> TypedId {
        let found = table.find(coreModule, interner.intern(name))
        precondition(found >= 0 && symbols[found].kind == .function, "the core has what the checker calls")
        let callable = callables[Int(symbols[found].index)]
        return make(.call, .json, id, a: UInt32(callable.output), list: typed.addList([value.index]))
    }

    /// Whether a type is the record of that name in a module of the standard library.
    private func isStandard(_ type: TypeId, _ module: String, _ name: String) -> Bool {
        guard kind(type) == .record, type.index < nominalOfType.count, nominalOfType[type.index] >= 0 else {
            return false
        }
        let number = nominals[Int(nominalOfType[type.index])].symbol
        guard number >= 0 else { return false }
        let symbol = symbols[Int(number)]
        return modules[Int(symbol.module)].isStandardLibrary && moduleName(Int(symbol.module)) == module
            && text(symbol.name) == name
    }

    /// The body: as it is for `Bytes` and `String`, else read as JSON.
    private func responseReturns(_ result: TypedId, _ wanted: TypeId, _ id: NodeId) -> TypedId {
        let body = make(.field, .bytes, id, a: result.index, b: 2)
        if wanted == .bytes { return body }
        let text = make(
            .builtin, .string, id, a: UInt32(Builtin.bytesText.rawValue), list: typed.addList([body.index]))
        return wanted == .string ? text : make(.decode, wanted, id, a: text.index)
    }
}
