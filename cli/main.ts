#!/usr/bin/env node
import process from "node:process";
import { exitSoon } from "./exit-soon.ts";
import { createProcessContext } from "./process-context.ts";
import { runCli } from "./run-cli.ts";

process.exitCode = await runCli(process.argv.slice(2), createProcessContext(process));
exitSoon(process);
