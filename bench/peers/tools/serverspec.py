"""serverspec on rspec."""

import re

from . import HOST_LINES, LINES, Call

NAME, KIND, SETTING = "serverspec", "interpreted", "rspec, one example after another (its default); hosts by one process each, 20 at a time, as its rake tasks do"


class Tool:
    def __init__(self, ground, _):
        self.ground = ground

    def files(self):
        return self._spec("files", self.ground.files, "describe(file(x)) { its(:size) { should eq 17 } }")

    def tcp(self):
        return self._spec("tcp", self.ground.ports, "describe(host('127.0.0.1')) { it { should be_reachable.with(port: x, proto: 'tcp', timeout: 2) } }")

    def http(self):
        return self._http("http", self.ground.live_urls)

    def dead(self):
        return self._http("dead", self.ground.urls_with_dead)

    def commands(self):
        return self._spec("commands", LINES, "describe(command(x[0])) { its(:stdout) { should eq x[1] + \"\\n\" } }")

    def ssh(self):
        ground = self.ground
        head = f"""set :backend, :ssh
set :host, ENV['HOST']
set :disable_sudo, true
set :request_pty, false
set :ssh_options, user: '{ground.user}', port: {ground.ssh_port}, keys: ['{ground.at('user_key')}'], keys_only: true, config: false, verify_host_key: :never, host_name: ENV['ADDRESS']"""
        call = self._spec("ssh", HOST_LINES, "describe(command(x[0])) { its(:stdout) { should eq x[1] + \"\\n\" } }", head)
        hosts = " ".join(f"'{h} 127.0.0.{n}'" for n, h in enumerate(ground.hosts, 1))
        script = f"printf '%s\\n' {hosts} | xargs -P 20 -L 1 sh -c 'HOST=$0 ADDRESS=$1 exec rspec --no-color {call.command[-1]}'"
        return Call(["bash", "-c", script], lambda output, _exit: _examples(output))

    def _http(self, row, urls):
        # It has no resource for HTTP: what looks from the host is a command there.
        return self._spec(row, urls, 'describe(command("curl -sf -m 2 -o /dev/null #{x}")) { its(:exit_status) { should eq 0 } }')

    def _spec(self, row, items, example, head="set :backend, :exec"):
        rows = ",\n".join(repr(list(i) if isinstance(i, tuple) else i) for i in items)
        path = self.ground.write(f"serverspec/{row}_spec.rb", f"require 'serverspec'\n{head}\n[{rows}].each do |x|\n  {example}\nend\n")
        return Call(["rspec", "--no-color", path], lambda output, _exit: _examples(output))


def _examples(output):
    """Of all processes together."""
    ended = re.findall(r"(\d+) examples?, (\d+) failures?", output)
    failed = sum(int(f) for _, f in ended)
    return sum(int(e) for e, _ in ended) - failed, failed
