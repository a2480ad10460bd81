import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import * as page from "../../mod.ts";
import { runProgram } from "../../lib/system/mod.ts";

const PAGE = fileURLToPath(new URL("../../mod.ts", import.meta.url));

/** The parts of `deno doc --json` that are looked at. */
interface Declared {
  name: string;
  kind: string;
  jsDoc?: { doc?: string; tags?: { kind: string; doc?: string }[] };
  def?: Declared & { params?: Param[]; elements?: Symbol[]; constructors?: Declared[] };
  params?: Param[];
}
interface Param {
  kind: string;
  left?: { kind: string; tsType?: { typeRef?: { typeName?: string } } };
}
interface Symbol {
  name: string;
  declarations: Declared[];
}

const { out } = await runProgram(Deno.execPath(), ["doc", "--json", PAGE]);
const { module_doc: moduleDoc, symbols } = Object.values<any>(JSON.parse(out).nodes)[0] as {
  module_doc: { doc: string };
  symbols: Symbol[];
};

Deno.test("the page of users lists what it exports by topic, and nothing else", () => {
  const listed = [...moduleDoc.doc.matchAll(/^- \*\*[^]*?(?=^- |^$)/gm)].flatMap(([topic]) =>
    [...topic.matchAll(/`(\w+)`/g)].map(([, name]) => name)
  );
  const exported = Object.keys(page);
  assert.deepEqual(exported.filter((name) => !listed.includes(name)), [], "list these by topic in mod.ts");
  assert.deepEqual(listed.filter((name) => !exported.includes(name)), [], "these are not exported");
  assert.equal(new Set(listed).size, listed.length, "each stands under one topic");
});

Deno.test("the page of users has nothing of the inside of the library", () => {
  const inside = [
    "around",
    "send",
    "install",
    "enter",
    "activeHandlers",
    "sumRightmost",
    "Handler",
    "Prototype",
  ];
  const found = symbols.map(({ name }) => name).filter((name) =>
    inside.includes(name) || name.endsWith("Message")
  );
  assert.deepEqual(found, []);
});

Deno.test("deno doc shows nn and random whole", () => {
  for (const name of ["nn", "random", "special", "constraints"] as const) {
    const [{ def }] = symbols.find((symbol) => symbol.name === name)!.declarations;
    const shown = new Set(def!.elements!.map((element) => element.name));
    // What is meant for builders of further layers and samplers is there, but not on the page.
    const inside =
      /^(fill|check)|^(EULER_GAMMA|halfLogTwoPi|affine|recurrentInit|gammaLogGradient|ZeroKey|GivenKey)$|^(rootKeys|deriveKeys|drawFrom)$/;
    const names = Object.keys(page[name]).filter((key) => !inside.test(key) && !(key in page));
    assert.deepEqual(names.filter((key) => !shown.has(key)), [], name);
  }
});

/** The functions and constructors of a symbol, by name, with their texts. */
function* callables({ name, declarations }: Symbol): Generator<[string, Declared, string]> {
  for (const declared of declarations) {
    const text = textOf(declared), { kind, def } = declared;
    if (kind === "function") yield [name, def!, text];
    for (const own of def?.constructors ?? []) yield [`new ${name}`, own, text + textOf(own)];
    for (const element of def?.elements ?? []) yield* callables(element);
  }
}

const textOf = ({ jsDoc }: Declared): string =>
  [jsDoc?.doc, ...(jsDoc?.tags ?? []).filter(({ kind }) => kind !== "example").map(({ doc }) => doc)].join(
    " ",
  );

Deno.test("everything on the page of users is documented, and every default is said", () => {
  const silent = symbols.filter(({ declarations }) =>
    declarations.every((declared) => !textOf(declared).trim())
  );
  assert.deepEqual(silent.map(({ name }) => name), []);
  for (const [name, { params = [] }, text] of symbols.flatMap((symbol) => [...callables(symbol)])) {
    for (const { kind, left } of params) {
      // A default that is taken apart, `{ bound = 3 }: SplineOptions = {}`, is said with the
      // option.
      if (kind !== "assign" || left?.kind === "object") continue;
      assert.match(text, /default/, `${name} has a parameter with a default that its text does not say`);
    }
  }
});

Deno.test("functions on the page of users are described by verbs", () => {
  const verb = /^[A-Z][a-z]+s\b/;
  const others = symbols.flatMap((symbol) => [...callables(symbol)]).filter(([name, , text]) =>
    !name.startsWith("new ") && text.trim() !== "" && !verb.test(text.trim())
  );
  assert.deepEqual(others.map(([name, , text]) => `${name}: ${text.trim().split("\n")[0]}`), []);
});
