import { type Problem, ProblemError } from '../../core/problem/index.js';

/** The one problem that an action ends with; any other end fails the test. */
export async function problemOf(act: () => unknown): Promise<Problem> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problems.length !== 1) throw error;
    return error.problems[0]!;
  }
  throw new Error('nothing was thrown, a problem was expected');
}

/** `CODE message`, paths cut to what follows `folder`. */
export async function messageOf(act: () => unknown, folder = ''): Promise<string> {
  const { code, message } = await problemOf(act);
  return `${code} ${folder === '' ? message : message.replaceAll(`${folder}/`, '').replaceAll(folder, '<folder>')}`;
}

/** Runs an action that may end in a ProblemError, but in nothing else. */
export async function neverWorse(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
}
