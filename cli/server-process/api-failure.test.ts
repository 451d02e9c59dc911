import { expect, test } from "bun:test";
import { ValidationError } from "../../lib/errors.ts";
import { ApiError, type Problem } from "../../server/client/api-error.ts";
import { asFailure } from "./api-failure.ts";

const refusal = (status: number, problem: object): ApiError =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is not here is not looked at
  new ApiError(new Response(null, { status }), { detail: "no", ...problem } as Problem);

test("an input that a server refuses is refused as here; a code that is not known means that it cannot be used", () => {
  const errors = [{ pointer: "/input/name", code: "SCHEMA_TYPE", message: "must be text" }];
  const refused = refusal(422, { code: "VALIDATION", detail: "wrong", errors });
  expect(asFailure(refused)).toBeInstanceOf(ValidationError);
  expect(asFailure(refused)).toMatchObject({ issues: [{ pointer: "/name", message: "must be text" }] });
  expect(asFailure(refusal(429, { code: "QUEUE_FULL", detail: "full" }))).toMatchObject({
    code: "QUEUE_FULL",
  });
  expect(asFailure(refusal(418, { code: "TEAPOT", detail: "no" }))).toMatchObject({
    code: "SERVER_UNREACHABLE",
  });
});
