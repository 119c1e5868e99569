// A value of a type, as source: something to begin with.
import WfChecker
import WfSyntax
import WfValue

struct Sample {
    let inspection: Inspection
    let interner: Interner
    private static let depthMax = 6

    init(_ inspection: Inspection, _ interner: Interner) {
        self.inspection = inspection
        self.interner = interner
    }

    /// Nil for a type of which no value can be written.
    func text(_ type: TypeId, depth: Int = 0) -> String? {
        if depth > Sample.depthMax { return nil }
        switch inspection.kind(type) {
        case .unit: return "()"
        case .bool: return "false"
        case .int, .decimal: return "0"
        case .float: return "0.0"
        case .string: return "\"\""
        case .path: return "\"file\""
        case .duration: return "1s"
        case .json, .optional: return "null"
        case .range: return "0..<1"
        case .list: return "[]"
        case .map: return "[:]"
        case .record: return record(type, depth)
        case .enumeration: return enumeration(type, depth)
        case .poison, .never, .bytes, .time, .secret, .tuple, .function, .variable: return nil
        }
    }

    private func record(_ type: TypeId, _ depth: Int) -> String? {
        // what may be left out is
        let needed = inspection.fields(of: type).filter { inspection.kind($0.type) != .optional }
        let fields = needed.map { field in
            text(field.type, depth: depth + 1).map { "\(interner.text(field.name)): \($0)" }
        }
        if fields.contains(where: { $0 == nil }) { return nil }
        let list = fields.compactMap { $0 }.joined(separator: ", ")
        return "\(inspection.text(type)) {\(list.isEmpty ? "" : " \(list) ")}"
    }

    private func enumeration(_ type: TypeId, _ depth: Int) -> String? {
        for entry in inspection.cases(of: type) {
            let payload = entry.payload.map { text($0, depth: depth + 1) }
            if payload.contains(where: { $0 == nil }) { continue }
            let list = payload.compactMap { $0 }.joined(separator: ", ")
            return ".\(interner.text(entry.name))\(list.isEmpty ? "" : "(\(list))")"
        }
        return nil
    }
}
