import {
  adagrad,
  adagradRMSProp,
  adam,
  adamW,
  clippedAdam,
  type Optimiser,
  rmsprop,
  sgd,
} from "../../lib/infer/mod.ts";

const makers: Record<string, (options: any) => Optimiser> = {
  adam,
  adamw: adamW,
  clippedadam: clippedAdam,
  sgd,
  rmsprop,
  adagrad,
  adagradrmsprop: adagradRMSProp,
};

const renamed: Record<string, string> = { initial_accumulator_value: "initialAccumulator" };
const camel = (name: string): string =>
  renamed[name] ?? name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

function value(text: string): unknown {
  if (text === "True" || text === "true") return true;
  if (text === "False" || text === "false") return false;
  const list = /^[([](.*)[)\]]$/.exec(text);
  if (list) return list[1].split(",").map((part) => value(part.trim()));
  const number = Number(text);
  if (text === "" || Number.isNaN(number)) {
    throw new Error(`Cannot read the optimiser's setting ${JSON.stringify(text)}: expected a number`);
  }
  return number;
}

/**
 * Returns an optimiser from a line such as `ClippedAdam lr=0.03 betas=(0.96,0.999) lrd=0.99` or
 * `SGD lr=0.05 momentum=0.9 nesterov`: torch's or Pyro's class name, then its settings by torch's
 * names; a setting without a value is true. Throws for an unknown name or setting.
 */
export function optimiserByName(text: string): Optimiser {
  const [name, ...settings] = text.trim().split(/\s+/);
  const make = makers[name.toLowerCase()];
  if (!make) {
    throw new Error(
      `Unknown optimiser "${name}": expected one of ${Object.keys(makers).join(", ")} in any case`,
    );
  }
  return make(Object.fromEntries(settings.map((setting) => {
    const [key, ...rest] = setting.split("=");
    return [camel(key), rest.length === 0 ? true : value(rest.join("="))];
  })));
}
