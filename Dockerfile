# antbee with its GL display, for Kubernetes and for Apptainer: `docker build --tag antbee:0.1.0 .`
# The first stage builds headless GL's addon and the command; the second has only what running needs, and no root.
FROM node:22-bookworm-slim AS build
RUN apt-get update \
  && apt-get install --yes --no-install-recommends g++ libgl1-mesa-dev libxi-dev make python3 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /antbee
COPY package.json package-lock.json ./
RUN npm_config_nodedir=/usr/local npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends fonts-dejavu-core libegl1 libgl1 libgl1-mesa-dri libxi6 xvfb \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /antbee
COPY --from=build /antbee/package.json /antbee/CHANGELOG.md /antbee/LICENSE ./
COPY --from=build /antbee/node_modules node_modules
COPY --from=build /antbee/dist dist
COPY --from=build /antbee/scenes scenes
COPY --from=build /antbee/reports/ledger.jsonl reports/ledger.jsonl
RUN chmod +x dist/src/cli/main.js && ln -s /antbee/dist/src/cli/main.js /usr/local/bin/antbee \
  && mkdir /work && chown node:node /work
# Where the activation cache goes; on a cluster a folder of the shared volume.
ENV ANTBEE_CACHE=/work/.antbee-cache
USER 1000
WORKDIR /work
ENTRYPOINT ["antbee"]
CMD ["doctor"]
