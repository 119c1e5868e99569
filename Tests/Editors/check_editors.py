#!/usr/bin/env python3
"""Checks the files of editors/ that no editor runs here: what VS Code's package holds, its snippets and problem matcher, the settings
that are documented, and the forms of Helix, Kate and Zed. Usage: check_editors.py WFC"""
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
import zipfile

root = pathlib.Path(__file__).resolve().parents[2]
wfc = sys.argv[1]
vscode = root / "editors/vscode"
package = json.loads((vscode / "package.json").read_text())
contributes = package["contributes"]
work = pathlib.Path(tempfile.mkdtemp())


def check(what, good, found=""):
    if not good:
        sys.exit(f"editors: {what}: {found}")


def diagnostics(text):
    path = work / "case.wf"
    path.write_text(text)
    out = subprocess.run([wfc, "check", "--json", "case.wf"], cwd=work, capture_output=True, text=True)
    check("wfc check runs", out.returncode in (0, 1), out.stderr)
    return [json.loads(line) for line in out.stdout.splitlines()]


def packing_says_how():
    shown = subprocess.run([sys.executable, vscode / "package-vsix", "--help"], cwd=work, capture_output=True, text=True)
    check("package-vsix --help says how", shown.returncode == 0 and "usage: package-vsix" in shown.stdout, shown)
    wrong = subprocess.run([sys.executable, vscode / "package-vsix", "--out"], cwd=work, capture_output=True, text=True)
    check("package-vsix refuses what it does not know", wrong.returncode == 2, wrong)
    check("neither writes anything", not list(work.glob("*.vsix")) and not (work / "--help").exists())


def git_hook_takes_any_name():
    """The hook of docs/editors.md, in a repository with a blank in a file's name."""
    page = (root / "docs/editors.md").read_text()
    hook = page[page.index("this is a hook of git"):].split("```sh\n")[1].split("```")[0]
    place = work / "hooked"
    place.mkdir()
    (place / "a b.wf").write_text("workflow main() -> Int {\n    missing\n}\n")
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *words], cwd=place, check=True)
    path = f"{pathlib.Path(wfc).resolve().parent}:{os.environ['PATH']}"
    def run():
        return subprocess.run(["sh", "-c", hook], cwd=place, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    found = run()
    check("the hook finds the mistake", found.returncode != 0 and "a b.wf:2" in found.stderr, found)
    (place / "a b.wf").write_text("workflow main() -> Int {\n    1\n}\n")
    found = run()
    check("the hook lets a good file pass", found.returncode == 0, found)


def package_is_whole():
    out = work / "wf.vsix"
    subprocess.run([sys.executable, vscode / "package-vsix", out], check=True, stdout=subprocess.DEVNULL)
    with zipfile.ZipFile(out) as archive:
        check("the archive is good", archive.testzip() is None)
        names = archive.namelist()
        manifest = ET.fromstring(archive.read("extension.vsixmanifest"))
        space = "{http://schemas.microsoft.com/developer/vsx-schema/2011}"
        identity = manifest.find(f"{space}Metadata/{space}Identity")
        check("identity", (identity.get("Id"), identity.get("Version"), identity.get("Publisher"))
              == (package["name"], package["version"], package["publisher"]), identity.attrib)
        for asset in manifest.iter(f"{space}Asset"):
            check("the manifest's assets are there", asset.get("Path") in names, asset.attrib)
        types = ET.fromstring(archive.read("[Content_Types].xml"))
        known = {entry.get("Extension") for entry in types}
        for name in names:
            check("every file has a content type", name.rsplit(".", 1)[-1] in known or name == "[Content_Types].xml", name)
        inside = json.loads(archive.read("extension/package.json"))
        check("package.json is the project's", inside == package)
        wanted = [package["main"]] + [l["configuration"] for l in contributes["languages"]]
        wanted += [g["path"] for g in contributes["grammars"]] + [s["path"] for s in contributes["snippets"]]
        for path in wanted:
            check("what package.json names is there", "extension/" + path.removeprefix("./") in names, path)
        for name in names:
            if name.endswith(".js"):
                for wanted in re.findall(r"require\('(\./[^']+)'\)", archive.read(name).decode()):
                    check("what a script requires is there", "extension/" + wanted.removeprefix("./") in names, wanted)
        grammar = json.loads(archive.read("extension/syntaxes/wf.tmLanguage.json"))
        check("the grammar's scope", grammar["scopeName"] == contributes["grammars"][0]["scopeName"], grammar["scopeName"])
        configuration = json.loads(archive.read("extension/language-configuration.json"))
        check("comments", configuration["comments"] == {"lineComment": "//"}, configuration["comments"])
        for pair in configuration["brackets"]:
            check("brackets are pairs", len(pair) == 2, pair)


# What stands in the empty places of a snippet, by number, and the program around it.
frames = {
    "workflow": ({"0": "1"}, "{}"), "func": ({}, "{}"), "record": ({}, "{}"), "enum": ({}, "{}"), "action": ({}, "{}"),
    "test": ({}, "{}"),
    "step": ({}, "workflow main() {{\n    {}\n}}"),
    "match": ({"0": "1"}, "func f(value: Int) -> Int {{\n    {}\n}}"),
    "for": ({"0": 'exec("echo", item)'}, "workflow main(items: [String]) {{\n    {}\n}}"),
    "try": ({"1": "nop()", "0": "fail error.message"}, "workflow main() {{\n    {}\n}}"),
    "race": ({"2": "nop()", "0": "nop()"}, "workflow main() {{\n    {}\n}}"),
}


def filled(body, values):
    text = "\n".join(body)
    text = re.sub(r"\$\{(\d+):((?:[^{}\\]|\\.)*)\}", lambda m: m[2], text)
    return re.sub(r"\$\{?(\d+)\}?", lambda m: values.get(m[1], ""), text)


def snippets_check():
    snippets = json.loads((vscode / "snippets/wf.json").read_text())
    check("every snippet has a frame", set(snippets) == set(frames), set(snippets) ^ set(frames))
    for name, snippet in snippets.items():
        values, frame = frames[name]
        program = frame.format(filled(snippet["body"], values)) + "\n"
        wrong = [d for d in diagnostics(program) if d["severity"] == "error"]
        check(f"the snippet `{name}` checks", not wrong, f"{wrong}\n{program}")
        check("it has a prefix and a description", snippet["prefix"] and snippet["description"], name)


def problems_match():
    program = """func f(a: Float, b: Float, c: Bool) -> Bool {
    (a == b) && (unknown)
}

func g(a: Float, b: Float) -> Bool {
    a == b
}

func h(a: String) -> String {
    "{a}"
}
"""
    found = diagnostics(program)
    check("errors and warnings", {d["severity"] for d in found} >= {"error", "warning", "note"}, found)
    out = subprocess.run([wfc, "check", "case.wf"], cwd=work, capture_output=True, text=True)
    lines = (out.stdout + out.stderr).splitlines()
    matcher = contributes["problemMatchers"][0]
    first, second = [re.compile(p["regexp"]) for p in matcher["pattern"]]
    matched = []
    for line, below in zip(lines, lines[1:]):
        a, b = first.match(line), second.match(below)
        if a and b:
            severity, code, message = (a[matcher["pattern"][0][k]] for k in ("severity", "code", "message"))
            file, row, column = (b[matcher["pattern"][1][k]] for k in ("file", "line", "column"))
            matched.append((severity, code, message, file, int(row), int(column)))
    wanted = [(d["severity"], d["code"], d["message"], d["file"], d["line"], d["column"]) for d in found]
    check("the problem matcher finds what there is", sorted(matched) == sorted(wanted), f"{matched}\n{wanted}")


def settings_are_known():
    page = (root / "docs/editors.md").read_text()
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `") and "." in line.split("|")[1]]
    documented = set()
    for row in rows:
        group = ""
        for name in re.findall(r"`([.\w]+)`", row):
            group, name = (group, group + name) if name.startswith(".") else (name.rsplit(".", 1)[0], name)
            documented.add(name)
    offered = {k.removeprefix("wf.") for k in contributes["configuration"]["properties"]} - {"server.path"}
    check("the settings of VS Code are those of the page", documented == offered, documented ^ offered)
    source = (root / "Sources/WfLanguageServer/Lifecycle.swift").read_text()
    read = {f"{a}.{b}" for a, b in re.findall(r'= json\["(\w+)"\]\["(\w+)"\]\.bool \{', source)}
    check("and those that the server reads", read == documented, read ^ documented)


def helix():
    settings = tomllib.loads((root / "editors/helix/languages.toml").read_text())
    # https://docs.helix-editor.com/languages.html
    keys = {"name", "language-id", "scope", "injection-regex", "file-types", "shebangs", "roots", "auto-format",
            "diagnostic-severity", "comment-token", "comment-tokens", "block-comment-tokens", "indent", "language-servers", "grammar",
            "formatter", "soft-wrap", "text-width", "rulers", "path-completion", "workspace-lsp-roots"}
    for language in settings["language"]:
        check("Helix: keys of a language", set(language) <= keys, set(language) - keys)
        check("Helix: its indentation", set(language["indent"]) == {"tab-width", "unit"}, language)
        check("Helix: its servers", set(language["language-servers"]) <= set(settings["language-server"]), language)
        check("Helix: its grammar", language["name"] in {g["name"] for g in settings["grammar"]}, language)
    for server in settings["language-server"].values():
        check("Helix: keys of a server", set(server) <= {"command", "args", "config", "timeout", "environment"}, server)
    path = pathlib.PurePosixPath(settings["grammar"][0]["source"]["path"])
    check("Helix: the grammar's folder", (root / "/".join(path.parts[-2:]) / "src/parser.c").exists(), path)


def zed():
    extension = tomllib.loads((root / "editors/zed/extension.toml").read_text())
    # https://zed.dev/docs/extensions/languages
    for key in ["id", "name", "version", "schema_version", "authors", "description"]:
        check("Zed: what an extension needs", key in extension, key)
    for folder in (root / "editors/zed/languages").iterdir():
        language = tomllib.loads((folder / "config.toml").read_text())
        check("Zed: the grammar is named", language["grammar"] in extension["grammars"], language)
        check("Zed: suffixes", language["path_suffixes"] == ["wf"], language)
        known = {"name", "grammar", "path_suffixes", "line_comments", "tab_size", "hard_tabs", "first_line_pattern", "brackets"}
        check("Zed: keys of a language", set(language) <= known, set(language) - known)
    for grammar in extension["grammars"].values():
        check("Zed: keys of a grammar", set(grammar) <= {"repository", "rev", "commit", "path"}, grammar)
        check("Zed: the grammar's folder", (root / grammar["path"] / "src/parser.c").exists(), grammar)


def kate():
    client = json.loads((root / "editors/kate/lspclient.json").read_text())
    server = client["servers"]["wf"]
    check("Kate: keys of a server", set(server) <= {
        "command", "rootIndicationFileNames", "rootIndicationFilePatterns", "highlightingModeRegex", "url", "root", "path",
        "initializationOptions", "settings", "documentLanguageId", "use"}, server)
    syntax = ET.parse(root / "editors/kate/wf.xml").getroot()
    check("Kate: the mode that starts the server", re.fullmatch(server["highlightingModeRegex"], syntax.get("name")), syntax.attrib)
    check("Kate: the suffix", syntax.get("extensions") == "*.wf", syntax.attrib)
    contexts = {c.get("name") for c in syntax.iter("context")}
    styles = {s.get("name") for s in syntax.iter("itemData")}
    lists = {entry.get("name") for entry in syntax.iter("list")}
    for rule in syntax.iter():
        target = rule.get("context")
        if target:
            for name in re.sub(r"^(#pop)*(#stay)?!?", "", target).split("!"):
                check("Kate: every context is there", not name or name in contexts, target)
        if rule.get("attribute"):
            check("Kate: every style is there", rule.get("attribute") in styles, rule.get("attribute"))
        if rule.tag == "keyword":
            check("Kate: every list is there", rule.get("String") in lists, rule.attrib)
    program = shutil.which("kate-syntax-highlighter")
    if not program:
        return print("kate-syntax-highlighter: not installed, skipped")
    home = work / "home/.local/share/org.kde.syntax-highlighting/syntax"
    home.mkdir(parents=True)
    shutil.copy(root / "editors/kate/wf.xml", home)
    text = """/// Doubles.
workflow main(count: Int) -> Int {
    let s = "a {count} b"  // why
    step slow = exec("sleep", 10) timeout 30s
    1_000 + 0xFF
}
"""
    (work / "colours.wf").write_text(text)
    environment = {"HOME": str(work / "home"), "PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
    out = subprocess.run([program, "-s", "wf", "-f", "ansi", "--syntax-trace", "format", work / "colours.wf"],
                         env=environment, capture_output=True, text=True)
    check("Kate: its highlighter reads the file", out.returncode == 0 and "wf.xml" not in out.stderr, out.stderr)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out.stdout)
    for style in ["Comment", "Keyword", "String", "Documentation"]:
        check("Kate: a style is used", style in plain or style.lower() in plain.lower(), f"{style}\n{plain}")
    whole = subprocess.run([program, "-s", "wf", work / "colours.wf"], env=environment, capture_output=True, text=True).stdout
    shown = html.unescape(re.sub(r"<[^>]+>", "", whole))
    for line in text.splitlines():
        check("Kate: every line comes out as it went in", line in shown, line)


for part in [packing_says_how, git_hook_takes_any_name, package_is_whole, snippets_check, problems_match, settings_are_known, helix, zed, kate]:
    part()
shutil.rmtree(work)
print("editors: good")
