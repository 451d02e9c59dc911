import { defineCommand, type Command } from "../command.ts";
import type { CommandEntry } from "../command-entry.ts";

/** `commands` are those that it completes. */
export function createCompletionsCommand(commands: readonly CommandEntry[]): Command {
  return defineCommand({
    description:
      "Prints a script that completes commands, flags, their values, workflow files and executions in your shell.",
    examples: [
      ["source <(orchestr8 completions bash)", "for this bash; put the line into ~/.bashrc to keep it"],
      ["source <(orchestr8 completions zsh)", "for this zsh, after compinit; or in ~/.zshrc"],
      ["orchestr8 completions fish > ~/.config/fish/completions/orchestr8.fish", "for every fish"],
    ],
    arguments: {
      shell: { type: "positional", required: true, options: ["bash", "zsh", "fish"], description: "bash, zsh or fish" },
      words: { type: "positional", repeatable: true, description: "what was typed so far, from the script" },
    },
    async run(values, context) {
      const { printCompletions } = await import("../completions/print-completions.ts");
      return await printCompletions(values, commands, context);
    },
  });
}
