import { describe, expect, test } from "bun:test";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { createAgentRegistry } from "../lib/agents/registry.ts";
import type { JsonSchema } from "../lib/json.ts";
import { compile } from "./compile.ts";
import { type Expected, marked } from "./fixtures/shop.ts";

const pet: JsonSchema = {
  type: "object",
  properties: {
    name: { type: "string" },
    age: { type: "integer" },
    tags: { type: "array", items: { type: "string" } },
  },
  required: ["name", "age", "tags"],
  additionalProperties: false,
};
const keeper = defineAgent({
  id: "@zoo/keeper",
  version: "1.0.0",
  input: {
    type: "object",
    properties: {
      name: { type: "string" },
      age: { type: "number", minimum: 0 },
      mood: { enum: ["calm", "wild"] },
      tags: { type: "array", items: { type: "string" } },
      pet: { $ref: "#/$defs/pet" },
      home: {
        oneOf: [
          {
            type: "object",
            properties: { kind: { const: "cage" }, bars: { type: "integer" } },
            required: ["kind", "bars"],
          },
          {
            type: "object",
            properties: { kind: { const: "pond" }, depth: { type: "number" } },
            required: ["kind", "depth"],
          },
        ],
      },
      pair: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: false, minItems: 2 },
      size: { type: "integer", default: 1 },
    },
    required: ["size"],
    additionalProperties: false,
    $defs: { pet },
  },
  output: {
    type: "object",
    properties: {
      pet: { $ref: "#/$defs/pet" },
      pets: { type: "array", items: { $ref: "#/$defs/pet" } },
      next: { anyOf: [{ $ref: "#/$defs/pet" }, { type: "null" }] },
      mood: { enum: ["calm", "wild", 7] },
      place: {
        allOf: [
          { type: "object", properties: { lat: { type: "number" } }, required: ["lat"] },
          { properties: { lon: { type: ["number", "string"] } }, required: ["lon"] },
        ],
      },
      shape: {
        oneOf: [
          {
            type: "object",
            properties: { kind: { const: "circle" }, radius: { type: "number" } },
            required: ["kind", "radius"],
            additionalProperties: false,
          },
          {
            type: "object",
            properties: { kind: { const: "square" } },
            required: ["kind"],
            additionalProperties: false,
          },
        ],
      },
      tree: { $ref: "#/$defs/tree" },
      open: { type: "object", properties: { title: { type: "string" } }, required: ["title"] },
      point: { type: "array", prefixItems: [{ type: "number" }, { type: "string" }], items: false, minItems: 2 },
      free: {},
    },
    required: ["pet", "pets", "next", "mood", "place", "shape", "tree", "open", "point", "free"],
    additionalProperties: false,
    $defs: {
      pet,
      tree: {
        type: "object",
        properties: { value: { type: "string" }, left: { $ref: "#/$defs/tree" } },
        required: ["value", "left"],
        additionalProperties: false,
      },
    },
  },
  config: { type: "object", properties: { loud: { type: "boolean" } } },
  execute: () => ({}),
});
const agents = createAgentRegistry([keeper]);

const input: JsonSchema = {
  type: "object",
  properties: {
    n: { type: "number" },
    s: { type: "string" },
    maybe: { type: "string" },
    flag: { type: "boolean", default: false },
    list: {
      type: "array",
      items: { type: "object", properties: { id: { type: "string" } }, required: ["id"], additionalProperties: false },
    },
  },
  required: ["n", "s", "list"],
};

const first = { id: "a", agent: { id: "@zoo/keeper" } };
const keep = (given: object, more: object = {}): object => ({
  id: "b",
  agent: { id: "@zoo/keeper" },
  input: given,
  ...more,
});
const gate = (condition: string): object => ({ id: "b", agent: { id: "@zoo/keeper" }, condition });

/** A document whose last step is what the case is about, one field a line. */
function documentWith(step: object, output?: unknown): Expected {
  const variables = { three: 3, word: "x", both: { a: [1, "b"] } };
  const document = {
    version: "1.0.0",
    metadata: { id: "w", name: "W" },
    input,
    context: { variables },
    steps: [first, step],
    ...(output !== undefined && { output }),
  };
  return marked(JSON.stringify(document, null, 1));
}

function diagnosticsOf(text: string): readonly (readonly [string, string, string, string])[] {
  return compile(text, { agents }).diagnostics.map(({ code, severity, message, range }) => {
    if (range === undefined) throw new Error("no range");
    return [code, severity, text.slice(range.start.offset, range.end.offset), message] as const;
  });
}

/** What must be underlined, and how it is reported. */
function expectReport(step: object, code: string, message: string, output?: unknown, severity = "error"): void {
  const { text, places } = documentWith(step, output);
  expect(diagnosticsOf(text)).toEqual(places.map(([, , underlined]) => [code, severity, underlined, message] as const));
  expect(places).not.toEqual([]);
}

describe("compile() of what an agent is given", () => {
  test.each<readonly [string, object, string]>([
    ["a text for a number", { age: "${«steps.a.output.pet.name»}" }, '"age" gives string, and the agent wants number'],
    [
      "a longer text for a number",
      { age: "${steps.a.output.pet.age} years" },
      '"age" gives string, and the agent wants number',
    ],
    ["a number for a text", { name: "${«input.n»}" }, '"name" gives number, and the agent wants string'],
    ["a variable", { name: "${«variables.three»}" }, '"name" gives integer, and the agent wants string'],
    ["a truth", { name: "${«input.n > 3»}" }, '"name" gives boolean, and the agent wants string'],
    ["what a function gives", { name: "${«length(input.s)»}" }, '"name" gives integer, and the agent wants string'],
    ["a default that does not fit", { age: "${input.n ?? «'old'»}" }, '"age" gives string, and the agent wants number'],
    ["a value whose default fits", { age: "${«input.maybe» ?? 3}" }, '"age" gives string, and the agent wants number'],
    ["a part of a list", { tags: ["${input.s}", "${«input.n»}"] }, '"1" gives number, and the agent wants string'],
    ["the items of a list", { pair: "${«steps.a.output.point»}" }, '"pair" never gives what the agent wants: array'],
    [
      "a part of an object behind a reference",
      { pet: { name: "${input.s}", age: "${«input.s»}", tags: [] } },
      '"age" gives string, and the agent wants integer',
    ],
    ["an object for a text", { name: "${«steps.a.output.pet»}" }, '"name" gives object, and the agent wants string'],
    ["another object", { pet: "${«steps.a.output.place»}" }, '"pet" never gives what the agent wants: object'],
    [
      "one of other values",
      { mood: "${«variables.word»}" },
      '"mood" never gives what the agent wants: "calm" or "wild"',
    ],
    [
      "none of the alternatives",
      { home: { kind: "pond", depth: "${input.s}" } },
      '"home" never gives what the agent wants: object',
    ],
    ["a key that must be there", { pet: { name: "${input.s}", tags: [] } }, '"pet" must have the property "age"'],
    ["a constant below its bound", { name: "${input.s}", age: -1 }, '"age" must be >= 0'],
  ])("underlines %s", (_what, given, message) => {
    const steps = keep(given);
    const shown = documentWith(steps);
    if (shown.places.length > 0) expectReport(steps, "AGENT_INPUT", message);
    else expect(diagnosticsOf(shown.text).map((found) => [found[0], found[3]])).toEqual([["AGENT_INPUT", message]]);
  });

  test("takes a constant that a default of the schema completes", () => {
    expect(diagnosticsOf(documentWith(keep({})).text)).toEqual([]);
  });

  test("checks the config of an agent too", () => {
    const step = { id: "b", agent: { id: "@zoo/keeper", config: { loud: "${«input.s»}" } } };
    expectReport(step, "AGENT_CONFIG", '"loud" gives string, and the agent wants boolean');
  });

  test("refuses a config for an agent that its operator configures", () => {
    const gates = createAgentRegistry([
      defineAgent({ id: "@zoo/gate", version: "1.0.0", setup: () => null, execute: () => null }),
    ]);
    const { text } = documentWith({ id: "b", agent: { id: "@zoo/gate", config: { open: true } } });
    const reports = compile(text, { agents: gates }).diagnostics.filter(({ code }) => code === "AGENT_CONFIG");
    expect(reports).toMatchObject([
      { code: "AGENT_CONFIG", message: '"@zoo/gate" is configured by its operator, not by a step', fix: "remove it" },
    ]);
  });

  test("never takes one alternative's demand for everybody's", () => {
    const shapes = createAgentRegistry([
      defineAgent({
        id: "@zoo/keeper",
        version: "1.0.0",
        input: {
          anyOf: [{ properties: { a: { type: "null" }, b: { const: 1 } } }, { properties: { a: { type: "integer" } } }],
        },
        execute: () => null,
      }),
    ]);
    const { text } = documentWith(keep({ a: "${input.anything ?? 1}", b: 2 }));
    expect(compile(text, { agents: shapes }).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test.each<readonly [string, object]>([
    ["an integer for a number", { age: "${steps.a.output.pet.age}" }],
    ["a number that may be whole for an integer", { size: "${input.n}" }],
    ["one of several values", { mood: "${steps.a.output.mood}" }],
    ["a text that may be right", { mood: "${input.s}" }],
    ["what nobody described", { age: "${steps.a.output.free.x.y}", pet: "${steps.a.output.free}" }],
    ["a whole object", { pet: "${steps.a.output.pet}", tags: "${steps.a.output.pet.tags}" }],
    ["what may be null", { pet: "${steps.a.output.next ?? steps.a.output.pet}" }],
    ["one alternative", { home: { kind: "pond", depth: "${input.n}" } }],
    ["a tuple", { pair: ["${input.s}", "${input.n}"] }],
    ["a recursive value", { name: "${steps.a.output.tree.left.left.left.value}" }],
    ["a part that one alternative of the source has", { age: "${steps.a.output.shape.radius ?? 1}" }],
    ["a part of a joined schema", { age: "${steps.a.output.place.lat}", name: "${steps.a.output.place.lon}" }],
    ["an item of a tuple", { age: "${steps.a.output.point[0]}", name: "${steps.a.output.point[1]}" }],
  ])("is silent about %s", (_what, given) => {
    expect(diagnosticsOf(documentWith(keep(given)).text)).toEqual([]);
  });
});

describe("compile() of operators and functions", () => {
  const compare = "both must be numbers or both strings";
  test.each([
    ["an order of a text and a number", "«'a' < 3»", `Cannot compare string < integer: ${compare}`],
    [
      "an order of two sources",
      "true && «input.s >= steps.a.output.pet.age»",
      `Cannot compare string >= integer: ${compare}`,
    ],
    ["an order of truths", "«input.flag > false»", `Cannot compare boolean > boolean: ${compare}`],
    ["a number as a condition", "«input.n»", "A condition must be true or false, and this gives number"],
    ["a text as an operand", "!«input.s»", "A condition must be true or false, and this gives string"],
    ["a list as one of two", "input.flag || («input.list»)", "A condition must be true or false, and this gives array"],
    ["a default as a condition", "input.flag ?? «'no'»", "A condition must be true or false, and this gives string"],
    [
      "a number as a container",
      "«input.s in input.n»",
      "Cannot look for string in number: the right side must be an array, or a string or object with a string on the left",
    ],
    [
      "a number in a text",
      "«3 in input.s»",
      "Cannot look for integer in string: the right side must be an array, or a string or object with a string on the left",
    ],
    [
      "the length of a number",
      "length(«input.n») > 1",
      "length(…) takes string or array or object, and this gives number",
    ],
    [
      "a prefix that is a number",
      "startsWith(input.s, «input.n»)",
      "startsWith(…) takes string, and this gives number",
    ],
    [
      "the whole of a number",
      "endsWith(«steps.a.output.pet.age», 'x')",
      "endsWith(…) takes string, and this gives integer",
    ],
    ["a text to join", "join(«input.s») == ''", "join(…) takes array, and this gives string"],
    [
      "a separator that is a number",
      "join(input.list, «3») == ''",
      "join(…) takes string or null, and this gives integer",
    ],
    [
      "objects to join",
      "join(«[{}, {}]») == ''",
      "join(…) takes an array of strings, numbers and booleans, and this gives one of others",
    ],
    ["what a variable holds", "«variables.both.a < 3»", `Cannot compare array < integer: ${compare}`],
    ["an item's part", "«steps.a.output.pets[0].name < 3»", `Cannot compare string < integer: ${compare}`],
  ])("underlines %s", (_what, condition, message) => {
    expectReport(gate(condition), "EXPRESSION_TYPE", message);
  });

  test.each([
    "input.s < 'x' && input.n < 3",
    "input.flag",
    "steps.a.output.mood < 8 && steps.a.output.mood < 'x'",
    "input.s in steps.a.output.pet && 3 in input.list",
    "steps.a.output.free && steps.a.output.free.x < 3",
    "length(steps.a.output.pets) > 1 && join(input.list) == ''",
    "steps.a.output.place.lon < 3",
    "'a' == 3",
  ])("is silent about %p", (condition) => {
    expect(diagnosticsOf(documentWith(gate(condition)).text)).toEqual([]);
  });

  test("underlines what no text can hold, in a text and as a target", () => {
    const message = "In text must be a string, number or boolean, and this gives array";
    expectReport(keep({ name: "all: ${«steps.a.output.pets»}" }), "EXPRESSION_TYPE", message);
    expectReport(keep({}), "EXPRESSION_TYPE", message, "${input.s}: ${«input.list»}");
    const policies = { circuitBreaker: { target: "${«input.list»}" } };
    expectReport(keep({}, { policies }), "EXPRESSION_TYPE", message);
  });

  test("underlines until, with the output it looks at, and items", () => {
    const until = (text: string): object => keep({}, { repeat: { until: text, maxIterations: 2 } });
    expectReport(until("«output.pet.name > 3»"), "EXPRESSION_TYPE", `Cannot compare string > integer: ${compare}`);
    expectReport(until("«output.pet»"), "EXPRESSION_TYPE", "A condition must be true or false, and this gives object");
    const each = keep({ age: "${«item.id»}", name: "${«index»}" }, { forEach: { items: "input.list" } });
    const { text, places } = documentWith(each);
    expect(diagnosticsOf(text).map((found) => found[2])).toEqual(places.map((place) => place[2]));
  });

  test("underlines a time that is no text", () => {
    const message = '"until" must give an ISO 8601 time with an offset, and this gives number';
    expectReport({ id: "b", wait: { until: "${«input.n»}" } }, "WAIT_TIME", message);
  });
});

describe("compile() of paths", () => {
  test.each([
    ["a name that is misspelt", "exists(steps.a.output.pet.«nmae»)", "nmae", "REFERENCE_EXCLUDED", "error"],
    [
      "a name behind a reference to itself",
      "exists(steps.a.output.tree.left.left.«valu»)",
      "",
      "REFERENCE_EXCLUDED",
      "error",
    ],
    ["a name that no alternative has", "exists(steps.a.output.shape.«raduis»)", "", "REFERENCE_EXCLUDED", "error"],
    ["an item behind the last", "exists(steps.a.output.point[«2»])", "", "REFERENCE_EXCLUDED", "error"],
    ["a name that is not declared", "steps.a.output.open.«titel» == 'x'", "", "REFERENCE_EXCLUDED", "warning"],
    ["a part of what may be null", "«steps.a.output.next.name» == 'x'", "", "REFERENCE_MAY_BE_ABSENT", "warning"],
    ["a part that one alternative has", "«steps.a.output.shape.radius» == 1", "", "REFERENCE_MAY_BE_ABSENT", "warning"],
    ["what need not be given", "«input.maybe» == 'x'", "", "REFERENCE_MAY_BE_ABSENT", "warning"],
  ])("underlines %s", (_what, condition, _name, code, severity) => {
    const { text, places } = documentWith(gate(condition));
    expect(diagnosticsOf(text).map(([found, level, underlined]) => [found, level, underlined])).toEqual(
      places.map(([, , underlined]) => [code, severity, underlined]),
    );
  });

  test("suggests the name that was meant", () => {
    const { text } = documentWith(gate("exists(steps.a.output.shape.raduis)"));
    expect(compile(text, { agents }).diagnostics.map(({ fix }) => fix)).toEqual(['did you mean "radius"?']);
  });
});

test("reports the same expression at each place that it stands in, in a step and in the next", () => {
  const text = JSON.stringify({
    version: "1.0.0",
    metadata: { id: "same", name: "Same" },
    input: { type: "object", properties: { pet }, required: ["pet"] },
    steps: ["a", "b"].map((id) => ({
      id,
      agent: { id: "@zoo/keeper" },
      input: { size: 1, name: "${input.pet} and ${input.pet}", age: "${input.pet.name}", mood: "${input.pet.tags}" },
    })),
  });
  const { diagnostics } = compile(text, { agents: createAgentRegistry([keeper]) });
  const placesOf = (part: string): readonly number[] =>
    [...text.matchAll(new RegExp(`\\{(${RegExp.escape(part)})\\}`, "g"))].map(({ index }) => index + 1);
  expect(diagnostics.map(({ range }) => range?.start.offset)).toEqual(
    ["input.pet", "input.pet.name", "input.pet.tags"].flatMap(placesOf).toSorted((left, right) => left - right),
  );
});
