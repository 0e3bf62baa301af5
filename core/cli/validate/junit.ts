import { render } from '../../problem/render.js';
import { version } from '../../run/version.js';
import { type CheckedRecipe, type Format, isValid } from './checked.js';

/**
 * JUnit XML as Apache Ant writes it: each recipe a test case, its problems the failure.
 * Source: Windy Road Technology's schema of Ant's JUnitReport, the one that others are taken from.
 */
export const junit: Format = {
  all(checked) {
    const failures = checked.filter((one) => !isValid(one)).length;
    const seconds = checked.reduce((sum, one) => sum + one.seconds, 0).toFixed(3);
    const timestamp = new Date().toISOString().slice(0, 19);
    const counts = `tests="${checked.length}" failures="${failures}" errors="0" time="${seconds}"`;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites>',
      `  <testsuite id="0" package="siamese" name="recipes" timestamp="${timestamp}" hostname="localhost" ${counts}>`,
      '    <properties>',
      `      <property name="siamese" value="${version}"/>`,
      '    </properties>',
      ...checked.map(testCase),
      '    <system-out/>',
      '    <system-err/>',
      '  </testsuite>',
      '</testsuites>',
    ].join('\n');
  },
};

function testCase(checked: CheckedRecipe): string {
  const { file, problems, texts, seconds } = checked;
  const head = `    <testcase classname="recipes" name="${escapeXml(file)}" time="${seconds.toFixed(3)}"`;
  if (isValid(checked)) return `${head}/>`;
  const [first] = problems.filter(({ severity }) => severity === 'error');
  const body = escapeXml(render(problems, { texts }));
  const failure = `<failure type="${first!.code}" message="${escapeXml(first!.message)}">${body}</failure>`;
  return `${head}>\n      ${failure}\n    </testcase>`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** XML 1.0 knows no control characters but tab and line ends, escaped or not. */
function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const printable = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\u00b7');
  return printable.replace(/[&<>"]/g, (one) => escapes[one]!);
}
