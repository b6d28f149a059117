"""Images and figures, of which Pillow judges what was written."""
import unittest

from unzipped import Unzipped

try:
    import numpy
    from PIL import Image
except ImportError:
    numpy = None
try:
    import matplotlib
except ImportError:
    matplotlib = None


@unittest.skipUnless(numpy, "python3-numpy or python3-pil is not there")
class Arrays(Unzipped):
    def pixels(self, event):
        """The pixels of its images, each as mode and array."""
        got = []
        for item in event["data"]["items"]:
            with Image.open(self.out / item["path"]) as image:
                self.assertEqual(image.format, "PNG")
                got.append((image.mode, numpy.asarray(image)))
        return got

    def one(self, event):
        (mode, array), = self.pixels(event)
        return mode, array.tolist()

    def test_arrays_of_every_layout_without_Pillow(self):
        text = """
            import numpy as np
            from trainable import log_image
            grey = np.arange(10, dtype=np.uint8).reshape(2, 5) * 25
            rgb = np.arange(18, dtype=np.uint8).reshape(2, 3, 3) * 14
            rgba = np.arange(24, dtype=np.uint8).reshape(2, 3, 4) * 10
            np.savez("want.npz", grey=grey, rgb=rgb, rgba=rgba)
            for a in (grey, grey[:, :, None], grey[None], rgb, rgba,
                      np.ascontiguousarray(rgb.transpose(2, 0, 1)).repeat(2, 2),
                      rgb[:, ::-1], rgb / 255, rgb.astype(np.int64),
                      rgb.astype(np.float32), rgb[None]):
                log_image(1, "k%d" % id(a), a)
        """
        for missing in [], ["PIL", "matplotlib", "sklearn"]:
            got = self.events(text, env=self.blocking(*missing))
            want = numpy.load(self.root / "want.npz")
            grey, rgb, rgba = (want[name].tolist()
                               for name in ("grey", "rgb", "rgba"))
            twice = want["rgb"].repeat(2, 1).tolist()
            mirrored = want["rgb"][:, ::-1].tolist()
            self.assertEqual([self.one(event) for event in got], [
                ("L", grey), ("L", grey), ("L", grey), ("RGB", rgb),
                ("RGBA", rgba), ("RGB", twice), ("RGB", mirrored),
                ("RGB", rgb), ("RGB", rgb), ("RGB", rgb), ("RGB", rgb)])

    def test_floats_truths_and_what_is_no_colour(self):
        got = self.events("""
            import numpy as np
            from trainable import log_image
            nan, inf = np.nan, np.inf
            log_image(1, "a", np.array([[0.0, 0.5, 1.0]]))
            log_image(1, "b", np.array([[nan, inf, -inf, -3.0, 0.2]]))
            log_image(1, "c", np.array([[False, True]]))
            log_image(1, "d", np.array([[-5.0, 300.0, 20.4]]))
            log_image(1, "e", np.array([[0, 1]], np.uint8))
            log_image(1, "f", [[0, 128], [255, 3]])
            log_image(1, "g", (row for row in ([0.0, 1.0], [1.0, 0.0])))
            log_image(1, "h", np.array([[nan, nan]]))
        """)
        self.assertEqual([self.one(event)[1] for event in got], [
            [[0, 128, 255]], [[0, 255, 0, 0, 51]], [[0, 255]],
            [[0, 255, 20]], [[0, 1]], [[0, 128], [255, 3]],
            [[0, 255], [255, 0]], [[0, 0]]])

    def test_torch_is_not_imported_and_its_tensors_are_CHW(self):
        got = self.events("""
            import numpy as np, sys
            from trainable import log_image
            class Tensor:
                # what a tensor on a GPU with a gradient lets one do
                def __init__(self, array, steps=("detach", "cpu")):
                    self.array, self.steps = array, steps
                    self.dtype, self.shape = "torch.float32", array.shape
                def _step(self, name):
                    assert self.steps[0] == name
                    return Tensor(self.array, self.steps[1:])
                def detach(self):
                    return self._step("detach")
                def cpu(self):
                    return self._step("cpu")
                def numpy(self):
                    assert not self.steps
                    return self.array
            a = np.zeros((3, 2, 3), np.float32)
            a[0] = 1  # all red, unless 3 rows of it are taken for channels
            log_image(1, "a", Tensor(a))
            log_image(1, "b", Tensor(a[0]))
            log_image(1, "c", Tensor(a[None, :1]))
            assert "torch" not in sys.modules
        """)
        self.assertEqual(self.one(got[0]), ("RGB", [[[255, 0, 0]] * 3] * 2))
        self.assertEqual(self.one(got[1]), ("L", [[255] * 3] * 2))
        self.assertEqual(self.one(got[2]), ("L", [[255] * 3] * 2))

    def test_images_of_Pillow_in_every_mode(self):
        got = self.events("""
            from PIL import Image
            from trainable import log_image, log_images
            base = Image.new("RGB", (4, 2), (10, 200, 30))
            modes = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr",
                     "HSV", "F", "I"]
            log_images(1, "all", (base.convert(m) for m in modes))
            log_images(2, "one", base)
        """)
        self.assertEqual([mode for mode, _ in self.pixels(got[0])],
                         ["1", "L", "LA", "P", "RGB", "RGBA", "RGB", "RGB",
                          "RGB", "L", "I"])
        self.assertEqual(len(got[1]["data"]["items"]), 1)

    def test_several_images_and_their_captions_from_iterators(self):
        for run in None, "r/1":
            event, = self.events(f"""
                import numpy as np
                from trainable import log_images
                log_images(7, "grid", (np.full((2, 2), n) for n in range(3)),
                           captions=iter(["a", None]), run={run!r})
            """)
            items = event["data"]["items"]
            self.assertEqual([item.get("caption") for item in items],
                             ["a", None, None])
            self.assertEqual([array.max() for _, array in self.pixels(event)],
                             [0, 255, 2])
            self.assertEqual(event["type"], "image_grid")
        batch, = self.events("""
            import numpy as np
            from trainable import log_images
            log_images(1, "batch", np.zeros((5, 8, 9, 3)), captions="first")
        """)
        self.assertEqual([array.shape for _, array in self.pixels(batch)],
                         [(8, 9, 3)] * 5)

    def test_runs_steps_and_keys_have_files_of_their_own(self):
        got = self.events("""
            import numpy as np
            from trainable import log_image
            for key in "a", "b":
                for step in 1, 2, 2.5, np.int64(3), -1, None:
                    for run in None, "x", "y", 5:
                        log_image(step, key, np.zeros((2, 2)), run=run)
            log_image(1, "a", np.ones((2, 2)))
        """)
        paths = [event["data"]["items"][0]["path"] for event in got]
        self.assertEqual(len(set(paths)), 2 * 6 * 4)
        self.assertEqual(paths[0], "figures/a/1.png")
        self.assertEqual(paths[-1], paths[0])
        self.assertEqual(self.one(got[-1])[1], [[255, 255]] * 2)
        self.assertEqual(len([p for p in self.out.rglob("*") if p.is_file()]),
                         2 * 6 * 4 + 1)

    @unittest.skipUnless(matplotlib, "python3-matplotlib is not there")
    def test_figures_of_matplotlib(self):
        got = self.events("""
            import matplotlib
            matplotlib.use("Agg")
            import matplotlib.pyplot as plt
            from trainable import log_figure
            figure, axes = plt.subplots()
            axes.plot([1, 2, 3])
            log_figure(1, "figure", figure)
            log_figure(1, "axes", axes)
            log_figure(1, "pyplot", plt)
        """)
        self.assertEqual(len(got), 3)
        for event in got:
            self.assertEqual(event["type"], "image")
            (_, array), = self.pixels(event)
            self.assertGreater(array.std(), 1)


class Files(Unzipped):
    def test_a_file_is_copied_as_it_is(self):
        jpeg = b"\xff\xd8\xff\xe0" + b"j" * 100000
        (self.root / "a.jpg").write_bytes(jpeg)
        (self.root / "misnamed.png").write_bytes(jpeg)
        (self.root / "b.SVG").write_bytes(b"<svg/>")
        (self.root / "c").write_bytes(b"?")
        (self.root / "d.sh").write_bytes(b"RIFF....WEBP")
        got = self.events("""
            import pathlib
            from trainable import log_figure, log_image
            log_image(1, "a", "a.jpg")
            log_image(2, "a", pathlib.Path("misnamed.png"))
            log_image(3, "a", b"b.SVG")
            log_image(4, "a", "c")
            log_image(5, "a", pathlib.Path("d.sh").read_bytes())
            log_figure(6, "a", "a.jpg")
        """, libraries=False)
        paths = [event["data"]["items"][0]["path"] for event in got]
        self.assertEqual(paths, ["figures/a/" + name for name in (
            "1.jpg", "2.jpg", "3.svg", "4.bin", "5.webp", "6.jpg")])
        self.assertEqual((self.out / paths[1]).read_bytes(), jpeg)
        self.assertEqual((self.out / paths[2]).read_bytes(), b"<svg/>")
        # a file that is where it would go stays what it is
        self.assertEqual(self.run_script("""
            from trainable import log_image
            log_image(1, "a", "trainable_out/figures/a/1.jpg")
        """).stderr, "")
        self.assertEqual((self.out / paths[0]).read_bytes(), jpeg)

    def test_what_is_no_image_is_told_and_no_end(self):
        got = self.run_script("""
            import os
            from trainable import log, log_figure, log_image, log_images
            os.mkfifo("pipe")
            class Odd:
                shape = property(lambda self: 1 / 0)
            for image in ("no such file", "pipe", ".", object(), None, 5, {},
                          Odd(), b"", "", [], [[]], [[1, 2], [3]], ["a"]):
                log_image(1, "k", image)
                log_figure(1, "k", image)
            log_images(1, "k", ["no such file", b"GIF8"])
            log_images(1, "k", [])
            log(2, {"a": 1})
        """)
        self.assertEqual(got.stderr.count("\n"), 2, got.stderr)
        lines = self.lines()
        self.assertEqual(lines[-1], {"step": 2, "metrics": {"a": 1}})
        for line in lines[:-3]:
            item, = line["log"]["data"]["items"]
            self.assertIsNone(item["path"])
            self.assertTrue(item["error"])
        self.assertEqual([item["path"] for item in
                          lines[-3]["log"]["data"]["items"]],
                         [None, "figures/k/1_1.gif"])

    def test_an_array_without_numpy_is_told_and_no_end(self):
        got = self.run_script("""
            from trainable import log_image
            log_image(1, "k", [[1, 2], [3, 4]])
        """, libraries=False)
        self.assertIn("numpy", got.stderr)
        self.assertIsNone(
            self.lines()[0]["log"]["data"]["items"][0]["path"])

    def test_a_figure_of_plotly_is_a_page_and_JSON(self):
        event, = self.events("""
            from trainable import log_figure
            class Figure:
                def to_json(self):
                    return '{"data": []}'
                def to_html(self, include_plotlyjs):
                    return "<html>%s \\u00e9</html>" % include_plotlyjs
            log_figure(3, "p", Figure())
        """, libraries=False)
        self.assertEqual(event, {"type": "figure", "step": 3, "key": "p",
                                 "data": {"items": [
                                     {"path": "figures/p/3.html",
                                      "format": "html"},
                                     {"path": "figures/p/3.json",
                                      "format": "plotly"}]}})
        self.assertEqual((self.out / "figures/p/3.html").read_text("utf-8"),
                         "<html>cdn \u00e9</html>")

    def test_a_write_that_breaks_off_leaves_nothing(self):
        got = self.run_script("""
            import resource
            from trainable import log_image
            log_image(1, "k", b"GIF8 old")
            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (10000, hard))
            log_image(1, "k", b"GIF8" + b"x" * 200000)
        """)
        self.assertEqual(got.stderr.count("\n"), 1, got.stderr)
        folder = self.out / "figures" / "k"
        self.assertEqual([path.name for path in folder.iterdir()], ["1.gif"])
        self.assertEqual((folder / "1.gif").read_bytes(), b"GIF8 old")
