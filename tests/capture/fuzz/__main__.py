"""Run programs from the command line; see the package's docstring."""

import argparse
import collections
import re
import time

from tests.capture.fuzz.program import draw
from tests.capture.fuzz.shrink import shrunk
from tests.capture.fuzz.twins import run

parser = argparse.ArgumentParser(description="random training programs, captured beside eager")
parser.add_argument("first", type=int, help="the first seed")
parser.add_argument("end", type=int, nargs="?", help="the seed to stop before")
parser.add_argument("--show", action="store_true", help="print the program of the first seed, and its outcome")
parser.add_argument("--kinds", default="", help="shrink only failures of these kinds, such as wrong,crash")
parser.add_argument("--no-shrink", action="store_true", help="one line for each failure")
args = parser.parse_args()

if args.show:
    program = draw(args.first)
    print(program)
    outcome = run(program)
    print("\n", outcome.failure, *outcome.refusals, sep="\n")
    raise SystemExit

start = time.perf_counter()
counts, reasons, seen = collections.Counter(), collections.Counter(), set()
for seed in range(args.first, args.end if args.end is not None else args.first + 1):
    program = draw(seed)
    outcome = run(program)
    counts["programs"] += 1
    counts["calls"] += outcome.calls
    counts["recorded"] += outcome.recorded
    counts["refused"] += bool(outcome.refusals)
    counts["raised"] += bool(outcome.raised)
    reasons.update(re.sub(r"\d+|in <.*?>", "…", refusal)[:110] for refusal in outcome.refusals)
    if outcome.failure is None:
        continue
    kind, text = outcome.failure
    counts[kind] += 1
    print(f"seed {seed}: {kind}: {' '.join(text.split())[:300]}", flush=True)
    if not args.no_shrink and (not args.kinds or kind in args.kinds.split(",")):
        small, failure = shrunk(program)
        print(f"{small}\n--> {failure[0]}: {failure[1]}\n", flush=True)
print(dict(counts), f"{time.perf_counter() - start:.1f} s")
for reason, count in reasons.most_common():
    print(f"{count:5d}  {reason}")
