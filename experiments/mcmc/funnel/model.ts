import { Normal } from "@pyrosaur/pyrosaur/distributions";
import { plate, sample } from "@pyrosaur/pyrosaur/ppl";

/** The numbers in the funnel's neck. */
export const WIDTH = 9, Y_SD = 3;

/** Neal's funnel (2003): nine normals, the logarithm of whose variance is normal. */
export function funnel(): void {
  const y = sample("y", new Normal(0, Y_SD));
  using _x = plate("neck", WIDTH);
  sample("x", new Normal(0, y.div(2).exp()));
}
