import { definePlugin, type FileView, Source } from 'siamese';

/** Lines of text, `group,number,number,...`: one item each. */
export const example = definePlugin(Source, {
  name: 'acme/example',
  summary: 'Vectors and their groups in lines of text.',
  api: 1,
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['path'],
    properties: { path: { type: 'string', format: 'path', description: 'A file of lines: group, numbers.' } },
  },
  access: 'random',
  relations: ['groups'],
  create: ({ path }) => ({
    async describe(files) {
      const { rows, width, names } = await readLines(await files.open(path));
      const columns = { values: { kind: 'vector', shape: [width], nullable: false } } as const;
      return {
        sides: { items: { size: rows.length, columns } },
        relation: 'groups',
        access: 'random',
        relations: names.length,
      };
    },
    async open(files) {
      const { rows, names, groups, lines } = await readLines(await files.open(path));
      return {
        access: 'random',
        tables: {
          items: {
            size: rows.length,
            keys: (wanted) => Array.from(wanted, String),
            read: async (wanted) => ({ values: Float32Array.from(Array.from(wanted).flatMap((row) => rows[row]!)) }),
            where: (row) => ({ file: path, line: lines[row]! }),
          },
        },
        groups,
        groupNames: names,
        pairs: null,
        triplets: null,
        given: null,
        close: async () => {},
      };
    },
  }),
});

async function readLines(view: FileView) {
  const rows: number[][] = [];
  const lines: number[] = [];
  const names: string[] = [];
  const groups: number[] = [];
  let line = 0;
  try {
    for await (const { text } of view.lines(0)) {
      line++;
      if (text.trim() === '') continue;
      const [group = '', ...numbers] = text.split(',');
      if (!names.includes(group)) names.push(group);
      groups.push(names.indexOf(group));
      rows.push(numbers.map(Number));
      lines.push(line);
    }
  } finally {
    await view.close();
  }
  return { rows, lines, names, groups: Int32Array.from(groups), width: rows[0]?.length ?? 0 };
}
