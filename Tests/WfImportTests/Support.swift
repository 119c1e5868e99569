// What the tests of import share: a file imported from text, a place as a line, folders of corpora that may be absent.
import Glibc
import Testing
import WfDiagnostics
import WfImport
import WfSource
import WfTestSupport

func imported(_ text: String, as path: String = "x.bpmn") -> Imported { imported(Array(text.utf8), as: path) }

func imported(_ bytes: [UInt8], as path: String = "x.bpmn") -> Imported {
    Import.run(SourceFile(path: path, bytes: bytes), file: FileId(0))
}

extension Imported {
    func line(_ diagnostic: Diagnostic) -> Int { LineIndex(source).position(at: diagnostic.span.start).line }

    /// `WF9030:2`, for every message, in order of place.
    var codes: [String] {
        var sink = DiagnosticSink()
        sink.add(contentsOf: diagnostics)
        return sink.sorted().map { "\($0.code):\(line($0))" }
    }
}

/// The folder of corpora with a set in it; nil when it is not there.
func corpus(_ name: String) -> String? {
    let root = getenv("WF_CORPORA").map { String(cString: $0) } ?? "../shared/corpora"
    let path = root + "/" + name
    return access(path, R_OK) == 0 ? path : nil
}
