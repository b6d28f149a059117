"""The few queries of GraphQL that clients ask the GitHub of the tests.

A query is read as what it is, so that one with a field that there is not, or
one that is no query, is refused as GitHub would."""
import json
import re

from github_access import need, permits
from github_repo import find
from github_web import Refused, Reply

TOKENS = re.compile(r'[\s,]+|#[^\n]*'
                    r'|(\.\.\.|[!$():=@\[\]{}|]|"(?:[^"\\]|\\.)*"|-?\d+|\w+)')


class NotAQuery(Exception):
    pass


class NoSuchField(Exception):
    pass


class Query:
    """Reads one: nested lists of (alias, name, arguments, fields)."""

    def __init__(self, text, variables):
        self.words = []
        at = 0
        while at < len(text):
            found = TOKENS.match(text, at)
            if not found:
                raise NotAQuery(f"Parse error on {text[at]!r}")
            if found.group(1):
                self.words.append(found.group(1))
            at = found.end()
        self.words.append("")  # the end
        self.variables = variables

    def peek(self):
        return self.words[0]

    def take(self, wanted=None):
        word = self.words.pop(0)
        if not word or wanted not in (None, word):
            raise NotAQuery(f"Parse error on {word!r}, expected {wanted!r}")
        return word

    def read(self):
        if self.peek() != "{":
            self.take("query")
            while self.peek() != "{":  # a name and what variables there are
                self.take()
        fields = self.fields()
        if self.peek():
            raise NotAQuery(f"Parse error on {self.peek()!r}")
        return fields

    def fields(self):
        found = []
        self.take("{")
        while self.peek() != "}":
            if self.peek() == "...":
                self.take()
                self.take("on")
                self.take()
                found += self.fields()
            else:
                found.append(self.field())
        self.take("}")
        if not found:
            raise NotAQuery("Parse error on \"}\": no field")
        return found

    def field(self):
        name = alias = self.take()
        if self.peek() == ":":
            self.take()
            name = self.take()
        args = {}
        if self.peek() == "(":
            self.take()
            while self.peek() != ")":
                key = self.take()
                self.take(":")
                args[key] = self.value()
            self.take(")")
        return alias, name, args, self.fields() if self.peek() == "{" else None

    def value(self):
        word = self.take()
        if word == "$":
            return self.variables.get(self.take())
        if word == "{":
            told = {}
            while self.peek() != "}":
                key = self.take()
                self.take(":")
                told[key] = self.value()
            self.take("}")
            return told
        if word.startswith('"'):
            return json.loads(word)
        constants = {"null": None, "true": True, "false": False}
        if word in constants:
            return constants[word]
        return int(word) if re.fullmatch(r"-?\d+", word) else word


def chosen(thing, fields):
    """What was asked of a thing: dicts of values, or of what makes them."""
    if isinstance(thing, list):
        return [chosen(one, fields) for one in thing]
    if not isinstance(thing, dict):
        if fields is not None and thing is not None:
            raise NotAQuery("Selections can't be made on scalars")
        return thing
    if fields is None:
        raise NotAQuery("Field must have selections")
    told = {}
    for alias, name, args, below in fields:
        if name not in thing:
            raise NoSuchField(name)
        value = thing[name]
        told[alias] = chosen(value(args) if callable(value) else value, below)
    return told


def paged(things, args):
    """A connection."""
    first = args.get("first") or args.get("last") or 0
    if not 1 <= first <= 100:
        raise NotAQuery("You must provide a `first` or `last` value of 1 to "
                        "100 to properly paginate the connection.")
    after = int(args.get("after") or 0)
    nodes = (things[after:after + first] if args.get("first")
             else things[-first:])
    return {"nodes": nodes, "totalCount": len(things), "pageInfo": {
        "hasNextPage": after + first < len(things),
        "endCursor": str(after + len(nodes)) if nodes else None}}


class Answers:
    """What can be asked, and the errors that came of it."""

    def __init__(self, hub, request):
        self.hub, self.request, self.errors = hub, request, []

    def root(self):
        return {"viewer": self.viewer, "repository": self.repository,
                "rateLimit": self.hub.limits.told(self.request.token)}

    def viewer(self, _args):
        return {"login": self.request.token["login"], "gists": self.gists}

    def gists(self, args):
        need(self.request, "gists", "read")
        kinds = {"PUBLIC": (True,), "SECRET": (False,)}.get(
            args.get("privacy"), (True, False))
        mine = [gist for gist in self.hub.gists.all.values()
                if gist["owner"] == self.request.token["login"]
                and gist["public"] in kinds]
        mine.sort(key=lambda gist: gist["created_at"], reverse=True)
        return paged([{
            "name": gist["id"], "description": gist["description"] or "",
            "isPublic": gist["public"], "updatedAt": gist["updated_at"],
            "createdAt": gist["created_at"],
            "files": lambda args, gist=gist: [
                {"name": name} for name in self.hub.gists.files(gist)],
        } for gist in mine], args)

    def repository(self, args):
        name = f"{args.get('owner')}/{args.get('name')}"
        try:
            find(self.hub, self.request, name)
        except Refused:
            self.miss(["repository"], f"a Repository with the name '{name}'")
            return None

        def issue(args):
            return self.issue(name, args.get("number"))

        return {"nameWithOwner": name, "issue": issue,
                "issueOrPullRequest": issue, "pullRequest": issue}

    def miss(self, path, what):
        self.errors.append({"type": "NOT_FOUND", "path": path,
                            "message": f"Could not resolve to {what}."})

    def issue(self, repo, number):
        issue = self.hub.repos.issues.get((repo, number))
        if issue is None or issue["gone"] or issue["moved"]:
            self.miss(["repository", "issue"],
                      f"an Issue with the number of {number}")
            return None
        edits = [self.edit(issue, one) for one in issue["edits"]]
        if self.hub.config["edits_order"] == "newest":
            edits.reverse()
        return {"number": number, "title": issue["title"],
                "body": issue["body"] or "",
                "id": f"I_{number}", "updatedAt": issue["updated_at"],
                "createdAt": issue["created_at"],
                "lastEditedAt": issue["edits"][-1]["at"]
                if issue["edits"] else None,
                "userContentEdits": lambda args: paged(edits, args)}

    def edit(self, issue, one):
        """Who may not write does not see the text, nor anybody what was
        deleted of the history."""
        token = self.request.token
        seen = not issue["hide_edits"] and (
            "repo" in token["scopes"] if token["kind"] == "classic"
            else permits(token, "issues", "write"))
        return {"editedAt": one["at"], "createdAt": one["at"],
                "updatedAt": one["at"],
                "deletedAt": one["at"] if issue["hide_edits"] else None,
                "editor": {"login": one["by"]},
                "diff": one["text"] if seen else None}


def post_graphql(hub, request):
    if not request.token:
        raise Refused(401, "This endpoint requires you to be authenticated.")
    told = request.json()
    answers = Answers(hub, request)
    try:
        fields = Query(told.get("query") or "",
                       told.get("variables") or {}).read()
        data = chosen(answers.root(), fields)
    except NotAQuery as why:
        return Reply(200, {"errors": [{"message": str(why)}]})
    except NoSuchField as why:
        return Reply(200, {"errors": [{
            "message": f"Field '{why}' doesn't exist",
            "extensions": {"code": "undefinedField"}}]})
    return Reply(200, {"data": data, **({"errors": answers.errors}
                                        if answers.errors else {})})


ROUTES = [("POST", "/graphql", post_graphql)]
