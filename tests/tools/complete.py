"""Complete a line in a real shell: complete.py SHELL SCRIPT LINE.

Prints what the shell offers for the end of LINE, one a line.  bash and zsh sit
at a terminal of their own and are given the keys: one that inserts every
completion, and one that writes down the line as it is then.  fish is asked by
its own command for that, and is given a tab when LINE ends with one.
"""
import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile
import time

LIMIT = 60  # seconds, on a machine that is busy

BASH = """
PS1='READY> '
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
bind '"\\C-xa": insert-completions'
_dump() { printf '%s' "$READLINE_LINE" >"$OUT.new"; mv "$OUT.new" "$OUT"; }
bind -x '"\\C-xd": _dump'
. "$SCRIPT"
"""
ZSH = """
PS1='READY> '
unsetopt beep
fpath=(${SCRIPT:h} $fpath)
autoload -Uz compinit && compinit -u -D
zle -C all-matches complete-word _generic
zstyle ':completion:all-matches:*' completer _all_matches _complete
zstyle ':completion:all-matches:*' insert true
bindkey '^Xa' all-matches
_dump() { print -rn -- "$BUFFER" >"$OUT.new"; mv "$OUT.new" "$OUT" }
zle -N _dump
bindkey '^Xd' _dump
"""
FISH = """
function fish_prompt; echo 'READY> '; end
function fish_greeting; end
bind \\cxd 'commandline >$OUT.new; mv $OUT.new $OUT'
source $SCRIPT
"""


class Shell:
    def __init__(self, command, env):
        self.said = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, env)

    def read(self, until):
        """Take what it prints, until that is true."""
        end = time.monotonic() + LIMIT
        while not until():
            if time.monotonic() > end:
                sys.exit(f"it never came to that: {self.said[-2000:]!r}")
            if select.select([self.fd], [], [], 0.05)[0]:
                self.said += os.read(self.fd, 65536)

    def send(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def typed(shell, script, line, folder):
    """The line, after keys."""
    out = folder / "out"
    env = dict(os.environ, OUT=str(out), SCRIPT=script, TERM="dumb",
               ZDOTDIR=str(folder), HISTFILE="", COLUMNS="1000")
    text = {"bash": BASH, "zsh": ZSH, "fish": FISH}[shell]
    (folder / ".zshrc").write_text(text, encoding="utf-8")
    command = {
        "bash": ["bash", "--noprofile", "--rcfile", str(folder / ".zshrc"), "-i"],
        "zsh": ["zsh", "-d", "-i"],
        "fish": ["fish", "--no-config", "-i", "-C", f"source {folder}/.zshrc"],
    }[shell]
    it = Shell(command, env)
    it.read(lambda: b"READY> " in it.said)
    it.send(line + ("" if line.endswith("\t") else "\x18a") + "\x18d")
    it.read(out.exists)
    it.end()
    return out.read_text(encoding="utf-8")


def main():
    shell, script, line = sys.argv[1:]
    if shell == "fish" and not line.endswith("\t"):
        got = subprocess.run(
            ["fish", "--no-config", "-c",
             "source $argv[1]; complete -C $argv[2]", script, line],
            stdout=subprocess.PIPE, text=True, check=True, timeout=LIMIT)
        print("\n".join(row.split("\t")[0]
                        for row in got.stdout.splitlines()))
        return
    with tempfile.TemporaryDirectory() as folder:
        text = typed(shell, os.path.abspath(script), line,
                     pathlib.Path(folder))
    if line.endswith("\t"):
        # some put a space behind it
        print(text.rstrip())
        return
    # what stood before the word is still there
    print("\n".join(text[len(line[:line.rfind(" ") + 1]):].split()))


main()
