"""What the peers look at: files, listeners, web servers, hosts, all in a folder and on free ports of this machine, and gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

SIZE = 17
HOSTS = 20


class Ground:
    """Use as a context: everything is up within, nothing is left after it."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="holdpoint-peers-")
        # sshd, nginx and Ansible's modules read here as other users do.
        os.chmod(self.folder, 0o755)
        self._sockets, self._servers = [], []
        try:
            self.files = [self._file(n) for n in range(100)]
            self.ports = [self._listener(backlog=128) for _ in range(100)]
            self.dead = [self._full() if n % 2 else self._silent() for n in range(10)]
            self.web = self._nginx()
            self.hosts = [f"h{n:02}" for n in range(1, HOSTS + 1)]
            self._sshd()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in self._servers:
            server.terminate()
        for server in self._servers:
            server.wait()
        for one in self._sockets:
            one.close()
        self._end_shared_connections()
        shutil.rmtree(self.folder, ignore_errors=True)

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text, mode=0o644):
        path = self.at(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    @property
    def live_urls(self):
        return [f"http://127.0.0.1:{self.web}/{n}" for n in range(100)]

    @property
    def urls_with_dead(self):
        return [f"http://127.0.0.1:{self.dead[n // 10]}/{n}" if n % 10 == 5 else url for n, url in enumerate(self.live_urls)]

    def _file(self, n):
        return self.write(f"files/f{n}", "x" * SIZE)

    def _listener(self, backlog):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(backlog)
        self._sockets.append(listener)
        return listener.getsockname()[1]

    def drain(self):
        """Takes connections that wait at the listeners, so that no later round finds them full."""
        for listener in self._sockets[:100]:
            listener.setblocking(False)
            try:
                while True:
                    listener.accept()[0].close()
            except BlockingIOError:
                continue

    def _silent(self):
        """Connections are taken, by the kernel, and never answered."""
        return self._listener(backlog=1000)

    def _full(self):
        """A queue of one, taken: the kernel drops whoever else wants to connect, as a firewall does."""
        port = self._listener(backlog=0)
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            self._sockets.append(filler)
        probe = socket.socket()
        probe.settimeout(0.3)
        try:
            probe.connect(("127.0.0.1", port))
        except TimeoutError:
            return port
        finally:
            probe.close()
        raise RuntimeError("a listener whose queue is full still takes connections here")

    def _nginx(self):
        port = free_port()
        config = self.write("nginx.conf", f"""
            daemon off; worker_processes 1; pid {self.at('nginx.pid')}; error_log {self.at('nginx.log')};
            events {{ worker_connections 1024; }}
            http {{ access_log off; server {{ listen 127.0.0.1:{port} backlog=1024; location / {{ default_type text/plain; return 200 "ok\\n"; }} }} }}
            """)
        self._serve(["nginx", "-c", config, "-p", self.folder], ("127.0.0.1", port))
        return port

    def _sshd(self):
        """Twenty addresses: twenty hosts to each client. The key is RSA in PEM, which also Ruby's client reads."""
        os.makedirs("/run/sshd", exist_ok=True)
        for key in ("host_key", "user_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-m", "PEM", "-N", "", "-f", self.at(key)], check=True)
        self.ssh_port, self.user = free_port(), pwd.getpwuid(os.getuid()).pw_name
        with open(self.at("user_key.pub"), encoding="utf-8") as public:
            self.write("authorized_keys", public.read(), 0o600)
        # A server listens at sixteen addresses at most.
        for first in range(1, HOSTS + 1, 10):
            listen = "\n".join(f"ListenAddress 127.0.0.{n}:{self.ssh_port}" for n in range(first, first + 10))
            config = self.write(f"sshd_config_{first}", f"""{listen}
HostKey {self.at('host_key')}
AuthorizedKeysFile {self.at('authorized_keys')}
PidFile none
PermitRootLogin yes
StrictModes no
UsePAM no
MaxStartups 200
""")
            self._serve(["/usr/sbin/sshd", "-D", "-e", "-f", config], (f"127.0.0.{first}", self.ssh_port))
        self.ssh_config = self.write("ssh_config", "".join(f"""Host {host}
  HostName 127.0.0.{n}
""" for n, host in enumerate(self.hosts, 1)) + f"""Host *
  Port {self.ssh_port}
  User {self.user}
  IdentityFile {self.at('user_key')}
  IdentitiesOnly yes
  BatchMode yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
""")
        # A short path: sockets have no room for long ones.
        self._shared = tempfile.mkdtemp(prefix="hpp-", dir="/tmp")
        self.shared_ssh = ["-o", "ControlMaster=auto", "-o", "ControlPersist=20", "-o", f"ControlPath={self._shared}/%n"]

    def _end_shared_connections(self):
        if hasattr(self, "_shared"):
            for name in os.listdir(self._shared):
                subprocess.run(["ssh", "-F", self.ssh_config, "-o", f"ControlPath={self._shared}/{name}", "-O", "exit", name], capture_output=True, check=False)
            shutil.rmtree(self._shared, ignore_errors=True)

    def forget_shared_connections(self):
        """Each round begins without a connection."""
        for name in os.listdir(self._shared):
            subprocess.run(["ssh", "-F", self.ssh_config, "-o", f"ControlPath={self._shared}/{name}", "-O", "exit", name], capture_output=True, check=False)

    def _serve(self, command, address):
        with open(self.at("servers.log"), "ab") as log:
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._servers.append(server)
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(address, timeout=5).close()
                return
            except OSError:
                if server.poll() is not None or time.monotonic() > until:
                    with open(self.at("servers.log"), encoding="utf-8") as log:
                        raise RuntimeError(f"{command[0]} does not start:\n{log.read()}") from None
                time.sleep(0.05)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
