// The storefront for GraphQL Mesh: users and preferences by OpenAPI, orders by gRPC.
import { defineConfig } from "@graphql-mesh/compose-cli";
import { loadGrpcSubgraph } from "@omnigraph/grpc";
import { loadOpenAPISubgraph } from "@omnigraph/openapi";

const { USERS, ORDERS, PREFERENCES, PROTO } = process.env;

export const composeConfig = defineConfig({
  subgraphs: [
    { sourceHandler: loadOpenAPISubgraph("users", { source: "./users.json", endpoint: `http://${USERS}` }) },
    {
      sourceHandler: loadGrpcSubgraph("orders", {
        endpoint: ORDERS,
        source: PROTO,
        selectQueryOrMutationField: [{ fieldName: "shop_v1_OrderService_BatchGetOrders", type: "Query" }],
      }),
    },
    {
      sourceHandler: loadOpenAPISubgraph("preferences", {
        source: "./preferences.json",
        endpoint: `http://${PREFERENCES}`,
        selectQueryOrMutationField: [{ fieldName: "preferencesOf", type: "query" }],
      }),
    },
  ],
  additionalTypeDefs: "extend type User { orders: [shop__v1__Order] preferences: Preferences }",
});
