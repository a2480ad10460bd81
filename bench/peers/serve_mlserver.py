"""Serves an ONNX model by MLServer, in one process: serve_mlserver.py FILE NAME PORT, until SIGTERM."""
import asyncio
import sys

import onnxruntime
from mlserver import MLModel, MLServer, ModelSettings, Settings
from mlserver.codecs import NumpyCodec
from mlserver.settings import ModelParameters
from mlserver.types import InferenceResponse


class Onnx(MLModel):
    async def load(self) -> bool:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(self.settings.parameters.uri, options)
        self.names = [output.name for output in self.session.get_outputs()]
        return True

    async def predict(self, payload):
        feeds = {i.name: NumpyCodec.decode_input(i) for i in payload.inputs}
        results = self.session.run(self.names, feeds)
        outputs = [NumpyCodec.encode_output(name, array) for name, array in zip(self.names, results)]
        return InferenceResponse(model_name=self.name, outputs=outputs)


async def main(file, name, port):
    settings = Settings(host="127.0.0.1", http_port=port, grpc_port=port + 1, metrics_endpoint=None, debug=False, parallel_workers=0)
    model = ModelSettings(name=name, implementation=Onnx, parameters=ModelParameters(uri=file))
    server = MLServer(settings)
    serving = asyncio.create_task(server.start([model]))
    for _ in range(600):
        await asyncio.sleep(0.1)
        if serving.done():
            return await serving
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET /v2/models/{name}/ready HTTP/1.0\r\n\r\n".encode())
            if b" 200 " in await reader.readline():
                break
        except OSError:
            pass
    print(f"http://127.0.0.1:{port}/v2", flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
