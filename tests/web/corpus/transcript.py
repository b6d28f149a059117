"""Transcripts as Claude Code and Codex write them, line by line."""
import base64
import datetime
import json
import os
import pathlib
import re
import struct
import zlib

MODEL = "claude-sonnet-4-5"


def stamp(when):
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + "000Z"


def png(width, height, pixel):
    """A picture, pixel(x, y) giving (r, g, b)."""
    rows = b"".join(b"\0" + bytes(c for x in range(width) for c in pixel(x, y))
                    for y in range(height))

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))

    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def text(content):
    return {"type": "text", "text": content}


def thinking(content):
    return {"type": "thinking", "thinking": content, "signature": "c2lnbmVk"}


def image(data, kind="image/png"):
    return {"type": "image", "source": {
        "type": "base64", "media_type": kind,
        "data": base64.b64encode(data).decode()}}


class File:
    """A file of lines, each a little later than the last."""

    def __init__(self, path, begin):
        self.path = pathlib.Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.now = datetime.datetime.fromisoformat(begin)
        # not translated: what hostile lines hold is meant
        self.out = open(self.path, "wb")

    def raw(self, data):
        self.out.write(data + b"\n")

    def put(self, line):
        self.raw(json.dumps(line, ensure_ascii=False, separators=(",", ":"))
                 .encode("utf-8", "surrogatepass"))

    def tick(self, seconds=20):
        self.now += datetime.timedelta(seconds=seconds)
        return stamp(self.now)

    def close(self):
        self.out.close()
        os.utime(self.path, (self.now.timestamp(), self.now.timestamp()))


class Claude(File):
    """A session of Claude Code, or with an agent one of its subagents."""

    def __init__(self, session, cwd, begin, agent=None, branch="main"):
        folder = pathlib.Path(os.environ["CLAUDE_CONFIG_DIR"], "projects",
                              re.sub(r"[^A-Za-z0-9]", "-", cwd)[:200])
        name = f"{session}.jsonl" if agent is None else \
            f"{session}/subagents/agent-{agent}.jsonl"
        super().__init__(folder / name, begin)
        self.base = {"isSidechain": agent is not None, "userType": "external",
                     "cwd": cwd, "sessionId": session, "version": "2.1.197",
                     "gitBranch": branch}
        if agent is not None:
            self.base["agentId"] = agent
        self.id = session if agent is None else f"{session}.{agent}"
        self.cwd = cwd
        self.last = None
        self.count = 0
        self.messages = 0

    def line(self, kind, seconds=20, **more):
        self.count += 1
        uuid = f"{self.base['sessionId'][:8]}-{self.count:04d}-4000-8000-" + \
            "0" * 12
        line = {"parentUuid": self.last, **self.base, "type": kind, **more,
                "uuid": uuid, "timestamp": self.tick(seconds)}
        self.put(line)
        self.last = uuid
        return uuid

    def user(self, *blocks, **more):
        content = blocks[0] if len(blocks) == 1 and isinstance(
            blocks[0], str) else list(blocks)
        return self.line("user", message={"role": "user", "content": content},
                         **more)

    def assistant(self, *blocks, model=MODEL, tokens=(1200, 180)):
        """One message; each block is a line of its own, as in a real one."""
        self.messages += 1
        uuid = None
        for block in blocks:
            uuid = self.line("assistant", seconds=6, message={
                "id": f"msg_{self.base['sessionId'][:8]}{self.messages:04d}",
                "type": "message", "role": "assistant", "model": model,
                "content": [block], "stop_reason": None,
                "usage": {"input_tokens": tokens[0],
                          "cache_creation_input_tokens": 800,
                          "cache_read_input_tokens": 15000,
                          "output_tokens": tokens[1]}})
        return uuid

    def tool(self, name, given, result, answer=None, error=False):
        """A call and what came of it."""
        call = f"toolu_{self.base['sessionId'][:8]}{self.count:04d}"
        self.assistant({"type": "tool_use", "id": call, "name": name,
                        "input": given})
        block = {"tool_use_id": call, "type": "tool_result",
                 "content": result}
        if error:
            block["is_error"] = True
        more = {} if answer is None else {"toolUseResult": answer}
        self.user(block, **more)
        return call

    def title(self, title):
        self.put({"type": "summary", "summary": title,
                  "leafUuid": self.last})

    def compact(self, summary):
        self.line("system", subtype="compact_boundary",
                  content="Conversation compacted", isMeta=False,
                  compactMetadata={"trigger": "auto", "preTokens": 155000})
        self.line("user", isCompactSummary=True,
                  isVisibleInTranscriptOnly=True,
                  message={"role": "user", "content": summary})

    def made(self, project, **more):
        self.close()
        return {"id": self.id, "harness": "claude-code", "project": project,
                "file": str(self.path), "cwd": self.cwd, **more}


class Codex(File):
    def __init__(self, session, cwd, begin):
        day = begin[:10].replace("-", "/")
        name = f"rollout-{begin[:19].replace(':', '-')}-{session}.jsonl"
        super().__init__(
            pathlib.Path(os.environ["CODEX_HOME"], "sessions", day, name),
            begin)
        self.id = session
        self.cwd = cwd
        self.line("session_meta", {
            "id": session, "timestamp": stamp(self.now), "cwd": cwd,
            "originator": "codex_cli_rs", "cli_version": "0.106.0",
            "source": "cli", "model_provider": "openai"})
        self.line("turn_context", {"cwd": cwd, "model": "gpt-5.2",
                                   "effort": "high", "summary": "auto"})

    def line(self, kind, payload):
        self.put({"timestamp": self.tick(5), "type": kind, "payload": payload})

    def item(self, **payload):
        self.line("response_item", payload)

    def say(self, role, content):
        if role == "user":
            self.line("event_msg", {"type": "user_message",
                                    "message": content})
        kind = "input_text" if role == "user" else "output_text"
        self.item(type="message", role=role,
                  content=[{"type": kind, "text": content}])

    def call(self, name, given, result):
        call = f"call_{self.now:%H%M%S}"
        self.item(type="function_call", name=name, call_id=call,
                  arguments=json.dumps(given))
        self.item(type="function_call_output", call_id=call, output=result)

    def made(self, project, **more):
        self.close()
        return {"id": self.id, "harness": "codex", "project": project,
                "file": str(self.path), "cwd": self.cwd, **more}


def workspace(name, files):
    """A folder below $T with those files; its path."""
    root = pathlib.Path(os.environ["T"], "workspaces", name)
    for at, data in files.items():
        path = root / at
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        os.utime(path, (1780000000, 1780000000))
    return str(root)
