using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting.Programs;

/// <summary>Package managers, builds, tests, linters. A test or a lint proves; a build writes files, so it acts.</summary>
internal static class Packages
{
    public static IReadOnlyList<ProgramRow> Rows { get; } =
    [
        new("npm pnpm yarn bun")
        {
            ValuesOf = "--prefix -C --cwd --filter -w --workspace",
            Proves = "test, t, audit, doctor, ping",
            Shows = "ls, list, outdated, view, info, why, licenses, version, whoami, config get, pack",
            Changes = "install, i, ci, add, update, upgrade, publish, link, dedupe, rebuild, build, up, set, config set, dist-tag, import, deploy, login",
            Destroys = "remove, uninstall, prune, unpublish, cache, unlink",
            Endless = "dev, start, serve, watch, preview",
            First = c => c.Plain switch
            {
                ["audit", "fix", ..] => Effect.Changes,
                ["audit", ..] when c.Has("--fix") => Effect.Changes,
                ["run" or "run-script", var task, ..] => OfTask(task, c),
                ["publish", ..] when c.Has("--dry-run") => Effect.Proves,
                ["pack", ..] => c.Has("--dry-run") ? Effect.Shows : Effect.Changes,
                ["version", _, ..] => Effect.Changes,
                ["create" or "init" or "dlx", ..] => Effect.Unknown,
                [var task, ..] when c.Program is "yarn" or "pnpm" or "bun" && task is not ("install" or "add" or "remove" or "build" or "dev" or "start" or "test" or "audit") && (task.Contains(':', StringComparison.Ordinal) || task is "lint" or "typecheck" or "type-check" or "check" or "e2e") => OfTask(task, c),
                [] when c.Program == "yarn" => Effect.Changes,
                _ => null,
            },
        },
        new("make just task") { ValuesOf = "-C -f -j", First = c => c.Plain is [] ? Effect.Changes : c.Plain.Where(p => !p.Contains('=', StringComparison.Ordinal)).Select(p => ScriptNames.Of(p, c.Words)).Aggregate(Effect.Prepares, Judge.Worse) },
        new("pytest py.test tox nox jest vitest mocha ava phpunit rspec cypress playwright behave robot newman karma ctest cucumber pest unittest dredd schemathesis bats")
        {
            First = c => c.Has("--watch", "-w", "--watchAll") ? Effect.Endless : c.Program switch
            {
                "cypress" => c.Plain is ["run" or "verify", ..] ? Effect.Proves : Effect.Interactive,
                "playwright" => c.Plain is ["test", ..] ? c.Has("--ui", "--debug") ? Effect.Interactive : Effect.Proves : Effect.Changes,
                "newman" => c.Plain is ["run", ..] ? Effect.Proves : Effect.Unknown,
                _ => c.Has("-u", "--updateSnapshot") ? Effect.Changes : Effect.Proves,
            },
        },
        new("tsc mypy pyright flake8 pylint ruff black isort eslint stylelint prettier standard biome oxlint markdownlint yamllint shellcheck actionlint golangci-lint staticcheck govulncheck gosec bandit safety pip-audit semgrep sonar-scanner phpstan psalm phpcs rubocop brakeman bundler-audit bundle-audit reek standardrb ktlint detekt spotbugs checkstyle tflint tfsec checkov terrascan ansible-lint cppcheck clang-tidy depcheck madge knip licensee license-checker codespell vale commitlint openapi spectral redocly djlint pydocstyle vulture radon xenon coverage nyc c8 codecov solhint slither mythril svelte-check vue-tsc")
        {
            First = c => c.Program switch
            {
                "black" or "isort" or "prettier" => c.Has("--check", "-c", "--check-only", "--diff", "--list-different", "-l") ? Effect.Proves : Effect.Changes,
                "ruff" => c.Has("--fix") || c.Plain is ["format", ..] && !c.Has("--check") ? Effect.Changes : Effect.Proves,
                "tsc" => c.Has("--noEmit") ? Effect.Proves : c.Has("--watch", "-w") ? Effect.Endless : Effect.Changes,
                "coverage" => c.Plain is ["report", ..] ? c.Has("--fail-under") ? Effect.Proves : Effect.Shows : c.Plain is ["run" or "xml" or "html" or "combine", ..] ? Effect.Changes : Effect.Unknown,
                "semgrep" when !c.Has("--error") && c.Plain is not ["ci", ..] => Effect.Shows,
                "nyc" or "c8" or "codecov" or "sonar-scanner" => Effect.Unknown,
                _ => c.Has("--fix", "--write", "-w", "-A", "--auto-correct", "-a", "--autocorrect") ? Effect.Changes : Effect.Proves,
            },
        },
        new("pip pip3 pipx poetry pipenv uv conda mamba pdm")
        {
            Proves = "check, audit, lock --check",
            Shows = "list, show, freeze, outdated, env list, env info, pip list, graph, version",
            Changes = "install, sync, lock, update, add, pip install, pip sync, build, publish, download, create, self, export, venv, upgrade",
            Destroys = "uninstall, remove, cache, env remove",
            Interactive = "shell",
        },
        new("python python3 py node ruby perl php deno ts-node tsx")
        {
            First = OfInterpreter,
        },
        new("composer") { ValuesOf = "-d", Proves = "validate, audit, check-platform-reqs, diagnose", Shows = "show, outdated, licenses", Changes = "install, update, require, dump-autoload, dumpautoload", Destroys = "remove", First = c => c.Plain is ["run" or "run-script", var task, ..] ? ScriptNames.Of(task, []) : c.Plain is ["test"] ? Effect.Proves : null },
        new("artisan") { First = c => OfArtisan(c.Plain, c) },
        new("manage.py django-admin") { First = c => OfDjango(c.Plain, c) },
        new("rails rake bin/rails") { First = c => OfRails(c.Plain) },
        new("bundle") { Proves = "check, audit", Shows = "list, outdated, show, info", Changes = "install, update, add, config" },
        new("gem") { Shows = "list, info, outdated", Changes = "install, update, push, build" },
        new("mvn mvnw gradle gradlew") { ValuesOf = "-f -pl -P -p", First = c => c.Plain.Select(p => p is "clean" ? Effect.Prepares : p is "test" or "verify" or "check" or "validate" or "lint" or "integrationTest" || p.EndsWith("Test", StringComparison.Ordinal) || p.EndsWith(":test", StringComparison.Ordinal) || p.EndsWith(":check", StringComparison.Ordinal) || p.Contains("dependency-check", StringComparison.Ordinal) ? Effect.Proves
            : p is "compile" or "package" or "install" or "deploy" or "build" or "assemble" or "bootJar" or "publish" or "bootBuildImage" ? Effect.Changes : p is "dependencies" or "tasks" or "dependency:tree" ? Effect.Shows : p is "bootRun" or "spring-boot:run" ? Effect.Endless : Effect.Unknown).Aggregate(Effect.Prepares, Judge.Worse) is Effect.Prepares ? Effect.Changes : null, Proves = "test, verify, check, validate, lint, clean test, clean verify, clean check", Shows = "dependencies, tasks", Changes = "compile, package, install, deploy, build, assemble, bootJar, publish, clean compile, clean package, clean install, clean build, clean" },
        new("dotnet") { Proves = "test, format --verify-no-changes", Shows = "--info, list, --list-sdks, ef migrations list, tool list", Changes = "build, publish, restore, pack, ef database update, tool install, tool restore, ef migrations add, nuget push, clean", Endless = "run, watch", First = c => c.Plain is ["format", ..] ? c.Has("--verify-no-changes") ? Effect.Proves : Effect.Changes : c.Has("--info", "--list-sdks", "--list-runtimes") ? Effect.Shows : null },
        new("cargo") { Proves = "test, check, clippy, audit, deny, fmt --check, doc, bench, nextest", Shows = "tree, metadata, outdated", Changes = "build, install, publish, update, add", Endless = "watch", First = c => c.Plain is ["fmt", ..] ? c.Has("--check") ? Effect.Proves : Effect.Changes : c.Plain is ["publish", ..] && c.Has("--dry-run") ? Effect.Proves : c.Plain is ["clippy", ..] && c.Has("--fix") ? Effect.Changes : null },
        new("go") { Proves = "test, vet, mod verify", Shows = "version, env, list", Changes = "build, install, generate, mod tidy, mod download, get, fmt" },
        new("flutter dart") { Proves = "test, analyze, doctor, pub outdated, pub audit", Shows = "devices, --version", Changes = "build, pub get, pub upgrade, pub global activate, clean, create, format, install, pub run, gen-l10n", Endless = "run, logs, attach", First = c => c.Plain is ["format", ..] && c.Has("--set-exit-if-changed") ? Effect.Proves : null },
        new("swift xcodebuild fastlane pod") { Proves = "test", Changes = "build, install, archive, update, deliver", First = c => c.Program == "fastlane" ? ScriptNames.Of(c.Plain.Count > 0 ? c.Plain[^1] : "", []) : null },
        new("mix") { Proves = "test, credo, dialyzer, hex.audit", Shows = "deps, hex.outdated, ecto.migrations", Changes = "deps.get, compile, release, ecto.migrate, assets.deploy, phx.digest", Destroys = "ecto.rollback, ecto.drop, ecto.reset", First = c => c.Plain is ["format", ..] ? c.Has("--check-formatted") ? Effect.Proves : Effect.Changes : null },
        new("hardhat truffle forge") { ValuesOf = "--network", Proves = "test, check", Shows = "size-contracts", Changes = "compile, build, run, deploy, verify, create, script, migrate, clean, coverage", Endless = "node, console" },
        new("next vite nuxt webpack ng gatsby rollup parcel turbo nx lerna sanity payload hugo jekyll hwaro zola mkdocs sphinx-build") { Changes = "build, export, generate, deploy, publish, prod", Endless = "dev, start, serve, watch, preview", Proves = "lint, test, e2e, check, doctor", First = c => c.Program is "turbo" or "nx" or "lerna" && c.Plain is ["run" or "run-many", var task, ..] ? ScriptNames.Of(task, []) : null },
        new("pre-commit") { Proves = "run", Changes = "install, autoupdate" },
    ];

    private static Effect OfTask(string task, Call call) => ScriptNames.Of(task, [.. call.Words.SkipWhile(w => w != task).Skip(1)]) switch
    {
        Effect.Unknown when task is "typecheck" or "type-check" or "tsc" or "types" or "format:check" or "prettier:check" => Effect.Proves,
        Effect.Unknown when task is "start" or "dev" or "preview" => Effect.Endless,
        var effect => task is "start" or "start:dev" or "start:prod" ? Effect.Endless : effect,
    };

    private static Effect? OfInterpreter(Call call)
    {
        if (call.Words.Count == 0)
            return Effect.Interactive;
        if (call.Program == "php" && call.Has("-l"))
            return Effect.Proves;
        if (call.Program == "php" && call.Has("-m", "-i"))
            return Effect.Shows;
        if (call.ValueOf("-m") is { } module)
            return module switch
            {
                "pytest" or "unittest" or "mypy" or "flake8" or "pylint" or "compileall" or "py_compile" or "doctest" or "bandit" or "safety" or "pip_audit" => Effect.Proves,
                "json.tool" => Effect.Proves,
                "http.server" => Effect.Endless,
                "venv" or "build" or "twine" => Effect.Changes,
                "pip" => call.Words.Contains("install") ? Effect.Changes : call.Words.Contains("check") ? Effect.Proves : call.Words.Contains("list") ? Effect.Shows : Effect.Unknown,
                _ => Effect.Unknown,
            };
        if (call.Has("-c", "-e", "-r", "--eval", "-p"))
            return OneLiner(call.ValueOf("-c") ?? call.ValueOf("-e") ?? call.ValueOf("-r") ?? call.ValueOf("-p") ?? "");
        var script = call.Words.FirstOrDefault(w => !w.StartsWith('-')) ?? "";
        var rest = call.Words.SkipWhile(w => w != script).Skip(1).ToList();
        var name = script[(script.LastIndexOf('/') + 1)..];
        return name switch
        {
            "manage.py" => OfDjango([.. rest.Where(w => !w.StartsWith('-'))], call),
            "artisan" => OfArtisan([.. rest.Where(w => !w.StartsWith('-'))], call),
            "" => Effect.Interactive,
            _ => ScriptNames.Of(name, rest),
        };
    }

    /// <summary>A line that imports and prints shows; one that does more is not followed.</summary>
    private static Effect OneLiner(string code) =>
        code.Length > 0 && !code.Contains("open(", StringComparison.Ordinal) && !code.Contains("system", StringComparison.Ordinal) && !code.Contains("exec", StringComparison.Ordinal) && !code.Contains("write", StringComparison.Ordinal)
        && !code.Contains("remove", StringComparison.Ordinal) && !code.Contains("delete", StringComparison.Ordinal) && !code.Contains("create", StringComparison.Ordinal) && !code.Contains("save", StringComparison.Ordinal) && !code.Contains("post", StringComparison.OrdinalIgnoreCase)
        && (code.Contains("print", StringComparison.Ordinal) || code.Contains("echo ", StringComparison.Ordinal) || code.Contains("console.log", StringComparison.Ordinal) || code.StartsWith("import ", StringComparison.Ordinal) && !code.Contains('(', StringComparison.Ordinal)) ? Effect.Shows : Effect.Unknown;

    private static Effect OfDjango(IReadOnlyList<string> plain, Call call) => plain switch
    {
        // Warnings end it with 0; so does everything that --deploy looks for.
        ["check", ..] when call.Has("--deploy") && !call.Words.Any(w => w.StartsWith("--fail-level", StringComparison.Ordinal)) => Effect.Shows,
        ["check" or "test" or "validate_templates", ..] => Effect.Proves,
        ["makemigrations", ..] => call.Has("--check") && call.Has("--dry-run") || call.Has("--check") ? Effect.Proves : call.Has("--dry-run") ? Effect.Shows : Effect.Changes,
        ["migrate", ..] => call.Has("--check") ? Effect.Proves : call.Has("--plan", "--list") ? Effect.Shows : Effect.Changes,
        ["showmigrations" or "diffsettings" or "sqlmigrate" or "inspectdb", ..] => Effect.Shows,
        ["collectstatic" or "compilemessages" or "createcachetable" or "loaddata" or "clearsessions", ..] => call.Has("--dry-run") ? Effect.Shows : Effect.Changes,
        ["createsuperuser", ..] => call.Has("--noinput") ? Effect.Changes : Effect.Interactive,
        ["shell" or "dbshell" or "changepassword", ..] => Effect.Interactive,
        ["runserver", ..] => Effect.Endless,
        ["flush" or "reset_db" or "sqlflush", ..] => Effect.Destroys,
        ["dumpdata", ..] => Effect.Changes,
        [var other, ..] => ScriptNames.Of(other, []),
        _ => Effect.Unknown,
    };

    private static Effect OfArtisan(IReadOnlyList<string> plain, Call call) => plain switch
    {
        ["test", ..] => Effect.Proves,
        ["about" or "env" or "list" or "route:list" or "migrate:status" or "schedule:list" or "queue:monitor" or "queue:failed" or "config:show" or "horizon:status" or "db:show" or "event:list", ..] => Effect.Shows,
        ["tinker" or "db", ..] => Effect.Interactive,
        ["serve" or "queue:work" or "queue:listen" or "horizon" or "schedule:work" or "pail" or "reverb:start", ..] => Effect.Endless,
        ["migrate:fresh" or "migrate:refresh" or "migrate:reset" or "db:wipe" or "queue:flush" or "migrate:rollback", ..] => Effect.Destroys,
        ["migrate", ..] => call.Has("--pretend") ? Effect.Shows : Effect.Changes,
        ["config:cache" or "route:cache" or "view:cache" or "event:cache" or "optimize" or "optimize:clear" or "config:clear" or "cache:clear" or "route:clear" or "view:clear" or "storage:link" or "key:generate" or "down" or "up" or "db:seed" or "queue:restart" or "horizon:terminate" or "schedule:run" or "queue:retry" or "vendor:publish" or "icons:cache" or "filament:upgrade", ..] => Effect.Changes,
        [var other, ..] => ScriptNames.Of(other, [.. call.Words.SkipWhile(w => w != other).Skip(1)]),
        _ => Effect.Unknown,
    };

    private static Effect OfRails(IReadOnlyList<string> plain) => plain switch
    {
        ["test" or "test:system" or "spec" or "zeitwerk:check" or "db:abort_if_pending_migrations", ..] => Effect.Proves,
        ["secret"] => Effect.Prepares,
        ["about" or "routes" or "db:migrate:status" or "db:version" or "notes" or "stats", ..] => Effect.Shows,
        ["db:migrate" or "db:seed" or "db:prepare" or "db:create" or "db:setup" or "assets:precompile" or "tmp:clear" or "tmp:cache:clear" or "credentials:show", ..] => Effect.Changes,
        ["db:drop" or "db:reset" or "db:rollback" or "db:schema:load" or "assets:clobber", ..] => Effect.Destroys,
        ["console" or "c" or "dbconsole" or "credentials:edit", ..] => Effect.Interactive,
        ["server" or "s", ..] => Effect.Endless,
        ["runner", ..] => Effect.Unknown,
        [var other, ..] => ScriptNames.Of(other, []),
        _ => Effect.Unknown,
    };
}
