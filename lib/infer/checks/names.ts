import { type AnyFunction, around, type Message, type Trace } from "../../ppl/mod.ts";

/** A thing with a name, as far as it tells two of one name apart. */
type Thing = Pick<Message, "type" | "name"> & { readonly owner?: object };

/** The owner of the model's parameters where the guide asks for them, to follow its density. */
export const ofModel: object = {};

const KINDS: Record<string, string> = {
  sample: "a sample site",
  param: "a parameter",
  deterministic: "a computed site",
  plate: "a plate",
};

/**
 * Checks that a name means one thing in model and guide: a plate or a site of both, or a parameter
 * of one of them. They share a parameter only where both registered one network, or one tree of
 * first values, with `module`.
 *
 * @throws Error that says what has the name.
 */
function checkShared(model: Thing, guide: Thing | undefined): void {
  if (!guide || model.type === "key") return;
  const isShared = guide.owner === ofModel || (model.owner !== undefined && model.owner === guide.owner);
  if (model.type === guide.type && (model.type !== "param" || isShared)) return;
  throw new Error(
    `Cannot use the guide with the model: "${model.name}" is ${KINDS[model.type]} of the model and ` +
      `${
        KINDS[guide.type]
      } of the guide; give each a name of its own (automatic guides have the option prefix), or ` +
      "register a network that they share with module in both",
  );
}

/** Returns a model that throws where it uses a name of a guide's trace for something else. */
export const apartFrom = <F extends AnyFunction>(guide: Trace, model: F): F =>
  around(model, () => ({
    label: "names",
    process: { any: (message) => checkShared(message, guide.sites.get(message.name) as Thing | undefined) },
  }));

/** The names that model and guide use as they run, in whatever order a loss runs them. */
export class SharedNames {
  readonly #used = { model: new Map<string, Thing>(), guide: new Map<string, Thing>() };

  /** Returns the model or the guide with its names noted, and checked against the other's. */
  note<F extends AnyFunction>(which: "model" | "guide", fn: F): F {
    const { model, guide } = this.#used;
    const any = (message: Message): void => {
      if (message.type === "key") return;
      const { name, type } = message, owner = type === "param" ? message.owner : undefined;
      this.#used[which].set(name, { name, type, owner });
      const inModel = model.get(name);
      if (inModel) checkShared(inModel, guide.get(name));
    };
    return around(fn, () => ({ label: "names", process: { any } }));
  }
}
