"""A project of 230 short sessions."""
import datetime

from transcript import Claude

BEGIN = datetime.datetime(2026, 1, 1)


def one(number):
    s = Claude(f"c0000000-0000-4000-8000-{number:012}", "/srv/crowd",
               (BEGIN + datetime.timedelta(minutes=number)).isoformat())
    s.user(f"Number {number}")
    return s.made("crowd")


def make():
    return {f"crowd-{number}": one(number) for number in range(230)}
