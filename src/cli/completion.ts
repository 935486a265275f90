import { Argument, Command, type Option } from "commander";
import { TRAINED_LAYERS } from "../equations/shape.ts";
import { addHelpPage } from "./help.ts";
import type { ExitCode, Io } from "./io.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
type Shell = (typeof SHELLS)[number];

/** The command `completion`, which prints the script of a shell. */
export function completionCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("completion")
    .summary("print a script that completes commands, options and their values in a shell")
    .description(
      "Print a script that completes commands, options and their values in a shell.\n\n" +
        "bash: add `source <(kktid completion bash)` to ~/.bashrc\n" +
        "zsh: add `source <(kktid completion zsh)` to ~/.zshrc, below compinit\n" +
        "fish: kktid completion fish > ~/.config/fish/completions/kktid.fish\n" +
        "PowerShell: kktid completion powershell >> $PROFILE",
    )
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .action(async (shell: Shell) => {
      io.stdout.write(shell === "bash" ? BASH_SCRIPT : await scriptOf(shell));
      finish(0);
    });
  return addHelpPage(command, {
    exitStatus: [
      [0, "printed"],
      [2, "bad usage"],
    ],
    examples: ["kktid completion bash > kktid-completion.sh"],
    seeAlso: ["kktid --help"],
  });
}

/** The command `complete`, which the scripts call: candidates for the last of the words typed so far. */
export function completeCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("complete")
    .description("candidates for the last of the words after --, for the scripts of kktid completion")
    .argument("[words...]")
    .action(async (words: readonly string[]) => {
      io.stdout.write(await candidates(command.parent!, words));
      finish(0);
    });
  return command;
}

/**
 * Calls `kktid complete`, and completes file names where that leaves them to the shell. The words are passed on as they
 * stand: nothing that was typed is evaluated.
 */
const BASH_SCRIPT = `# bash completion for kktid
__kktid_complete() {
    local out line
    COMPREPLY=()
    out=$(kktid complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null) || return
    while read -r line; do
        case $line in
            :4) compopt +o default ;;
            :*) ;;
            *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
        esac
    done <<< "$out"
}
complete -o default -F __kktid_complete kktid
`;

async function scriptOf(shell: Shell): Promise<string> {
  const { script } = await import("@bomb.sh/tab");
  return printedBy(() => script(shell, "kktid", "kktid"));
}

/** One candidate a line, then ":4", or ":0" where the shell completes file names. */
async function candidates(program: Command, typed: readonly string[]): Promise<string> {
  const { RootCommand } = await import("@bomb.sh/tab");
  const root = new RootCommand();
  addOptions(root, program.options);
  for (const command of program.commands) {
    if (command.name() === "complete") continue;
    const known = root.command(command.name(), command.summary() || command.description());
    addOptions(known, command.options);
    for (const argument of command.registeredArguments) {
      known.argument(argument.name(), offer(argument.argChoices), argument.variadic);
    }
  }
  const words = withoutEquals(typed);
  const printed = printedBy(() => root.parse([...words]));
  return takesFile(program, words) ? printed.replace(/^:4$/m, ":0") : printed;
}

interface OptionHolder {
  option(name: string, description: string, handler?: ReturnType<typeof offer> | string, alias?: string): unknown;
}

function addOptions(holder: OptionHolder, options: readonly Option[]): void {
  for (const option of options) {
    const name = option.name();
    const alias = option.short?.slice(1);
    const takesValue = option.required || option.optional;
    if (!takesValue) holder.option(name, option.description, alias);
    else holder.option(name, option.description, offer(option.argChoices ?? LISTS[name] ?? []), alias);
  }
}

function offer(
  values: readonly string[] | undefined,
): (complete: (value: string, description: string) => void) => void {
  return (complete) => {
    for (const value of values ?? []) complete(value, "");
  };
}

/** Every list of one or more of the values in their order: hidden; bias; hidden,bias; … */
function listsOf(values: readonly string[]): string[] {
  const [first, ...others] = values;
  if (first === undefined) return [];
  const rest = listsOf(others);
  return [first, ...rest, ...rest.map((list) => `${first},${list}`)];
}

/** Values of options that commander does not know as choices. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  trained: listsOf(TRAINED_LAYERS),
  unpenalised: listsOf(TRAINED_LAYERS),
  domain: ["free", "sphere", "box="],
};

/** bash takes `--format=latex` for three words. */
function withoutEquals(words: readonly string[]): string[] {
  const open = words.at(-1) === "=" ? [...words, ""] : words;
  return open.filter((word, k) => word !== "=" || !open[k - 1]?.startsWith("--"));
}

/** Whether the last word is the value of an option, or an argument, that names a file. */
function takesFile(program: Command, words: readonly string[]): boolean {
  const command = program.commands.find((known) => known.name() === words[0]);
  const last = words.at(-1) ?? "";
  if (command === undefined || words.length < 2) return false;
  const option = (word: string): Option | undefined =>
    command.options.find(({ short, long }) => word === short || word === long);
  const before = option(words.at(-2)!);
  if (before !== undefined && !before.isBoolean()) return /<(file|dir|folder)>/.test(before.flags);
  if (last.startsWith("-")) return false;
  const values = words.slice(1, -1).filter((word, k) => {
    const owner = option(words[k]!);
    return !word.startsWith("-") && (owner === undefined || owner.isBoolean());
  });
  const argument = command.registeredArguments[values.length];
  return argument !== undefined && argument.argChoices === undefined;
}

/** What the library prints: it knows no other stream than the console. */
function printedBy(work: () => void): string {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    work();
  } finally {
    console.log = log;
  }
  return `${lines.join("\n")}\n`;
}
