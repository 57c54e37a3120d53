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
        return self._check("commands", [f'sh {line} output == "{answer}"' for line, answer in LINES])

    def ssh(self):
        ground = self.ground
        hosts = "".join(f"  {h}: {{ ssh: {h} }}\n" for h in ground.hosts)
        ground.write("holdpoint/ssh/holdpoint.yaml", f"holdpoint: 1\nhosts:\n{hosts}  all: [{', '.join(ground.hosts)}]\n")
        marks = "".join(f'- [ ] Command {n} `? sh {line} output == "{answer}" host=${{host}}`\n' for n, (line, answer) in enumerate(HOST_LINES))
        # The machine's own OpenSSH is used, and it has no other way to be told of a configuration than the first ssh on PATH.
        ground.write("holdpoint/ssh/bin/ssh", f'#!/bin/sh\nexec /usr/bin/ssh -F {ground.ssh_config} "$@"\n', 0o755)
        path = ground.write("holdpoint/ssh/DEPLOY.md", f"# Hosts\n\n## Commands\n\n**Each:** host in all\n\n{marks}")
        return self._call(path, {"PATH": f"{ground.at('holdpoint/ssh/bin')}:/usr/sbin:/usr/bin:/sbin:/bin"})

    def _check(self, row, marks):
        path = self.ground.write(f"holdpoint/{row}/DEPLOY.md", "# Work\n\n" + "".join(f"- [ ] Check {n} `? {mark}`\n" for n, mark in enumerate(marks)))
        return self._call(path, {})

    def _call(self, path, env):
        # What never answers is unknown to it, not failed: nobody has measured it.
        return Call([self.program, "check", path], numbers(r"(\d+) passed", r"(\d+) unknown"), env=env)
