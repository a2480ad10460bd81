"""The Deep Markov Model in Pyro, site by site, as Pyro's tutorial has it: Trace_ELBO, pyro.optim.ClippedAdam, a `z_t` and an
`obs_x_t` for every step of time.

usage: dmm_pyro.py step B T [--iafs N] [--reps R] [--once]
       dmm_pyro.py epoch DATA.json [--iafs N] [--once]
       dmm_pyro.py evaluate DATA.json PARAMETERS.safetensors [--draws D]

`step` trains on B random sequences of T steps, all of full length; R timed steps (default 5) after one untimed, `--once`
times the first step alone. Prints as JSON `compile_s` (0), `step_ms` (the median), `n` (how many were timed), `peak_mb` (of
the process) and `loss` (of the last step, for each note slice). `epoch` trains for the first epoch on the file's `train`
sequences of MIDI notes: shuffled, in batches of 20 padded to their own longest; with `--once` its first batch alone. Prints
`epoch_s` (batches and annealing included, reading the file not), `batches`, `slices`, `peak_mb` and `loss`. `evaluate` reads
the parameters that a result was stored with, masks and orders of their flows included, and prints the negative ELBO a slice of
the file's `valid` and `test` sequences, `valid_nll` and `test_nll`: each the mean over D draws (default 10), with its standard
error in `valid_se` and `test_se`.
"""
import argparse
import json
import resource
import statistics
import struct
import time

import pyro
import pyro.distributions as dist
import torch
from pyro import poutine
from pyro.distributions.transforms import affine_autoregressive
from pyro.infer import SVI, Trace_ELBO
from torch import nn
from torch.nn.functional import softplus
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

X, Z, E, R, H, FLOW = 88, 100, 100, 200, 600, 100


class Emitter(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin_z_to_hidden = nn.Linear(Z, E)
        self.lin_hidden_to_hidden = nn.Linear(E, E)
        self.lin_hidden_to_input = nn.Linear(E, X)

    def forward(self, z):
        hidden = torch.relu(self.lin_hidden_to_hidden(torch.relu(self.lin_z_to_hidden(z))))
        return torch.sigmoid(self.lin_hidden_to_input(hidden))


class GatedTransition(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin_gate_z_to_hidden = nn.Linear(Z, R)
        self.lin_gate_hidden_to_z = nn.Linear(R, Z)
        self.lin_proposed_mean_z_to_hidden = nn.Linear(Z, R)
        self.lin_proposed_mean_hidden_to_z = nn.Linear(R, Z)
        self.lin_sig = nn.Linear(Z, Z)
        self.lin_z_to_loc = nn.Linear(Z, Z)
        nn.init.eye_(self.lin_z_to_loc.weight)
        nn.init.zeros_(self.lin_z_to_loc.bias)

    def forward(self, z):
        gate = torch.sigmoid(self.lin_gate_hidden_to_z(torch.relu(self.lin_gate_z_to_hidden(z))))
        proposed = self.lin_proposed_mean_hidden_to_z(torch.relu(self.lin_proposed_mean_z_to_hidden(z)))
        loc = (1 - gate) * self.lin_z_to_loc(z) + gate * proposed
        return loc, softplus(self.lin_sig(torch.relu(proposed)))


class Combiner(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin_z_to_hidden = nn.Linear(Z, H)
        self.lin_hidden_to_loc = nn.Linear(H, Z)
        self.lin_hidden_to_scale = nn.Linear(H, Z)

    def forward(self, z, h):
        joint = 0.5 * (torch.tanh(self.lin_z_to_hidden(z)) + h)
        return self.lin_hidden_to_loc(joint), softplus(self.lin_hidden_to_scale(joint))


def in_reverse(x, lengths):
    """Each sequence of x: [B, T, features] backwards, its padding left at the end."""
    t = torch.arange(x.shape[1])
    index = torch.where(t < lengths[:, None], lengths[:, None] - 1 - t, t)
    return x.gather(1, index[:, :, None].expand_as(x))


class DMM(nn.Module):
    def __init__(self, iafs=0, stable=False):
        super().__init__()
        self.emitter, self.trans, self.combiner = Emitter(), GatedTransition(), Combiner()
        self.rnn = nn.RNN(X, H, nonlinearity="relu", batch_first=True)
        self.iafs = [affine_autoregressive(Z, hidden_dims=[FLOW], stable=stable) for _ in range(iafs)]
        self.iafs_modules = nn.ModuleList(self.iafs)
        self.z_0, self.z_q_0 = nn.Parameter(torch.zeros(Z)), nn.Parameter(torch.zeros(Z))
        self.h_0 = nn.Parameter(torch.zeros(1, 1, H))

    def model(self, x, lengths, annealing=1.0):
        """x: [B, T, X], padded; lengths: [B]."""
        pyro.module("dmm", self)
        mask = torch.arange(x.shape[1]) < lengths[:, None]
        z = self.z_0.expand(len(x), Z)
        with pyro.plate("sequences", len(x)):
            for t in pyro.markov(range(x.shape[1])):
                here = mask[:, t : t + 1]
                with poutine.scale(scale=annealing):
                    z = pyro.sample(f"z_{t + 1}", dist.Normal(*self.trans(z)).mask(here).to_event(1))
                pyro.sample(f"obs_x_{t + 1}", dist.Bernoulli(self.emitter(z)).mask(here).to_event(1), obs=x[:, t])

    def guide(self, x, lengths, annealing=1.0):
        pyro.module("dmm", self)
        mask = torch.arange(x.shape[1]) < lengths[:, None]
        packed = pack_padded_sequence(in_reverse(x, lengths), lengths, batch_first=True, enforce_sorted=False)
        hidden, _ = self.rnn(packed, self.h_0.expand(1, len(x), H).contiguous())
        hidden = in_reverse(pad_packed_sequence(hidden, batch_first=True)[0], lengths)
        z = self.z_q_0.expand(len(x), Z)
        with pyro.plate("sequences", len(x)):
            for t in pyro.markov(range(x.shape[1])):
                q = dist.Normal(*self.combiner(z, hidden[:, t]))
                if self.iafs:
                    q = dist.TransformedDistribution(q, self.iafs).mask(mask[:, t])
                else:
                    q = q.mask(mask[:, t : t + 1]).to_event(1)
                with poutine.scale(scale=annealing):
                    z = pyro.sample(f"z_{t + 1}", q)


def step_mode(a, svi):
    reps, untimed, times = 1 if a.once else a.reps, 0 if a.once else 1, []
    B, T = map(int, a.sizes)
    x, lengths = (torch.rand(B, T, X) < 0.05).float(), torch.full((B,), T)
    for _ in range(untimed + reps):
        start = time.perf_counter()
        loss = svi.step(x, lengths)
        times.append(1000 * (time.perf_counter() - start))
    return {"compile_s": 0.0, "step_ms": statistics.median(times[untimed:]), "n": reps, "loss": loss / (B * T)}


def read_split(path, split):
    """The notes of a split of the file, padded: [sequences, T, X], and their lengths."""
    sequences = []
    for notes in json.load(open(path))[split]:
        sequences.append(torch.zeros(len(notes), X))
        for row, sounding in zip(sequences[-1], notes):
            row[[note - 21 for note in sounding]] = 1
    return pad_sequence(sequences, batch_first=True), torch.tensor([len(s) for s in sequences])


def epoch_mode(a, svi):
    padded, lengths = read_split(a.sizes[0], "train")
    start = time.perf_counter()
    batches = torch.randperm(len(lengths)).split(20)
    total = slices = 0
    for i, batch in enumerate(batches[:1] if a.once else batches):
        annealing = 0.2 + 0.8 * (i + 1) / (1000 * len(batches))
        total += svi.step(padded[batch, : lengths[batch].max()], lengths[batch], annealing)
        slices += lengths[batch].sum().item()
    return {"epoch_s": time.perf_counter() - start, "batches": i + 1, "slices": slices, "loss": total / slices}


def read_parameters(path):
    """The tensors of a safetensors file by their names in PyTorch's module, and the model's options in its metadata."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        content = bytearray(file.read())
    options = json.loads(header.pop("__metadata__")["options"])
    types = {"F32": torch.float32, "I32": torch.int32, "U8": torch.uint8}
    tensors = {}
    for name, entry in header.items():
        here = content[slice(*entry["data_offsets"])]
        tensors[name] = torch.frombuffer(here, dtype=types[entry["dtype"]]).reshape(entry["shape"])
    return tensors, options


def evaluate_mode(a):
    tensors, options = read_parameters(a.sizes[1])
    dmm = DMM(options["numIafs"], stable=options["stableFlows"])
    dmm.load_state_dict(tensors)
    result = {}
    for split in ["valid", "test"]:
        x, lengths = read_split(a.sizes[0], split)
        with torch.no_grad():
            draws = [Trace_ELBO().loss(dmm.model, dmm.guide, x, lengths) / lengths.sum().item() for _ in range(a.draws)]
        result[f"{split}_nll"] = statistics.mean(draws)
        result[f"{split}_se"] = statistics.stdev(draws) / len(draws) ** 0.5
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["step", "epoch", "evaluate"])
    parser.add_argument("sizes", nargs="+", metavar="B T | DATA.json [FILE]")
    parser.add_argument("--iafs", type=int, default=0)
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--once", action="store_true")
    a = parser.parse_args()
    if len(a.sizes) != (1 if a.mode == "epoch" else 2):
        parser.error("expected B and T after step, one file after epoch, data and parameters after evaluate")
    if a.draws < 2:
        parser.error(f"expected at least 2 draws, found {a.draws}: a standard error is taken of them")
    torch.set_num_threads(2)
    pyro.set_rng_seed(1)
    if a.mode == "evaluate":
        print(json.dumps(evaluate_mode(a)))
        return
    dmm = DMM(a.iafs)
    settings = {"lr": 3e-4, "betas": (0.96, 0.999), "clip_norm": 10.0, "lrd": 0.99996, "weight_decay": 2.0}
    svi = SVI(dmm.model, dmm.guide, pyro.optim.ClippedAdam(settings), loss=Trace_ELBO())
    result = {"step": step_mode, "epoch": epoch_mode}[a.mode](a, svi)
    print(json.dumps(result | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
