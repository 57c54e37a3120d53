using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting.Programs;

/// <summary>What every machine has: files, text, processes, services, the shell's own words.</summary>
internal static class Machine
{
    public static IReadOnlyList<ProgramRow> Rows { get; } =
    [
        new("cd pushd popd export set unset alias source . true : sleep wait shopt ulimit umask exit return local declare readonly echo printf") { First = c => c.Program == "exit" ? Effect.Prepares : Effect.Prepares },
        new("test [ [[ which type hash cmp diff stat file md5sum sha256sum sha1sum shasum visudo nproc jq yq xmllint") { First = c => c.Program is "nproc" or "stat" or "file" or "jq" or "yq" or "sha256sum" or "sha1sum" or "md5sum" or "shasum" && !c.Has("-c", "--check", "-e", "--exit-status")
            ? c.Program is "yq" && c.Has("-i", "--inplace") ? Effect.Changes : Effect.Shows : c.Program is "yq" && c.Has("-i") ? Effect.Changes : Effect.Proves },
        new("grep egrep fgrep zgrep rg ag") { First = c => c.Has("-c", "--count") || c.HasLetter('c') ? Effect.Shows : Effect.Proves },
        new("ls ll dir cat bat head less more nl tac wc sort uniq cut tr column fold awk gawk rev paste comm join df du free uptime vmstat iostat mpstat lscpu lsblk lsof ps pgrep pidof id whoami groups hostname hostnamectl uname date timedatectl printenv pwd tree realpath readlink basename dirname getent last who w dmesg nvidia-smi sensors lspci lsusb mount findmnt blkid arch numfmt bc seq tty locale sw_vers zcat gunzip gzip xxd od strings base64 mapfile")
        {
            First = c => c.Program switch
            {
                "less" or "more" => Effect.Interactive,
                "gunzip" or "gzip" => c.Has("-t") ? Effect.Proves : c.Has("-c", "-dc", "-l") || c.Plain.Count == 0 ? Effect.Shows : Effect.Changes,
                "mount" => c.Plain.Count == 0 ? Effect.Shows : Effect.Changes,
                "hostname" or "hostnamectl" or "timedatectl" => c.Plain.Count is 0 || c.Plain[0] == "status" ? Effect.Shows : Effect.Changes,
                "date" => c.Has("-s", "--set") ? Effect.Changes : Effect.Shows,
                "sort" => c.Has("-o", "--output") ? Effect.Changes : Effect.Shows,
                "awk" or "gawk" => c.Words.Any(w => w.Contains("system(", StringComparison.Ordinal) || w.Contains("print >", StringComparison.Ordinal)) || c.Has("-i") ? Effect.Unknown : Effect.Shows,
                "free" or "vmstat" or "iostat" or "mpstat" => c.Has("-s") || c.Plain.Count == 1 && c.Program != "free" ? Effect.Endless : Effect.Shows,
                "nvidia-smi" => c.Has("-l", "--loop") ? Effect.Endless : c.Words.All(w => w is "-L" or "-q" || w.StartsWith("--query", StringComparison.Ordinal) || w.StartsWith("--format", StringComparison.Ordinal)) ? c.Words.Count == 0 ? Effect.Proves : Effect.Shows : Effect.Unknown,
                "pgrep" or "pidof" or "getent" => Effect.Proves,
                "dmesg" => c.Has("-w", "--follow", "-c", "-C", "--clear") ? Effect.Unknown : Effect.Shows,
                _ => Effect.Shows,
            },
        },
        new("tail") { First = c => c.HasLetter('f') || c.HasLetter('F') || c.Has("--follow") ? Effect.Endless : Effect.Shows },
        new("sed") { First = c => c.Has("-i", "--in-place") || c.HasLetter('i') ? Effect.Changes : Effect.Shows },
        new("tee") { First = c => c.Plain.Count == 0 || c.Plain.All(p => p == "/dev/null") ? Effect.Shows : Effect.Changes },
        new("find") { First = c => c.Has("-delete") ? Effect.Destroys : c.Has("-exec", "-execdir", "-ok", "-fprint", "-fls") ? Effect.Unknown : Effect.Shows },
        new("top htop btop iotop atop") { First = c => c.Program == "top" && c.HasLetter('b') && c.HasLetter('n') ? Effect.Shows : Effect.Interactive },
        new("lcov") { First = c => c.Has("--summary", "--list") ? Effect.Shows : Effect.Changes },
        new("gunicorn uvicorn hypercorn daphne puma unicorn") { First = c => c.Has("--check-config") ? Effect.Proves : Effect.Endless },
        new("keytool") { First = c => c.Has("-list", "-printcert") ? Effect.Shows : Effect.Interactive },
        new("watch") { First = _ => Effect.Endless },
        new("vim vi nano emacs code subl open xdg-open man crontab passwd su notepad ipython irb") { First = c => c.Program == "crontab" ? c.Has("-l") ? Effect.Shows : c.Has("-e") ? Effect.Interactive : Effect.Changes : Effect.Interactive },
        new("cp mv mkdir touch ln chmod chown chgrp install tar unzip zip useradd usermod groupadd adduser rsync scp sftp swapon sysctl ufw iptables setfacl update-alternatives a2ensite a2enmod mktemp split truncate logrotate restorecon setsebool rclone ssh-copy-id ssh-keyscan")
        {
            First = c => c.Program switch
            {
                "tar" => c.Words.Count > 0 && (c.Has("-t", "--list") || c.HasLetter('t') || c.Words[0].StartsWith('t')) ? Effect.Proves : Effect.Changes,
                "unzip" => c.Has("-t", "-l") ? Effect.Proves : Effect.Changes,
                "ufw" => c.Plain is ["status", ..] ? Effect.Shows : Effect.Changes,
                "iptables" => c.Has("-L", "-S", "--list") ? Effect.Shows : Effect.Changes,
                "sysctl" => c.Has("-w", "-p", "--system") || c.Plain.Any(p => p.Contains('=', StringComparison.Ordinal)) ? Effect.Changes : Effect.Shows,
                "swapon" => c.Has("--show", "-s") ? Effect.Shows : Effect.Changes,
                "rsync" => c.Has("--delete") ? Effect.Destroys : c.Has("-n", "--dry-run") ? Effect.Shows : Effect.Changes,
                "logrotate" => c.HasLetter('d') ? Effect.Proves : Effect.Changes,
                "sftp" => Effect.Interactive,
                "ssh-keyscan" => Effect.Shows,
                "rclone" => c.Plain is ["ls" or "lsl" or "lsd" or "lsf" or "check" or "size" or "about", ..] ? Effect.Shows : c.Plain is ["copy" or "copyto", ..] ? Effect.Changes : Effect.Destroys,
                _ => Effect.Changes,
            },
        },
        new("rm rmdir unlink") { First = c => c.HasLetter('r') || c.HasLetter('R') || c.Has("--recursive") || c.Plain.Any(p => p.Contains('*', StringComparison.Ordinal) && !p.StartsWith("/tmp/", StringComparison.Ordinal)) ? Effect.Destroys : Effect.Changes },
        new("shred dd mkfs fdisk parted wipefs userdel groupdel kill pkill killall reboot shutdown halt poweroff") { First = c => c.Program is "kill" && c.Has("-0") ? Effect.Proves : Effect.Destroys },
        new("systemctl")
        {
            Proves = "is-active, is-enabled, is-failed, is-system-running, status",
            Shows = "list-units, list-timers, list-unit-files, show, cat, --failed, get-default",
            Changes = "start, stop, restart, reload, reload-or-restart, enable, disable, daemon-reload, try-restart, reset-failed, unmask, mask",
            First = c => c.Plain.Count == 0 ? Effect.Shows : null,
        },
        new("service") { First = c => c.Plain is [_, "status", ..] ? Effect.Proves : c.Plain is [_, "start" or "stop" or "restart" or "reload", ..] ? Effect.Changes : Effect.Unknown },
        new("journalctl") { First = c => c.HasLetter('f') || c.Has("--follow") ? Effect.Endless : c.Words.Any(w => w.StartsWith("--vacuum", StringComparison.Ordinal) || w is "--rotate" or "--flush") ? Effect.Destroys : Effect.Shows },
        new("supervisorctl") { Proves = "status", Changes = "start, stop, restart, update, reread, reload" },
        new("pm2") { Shows = "list, ls, status, show, describe, info, jlist", Endless = "monit", Changes = "start, stop, restart, reload, save, delete, startup, scale", First = c => c.Plain is ["logs" or "log", ..] ? c.Has("--nostream") ? Effect.Shows : Effect.Endless : null },
        new("nginx apachectl apache2ctl httpd haproxy caddy postfix") { First = c => c.Has("-t", "-T", "configtest", "-c", "-M", "-v", "-V") || c.Plain is ["configtest" or "validate", ..] || c.HasLetter('c') ? Effect.Proves : Effect.Changes },
        new("apt apt-get yum dnf apk brew snap pacman zypper dpkg rpm") { ValuesOf = "-t", Shows = "list, show, policy, search, info", Changes = "install, update, upgrade, add, dist-upgrade, full-upgrade, autoremove, reinstall", Destroys = "remove, purge, uninstall", First = c => c.Program is "dpkg" or "rpm" ? c.HasLetter('l') || c.HasLetter('q') || c.HasLetter('s') ? Effect.Shows : Effect.Changes : null },
        new("ip") { First = c => c.Plain is [_, "show" or "list" or "ls", ..] or [_] ? Effect.Shows : Effect.Changes },
        new("pveversion sestatus getenforce getsebool chronyc ntpq") { First = c => c.Program == "chronyc" && c.Plain is not ["tracking" or "sources" or "sourcestats", ..] ? Effect.Unknown : Effect.Shows },
        new("pvesm") { Shows = "status, list" },
    ];
}
