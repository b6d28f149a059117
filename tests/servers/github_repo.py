"""Repositories: their issues with comments, and the artifacts of Actions.

DIR/repos/OWNER/REPO/issues/N.json and artifacts/N.json tell of them,
artifacts/N.zip is what one holds."""
import base64
import hashlib
import io
import json
import pathlib
import time
import zipfile

from github_access import need, permits, reaches
from github_web import (Refused, Reply, association, invalid, not_found, now,
                        user)

LONGEST = 65536  # characters of a body
EXPIRED = "2020-01-01T00:00:00Z"
AZURE = "application/xml"


class Repos:
    """All there are, on disk and in memory."""

    def __init__(self, folder, config):
        self.folder, self.config = pathlib.Path(folder) / "repos", config
        self.issues, self.artifacts = {}, {}  # by (repo, number)
        self.signed = {}  # by signature: (artifact's key, until when)
        for kind in "issues", "artifacts":
            for path in self.folder.glob(f"*/*/{kind}/*.json"):
                repo = "/".join(path.relative_to(self.folder).parts[:2])
                getattr(self, kind)[repo, int(path.stem)] = json.loads(
                    path.read_text("utf-8"))
        self.names = {key[0] for key in (*self.issues, *self.artifacts)}

    def is_private(self, repo):
        return self.config["repos"].get(repo) == "private"

    def path(self, kind, key):
        return self.folder / key[0] / kind / f"{key[1]}.json"

    def save(self, kind, key):
        self.names.add(key[0])
        path = self.path(kind, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".new").write_text(
            json.dumps(getattr(self, kind)[key], indent=1), "utf-8")
        path.with_suffix(".new").rename(path)

    def named(self, number):
        """The repository of that number, which addresses of pages have."""
        for name in (*self.names, *self.config["repos"]):
            if repo_number(name) == number:
                return name
        raise not_found()

    # -- issues

    def seed_issue(self, told):
        """What a test wants to be there, or somebody does to it: {repo,
        number, title, body, append, replace: [old, new], by, crlf, comments:
        [text or {body, by}], pull, gone, moved: [repo, number],
        hide_edits}."""
        told = dict(told)
        key = told.pop("repo", "o/r"), told.pop("number", 7)
        by, crlf = told.pop("by", "octo"), told.pop("crlf", False)
        issue = self.issues.get(key)
        new = issue is None
        if new:
            issue = self.issues[key] = {
                "title": "a plan", "body": None, "author": by, "edits": [],
                "comments": [], "created_at": now(), "updated_at": now(),
                "pull": False, "gone": False, "moved": None,
                "hide_edits": False}
        comments = told.pop("comments", [])
        body = new_body(issue["body"], told)
        if crlf and body is not None:
            body = body.replace("\r\n", "\n").replace("\n", "\r\n")
        issue.update(told)
        if new:
            issue["body"] = body
        else:
            self.edit(key, body, by)
        for one in comments:
            one = one if isinstance(one, dict) else {"body": one}
            self.comment(key, one["body"], one.get("by", by))
        self.save("issues", key)

    def edit(self, key, body, by):
        """The history begins with the first edit, and then has what was
        before it, too."""
        issue = self.issues[key]
        if body == issue["body"]:
            return
        if not issue["edits"]:
            issue["edits"].append({"at": issue["created_at"],
                                   "by": issue["author"],
                                   "text": issue["body"] or ""})
        issue["edits"].append({"at": now(), "by": by, "text": body or ""})
        issue.update(body=body, updated_at=now())
        self.save("issues", key)

    def comment(self, key, body, by):
        comments = self.issues[key]["comments"]
        number = 1000 * key[1] + len(comments) + 1
        comments.append({"id": number, "body": body, "by": by,
                         "created_at": now(), "updated_at": now()})
        self.issues[key]["updated_at"] = now()
        self.save("issues", key)
        return comments[-1]

    # -- artifacts

    def seed_artifact(self, told):
        """What a test wants to be there: {repo, run, id, name, files: {name:
        text} or zip: base64, expired, digest: false for none, created_at}."""
        told = {"repo": "o/r", "run": 77, "name": "session-abc",
                "files": {}, "expired": False, "digest": True,
                "created_at": now(), **told}
        repo = told.pop("repo")
        number = told.pop("id", len(self.artifacts) + 1)
        files, data = told.pop("files"), told.pop("zip", None)
        data = base64.b64decode(data) if data else zipped(files)
        digest = told["digest"]
        if digest is True:
            digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.artifacts[repo, number] = {**told, "size": len(data),
                                        "digest": digest or None}
        self.save("artifacts", (repo, number))
        self.path("artifacts", (repo, number)).with_suffix(
            ".zip").write_bytes(data)

    def sign(self, key):
        """A way in that is good for a minute."""
        mark = hashlib.sha256(f"{key}{time.time_ns()}".encode()).hexdigest()
        self.signed[mark] = key, time.time() + self.config["signed_seconds"]
        return mark


def zipped(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return data.getvalue()


def new_body(old, told):
    body = told.pop("body", old)
    if "replace" in told:
        body = (body or "").replace(*told.pop("replace"))
    if "append" in told:
        body = (body or "") + told.pop("append")
    return body


def repo_number(name):
    return int(hashlib.sha1(name.encode()).hexdigest()[:7], 16)


# -- what is said of them


def at_repo(request, repo):
    return f"{request.site.api}/repos/{repo}"


def find(hub, request, repo):
    known = repo in hub.repos.names or repo in hub.config["repos"]
    if not known or not reaches(request.token, repo,
                                hub.repos.is_private(repo)):
        raise not_found()


def find_issue(hub, request, repo, number, level):
    find(hub, request, repo)
    key = repo, int(number)
    issue = hub.repos.issues.get(key)
    if issue is None:
        raise not_found()
    need(request, "issues", level)
    if issue["gone"]:
        raise Refused(410, "This issue was deleted")
    if issue["moved"]:
        to, moved = issue["moved"]
        at = f"{request.site.api}/repositories/{repo_number(to)}"
        at += f"/issues/{moved}"
        raise Refused(301, "Moved Permanently", url=at,
                      headers={"Location": at})
    return key


def tell_issue(hub, request, key):
    repo, number = key
    issue = hub.repos.issues[key]
    at = f"{at_repo(request, repo)}/issues/{number}"
    pull = "pull" if issue["pull"] else "issues"
    page = f"{request.site.web}/{repo}/{pull}/{number}"
    told = {"id": repo_number(repo) + number, "number": number,
            "node_id": f"I_{repo_number(repo)}_{number}",
            "title": issue["title"], "body": issue["body"], "state": "open",
            "locked": False, "user": user(request.site, issue["author"]),
            "labels": [], "assignees": [], "milestone": None,
            "comments": len(issue["comments"]), "closed_at": None,
            "created_at": issue["created_at"],
            "updated_at": issue["updated_at"],
            "author_association": "OWNER", "url": at, "html_url": page,
            "repository_url": at_repo(request, repo),
            "labels_url": at + "/labels{/name}",
            "comments_url": at + "/comments", "events_url": at + "/events"}
    if request.version() == "2022-11-28":
        told["assignee"] = None
    if issue["pull"]:
        told["pull_request"] = {"url": at.replace("/issues/", "/pulls/"),
                                "html_url": page, "diff_url": page + ".diff",
                                "patch_url": page + ".patch"}
    return told


def tell_comment(request, key, comment):
    repo, number = key
    at = f"{at_repo(request, repo)}/issues"
    return {"id": comment["id"], "node_id": f"IC_{comment['id']}",
            "url": f"{at}/comments/{comment['id']}",
            "html_url": f"{request.site.web}/{repo}/issues/{number}"
                        f"#issuecomment-{comment['id']}",
            "issue_url": f"{at}/{number}", "body": comment["body"],
            "user": user(request.site, comment["by"]),
            "created_at": comment["created_at"],
            "updated_at": comment["updated_at"],
            "author_association": association(comment["by"])}


def checked(text, resource):
    """A body that a client sends."""
    if not isinstance(text, str):
        raise invalid(resource, "invalid", "body")
    if len(text) > LONGEST:
        raise invalid(resource, "custom", "body", "body is too long "
                      f"(maximum is {LONGEST} characters)")
    return text


# -- what can be asked


def get_repo(hub, request, repo):
    find(hub, request, repo)
    need(request, "metadata", "read")
    owner, name = repo.split("/")
    private = hub.repos.is_private(repo)
    writes = request.token and (
        "repo" in request.token["scopes"]
        if request.token["kind"] == "classic"
        else permits(request.token, "issues", "write"))
    return {"id": repo_number(repo), "node_id": f"R_{repo_number(repo)}",
            "name": name, "full_name": repo, "private": private,
            "owner": user(request.site, owner),
            "html_url": f"{request.site.web}/{repo}",
            "url": at_repo(request, repo), "description": None,
            "fork": False, "has_issues": True, "archived": False,
            "default_branch": "main",
            "visibility": "private" if private else "public",
            "permissions": {"admin": False, "maintain": False,
                            "push": bool(writes), "triage": bool(writes),
                            "pull": True}}


def get_issue(hub, request, repo, number):
    return tell_issue(hub, request,
                      find_issue(hub, request, repo, number, "read"))


def change_issue(hub, request, repo, number):
    key = find_issue(hub, request, repo, number, "write")
    told = request.json()
    if "title" in told:
        hub.repos.issues[key]["title"] = str(told["title"])
    if "body" in told:
        body = told["body"]
        hub.repos.edit(key, None if body is None else checked(body, "Issue"),
                       request.token["login"])
    return tell_issue(hub, request, key)


def list_comments(hub, request, repo, number):
    key = find_issue(hub, request, repo, number, "read")
    found, links = request.page(
        hub.repos.issues[key]["comments"],
        f"/repositories/{repo_number(repo)}/issues/{number}/comments")
    return Reply(200, [tell_comment(request, key, one) for one in found],
                 links)


def create_comment(hub, request, repo, number):
    key = find_issue(hub, request, repo, number, "write")
    text = checked(request.json().get("body"), "IssueComment")
    if not text.strip():
        raise invalid("IssueComment", "missing_field", "body")
    told = tell_comment(request, key, hub.repos.comment(
        key, text, request.token["login"]))
    return Reply(201, told, {"Location": told["url"]})


def tell_artifact(request, key, one):
    repo, number = key
    at = f"{at_repo(request, repo)}/actions/artifacts/{number}"
    return {"id": number, "node_id": f"A_{number}", "name": one["name"],
            "size_in_bytes": one["size"], "url": at,
            "archive_download_url": at + "/zip", "expired": one["expired"],
            "created_at": one["created_at"],
            "updated_at": one["created_at"],
            "expires_at": EXPIRED if one["expired"] else now(90 * 86400),
            "digest": one["digest"],
            "workflow_run": {"id": one["run"],
                             "repository_id": repo_number(repo),
                             "head_repository_id": repo_number(repo),
                             "head_branch": "main", "head_sha": "0" * 40}}


def list_artifacts(hub, request, repo, run=None):
    """The newest first."""
    find(hub, request, repo)
    need(request, "actions", "read")
    wanted = request.query.get("name")
    found = [(key, one) for key, one in hub.repos.artifacts.items()
             if key[0] == repo and run in (None, str(one["run"]))
             and wanted in (None, one["name"])]
    found.sort(key=lambda pair: pair[0][1], reverse=True)
    rest = f"/repositories/{repo_number(repo)}/actions"
    shown, links = request.page(
        found, f"{rest}/runs/{run}/artifacts" if run else f"{rest}/artifacts")
    return Reply(200, {"total_count": len(found), "artifacts": [
        tell_artifact(request, key, one) for key, one in shown]}, links)


def find_artifact(hub, request, repo, number):
    find(hub, request, repo)
    need(request, "actions", "read")
    key = repo, int(number)
    if key not in hub.repos.artifacts:
        raise not_found()
    return key, hub.repos.artifacts[key]


def get_artifact(hub, request, repo, number):
    return tell_artifact(request, *find_artifact(hub, request, repo, number))


def download(hub, request, repo, number):
    key, one = find_artifact(hub, request, repo, number)
    if one["expired"]:
        raise Refused(410, "Artifact has expired")
    return Reply(302, headers={
        "Location": f"{request.site.storage}/artifacts/{number}.zip"
                    f"?sig={hub.repos.sign(key)}"})


def get_stored(hub, request, number):
    """Of the other host, which knows only what it signed."""
    key, until = hub.repos.signed.get(request.query.get("sig"), (None, 0))
    if key is None or key[1] != int(number) or until < time.time():
        return Reply(403, b"<Error><Code>AuthenticationFailed</Code></Error>",
                     kind=AZURE)
    return Reply(200, hub.repos.path("artifacts", key).with_suffix(
        ".zip").read_bytes(), kind="application/zip")


def get_user(hub, request):
    if not request.token:
        raise Refused(401, "Requires authentication")
    if request.token["kind"] in ("actions", "app"):
        raise Refused(403, "Resource not accessible by integration")
    return {**user(request.site, request.token["login"]), "name": None,
            "company": None, "blog": "", "location": None, "email": None,
            "hireable": None, "bio": None, "public_repos": 0,
            "public_gists": 0, "followers": 0, "following": 0,
            "created_at": EXPIRED, "updated_at": EXPIRED}


REPO = r"/repos/([\w.-]+/[\w.-]+)"
ROUTES = [
    ("GET", "/user", get_user),
    ("GET", REPO, get_repo),
    ("GET", REPO + r"/issues/(\d+)", get_issue),
    ("PATCH|POST", REPO + r"/issues/(\d+)", change_issue),
    ("GET", REPO + r"/issues/(\d+)/comments", list_comments),
    ("POST", REPO + r"/issues/(\d+)/comments", create_comment),
    ("GET", REPO + "/actions/artifacts", list_artifacts),
    ("GET", REPO + r"/actions/runs/(\d+)/artifacts", list_artifacts),
    ("GET", REPO + r"/actions/artifacts/(\d+)", get_artifact),
    ("GET", REPO + r"/actions/artifacts/(\d+)/zip", download),
]
STORED = ("GET", r"/artifacts/(\d+)\.zip", get_stored)
