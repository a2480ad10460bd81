import assert from "node:assert/strict";
import { download, locate, resolveDataset } from "../../lib/data/mod.ts";
import { sha256 } from "../../lib/system/mod.ts";
import { inTemporaryFolder, withEnvironment } from "../temporary.ts";
import { withServer, withTruncatingServer } from "./server.ts";
import { CONTENTS, tiny } from "./tiny.ts";

const nowhere = { environmentDir: null, cache: null } as const;
const UNUSED = "http://127.0.0.1:1/tiny.csv";
const HASH = await sha256(CONTENTS), ALTERED_HASH = await sha256("1,2,4\n");

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

Deno.test("locate() looks in the folder given, then PYROSAUR_DATA, then the cache, then downloads", async () => {
  await inTemporaryFolder(async (root) => {
    await withServer({ "/tiny.csv": () => new Response(CONTENTS) }, async (address, asked) => {
      const set = await tiny(`${address}/tiny.csv`), [file] = set.files;
      for (const name of ["given", "environment", "cache"]) await Deno.mkdir(`${root}/${name}`);
      await withEnvironment({ PYROSAUR_DATA: `${root}/environment`, XDG_CACHE_HOME: root }, async () => {
        const options = { dir: `${root}/given` };
        assert.equal((await locate(set, file, options)).from, `${address}/tiny.csv`);
        assert.equal(
          (await locate(set, file, options)).from,
          `${root}/pyrosaur/tiny/tiny.csv`,
          "the download is kept",
        );
        await Deno.writeTextFile(`${root}/environment/tiny.csv`, CONTENTS);
        assert.equal((await locate(set, file, options)).from, `${root}/environment/tiny.csv`);
        await Deno.mkdir(`${root}/given/tiny`);
        await Deno.writeTextFile(`${root}/given/tiny/tiny.csv`, CONTENTS);
        assert.equal((await locate(set, file, options)).from, `${root}/given/tiny/tiny.csv`);
      });
      assert.deepEqual(asked, ["/tiny.csv"]);
    });
  });
});

Deno.test("locate() takes a compressed file whose contents are the pinned ones", async () => {
  await inTemporaryFolder(async (root) => {
    const set = await tiny(UNUSED);
    await Deno.writeFile(`${root}/tiny.csv.gz`, await gzip(CONTENTS));
    const { bytes, from } = await locate(set, set.files[0], { ...nowhere, dir: root });
    assert.equal(new TextDecoder().decode(bytes), CONTENTS);
    assert.equal(from, `${root}/tiny.csv.gz`);
  });
});

Deno.test("locate() replaces an altered file in the cache by a fresh download", async () => {
  await inTemporaryFolder(async (root) => {
    await withServer({ "/tiny.csv": () => new Response(CONTENTS) }, async (address) => {
      const set = await tiny(`${address}/tiny.csv`);
      await Deno.mkdir(`${root}/tiny`);
      await Deno.writeTextFile(`${root}/tiny/tiny.csv`, "rotten");
      const { bytes } = await locate(set, set.files[0], { environmentDir: null, cache: root });
      assert.equal(new TextDecoder().decode(bytes), CONTENTS);
      assert.equal(await Deno.readTextFile(`${root}/tiny/tiny.csv`), CONTENTS);
      assert.deepEqual([...Deno.readDirSync(`${root}/tiny`)].map((e) => e.name), ["tiny.csv"]);
    });
  });
});

Deno.test("locate() uses a download that cannot be kept", async () => {
  await inTemporaryFolder(async (root) => {
    await Deno.writeTextFile(`${root}/file`, "");
    await withServer({ "/tiny.csv": () => new Response(CONTENTS) }, async (address) => {
      const set = await tiny(`${address}/tiny.csv`);
      const { bytes } = await locate(set, set.files[0], { environmentDir: null, cache: `${root}/file` });
      assert.equal(bytes.length, CONTENTS.length);
    });
  });
});

Deno.test("locate() throws on files and folders that cannot be used", async () => {
  await inTemporaryFolder(async (root) => {
    const set = await tiny("http://example.org/tiny.csv"), [file] = set.files;
    for (const name of ["altered", "broken", "empty"]) await Deno.mkdir(`${root}/${name}`);
    await Deno.writeTextFile(`${root}/altered/tiny.csv`, "1,2,4\n");
    await Deno.writeTextFile(`${root}/broken/tiny.csv.gz`, "no gzip");
    const cases: [Parameters<typeof locate>[2], string][] = [
      [
        { dir: `${root}/altered` },
        `Cannot use ${root}/altered/tiny.csv: it has sha256 ${ALTERED_HASH} (6 bytes), expected ${HASH} (6 bytes). ` +
        "Replace it by the original (http://example.org/tiny.csv), or remove it to have it fetched",
      ],
      [
        { dir: `${root}/broken` },
        `Cannot use ${root}/broken/tiny.csv.gz: it is not a complete gzip file. Remove it, or put the original there`,
      ],
      [
        { dir: `${root}/none` },
        `Cannot look for data in ${root}/none (given by --data): there is no such folder`,
      ],
      [
        { environmentDir: `${root}/altered/tiny.csv` },
        `Cannot look for data in ${root}/altered/tiny.csv (given by PYROSAUR_DATA): it is not a folder`,
      ],
      [{ dir: `${root}/empty`, fetch: false }, `tiny.csv was not found in ${root}/empty`],
      [{ fetch: false }, "tiny.csv was not found in any folder"],
    ];
    for (const [options, message] of cases) {
      await assert.rejects(locate(set, file, { ...nowhere, ...options }), { message });
    }
  });
});

Deno.test("locate() takes a file that is not pinned as it is, and never fetches it", async () => {
  await inTemporaryFolder(async (root) => {
    await withServer({ "/tiny.csv": () => new Response(CONTENTS) }, async (address, asked) => {
      const pinned = await tiny(`${address}/tiny.csv`),
        file = { ...pinned.files[0], sha256: null, bytes: null };
      const set = { ...pinned, files: [file] };
      await assert.rejects(locate(set, file, { ...nowhere, cache: root }), {
        message: `tiny.csv was not found in ${root}`,
      });
      await assert.rejects(resolveDataset(set, { ...nowhere, data: "real" }), {
        message:
          'Cannot get the data set "tiny": tiny.csv was not found in any folder. To use the real data, put tiny.csv ' +
          "into a folder and name it with --data DIR or PYROSAUR_DATA.",
      });
      assert.deepEqual(asked, []);
      await Deno.writeTextFile(`${root}/tiny.csv`, "1,2,4\n");
      const { value, sha256 } = await resolveDataset(set, { ...nowhere, dir: root });
      assert.deepEqual([value, sha256], [[1, 2, 4], ALTERED_HASH]);
    });
  });
});

Deno.test("download() says what went wrong", async () => {
  const answers = {
    "/altered": () => new Response("1,2,4\n"),
    "/broken": () => new Response("", { status: 503, statusText: "Service Unavailable" }),
    "/slow": () => new Promise<Response>((done) => setTimeout(() => done(new Response(CONTENTS)), 150)),
    "/endless": () =>
      new Response(
        new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("1,")) }, undefined),
      ),
  };
  await withServer(answers, async (address) => {
    const cases: [string, string][] = [
      ["/missing", "the server answered 404 Not Found"],
      ["/broken", "the server answered 503 Service Unavailable"],
      ["/altered", `it has sha256 ${ALTERED_HASH} (6 bytes), expected ${HASH} (6 bytes)`],
      ["/slow", "no answer in 0.05 s"],
      ["/endless", "not complete after 0.1 s"],
    ];
    for (const [path, problem] of cases) {
      const [file] = (await tiny(address + path)).files;
      await assert.rejects(download(file, { answer: 50, body: 100 }), {
        message: `Cannot download tiny.csv from ${address}${path}: ${problem}`,
      });
    }
  });
  await withTruncatingServer(async (address) => {
    const [file] = (await tiny(`${address}/tiny.csv`)).files;
    await assert.rejects(download(file), /^Error: Cannot download tiny.csv from .*: the body ended early \(/);
  });
  const [file] = (await tiny("http://pyrosaur.invalid/tiny.csv")).files;
  await assert.rejects(
    download(file),
    /^Error: Cannot download tiny.csv from http:\/\/pyrosaur.invalid\/tiny.csv: client error \(Connect\): /,
  );
});

Deno.test("resolveDataset() takes the twin where the real data cannot be had, and says what to do", async () => {
  await withServer({}, async (address) => {
    const set = await tiny(`${address}/tiny.csv`);
    const problem = `Cannot download tiny.csv from ${address}/tiny.csv: the server answered 404 Not Found`;
    const remedy =
      `To use the real data, put tiny.csv (sha256 ${HASH}), from ${address}/tiny.csv into a folder and name it with ` +
      "--data DIR or PYROSAUR_DATA.";
    assert.deepEqual(await resolveDataset(set, { ...nowhere, seed: 3 }), {
      name: "tiny",
      value: [3, 3, 3],
      simulated: true,
      parameters: { seed: 3 },
      sha256: null,
      source: "simulated from the model of tiny, seed 3",
      notice:
        `The real data set "tiny" cannot be had, and simulated data take its place: ${problem}. ${remedy}`,
    });
    await assert.rejects(resolveDataset(set, { ...nowhere, data: "real" }), {
      message: `Cannot get the data set "tiny": ${problem}. ${remedy}`,
    });
    assert.equal((await resolveDataset(set, { data: "simulated" })).notice, null);
  });
});

Deno.test("resolveDataset() does not hide an altered file behind the twin", async () => {
  await inTemporaryFolder(async (root) => {
    await Deno.writeTextFile(`${root}/tiny.csv`, "1,2,4\n");
    await assert.rejects(
      resolveDataset(await tiny(UNUSED), { ...nowhere, dir: root }),
      /^UnusableDataError: Cannot use /,
    );
  });
});

Deno.test("resolveDataset() gives real data with their hash", async () => {
  await inTemporaryFolder(async (root) => {
    await Deno.writeTextFile(`${root}/tiny.csv`, CONTENTS);
    const found = await resolveDataset(await tiny(UNUSED), { ...nowhere, dir: root });
    assert.deepEqual([found.value, found.simulated, found.sha256, found.parameters], [
      [1, 2, 3],
      false,
      HASH,
      null,
    ]);
  });
});

Deno.test("resolveDataset() names the data sets there are", async () => {
  const expected = "expected one of rugged, jsb, nottingham, piano_midi, muse_data, ethusd, mnist, iris";
  await assert.rejects(resolveDataset("ruged" as "rugged"), {
    message: `Unknown data set "ruged" (did you mean "rugged"?): ${expected}`,
  });
  await assert.rejects(resolveDataset("constructor" as "rugged"), {
    message: `Unknown data set "constructor": ${expected}`,
  });
});
