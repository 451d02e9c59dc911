#!/usr/bin/env node
import process from "node:process";
import { runCreate } from "./run-create.ts";

const { stdout, stderr, env } = process;
process.exitCode = runCreate(process.argv.slice(2), { stdout, stderr, env, cwd: process.cwd() });
