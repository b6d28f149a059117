"""Gists: what they hold, with their history, and what is said of them.

DIR/gists/ID/gist.json tells of one, DIR/gists/ID/files has its files as they
are now, and DIR/gists/ID/blobs what they ever were, by git's hash."""
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
from urllib.parse import quote, unquote

from github_access import need
from github_web import Refused, Reply, invalid, not_found, now, user, whole

CONTROLS = {
    "c0": lambda text: re.sub("[\0-\x08\x0b\x0c\x0e-\x1f]", "", text),
    "c1": lambda text: re.sub("[\x80-\x9f]", "", text),
    "del": lambda text: text.replace("\x7f", ""),
    "cr": lambda text: re.sub("\r\n?", "\n", text),
    "separators": lambda text: re.sub("[\u2028\u2029]", "\n", text),
}
LANGUAGES = {".json": ("application/json", "JSON"),
             ".jsonl": ("application/json", "JSON"),
             ".md": ("text/markdown", "Markdown")}


def blob_id(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Gists:
    """All there are, on disk and in memory."""

    def __init__(self, folder, config):
        self.folder, self.config = pathlib.Path(folder) / "gists", config
        self.folder.mkdir(exist_ok=True)
        self.all = {path.parent.name: json.loads(path.read_text("utf-8"))
                    for path in self.folder.glob("*/gist.json")}
        self.busy = set()  # those that somebody is changing
        self.cache = {}  # raw without a hash: what it was when first asked

    def get(self, gist_id):
        if gist_id not in self.all:
            raise not_found()
        return self.all[gist_id]

    def files(self, gist, version=None):
        """{name: [blob, size]}"""
        for one in reversed(gist["history"]):
            if version in (None, one["version"]):
                return one["files"]
        raise not_found()

    def data(self, gist, blob):
        path = self.folder / gist["id"] / "blobs" / blob
        if not re.fullmatch("[0-9a-f]{40}", blob) or not path.exists():
            raise not_found()
        return path.read_bytes()

    def store(self, gist, files, login):
        """A revision with these files, {name: bytes or [blob, size]}."""
        blobs = self.folder / gist["id"] / "blobs"
        blobs.mkdir(parents=True, exist_ok=True)
        listed = {}
        for name, data in files.items():
            if isinstance(data, bytes):
                blob = blob_id(data)
                if not (blobs / blob).exists():
                    (blobs / blob).write_bytes(data)
                data = [blob, len(data)]
            listed[name] = data
        if not gist["history"] or listed != gist["history"][-1]["files"]:
            gist["history"].append({
                "version": hashlib.sha1(os.urandom(20)).hexdigest(),
                "committed_at": now(), "login": login, "files": listed})
        self.save(gist)

    def save(self, gist):
        self.all[gist["id"]] = gist
        at = self.folder / gist["id"]
        shutil.rmtree(at / "files", ignore_errors=True)
        (at / "files").mkdir()
        for name, (blob, _) in self.files(gist).items():
            os.link(at / "blobs" / blob, at / "files" / name)
        (at / "new").write_text(json.dumps(gist, indent=1), "utf-8")
        (at / "new").rename(at / "gist.json")

    def remove(self, gist_id):
        del self.all[gist_id]
        shutil.rmtree(self.folder / gist_id)

    def create(self, login, description, public, files, **more):
        gist = {"id": os.urandom(16).hex(), "owner": login,
                "description": description, "public": public,
                "created_at": now(), "updated_at": now(), "blocked": None,
                "history": [], **more}
        self.store(gist, files, login)
        return gist

    def seed(self, told):
        """What a test wants to be there: {id, owner, description, public,
        files: {name: text or {"base64": ...} or null}, updated_at, blocked,
        gone}."""
        told = dict(told)
        files = {name: contents(one) for name, one in
                 told.pop("files", {}).items()}
        gist = self.all.get(told.get("id"))
        if told.pop("gone", False):
            self.remove(told["id"])
        elif gist is None:
            self.create(told.pop("owner", "octo"),
                        told.pop("description", ""),
                        told.pop("public", False), files, **told)
        else:
            gist.update({"updated_at": now(), **told})
            files = {**self.files(gist), **files}
            self.store(gist, {name: one for name, one in files.items()
                              if one is not None}, gist["owner"])

    # -- what comes from clients

    def clean(self, text):
        """As it is stored."""
        for kind in self.config["normalise"]:
            text = CONTROLS[kind](text)
        return whole(text).encode("utf-8")

    def checked(self, text):
        """The content that a client sends; None when it is blank."""
        if not isinstance(text, str):
            raise invalid("Gist", "invalid", "files")
        data = self.clean(text)
        return data if data.strip() else None

    def ordered(self, files):
        """In which order they are told: unknown, so that it can be chosen."""
        return dict(sorted(files.items(),
                           reverse=self.config["file_order"] == "reverse"))


def contents(told):
    if isinstance(told, dict):
        return base64.b64decode(told["base64"])
    return told if told is None else told.encode("utf-8")


def check_name(name):
    if "/" in name or name in ("", ".", "..") or "\0" in name or len(
            name.encode("utf-8", "replace")) > 255:
        raise invalid("Gist", "invalid", "files")
    return whole(name)


def missing():
    return invalid("Gist", "missing_field", "files")


# -- what is said of one


def urls(gist, site, config):
    at = f"{site.api}/gists/{gist['id']}"
    page = f"{site.gist}/{gist['id']}"
    # gh 2.23 does not understand the longer form of an enterprise server
    shown = (page if site.enterprise or not config["html_user"]
             else f"{site.gist}/{gist['owner']}/{gist['id']}")
    return {"url": at, "forks_url": at + "/forks",
            "commits_url": at + "/commits", "comments_url": at + "/comments",
            "git_pull_url": page + ".git", "git_push_url": page + ".git",
            "html_url": shown}


def tell_file(request, gist, name, listed):
    blob, size = listed
    kind, language = LANGUAGES.get(pathlib.Path(name).suffix,
                                   ("text/plain", "Text"))
    return {"filename": name, "type": kind, "language": language,
            "raw_url": f"{request.site.raw}/{gist['owner']}/{gist['id']}"
                       f"/raw/{blob}/{quote(name, safe='')}", "size": size}


def inline(data, budget):
    """As much of a file as fits into what is left of the answer."""
    part = data[:max(0, budget)]
    try:
        data.decode("utf-8")
        told = {"content": part.decode("utf-8", "ignore"),
                "encoding": "utf-8"}
    except UnicodeDecodeError:
        told = {"content": base64.b64encode(part).decode(),
                "encoding": "base64"}
    return {"truncated": len(part) < len(data), **told}


def tell(hub, request, gist, version=None, content=True):
    config, store = hub.config, hub.gists
    files = store.ordered(store.files(gist, version))
    told = {}
    budget = config["inline_budget"]
    for name in list(files)[:config["most_files"]]:
        told[name] = tell_file(request, gist, name, files[name])
        if content:
            data = store.data(gist, files[name][0])
            told[name].update(inline(data, budget))
            budget -= len(data)
    answer = {**urls(gist, request.site, config), "id": gist["id"],
              "node_id": "G_" + gist["id"], "files": told,
              "public": gist["public"], "created_at": gist["created_at"],
              "updated_at": gist["updated_at"],
              "description": gist["description"], "comments": 0,
              "comments_enabled": True,
              "owner": user(request.site, gist["owner"])}
    old = request.version() == "2022-11-28"
    if old:
        answer["user"] = None
    if content:
        answer["truncated"] = len(files) > config["most_files"]
        if old:
            answer.update(forks=[], history=history(gist, request.site))
    return answer


def history(gist, site):
    """The newest first."""
    told = []
    before = {}
    for one in gist["history"]:
        added = sum(one["files"][name] != before.get(name)
                    for name in one["files"])
        gone = len(before.keys() - one["files"].keys())
        told.append({"user": user(site, one["login"]),
                     "version": one["version"],
                     "committed_at": one["committed_at"],
                     "change_status": {"total": added + gone,
                                       "additions": added, "deletions": gone},
                     "url": f"{site.api}/gists/{gist['id']}/"
                            f"{one['version']}"})
        before = one["files"]
    return told[::-1]


# -- what can be asked


def list_gists(hub, request, login=None):
    need(request, "gists", "read")
    token = request.token
    mine = token and login in (None, token["login"]) and (
        token["kind"] != "classic" or "gist" in token["scopes"])
    wanted = login or (token and token["login"])
    since = request.query.get("since", "")
    found = [gist for gist in hub.gists.all.values()
             if (gist["public"] or mine)
             and wanted in (None, gist["owner"])
             and gist["updated_at"] >= since]
    found.sort(key=lambda gist: gist["updated_at"], reverse=True)
    found, links = request.page(found)
    return Reply(200, [tell(hub, request, gist, content=False)
                       for gist in found], links)


def create_gist(hub, request):
    need(request, "gists", "write")
    told = request.json()
    files = told.get("files")
    if not isinstance(files, dict):
        raise missing()
    new = {}
    for name, one in files.items():
        if not isinstance(one, dict):
            raise missing()
        content = hub.gists.checked(one.get("content", ""))
        if content:
            new[check_name(name)] = content
    if not new:
        raise missing()
    gist = hub.gists.create(
        request.token["login"], told.get("description"),
        told.get("public") in (True, "true"), new)
    return Reply(201, tell(hub, request, gist), {
        "Location": f"{request.site.api}/gists/{gist['id']}"})


def get_gist(hub, request, gist_id, version=None):
    need(request, "gists", "read")
    gist = hub.gists.get(gist_id)
    if gist["blocked"]:
        raise Refused(403, "Forbidden Gist", block={
            "reason": gist["blocked"], "created_at": gist["created_at"],
            "html_url": "https://github.com/tos"})
    return tell(hub, request, gist, version)


def own(hub, request, gist_id):
    """A gist that the client may change."""
    need(request, "gists", "write")
    gist = hub.gists.get(gist_id)
    if gist["owner"] != request.token["login"]:
        raise not_found()
    return gist


def changed_files(hub, old, told):
    """What the files are after a PATCH with {name: null or {content,
    filename}}."""
    if not isinstance(told, dict) or not told:
        raise missing()
    files = dict(old)
    said = 0  # whether anything but removals
    for name, one in told.items():
        if one is None:
            if files.pop(name, None) is None:
                raise missing()
            said += hub.config["only_nulls"] == "allowed"
            continue
        if not isinstance(one, dict):
            raise invalid("Gist", "invalid", "files")
        kept = files.get(name)
        content = (hub.gists.checked(one["content"]) if "content" in one
                   else kept)
        if content is None:
            continue  # a blank one is as good as not said
        files.pop(name, None)
        files[check_name(one.get("filename") or name)] = content
        said += 1
    if not said or not files:
        raise missing()
    return files


def change_gist(hub, request, gist_id):
    gist = own(hub, request, gist_id)
    told = request.json()
    files = hub.gists.files(gist)
    if told.get("files") is not None:
        files = changed_files(hub, files, told["files"])
    elif told.get("description") is None:
        raise missing()
    if gist_id in hub.gists.busy:
        raise Refused(409, "Gist cannot be updated.")
    if hub.config["patch_seconds"]:
        hub.gists.busy.add(gist_id)
        hub.wait(hub.config["patch_seconds"])
        hub.gists.busy.discard(gist_id)
        hub.gists.get(gist_id)
    if isinstance(told.get("description"), str):
        gist["description"] = told["description"]
    gist["updated_at"] = now()
    hub.gists.store(gist, files, request.token["login"])
    return tell(hub, request, gist)


def delete_gist(hub, request, gist_id):
    own(hub, request, gist_id)
    hub.gists.remove(gist_id)
    return Reply(204)


def list_commits(hub, request, gist_id):
    need(request, "gists", "read")
    told, links = request.page(history(hub.gists.get(gist_id), request.site))
    return Reply(200, told, links)


def list_nothing(hub, request, gist_id):
    need(request, "gists", "read")
    hub.gists.get(gist_id)
    return []


def raw(hub, request, gist_id, blob, name):
    """A file as it is.  Without a hash it is what it was five minutes ago."""
    if hub.config["private_mode"] and request.enterprise:
        if not request.token:
            raise not_found()
    gist = hub.gists.get(gist_id)
    name = unquote(name)
    if blob is None:
        files = hub.gists.files(gist)
        if name not in files:
            raise not_found()
        blob = hub.gists.cache.setdefault((gist_id, name), files[name][0])
    data = hub.gists.data(gist, blob)
    if len(data) > hub.config["raw_most"] and hub.config["raw_over"]:
        raise Refused(hub.config["raw_over"], "Forbidden")
    return Reply(200, data, kind="text/plain; charset=utf-8")


GIST = r"/gists/([0-9a-zA-Z]+)"
ROUTES = [
    ("GET", r"/gists", list_gists),
    ("POST", r"/gists", create_gist),
    ("GET", r"/users/([\w-]+)/gists", list_gists),
    ("GET", GIST, get_gist),
    ("PATCH|POST", GIST, change_gist),
    ("DELETE", GIST, delete_gist),
    ("GET", GIST + "/commits", list_commits),
    ("GET", GIST + "/(?:forks|comments)", list_nothing),
    ("GET", GIST + r"/([0-9a-f]{40})", get_gist),
]
RAW = ("GET", r"(?:/gist)?/[\w-]+/(\w+)/raw(?:/([0-9a-f]{40}))?/([^/]+)",
       raw)
