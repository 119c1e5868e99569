// What a walk through a folder takes: files, and nothing that would make who reads it wait.
import Glibc
import Testing
import WfCompiler
import WfTestSupport

@Suite struct SourceFolderTests {
    @Test func onlyFilesAreTaken() throws {
        let folder = try TemporaryFolder("wf-folder")
        let path = folder.path
        mkdir(path + "/inner", 0o755)
        for name in ["a.wf", "inner/b.wf", "c.txt"] {
            let file = open(path + "/" + name, O_WRONLY | O_CREAT, 0o644)
            close(file)
        }
        symlink("inner", path + "/link.wf")
        symlink("a.wf", path + "/d.wf")
        symlink("nowhere", path + "/e.wf")
        mkfifo(path + "/other", 0o644)
        #expect(SourceFolder(path).files == ["a.wf", "d.wf", "e.wf", "inner/b.wf"].map { path + "/" + $0 })
        #expect(SourceFolder(path).unreadable.isEmpty)
        mkfifo(path + "/pipe.wf", 0o644)
        let found = SourceFolder(path)
        #expect(found.files.count == 4)
        #expect(found.unreadable.map(\.path) == [path + "/pipe.wf"])
        #expect(found.unreadable.first?.reason == "it is no regular file")
    }
}
