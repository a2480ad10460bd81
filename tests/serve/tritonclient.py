"""Every method that tritonclient[http] has for what is served, against the server at the address in the arguments."""
import sys

import numpy as np
import tritonclient.http as http
from tritonclient.utils import InferenceServerException

client = http.InferenceServerClient(sys.argv[1], concurrency=8)


def tensor(name, array, datatype, binary=True):
    value = http.InferInput(name, list(array.shape), datatype)
    value.set_data_from_numpy(array, binary_data=binary)
    return value


def refused(call, status, text):
    try:
        call()
    except InferenceServerException as error:
        assert error.status() == status and text in error.message(), error
    else:
        raise AssertionError(f"expected {status} {text}")


x = np.array([[1, np.nan, np.inf], [-np.inf, -0.0, 0.1]], np.float32)
twice = x * np.float32(2)

assert client.is_server_live() and client.is_server_ready()
assert client.is_model_ready("rows") and client.is_model_ready("rows", "1")
assert not client.is_model_ready("nothing") and not client.is_model_ready("rows", "2")
assert client.get_server_metadata()["name"] == "pyrosaur"
assert client.get_model_metadata("rows")["inputs"] == [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}]
assert client.get_model_config("rows", "1")["max_batch_size"] == 8
assert [m["state"] for m in client.get_model_repository_index()] == ["READY", "READY"]

# JSON and binary data, inputs and outputs each, packed both ways; each call has headers of its own.
for sent in (True, False):
    for got in (True, False, None):
        for packed in (None, "gzip", "deflate"):
            outputs = None if got is None else [http.InferRequestedOutput("y", binary_data=got)]
            result = client.infer(
                "rows", [tensor("x", x, "FP32", sent)], outputs=outputs, request_id="a b",
                request_compression_algorithm=packed, response_compression_algorithm=packed,
                priority=1, timeout=10_000_000, parameters={"note": "any"})
            y = result.as_numpy("y")
            assert y.dtype == np.float32 and y.tobytes() == twice.tobytes(), (sent, got, packed, y)
            assert result.get_response()["id"] == "a b"
            assert result.get_output("y")["shape"] == [2, 3]

empty = client.infer("rows", [tensor("x", np.zeros((0, 3), np.float32), "FP32")])
assert empty.as_numpy("y").shape == (0, 3)

# All types, to the last bit.
values = {
    "BOOL": np.array([True, False]), "UINT8": np.array([0, 255], np.uint8),
    "UINT16": np.array([0, 65535], np.uint16), "UINT32": np.array([0, 2**32 - 1], np.uint32),
    "UINT64": np.array([2**53 + 1, 2**64 - 1], np.uint64), "INT8": np.array([-128, 127], np.int8),
    "INT16": np.array([-2**15, 2**15 - 1], np.int16), "INT32": np.array([-2**31, 2**31 - 1], np.int32),
    "INT64": np.array([-2**63, 2**53 + 1], np.int64), "FP16": np.array([np.nan, 0.1], np.float16),
    "FP32": np.array([np.inf, 0.1], np.float32), "FP64": np.array([5e-324, 0.1], np.float64),
    "BYTES": np.array(["é".encode(), b""], np.object_),
}
for sent in (True, False):
    for got in (True, False):
        inputs = [tensor("x_" + ("STRING" if t == "BYTES" else t), v, t, sent) for t, v in values.items()]
        outputs = [http.InferRequestedOutput("y_" + ("STRING" if t == "BYTES" else t), binary_data=got) for t in values]
        result = client.infer("echo", inputs, outputs=outputs)
        for t, v in values.items():
            y = result.as_numpy("y_" + ("STRING" if t == "BYTES" else t))
            if t == "BYTES":
                y = np.array([e.encode() if isinstance(e, str) else e for e in y], np.object_)
            same = list(y) == list(v) if t == "BYTES" else y.dtype == v.dtype and y.tobytes() == v.tobytes()
            assert same, (t, sent, got, y)

classes = client.infer("rows", [tensor("x", np.array([[1, 3, 2]], np.float32), "FP32")],
                       outputs=[http.InferRequestedOutput("y", class_count=2)]).as_numpy("y")
assert classes.tolist() == [[b"6.000000:1", b"4.000000:2"]]

# Many at once, each with its own answer.
calls = [(i, client.async_infer("rows", [tensor("x", np.full((1 + i % 3, 3), i, np.float32), "FP32")])) for i in range(100)]
for i, call in calls:
    y = call.get_result().as_numpy("y")
    assert y.shape == (1 + i % 3, 3) and (y == 2 * i).all()

body, length = http.InferenceServerClient.generate_request_body([tensor("x", x, "FP32")])
assert length is not None and body[length:] == x.tobytes()

# The client writes into the caller's headers; the next call, as it is, is told what does not fit.
headers = {}
client.infer("rows", [tensor("x", x, "FP32")], headers=headers, request_compression_algorithm="gzip")
assert headers["Content-Encoding"] == "gzip"
refused(lambda: client.infer("rows", [tensor("x", x, "FP32", False)], headers=headers), "400", "headers")

client.unload_model("rows")
assert not client.is_model_ready("rows")
refused(lambda: client.infer("rows", [tensor("x", x, "FP32")]), "503", 'the model "rows" is not ready: unloaded')
client.load_model("rows")
assert client.is_model_ready("rows")
refused(lambda: client.load_model("nothing"), "404", 'no model "nothing"')
refused(lambda: client.infer("rows", [tensor("x", x[:, :2], "FP32")]), "400", "shape [2,2], expected [-1,3]")
refused(lambda: client.infer("rows", [http.InferInput("x", [2, 3], "FP32")]), "400", '"data"')
refused(lambda: client.get_trace_settings(), "404", "there is nothing")
assert client.get_inference_statistics("echo")["model_stats"][0]["inference_count"] == 4
client.close()
print("all right")
