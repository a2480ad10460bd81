import { formatShape, sameShape } from "../tensor/mod.ts";
import type { Handler } from "./handler.ts";
import type { Message, ParamMessage, PlateMessage } from "./message.ts";
import { SampleSite } from "./sample_site.ts";
import type { DeterministicSite, ParamSite, PlateSite, Trace } from "./trace.ts";

/** Makes the handler that records messages as sites of a trace. */
export function recorder(trace: Trace): Handler {
  const { sites } = trace;
  const refuse = (message: Message) => refuseSecond(message, trace);
  return {
    label: "trace",
    keepsLogProbs: true,
    process: {
      sample: refuse,
      deterministic: refuse,
      param(message) {
        const before = sites.get(message.name);
        if (before?.type !== "param") return refuse(message);
        checkSameShape(message, before);
        message.value ??= before.value;
      },
      plate(message) {
        const before = sites.get(message.name);
        if (before?.type !== "plate") return refuse(message);
        checkSameSize(message, before);
        message.subsample ??= before.subsample;
      },
    },
    postprocess: {
      sample: (message) => void sites.set(message.name, new SampleSite(message)),
      deterministic: (message) => void sites.set(message.name, { ...message } as DeterministicSite),
      param: (message) => keepFirst({ ...message } as ParamSite),
      plate: (message) => keepFirst({ ...message } as PlateSite),
    },
  };

  function keepFirst(site: ParamSite | PlateSite): void {
    if (!sites.has(site.name)) sites.set(site.name, site);
  }
}

function refuseSecond({ name, type }: Message, { sites }: Trace): void {
  const before = sites.get(name);
  if (!before) return;
  const kinds = before.type === type ? `two ${type} sites` : `a ${before.type} and a ${type} site`;
  throw new Error(`Cannot use the name "${name}" twice: it names ${kinds}; give each site a name of its own`);
}

function checkSameShape({ name, shape }: ParamMessage, { value }: ParamSite): void {
  if (!shape || sameShape(shape, value.shape)) return;
  const [found, expected] = [formatShape(shape), formatShape(value.shape)];
  throw new Error(`Cannot register parameter "${name}" again with shape ${found}: it has shape ${expected}`);
}

function checkSameSize({ name, size, subsampleSize }: PlateMessage, before: PlateSite): void {
  if (size === before.size && subsampleSize === before.subsampleSize) return;
  throw new Error(
    `Cannot enter plate "${name}" again with ${subsampleSize} of ${size} members: it was entered with ` +
      `${before.subsampleSize} of ${before.size}`,
  );
}
