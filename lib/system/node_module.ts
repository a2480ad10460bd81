import process from "node:process";

/** The modules that few programs use. */
interface NodeModules {
  readonly crypto: typeof import("node:crypto");
  readonly fs: typeof import("node:fs");
  readonly os: typeof import("node:os");
}

/**
 * Returns a module of Node, loaded when it is first asked for: a program that trains a model needs
 * none of these, and under Deno they take 5 to 10 ms of the processor's time until it begins.
 */
export const nodeModule = <Name extends keyof NodeModules>(name: Name): NodeModules[Name] =>
  process.getBuiltinModule(`node:${name}`) as NodeModules[Name];

/** Node's functions on files, as promises. */
export const fileSystem = (): typeof import("node:fs/promises") => nodeModule("fs").promises;
