#!/usr/bin/python3 -B
"""Run a module of unittest and print TAP: tap.py MODULE."""
import sys
import unittest


class Tap(unittest.TestResult):
    """A line for each test, with what went wrong below it."""

    def say(self, good, test, note="", why=""):
        name = test.id().split(".test_")[-1].replace("_", " ")
        print(f"{'ok' if good else 'not ok'} {self.testsRun} - {name}{note}")
        for line in why.splitlines():
            print("#", line)

    def addSuccess(self, test):
        self.say(True, test)

    def addSkip(self, test, reason):
        self.say(True, test, " # SKIP " + reason)

    def addFailure(self, test, err):
        self.failures.append((test, err))
        self.say(False, test, why=self._exc_info_to_string(err, test))

    addError = addFailure


def main():
    suite = unittest.defaultTestLoader.loadTestsFromName(sys.argv[1])
    print(f"1..{suite.countTestCases()}")
    result = Tap()
    suite.run(result)
    return bool(result.failures) or result.testsRun == 0


sys.exit(main())
