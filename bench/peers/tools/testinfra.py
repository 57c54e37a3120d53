"""testinfra on pytest, the interpreter of Debian."""

from . import HOST_LINES, LINES, Call, numbers

NAME, KIND, SETTING = "testinfra", "interpreted", "pytest without plugins but testinfra's, one test after another (its default)"


class Tool:
    def __init__(self, ground, _):
        self.ground = ground

    def files(self):
        return self._tests("files", self.ground.files, "assert host.file(x).size == 17")

    def tcp(self):
        return self._tests("tcp", self.ground.ports, "assert host.addr('127.0.0.1').port(x).is_reachable")

    def http(self):
        return self._http("http", self.ground.live_urls)

    def dead(self):
        return self._http("dead", self.ground.urls_with_dead)

    def commands(self):
        return self._tests("commands", LINES, "assert host.run(x[0]).stdout.strip() == x[1]")

    def ssh(self):
        call = self._tests("ssh", HOST_LINES, "assert host.run(x[0]).stdout.strip() == x[1]")
        call.command += [f"--ssh-config={self.ground.ssh_config}", "--hosts=" + ",".join(f"ssh://{h}?controlpersist=20" for h in self.ground.hosts)]
        return call

    def _http(self, row, urls):
        # It has no resource for HTTP: what looks from the host is a command there.
        return self._tests(row, urls, "assert host.run('curl -sf -m 2 -o /dev/null %s', x).rc == 0")

    def _tests(self, row, items, body):
        path = self.ground.write(f"testinfra/test_{row}.py", f"""import pytest

@pytest.mark.parametrize("x", {items!r})
def test_{row}(host, x):
    {body}
""")
        return Call(["pytest-3", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", path], numbers(r"(\d+) passed", r"(\d+) failed"))
