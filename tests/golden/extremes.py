"""Writes extremes.json: log densities and their slopes far out in the arguments, by mpmath with 120 digits from textbook
formulas, at arguments that float32 holds. Run: pip install mpmath==1.3.0 numpy; python extremes.py > extremes.json"""
import json
from mpmath import mp, mpf
from numpy import float32

mp.dps = 120

from extreme_families import numbers, vectors, wrappers


def entries(x):
    return [v for row in x for v in entries(row)] if isinstance(x, list) else [x]


def put(x, values):
    """Puts numbers, one after the other, into the place of those of nested lists."""
    return [put(row, values) for row in x] if isinstance(x, list) else next(values)


def slopes_by(density, arguments, k, way):
    """The slopes by each entry of an argument: by those on the diagonal and below it where it is a triangle, by both of a pair
    where it is symmetric; `way` is what it is."""
    flat, by = entries(arguments[k]), []
    n = len(arguments[k]) if isinstance(arguments[k], list) else 1
    for i, v in enumerate(flat):
        row, column = i // n, i % n
        if way and (column > row or (column == row and "diagonal" in way)):
            by.append(None)
            continue
        moved = {i, column * n + row} if "symmetric" in way else {i}
        h = max(abs(v), mpf(10) ** -40) * mpf(10) ** -40
        up, down = (
            density(*arguments[:k], put(arguments[k], iter([w + s * h * (j in moved) for j, w in enumerate(flat)])), *arguments[k + 1:])
            for s in (1, -1))
        by.append(float((up - down) / (2 * h)))
    return by if isinstance(arguments[k], list) else by[0]


def case(name, density, names, row, fixed, ways):
    x = [v if isinstance(v, str) else put(v, iter([float(float32(float(e))) for e in entries(v)])) for v in row]
    X = [v if isinstance(v, str) else put(v, iter([mpf(e) for e in entries(v)])) for v in x]
    slopes = []
    for k, argument in enumerate(["value", *names]):
        way = {kind for kind, members in ways.items() if argument in members}
        if argument.startswith("scale_tril"):
            way.add("lower")
        slopes.append(None if argument in fixed or isinstance(x[k], str) else slopes_by(density, X, k, way))
    symmetric = [argument for argument in ["value", *names] if argument in ways.get("symmetric", ())]
    return {"distribution": name.split(" ")[0], "params": dict(zip(names, x[1:])), "value": x[0], "log_prob": float(density(*X)),
            "slopes": slopes, **({"symmetric": symmetric} if symmetric else {})}


def cases(module):
    for name, (density, names, rows) in module.families.items():
        given = module.options.get(name, {})
        ways = {kind: members for kind, members in given.items() if kind != "fixed"}
        for row in rows:
            fixed = wrappers.fixed_of(name, row) if module is wrappers else given.get("fixed", set())
            yield case(name, density, wrappers.names_of(name, row) if module is wrappers else names, row, fixed, ways)


lines = [json.dumps(c) for module in (vectors, numbers, wrappers) for c in cases(module)]
print('{"origin": "mpmath 1.3.0, 120 digits; written by extremes.py", "cases": [\n' + ",\n".join(lines) + "\n]}")
