"""Holdpoint's published command line. Checks run 64 at a time: its own default."""

from . import HOST_LINES, LINES, Call, numbers

NAME, KIND, SETTING = "Holdpoint", "itself", "as it comes: 64 checks at a time"


class Tool:
    def __init__(self, ground, program):
        self.ground, self.program = ground, program

    def files(self):
        return self._check("files", [f"file {path} size == 17B" for path in self.ground.files])

    def tcp(self):
        return self._check("tcp", [f"tcp 127.0.0.1:{port} timeout 2s" for port in self.ground.ports])

    def http(self):
        return self._check("http", [f"http {url} timeout 2s" for url in self.ground.live_urls])

    def dead(self):
        return self._check("dead", [f"http {url} timeout 2s" for url in self.ground.urls_with_dead])

    def commands(self):
        return self._call(self.ground.write("holdpoint/commands/DEPLOY.md", "# Work\n\n" + _scripts(LINES, "")))

    def ssh(self):
        ground = self.ground
        hosts = "".join(f"  {h}: {{ ssh: {h}, config: {ground.ssh_config} }}\n" for h in ground.hosts)
        ground.write("holdpoint/ssh/holdpoint.yaml", f"holdpoint: 1\nhosts:\n{hosts}  all: [{', '.join(ground.hosts)}]\n")
        return self._call(ground.write("holdpoint/ssh/DEPLOY.md", "# Hosts\n\n## Commands\n\n**Each:** host in all\n\n" + _scripts(HOST_LINES, " host=${host}")))

    def _check(self, row, marks):
        return self._call(self.ground.write(f"holdpoint/{row}/DEPLOY.md", "# Work\n\n" + "".join(f"- [ ] Check {n} `? {mark}`\n" for n, mark in enumerate(marks))))

    def _call(self, path):
        # What never answers is unknown to it, not failed: nobody has measured it.
        return Call([self.program, "check", path], numbers(r"(\d+) passed", r"(\d+) unknown"))


def _scripts(lines, options):
    return "\n".join(f"""- [ ] Command {n} `? run{options} output == "{answer}"`

  ```bash
  {line}
  ```
""" for n, (line, answer) in enumerate(lines))
