#!/usr/bin/env bash
# pyro-ppl 1.9.2 with torch 2.15.0 (PyPI), CPU: log_abs_det_jacobian of the transform Sylvester is not that of its function, which
# multiplies by S Q^T and Q R from the right where the formula of its paper has them on the left: only then R and S are triangular in
# one product. At the parameters below it is -1.274 where the Jacobian's is -0.692: a flow's density does not integrate to 1, and SVI
# with it optimises something else than the ELBO.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pyro-ppl==1.9.2 torch==2.15.0
cat > "$folder/sylvester.py" <<'PY'
import torch
from pyro.distributions.transforms import Sylvester

torch.set_default_dtype(torch.float64)
flow = Sylvester(2)
flow.u_unnormed.data = torch.tensor([[1.0, 2.0]])
flow.R_dense.data, flow.S_dense.data = torch.ones(2, 2), -torch.ones(2, 2)
flow.R_diag.data, flow.S_diag.data, flow.b.data = -torch.ones(2), torch.ones(2), torch.zeros(2)
x = torch.tensor([0.3, -0.5])
found = flow.log_abs_det_jacobian(x, flow(x)).item()
exact = torch.linalg.slogdet(torch.autograd.functional.jacobian(flow._call, x))[1].item()
print(f"found {found:.6f}, that of the Jacobian {exact:.6f}")
assert abs(found - exact) > 0.5, "behaviour changed"
print("as seen")
PY
"$folder/venv/bin/python" "$folder/sylvester.py"
