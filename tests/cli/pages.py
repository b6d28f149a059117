"""A strict look at pages: pages.py check FILE..., or pages.py crawl URL PATH...

check: each file is one page, well-formed and usable without a mouse, a script
or eyes.  crawl: so is every page that can be reached from these paths; prints
them.  What is wrong goes to stderr, and the status is 1."""
import html.parser
import sys

# "http" is Python's, not the program beside this one.
sys.path.pop(0)
import urllib.error
import urllib.request

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta",
        "source", "wbr"}
# Drawings close what they open, or at once.
ODD = set(range(0, 9)) | set(range(11, 13)) | set(range(14, 32)) | \
    set(range(0x7f, 0xa0)) | set(range(0x202a, 0x202f)) | \
    set(range(0x2066, 0x206a)) | {0x200e, 0x200f, 0x061c, 0xfeff}
MOST = 400  # pages


class Page(html.parser.HTMLParser):
    """What is wrong with a page is in self.bad, where it leads in self.links."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.bad = []
        self.links = []
        self.stack = []
        self.ids = set()
        self.wanted = []  # ids that something refers to
        self.labels = set()
        self.fields = []  # what must have a label
        self.named = []  # (what, its text so far)
        self.heading = 0
        self.count = {}
        if any(ord(c) in ODD for c in text):
            self.bad.append("characters that cannot be seen")
        if not text.startswith("<!doctype html>"):
            self.bad.append("no doctype")
        self.feed(text)
        self.close()
        self.finish()

    def wrong(self, what):
        self.bad.append(f"line {self.getpos()[0]}: {what}")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        a = {name: value if value is not None else "" for name, value in attrs}
        if "svg" not in self.stack:
            self.count[tag] = self.count.get(tag, 0) + 1
        if len(names) != len(set(names)):
            self.wrong(f"<{tag}> has an attribute twice")
        self.check_safe(tag, a)
        self.check_ids(a)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            level = int(tag[1])
            if level > self.heading + 1:
                self.wrong(f"<{tag}> follows a heading of level {self.heading}")
            self.heading = level
        if tag in ("a", "button", "title", "summary", "h1", "h2", "th", "label",
                   "option", "caption"):
            self.named.append([tag, a.get("aria-label", ""), self.getpos()[0]])
        if tag in ("input", "select", "textarea") and a.get("type") != "hidden":
            inside = "label" in self.stack
            if not inside and not a.get("aria-label"):
                self.fields.append((a.get("id"), self.getpos()[0]))
        if tag == "img" and "alt" not in a:
            self.wrong("an image without words for it")
        elif tag == "img":
            for one in self.named:
                one[1] += a["alt"]
        if tag == "label" and "for" in a:
            self.labels.add(a["for"])
        if tag == "a":
            self.check_link(a)
        if tag == "svg" and a.get("aria-hidden") != "true" and \
                a.get("role") != "img":
            self.wrong("a drawing that is neither hidden nor an image")
        if tag == "form" and a.get("method") == "post":
            self.posts = True
        if "disabled" in a.get("class", "").split():
            if tag != "button" or "disabled" not in a or "tabindex" in a:
                self.wrong("a disabled control that is none")
        if tag not in VOID:
            self.stack.append(tag)

    def check_safe(self, tag, a):
        for name, value in a.items():
            if name.startswith("on") or name == "style":
                self.wrong(f"<{tag} {name}>")
            if name in ("href", "src", "action") and value.strip().lower() \
                    .startswith(("javascript:", "data:", "//")):
                self.wrong(f"<{tag} {name}={value}>")
        if tag in ("style", "iframe", "object", "embed", "base"):
            self.wrong(f"<{tag}>")
        if tag == "script" and (a.get("type") != "module" or not a.get("src")):
            self.wrong("an inline script")

    def check_ids(self, a):
        if "id" in a:
            if a["id"] in self.ids or not a["id"] or " " in a["id"]:
                self.wrong(f"id {a['id']!r}")
            self.ids.add(a["id"])
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.wanted += a.get(name, "").split()
        if int(a.get("tabindex") or 0) > 0:
            self.wrong("a tabindex of its own")

    def check_link(self, a):
        href = a.get("href")
        if not href:
            self.wrong("a link that leads nowhere")
        elif set(href) & set(" \"'<>\\") or not href.isascii():
            self.wrong(f"a link that is not encoded: {href}")
        elif href.startswith("/"):
            self.links.append(href)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.stack or self.stack[-1] != tag:
            self.wrong(f"</{tag}> in {self.stack[-3:]}")
            return
        self.stack.pop()
        if self.named and self.named[-1][0] == tag:
            _, text, line = self.named.pop()
            if not text.strip():
                self.bad.append(f"line {line}: <{tag}> without a text")
            if self.named:
                self.named[-1][1] += text

    def handle_data(self, data):
        if self.named:
            self.named[-1][1] += data

    def finish(self):
        if self.stack:
            self.bad.append(f"never closed: {self.stack}")
        for tag in ("title", "h1", "main", "html", "body"):
            if self.count.get(tag) != 1:
                self.bad.append(f"{self.count.get(tag, 0)} <{tag}>")
        for name in self.wanted:
            if name not in self.ids:
                self.bad.append(f"nothing has the id {name}")
        for name, line in self.fields:
            if name not in self.labels:
                self.bad.append(f"line {line}: a field without a label")


def complain(where, bad):
    for what in bad:
        print(f"{where}: {what}", file=sys.stderr)
    return bool(bad)


def check(files):
    failed = False
    for name in files:
        with open(name, encoding="utf-8") as f:
            failed |= complain(name, Page(f.read()).bad)
    return failed


def is_page(path):
    path = path.split("?")[0]
    return not path.startswith(("/api/", "/assets/"))


def get(url):
    try:
        with urllib.request.urlopen(url) as answer:
            kind = answer.headers.get_content_type()
            return answer.status, kind, answer.read().decode("utf-8")
    except urllib.error.HTTPError as e:
        return e.code, "", ""


def crawl(url, paths):
    todo = list(paths)
    seen = set(todo)
    failed = False
    while todo and len(seen) < MOST:
        path = todo.pop(0)
        status, kind, text = get(url + path)
        print(path)
        if status != 200:
            failed |= complain(path, [f"status {status}"])
            continue
        if kind != "text/html":
            continue
        page = Page(text)
        failed |= complain(path, page.bad)
        for link in page.links:
            link = link.split("#")[0]
            if link not in seen and is_page(link):
                seen.add(link)
                todo.append(link)
    return failed


if __name__ == "__main__":
    if sys.argv[1] == "check":
        sys.exit(check(sys.argv[2:]))
    sys.exit(crawl(sys.argv[2], sys.argv[3:]))
