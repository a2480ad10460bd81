import assert from "node:assert/strict";
import fc from "fast-check";
import { from, table } from "arquero";
import {
  dailySeries,
  datasets,
  relativeChanges,
  rollingOrigins,
  type RollingOriginsOptions,
  windowsOf,
} from "../../lib/data/mod.ts";

/** Days from 1 January 2018 on. */
const daysFrom = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => new Date(Date.UTC(2018, 0, 1 + i)).toISOString().slice(0, 10));

const seriesOf = (columns: Record<string, (number | null)[]>) =>
  dailySeries(
    table({ date: daysFrom(Object.values(columns)[0].length), ...columns }),
    Object.keys(columns),
  );

Deno.test("dailySeries() names the date where a series is no series of days", () => {
  const read = (date: unknown[], close: unknown[]) => dailySeries(table({ date, close }), ["close"]);
  const [a, b, c, d] = daysFrom(4);
  const wrong: [() => unknown, string][] = [
    [
      () => read([a, b, d], [1, 2, 3]),
      `after ${b} comes ${d}, expected ${c}: a gap; add rows for the missing days`,
    ],
    [
      () => read([a, b, b], [1, 2, 3]),
      `after ${b} comes ${b}, expected ${c}: sort the rows by date, each day once`,
    ],
    [
      () => read([b, a], [1, 2]),
      `after ${b} comes ${a}, expected ${c}: sort the rows by date, each day once`,
    ],
    [() => read([a, "Jan 2 2018"], [1, 2]), `found "Jan 2 2018" for the date of row 1, expected YYYY-MM-DD`],
    [() => read(["2018-02-30"], [1]), `found "2018-02-30" for the date of row 0, expected YYYY-MM-DD`],
    [() => read([a, b], [1, Infinity]), `found Infinity for close on ${b}, expected a finite number`],
    [() => read([a, b], [1, "2"]), `found 2 for close on ${b}, expected a finite number`],
    [() => read([], []), "it has no rows"],
    [
      () => dailySeries(table({ date: [a], close: [1] }), ["clse"]),
      'there is no column "clse" (did you mean "close"?): expected one of date, close',
    ],
  ];
  for (const [run, why] of wrong) assert.throws(run, { message: `Cannot read the series: ${why}` });
});

Deno.test("relativeChanges() names column and dates where a change is not defined, or takes the one given", () => {
  const series = seriesOf({ close: [4, 5, 4], tweets: [0, null, 6] });
  assert.throws(() => relativeChanges(series), {
    message:
      "Cannot take the change of tweets from 2018-01-01 to 2018-01-02: there is no value on 2018-01-02; " +
      "give the change to take there, otherwise: { tweets: 0 }, or leave the column out",
  });
  assert.throws(
    () => relativeChanges(seriesOf({ close: [0, 5] })),
    /close from 2018-01-01 to 2018-01-02: the value on 2018-01-01 is 0, of which nothing is a multiple/,
  );
  const { dates, columns } = relativeChanges(series, { otherwise: { tweets: 0.5 } });
  assert.deepEqual(dates, ["2018-01-02", "2018-01-03"]);
  assert.deepEqual(columns.close, Float64Array.of(0.25, 4 / 5 - 1));
  assert.deepEqual(columns.tweets, Float64Array.of(0.5, 0.5));
  assert.throws(
    () => relativeChanges(series, { otherwise: { tweet: 0 } }),
    /there is no option "tweet".*tweets/,
  );
});

Deno.test("windowsOf() says what a series lacks", () => {
  const series = seriesOf({ a: [1, 2, 3, 4, 5], b: [1, 2, 3, NaN, 5] });
  const wrong: [Parameters<typeof windowsOf>[1], string][] = [
    [
      { target: "a", length: 5 },
      "it has 5 days, expected at least 6: a window of 5 and the target 1 later; take a shorter window",
    ],
    [{ target: "a", length: 2 }, "b has no value on 2018-01-04; fill it, or leave the column out"],
    [{ target: "close", length: 2 }, 'there is no target "close": expected one of a, b'],
    [{ target: "a", length: 0 }, "length is 0, expected a positive integer"],
    [{ target: "a", length: 1, horizon: 0.5 }, "horizon is 0.5, expected a positive integer"],
  ];
  for (const [options, why] of wrong) {
    assert.throws(() => windowsOf(series, options), {
      message: `Cannot cut windows from the series: ${why}`,
    });
  }
});

Deno.test("no window depends on what comes after the day its forecast is made on", () => {
  const numbers = fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { minLength: 6, maxLength: 12 });
  fc.assert(
    fc.property(
      numbers,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 2 }),
      (values, length, horizon) => {
        const cut = (close: number[]) =>
          windowsOf(relativeChanges(seriesOf({ close })), { target: "close", length, horizon });
        const { x, y, count, inputs, dates, madeOn } = cut(values);
        assert.deepEqual([x.length, y.length, dates.length, madeOn.length], [
          count * inputs,
          count,
          count,
          count,
        ]);
        for (let i = 0; i < count; i++) {
          // Of the day the forecast is made on, changes from the days up to it are known.
          const known = daysFrom(values.length).indexOf(madeOn[i]);
          const other = cut(values.map((value, day) => day <= known ? value : 10 * 5 ** (day - known)));
          assert.deepEqual(
            other.x.subarray(i * inputs, (i + 1) * inputs),
            x.subarray(i * inputs, (i + 1) * inputs),
          );
          assert.notEqual(other.y[i], y[i]);
          assert.equal(daysFrom(values.length).indexOf(dates[i]), known + horizon);
        }
      },
    ),
  );
});

Deno.test("rollingOrigins() tests every window once, and fits only what was known", () => {
  const size = fc.integer({ min: 1, max: 6 });
  fc.assert(fc.property(fc.integer({ min: 0, max: 40 }), size, size, size, (extra, train, test, horizon) => {
    const count = train + test + horizon - 1 + extra;
    const all = rollingOrigins(count, { train, test, horizon });
    assert.equal(all.at(-1)!.test.to, count);
    assert.ok(all[0].train.from >= 0 && all[0].train.from < test);
    all.forEach((origin, i) => {
      assert.equal(origin.train.to - origin.train.from, train);
      assert.equal(origin.test.to - origin.test.from, test);
      // The target of window w is known from day w + horizon on; the first forecast is made on the day of its own.
      assert.ok(origin.train.to - 1 + horizon <= origin.test.from);
      if (i > 0) assert.equal(origin.test.from, all[i - 1].test.to);
    });
    assert.deepEqual(rollingOrigins(count, { train, test, horizon, origins: 1 }), all.slice(-1));
  }));
});

Deno.test("rollingOrigins() rejects too few windows and sizes that are none", () => {
  const wrong: [number, RollingOriginsOptions, string][] = [
    [10, { train: 9, test: 2 }, "found 10, expected at least 11: 9 to fit and 1 times 2 to test"],
    [
      10,
      { train: 6, test: 2, horizon: 4 },
      "found 10, expected at least 11: 6 to fit, 3 in between and 1 times 2 to test",
    ],
    [10, { train: 6, test: 2, origins: 3 }, "found 10, expected at least 12: 6 to fit and 3 times 2 to test"],
    [10, { train: 0, test: 2 }, "train is 0, expected a positive integer"],
    [10, { train: 2, test: NaN }, "test is NaN, expected a positive integer"],
    [10, { train: 2, test: 2, origins: 0 }, "origins is 0, expected a positive integer"],
  ];
  for (const [count, options, why] of wrong) {
    assert.throws(() => rollingOrigins(count, options), { message: `Cannot roll through windows: ${why}` });
  }
});

Deno.test("ethusd's twin is a series of days, of which all prices change", () => {
  const series = dailySeries(datasets.ethusd.simulate(3).value, ["open", "close", "volume"]);
  assert.equal(relativeChanges(series).dates.length, 898);
  const rows = datasets.ethusd.simulate(3).value.objects({ limit: Infinity }) as { date: string }[];
  assert.throws(() => dailySeries(from(rows.filter(({ date }) => date !== "2017-03-04")), ["close"]), {
    message:
      "Cannot read the series: after 2017-03-03 comes 2017-03-05, expected 2017-03-04: a gap; add rows for the missing days",
  });
});

Deno.test("ethusd's file is refused where a column is missing or a date is none", () => {
  const parse = (text: string) => datasets.ethusd.parse([new TextEncoder().encode(text)]);
  assert.throws(() => parse("Date,Open\nJan 21 2018,1\n"), {
    message:
      "Cannot read the file of prices: it lacks the columns High, Low, Close, Volume, Market Cap, Tweets; it has Date, Open",
  });
  const head = "Date,Open,High,Low,Close,Volume,Market Cap,Tweets\n";
  assert.throws(() => parse(`${head}Jann 21 2018x,1,1,1,1,1,1,1\n`), {
    message: 'Cannot read the file of prices: found the date "Jann 21 2018x", expected such as Jan 21 2018',
  });
});
