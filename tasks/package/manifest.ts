/** The part of deno.json that a package follows from. */
export interface Project {
  /** The package's name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** Its licence. */
  readonly license: string;
  /** Modules by the name they are imported by. */
  readonly exports: Readonly<Record<string, string>>;
  /** The packages it uses, as `npm:name@version`. */
  readonly imports: Readonly<Record<string, string>>;
}

/**
 * The packages that are used where they are installed, and are not installed on their own account.
 */
const OPTIONAL = ["@tensorflow/tfjs-node", "@tonejs/midi", "onnxruntime-web"];

/** Returns the package.json of a project whose published files import these packages. */
export function manifest(project: Project, imported: readonly string[]): Record<string, unknown> {
  const versionOf = (name: string): string => {
    const specifier = project.imports[name];
    if (!specifier) throw new Error(`Cannot package ${project.name}: deno.json does not say which ${name}`);
    return specifier.slice(specifier.lastIndexOf("@") + 1);
  };
  const versions = (names: readonly string[]) =>
    Object.fromEntries(names.toSorted().map((name) => [name, versionOf(name)]));
  const targets = Object.entries(project.exports).map(([name, source]) => {
    const base = source.replace(/\.ts$/, "");
    return [name, { types: `${base}.d.ts`, default: `${base}.js` }];
  });
  return {
    name: project.name,
    version: project.version,
    description: "Deep probabilistic programming in the manner of Pyro and NumPyro",
    license: project.license,
    type: "module",
    sideEffects: true,
    engines: { node: ">=20.16" },
    exports: Object.fromEntries(targets),
    dependencies: versions(imported.filter((name) => name !== project.name && !OPTIONAL.includes(name))),
    peerDependencies: versions(OPTIONAL),
    peerDependenciesMeta: Object.fromEntries(OPTIONAL.map((name) => [name, { optional: true }])),
  };
}
