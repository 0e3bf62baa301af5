import { cpus } from 'node:os';
import type { Engine } from '../engine/engine.js';
import { version } from './version.js';

/** What the bytes of a run depend on beside its plan and data. */
export interface Machine {
  readonly siamese: string;
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly processor: string;
  readonly engine: string;
}

export function thisMachine({ name, tensorflow }: Engine): Machine {
  const processors = cpus();
  return {
    siamese: version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    engine: tensorflow === null ? name : `${name}, TensorFlow ${tensorflow}`,
  };
}

/** What differs, `cores: 4 -> 2`; empty on the same machine. */
export function machineDifferences(before: Machine, now: Machine): readonly string[] {
  const keys = Object.keys(now) as (keyof Machine)[];
  return keys.filter((key) => before[key] !== now[key]).map((key) => `${key}: ${before[key]} -> ${now[key]}`);
}
