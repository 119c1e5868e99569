#!/usr/bin/env python3
"""The HTTP server that tests talk to, on loopback only.

Usage: server.py [PORT]. Prints `PORT` and serves until its parent ends. The first part of a path is a session of its
own, with counters that start at 0; the rest says what happens:

    /echo              the request as JSON: method, path, query, headers, body
    /status/N          the status N, with a JSON body
    /flaky/N           503 for the first N requests, then 200 with how many there were and their idempotency keys
    /count             how many requests there were, this one included
    /store/NAME        PUT, GET, DELETE: remembers a body
    /items?page=N      a page of a list of five, two to a page, with the next page or null
    /redirect/N        N redirects to /echo       /redirect-to?url=U&status=S
    /elsewhere         a redirect to /echo under another host name of the same machine
    /bytes/N           N bytes                    /slow/MS    an answer after so many milliseconds
    /drop              closes without an answer   /drop-once  does so for the first request
    /cut               ends in the middle of the body
    /garbage           answers something that is not HTTP
    /gzip  /latin1  /empty  /text  /headers       what their names say
"""
import base64
import gzip
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

sessions = {}
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "loopback"
    sys_version = ""
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", kind="application/json", headers=()):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if body or kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def say(self, value, status=200, headers=()):
        self.answer(status, json.dumps(value, sort_keys=True).encode(), headers=headers)

    def read_body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                parts.append(self.rfile.read(size))
                self.rfile.readline()
                if size == 0:
                    return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def serve(self):
        url = urlsplit(self.path)
        parts = url.path.split("/")
        session = "/".join(parts[:2])
        what = parts[2:]
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        body = self.read_body()
        with lock:
            state = sessions.setdefault(session, {"count": 0, "keys": [], "store": {}})
            state["count"] += 1
            key = self.headers.get("Idempotency-Key")
            if key and key not in state["keys"]:
                state["keys"].append(key)
        name = what[0] if what else ""
        argument = what[1] if len(what) > 1 else ""
        method = getattr(self, "on_" + name.replace("-", "_"), None)
        if method is None:
            return self.say({"error": "no such place"}, 404)
        method(session, argument, query, body, state)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_PURGE = serve

    def on_echo(self, session, argument, query, body, state):
        shown = {}
        for header, value in self.headers.items():
            if header.lower() not in ("host", "user-agent", "accept-encoding", "content-length", "idempotency-key"):
                shown[header.lower()] = value
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = base64.b64encode(body).decode()
        self.say({"method": self.command, "path": "/".join(self.path.split("?")[0].split("/")[2:]), "query": query,
                  "headers": shown, "body": text, "hasKey": "Idempotency-Key" in self.headers})

    def on_key(self, session, argument, query, body, state):
        self.say(self.headers.get("Idempotency-Key", ""))

    def on_status(self, session, argument, query, body, state):
        if argument in ("204", "304"):
            self.send_response_only(int(argument))
            self.end_headers()
            return
        self.say({"error": "status " + argument}, int(argument))

    def on_flaky(self, session, argument, query, body, state):
        if state["count"] <= int(argument):
            return self.say({"error": "not yet"}, 503)
        self.say({"requests": state["count"], "keys": len(state["keys"])})

    def on_count(self, session, argument, query, body, state):
        self.say(state["count"])

    def on_store(self, session, argument, query, body, state):
        if self.command == "PUT":
            state["store"][argument] = body
            return self.say({"stored": len(body)}, 201)
        if self.command == "DELETE":
            return self.say({"removed": state["store"].pop(argument, None) is not None})
        if argument in state["store"]:
            return self.answer(200, state["store"][argument], "application/octet-stream")
        self.say({"error": "nothing stored"}, 404)

    def on_items(self, session, argument, query, body, state):
        page = int(query.get("page", "0"))
        items = [{"id": n, "name": "item %d" % n} for n in range(1, 6)][page * 2:page * 2 + 2]
        self.say({"items": items, "next": page + 1 if page < 2 else None})

    def redirect(self, url, status=302):
        self.answer(status, b"", "text/plain", [("Location", url)])

    def on_redirect(self, session, argument, query, body, state):
        left = int(argument)
        self.redirect(session + ("/redirect/%d" % (left - 1) if left > 1 else "/echo"), int(query.get("status", "302")))

    def on_redirect_to(self, session, argument, query, body, state):
        self.redirect(query["url"], int(query.get("status", "302")))

    def on_elsewhere(self, session, argument, query, body, state):
        self.redirect("http://localhost:%d%s/echo" % (self.server.server_port, session), 307)

    def on_bytes(self, session, argument, query, body, state):
        self.answer(200, b"x" * int(argument), "application/octet-stream")

    def on_slow(self, session, argument, query, body, state):
        time.sleep(int(argument) / 1000)
        self.say({"slept": int(argument)})

    def on_drop(self, session, argument, query, body, state):
        self.close_connection = True

    def on_drop_once(self, session, argument, query, body, state):
        if state["count"] == 1:
            self.close_connection = True
        else:
            self.say({"requests": state["count"], "keys": len(state["keys"])})

    def on_cut(self, session, argument, query, body, state):
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")

    def on_garbage(self, session, argument, query, body, state):
        self.close_connection = True
        self.wfile.write(b"\x00\x01\x02 this is no HTTP\r\n\r\n")

    def on_gzip(self, session, argument, query, body, state):
        self.answer(200, gzip.compress(b'{"packed": true}'), headers=[("Content-Encoding", "gzip")])

    def on_latin1(self, session, argument, query, body, state):
        self.answer(200, "caf\u00e9".encode("latin-1"), "text/plain")

    def on_empty(self, session, argument, query, body, state):
        self.answer(200, b"", "")

    def on_text(self, session, argument, query, body, state):
        self.answer(200, b"plain words\n", "text/plain")

    def on_headers(self, session, argument, query, body, state):
        self.say({}, headers=[("X-One", "1"), ("X-Two", "a"), ("X-Two", "b"), ("X-Blank", "")])


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, address):
        pass


server = Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
print(server.server_port, flush=True)
parent = os.getppid()
threading.Thread(target=server.serve_forever, daemon=True).start()
while os.getppid() == parent:
    time.sleep(0.2)
