"""monit, one cycle."""

from . import Call, NotApplicable, occurrences

NAME, KIND, SETTING = "monit", "compiled", "one cycle (monit -v), one check after another: it has no other way"


class Tool:
    def __init__(self, ground, _):
        self.ground = ground

    def files(self):
        checks = [f"check file f{n} with path {path}\n  if size != 17 B then alert" for n, path in enumerate(self.ground.files)]
        return self._cycle("files", checks, r"size check succeeded", r"size test failed")

    def tcp(self):
        return self._hosts("tcp", [f"failed port {port} type tcp with timeout 2 seconds" for port in self.ground.ports])

    def http(self):
        return self._http("http", self.ground.live_urls)

    def dead(self):
        return self._http("dead", self.ground.urls_with_dead)

    def commands(self):
        raise NotApplicable("a cycle starts a program and the next one reads how it ended")

    def ssh(self):
        raise NotApplicable("it looks at its own machine only")

    def _http(self, row, urls):
        split = [url.removeprefix("http://127.0.0.1:").split("/") for url in urls]
        return self._hosts(row, [f'failed port {port} protocol http request "/{path}" status = 200 with timeout 2 seconds' for port, path in split])

    def _hosts(self, row, tests):
        checks = [f"check host h{n} with address 127.0.0.1\n  if {test} then alert" for n, test in enumerate(tests)]
        return self._cycle(row, checks, r"succeeded testing protocol", r"failed protocol test")

    def _cycle(self, row, checks, passed, failed):
        at = self.ground.at
        head = f"set pidfile {at(f'monit/{row}.pid')}\nset idfile {at(f'monit/{row}.id')}\nset statefile {at(f'monit/{row}.state')}\n"
        path = self.ground.write(f"monit/{row}", head + "\n".join(checks) + "\n", 0o600)
        # -v tells each check, which is what proves that it was made.
        return Call(["monit", "-v", "-c", path], occurrences(passed, failed))
