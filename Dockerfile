# Rejoinder in a container: see compose.yaml for how to run it with nothing it does not need.

FROM python:3.13-slim-bookworm AS build
WORKDIR /src

# What changes least comes first: the build tools and the dependencies, every one checked against
# its hash. The program's environment gets no pip of its own.
COPY requirements.lock requirements-dev.lock ./
ARG BUILD_TOOLS="editables hatchling packaging pathspec pluggy tomlkit trove-classifiers"
RUN awk -v tools="$BUILD_TOOLS" 'BEGIN { n = split(tools, t, " "); for (i = 1; i <= n; i++) want[t[i]] } \
      /^[a-z]/ { split($1, name, "=="); keep = name[1] in want } keep' requirements-dev.lock > build.lock \
 && python -m venv /opt/build \
 && python -m venv --without-pip /opt/rejoinder \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes -r build.lock \
 && /opt/build/bin/pip --python /opt/rejoinder install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY knowledge knowledge
COPY bot bot
RUN /opt/build/bin/python -m hatchling build -t wheel -d dist \
 && /opt/build/bin/pip --python /opt/rejoinder install --no-deps --no-index dist/*.whl


FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="Rejoinder" \
      org.opencontainers.image.description="An advisory chat bot for communities that argue about proposals" \
      org.opencontainers.image.licenses="Apache-2.0"

# The number stays the same for ever, as the files of the volume belong to it.
RUN groupadd --gid 10001 rejoinder \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin rejoinder \
 && install -d -o 10001 -g 10001 -m 0700 /data
# What moderators publish is kept in a git repository.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/rejoinder /opt/rejoinder

# The root file system may be read-only: all that is written lies in /data and /tmp.
ENV PATH=/opt/rejoinder/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    REJOINDER_DATA=/data \
    REJOINDER_HTTP_HOST=0.0.0.0
# Console, health and metrics of `serve`, inside on all addresses: publish it to loopback only.
EXPOSE 8080
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]

HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["rejoinder", "health"]
ENTRYPOINT ["rejoinder"]
CMD ["chat"]
