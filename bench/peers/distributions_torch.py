"""Draws and log densities of torch's distributions on one thread: those of `deno task bench distributions`.

The argument is a JSON list of {call, parameters}; prints for each a line of JSON, the milliseconds of one run, the least of
several blocks within a second, and how many numbers it drew and scored.
"""
import json
import math
import sys
import time

import torch
import torch.distributions as dist
from torch.distributions import *  # noqa: F403 the calls name them

torch.set_num_threads(1)
dist.Distribution.set_default_validate_args(False)
COUNT, ROUNDS, BLOCK, LIMIT = 100_000, 8, 0.015, 1.0


def least(run):
    run()
    best, end = float("inf"), time.perf_counter() + LIMIT
    for round_ in range(ROUNDS):
        if round_ > 0 and time.perf_counter() > end:
            break
        times = 1 if best == float("inf") else max(1, round(BLOCK / best))
        start = time.perf_counter()
        for _ in range(times):
            run()
        best = min(best, (time.perf_counter() - start) / times)
    return best * 1000


def measure(call, parameters):
    given = dict(zip("abcd", (torch.tensor(p, dtype=torch.float32) for p in parameters)))
    make = lambda: eval(call, globals(), given)
    size = math.prod(make().event_shape)
    count = -(-COUNT // size)
    values = make().sample((count,))
    with torch.no_grad():
        return {
            "numbers": count * size,
            "log_prob": least(lambda: make().log_prob(values)),
            "sample": least(lambda: make().sample((count,))),
        }


for case in json.loads(sys.argv[1]):
    print(json.dumps(measure(**case)), flush=True)
