"""The Monitoring Plugins (those of Nagios), called by one shell script, one after another."""

from . import HOST_LINES, Call, NotApplicable, numbers

NAME, KIND, SETTING = "monitoring-plugins", "compiled", "called by one shell script, one after another; hosts by check_by_ssh over shared connections, a process a host"

PLUGINS = "/usr/lib/nagios/plugins"


class Tool:
    def __init__(self, ground, _):
        self.ground = ground

    def files(self):
        raise NotApplicable("its check_file_age is Perl, and knows age only together with size")

    def tcp(self):
        return self._script("tcp", [f"check_tcp -H 127.0.0.1 -p {port} -t 2" for port in self.ground.ports])

    def http(self):
        return self._http("http", self.ground.live_urls)

    def dead(self):
        return self._http("dead", self.ground.urls_with_dead)

    def commands(self):
        raise NotApplicable("a plugin is itself a command, and has none to run others here")

    def ssh(self):
        options = " ".join(o for option in self.ground.shared_ssh[1::2] for o in ("-o", option))
        checks = "\n".join(f"one check_by_ssh -E -t 60 -F {self.ground.ssh_config} {options} -H $1 -C '{line}'" for line, _ in HOST_LINES)
        return self._write("ssh", f"""
host() {{
{checks}
echo "$passed passed, $failed failed"
}}
for host in {' '.join(self.ground.hosts)}; do host $host & done
wait
""", lambda output, _exit: _sums(output))

    def _http(self, row, urls):
        split = [url.removeprefix("http://127.0.0.1:").split("/") for url in urls]
        return self._script(row, [f"check_http -H 127.0.0.1 -p {port} -u /{path} -t 2" for port, path in split])

    def _script(self, row, checks):
        lines = "\n".join(f"one {check}" for check in checks)
        return self._write(row, f'{lines}\necho "$passed passed, $failed failed"', numbers(r"(\d+) passed", r"(\d+) failed"))

    def _write(self, row, body, count):
        path = self.ground.write(f"plugins/{row}", f"""cd {PLUGINS}
passed=0 failed=0
one() {{ ./"$@" >/dev/null 2>&1 && passed=$((passed + 1)) || failed=$((failed + 1)); }}
{body}
""")
        return Call(["bash", path], count)


def _sums(output):
    rows = [line.split() for line in output.splitlines() if " passed, " in line]
    return sum(int(r[0]) for r in rows), sum(int(r[2]) for r in rows)
