/** Forward passes written out in loops, float64: what the encoders must equal. */

/** x [in], kernel [in, out], bias [out] -> [out] */
export function denseOf(x: readonly number[], kernel: ArrayLike<number>, bias: readonly number[]): number[] {
  return bias.map((start, unit) => x.reduce((sum, value, i) => sum + value * kernel[i * bias.length + unit]!, start));
}

export const reluOf = (x: readonly number[]): number[] => x.map((value) => Math.max(0, value));

export function normalizedOf(x: readonly number[]): number[] {
  const length = Math.hypot(...x);
  return x.map((value) => value / length);
}

/** height x width x channels, row by row. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly at: (row: number, column: number, channel: number) => number;
}

export function gridOf(height: number, width: number, channels: number, values: ArrayLike<number>): Grid {
  return {
    height,
    width,
    channels,
    at: (row, column, channel) => values[(row * width + column) * channels + channel]!,
  };
}

export const flat = ({ height, width, channels, at }: Grid): number[] =>
  Array.from({ length: height * width * channels }, (_, i) =>
    at(Math.floor(i / (width * channels)), Math.floor(i / channels) % width, i % channels),
  );

interface Kernel {
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly values: ArrayLike<number>;
  readonly bias: readonly number[];
}

/** `padding`: zeros before and after each size, split as TensorFlow splits them (the smaller half first). */
export function convOf(x: Grid, kernel: Kernel, padding: 'valid' | 'same'): Grid {
  const same = padding === 'same';
  const [top, left] = same ? [Math.floor((kernel.height - 1) / 2), Math.floor((kernel.width - 1) / 2)] : [0, 0];
  const height = same ? x.height : x.height - kernel.height + 1;
  const width = same ? x.width : x.width - kernel.width + 1;
  const values: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let filter = 0; filter < kernel.filters; filter++) {
        let sum = kernel.bias[filter]!;
        for (let i = 0; i < kernel.height; i++) {
          for (let j = 0; j < kernel.width; j++) {
            const [from, at] = [row + i - top, column + j - left];
            if (from < 0 || at < 0 || from >= x.height || at >= x.width) continue;
            for (let channel = 0; channel < x.channels; channel++) {
              const place = ((i * kernel.width + j) * x.channels + channel) * kernel.filters + filter;
              sum += x.at(from, at, channel) * kernel.values[place]!;
            }
          }
        }
        values.push(sum);
      }
    }
  }
  return gridOf(height, width, kernel.filters, values);
}

/** Max over windows of rows x columns that do not overlap; what is left over at the end is dropped. */
export function poolOf(x: Grid, rows: number, columns: number): Grid {
  const [height, width] = [Math.floor(x.height / rows), Math.floor(x.width / columns)];
  const values: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < x.channels; channel++) {
        let best = Number.NEGATIVE_INFINITY;
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) best = Math.max(best, x.at(row * rows + i, column * columns + j, channel));
        }
        values.push(best);
      }
    }
  }
  return gridOf(height, width, x.channels, values);
}
