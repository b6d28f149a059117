"""Confusion matrices, which scikit-learn judges."""
import json
import random
import unittest
import warnings

from unzipped import Unzipped

try:
    import numpy
    from sklearn.metrics import confusion_matrix
except ImportError:
    numpy = None

# Every case as lists, as one-shot iterators, and as what counts itself.
SCRIPT = """
    import json
    from trainable import log_confusion_matrix
    class Counted:
        def __init__(self, items):
            self.items, self.times, self.given = items, 0, 0
        def __iter__(self):
            self.times += 1
            for item in self.items:
                self.given += 1
                yield item
        def check(self):
            assert (self.times, self.given) == (1, len(self.items)), (
                self.times, self.given)
    for true, pred, labels in json.load(open("cases.json")):
        log_confusion_matrix(1, "list", true, pred, labels)
        once = [None if v is None else iter(v) for v in (true, pred, labels)]
        log_confusion_matrix(1, "iter", *once)
        for v in once:
            assert v is None or next(v, "end") == "end"
        counted = [v if v is None else Counted(v)
                   for v in (true, pred, labels)]
        log_confusion_matrix(1, "counted", *counted)
        for v in counted:
            if v is not None:
                v.check()
"""


def cases():
    """(true, pred, labels): of numbers, of words, of truths."""
    rand = random.Random(7)
    yield [0, 1, 1, 0, 1], [0, 1, 0, 0, 1], None
    yield ["b", "a", "b"], ["b", "b", "a"], ["a", "b"]
    yield [2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2], None
    yield ["cat", "ant", "cat"], ["ant", "ant", "bird"], ["ant", "cat"]
    yield [1, 2, 3], [1, 1, 1], [3, 9, 1]
    yield [1, 2, 1], [2, 2, 1], [2, 1, 2]
    yield [True, False, True], [True, True, False], None
    yield [10, 9, 100], [9, 9, 10], None
    yield [-1, 1, -1], [1, 1, -1], None
    yield [1.0, 2.0], [2.0, 2.0], None
    yield ["é", "z", "Z", ""], ["z", "é", "Z", "Z"], None
    yield [5], [5], None
    for _ in range(200):
        domain = rand.choice([list(range(rand.randrange(1, 8))),
                              ["w%d" % i for i in range(12)],
                              [-3, 0, 7, 100]])
        n = rand.randrange(1, 60)
        true, pred = (rand.choices(domain, k=n) for _ in range(2))
        labels = None
        if rand.random() < 0.5:
            labels = rand.sample(domain, rand.randrange(1, len(domain) + 1))
            if true[0] not in labels:
                labels.append(true[0])  # sklearn wants one that occurs
        yield true, pred, labels


class Confusion(Unzipped):
    def matrices(self, **more):
        self.root.joinpath("cases.json").write_text(
            json.dumps(list(cases())))
        return [event["data"] for event in self.events(SCRIPT, **more)]

    @unittest.skipUnless(numpy, "python3-sklearn is not there")
    def test_as_sklearn_says_with_it_and_without(self):
        with_it = self.matrices()
        self.assertEqual(self.matrices(libraries=False), with_it)
        self.assertEqual(self.matrices(env=self.blocking("sklearn")), with_it)
        for i, (true, pred, labels) in enumerate(cases()):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                matrix = confusion_matrix(true, pred, labels=labels).tolist()
            if labels is None:
                labels = numpy.unique(true + pred).tolist()
            want = {"labels": [str(label) for label in labels],
                    "matrix": matrix}
            self.assertEqual(with_it[3 * i:3 * i + 3], [want] * 3,
                             (true, pred, labels))

    @unittest.skipUnless(numpy, "python3-numpy is not there")
    def test_arrays_count_as_lists_do(self):
        got = self.events("""
            import numpy as np
            from trainable import log_confusion_matrix as cm
            true, pred = [0, 2, 2, 1], [0, 2, 1, 1]
            cm(1, "k", true, pred)
            for kind in (np.int64, np.uint8, np.int16):
                cm(1, "k", np.array(true, kind), np.array(pred, kind),
                   labels=np.unique(true))
                cm(1, "k", iter(np.array(true, kind)), pred)
            cm(1, "k", np.array(true)[:, None], np.array(pred)[:, None])
        """)
        self.assertEqual(len(got), 8)
        for event in got:
            self.assertEqual(event["data"], {
                "labels": ["0", "1", "2"],
                "matrix": [[1, 0, 0], [0, 1, 0], [0, 1, 1]]})

    def test_any_mixture_of_labels_counts(self):
        for libraries in True, False:
            got = self.events("""
                from trainable import log_confusion_matrix
                nan = float("nan")
                log_confusion_matrix(1, "a", [1, "a", None], ["a", 1, 2.5])
                log_confusion_matrix(1, "b", [nan, float("nan")], [nan, 0])
                log_confusion_matrix(1, "c", [[1, 2], {}], [(1, 2), b"x"])
                log_confusion_matrix(1, "d", [], [])
                log_confusion_matrix(1, "e", [1], [1], labels=[])
            """, libraries=libraries)
            self.assertEqual([event["data"] for event in got], [
                {"labels": ["1", "2.5", "None", "a"],
                 "matrix": [[0, 0, 0, 1], [0, 0, 0, 0], [0, 1, 0, 0],
                            [1, 0, 0, 0]]},
                {"labels": ["0", "NaN"], "matrix": [[0, 0], [1, 1]]},
                {"labels": ["[1, 2]", "x", "{}"],
                 "matrix": [[1, 0, 0], [0, 0, 0], [0, 1, 0]]},
                {"labels": [], "matrix": []},
                {"labels": [], "matrix": []}])

    def test_a_difference_in_length_is_told_and_no_end(self):
        got = self.run_script("""
            from trainable import log_confusion_matrix
            log_confusion_matrix(1, "a", [0, 1, 1], [0, 1])
        """)
        self.assertIn("of 3 and 2 values", got.stderr)
        self.assertEqual(self.lines()[0]["log"]["data"]["matrix"],
                         [[1, 0], [0, 1]])

    def test_a_thousand_labels_are_kept(self):
        got = self.events("""
            from trainable import log_confusion_matrix
            log_confusion_matrix(1, "a", range(1000), range(1000))
            log_confusion_matrix(1, "a", range(20000), range(20000))
        """)
        self.assertEqual([len(e["data"]["matrix"]) for e in got], [1000, 1000])
        self.assertNotIn("truncated", got[0]["data"])
        self.assertIs(got[1]["data"]["truncated"], True)
