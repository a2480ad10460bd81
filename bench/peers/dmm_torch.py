"""A training step of the Deep Markov Model in PyTorch, by hand: PyTorch's RNN over the reversed sequences, the guide's chain
as a loop in Python, the model, whose z are known by then, as one batch over time, ClippedAdam over all parameters at once.

usage: dmm_torch.py B T [--iafs N] [--reps R] [--once] [--request] [--device cpu|cuda]

B random sequences of T steps, all of full length. N inverse autoregressive flows (default 0); R timed steps (default 20)
after two untimed; `--once` times the first step alone. Prints as JSON `compile_s` (0: nothing is compiled), `step_ms` (the
median; noise, loss, gradients and update), `n` (how many were timed), `peak_mb` (of the process) and `loss` (of the last
step, for each note slice). `--request` times the guide alone, from arrays of NumPy to arrays of NumPy, as a server runs it:
then `request_ms` stands in the place of `step_ms` and `loss`.
"""
import argparse
import json
import resource
import statistics
import time

import numpy as np
import torch
from torch import nn
from torch.nn.functional import linear, softplus

X, Z, E, R, H, FLOW = 88, 100, 100, 200, 600, 100


def layers(**sizes):
    return nn.ModuleDict({name: nn.Linear(*size) for name, size in sizes.items()})


class Flow(nn.Module):
    """The autoregressive network of a flow, z's entries in the order of the permutation."""

    def __init__(self, permutation):
        super().__init__()
        self.arn = nn.ModuleDict({"layers": nn.ModuleList([nn.Linear(Z, FLOW), nn.Linear(FLOW, 2 * Z)])})
        place, hidden = torch.argsort(permutation) + 1, torch.linspace(1, Z - 1, FLOW).round()
        self.masks = [(hidden[:, None] >= place).float(), (place[:, None] > hidden).float().repeat(2, 1)]

    def weights(self):
        """Masked once a step."""
        return [(layer.weight * mask.to(layer.weight), layer.bias) for layer, mask in zip(self.arn["layers"], self.masks)]


class DMM(nn.Module):
    def __init__(self, permutations=()):
        super().__init__()
        self.emitter = layers(lin_z_to_hidden=(Z, E), lin_hidden_to_hidden=(E, E), lin_hidden_to_input=(E, X))
        self.trans = layers(lin_gate_z_to_hidden=(Z, R), lin_gate_hidden_to_z=(R, Z),
                            lin_proposed_mean_z_to_hidden=(Z, R), lin_proposed_mean_hidden_to_z=(R, Z),
                            lin_sig=(Z, Z), lin_z_to_loc=(Z, Z))
        nn.init.eye_(self.trans["lin_z_to_loc"].weight)
        nn.init.zeros_(self.trans["lin_z_to_loc"].bias)
        self.combiner = layers(lin_z_to_hidden=(Z, H), lin_hidden_to_loc=(H, Z), lin_hidden_to_scale=(H, Z))
        self.rnn = nn.RNN(X, H, nonlinearity="relu")
        self.iafs_modules = nn.ModuleList(Flow(permutation) for permutation in permutations)
        self.z_0, self.z_q_0 = nn.Parameter(torch.zeros(Z)), nn.Parameter(torch.zeros(Z))
        self.h_0 = nn.Parameter(torch.zeros(1, 1, H))

    def guide(self, x, mask, noise):
        """Samples z and the logarithms of their densities, both [T, B, Z]."""
        T, B, _ = x.shape
        t, lengths = torch.arange(T)[:, None], mask.sum(0)
        reverse = torch.where(t < lengths, lengths - 1 - t, t).long()[:, :, None]
        hs = self.rnn(x.gather(0, reverse.expand_as(x)), self.h_0.expand(1, B, H).contiguous())[0]
        hs = hs.gather(0, reverse.expand_as(hs))

        first, loc, scale = self.combiner.values()
        w, b = torch.cat([loc.weight, scale.weight]), torch.cat([loc.bias, scale.bias])
        flows = [flow.weights() for flow in self.iafs_modules]
        z, zs, raws, volumes = self.z_q_0.expand(B, Z), [], [], []
        for h, e in zip(hs.unbind(), noise.unbind()):
            joint = 0.5 * (torch.tanh(first(z)) + h)
            loc, raw = linear(joint, w, b).chunk(2, -1)
            z = torch.addcmul(loc, softplus(raw), e)
            for one, two in flows:
                mean, log_scale = linear(torch.relu(linear(z, *one)), *two).chunk(2, -1)
                log_scale = log_scale + (log_scale.clamp(-5, 3) - log_scale).detach()
                z = torch.addcmul(mean, log_scale.exp(), z)
                volumes.append(log_scale)
            zs.append(z)
            raws.append(raw)
        volume = torch.stack(volumes).unflatten(0, (T, len(flows))).sum(1) if flows else 0
        return torch.stack(zs), -0.5 * noise**2 - softplus(torch.stack(raws)).log() - volume

    def loss(self, x, mask, noise, annealing=1.0):
        """The summed negative ELBO. x: [T, B, X], mask: [T, B], noise: [T, B, Z]."""
        z, log_q = self.guide(x, mask, noise)
        before = torch.cat([self.z_0.expand(1, x.shape[1], Z), z[:-1]])
        to_gate, gate, to_proposed, proposed, sig, to_loc = self.trans.values()
        gate = torch.sigmoid(gate(torch.relu(to_gate(before))))
        proposed = proposed(torch.relu(to_proposed(before)))
        scale = softplus(sig(torch.relu(proposed)))
        log_p = -0.5 * ((z - torch.lerp(to_loc(before), proposed, gate)) / scale) ** 2 - scale.log()
        one, two, three = self.emitter.values()
        logits = three(torch.relu(two(torch.relu(one(z)))))
        log_x = (x * logits - softplus(logits)).sum(-1)
        return (mask * (annealing * (log_q - log_p).sum(-1) - log_x)).sum()


class ClippedAdam:
    """Pyro's: the rate decays first, gradients are clipped by element, the penalty is added after. All parameters at once."""

    def __init__(self, parameters):
        self.p, self.count = list(parameters), 0
        self.m, self.v = [torch.zeros_like(p) for p in self.p], [torch.zeros_like(p) for p in self.p]

    @torch.no_grad()
    def step(self):
        self.count += 1
        rate = 3e-4 * 0.99996**self.count * (1 - 0.999**self.count) ** 0.5 / (1 - 0.96**self.count)
        g = [p.grad for p in self.p]
        torch._foreach_clamp_min_(g, -10)
        torch._foreach_clamp_max_(g, 10)
        torch._foreach_add_(g, self.p, alpha=2.0)
        torch._foreach_lerp_(self.m, g, 0.04)
        torch._foreach_mul_(self.v, 0.999)
        torch._foreach_addcmul_(self.v, g, g, 0.001)
        scale = torch._foreach_sqrt(self.v)
        torch._foreach_add_(scale, 1e-8)
        torch._foreach_addcdiv_(self.p, self.m, scale, -rate)
        for p in self.p:
            p.grad = None


@torch.inference_mode()
def request(dmm, a, untimed, reps):
    """Times the guide alone."""
    rng, times = np.random.default_rng(1), []
    x, noise = (rng.random((a.T, a.B, X)) < 0.05).astype(np.float32), rng.normal(size=(a.T, a.B, Z)).astype(np.float32)
    mask = np.ones((a.T, a.B), np.float32)
    for _ in range(untimed + reps):
        start = time.perf_counter()
        [v.cpu().numpy() for v in dmm.guide(*(torch.from_numpy(v).to(a.device) for v in (x, mask, noise)))]
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"compile_s": 0.0, "request_ms": statistics.median(times[untimed:]), "n": reps,
                      "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("B", type=int)
    parser.add_argument("T", type=int)
    parser.add_argument("--iafs", type=int, default=0)
    parser.add_argument("--reps", type=int, default=20)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--request", action="store_true")
    parser.add_argument("--device", default="cpu")
    a = parser.parse_args()
    reps, untimed, times = 1 if a.once else a.reps, 0 if a.once else 2, []
    torch.set_num_threads(2)
    torch.set_default_device(a.device)
    torch.manual_seed(1)
    dmm = DMM([torch.randperm(Z) for _ in range(a.iafs)])
    if a.request:
        return request(dmm, a, untimed, reps)
    adam, x, mask = ClippedAdam(dmm.parameters()), (torch.rand(a.T, a.B, X) < 0.05).float(), torch.ones(a.T, a.B)
    for _ in range(untimed + reps):
        start = time.perf_counter()
        loss = dmm.loss(x, mask, torch.randn(a.T, a.B, Z))
        loss.backward()
        adam.step()
        if a.device == "cuda":
            torch.cuda.synchronize()
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"compile_s": 0.0, "step_ms": statistics.median(times[untimed:]), "n": reps,
                      "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                      "loss": loss.item() / (a.B * a.T)}))


if __name__ == "__main__":
    main()
