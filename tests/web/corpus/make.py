#!/usr/bin/env python3
"""Sessions that never were, always the same ones: make.py PART...

Writes them below $CLAUDE_CONFIG_DIR and $CODEX_HOME, their workspaces below
$T, and prints as JSON what there is: a name, and id, harness, project, file,
cwd, workspace.  Parts: demo, of three projects, as a person would have them;
hostile, which try to do harm where they are looked at; huge, 100,000 lines,
and one line of 10 MB; crowd, of many."""
import json
import sys
sys.dont_write_bytecode = True

import crowd  # noqa: E402
import demo  # noqa: E402
import hostile  # noqa: E402
import huge  # noqa: E402

PARTS = {"crowd": crowd.make, "demo": demo.make, "hostile": hostile.make,
         "huge": huge.make}

if __name__ == "__main__":
    if len(sys.argv) < 2 or not set(sys.argv[1:]) <= set(PARTS):
        sys.exit(__doc__)
    made = {}
    for part in sys.argv[1:]:
        made.update(PARTS[part]())
    print(json.dumps(made))
