"""Compares grammar/wf.tmLanguage.json with the server's own colours, over every file of the language suite that is read without a
syntax error: comments, strings, numbers and words of the language begin and end at the same places. Run by scripts/test-editors."""

import json
import os
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
grammar = json.loads((root / "grammar/wf.tmLanguage.json").read_text())
compiled: dict[str, re.Pattern] = {}


def pattern(text: str) -> re.Pattern:
    if text not in compiled:
        compiled[text] = re.compile(text)
    return compiled[text]


def rules(patterns):
    for rule in patterns:
        if "include" in rule:
            found = grammar["repository"][rule["include"][1:]]
            yield from rules(found["patterns"]) if "patterns" in found and "begin" not in found else [found]
        else:
            yield rule


ROOT = list(rules(grammar["patterns"]))
INSIDE: dict[int, list] = {}


def inner(rule):
    if id(rule) not in INSIDE:
        INSIDE[id(rule)] = list(rules(rule.get("patterns", [])))
    return INSIDE[id(rule)]


def colours(text: str):
    """For each line, the scope of each character: the innermost name, as the grammar's engine gives it."""
    stack = [(None, ROOT, None)]
    for line in text.split("\n"):
        scopes = [""] * len(line)
        at = 0
        while at <= len(line):
            rule, inside, name = stack[-1]
            best = None
            if rule is not None:
                found = pattern(rule["end"]).search(line, at)
                if found:
                    best = (found.start(), -1, found, None)
            for number, candidate in enumerate(inside):
                found = pattern(candidate.get("match") or candidate["begin"]).search(line, at)
                if found and (best is None or found.start() < best[0]) and (found.end() > found.start() or "begin" in candidate):
                    best = (found.start(), number, found, candidate)
            if best is None:
                scopes[at:] = [name or ""] * (len(line) - at)
                break
            start, _, found, candidate = best
            scopes[at:start] = [name or ""] * (start - at)
            if candidate is None:
                # the end is the rule's, or with a content name what stands around the rule
                outer = stack[-2][2] if "contentName" in rule else name
                scopes[start:found.end()] = [outer or ""] * (found.end() - start)
                stack.pop()
                if found.end() == at == len(line):
                    break
            elif "match" in candidate:
                scopes[start:found.end()] = [candidate.get("name", "")] * (found.end() - start)
                for group, capture in candidate.get("captures", {}).items():
                    first, last = found.span(int(group))
                    scopes[first:last] = [capture["name"]] * (last - first)
            else:
                own = candidate.get("name") or name
                scopes[start:found.end()] = [own or ""] * (found.end() - start)
                stack.append((candidate, inner(candidate), candidate.get("contentName") or own))
            at = found.end()
        yield scopes


class Server:
    def __init__(self):
        self.child = subprocess.Popen([os.environ["WFC"], "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.id = 0
        capabilities = {"general": {"positionEncodings": ["utf-32"]}, "textDocument": {"diagnostic": {}}}
        answer = self.ask("initialize", {"rootUri": None, "capabilities": capabilities})
        self.kinds = answer["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"]
        self.send("initialized", {})

    def send(self, method, params, **more):
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.child.stdin.flush()

    def ask(self, method, params):
        self.id += 1
        self.send(method, params, id=self.id)
        while True:
            length = int(self.child.stdout.readline().split(b":")[1])
            self.child.stdout.readline()
            message = json.loads(self.child.stdout.read(length))
            if message.get("id") == self.id:
                return message.get("result")


def check_words() -> int:
    """The words of wf.ebnf are the words of every grammar for editors."""
    text = (root / "grammar/wf.ebnf").read_text()
    text = re.sub(r"\(\*.*?\*\)", "", text[text.index("file = "):], flags=re.S)
    words = set(re.findall(r'"([A-Za-z]+)"', text)) - {"true", "false", "null"}
    control = next(r for r in grammar["repository"]["words"]["patterns"] if r["name"].startswith("keyword"))
    found = {
        "grammar/wf.tmLanguage.json": set(re.search(r"\(\?:([a-z|]+)\)", control["match"])[1].split("|")),
        "editors/nvim/syntax/wf.vim": set(re.search(r"keyword wfKeyword (.*)", (root / "editors/nvim/syntax/wf.vim").read_text())[1].split()),
        "editors/kate/wf.xml": set(re.findall(r"<item>(\w+)</item>", (root / "editors/kate/wf.xml").read_text())) - {"true", "false", "null"},
        "editors/emacs/wf-mode.el": set(re.findall(r'"(\w+)"', re.search(r"wf-mode-keywords\n(.*?)\)\n", (root / "editors/emacs/wf-mode.el").read_text(), re.S)[1])),
    }
    wrong = 0
    for name, own in found.items():
        if own != words:
            wrong += 1
            print(f"{name}: misses {sorted(words - own)}, has too many {sorted(own - words)}")
    return wrong


def main() -> int:
    if check_words():
        return 1
    server = Server()
    files = sorted((root / "Tests/Language").rglob("*.wf")) + sorted((root / "stdlib").glob("*.wf")) + sorted((root / "examples").rglob("*.wf"))
    compared = wrong = 0
    for path in files:
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        document = {"uri": path.as_uri()}
        server.send("textDocument/didOpen", {"textDocument": {**document, "languageId": "wf", "version": 1, "text": text}})
        report = server.ask("textDocument/diagnostic", {"textDocument": document})
        data = server.ask("textDocument/semanticTokens/full", {"textDocument": document})["data"]
        server.send("textDocument/didClose", {"textDocument": document})
        if "\r" in text or any(item["code"].startswith("WF1") for item in report["items"]):
            continue
        scopes = list(colours(text))
        line = column = 0
        for index in range(0, len(data), 5):
            down, right, length, kind, _ = data[index:index + 5]
            column = column + right if down == 0 else right
            line += down
            word = text.split("\n")[line][column:column + length]
            kind = server.kinds[kind]
            found = scopes[line][column]
            wanted = {"comment": ("comment",), "string": ("string", "constant.character"), "number": ("constant.numeric",), "keyword": ("keyword", "constant.language")}.get(kind)
            # an event's name behind `on` is a word only there
            if wanted is None or word == "_" or kind == "keyword" and word == "message":
                continue
            compared += 1
            if not found.startswith(wanted):
                wrong += 1
                if wrong <= 20:
                    print(f"{path.relative_to(root)}:{line + 1}:{column + 1}: {kind} `{word}` is coloured as `{found}`")
    print(f"grammar: {compared} tokens compared, {wrong} differ")
    return 1 if wrong or compared < 10_000 else 0


if __name__ == "__main__":
    sys.exit(main())
