"""How fast the pages of `voicecoach review` open: a session of three hours and 600 turns.

    python -m tests.benchmarks.opening_pages [--sessions N]

Prints as JSON, in milliseconds: for each page what the server takes to answer (the median of five),
and what Chromium takes from asking for the page until it is loaded and until its first picture is
painted; for the session also the longest task while it is scrolled through, and its size. `library`
and the pages after it are over N short sessions more (100), the first answer apart. Ends with 1
where the session, the library or its figures do not open within a second, also for the first time,
or a task while scrolling takes over 50 ms; figures of all the sessions there are may take longer.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.web import long_session
from tests.web.serving import Served, served

OPENS_MS, TASK_MS = 1000, 50
RUNS = 5

LOADED = """() => new Promise((done) => {
  const [told] = performance.getEntriesByType("navigation");
  const painted = performance.getEntriesByType("paint").find((e) => e.name.startsWith("first-c"));
  done({ loaded: told.loadEventEnd, painted: painted?.startTime ?? 0 });
})"""

SCROLLED = """() => new Promise((done) => {
  let longest = 0, count = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      longest = Math.max(longest, entry.duration);
      count += 1;
    }
  }).observe({ type: "longtask" });
  const end = () => document.documentElement.scrollHeight - innerHeight;
  const step = () => {
    if (scrollY >= end() - 2) setTimeout(() => done({ longest, count }), 500);
    else { scrollBy(0, innerHeight * 0.8); requestAnimationFrame(step); }
  };
  step();
})"""


def main(arguments: list[str]) -> int:
    """Measure and print; 1 where a page is too slow."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=100, metavar="N")
    args = parser.parse_args(arguments)
    executable = shutil.which("chromium")
    if executable is None:
        print("There is no Chromium here (Debian: apt-get install chromium).", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        print("making the library ...", file=sys.stderr)
        library = long_session.library(Path(folder) / "library.sqlite3", args.sessions)
        with served(library) as running, sync_playwright() as playwright:
            running.enter()
            browser = playwright.chromium.launch(
                executable_path=executable, args=["--no-sandbox", "--mute-audio"]
            )
            figures = measured(running, browser.new_page())
            browser.close()
    print(json.dumps({"sessions": args.sessions + 1, **figures}, indent=2))
    slow = figures["session"]["longest_task_ms"] > TASK_MS
    for page in ("session", "session_figures", "library", "search", "figures", "sorted"):
        told = figures[page]
        slow |= max(told["first_answer_ms"], told["loaded_ms"]) > OPENS_MS
    return int(slow)


def measured(running: Served, page: Page) -> dict[str, Any]:
    """The figures of each page."""
    name, _, value = running.cookie.partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": running.origin}])
    session = f"/sessions/{long_session.LONG_ID}"
    paths = {
        "session": session,
        "session_figures": f"{session}/figures",
        "library": "/",
        "search": "/?words=sad+angry",
        "figures": "/figures",
        "sorted": "/?sort=fidelity",
        "all_figures": "/figures?last=all",
    }
    found: dict[str, Any] = {}
    for what, path in paths.items():
        first, *again = (_answer_ms(running, path) for _ in range(RUNS + 1))
        page.goto(running.origin + path)
        page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
        opened = page.evaluate(LOADED)
        found[what] = {
            "first_answer_ms": round(first),
            "answer_ms": round(statistics.median(again)),
            "loaded_ms": round(opened["loaded"]),
            "painted_ms": round(opened["painted"]),
        }
        if what == "session":
            scrolled = page.evaluate(SCROLLED)
            found[what] |= {
                "longest_task_ms": round(scrolled["longest"]),
                "tasks_over_50_ms": scrolled["count"],
                "turns": page.locator(".line").count(),
                "kilobytes": round(len(running.ask(path).body) / 1000),
            }
    return found


def _answer_ms(running: Served, path: str) -> float:
    since = time.perf_counter()
    assert running.ask(path).status == 200
    return 1000 * (time.perf_counter() - since)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
