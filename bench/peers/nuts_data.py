"""The data of bench/nuts.ts, and the figures that a program prints about it."""
import json
import time

import numpy as np


def read(folder):
    """The arrays of a model by name, in order, float64."""
    shapes = json.load(open(f"{folder}/shapes.json"))
    return {name: np.fromfile(f"{folder}/{name}.f64").reshape(shape) for name, shape in shapes.items()}


def report(folder, repeats, run, gradient_us):
    """Runs once, then `repeats` times, with 0 not at all; writes draws and prints figures as JSON.

    run: from a seed to the draws of latent sites, arrays [chains, draws, ...], and their gradients
    gradient_us: returns the microseconds of a gradient
    """
    if repeats > 0:
        run(0)
    ready, runs = time.time(), []
    for seed in range(1, repeats + 1):
        begin = time.perf_counter()
        draws, gradients = run(seed)
        seconds = time.perf_counter() - begin
        flat = [np.asarray(x, dtype=np.float64).reshape(x.shape[0] * x.shape[1], -1) for x in draws]
        np.concatenate(flat, 1).tofile(f"{folder}/draws{seed}.f64")
        runs.append({"seconds": seconds, "gradients": int(gradients)})
    print(json.dumps({"ready": ready, "runs": runs, "grad_us": gradient_us()}))
