"""One module a tool. Each writes the same work down in its own words and says how to run it and what proves that it was done."""

import dataclasses
import re


@dataclasses.dataclass
class Call:
    """A command line, and how to read from its end and output how many checks passed and failed."""

    command: list
    count: object
    cwd: str = None
    env: dict = dataclasses.field(default_factory=dict)


class NotApplicable(Exception):
    """With the reason."""


def numbers(passed, failed):
    """Counts by two patterns with one group each; one that is not found counts none."""

    def read(output, _exit):
        def one(pattern):
            found = re.findall(pattern, output)
            return int(found[-1]) if found else 0

        return one(passed), one(failed)

    return read


def occurrences(passed, failed):
    return lambda output, _exit: (len(re.findall(passed, output, re.M)), len(re.findall(failed, output, re.M)))


LINES = [(f"echo answer-{n}", f"answer-{n}") for n in range(50)]
HOST_LINES = LINES[:20]
