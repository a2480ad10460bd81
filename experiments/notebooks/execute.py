"""Executes a notebook with nbclient and prints it, with its outputs, as JSON.

usage: execute.py NOTEBOOK.ipynb TIMEOUT_SECONDS

Exit status 3: a cell failed, and its error is on stderr. Exit status 4: nbclient is not installed.
"""
import pathlib
import sys

try:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(4)

path = pathlib.Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
client = NotebookClient(
    notebook,
    kernel_name="deno",
    timeout=float(sys.argv[2]),
    # Times of execution would change the file at each run.
    record_timing=False,
    resources={"metadata": {"path": str(path.parent)}},
)
try:
    client.execute()
except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
    print(error, file=sys.stderr)
    sys.exit(3)

# The kernel's own version is no result either.
notebook.metadata.get("language_info", {}).pop("version", None)
sys.stdout.write(nbformat.writes(notebook) + "\n")
