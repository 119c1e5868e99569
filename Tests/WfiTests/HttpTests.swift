// HTTP calls of a whole `wfi`: through a proxy, over TLS, cut short by a kill.
import Glibc
import Testing
import WfTestSupport

@Suite struct HttpTests {
    private func run(_ program: String, _ arguments: [String] = [], environment: [String: String] = [:])
        throws
        -> ProcessResult
    {
        let folder = try TemporaryFolder("http")
        try writeFile(folder.path + "/a.wf", Array(program.utf8))
        let assignments = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return try runProcess(
            "/usr/bin/env", assignments + [wfi, "run", "--quiet", "a.wf"] + arguments,
            workingFolder: folder.path)
    }

    private let get = """
        use std.http
        workflow main(url: String) -> String {
            step r = http.get(url) timeout 20s
            r.text()
        }
        """

    @Test func proxyOfTheEnvironmentIsUsed() throws {
        let server = try #require(LoopbackServer.shared)
        // The server gets the whole URL as its path and finds no such place: it was asked, and not the host.
        let result = try run(
            get, ["url=http://nowhere.invalid/x"], environment: ["http_proxy": "http://\(server.address)"])
        #expect(result.status == 1)
        #expect(result.errorText.contains("answered 404 (not found): {\"error\": \"no such place\"}"))
        let direct = try run(
            get, ["url=http://nowhere.invalid/x"],
            environment: ["http_proxy": "http://\(server.address)", "no_proxy": "nowhere.invalid"])
        #expect(direct.errorText.contains("(dns)"), "\(direct.errorText)")
    }

    @Test func certificatesAreVerified() throws {
        let folder = try TemporaryFolder("tls")
        let made = try runProcess(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                "-days", "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            ], workingFolder: folder.path)
        #expect(made.status == 0, "\(made.errorText)")
        let script = """
            import http.server, os, ssl, sys, threading, time
            class H(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200); self.send_header("Content-Length", "6"); self.end_headers()
                    self.wfile.write(b"secret")
                def log_message(self, *a): pass
            s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
            s.handle_error = lambda *a: None
            c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            c.load_cert_chain("\(folder.path)/cert.pem", "\(folder.path)/key.pem")
            s.socket = c.wrap_socket(s.socket, server_side=True)
            print(s.server_port, flush=True)
            threading.Thread(target=s.serve_forever, daemon=True).start()
            parent = os.getppid()
            while os.getppid() == parent: time.sleep(0.2)
            """
        try writeFile(folder.path + "/server.py", Array(script.utf8))
        let server = try #require(LoopbackServer(script: folder.path + "/server.py"))
        let refused = try run(get, ["url=https://\(server.address)/"])
        #expect(refused.status == 1 && refused.errorText.contains("(tls)"), "\(refused.errorText)")
        let trusted = try run(
            get, ["url=https://\(server.address)/"], environment: ["SSL_CERT_FILE": folder.path + "/cert.pem"]
        )
        #expect(trusted.outputText == "\"secret\"\n", "\(trusted.errorText)")
        let otherName = try run(
            get, ["url=https://localhost:\(server.address.split(separator: ":")[1])/"],
            environment: ["SSL_CERT_FILE": folder.path + "/cert.pem"])
        #expect(otherName.errorText.contains("(tls)"), "\(otherName.errorText)")
    }

    /// Killed while it waits for an answer, then resumed: the server sees two requests with one key.
    @Test func keyStaysTheSameOverAKill() throws {
        let session = try #require(LoopbackServer.shared).session()
        let folder = try TemporaryFolder("http")
        let program = """
            use std.http
            workflow main(base: String) -> String {
                sequence {
                    step slow = http.post("http://{base}/slow/2000", text: "x")
                    step seen = http.get("http://{base}/flaky/0")
                    seen.text()
                }
            }
            """
        try writeFile(folder.path + "/a.wf", Array(program.utf8))
        let first = try RunningProcess(
            wfi, ["run", "--quiet", "a.wf", "base=\(session)", "--name", "k"], workingFolder: folder.path)
        for _ in 0..<3_000 {
            let shown = try runProcess(wfi, ["show", "k"], workingFolder: folder.path)
            if shown.outputText.contains("slow  running") { break }
            usleep(5_000)
        }
        first.signal(SIGKILL)
        _ = try first.wait()
        let result = try runProcess(wfi, ["resume", "--quiet", "k"], workingFolder: folder.path)
        #expect(result.status == 0, "\(result.errorText)")
        #expect(result.outputText.contains("\\\"keys\\\": 1"), "\(result.outputText)")
    }

    /// The library comes with the first call: a run without one does not load it.
    @Test func libraryIsLoadedOnFirstUse() throws {
        let folder = try TemporaryFolder("http")
        let program = """
            workflow main() -> String {
                step maps = shell("cat /proc/$PPID/maps")
                if maps.stdout.contains("libcurl") { "loaded" } else { "not loaded" }
            }
            """
        try writeFile(folder.path + "/a.wf", Array(program.utf8))
        let result = try runProcess(wfi, ["run", "--quiet", "a.wf"], workingFolder: folder.path)
        #expect(result.outputText == "\"not loaded\"\n", "\(result.errorText)")
    }

    @Test func withoutTheLibraryTheCallSaysWhatToInstall() throws {
        let folder = try TemporaryFolder("nocurl")
        try writeFile(folder.path + "/libcurl.so.4", Array("no library".utf8))
        let result = try run(
            get, ["url=http://127.0.0.1:9/"], environment: ["LD_LIBRARY_PATH": folder.path])
        #expect(result.status == 1)
        #expect(
            result.errorText.contains(
                "HTTP needs libcurl, which cannot be loaded: install the Debian package"),
            "\(result.errorText)")
        #expect(result.errorText.contains("libcurl.so.4"), "\(result.errorText)")
    }
}
