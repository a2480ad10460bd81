"""Writes names.json: the public names of Pyro and NumPyro, by the module that they are imported from.

Public is what a module lists in `__all__`; where it has no such list, its classes and functions without
an underscore, of the modules that the documentation names. An object stands under the shortest of its paths.
Left out: modules, type variables, what only examples and tests of the libraries need.

usage: names.py > names.json
"""
import ast
import importlib
import importlib.util
import inspect
import json
import pkgutil

LEFT_OUT = ("pyro.contrib.examples", "pyro.contrib.minipyro", "pyro.distributions.testing", "pyro.generic",
            "numpyro.compat", "numpyro.examples")
WITHOUT_LIST = """
pyro.settings pyro.ops.stats pyro.ops.indexing pyro.ops.newton pyro.ops.ssm_gp pyro.ops.gaussian
pyro.contrib.bnn.hidden_layer pyro.contrib.cevae pyro.contrib.conjugate.infer pyro.contrib.epidemiology.distributions
pyro.contrib.epidemiology.util pyro.contrib.forecast.util pyro.contrib.gp.parameterized pyro.contrib.gp.util
pyro.contrib.mue.dataloaders pyro.contrib.mue.missingdatahmm pyro.contrib.mue.models pyro.contrib.mue.statearrangers
pyro.contrib.oed.glmm.glmm pyro.contrib.oed.glmm.guides pyro.contrib.oed.search pyro.contrib.timeseries.base
pyro.contrib.tracking.assignment pyro.contrib.tracking.distributions pyro.contrib.tracking.dynamic_models
pyro.contrib.tracking.extended_kalman_filter pyro.contrib.tracking.hashing pyro.contrib.tracking.measurements
pyro.contrib.zuko
numpyro.infer.initialization numpyro.infer.reparam numpyro.distributions.flows numpyro.contrib.ecs_proxies
numpyro.contrib.hsgp.approximation numpyro.contrib.hsgp.laplacian numpyro.contrib.hsgp.spectral_densities
numpyro.contrib.nested_sampling numpyro.contrib.tfp.mcmc numpyro.ops.indexing
""".split()


def from_source(module):
    """The classes and functions of a module that need not be importable here."""
    with open(importlib.util.find_spec(module).origin) as file:
        body = ast.parse(file.read()).body
    kinds = (ast.ClassDef, ast.FunctionDef)
    return [(node.name, f"{module}.{node.name}") for node in body if isinstance(node, kinds)]


def listed(module):
    """The names of a module's list, each with its object."""
    found = importlib.import_module(module)
    for name in dict.fromkeys(getattr(found, "__all__", [])):
        value = getattr(found, name, None)
        if not inspect.ismodule(value):
            home = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
            yield name, ".".join(home) if all(isinstance(part, str) for part in home) else f"{module}.{name}"


def names_of(library):
    package = importlib.import_module(library)
    modules = [library] + [m.name for m in pkgutil.walk_packages(package.__path__, f"{library}.", onerror=lambda _: None)]
    modules = [m for m in modules if not m.startswith(LEFT_OUT) and not any(p[0] == "_" for p in m.split("."))]
    kept, seen = {}, set()
    for module in sorted(modules, key=lambda m: (m.count("."), m)):
        if module in WITHOUT_LIST:
            found = from_source(module)
        else:
            try:
                found = list(listed(module))
            except ImportError:  # Of an optional package.
                continue
        new = [(name, home) for name, home in found if name[0] != "_" and (name, home) not in seen]
        seen.update(new)
        if new:
            kept[module] = sorted(name for name, _ in new)
    return dict(version=package.__version__, modules=dict(sorted(kept.items())))


if __name__ == "__main__":
    print(json.dumps({library: names_of(library) for library in ("pyro", "numpyro")}, indent=2))
