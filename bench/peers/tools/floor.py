"""The least that .NET takes: a program of one file that asks the same questions and does nothing else. What it takes no tool on this runtime gets below."""

import os

from . import LINES, Call, NotApplicable, numbers

NAME, KIND, SETTING = ".NET at its least", "a floor, no peer", "bench/peers/floor: no checklist, no limits, each row in the fastest of the ways tried"


class Tool:
    def __init__(self, ground, _):
        self.ground = ground

    def files(self):
        return self._call("files", self.ground.files)

    def tcp(self):
        return self._call("tcp", self.ground.ports)

    def http(self):
        return self._call("http", self.ground.live_urls)

    def dead(self):
        raise NotApplicable("it knows no limit")

    def commands(self):
        return self._call("commands", [line for line, _ in LINES])

    def ssh(self):
        raise NotApplicable("it looks at its own machine only")

    def _call(self, row, lines):
        path = self.ground.write(f"floor/{row}", "".join(f"{line}\n" for line in lines))
        return Call([os.environ["FLOOR"], row, path], numbers(r"(\d+) passed", r"(\d+) failed"))
