// A file of each dialect, which are the seeds of the fuzz targets too: all of them are imported and compile.
import Testing
import WfImport
import WfSource
import WfTestSupport

@Suite struct SeedTests {
    @Test func seedsAreImported() throws {
        let folder = "Tests/FuzzTarget/seeds/"
        let files = [
            "yaml/plain.yaml", "yaml/github.yaml", "yaml/argo.yaml", "yaml/open.yaml", "json/asl.json",
            "json/plain.json",
            "markdown/steps.md", "xml/bpmn.bpmn", "xml/oozie.xml", "xml/dax.xml", "xml/jpdl.xml",
            "xml/scxml.scxml", "xml/wf.xml", "xml/patterns.xml",
        ]
        let dialects = files.map { file in
            let bytes = (try? readFile(folder + file)) ?? []
            let result = compiled(bytes, as: file)
            #expect(!result.isRefused, "\(file): \(result.codes)")
            return result.imported?.dialect ?? ""
        }
        #expect(
            dialects == [
                "plain steps", "GitHub Actions", "Argo Workflows", "Open Workflow 1.0",
                "Amazon States Language",
                "plain steps", "plain steps", "BPMN 2.0", "Oozie", "Pegasus DAX", "jPDL 3", "SCXML", "wf XML",
                "SpiffWorkflow patterns",
            ])
    }
}
