#!/usr/bin/env node
import process from "node:process";
import { exitSoon } from "./exit-soon.ts";
import { createProcessContext } from "./process-context.ts";
import { runCli } from "./run-cli.ts";

const context = createProcessContext(process);
process.exitCode = await runCli(process.argv.slice(2), context);
exitSoon(process, context);
