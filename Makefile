# The front door.  The building is done by meson, the rest by the short
# scripts in tools/ that are named here.
MESON_ARGS ?=
PREFIX ?=
FUZZ_SECONDS ?= 60
RUN_ARGS ?=

# Build build/seshat.
all: build/build.ninja
	@ninja -C build

build/build.ninja:
	@tools/deps build
	@meson setup build $(MESON_ARGS)

# Mirror every session found on this machine, show what to try next, and serve
# pages of them, mirroring on, until Ctrl-C.  RUN_ARGS: options for "serve".
run:
	@tools/deps build
	@$(MAKE) --no-print-directory all
	@tools/run-first build/seshat $(RUN_ARGS)

# Unit, command-line, crash and fuzz tests: plain, and but for the crash tests
# under ASan and UBSan; the unit tests under valgrind too.
test:
	@tools/deps build test deb
	@tools/test

# The slow tests: many processes, large files.
stress:
	@tools/deps build test
	@tools/test --stress

# Break what DESIGN.md promises, one line after the other, and see a test fail.
mutations:
	@tools/deps build test
	@tools/mutations

# The storage suite on a bucket of yours, which it leaves as it was:
# SESHAT_LIVE_S3=s3://bucket/prefix, and keys as for the program.  A session
# through a secret gist of yours, which is deleted: SESHAT_LIVE_GIST_TOKEN.  Both
# on a bucket of Hugging Face, which is made and deleted:
# SESHAT_LIVE_HF=namespace/name.
test-live:
	@tools/deps build test
	@tools/test-live

# Sessions of the real Claude Code and Codex, which npm installs, in a network
# that holds nothing but a model that is scripted.
test-live-agents:
	@tools/deps build test
	@tools/test --agents

# Static checks: layers, format, compilers' and analysers' warnings.
check:
	@tools/deps build test check
	@tools/check

# Measure; every executable bench/NN-name is one claim.
bench: all
	@tools/bench build/seshat

# Search for crashing input, FUZZ_SECONDS for each target.
fuzz:
	@tools/deps build test
	@tools/fuzz $(FUZZ_SECONDS)

# Below PREFIX, else what the build is set up for, /usr/local at first; DESTDIR is
# respected, too.
install: build/build.ninja
	@[ -z "$(PREFIX)" ] || \
	    meson configure build --prefix="$$(realpath -m "$(PREFIX)")"
	@ninja -C build
	@meson install -C build --no-rebuild

# What "make install" put, from the same DESTDIR, and nothing else.
uninstall: all
	@tools/uninstall build

# build-deb/seshat_VERSION_ARCHITECTURE.deb, and what lintian says of it.
deb:
	@tools/deps build deb
	@tools/deb

# share/skill/SKILL.md, after the tables of the commands or its text changed.
skill: all
	@tools/tables/skill.py build/share/tables.json share/skill/SKILL.md

clean:
	@rm -rf build build-*

.PHONY: all run test test-live test-live-agents stress mutations check bench fuzz install uninstall deb skill clean
