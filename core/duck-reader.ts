/** What the process runs in which DuckDB reads: a door, as the command line is one. */
import { serveDuck } from './files/duck/serve.js';

serveDuck();
