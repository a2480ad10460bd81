/** TensorFlow as a Python environment has it. */
interface Installed {
  /** The folder that its packages lie in. */
  readonly site: string;
  /** Its version. */
  readonly version: string;
  /** The kind of device that it is built for. */
  readonly device: "cpu" | "gpu";
  /** The file that is opened, in TensorFlow's folder. */
  readonly main: string;
  /** The files that are needed, in TensorFlow's folder. */
  readonly files: readonly string[];
}

const names = async (folder: string): Promise<string[]> => {
  const found: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) found.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
  }
  return found.sort();
};

/**
 * Folders of packages that a folder may mean: itself, its parent (of the package), or those of an
 * environment.
 */
async function sites(folder: string): Promise<string[]> {
  const libraries = (await names(`${folder}/lib`)).filter((name) => name.startsWith("python"));
  return [
    folder,
    folder.replace(/[\\/]tensorflow[\\/]*$/, ""),
    ...libraries.map((name) => `${folder}/lib/${name}/site-packages`),
    `${folder}/Lib/site-packages`,
  ];
}

const LIBRARY = /^libtensorflow_(cc|framework)(\.so\.2|\.2\.dylib)$/;

/**
 * TensorFlow in a Python environment, its folder of packages, or TensorFlow's own folder. Throws
 * and says what was looked for.
 */
export async function findInstalled(folder: string): Promise<Installed> {
  const at = folder.replace(/[\\/]+$/, "");
  for (const site of await sites(at)) {
    const files = (await names(`${site}/tensorflow`)).filter((name) => LIBRARY.test(name));
    const main = files.find((name) => name.includes("_cc."));
    if (!main) continue;
    const infos = (await names(site)).map((name) =>
      /^(tensorflow(?:_cpu)?)-(\d[^-]*)\.dist-info$/.exec(name)
    );
    const info = infos.find((match) => match !== null);
    if (!info) throw new Error(`${site} has TensorFlow's library, but nothing that says its version`);
    const hasNvidia = (await names(`${site}/nvidia`)).includes("cudnn");
    return {
      site,
      version: info[2],
      device: info[1] === "tensorflow" && hasNvidia ? "gpu" : "cpu",
      main,
      files: [main, ...files.filter((name) => name !== main)],
    };
  }
  throw new Error(
    `there is no TensorFlow in ${at}: expected a Python environment that has it, its site-packages, or the folder of TensorFlow`,
  );
}
