"""Three projects as a person would have them."""
import json
import math

from transcript import (Claude, Codex, image, png, text, thinking, workspace)

GARDEN = "/home/ada/garden"
TELESCOPE = "/home/ada/telescope"
RECIPES = "/home/ada/recipes"
# in pieces, for redaction to find
TOKEN = "ghp_" + "16C7e42F292c6912E7" + "710c838347Ae178B4a"

PLAN = """I have looked at the beds. Here is the **plan**:

| bed       | plants            | litres a day |
|:----------|:------------------|-------------:|
| north     | spinach, lettuce  |          2.5 |
| south     | tomatoes          |          6.0 |
| under glass | cucumbers, basil | 4.25        |

1. Read the soil sensors every hour.
2. Open the valve while a bed is *below* its threshold.
3. Close it after `max_minutes`, whatever the sensor says.

```python
def litres(bed: Bed, rain_mm: float) -> float:
    \"\"\"What a bed needs today.\"\"\"
    need = bed.area * bed.thirst - rain_mm * bed.area
    return max(0.0, round(need, 2))
```

> Rain is measured at the shed, not in the beds under glass.

- [x] thresholds for three beds
- [ ] a winter mode

See [the manual](https://example.org/valves) for the valves."""

OLD = """def litres(bed, rain):
    need = bed.area * bed.thirst
    return need - rain
"""
NEW = """def litres(bed, rain_mm):
    need = bed.area * bed.thirst - rain_mm * bed.area
    return max(0.0, round(need, 2))
"""


def beds(x, y):
    """A picture of three beds."""
    bed = x // 54
    if x % 54 < 6 or y < 8 or y > 111:
        return (146, 112, 84)
    leaf = (x * 7 + y * 13 + bed * 5) % 11 < 4
    return ((62, 122 + 20 * bed, 60) if leaf else (88, 70, 52))


def patch(path):
    old, new = OLD.splitlines(), NEW.splitlines()
    return {"filePath": path, "oldString": OLD, "newString": NEW,
            "originalFile": OLD, "replaceAll": False, "userModified": False,
            "structuredPatch": [{
                "oldStart": 1, "oldLines": 3, "newStart": 1, "newLines": 3,
                "lines": ["-" + old[0], "+" + new[0], "-" + old[1],
                          "-" + old[2], "+" + new[1], "+" + new[2]]}]}


def watering():
    s = Claude("5f0c2a81-6d3e-4b7a-9c15-2e8d7f4a1b60", GARDEN,
               "2026-03-14T09:00:00")
    s.user("Write a watering plan for the three beds. Sensors are in "
           "`sensors.csv`; a photograph is attached.",
           )
    s.user(text("This is how they look today."), image(png(160, 120, beds)))
    s.assistant(thinking("Three beds, one valve each. The file first: its "
                         "columns decide whether hourly readings make sense."),
                text("I read the sensors first."))
    s.tool("Read", {"file_path": f"{GARDEN}/sensors.csv"},
           "     1→time,bed,moisture\n     2→06:00,north,0.31\n"
           "     3→06:00,south,0.22\n     4→06:00,glass,0.40")
    s.tool("Bash", {"command": "python3 -m pytest -q", "description":
                    "Run the tests"},
           "F...\n1 failed, 3 passed in 0.12s\n"
           "E   assert -1.5 >= 0", error=True)
    s.assistant(thinking("Rain can exceed the need. Clamp at zero."),
                text("A rainy day gives a negative amount. I mend that."))
    path = f"{GARDEN}/plan.py"
    s.tool("Edit", {"file_path": path, "old_string": OLD, "new_string": NEW},
           f"The file {path} has been updated successfully.", patch(path))
    s.tool("TodoWrite", {"todos": [
        {"content": "Clamp at zero", "status": "completed",
         "activeForm": "Clamping"},
        {"content": "Thresholds", "status": "in_progress",
         "activeForm": "Choosing thresholds"}]},
        "Todos have been modified successfully.")
    s.tool("Write", {"file_path": f"{GARDEN}/beds.json",
                     "content": '{\n  "north": 2.5,\n  "south": 6.0\n}\n'},
           f"File created successfully at: {GARDEN}/beds.json")
    s.tool("Task", {"description": "Find out about basil", "prompt":
                    "How much water does basil need under glass?",
                    "subagent_type": "Explore"},
           [{"type": "text", "text": "Basil under glass: 1.2 litres a day."}],
           {"status": "completed", "agentId": "b4511",
            "totalDurationMs": 42000})
    s.assistant(text(PLAN))
    fork = s.last
    s.user("Make it metric only.")
    s.assistant(text("It is metric already: litres and millimetres."))
    s.last = fork
    s.user("Add a winter mode, please.")
    s.assistant(text("In winter the valves stay closed below 4 °C."),
                tokens=(2100, 260))
    s.compact("The user wants a watering plan for three beds. It is written; "
              "what is left is the winter mode.")
    s.tool("Bash", {"command": "curl -H 'Authorization: Bearer " + TOKEN +
                    "' https://api.example.org/weather"},
           '{"min": 2, "max": 9}')
    s.assistant(text("Done: all tests pass, and frost is taken care of."))
    s.title("Add a watering plan")
    garden = s.made("garden")
    a = Claude("5f0c2a81-6d3e-4b7a-9c15-2e8d7f4a1b60", GARDEN,
               "2026-03-14T09:05:00", agent="b4511")
    a.path.with_suffix(".meta.json").write_text(json.dumps(
        {"agentType": "Explore", "description": "Find out about basil",
         "spawnDepth": 1}))
    a.user("How much water does basil need under glass?")
    a.tool("Grep", {"pattern": "basil", "path": GARDEN}, "notes.md:4:basil")
    a.assistant(text("Basil under glass needs 1.2 litres a day."),
                model="claude-haiku-4-5")
    return garden, a.made("garden")


def small(session, cwd, begin, title, *turns):
    s = Claude(session, cwd, begin)
    for asked, answered in turns:
        s.user(asked)
        s.assistant(text(answered))
    s.title(title)
    return s


def metrics():
    lines = []
    for step in range(60):
        lines.append({"step": step, "metrics": {
            "loss": round(2.2 * math.exp(-step / 18) + 0.1 *
                          math.sin(step * 1.7) ** 2, 5),
            "accuracy": round(1 - 0.9 * math.exp(-step / 22), 5)}})
    return "".join(json.dumps(one) + "\n" for one in lines)


def stars():
    s = Claude("9be41d07-2f58-4c6e-8a93-7d10c5e2f4b8", TELESCOPE,
               "2026-03-15T20:00:00")
    s.user("Train the star classifier for 60 steps and plot the loss.")
    s.tool("Bash", {"command": "python3 train.py --steps 60"},
           "step 59 loss 0.19 accuracy 0.94")
    s.assistant(text("The loss went from **2.2** to **0.19**; accuracy is "
                     "0.94. The curve is in `figures/loss.png`."),
                model="claude-opus-4-8", tokens=(5400, 310))
    s.title("Train the star classifier")
    return s.made("telescope", workspace=workspace("stars", {
        "train.py": "from trainable import log\n\nfor step in range(60):\n"
                    "    log(step, {'loss': 2.2})\n",
        "README.md": "# Stars\n\nA *small* classifier.\n",
        "data/labels.csv": "star,class\nVega,A0\nSirius,A1\n",
        "figures/loss.png": png(120, 80, lambda x, y: (40, 60, 200)
                                if y > 78 * math.exp(-x / 30) else
                                (245, 245, 250)),
        "trainable_out/metrics.jsonl": metrics(),
        "weights.bin": bytes(range(256)) * 16}))


def mount():
    s = Codex("019d2ea4-5b7c-7e21-9f64-58208e1f0007", TELESCOPE,
              "2026-03-13T18:30:00")
    s.say("user", "Why does the mount drift in declination?")
    s.item(type="reasoning", summary=[{
        "type": "summary_text", "text": "Polar alignment, or backlash."}])
    s.call("shell", {"command": ["bash", "-lc", "cat drift.log"]},
           "dec +0.4 px/min\ndec +0.4 px/min\n")
    s.say("assistant", "A steady drift is **polar alignment**: turn the "
          "altitude screw a quarter to the left.")
    return s.made("telescope")


def make():
    made = {}
    made["watering"], made["basil"] = watering()
    made["frost"] = small(
        "27d9e6b3-41ca-4f02-b8e7-90a3c1d5f268", GARDEN, "2026-03-12T07:15:00",
        "Warn of frost",
        ("Send a warning when frost is near.",
         "I send it when the forecast is below 2 °C, once a night."),
        ("Only in April and May.", "Done; the months are in `beds.json`."),
    ).made("garden")
    made["stars"] = stars()
    made["mount"] = mount()
    made["bread"] = small(
        "c3a8f51e-7b20-4d94-a6d1-0f5e2b9c8347", RECIPES, "2026-02-28T11:00:00",
        "Scale the bread recipe",
        ("Scale the bread to 3 loaves: 500 g flour, 325 g water for one.",
         "| | one | three |\n|---|--:|--:|\n| flour | 500 g | 1500 g |\n"
         "| water | 325 g | 975 g |"),
    ).made("recipes")
    return made
