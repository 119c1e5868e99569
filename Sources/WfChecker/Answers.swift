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
        return nil
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
