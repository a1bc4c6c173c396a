# One image for every role; the command chooses: `serve web`, `serve worker`, `serve beat`, `prepare`, or any other
# command of manage.py. MongoDB (a replica set) and Redis run elsewhere: deploy/compose.yaml shows the whole.

FROM node:24-slim AS assets
WORKDIR /tally
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.13-slim AS build
WORKDIR /tally
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /tally/.venv
COPY requirements/production.txt requirements/
RUN .venv/bin/python -m pip install --require-hashes --only-binary :all: -r requirements/production.txt
COPY . .
COPY --from=assets /tally/node_modules node_modules
RUN .venv/bin/python deploy/fetch_assets.py --copy && rm -rf node_modules
RUN DATA_DIR=/tmp/build .venv/bin/python manage.py compilemessages
RUN DATA_DIR=/tmp/build STATIC_ROOT=/tally/collected .venv/bin/python manage.py collectstatic --no-input --verbosity 0
RUN .venv/bin/python -m compileall -q apps countly_site plugins

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Tally" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /data --create-home tally
WORKDIR /tally
COPY --from=build /tally /tally
ENV PATH=/tally/.venv/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000 DATA_DIR=/data STATIC_ROOT=/tally/collected
USER tally
VOLUME /data
EXPOSE 8000
# Of the web role; switch it off for worker and beat, which end when they cannot go on.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-m", "apps.system.supervision.health"]
ENTRYPOINT ["python", "manage.py"]
CMD ["serve", "web"]
