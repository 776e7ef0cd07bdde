# The gateway as an image: `docker build -t interlace .`, then mount a folder with interlace.yaml at /etc/interlace.
# The storefront's services for compose.yaml: `docker build --target storefront -t interlace-storefront .`

ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/interlace
WORKDIR /src
# The dependencies first: they change seldom, and this layer is kept as long as they do not.
COPY requirements/runtime.lock requirements/
RUN /opt/interlace/bin/python -m pip install --require-hashes -r requirements/runtime.lock
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY connectors connectors
COPY federation federation
RUN /opt/interlace/bin/python -m pip install --no-deps .

FROM python:${PYTHON}-slim AS runtime
ENV PATH=/opt/interlace/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin interlace
COPY --from=build /opt/interlace /opt/interlace
USER 10001

FROM runtime AS storefront
USER root
# A volume mounted here takes over the owner of the folder.
RUN install --directory --owner 10001 /var/lib/storefront
COPY examples /srv/examples
USER 10001
WORKDIR /srv
ENTRYPOINT ["python", "-m"]

FROM runtime AS gateway
WORKDIR /etc/interlace
EXPOSE 4000
HEALTHCHECK --interval=5s --timeout=3s --start-period=15s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:4000/health/ready', timeout=2)"]
ENTRYPOINT ["interlace", "serve", "--host", "0.0.0.0", "--port", "4000"]
CMD ["--config", "/etc/interlace/interlace.yaml"]
