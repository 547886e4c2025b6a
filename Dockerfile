FROM python:3.13.13-slim-trixie AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/base.txt


FROM python:3.13.13-slim-trixie AS panel
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    # One heap for all threads, and none for large pages: what glibc hoards only costs memory.
    MALLOC_ARENA_MAX=1 \
    MALLOC_MMAP_THRESHOLD_=32768 \
    # Nothing that must last is written here: data is in PostgreSQL.
    DATA_DIR=/tmp \
    STATIC_ROOT=/app/staticfiles
# pg_dump and pg_restore for the commands `backup` and `restore`: as new as the server (17).
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin panel
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
COPY manage.py ./
COPY static static
COPY templates templates
COPY controlpanel controlpanel
COPY vms vms
# The secrets are for this one command only: collectstatic reads the settings but needs none of them.
RUN mkdir staticfiles \
    && SECRET_KEY=build ENCRYPTION_KEYS=MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA= python manage.py collectstatic --noinput \
    && python -m compileall -q controlpanel vms

USER panel
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# WEB_CONCURRENCY is gunicorn's own variable for the number of processes.
CMD ["gunicorn", "--config", "python:controlpanel.serving", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]


# What visitors reach, with the static files in it.
FROM caddy:2.11.7-alpine AS front
COPY Caddyfile /etc/caddy/Caddyfile
COPY --from=panel /app/staticfiles /srv/static


# The last one is built unless another is named.
FROM panel
