export { type Code, codes, type Stage } from './codes.js';
export { guarded, guardedAsync, runningPart } from './guarded.js';
export { listed } from './listed.js';
export { nearest, suggestion } from './nearest.js';
export { fail, type Place, type Problem, ProblemError, problem, sortProblems, warning } from './problem.js';
