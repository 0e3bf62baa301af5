import { describe, expect, it } from 'vitest';
import { type EpochFigures, epochLine } from '../../core/cli/epoch-line.js';
import { barMarks, duration, progressLine } from '../../core/cli/progress-line.js';

const blocks = { full: '█', empty: '░' };
const standing = { step: 194, steps: 408, loss: 0.124_81, seconds: 1.4 };
const epoch: EpochFigures = {
  epoch: 2,
  epochs: 12,
  loss: 0.855_74,
  stepsPerSecond: 90.31,
  monitored: { name: 'verification.rocAuc', value: 0.947_53, best: true },
};
const plain = (text: string): string => text;

describe('the progress bar', () => {
  it('shows all at 80 columns', () => {
    const bar = `${'█'.repeat(14)}${'░'.repeat(16)}`;
    expect(progressLine(standing, 80, blocks)).toBe(`${bar} 194/408 steps  loss 0.1248  2s left`);
  });

  it('is shorter at 40', () => {
    expect(progressLine(standing, 40, blocks)).toBe(`${'█'.repeat(7)}${'░'.repeat(7)} 194/408  loss 0.1248  2s`);
  });

  it('knows neither the loss nor the time at first', () => {
    const first = { step: 0, steps: 408, loss: Number.NaN, seconds: null };
    expect(progressLine(first, 80, blocks)).toBe(`${'░'.repeat(30)} 0/408 steps`);
  });

  it('is full where a stream has more steps than were estimated', () => {
    expect(progressLine({ ...standing, step: 500 }, 80, blocks)).toMatch(/^█{30} 500\/408 steps/);
  });

  it('is always narrower than the terminal, whose line would wrap else', () => {
    for (let width = 1; width <= 200; width++) {
      for (const step of [0, 1, 407, 123_456_789]) {
        const line = progressLine({ step, steps: Math.max(408, step), loss: 1e-12, seconds: 1e6 }, width, blocks);
        expect(line.length, `${width} columns`).toBeLessThan(width);
      }
    }
  });

  it('is made of blocks where the locale has them, else of ASCII', () => {
    expect(barMarks({ LANG: 'de_DE.UTF-8' })).toEqual(blocks);
    if (process.platform !== 'darwin') expect(barMarks({ LANG: 'en_US.UTF-8', LC_ALL: 'C' }).full).toBe('#');
  });

  it('tells times in two units at most', () => {
    expect([0.2, 59.5, 61, 3599, 7800].map(duration)).toEqual(['1s', '1m00s', '1m01s', '59m59s', '2h10m']);
  });
});

describe("an epoch's line", () => {
  it('tells all at 80 columns and where there is no terminal', () => {
    const line = 'epoch 2/12  loss 0.8557  verification.rocAuc 0.9475 best  90.3 steps/s';
    expect(epochLine(epoch, 80, plain)).toBe(line);
    expect(epochLine(epoch, Number.POSITIVE_INFINITY, plain)).toBe(line);
  });

  it('leaves out the least at 40, in one form for all epochs', () => {
    const late = { ...epoch, epoch: 12, loss: 0.090_694, monitored: { ...epoch.monitored!, best: false } };
    expect(epochLine(epoch, 40, plain)).toBe('2/12  loss 0.8557  rocAuc 0.9475 best');
    expect(epochLine(late, 40, plain)).toBe('12/12  loss 0.09069  rocAuc 0.9475');
  });

  it('colours the best alone', () => {
    const green = (text: string): string => `<${text}>`;
    expect(epochLine(epoch, 80, green)).toContain('rocAuc 0.9475< best>  90.3');
    expect(epochLine(epoch, 30, green)).toBe('2/12 loss 0.8557 rocAuc 0.9475< *>');
    expect(epochLine({ ...epoch, monitored: { ...epoch.monitored!, best: false } }, 80, green)).not.toContain('<');
  });

  it('does without an evaluation, and says where it gave nothing', () => {
    expect(epochLine({ ...epoch, monitored: null }, 80, plain)).toBe('epoch 2/12  loss 0.8557  90.3 steps/s');
    const nothing = { ...epoch, monitored: { name: 'verification.rocAuc', value: null, best: false } };
    expect(epochLine(nothing, 80, plain)).toContain('verification.rocAuc not measured');
  });
});
