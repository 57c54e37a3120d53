"""Runs each row of work with each tool, in turns, checks that the work was done, and prints a table with ratios and targets."""

import argparse
import importlib
import json
import os
import statistics
import subprocess
import sys
import time

from ground import HOSTS, Ground
from tools import HOST_LINES, LINES, NotApplicable

TOOLS = ["holdpoint", "testinfra", "ansible", "serverspec", "bats", "monit", "plugins", "floor"]

# What passes and fails in each row, where every tool does the same.
ROWS = {
    "files": ("100 files: there, of 17 bytes", 100, 0),
    "tcp": ("100 TCP ports: take a connection", 100, 0),
    "http": ("100 HTTP: answer 200", 100, 0),
    "dead": ("100 HTTP, 10 never answer, limit 2 s", 90, 10),
    "commands": (f"{len(LINES)} commands: their output", len(LINES), 0),
    "ssh": (f"{HOSTS} hosts x {len(HOST_LINES)} commands over ssh", HOSTS * len(HOST_LINES), 0),
}

# A tool takes no further round of a row once its rounds there have taken so long.
ENOUGH_SECONDS = 45
ROUND_LIMIT = 600


def main():
    request = arguments()
    names = ["holdpoint", *(n for n in TOOLS[1:] if not request.peer or n in request.peer)]
    rows = request.row or list(ROWS)
    with Ground() as ground:
        tools = {name: importlib.import_module(f"tools.{name}") for name in names}
        writers = {name: tool.Tool(ground, request.holdpoint) for name, tool in tools.items()}
        results = {row: measure(row, writers, request.rounds, ground) for row in rows}
    print(table(results, tools))
    targets = list(judged(results, tools))
    print("\n".join(f"{'✓' if met else '✗'} {text}" for met, text in targets))
    print("\n".join(floors(results, tools)))
    if request.json:
        write_json(request.json, results, targets)
    return 0 if all(met for met, _ in targets) else 1


def arguments():
    parser = argparse.ArgumentParser(prog="bench/peers/run", description="The same work by Holdpoint and by its peers, in turns. Exit 1 where a target is missed.")
    parser.add_argument("--rounds", type=int, default=5, help="rounds after one to warm up; the median counts (default: 5)")
    parser.add_argument("--row", action="append", choices=ROWS, help="only this row; may be said again")
    parser.add_argument("--peer", action="append", choices=TOOLS[1:], help="only this peer beside Holdpoint; may be said again")
    parser.add_argument("--json", metavar="FILE", help="writes all times, too")
    parser.add_argument("--holdpoint", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def measure(row, writers, rounds, ground):
    """Seconds of each round by tool, or why there are none."""
    calls, seconds = {}, {}
    for name, writer in writers.items():
        try:
            calls[name], seconds[name] = getattr(writer, row)(), []
        except NotApplicable as because:
            seconds[name] = str(because)
    for number in range(-1, rounds):
        for name, call in calls.items():
            spent = sum(seconds[name])
            # One round to warm up, but for what is too slow for it to matter.
            if number >= 0 and len(seconds[name]) > 0 and spent > ENOUGH_SECONDS:
                continue
            took = run(row, name, call, ground)
            progress(f"{row}: {name} {took:.2f} s")
            if number >= 0 or took > ENOUGH_SECONDS / 3:
                seconds[name].append(took)
    progress("")
    return seconds


def run(row, name, call, ground):
    ground.drain()
    if row == "ssh":
        ground.forget_shared_connections()
    began = time.perf_counter()
    ended = subprocess.run(call.command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ROUND_LIMIT, check=False,
                           cwd=ground.folder, env={**os.environ, **call.env})
    took = time.perf_counter() - began
    counted = call.count(ended.stdout + ended.stderr, ended.returncode)
    if counted != ROWS[row][1:]:
        sys.exit(f"\n{name} did not do the work of {row}: passed and failed are {counted}, not {ROWS[row][1:]}; exit {ended.returncode}\n{ended.stdout[-1500:]}\n{ended.stderr[-1500:]}")
    return took


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


def table(results, tools):
    def cell(row, name):
        seconds = results[row][name]
        if isinstance(seconds, str):
            return "–"
        middle = statistics.median(seconds)
        shown = f"{middle:.2f} s"
        return f"**{shown}**" if name == "holdpoint" else f"{shown} ({ratio(results[row], name):.1f}x)"

    lines = ["| work | " + " | ".join(t.NAME for t in tools.values()) + " |", "| --- |" + " ---: |" * len(tools)]
    lines += [f"| {ROWS[row][0]} | " + " | ".join(cell(row, name) for name in tools) + " |" for row in results]
    lines += ["", "Seconds of the whole process (median), and how many times Holdpoint's that is.", ""]
    lines += [f"- {t.NAME} ({t.KIND}): {t.SETTING}" for t in tools.values()]
    lines += [f"- – {tools[name].NAME}, {ROWS[row][0]}: {seconds}" for row in results for name, seconds in results[row].items() if isinstance(seconds, str)]
    return "\n".join(lines) + "\n"


def ratio(row, name):
    return statistics.median(row[name]) / statistics.median(row["holdpoint"])


def judged(results, tools):
    """Each target that the measured cells speak of: met or not, and its text."""
    for row, seconds in results.items():
        for name, tool in tools.items():
            if name in ("holdpoint", "floor") or isinstance(seconds[name], str):
                continue
            times = ratio(seconds, name)
            if row == "dead":
                least = 8
            elif tool.KIND == "interpreted":
                least = 10 if (row, name) == ("ssh", "ansible") else 3
            else:
                yield 1 / times <= 3, f"{row}: at most 3x the time of {tool.NAME}: {1 / times:.1f}x"
                continue
            yield times >= least, f"{row}: at least {least}x faster than {tool.NAME}: {times:.1f}x"


def floors(results, tools):
    """What a target would ask of the least program of the runtime: where it misses it, nothing on this runtime can reach it."""
    for row, seconds in results.items():
        least = seconds.get("floor", "")
        for name, tool in tools.items() if not isinstance(least, str) else ():
            if not isinstance(seconds[name], str) and tool.KIND in ("interpreted", "compiled"):
                times = statistics.median(seconds[name]) / statistics.median(least)
                yield f"  {row}: {tool.NAME} beside .NET at its least: {times:.1f}x" if times >= 1 else f"  {row}: .NET at its least takes {1 / times:.1f}x the time of {tool.NAME}"


def write_json(path, results, targets):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"rows": results, "targets": [{"met": met, "text": text} for met, text in targets]}, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    sys.exit(main())
