import { version as own } from '../run/version.js';
import { out } from './terminal.js';

export function version(): void {
  out(own);
}
