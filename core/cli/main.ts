#!/usr/bin/env node
import module from 'node:module';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ProblemError } from '../problem/index.js';
import { version } from '../run/version.js';
import type { Cli } from './cli.js';
import { guardEnding, leave } from './ending.js';
import { status, statusOf } from './exit.js';
import { showProblems } from './show-problems.js';
import { err, keepStdout, out } from './terminal.js';

/** V8 keeps what it compiled of the modules loaded from here on, for the next process. From Node 22.1 on. */
(module as { readonly enableCompileCache?: () => void }).enableCompileCache?.();

/** The commands, one thin file each; a command's code is loaded when it is called. */
const cli: Cli = {
  builtIn: async () => (await import('../../plugins/index.js')).builtIn,
  light: async () => (await import('../../plugins/light.js')).loadLight(),
};

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const setOption = (): Option =>
  new Option('--set <path=value>', 'override a value of the recipe; may be repeated')
    .argParser(collect)
    .default([] as readonly string[], 'none');
const port = (value: string): number => {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65535)
    throw new InvalidArgumentError('a port is a number up to 65535.');
  return Number(value);
};
const portOption = (): Option =>
  new Option('--port <number>', 'where the page is served (0: any port)').argParser(port).default(0);
const engineOption = (): Option =>
  new Option('--engine <name>', 'auto, native or portable').choices(['auto', 'native', 'portable']);
const wholeFrom1 = (text: string): number => {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
};

function createProgram(): Command {
  const program = new Command('siamese')
    .description('Train, evaluate and use Siamese networks from a recipe.')
    .showHelpAfterError('(siamese --help lists the commands)')
    .configureOutput({ writeOut: (text) => out(text.replace(/\n$/, '')) })
    .exitOverride();
  program.version(version, '--version', 'print the version');
  recipeCommands(program);
  runCommands(program);
  pluginCommands(program);
  machineCommands(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}

function recipeCommands(program: Command): void {
  program
    .command('validate <recipes...>')
    .description('check recipes: files, patterns such as "recipes/**/*.yaml", folders')
    .addOption(
      new Option('--format <name>', 'for people, programs, GitHub Actions, code scanning, test reports')
        .choices(['pretty', 'text', 'json', 'github', 'sarif', 'junit'])
        .default('pretty'),
    )
    .option('--no-data', 'do not look at the data files')
    .option('--schemas <file>', 'know plugins by this file of `siamese schema --out`, and load none of their code')
    .option('--smoke', 'train two steps on a few items, too')
    .option('--untrusted', 'load no plugins, read no environment, and no file outside the folder of the recipe')
    .addOption(setOption())
    .action(async (files, options) => finish((await import('./validate.js')).validate(cli, files, options)));
  program
    .command('plan <recipe>')
    .description('show the resolved recipe, and prove the run before it starts')
    .option('--json', 'print the plan as JSON')
    .addOption(setOption())
    .addOption(engineOption())
    .action(async (file, options) => finish((await import('./plan.js')).plan(cli, file, options)));
  program
    .command('data <recipe>')
    .description('tell what the data of a recipe is, part by part, and show pairs as training sees them')
    .option('--json', 'print as JSON')
    .option('--out <file>', 'the page to write (default: runs/<name>/data.html)')
    .option('--no-page', 'write no page')
    .addOption(setOption())
    .action(async (file, options) => finish((await import('./data.js')).data(cli, file, options)));
  program
    .command('run [recipe]')
    .description('train and evaluate; or go on with a run that did not come to its end')
    .option('--out <folder>', 'the run folder itself (default: runs/<name>/<time>)')
    .option('--resume <run>', 'go on with the run in this folder, from its newest checkpoint')
    .addOption(
      new Option('--stop-at <step>', 'keep a checkpoint after this step and stop, as Ctrl-C would').argParser(
        wholeFrom1,
      ),
    )
    .option('--json', 'print the result as JSON')
    .option('--watch', 'serve a page on this machine that follows the run')
    .addOption(portOption())
    .addOption(setOption())
    .addOption(engineOption())
    .action(async (file, options) => finish((await import('./run.js')).run(cli, file, options)));
  program
    .command('verify-resume <recipe>')
    .description('prove that a run of this recipe, stopped and gone on with, leaves the same bytes as one that was not')
    .option('--json', 'print as JSON')
    .addOption(new Option('--stops <count>', 'how often it is stopped').default(3).argParser(wholeFrom1))
    .addOption(setOption())
    .addOption(engineOption())
    .action(async (file, options) => finish((await import('./verify-resume.js')).verifyResume(cli, file, options)));
  program
    .command('evaluate <run>')
    .description('evaluate the model of a run folder again')
    .option('--json', 'print the figures as JSON')
    .addOption(engineOption())
    .action(async (folder, options) => finish((await import('./evaluate.js')).evaluate(cli, folder, options)));
  program
    .command('report <run>')
    .description('write report.html of a run folder anew')
    .action(async (folder) => finish((await import('./report.js')).report(folder)));
  program
    .command('explain <recipe> <path>')
    .description('tell where a value comes from and what it means')
    .addOption(setOption())
    .action(async (file, path, options) =>
      finish((await import('./explain.js')).explain(cli, { file, path }, options)),
    );
  program
    .command('schema [recipe]')
    .description('write the JSON schema of recipes, for editors; with a recipe, its plugins too')
    .option('--out <file>', 'write to a file instead of stdout')
    .action(async (file, options) => finish((await import('./schema.js')).schema(cli, file, options)));
  program
    .command('init [data]')
    .description('write a commented recipe for the data that it is shown')
    .option('--out <file>', 'the recipe to write', 'recipe.yaml')
    .option('--force', 'replace a file that is there')
    .action(async (data, options) => finish((await import('./init.js')).init(cli, data, options)));
}

function runCommands(program: Command): void {
  program
    .command('watch <run>')
    .description('serve a page on this machine that follows a run')
    .addOption(portOption())
    .action(async (folder, options) => finish((await import('./watch.js')).watch(folder, options)));
  program
    .command('compare <run> <others...>')
    .description('compare runs with the first, and say what is better only where that holds')
    .option('--json', 'print as JSON')
    .option('--out <file>', 'write a page instead, with the curves of both')
    .action(async (run, others, options) =>
      finish((await import('./compare.js')).compare(cli, [run, ...others], options)),
    );
  program
    .command('diff <a> <b>')
    .description('tell where two recipes, or those of two runs, differ in meaning')
    .option('--json', 'print as JSON')
    .action(async (a, b, options) => finish((await import('./diff.js')).diff(cli, { a, b }, options)));
  program
    .command('runs [folder]')
    .description('list the runs in a folder (default: runs), the newest first')
    .option('--json', 'print as JSON')
    .option('--recipe <name>', 'of this recipe only')
    .addOption(
      new Option('--status <name>', 'of this status only').choices([
        'completed',
        'interrupted',
        'failed',
        'running',
        'damaged',
      ]),
    )
    .action(async (folder, options) => finish((await import('./runs.js')).runs(folder ?? 'runs', options)));
}

function pluginCommands(program: Command): void {
  const plugins = program.command('plugins').description('what recipes can name').exitOverride();
  plugins
    .command('list [kind]')
    .description('list plugins, all or of one kind')
    .option('--json', 'print as JSON')
    .option('--recipe <file>', 'with the plugins that this recipe loads')
    .exitOverride()
    .action(async (kind, options) => finish((await import('./plugins.js')).list(cli, kind, options)));
  plugins
    .command('show <kind> <name>')
    .description('show a plugin with its options')
    .option('--json', 'print as JSON')
    .option('--recipe <file>', 'with the plugins that this recipe loads')
    .exitOverride()
    .action(async (kind, name, options) => finish((await import('./plugins.js')).show(cli, { kind, name }, options)));
  plugins
    .command('test <path>')
    .description('check the plugins of a file, a folder or a package by the conformance kit; siamese: its own')
    .option('--options <json>', 'options by plugin, such as {"vendor/name": {"path": "data.csv"}}', '{}')
    .option('--json', 'print as JSON')
    .exitOverride()
    .action(async (path, options) => finish((await import('./plugins-test.js')).test(cli, path, options)));
  plugins
    .command('new <kind> <name>')
    .description('make a package with a plugin of this kind, called vendor/name')
    .option('--out <folder>', 'where (default: a folder named after the plugin)')
    .exitOverride()
    .action(async (kind, name, options) =>
      finish((await import('./plugins-new.js')).create(cli, { kind, name }, options)),
    );
  program
    .command('eval <kind> <type>')
    .description('evaluate a loss, distance or metric on given numbers')
    .requiredOption('--input <file>', 'JSON with the inputs; - for stdin')
    .option('--options <json>', 'options of the plugin', '{}')
    .option('--distance <name>', 'distance of a loss on pairs (default: what it names, else euclidean)')
    .option('--recipe <file>', 'with the plugins that this recipe loads')
    .addOption(engineOption())
    .action(async (kind, type, options) =>
      finish((await import('./eval.js')).evaluateOne(cli, { kind, type }, options)),
    );
}

function machineCommands(program: Command): void {
  const engine = program.command('engine').description('the native engine').exitOverride();
  engine
    .command('status')
    .description('tell which engines work here')
    .option('--json', 'print as JSON')
    .exitOverride()
    .action(async (options) => finish((await import('./engine.js')).engineStatus(options)));
  engine
    .command('install')
    .description('build the native engine in the cache folder')
    .exitOverride()
    .action(async () => finish((await import('./engine.js')).engineInstall()));
  program
    .command('doctor')
    .description('check this machine')
    .option('--json', 'print as JSON')
    .action(async (options) => finish((await import('./doctor.js')).doctor(options)));
}

async function finish(done: Promise<number>): Promise<void> {
  process.exitCode = await done;
}

async function main(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    process.exitCode = explain(error);
  }
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? status.good : status.usage;
  if (error instanceof ProblemError) {
    showProblems(error.problems);
    return statusOf(error.problems);
  }
  err(
    `siamese stopped on a defect of its own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return status.failed;
}

guardEnding();
keepStdout();
await main();
// An engine may keep handles open that nothing will use again.
leave(Number(process.exitCode ?? status.good));
