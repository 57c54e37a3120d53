"""Ansible: one play, facts off, pipelining on."""

from . import HOST_LINES, LINES, Call, occurrences

NAME, KIND, SETTING = "Ansible", "interpreted", "facts off, pipelining on; loop on one machine, 20 forks and shared connections on hosts"


class Tool:
    def __init__(self, ground, _):
        self.ground = ground

    def files(self):
        return self._loop("files", self.ground.files, 'stat: { path: "{{ item }}" }', "r.stat.size != 17")

    def tcp(self):
        return self._loop("tcp", self.ground.ports, 'wait_for: { host: 127.0.0.1, port: "{{ item }}", timeout: 2, connect_timeout: 2 }', None)

    def http(self):
        return self._loop("http", self.ground.live_urls, 'uri: { url: "{{ item }}", timeout: 2 }', None)

    def dead(self):
        return self._loop("dead", self.ground.urls_with_dead, 'uri: { url: "{{ item }}", timeout: 2 }', None)

    def commands(self):
        return self._loop("commands", [list(l) for l in LINES], 'command: "{{ item[0] }}"', "r.stdout != item[1]")

    def ssh(self):
        ground = self.ground
        tasks = "".join(f"    - command: {line}\n      register: r\n      failed_when: r.stdout != '{answer}'\n" for line, answer in HOST_LINES)
        inventory = ground.write("ansible/hosts", "\n".join(ground.hosts) + "\n")
        play = ground.write("ansible/ssh.yml", f"- hosts: all\n  gather_facts: false\n  tasks:\n{tasks}")
        call = self._call(["-i", inventory, play])
        call.env |= {"ANSIBLE_FORKS": "20", "ANSIBLE_SSH_ARGS": f"-F {ground.ssh_config} {' '.join(ground.shared_ssh[:4])}", "ANSIBLE_SSH_CONTROL_PATH": ground.shared_ssh[5].partition("=")[2].replace("%n", "%%h")}
        return call

    def _loop(self, row, items, module, wrong):
        failed = f"      failed_when: {wrong}\n" if wrong else ""
        play = self.ground.write(f"ansible/{row}.yml", f"""- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - {module}
      loop: {items!r}
      register: r
{failed}""")
        return self._call([play])

    def _call(self, arguments):
        env = {
            "ANSIBLE_PIPELINING": "1", "ANSIBLE_HOST_KEY_CHECKING": "0", "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3", "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCAL_TEMP": self.ground.at("ansible/tmp"), "ANSIBLE_RETRY_FILES_ENABLED": "0", "ANSIBLE_LOCALHOST_WARNING": "0", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        }
        return Call(["ansible-playbook", *arguments], occurrences(r"^(?:ok|changed): \[", r"^failed: \["), env=env)
