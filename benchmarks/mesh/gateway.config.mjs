// Orders and preferences of all users in one call each: Mesh gathers keys, and we say whose each row is.
import { defineConfig } from "@graphql-hive/gateway";

const field = (name, selectionSet) => ({ kind: "Field", name: { kind: "Name", value: name }, selectionSet });
const also = (fields, name) => ({ ...fields, selections: [...fields.selections, field(name)] });

function grouped(rows, keys, key) {
  const found = new Map(keys.map((each) => [each, []]));
  for (const row of rows) found.get(row[key])?.push(row);
  return keys.map((each) => found.get(each));
}

const orders = (root, _args, context, info) =>
  context.orders.Query.shop_v1_OrderService_BatchGetOrders({
    root,
    context,
    info,
    key: root.id,
    argsFromKeys: (ids) => ({ input: { user_ids: ids } }),
    selectionSet: (fields) => ({ kind: "SelectionSet", selections: [field("orders", also(fields, "user_id"))] }),
    valuesFromResults: (found, ids) => grouped(found.orders, ids, "user_id"),
  });

const preferences = (root, _args, context, info) =>
  context.preferences.Query.preferencesOf({
    root,
    context,
    info,
    key: root.id,
    argsFromKeys: (ids) => ({ input: { userIds: ids } }),
    selectionSet: (fields) => also(fields, "userId"),
    valuesFromResults: (found, ids) => grouped(found, ids, "userId").map((rows) => rows[0] ?? null),
  });

export const gatewayConfig = defineConfig({
  supergraph: "./supergraph.graphql",
  port: +process.env.PORT,
  host: "127.0.0.1",
  inboundInflightRequestDeduplication: false,
  additionalResolvers: {
    User: {
      orders: { selectionSet: "{ id }", resolve: orders },
      preferences: { selectionSet: "{ id }", resolve: preferences },
    },
  },
});
