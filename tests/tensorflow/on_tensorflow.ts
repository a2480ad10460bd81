/** Makes eager operations of the tests that follow run on TensorFlow: `deno test --preload=tests/tensorflow/on_tensorflow.ts`. */
import { chooseBackend } from "../../lib/backend/mod.ts";

await chooseBackend("tensorflow");
