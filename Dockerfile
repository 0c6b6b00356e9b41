# The image that k8s/ runs: `docker build -t REGISTRY/plimsoll:0.1.0 .`
FROM node:24-bookworm-slim AS build
WORKDIR /plimsoll
# Dependencies have a layer of their own: it stays as long as the lock file does.
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
# Node comes with the image: the optional packages that bring one are left out.
RUN npm run build && npm ci --omit=dev --omit=optional

# Without a shell or a package manager; runs as user 65532, as the Deployment says.
FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /plimsoll
COPY --from=build /plimsoll/package.json ./
COPY --from=build /plimsoll/node_modules node_modules
COPY --from=build /plimsoll/dist dist
COPY LICENSE ./
ENV NODE_ENV=production
EXPOSE 9410 10250
ENTRYPOINT ["/nodejs/bin/node", "/plimsoll/dist/bin.js"]
CMD ["--help"]
