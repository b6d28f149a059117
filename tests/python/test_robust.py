"""Scripts are odd, and must not come to grief over what they log."""
import os
import subprocess
import unittest

from unzipped import Unzipped

KEYS = ["../../x", "..", ".", "", "/etc/x", "a/b", "a\\b", "a_b", "a b", "a~b",
        "x" * 300, "x" * 301, "nul", "con.txt", "C:", "a\0b", "a\nb", "\ud800",
        "\ud801", "\u00e9", "e\u0301", "-rf", ".hidden", "dot.", "\u202ea", "ok",
        "figures/../../x", "%s", "a" * 80, "5", "A.b-c_1", None, 3.5, ("t", 1),
        b"../y"]


class Robust(Unzipped):
    def tree(self):
        return sorted(str(path.relative_to(self.temp)) for path in
                      self.temp.rglob("*") if path.is_file())

    def test_a_key_never_leads_out_and_never_to_anothers(self):
        before = None
        for env in {}, {"TRAINABLE_RUNTIME_MODE": "sandbox",
                        "TRAINABLE_SESSION_ID": "../../../oh",
                        "TRAINABLE_VOLUME_ROOT": "volume"}:
            self.script("", "scripts/deep/train.py")
            before = set(self.tree())
            got = self.run_script(f"""
                from trainable import log_image
                for i, key in enumerate({KEYS!r}):
                    log_image(1, key, b"GIF8%d" % i)
                    log_image("../" + str(key), "steps", b"GIF8", run=key)
            """, env=env)
            self.assertEqual(got.stderr, "")
            root = self.out / "figures"
            if env:
                session, = (self.root / "volume/sessions").iterdir()
                self.assertTrue(session.name.startswith("_oh~"))
                root = session / "figures"
            new = {self.temp / path for path in set(self.tree()) - before
                   if not path.endswith("metrics.jsonl")}
            self.assertEqual({path.parent.parent for path in new}, {root})
            self.assertEqual(len(new), 2 * len(KEYS))
            folders = {path.parent for path in new} - {root / "steps"}
            self.assertEqual(
                sorted(int((folder / "1.gif").read_bytes()[4:])
                       for folder in folders), list(range(len(KEYS))))
            for path in new:
                self.assertRegex(path.parent.name, r"\A[\w.~-]{1,80}\Z")
                self.assertRegex(path.name, r"\A[\w.~@-]{1,180}\Z")

    def test_plain_keys_are_told_as_they_are(self):
        got = self.events("""
            from trainable import log_table
            for key in "a/b", "\\u00e9", "\\ud800", None, 1:
                log_table(1, key, [], [])
        """)
        self.assertEqual([event["key"] for event in got],
                         ["a/b", "\u00e9", "\\ud800", "None", "1"])

    def test_values_of_every_kind(self):
        text = """
            import collections, datetime, decimal, enum, fractions, pathlib
            from trainable import log
            class Color(enum.Enum):
                RED = "red"
            class Level(enum.IntEnum):
                LOW = 3
            nan, inf = float("nan"), float("inf")
            values = [
                None, True, 5, 2 ** 70, 0.5, nan, inf, -inf, "\\u00e9\\ud800",
                b"by\\xfftes", bytearray(b"b"), pathlib.Path("a/b"),
                datetime.datetime(2025, 1, 2, 3, 4, 5), datetime.date(2025, 1, 2),
                datetime.timedelta(seconds=90), decimal.Decimal("1.5"),
                decimal.Decimal("NaN"), fractions.Fraction(1, 4), 1 + 2j,
                Color.RED, Level.LOW, {3, 1, 2}, (1, [nan]), range(3),
                (c for c in "ab"), {1: {None: inf}}, collections.deque([1]),
                collections.OrderedDict(a=1)]
            log(1, {"v": values})
        """
        want = [None, True, 5, 2 ** 70, 0.5, "NaN", "Infinity", "-Infinity",
                "\u00e9\\ud800", "by\\xfftes", "b", "a/b", "2025-01-02T03:04:05",
                "2025-01-02", "0:01:30", 1.5, "NaN", 0.25, "(1+2j)", "red", 3,
                [1, 2, 3], [1, ["NaN"]], [0, 1, 2], ["a", "b"],
                {"1": {"None": "Infinity"}}, [1], {"a": 1}]
        for libraries in True, False:
            got = self.logged(text, libraries=libraries)
            self.assertEqual(got[0]["metrics"]["v"], want)

    def test_values_of_numpy(self):
        try:
            import numpy  # noqa: F401
        except ImportError:
            raise unittest.SkipTest("python3-numpy is not there") from None
        got = self.logged("""
            import numpy as np
            from trainable import log, log_table
            log(np.int64(3), {
                "a": np.float32(0.5), "b": np.int8(-1), "c": np.bool_(True),
                "d": np.array([[1.0, np.nan]]), "e": np.float64("-inf"),
                "f": np.longdouble(2), "g": np.array(7),
                "h": np.datetime64("2025-01-02T03:04:05.123456789"),
                "i": np.timedelta64(90, "s"), "j": np.str_("s"),
                "k": np.complex64(1), np.int64(5): np.array(["x"])})
            log_table(1, "t", np.array(["a", "b"]), np.arange(4).reshape(2, 2))
        """)
        self.assertEqual(got[0], {"step": 3, "metrics": {
            "a": 0.5, "b": -1, "c": True, "d": [[1.0, "NaN"]],
            "e": "-Infinity", "f": 2.0, "g": 7,
            "h": "2025-01-02T03:04:05.123456789", "i": "90 seconds", "j": "s",
            "k": "(1+0j)", "5": ["x"]}})
        self.assertEqual(got[1]["log"]["data"]["rows"], [[0, 1], [2, 3]])

    def test_values_that_resist(self):
        got = self.logged("""
            from unittest import mock
            from trainable import log, log_table
            class Odd:
                def __str__(self):
                    raise ValueError("no")
                __repr__ = __iter__ = __len__ = item = tolist = __str__
            ring = []
            ring.append(ring)
            deep = []
            for _ in range(100000):
                deep = [deep]
            values = {"odd": Odd(), "ring": ring, "deep": deep,
                      "mock": mock.MagicMock(), "type": dict,
                      "big": 10 ** 5000, "function": print}
            for name, value in values.items():
                log(1, {name: value})
                log(value, {}, run=value)
                log_table(1, "k", [value], [[value]], run=None)
            log(2, {Odd(): 1})
            log(Odd(), Odd())
        """)
        self.assertEqual(len(got), 3 * 7 + 2)
        self.assertEqual(got[0], {"step": 1, "metrics": {"odd": "<Odd>"}})
        self.assertEqual(got[-2], {"step": 2, "metrics": {"<Odd>": 1}})

    def test_steps_are_whole_numbers_where_they_can_be(self):
        got = self.logged("""
            from trainable import log
            for step in 1, 2.0, "3", True, 0.5, None, float("nan"), "x", [4]:
                log(step, {})
        """)
        self.assertEqual([line["step"] for line in got],
                         [1, 2, 3, 1, 0.5, None, "NaN", "x", 4])

    def test_metrics_and_charts_from_iterators(self):
        got = self.logged("""
            from trainable import configure_dashboard, log
            log(1, iter([("a", 1), ("b", iter([2, 3]))]))
            log(1, zip("ab", (x / 2 for x in range(2))))
            log(1, 0.5)
            configure_dashboard({"metrics": (m for m in "ab"), "n": n}
                                for n in range(2))
            configure_dashboard({"charts": iter([{"a": 1}])})
            configure_dashboard({"title": "one"})
        """)
        self.assertEqual([line["metrics"] for line in got[:3]], [
            {"a": 1, "b": [2, 3]}, {"a": 0.0, "b": 0.5}, {"value": 0.5}])
        self.assertEqual([line["chart_config"]["charts"] for line in got[3:]], [
            [{"metrics": ["a", "b"], "n": 0}, {"metrics": ["a", "b"], "n": 1}],
            [{"a": 1}], [{"title": "one"}]])

    def test_what_can_be_iterated_is_iterated_once(self):
        self.logged("""
            from trainable import (configure_dashboard, log, log_images,
                                   log_table)
            all_of_them = []
            class Once:
                def __init__(self, *items):
                    self.items, self.times, self.given = items, 0, 0
                    all_of_them.append(self)
                def __iter__(self):
                    self.times += 1
                    for item in self.items:
                        self.given += 1
                        yield item
            log(1, Once(("a", Once(1, 2)), ("b", 3)))
            configure_dashboard(Once({"m": Once(1, 2)}, Once(3)))
            log_table(1, "t", Once("a", "b"), Once(Once(1, 2), Once(Once(3))))
            log_images(1, "i", Once(b"GIF8", b"GIF8"), Once("x", "y"))
            for one in all_of_them:
                assert one.times == 1, (one.items, one.times)
                assert one.given == len(one.items), (one.items, one.given)
            assert len(all_of_them) == 12
        """)

    def test_a_table_keeps_a_thousand_rows_and_says_so(self):
        got = self.events("""
            import itertools
            from trainable import log_table
            for n in 0, 999, 1000, 1001:
                log_table(1, "t", ["n"], ((i,) for i in range(n)))
            log_table(1, "t", iter(["n"]), ([i] for i in itertools.count()))
        """)
        self.assertEqual([(len(e["data"]["rows"]), e["data"]["truncated"])
                          for e in got],
                         [(0, False), (999, False), (1000, False),
                          (1000, True), (1000, True)])
        self.assertEqual(got[3]["data"]["rows"][-1], [999])

    def test_rows_of_every_form(self):
        event, = self.events("""
            from trainable import log_table
            log_table(1, "t", iter(["a", 2]), iter([
                [1, 2], iter((3, 4)), {"a": 5, 2: 6}, {"a": 7}, "text", 8, []]))
        """)
        self.assertEqual(event["data"]["columns"], ["a", "2"])
        self.assertEqual(event["data"]["rows"], [
            [1, 2], [3, 4], [5, 6], [7, None], ["text"], [8], []])

    EVERYTHING = """
        from trainable import log, log_image, log_images, log_table
        for i in range(20):
            log(i, {"a": 1})
            log_image(i, "k", b"GIF8")
            log_images(i, "k", [b"GIF8"])
            log_table(i, "k", ["a"], [[1]])
        import sys
        print("the end", file=sys.stderr)
    """

    def told_once(self, **more):
        got = self.run_script(self.EVERYTHING, **more)
        told = got.stderr.splitlines()
        self.assertEqual(told.pop(), "the end")
        self.assertEqual(len([line for line in told if "metrics" in line]), 1,
                         told)
        self.assertLessEqual(len(told), 2)

    def test_a_file_in_place_of_the_folder_is_no_end(self):
        self.out.write_text("in the way")
        self.told_once()
        self.assertEqual(self.out.read_text(), "in the way")

    def test_a_full_disk_is_no_end(self):
        self.out.mkdir()
        (self.out / "metrics.jsonl").symlink_to("/dev/full")
        self.told_once()

    def test_a_folder_that_is_read_only_is_no_end(self):
        self.out.mkdir()
        self.temp.chmod(0o755)
        self.out.chmod(0o555)
        more = {}
        if os.geteuid() == 0:  # who may write everywhere
            if not all(p.stat().st_mode & 1 for p in self.temp.parents):
                self.skipTest("nobody else may come to this folder")
            more = {"user": 65534}
        self.told_once(**more)
        self.assertEqual(list(self.out.iterdir()), [])

    def test_a_stdout_that_is_gone_is_no_end(self):
        reader, writer = os.pipe()
        os.close(reader)
        got = subprocess.run(
            self.command(self.EVERYTHING), stdout=writer, timeout=60,
            stderr=subprocess.PIPE, text=True, check=False,
            env=self.environment({
                "TRAINABLE_RUNTIME_MODE": "sandbox",
                "TRAINABLE_VOLUME_ROOT": str(self.temp / "volume")}))
        os.close(writer)
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertEqual(got.stderr.count("cannot write"), 1, got.stderr)
        self.assertTrue(got.stderr.endswith("the end\n"))
