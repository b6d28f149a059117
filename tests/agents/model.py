#!/usr/bin/env python3
"""A model that says what its prompt tells it to: model.py FOLDER.

It answers Claude Code, Codex, Pi and others, in what they speak (Messages,
Responses, Chat Completions, Gemini's), on 127.0.0.1:8765, in a network that
holds nothing else.  A line of the prompt is one reply ("  //  " ends a line, too):

    +say TEXT               words, and the turn is over
    +run COMMAND            words, and the agent's shell runs it
    +write FILE TEXT        words, and the agent writes the file
    +read FILE              words, and the agent reads it
    +task TEXT              words, and a subagent: " ++" begins its own lines
    +hold FILE TEXT         half of the words; the rest when FILE exists, and
                            FILE.half when the half is out

The newest prompt with such lines counts, and as many of them are done as
replies were given since.  Whatever else is asked gets a plain reply.

Each request is kept in FOLDER/NNN.json, before it is answered; FOLDER/ready
exists when it listens."""
import fcntl
import itertools
import json
import pathlib
import re
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 8765
PATIENCE = 60  # seconds, for what a reply waits for
STEP = re.compile(r"^\+(say|run|write|read|task|hold) ?(.*)$")
SUMMARY = re.compile(r"(?i)detailed summary of|text only|compact")
numbers = itertools.count(1)
keeping = threading.Lock()


def loopback_up():
    """What "ip link set lo up" does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))


def steps_of(text):
    lines = (STEP.match(line.strip())
             for line in re.split(r"\n| // ", text))
    return [(m.group(1), m.group(2)) for m in lines if m]


def next_step(turns):
    """turns: (role, text) of what was said; what is to be said next."""
    given = 0
    for role, text in reversed(turns):
        steps = steps_of(text) if role == "user" else []
        if steps:
            return steps[given] if given < len(steps) else (
                "say", "All steps are done.")
        if role == "user" and SUMMARY.search(text[-6000:]):
            return "say", "<summary>They spoke of steps.</summary>"
        given += role == "assistant"
    return "say", "Nothing was asked."


def pieces(text, n=6):
    size = max(1, -(-len(text) // n))
    return [text[i:i + size] for i in range(0, len(text), size)] or [""]


def text_of(content):
    if isinstance(content, str):
        return content
    return "\n".join(block.get("text") or "" for block in content or ())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder = None

    def log_message(self, *_):
        pass

    def answer(self, body, status=200):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.answer({})

    def do_GET(self):
        self.answer({"object": "list", "data": [], "models": []})

    def read(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def keep(self, number, body):
        """Whole or not at all, for those who look meanwhile."""
        new = self.folder / f"new-{number:03}"
        new.write_bytes(body)
        new.rename(self.folder / f"{number:03}.json")

    def do_POST(self):
        body = self.read()
        path = self.path.split("?")[0]
        with keeping:
            number = next(numbers)
            self.keep(number, body)
        try:
            if path.endswith("/count_tokens"):
                self.answer({"input_tokens": 1000})
            elif path.endswith("/messages"):
                self.speak_messages(number, json.loads(body))
            elif path.endswith("/responses"):
                self.speak_responses(number, json.loads(body))
            elif path.endswith("/chat/completions"):
                self.speak_chat(number, json.loads(body))
            elif path.endswith("enerateContent"):
                self.speak_gemini(number, json.loads(body), "stream" in path)
            else:
                self.answer({})
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was killed, or has enough

    def begin_stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, kind, **rest):
        text = json.dumps(dict(type=kind, **rest))
        self.wfile.write(f"event: {kind}\ndata: {text}\n\n".encode())
        self.wfile.flush()

    def words(self, text, wait_for, each):
        """Hand the text to each in pieces; half of them, where it waits."""
        parts = pieces(text)
        for i, part in enumerate(parts):
            if wait_for and i == len(parts) // 2:
                pathlib.Path(wait_for + ".half").touch()
                end = time.monotonic() + PATIENCE
                while not pathlib.Path(wait_for).exists():
                    if time.monotonic() > end:
                        break
                    time.sleep(0.02)
            each(part)

    # -- Claude Code and Pi: Messages

    def speak_messages(self, number, asked):
        turns = [(m["role"], text_of(m["content"]))
                 for m in asked.get("messages", [])]
        verb, rest = next_step(turns)
        names = [t.get("name") for t in asked.get("tools", [])]
        text, wait_for, tool = plan(number, verb, rest, claude_tool, names)
        blocks = [{"type": "text", "text": text}]
        if tool:
            blocks.append({"type": "tool_use", "id": f"toolu_{number:06}",
                           "name": tool[0], "input": tool[1]})
        usage = {"input_tokens": 900 + number, "output_tokens": 1,
                 "cache_creation_input_tokens": 11,
                 "cache_read_input_tokens": 7}
        message = {"id": f"msg_{number:06}", "type": "message",
                   "role": "assistant", "model": asked.get("model"),
                   "content": [], "stop_reason": None, "stop_sequence": None,
                   "usage": usage}
        stop = "tool_use" if tool else "end_turn"
        if not asked.get("stream"):
            self.answer(dict(message, content=blocks, stop_reason=stop))
            return
        self.begin_stream()
        self.event("message_start", message=message)
        for i, block in enumerate(blocks):
            self.block(i, block, wait_for)
        self.event("message_delta", usage={"output_tokens": 42},
                   delta={"stop_reason": stop, "stop_sequence": None})
        self.event("message_stop")

    def block(self, i, block, wait_for):
        if block["type"] == "text":
            empty, text, kind, name = dict(block, text=""), block["text"], \
                "text_delta", "text"
        else:
            empty, text, kind, name = dict(block, input={}), json.dumps(
                block["input"]), "input_json_delta", "partial_json"
            wait_for = None
        self.event("content_block_start", index=i, content_block=empty)
        self.words(text, wait_for, lambda part: self.event(
            "content_block_delta", index=i, delta={"type": kind, name: part}))
        self.event("content_block_stop", index=i)

    # -- Codex: Responses

    def speak_responses(self, number, asked):
        verb, rest = next_step(codex_turns(asked.get("input", [])))
        text, wait_for, tool = plan(number, verb, rest, codex_tool, ())
        items = [{"type": "message", "id": f"msg_{number:06}",
                  "role": "assistant", "status": "completed", "content": [
                      {"type": "output_text", "text": text,
                       "annotations": []}]}]
        if tool:
            items.append({"type": "function_call", "id": f"fc_{number:06}",
                          "call_id": f"call_{number:06}", "name": tool[0],
                          "arguments": json.dumps(tool[1]),
                          "status": "completed"})
        response = {"id": f"resp_{number:06}", "object": "response",
                    "created_at": int(time.time()), "status": "completed",
                    "model": asked.get("model"), "output": items, "usage": {
                        "input_tokens": 900 + number, "output_tokens": 42,
                        "total_tokens": 942 + number,
                        "input_tokens_details": {"cached_tokens": 7},
                        "output_tokens_details": {"reasoning_tokens": 3}}}
        self.begin_stream()
        self.event("response.created", response=dict(
            response, status="in_progress", output=[], usage=None))
        for i, item in enumerate(items):
            self.item(i, item, text, wait_for)
        self.event("response.completed", response=response)

    def item(self, i, item, text, wait_for):
        begun = dict(item, status="in_progress")
        if item["type"] == "message":
            begun["content"] = []
        self.event("response.output_item.added", output_index=i, item=begun)
        if item["type"] == "message":
            self.words(text, wait_for, lambda part: self.event(
                "response.output_text.delta", item_id=item["id"],
                output_index=i, content_index=0, delta=part))
        self.event("response.output_item.done", output_index=i, item=item)

    # -- Qwen Code, Copilot and Continue: Chat Completions

    def data(self, body):
        self.wfile.write(f"data: {json.dumps(body)}\n\n".encode())
        self.wfile.flush()

    def speak_chat(self, number, asked):
        turns = [(m["role"], text_of(m.get("content")))
                 for m in asked.get("messages", [])]
        verb, rest = next_step(turns)
        names = [t["function"]["name"] for t in asked.get("tools") or ()]
        text, wait_for, tool = plan(number, verb, rest, other_tool, names)
        calls = [] if not tool else [{
            "index": 0, "id": f"call_{number:06}", "type": "function",
            "function": {"name": tool[0], "arguments": json.dumps(tool[1])}}]
        end = "tool_calls" if tool else "stop"
        answer = {"id": f"chatcmpl-{number:06}", "model": asked.get("model"),
                  "object": "chat.completion.chunk",
                  "created": int(time.time())}
        usage = {"prompt_tokens": 900 + number, "completion_tokens": 42,
                 "total_tokens": 942 + number}
        if not asked.get("stream"):
            message = {"role": "assistant", "content": text}
            if calls:
                message["tool_calls"] = calls
            self.answer(dict(answer, object="chat.completion", usage=usage,
                             choices=[{"index": 0, "message": message,
                                       "finish_reason": end}]))
            return
        self.begin_stream()

        def delta(what, reason=None):
            self.data(dict(answer, choices=[{
                "index": 0, "delta": what, "finish_reason": reason}]))
        delta({"role": "assistant", "content": ""})
        self.words(text, wait_for, lambda part: delta({"content": part}))
        if calls:
            delta({"tool_calls": calls})
        delta({}, end)
        self.data(dict(answer, choices=[], usage=usage))
        self.wfile.write(b"data: [DONE]\n\n")

    # -- Gemini CLI

    def speak_gemini(self, number, asked, stream):
        turns = [gemini_turn(c) for c in asked.get("contents", [])]
        verb, rest = next_step(turns)
        names = [f["name"] for t in asked.get("tools") or ()
                 for f in t.get("functionDeclarations") or ()]
        text, wait_for, tool = plan(number, verb, rest, other_tool, names)
        if "responseMimeType" in asked.get("generationConfig", {}):
            # it asks itself which model is to answer
            text, wait_for, tool = json.dumps({
                "reasoning": "a step", "model_choice": "flash",
                "complexity_score": 1, "complexity_reasoning": "a step",
                "next_speaker": "user"}), None, None
        usage = {"promptTokenCount": 900 + number, "candidatesTokenCount": 42,
                 "totalTokenCount": 942 + number}

        def part(*parts, **rest):
            return {"candidates": [dict({"index": 0, "content": {
                "role": "model", "parts": list(parts)}}, **rest)],
                "modelVersion": "test", "responseId": f"r{number:06}",
                "usageMetadata": usage}
        call = [{"functionCall": {"name": tool[0], "args": tool[1]}}] \
            if tool else []
        if not stream:
            self.answer(part({"text": text}, *call, finishReason="STOP"))
            return
        self.begin_stream()
        self.words(text, wait_for,
                   lambda piece: self.data(part({"text": piece})))
        self.data(part(*call, finishReason="STOP"))


def plan(number, verb, rest, tool_of, names):
    """Of a step: the words, what they wait for, the tool and its input."""
    if verb == "say":
        return rest, None, None
    if verb == "hold":
        wait_for, _, text = rest.partition(" ")
        return text, wait_for, None
    return f"Step {number}: {verb}.", None, tool_of(verb, rest, names)


def claude_tool(verb, rest, names):
    first, _, more = rest.partition(" ")
    if "bash" in names:
        return pi_tool(verb, rest, first, more)
    if verb == "run":
        return "Bash", {"command": rest, "description": "a step"}
    if verb == "write":
        return "Write", {"file_path": first, "content": more + "\n"}
    if verb == "read":
        return "Read", {"file_path": first}
    return ("Agent" if "Agent" in names else "Task"), {
        "description": "a part of it", "subagent_type": "general-purpose", "run_in_background": False,
        "prompt": rest.replace(" ++", "\n+")}


def pi_tool(verb, rest, first, more):
    if verb == "write":
        return "write", {"path": first, "content": more + "\n"}
    if verb == "read":
        return "read", {"path": first}
    return "bash", {"command": rest}


def codex_tool(verb, rest, _):
    first, _, more = rest.partition(" ")
    command = {"write": f"echo {more} >{first}", "read": f"cat {first}"}
    return "exec_command", {"cmd": command.get(verb, rest)}


def codex_turns(items):
    """What one reply held counts once."""
    turns = []
    for item in items:
        if "output" in item.get("type", ""):
            role, text = "tool", ""
        elif item.get("type", "message") == "message":
            role, text = item.get("role"), text_of(item.get("content"))
        else:
            role, text = "assistant", ""
        if role != "assistant" or not turns or turns[-1][0] != role:
            turns.append((role, text))
    return turns


# Of the agents that have no function of their own: the tools that run and write,
# and what they call their arguments.
OTHER_TOOLS = {
    "run": (("run_shell_command", "bash", "Bash"), ("command",)),
    "write": (("write_file", "write", "Write", "create"),
              ("file_path", "content")),
    "read": (("read_file", "read", "Read", "view"), ("file_path",)),
}
RENAMED = {"write": {"file_path": "path"}, "read": {"file_path": "path"},
           "create": {"file_path": "path", "content": "file_text"}}


def other_tool(verb, rest, names):
    known, members = OTHER_TOOLS[verb]
    name = next((n for n in known if n in names), known[0])
    values = [rest] if verb == "run" else rest.partition(" ")[::2]
    renamed = RENAMED.get(name, {})
    given = {renamed.get(m, m): v for m, v in zip(members, values)}
    if verb == "run":
        given["description"] = "a step"
        if name == "run_shell_command":
            given["is_background"] = False
    return name, given


def gemini_turn(content):
    parts = content.get("parts", [])
    role = "assistant" if content.get("role") == "model" else "user"
    if any("functionResponse" in part for part in parts):
        role = "tool"
    return role, "\n".join(part.get("text", "") for part in parts)


def main():
    Handler.folder = pathlib.Path(sys.argv[1])
    loopback_up()
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    server.daemon_threads = True
    (Handler.folder / "ready").touch()
    server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
