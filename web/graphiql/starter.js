// What stands in the editor at a first visit: a query that this schema can answer.

const REFERENCE = `query Storefront {
  users(first: 20) {
    id name email
    orders { id status total placedAt }
    preferences { theme locale }
  }
}
`;

const ASK = `{
  __schema { queryType { fields { name args { type { kind } defaultValue } type { kind ofType { kind } } } } }
  __type(name: "User") { fields { name } }
}`;

export async function starter(fetcher) {
  try {
    const { data } = await fetcher({ query: ASK });
    return choose(data);
  } catch {
    return '# The gateway did not answer: reload the page when it is up again.\n';
  }
}

function choose(data) {
  const fields = data?.__schema?.queryType?.fields ?? [];
  const user = new Set((data?.__type?.fields ?? []).map((field) => field.name));
  const isShop = fields.some((field) => field.name === 'users') && ['orders', 'preferences'].every((name) => user.has(name));
  if (isShop) {
    return REFERENCE;
  }
  const plain = fields.find((field) => !field.args.some((argument) => argument.type.kind === 'NON_NULL' && argument.defaultValue === null));
  return `# Press Ctrl-Space for what can be asked here, Ctrl-Enter to run.\n\n{\n  ${plain ? starterField(plain) : '__typename'}\n}\n`;
}

function starterField(field) {
  const kinds = [field.type.kind, field.type.ofType?.kind];
  const isLeaf = kinds.every((kind) => !kind || ['SCALAR', 'ENUM', 'NON_NULL'].includes(kind));
  return isLeaf ? field.name : `${field.name} { __typename }`;
}
