"""Executes a notebook with nbclient and prints it, with its outputs, as JSON.

usage: execute.py NOTEBOOK.ipynb TIMEOUT_SECONDS

Exit status 3: a cell failed, and its error is on stderr. Exit status 4: nbclient is not installed.
"""
import pathlib
import sys
from queue import Empty

try:
    import nbformat
    from jupyter_core.utils import ensure_async
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(4)

# Seconds without a message after which a cell has none left.
QUIET = 0.3


class PatientClient(NotebookClient):
    """Deno's kernel says that it is idle before the last outputs of a cell are on their way: they are waited for."""

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        await super()._async_poll_output_msg(parent_msg_id, cell, cell_index)
        while True:
            try:
                message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=QUIET))
            except Empty:
                return
            if message["parent_header"].get("msg_id") == parent_msg_id:
                self.process_message(message, cell, cell_index)


path = pathlib.Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
client = PatientClient(
    notebook,
    kernel_name="deno",
    timeout=float(sys.argv[2]),
    # A busy machine takes longer than the minute that a kernel has otherwise.
    startup_timeout=int(sys.argv[2]),
    coalesce_streams=True,
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
