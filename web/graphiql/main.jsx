// The GraphiQL page: everything it loads comes from the gateway that serves it.
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './page.css';
import { starter } from './starter.js';

const ENDPOINT = window.location.pathname;
const WORKERS = { json: './json.worker.js', graphql: './graphql.worker.js' };

globalThis.MonacoEnvironment = {
  getWorker: (_, label) =>
    new Worker(new URL(WORKERS[label] ?? './editor.worker.js', import.meta.url), { type: 'module' }),
};

async function fetcher(request, options = {}) {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...options.headers,
    },
    body: JSON.stringify(request),
  });
  return response.json();
}

function Logo() {
  return (
    <a className="interlace-logo" href={ENDPOINT}>
      Inter<em>lace</em>
    </a>
  );
}

starter(fetcher).then((query) => {
  createRoot(document.getElementById('graphiql')).render(
    <GraphiQL fetcher={fetcher} defaultQuery={query} defaultEditorToolsVisibility="variables" inputValueDeprecation>
      <GraphiQL.Logo>
        <Logo />
      </GraphiQL.Logo>
    </GraphiQL>,
  );
});
