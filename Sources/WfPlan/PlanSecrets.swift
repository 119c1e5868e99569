// Which secrets a plan uses: the names in its constants of type Secret. Knows nothing of their contents.
import WfValue

extension Plan {
    /// The names, sorted; each once.
    public var secretNames: [String] {
        var names: [String] = []
        for index in constants.indices where constants[index].type == TypeId.secret.raw {
            let encoded = Array(constantBytes(index))
            // checked when the plan was loaded
            let found = try? withByteReader(encoded) { (reader) throws(DecodeError) in
                SecretText.pieces(try reader.readBytes(try reader.readLength()))
            }
            for piece in found ?? [] where piece.isName {
                let name = String(decoding: piece.bytes, as: UTF8.self)
                if !names.contains(name) { names.append(name) }
            }
        }
        return names.sorted()
    }
}
