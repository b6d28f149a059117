#!/usr/bin/env python3
"""Judge a page: tests/cli/page.py FILE.  It says what is wrong, and fails."""
import html.parser
import sys

VOID = {"meta", "link", "img", "input", "br", "hr", "wbr", "col"}


class Judge(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.wrong, self.level = [], set(), [], 0
        self.need = []  # links and buttons without words so far

    def says(self, what):
        self.wrong.append("line %d: %s" % (self.getpos()[0], what))

    def handle_starttag(self, tag, attrs):
        d = dict(attrs)
        if len(d) != len(attrs):
            self.says("an attribute twice in <%s>" % tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.says("<%s %s>" % (tag, name))
            if name in ("href", "src", "action") and (value or "").strip(
                    ).lower().startswith(("javascript:", "data:", "vbscript:")):
                self.says("%s=%s" % (name, value[:40]))
        if tag in ("script", "style") and "src" not in d:
            self.says("inline <%s>" % tag)
        if "id" in d:
            if d["id"] in self.ids:
                self.says("id %s twice" % d["id"])
            self.ids.add(d["id"])
        if tag == "img" and "alt" not in d:
            self.says("<img> without alt")
        if tag == "img" and d.get("alt"):
            self.handle_data(d["alt"])
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            n = int(tag[1])
            if n > self.level + 1:
                self.says("<%s> after h%d" % (tag, self.level))
            self.level = n
        if tag in ("a", "button"):
            self.need.append([tag, bool(d.get("aria-label")), self.getpos()[0]])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.says("</%s> where %s is open" % (tag, self.open[-1:]))
        else:
            self.open.pop()
        if self.need and tag == self.need[-1][0]:
            if not self.need[-1][1]:
                self.says("<%s> without words" % tag)
            self.need.pop()

    def handle_data(self, data):
        if data.strip():
            for one in self.need:
                one[1] = True


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    judge = Judge()
    judge.feed(text)
    judge.close()
    if judge.open:
        judge.says("open at the end: %s" % judge.open)
    if not text.startswith("<!doctype html>"):
        judge.says("no doctype")
    for what in ("<title>", 'lang="', "<main", "<h1"):
        if what not in text:
            judge.says("no %s" % what)
    print("\n".join(judge.wrong[:20]))
    sys.exit(bool(judge.wrong))


main()
