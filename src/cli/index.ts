#!/usr/bin/env node
import pc from "picocolors";
import { main } from "./main";
import { processTerminal } from "./terminal";

const complain = (sentence: string) => {
  process.stderr.write(`${pc.red("rollgate:")} ${sentence}\n`);
};

void main(process.argv.slice(2), processTerminal(), complain).then((code) => {
  process.exitCode = code;
});
