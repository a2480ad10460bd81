/** Provisions the tests' wheel with a pip that never ends, so that a test can stop it: `engine_process.ts FOLDER`. */
import { engineCommand } from "../../tasks/engine.ts";
import { pip, tinyRecipe } from "./engine_wheel.ts";

const [folder] = Deno.args, { recipe } = await tinyRecipe(folder);
Deno.exit(
  await engineCommand(["tensorflow"], {
    place: `${folder}/engines/tiny`,
    recipe,
    installers: [pip("hang")],
  }),
);
