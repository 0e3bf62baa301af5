/**
 * The door of the kit that checks plugins, `siamese/testkit`: for tests of any runner, and for `siamese plugins test`.
 *
 * @module testkit
 */
export type { Check } from './check.js';
export { checkPlugin, conformance } from './check-plugin.js';
export { type Checked, renderChecks } from './report.js';
export type { Settings } from './settings.js';
