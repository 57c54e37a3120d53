"""bats: a test of shell a check."""

from . import HOST_LINES, LINES, Call, occurrences

NAME, KIND, SETTING = "bats", "interpreted", "one test after another (its default); hosts over shared connections"


class Tool:
    def __init__(self, ground, _):
        self.ground = ground

    def files(self):
        return self._tests("files", [f'[ "$(stat -c %s {path})" = 17 ]' for path in self.ground.files])

    def tcp(self):
        return self._tests("tcp", [f"nc -z -w 2 127.0.0.1 {port}" for port in self.ground.ports])

    def http(self):
        return self._tests("http", [_curl(url) for url in self.ground.live_urls])

    def dead(self):
        return self._tests("dead", [_curl(url) for url in self.ground.urls_with_dead])

    def commands(self):
        return self._tests("commands", [f'[ "$({line})" = "{answer}" ]' for line, answer in LINES])

    def ssh(self):
        ssh = " ".join(["ssh", "-F", self.ground.ssh_config, *self.ground.shared_ssh])
        return self._tests("ssh", [f'[ "$({ssh} {host} {line})" = "{answer}" ]' for host in self.ground.hosts for line, answer in HOST_LINES])

    def _tests(self, row, lines):
        path = self.ground.write(f"bats/{row}.bats", "".join(f'@test "check {n}" {{\n  {line}\n}}\n' for n, line in enumerate(lines)))
        return Call(["bats", "--tap", path], occurrences(r"^ok ", r"^not ok "))


def _curl(url):
    return f"curl -sf -m 2 -o /dev/null {url}"
