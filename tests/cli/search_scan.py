"""Sessions of made-up words, and a plain scan of them for what a search should
find.

make DIR SEED N CWD         N sessions as Claude Code writes them
queries DIR SEED N          words and phrases that stand in them, one a line
scan DIR QUERY              "<session> <line> <kind>" of each place, sorted
hits                        the same, of what 'search --json' printed on stdin
totals DIR                  tokens and calls, as 'stats --json' names them
stats                       the same, of what 'stats --json' printed on stdin
"""
import json
import os
import random
import re
import sys
import unicodedata

WORDS = """the of retry flaky test café naïve Straße connection refused error
open_file read_all parseHeader src/base/buf.c build.ninja 日本語 検索 데이터 привет мир
zebra yak 42 0x1f a-b foo.bar Ελλάδα über commit rebase merge""".split()
MODELS = ["model-a", "model-b"]
TOOLS = ["Bash", "Read", "Grep"]


def words(rng, low, high):
    some = [rng.choice(WORDS) + (str(rng.randrange(40)) if rng.random() < 0.3
            else "") for _ in range(rng.randint(low, high))]
    return " ".join(some)


def make(folder, seed, n, cwd):
    rng = random.Random(int(seed))
    for i in range(int(n)):
        sid = "%08x-1111-4222-8333-444444444444" % rng.getrandbits(32)
        path = os.path.join(folder, sid + ".jsonl")
        with open(path, "w", encoding="utf-8") as out:
            for k in range(rng.randint(5, 60)):
                out.write(json.dumps(line(rng, sid, cwd, i, k),
                                     ensure_ascii=rng.random() < 0.5) + "\n")


def line(rng, sid, cwd, i, k):
    common = {"sessionId": sid, "cwd": cwd, "uuid": "%s-%d" % (sid, k),
              "timestamp": "2026-%02d-%02dT%02d:%02d:00.000Z" % (
                  i % 9 + 1, k % 28 + 1, k % 24, i % 60)}
    kind = rng.randrange(4)
    if kind == 0:
        return {"type": "user", **common,
                "message": {"role": "user", "content": words(rng, 1, 30)}}
    if kind == 1:
        return {"type": "user", **common, "message": {
            "role": "user", "content": [{
                "type": "tool_result", "tool_use_id": "t%d" % (k - 1),
                "content": words(rng, 1, 80)}]}}
    content = [{"type": "text", "text": words(rng, 1, 30)}]
    if kind == 3:
        content.append({"type": "tool_use", "id": "t%d" % k,
                        "name": rng.choice(TOOLS),
                        "input": {"command": words(rng, 1, 9)}})
    # lines of one message tell its tokens more than once
    return {"type": "assistant", **common, "message": {
        "id": "m-%s-%d" % (sid, k // 2), "role": "assistant",
        "model": MODELS[i % 2], "content": content,
        "usage": {"input_tokens": 1 + k, "output_tokens": 2 + k}}}


def tokens(text):
    out = []
    for word in re.findall(r"\w+", text.replace("ß", "ß")):
        word = unicodedata.normalize("NFD", word.lower())
        word = "".join(c for c in word if unicodedata.category(c) != "Mn")
        word = unicodedata.normalize("NFC", word)
        out += re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|"
                          r"[^\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+", word)
    return out


def events(doc):
    content = doc["message"]["content"]
    if isinstance(content, str):
        yield "text", content
        return
    for block in content:
        if block["type"] == "text":
            yield "text", block["text"]
        elif block["type"] == "tool_use":
            yield "tool_call", "%s command %s" % (
                block["name"], block["input"]["command"])
        else:
            yield "tool_result", block["content"]


def lines(folder):
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".jsonl"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            for n, text in enumerate(f, 1):
                yield name[:-6], n, json.loads(text)


def queries(folder, seed, n):
    rng = random.Random(int(seed))
    texts = [t for _, _, doc in lines(folder) for _, t in events(doc)]
    for _ in range(int(n)):
        some = rng.choice(texts).split()
        if rng.random() < 0.5:
            at = rng.randrange(len(some))
            print('"%s"' % " ".join(some[at:at + rng.randint(1, 3)]))
        else:
            print(" ".join('"%s"' % w for w in rng.sample(
                some, min(len(some), rng.randint(1, 3)))))


def holds(have, phrase):
    return any(have[i:i + len(phrase)] == phrase
               for i in range(len(have) - len(phrase) + 1))


def scan(folder, query):
    phrases = [tokens(p) for p in re.findall('"([^"]*)"', query)]
    found = []
    for sid, n, doc in lines(folder):
        for kind, text in events(doc):
            have = tokens(text)
            if all(holds(have, p) for p in phrases):
                found.append("%s %d %s" % (sid, n, kind))
    print("\n".join(sorted(found)))


def hits():
    found = []
    for text in sys.stdin:
        o = json.loads(text)
        found.append("%s %d %s" % (o["session_id"], o["line"], o["kind"]))
    print("\n".join(sorted(found)))


def totals(folder):
    usage, calls, days = {}, {}, {}
    for _, _, doc in lines(folder):
        day = doc["timestamp"][:10]
        for kind, text in events(doc):
            days[day] = days.get(day, 0) + 1
            if kind == "tool_call":
                tool = text.split()[0]
                calls[tool] = calls.get(tool, 0) + 1
        m = doc["message"]
        if "usage" in m:
            usage[m["id"]] = (m["model"], m["usage"]["input_tokens"],
                              m["usage"]["output_tokens"])
    models = {}
    for model, i, o in usage.values():
        was = models.get(model, (0, 0, 0))
        models[model] = (was[0] + i, was[1] + o, was[2] + 1)
    show(models, calls, days)


def stats():
    o = json.load(sys.stdin)
    show({m["model"]: (m["input"], m["output"], m["messages"])
          for m in o["models"]},
         {t["tool"]: t["calls"] for t in o["tools"]},
         {d["day"]: d["events"] for d in o["days"]})


def show(models, calls, days):
    for what in models, calls, days:
        for key in sorted(what):
            print(key, what[key])


globals()[sys.argv[1]](*sys.argv[2:])
