"""What a user of an unzipped session sees: where the output goes."""
import ast
import re
import socket
import subprocess
import sys

from unzipped import FILES, SHARE, Unzipped, strict

ALL = """
    from trainable import (configure_dashboard, log, log_confusion_matrix,
                           log_figure, log_image, log_images, log_table)
    PNG = b"\\x89PNG\\r\\n\\x1a\\n and so on"
    log(1, {"loss": 0.5}, run="a")
    configure_dashboard([{"title": "Loss", "metrics": ["loss"]}])
    log_image(2, "one", PNG, caption="this")
    log_images(3, "two", [PNG, PNG], captions=["x"], run="b")
    log_table(4, "rows", ["n", "s"], [[1, "a"], [2, None]])
    log_confusion_matrix(5, "cm", [0, 1, 1], [0, 1, 0])
"""


def expected(figures):
    return [
        {"step": 1, "metrics": {"loss": 0.5}, "run": "a"},
        {"chart_config": {"charts": [{"title": "Loss",
                                      "metrics": ["loss"]}]}},
        {"log": {"type": "image", "step": 2, "key": "one", "data": {
            "items": [{"path": figures + "one/2.png", "caption": "this"}]}}},
        {"log": {"type": "image_grid", "step": 3, "key": "two", "data": {
            "items": [{"path": figures + "two/b@3_0.png", "caption": "x"},
                      {"path": figures + "two/b@3_1.png"}]}, "run": "b"}},
        {"log": {"type": "table", "step": 4, "key": "rows", "data": {
            "columns": ["n", "s"], "rows": [[1, "a"], [2, None]],
            "truncated": False}}},
        {"log": {"type": "confusion_matrix", "step": 5, "key": "cm", "data": {
            "labels": ["0", "1"], "matrix": [[1, 0], [1, 1]]}}},
    ]


class Zip(Unzipped):
    def files_below(self, folder):
        return sorted(str(path.relative_to(folder))
                      for path in folder.rglob("*") if path.is_file())

    def test_an_unmodified_script_in_a_sub_folder_logs(self):
        got = self.run_script("""
            from trainable import log
            log(step=1, metrics={"loss": 0.25})
            log(2, {"loss": 1}, run="second")
        """)
        self.assertEqual((got.stdout, got.stderr), ("", ""))
        self.assertEqual((self.out / "metrics.jsonl").read_text(),
                         '{"step": 1, "metrics": {"loss": 0.25}}\n'
                         '{"step": 2, "metrics": {"loss": 1}, '
                         '"run": "second"}\n')

    def test_a_relative_PYTHONPATH_does_from_the_root(self):
        self.run_script("from trainable import log\nlog(1, {})",
                        env={"PYTHONPATH": "."})
        self.assertEqual(self.lines(), [{"step": 1, "metrics": {}}])

    def test_every_function_without_any_library(self):
        self.assertEqual(self.logged(ALL, libraries=False),
                         expected("figures/"))
        self.assertEqual(self.files_below(self.out), [
            "figures/one/2.png", "figures/two/b@3_0.png",
            "figures/two/b@3_1.png", "metrics.jsonl"])

    def test_every_function_with_the_libraries_there(self):
        self.assertEqual(self.logged(ALL), expected("figures/"))

    def test_a_run_without_libraries_is_one(self):
        self.run_script("""
            for name in "numpy", "PIL", "matplotlib", "sklearn":
                try:
                    __import__(name)
                except ImportError:
                    continue
                raise SystemExit(name)
        """, libraries=False)

    def test_no_library_is_loaded_without_need(self):
        got = self.run_script(ALL + """
    import sys
    print([m for m in ("numpy", "PIL", "sklearn", "matplotlib", "torch",
                       "pandas") if m in sys.modules])
        """)
        self.assertEqual(got.stdout, "[]\n")

    def test_imports_at_the_top_are_of_the_standard_library(self):
        ours = {name[:-3] for name in FILES if name.endswith(".py")}
        for name in FILES[:3]:
            tree = ast.parse((SHARE / name).read_text(), feature_version=(3, 9))
            for node in tree.body:
                if isinstance(node, ast.Import):
                    names = {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    names = {node.module.split(".")[0]}
                else:
                    continue
                self.assertLessEqual(names, ours | sys.stdlib_module_names)

    def test_the_folder_of_output_can_be_chosen(self):
        elsewhere = self.temp / "else where"
        self.run_script("""
            import os
            from trainable import log
            os.chdir("/")
            log(1, {"a": 1})
        """, env={"TRAINABLE_LOCAL_OUT": "../else where"})
        self.assertEqual(len(self.lines(elsewhere / "metrics.jsonl")), 1)
        self.assertFalse(self.out.exists())

    def test_trainable_local_makes_the_module_and_is_local(self):
        for env in {}, {"TRAINABLE_RUNTIME_MODE": "sandbox"}:
            got = self.logged(f"""
                import sys
                sys.path.insert(0, {str(self.root)!r})
                import trainable_local
                from trainable import log
                import trainable
                assert trainable.log_table is trainable_local.log_table
                log(1, {{"a": 1}})
            """, env=dict(env, PYTHONPATH=""))
            self.assertEqual(got, [{"step": 1, "metrics": {"a": 1}}])

    def test_trainable_local_is_found_by_its_file(self):
        got = self.logged(f"""
            import importlib.util
            spec = importlib.util.spec_from_file_location(
                "trainable_local", {str(self.root / "trainable_local.py")!r})
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            from trainable import log
            log(1, {{"a": 1}})
        """, env={"PYTHONPATH": ""})
        self.assertEqual(len(got), 1)

    def sandbox(self, **env):
        return {"TRAINABLE_RUNTIME_MODE": "sandbox",
                "TRAINABLE_SESSION_ID": "5e55-10f",
                "TRAINABLE_VOLUME_ROOT": str(self.temp / "volume"), **env}

    def test_a_sandbox_prints_envelopes_and_keeps_figures(self):
        got = self.run_script(ALL, env=self.sandbox())
        self.assertEqual(got.stderr, "")
        self.assertEqual([strict(line) for line in got.stdout.splitlines()],
                         expected("/sessions/5e55-10f/figures/"))
        self.assertEqual(self.files_below(self.temp / "volume"), [
            "sessions/5e55-10f/figures/" + name for name in (
                "one/2.png", "two/b@3_0.png", "two/b@3_1.png")])
        self.assertFalse(self.out.exists())

    def test_each_envelope_is_one_write_and_at_once(self):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        process = subprocess.Popen(self.command("""
            import os, sys, threading
            from trainable import log
            def work(n):
                for i in range(50):
                    sys.stdout.write("noise\\n")
                    log(i, {"thread": n, "text": "x" * 30000})
                    sys.stdout.write("noise\\n")
            sys.setswitchinterval(1e-6)
            threads = [threading.Thread(target=work, args=(n,))
                       for n in range(4)]
            for t in threads: t.start()
            for t in threads: t.join()
            os._exit(0)  # nothing is flushed any more
        """), env=self.environment(self.sandbox()), stdout=theirs)
        theirs.close()
        self.addCleanup(process.kill)
        ours.settimeout(60)
        got = []
        while True:
            packet = ours.recv(1 << 17)
            if not packet:
                break
            got.append(packet)
        ours.close()
        self.assertEqual(process.wait(60), 0)
        envelopes = [packet for packet in got if packet.startswith(b"{")]
        self.assertTrue(all(packet.endswith(b"}\n") for packet in envelopes))
        seen = [strict(packet) for packet in envelopes]
        for packet in got:
            if packet not in envelopes:  # what the script itself printed
                self.assertEqual(packet.replace(b"noise\n", b""), b"")
        self.assertEqual(sorted((s["metrics"]["thread"], s["step"])
                                for s in seen),
                         [(n, i) for n in range(4) for i in range(50)])

    def test_what_stands_in_for_stdout_gets_the_envelopes(self):
        got = self.run_script("""
            import contextlib, io
            from trainable import log
            stand_in = io.StringIO()
            with contextlib.redirect_stdout(stand_in):
                log(1, {"a": 1})
            print("got " + stand_in.getvalue(), end="")
        """, env=self.sandbox())
        self.assertEqual(got.stdout, 'got {"step": 1, "metrics": {"a": 1}}\n')

    def test_two_processes_lose_no_line(self):
        command = self.command("""
            import sys, threading
            from trainable import log
            sys.stdin.read()  # until both are there
            def work(n):
                for i in range(500):
                    log(i, {"who": sys.argv[1], "n": n, "pad": "x" * 5000})
            threads = [threading.Thread(target=work, args=(n,))
                       for n in range(2)]
            for t in threads: t.start()
            for t in threads: t.join()
        """)
        both = [subprocess.Popen([*command, who], cwd=self.root,
                                 env=self.environment({}),
                                 stdin=subprocess.PIPE)
                for who in ("a", "b")]
        for process in both:
            process.stdin.close()
        self.assertEqual([process.wait(120) for process in both], [0, 0])
        got = sorted((line["metrics"]["who"], line["metrics"]["n"],
                      line["step"]) for line in self.lines())
        self.assertEqual(got, [(who, n, i) for who in ("a", "b")
                               for n in range(2) for i in range(500)])

    def test_a_child_of_a_fork_logs_though_its_parent_was_logging(self):
        got = self.logged("""
            import os, signal, threading
            import trainable_runtime
            from trainable import log
            held, done = threading.Event(), threading.Event()
            def hold():
                with trainable_runtime._lock:
                    held.set()
                    done.wait()
            thread = threading.Thread(target=hold)
            thread.start()
            held.wait()
            child = os.fork()
            if child == 0:
                signal.alarm(20)  # rather than wait for ever
                log(1, {"child": True})
                os._exit(0)
            os.waitpid(child, 0)
            done.set()
            thread.join()
            log(2, {"child": False})
        """)
        self.assertEqual([line["step"] for line in got], [1, 2])

    def test_half_a_line_does_not_spoil_the_next(self):
        self.run_script("""
            import resource
            from trainable import log
            log(1, {"a": "x" * 50})
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (120, hard))
            log(2, {"a": "y" * 50})
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            log(3, {"a": 3})
            log(4, {"a": 4})
        """)
        rows = (self.out / "metrics.jsonl").read_text().split("\n")
        self.assertEqual([strict(rows[i])["step"] for i in (0, 2, 3)],
                         [1, 3, 4])
        self.assertTrue(rows[1].startswith('{"step": 2'))

    def test_requirements_are_pinned_and_are_those(self):
        lines = (SHARE / "requirements.txt").read_text().splitlines()
        self.assertRegex(lines[0], r"^# .*CPython 3\.11")
        pins = [re.fullmatch(r"([A-Za-z_-]+)==\d+(\.\d+)+", line).group(1)
                for line in lines if not line.startswith("#")]
        self.assertEqual(sorted(pins), sorted("""
            pandas numpy matplotlib seaborn scikit-learn xgboost lightgbm
            pyarrow openpyxl duckdb imbalanced-learn optuna category_encoders
            pandera shap statsmodels pypdf Pillow plotly jupyter nbformat
            """.split()))
