"""Sessions that try to do harm where they are looked at.

Whatever gets its way sets window.pwned, opens a dialog, asks another host or
goes away from the page; the tests look for all four."""
import json

from transcript import Claude, Codex, image, text, thinking, workspace

CWD = "/srv/x/<img src=x onerror=pwned=1>"
PROJECT = "-img-src-x-onerror-pwned-1-"
DO = "window.pwned=1"
SVG = (f'<svg xmlns="http://www.w3.org/2000/svg" onload="{DO}">'
       f'<script>{DO}</script><image href="https://evil.example/i.png"/>'
       '</svg>')

HTML = [
    f"<script>{DO}</script>",
    f"<ScRiPt/x>{DO}</sCrIpT >",
    f'<img src=x onerror="{DO}">',
    f"<svg/onload={DO}>",
    SVG,
    f'<a href="javascript:{DO}">here</a>',
    f'<iframe srcdoc="<script>parent.{DO}</script>"></iframe>',
    '<iframe src="https://evil.example/"></iframe>',
    f'<object data="data:text/html,<script>{DO}</script>"></object>',
    f'<details open ontoggle="{DO}"><summary>x</summary></details>',
    f'<input autofocus onfocus="{DO}">',
    '<form action="https://evil.example/"><button>go on</button></form>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<base href="https://evil.example/">',
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    "<style>@import 'https://evil.example/y.css'; * { display: none }</style>",
    f"</script><script>{DO}</script>",
    f"</title></textarea></style></pre></code><script>{DO}</script>",
    f"<!--><script>{DO}</script-->",
    f"<![CDATA[<script>{DO}</script>]]>",
    f"\"'><script>{DO}</script>",
    f"&lt;script&gt;{DO}&lt;/script&gt;",
    '<div style="position:fixed;inset:0;background:red">over all</div>',
    '<p id="main" name="nodes" class="skip-link">an id of ours</p>',
]

MARKDOWN = [
    f"[a link](javascript:{DO})",
    f"[a link](JaVaScRiPt&colon;{DO})",
    f"[a link](java\tscript:{DO})",
    f"[a link](<java\nscript:{DO}>)",
    f"[a link](\x01javascript:{DO})",
    f"[a link](vbscript:{DO})",
    f"[a link](data:text/html,<script>{DO}</script>)",
    f"[a link][ref]\n\n[ref]: javascript:{DO} \"title\"",
    f"<javascript:{DO}>",
    f'[a link](https://example.org/"onmouseover="{DO}" "t\\"onclick={DO}")',
    "![a picture](https://evil.example/pixel.png)",
    f"![a picture](javascript:{DO})",
    '![a picture](data:image/svg+xml;base64,'
    'PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=)',
    f"```<script>{DO}</script>\ncode\n```",
    f'```"><img src=x onerror={DO}>\ncode\n```',
    f"`<script>{DO}</script>`",
    f"| <script>{DO}</script> | b |\n|---|---|\n| <img src=x onerror={DO}> | c |",
    f"~~<script>{DO}</script>~~",
    "[^1]\n\n[^1]: " + HTML[2],
]

# what turns a line around, hides in it or speaks to a terminal
ODD = [
    "bidi: file\u202egnp.exe \u2066isolated\u2069 \u200f\u061c end",
    "access\u202e\u2066// only for admins\u2069\u2066 end",
    "zero\u200bwidth\ufeff and \u00ad soft \U000e0041\U000e0042 tags",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]8;;https://evil.example\x07x"
    "\x1b]8;;\x07 \x1b[2J",
    "bell \x07 back\x08space \x0c feed \x7f del \x00 nul \x85 nel \x9b31m csi",
    "a lone half \ud83d and \udc00 the other",
    "e" + "\u0301" * 3000 + " marks",
    "W" * 20000,
    "\u2028line\u2029paragraph",
]


def script():
    s = Claude("0badc0de-0001-4000-8000-000000000001", CWD,
               "2026-01-10T10:00:00", branch=HTML[2])
    s.user("\n\n".join(HTML))
    for one in HTML:
        s.user(one)
        s.assistant(text(one))
    s.assistant(thinking("\n\n".join(HTML)))
    for one in MARKDOWN:
        s.user(one)
        s.assistant(text(one))
    s.assistant(text("\n\n".join(MARKDOWN + HTML)))
    s.title(HTML[0] + HTML[2])
    return s.made(PROJECT)


def tools():
    s = Claude("0badc0de-0002-4000-8000-000000000002", CWD,
               "2026-01-10T11:00:00")
    bad = HTML[2]
    s.user(image(SVG.encode(), "image/svg+xml"), image(
        b"<script>" + DO.encode() + b"</script>", "text/html"))
    s.user(image(b"x", f'image/png" onerror="{DO}'))
    s.user({"type": "image", "source": {
        "type": "url", "url": "https://evil.example/pixel.png"}})
    s.user({"type": "image", "source": {
        "type": "base64", "media_type": "image/png",
        "data": f'AAAA" onload="{DO}'}})
    for name in "Bash", "Edit", "Write", "Read", "TodoWrite", "Task", bad:
        s.tool(name, {bad: bad, "command": HTML[0], "file_path": bad,
                      "old_string": HTML[0], "new_string": bad,
                      "content": "\n".join(HTML), "prompt": bad,
                      "description": bad, "subagent_type": bad,
                      "todos": [{"content": bad, "status": bad}]},
               "\n".join(HTML + MARKDOWN), error=True)
    s.tool("Edit", {"file_path": bad, "old_string": bad, "new_string": bad},
           bad, {"filePath": bad, "oldString": bad, "newString": bad,
                 "structuredPatch": [{
                     "oldStart": bad, "oldLines": 1, "newStart": -1,
                     "newLines": 2 ** 70,
                     "lines": ["-" + one for one in HTML] +
                              ["+" + one for one in HTML] + [bad, ""]}]})
    # values of the wrong kinds
    for odd in (None, 7, True, [], {}, [[]], {"type": []}, [None], [7],
                [{"type": "text", "text": {"x": bad}}],
                [{"type": bad, "text": bad}]):
        s.user(text("wrong kinds"), odd)
        s.line("assistant", message={"role": "assistant", "content": odd,
                                     "model": bad, "usage": odd})
        s.line("user", message=odd)
        s.line("system", subtype=odd, content=odd)
    s.line(bad, subtype=bad, content=bad)
    s.raw(b"this is no JSON <script>" + DO.encode() + b"</script>")
    s.raw(b'{"type":"user","message":{"role":"user","content":"cut')
    s.raw(b"\xff\xfe\x00<script>" + DO.encode() + b"</script>\xc3")
    s.assistant(text("the end of it"), model=bad)
    s.title("tools with " + bad)
    return s.made(PROJECT)


def odd():
    s = Claude("0badc0de-0003-4000-8000-000000000003", CWD,
               "2026-01-10T12:00:00")
    for one in ODD:
        s.user(one)
        s.assistant(thinking(one), text(one))
        s.tool("Bash", {"command": one}, one)
    s.title("\u202egnp.exe \x1b[31mred")
    return s.made(PROJECT)


def deep():
    s = Claude("0badc0de-0004-4000-8000-000000000004", CWD,
               "2026-01-10T13:00:00")
    n = 30000
    s.user("before the deep ones")
    head = json.dumps({"type": "assistant", **s.base,
                       "timestamp": s.tick()})[:-1]
    for opening, closing in ("[", "]"), ('{"a":', "}"):
        deep_one = opening * n + "1" + closing * n
        s.raw((f'{head},"message":{{"role":"assistant","content":[{{"type":'
               f'"tool_use","id":"t","name":"Bash","input":{{"command":'
               f'{deep_one}}}}}]}}}}').encode())
        s.raw((f'{head},"message":{{"role":"assistant","content":'
               f'{deep_one}}}}}').encode())
    for one in ("> ", "* ", "1. ", "[", "![", "**", "_", "<b>", "- > ",
                "`", "~~", "((", "&amp;", "<details>", "[^", "\\", "|"):
        s.assistant(text(one * n + "x"))
    s.assistant(text("[" * n + "](x)" * n))
    s.assistant(text("\n".join("  " * i + "- x" for i in range(400))))
    s.assistant(text("|" + "a|" * 3000 + "\n|" + "-|" * 3000 + "\n" +
                     ("|" + "b|" * 50 + "\n") * 50))
    s.user("behind the deep ones")
    s.title("30,000 deep")
    return s.made(PROJECT)


def codex():
    s = Codex("0badc0de-0005-7000-8000-000000000005", CWD,
              "2026-01-10T14:00:00")
    for one in HTML + MARKDOWN:
        s.say("user", one)
        s.say("assistant", one)
    s.call(HTML[2], {"command": HTML}, "\n".join(HTML))
    s.item(type="reasoning", summary=[{"type": "summary_text",
                                       "text": "\n\n".join(HTML)}])
    return s.made(PROJECT)


def files():
    s = Claude("0badc0de-0006-4000-8000-000000000006", CWD,
               "2026-01-10T15:00:00")
    s.user("Here are the files.")
    s.title("Files with names")
    bad = HTML[2].replace("/", "_")
    rows = [{"step": "x", "metrics": {bad: 1}},
            {"step": 1, "metrics": {bad: "<script>", "nan": float("nan"),
                                    "inf": float("inf"), "big": 1e308,
                                    "deep": {"a": {"b": 1}}}},
            {"step": -1e300, "metrics": {bad: 2, "big": -1e308}},
            {"step": 2, "metrics": [1, 2]}, {"step": 3, "metrics": {"": 1}},
            {"log": {"type": bad, "step": 1, "key": bad, "data": HTML}},
            {"chart_config": {"title": bad}}, 7, None, []]
    lines = "".join(json.dumps(row) + "\n" for row in rows) + "no JSON\n" + \
        "[" * 30000 + "\n"
    return s.made(PROJECT, workspace=workspace("hostile", {
        f"{bad}.txt": HTML[0],
        "page.html": f"<!DOCTYPE html><title>x</title>{HTML[0]}{HTML[2]}",
        "page.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml">'
                      f'<script>{DO}</script></html>',
        "picture.svg": SVG,
        "script.js": DO,
        "style.css": "* { display: none }",
        "notes.md": "\n\n".join(MARKDOWN + HTML),
        "a b/c d#e?f&g=h%41;i.txt": "an odd name",
        "quote\"'`<>.txt": "another",
        "bidi\u202egnp.exe": "MZ",
        "back\\slash.txt": "back",
        "picture.png": SVG,  # it lies
        "long-" + "n" * 200 + ".txt": "long",
        "..txt": "dots",
        "-rf": "minus",
        "table.csv": f"{HTML[0]},=1+1\n" * 20,
        "metrics.jsonl": lines,
        "trainable_out/metrics.jsonl": lines}))


def make():
    return {"script": script(), "tools": tools(), "odd": odd(),
            "deep": deep(), "hostile-codex": codex(), "files": files()}
