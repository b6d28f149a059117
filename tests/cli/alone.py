#!/usr/bin/env python3
"""Judge a page that stands alone: alone.py FILE [TEXT...]

By another reader of HTML than ours: every element is closed, nothing runs,
nothing is fetched, no link leads to where it may not, and each TEXT is read in
the page.  Its style sheet is the one that its policy allows."""
import base64
import hashlib
import html.parser
import pathlib
import re
import sys

EMPTY = {"meta", "br", "hr", "img"}
FORBIDDEN = {"script", "iframe", "object", "embed", "link", "form", "base",
             "svg", "math", "template", "input", "button"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.text, self.wrong = [], [], []
        self.policy, self.style, self.ids = "", "", set()

    def handle_starttag(self, tag, attrs):
        if tag in FORBIDDEN:
            self.wrong.append(f"<{tag}>")
        if tag not in EMPTY:
            self.open.append(tag)
        for name, value in attrs:
            self.attribute(tag, name, value or "")

    def attribute(self, tag, name, value):
        if name.startswith("on") or name in ("style", "srcset", "action"):
            self.wrong.append(f"<{tag} {name}>")
        if name == "href" and not re.match(r"(https?://|mailto:|#)", value,
                                           re.I):
            self.wrong.append(f"link to {value[:40]}")
        if name == "src" and not value.startswith("data:image/"):
            self.wrong.append(f"image from {value[:40]}")
        if name == "id" and value in self.ids:
            self.wrong.append(f"two elements are called {value[:40]}")
        if name == "id":
            self.ids.add(value)
        if name == "content" and "default-src" in value:
            self.policy = value

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes what is not open")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text.append(data)


def main():
    page = Page()
    source = pathlib.Path(sys.argv[1]).read_bytes().decode("utf-8")
    page.feed(source)
    page.close()
    text = "".join(page.text)
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest())
    if page.open:
        page.wrong.append(f"not closed: {page.open[:5]}")
    if f"'sha256-{digest.decode()}'" not in page.policy:
        page.wrong.append("the policy is not of this style sheet")
    if "default-src 'none'" not in page.policy:
        page.wrong.append("the policy allows too much")
    if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
                 "\u200b\ufeff]", source):
        page.wrong.append("a character that hides or turns")
    page.wrong += [f"not told: {want}" for want in sys.argv[2:]
                   if want not in text]
    if page.wrong:
        sys.exit("\n".join(page.wrong[:10]))


main()
