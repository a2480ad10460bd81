/**
 * A process that is killed: `reproduce` of the shorter experiments, in a folder of its own.
 *
 * @module
 */
import { reproduce } from "../reproduce.ts";
import { shortRegistry } from "./experiments.ts";

const [cwd, ...args] = Deno.args;
Deno.exit(await reproduce(args, { registry: shortRegistry, cwd }));
