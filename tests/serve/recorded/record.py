"""Records the requests of other clients: record.py OUT, in an environment with kserve or mlserver.

The clients talk to a socket that understands nothing of the protocol: it keeps the bytes that come, and answers each
request with the same few words. What the same requests should be answered with is told by this script, from the arrays
that it gives to the clients.
"""
import asyncio
import base64
import importlib.metadata
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading

import numpy as np

ANSWER = json.dumps({"model_name": "echo", "model_version": "1", "live": True, "ready": True, "outputs": []}).encode()


class Recorder:
    """A socket that keeps what is sent to it."""

    def __init__(self):
        self.requests = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.converse, args=(connection,), daemon=True).start()

    def converse(self, connection):
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                more = connection.recv(65536)
                if not more:
                    return
                data += more
            head, rest = data.split(b"\r\n\r\n", 1)
            names = [line.split(b":", 1) for line in head.split(b"\r\n")[1:]]
            length = int(dict((name.lower(), value) for name, value in names).get(b"content-length", b"0"))
            while len(rest) < length:
                rest += connection.recv(65536)
            self.requests.append((head, rest[:length]))
            data = rest[length:]
            reply = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)
            connection.sendall(reply + ANSWER)


recorder = Recorder()
entries = []


def keep(client, what, expected, requests):
    """Adds what was recorded since the last call; `expected` are the outputs of the last of the requests."""
    for i, (head, body) in enumerate(requests):
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        pairs = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
        skipped = ("host", "content-length", "connection")
        entry = {"client": client, "what": what, "method": method, "path": path}
        entry["headers"] = {name.lower(): value for name, value in pairs if name.lower() not in skipped}
        try:
            entry["body"] = body.decode("ascii")
        except UnicodeDecodeError:
            entry["base64"] = base64.b64encode(body).decode()
        if i == len(requests) - 1 and expected is not None:
            entry["expected"] = expected
        entries.append(entry)
    recorder.requests.clear()


def plain(array):
    """The elements of an array as JSON has them; NaN as text."""
    values = [value.decode() if isinstance(value, bytes) else value for value in array.reshape(-1).tolist()]
    return ["NaN" if value != value else value for value in values]


ROWS = np.array([[1.5, -2.25, 3], [0, 1e-3, 7]], np.float32)
HOLES = np.array([[np.nan, 1]], np.float32)
ARRAYS = {
    "FP32": ROWS,
    "FP64": ROWS.astype(np.float64) / 3,
    "FP16": ROWS.astype(np.float16),
    "INT64": np.array([[2**53 + 1, -(2**62)]], np.int64),
    "UINT8": np.array([[0, 255]], np.uint8),
    "BOOL": np.array([[True, False]]),
    "BYTES": np.array([["Bach", "Händel"]], object),
}


async def kserve():
    from kserve import InferInput, InferRequest, InferenceRESTClient, RESTConfig
    from kserve.protocol.infer_type import RequestedOutput

    name = f"kserve {importlib.metadata.version('kserve')}"
    url = f"http://127.0.0.1:{recorder.port}"
    client = InferenceRESTClient(RESTConfig(protocol="v2"))

    async def ask(what, model, infer_input, expected, **options):
        request = InferRequest(model, [infer_input], **options)
        await client.infer(url, request, model_name=model)
        keep(name, what, expected, list(recorder.requests))

    await client.is_server_live(url)
    keep(name, "is_server_live", None, list(recorder.requests))
    await client.is_server_ready(url)
    keep(name, "is_server_ready", None, list(recorder.requests))
    await client.is_model_ready(url, "echo_FP32")
    keep(name, "is_model_ready", None, list(recorder.requests))
    for datatype, array in ARRAYS.items():
        for binary in (False, True):
            if datatype == "FP16" and not binary:
                continue
            infer_input = InferInput("x", list(array.shape), datatype)
            infer_input.set_data_from_numpy(array, binary_data=binary)
            form = "binary data" if binary else "JSON"
            await ask(f"{datatype} as {form}", f"echo_{datatype}", infer_input, {"y": plain(array)})
    infer_input = InferInput("x", [1, 2], "FP32")
    infer_input.set_data_from_numpy(HOLES, binary_data=False)
    await ask("NaN as JSON", "echo_FP32", infer_input, {"y": plain(HOLES)})
    infer_input = InferInput("x", [2, 3], "FP32", data=ROWS.tolist())
    await ask("nested lists and an id", "echo_FP32", infer_input, {"y": plain(ROWS)}, request_id="seven")
    infer_input = InferInput("x", [2, 3], "FP32")
    infer_input.set_data_from_numpy(ROWS)
    outputs = [RequestedOutput("y", {"binary_data": True})]
    await ask("binary data, outputs named", "echo_FP32", infer_input, {"y": plain(ROWS)}, request_outputs=outputs)
    infer_input = InferInput("x", [2, 3], "FP32")
    infer_input.set_data_from_numpy(ROWS)
    parameters = {"binary_data_output": True}
    await ask("binary data both ways", "echo_FP32", infer_input, {"y": plain(ROWS)}, parameters=parameters)


def mlserver():
    import pandas
    import requests
    from mlserver.codecs import NumpyCodec, NumpyRequestCodec, PandasCodec, StringCodec, StringRequestCodec
    from mlserver.types import InferenceRequest

    name = f"mlserver {importlib.metadata.version('mlserver')}"
    url = f"http://127.0.0.1:{recorder.port}/v2/models"

    def ask(what, model, request, expected):
        requests.post(f"{url}/{model}/infer", json=json.loads(request.model_dump_json()))
        keep(name, what, expected, list(recorder.requests))

    for datatype, array in ARRAYS.items():
        if datatype == "BYTES":
            infer_input = StringCodec.encode_input("x", array[0].tolist())
        else:
            infer_input = NumpyCodec.encode_input("x", array)
        expected = {"y": plain(array)}
        ask(f"{datatype}, input codec", f"echo_{datatype}", InferenceRequest(inputs=[infer_input]), expected)
    ask("NaN", "echo_FP32", InferenceRequest(inputs=[NumpyCodec.encode_input("x", HOLES)]), {"y": plain(HOLES)})
    ask("NumpyRequestCodec", "echo_default", NumpyRequestCodec.encode_request(ROWS), {"y": plain(ROWS)})
    vector = NumpyRequestCodec.encode_request(ROWS[0])
    ask("NumpyRequestCodec, a vector", "echo_vector", vector, {"y": plain(ROWS[0])})
    texts = StringRequestCodec.encode_request(["Bach", "Händel"])
    ask("StringRequestCodec", "echo_texts", texts, {"y": ["Bach", "Händel"]})
    frame = pandas.DataFrame({"x_FP64": [0.5, 1.5], "x_INT64": [1, 2], "x_STRING": pandas.Series(["a", "b"], dtype=object)})
    columns = {"y_FP64": [0.5, 1.5], "y_INT64": [1, 2], "y_STRING": ["a", "b"]}
    ask("PandasCodec", "echo_frame", PandasCodec.encode_request(frame), columns)

    # The command, which sends by tritonclient, in one request for all lines of a file.
    request = InferenceRequest(inputs=[NumpyCodec.encode_input("x", ROWS[:1])])
    for flags in ([], ["--binary-data"]):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/in.json", "w") as file:
                file.write(request.model_dump_json() + "\n")
            command = [os.path.join(os.path.dirname(sys.executable), "mlserver"), "infer", "-m", "echo_FP32", "-w", "1"]
            places = ["-u", f"127.0.0.1:{recorder.port}", "-i", f"{folder}/in.json", "-o", f"{folder}/out.json"]
            subprocess.run([*command, *places, *flags], capture_output=True, timeout=60)
        keep(name, " ".join(["mlserver infer", *flags]), {"y": plain(ROWS[:1])}, list(recorder.requests))


if __name__ == "__main__":
    try:
        import kserve as _
        asyncio.run(kserve())
    except ImportError:
        mlserver()
    with open(sys.argv[1], "w") as file:
        json.dump(entries, file, indent=1, ensure_ascii=False)
        file.write("\n")
